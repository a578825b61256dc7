/** Functions that nobody calls in their file: they are run once, with arguments that are not known. */
import { callFunction } from "../evaluate/calls.ts";
import { forgetCounters } from "../evaluate/counters.ts";
import { classKey } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import { forgetShared } from "../evaluate/shared-state.ts";
import { alternatives, type Fn, unknown, type Value } from "../evaluate/values.ts";

/** A function of this module, or the functions in an object: `export const api = { async start() {} }`. */
export function functionsIn(v: Value, m: ModuleState, into: Fn[], depth = 0): void {
  if (v.kind === "function" && v.scope.module === m) into.push(v);
  if (v.kind !== "record" || depth > 2) return;
  for (const entry of v.contents.props.values()) functionsIn(entry.value, m, into, depth + 1);
}

/** What it returns; null for a function that was called. `siblings` have their own turn. */
export function runUncalled(I: Interpreter, fn: Fn, siblings: readonly Fn[] = []): Value | null {
  if (I.called.has(fn.func)) return null;
  const name = (t: { kind: string; name?: string }): string =>
    t.kind === "identifier" && t.name !== undefined ? `"${t.name}"` : "of a function";
  const args = fn.func.params.map((p) =>
    unknown(`parameter ${name(p.target)} is not known`, fn.scope.module.at(p.target)),
  );
  if (I.calls.length === 0) I.renew();
  return I.journal.branch(() => {
    forgetCounters(I, fn);
    const result = callFunction(I, fn, args, fn.self, fn.scope.module.at(fn.func));
    I.flush();
    // A class that a maker makes is a definition where somebody makes it.
    if (fn.func.params.length > 0)
      for (const made of alternatives(result))
        if (made.kind === "class") I.localClasses.delete(classKey(made));
    // What a factory returns is called by others.
    const inner: Fn[] = [];
    functionsIn(result, fn.scope.module, inner);
    const others = inner.filter(({ func: f }) => !siblings.some((sibling) => sibling.func === f));
    if (I.calls.length >= 8) return result;
    forgetBetween(I, others);
    for (const returned of others) runUncalled(I, returned, others);
    return result;
  })[1];
}

/** Functions that share variables are called in any order: what one of them changes, none of them knows. */
function forgetBetween(I: Interpreter, functions: readonly Fn[]): void {
  if (functions.length < 2) return;
  const called = new Set(I.called.keys());
  I.muted++;
  const changes = functions.map((fn) => {
    const args = fn.func.params.map((p) =>
      unknown("a parameter that is not known", fn.scope.module.at(p.target)),
    );
    return I.journal.branch(() => callFunction(I, fn, args, fn.self, fn.scope.module.at(fn.func)))[0];
  });
  I.muted--;
  for (const f of I.called.keys()) if (!called.has(f)) I.called.delete(f);
  const first = functions[0]!;
  forgetShared(I, functions, changes, first.scope.module.at(first.func));
}
