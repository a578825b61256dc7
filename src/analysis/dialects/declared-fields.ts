/** What the fields of a process's class are declared as, to find those that keep references to others. */
import { CONTAINERS, TYPE_PARAMETER } from "../containers.ts";
import type { Cls, Fn } from "../evaluate/values.ts";
import { type DeclaredField, STATE } from "./process-code.ts";

/** The fields with a type, of the class and of those that it extends, the nearest first. */
export function declaredFields(classes: readonly Cls[]): DeclaredField[] {
  return classes.flatMap((c, i) =>
    c.class.members
      .filter((member) => member.kind === "field" && !member.static && member.type !== null)
      .map((member) => {
        const field: DeclaredField = {
          name: member.name,
          types: member.type!,
          at: c.scope.module.at(member),
          changed: classes.some((other) => other.class.assigned.includes(member.name)),
        };
        return givenTypes(field, i, classes);
      }),
  );
}

/** A state that goes from callback to callback, as the parameter at this position says. */
export function declaredState(functions: readonly Fn[], position: number): DeclaredField[] {
  return functions.flatMap(({ func, scope }) => {
    const types = func.params[position]?.type ?? [];
    return types.length === 0 ? [] : [{ name: STATE, types, at: scope.module.at(func), changed: true }];
  });
}

/** Puts in the place of type parameters what the classes below give for them: `extends Keeper<Pid>`. */
function givenTypes(field: DeclaredField, place: number, classes: readonly Cls[]): DeclaredField {
  let { types, module } = field;
  for (let i = place; i > 0 && types.includes(TYPE_PARAMETER); i--) {
    const { typeParameters = [] } = classes[i]!.class;
    const below = classes[i - 1]!;
    const given = below.class.baseArguments ?? [];
    const isGiven = (name: string, n: number): boolean =>
      types[n + 1] === TYPE_PARAMETER && given[typeParameters.indexOf(name)] !== undefined;
    if (!types.some(isGiven)) break;
    const before = types;
    types = before.flatMap((name, n) => {
      if (name === TYPE_PARAMETER && n > 0 && isGiven(before[n - 1]!, n - 1)) return [];
      if (!isGiven(name, n)) return [name];
      const { inside, itself } = given[typeParameters.indexOf(name)]!;
      return before.slice(0, n).some((other) => CONTAINERS.has(other)) ? inside : itself;
    });
    module = below.scope.module;
  }
  return module === undefined ? field : { ...field, types, module };
}
