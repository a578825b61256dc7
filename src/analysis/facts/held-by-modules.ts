/** Objects that modules hold, and to which the code of a process comes: they outlive its callbacks as its fields do. */
import { keptFor } from "../../model/index.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import { type At, alternatives, type Cls, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Func } from "../ir.ts";
import { eachExpr } from "./each-expression.ts";
import { filledBy } from "./filled-variables.ts";

export interface Held {
  name: string;
  at: At;
  value: Value;
}

/** What the names of modules mean that functions say which were run. */
export function heldByModules(world: World, called: ReadonlyMap<Func, ModuleState>): Held[] {
  const found = new Map<Value, Held>();
  for (const [func, m] of called)
    for (const name of namesIn(func)) {
      const whole = world.lookup(m, name);
      for (const value of whole === null ? [] : alternatives(whole))
        if (isHolding(value) && !found.has(value)) {
          const at =
            value.kind === "class"
              ? value.scope.module.at(value.class)
              : value.kind === "function"
                ? value.scope.module.at(value.func)
                : value.at;
          found.set(value, { name, at, value });
        }
    }
  return [...found.values()];
}

/** What other functions may share with those that were run. */
function isHolding(v: Value): v is Value & { kind: "instance" | "class" | "record" | "list" | "function" } {
  if (v.kind === "function") return v.scope.parent !== null;
  return v.kind === "instance" || v.kind === "class" || v.kind === "record" || v.kind === "list";
}

const namesIn = keptFor((func: Func): ReadonlySet<string> => {
  const found = new Set<string>();
  eachExpr(func, (x) => {
    if (x.kind === "identifier") found.add(x.name);
  });
  return found;
});

/**
 * The fields into which code of a class puts something, of what was called; `isStatic`: the class's own, into which other code of the
 * module may put something as well.
 */
export function fieldsFilled(
  { class: { name, start, end }, scope: { module } }: Cls,
  called: ReadonlyMap<Func, ModuleState>,
  isStatic: boolean,
): Set<string> {
  const found = new Set<string>();
  for (const [func, m] of called) {
    const isInside = start <= func.start && func.end <= end;
    if (m !== module || !(isInside || isStatic)) continue;
    eachExpr(func, (x) => {
      const filled = filledBy(x);
      if (filled?.kind !== "get") return;
      const { object } = filled;
      const isItsOwn =
        (isInside && object.kind === "this") ||
        (isStatic && object.kind === "identifier" && object.name === name);
      if (isItsOwn) found.add(filled.name);
    });
  }
  return found;
}
