/** Whether anybody looks at what an object of the program keeps, or it is only put there. */
import { keptFor } from "../../model/index.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import type { Chain } from "../evaluate/values.ts";
import type { Expr, Func, Pattern } from "../ir.ts";
import { eachDeclarator, eachExpr } from "./each-expression.ts";

/** By methods of its class that were called, or by other code that was and that names one of its fields. */
export function isReadInside({ members }: Chain, called: ReadonlyMap<Func, ModuleState>): boolean {
  const fields = new Set<string>();
  const own = new Set<Func>();
  for (const [name, { member }] of members) {
    if (member.kind === "field") fields.add(name);
    if (member.func !== null) own.add(member.func);
  }
  for (const func of called.keys()) {
    const { ofThis, ofOthers } = readsOf(func);
    if ([...(own.has(func) ? ofThis : ofOthers)].some((name) => fields.has(name))) return true;
  }
  return false;
}

/** The properties that a function reads: of `this`, and of anything else or by a pattern. */
const readsOf = keptFor((func: Func): { ofThis: ReadonlySet<string>; ofOthers: ReadonlySet<string> } => {
  const ofThis = new Set<string>();
  const ofOthers = new Set<string>();
  const targets = new Set<Expr>();
  const pattern = (t: Pattern): void => {
    if (t.kind === "reference") targets.add(t.expr);
    if (t.kind !== "objectPattern") return;
    for (const part of t.parts) {
      if (typeof part.name !== "string") continue;
      ofThis.add(part.name);
      ofOthers.add(part.name);
    }
  };
  for (const { target } of func.params) pattern(target);
  eachDeclarator(func, ({ target }) => pattern(target));
  eachExpr(func, (x) => {
    if (x.kind === "assignment" && x.op === "=") pattern(x.target);
    if (x.kind === "get" && !targets.has(x)) (x.object.kind === "this" ? ofThis : ofOthers).add(x.name);
  });
  return { ofThis, ofOthers };
});
