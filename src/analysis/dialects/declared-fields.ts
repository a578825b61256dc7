/** What the fields of a process's class are declared as, to find those that keep references to others. */
import type { Cls, Fn } from "../evaluate/values.ts";
import { type ProcessCode, STATE } from "./process-code.ts";

/** The fields with a type, of the class and of those that it extends. */
export function declaredFields(classes: readonly Cls[]): ProcessCode["fields"] {
  return classes.flatMap((c) =>
    c.class.members
      .filter((member) => member.kind === "field" && !member.static && member.type !== null)
      .map((member) => ({
        name: member.name,
        types: member.type!,
        at: c.scope.module.at(member),
        changed: classes.some((other) => other.class.assigned.includes(member.name)),
      })),
  );
}

/** A state that goes from callback to callback, as the parameter at this position says. */
export function declaredState(functions: readonly Fn[], position: number): ProcessCode["fields"] {
  return functions.flatMap(({ func, scope }) => {
    const types = func.params[position]?.type ?? [];
    return types.length === 0 ? [] : [{ name: STATE, types, at: scope.module.at(func), changed: true }];
  });
}
