/** Calls of what is not read: packages, globals, what fields hold. What they are given may run, and may be changed. */
import type { Expr } from "../ir.ts";
import { callFunction } from "./calls.ts";
import { perhaps } from "./conditions.ts";
import { forgetCounters } from "./counters.ts";
import { excerpt } from "./excerpt.ts";
import type { Interpreter } from "./interpreter.ts";
import { OTHER } from "./origins.ts";
import {
  type Args,
  type At,
  computed,
  type Ext,
  type ExtMethod,
  type Fn,
  thrown,
  unknown,
  type Value,
} from "./values.ts";

const SOMETHING: Ext = { kind: "external", pkg: "", path: [] };

/** In the path of something symbolic: what it returns when it is called. */
export const CALLED = "()";

/** A method of something that only a dialect may know: a started process, or what a field holds. */
export function methodOfUnknown(callee: Value & { kind: "term" | "symbol" }): ExtMethod | null {
  if (callee.kind === "symbol") {
    const n = callee.path.at(-1);
    if (n === undefined) return null;
    return {
      kind: "externalMethod",
      base: SOMETHING,
      name: n,
      self: { ...callee, path: callee.path.slice(0, -1) },
    };
  }
  const { of, name } = callee.data;
  if (callee.tag !== "part" || of === undefined || name?.kind !== "literal") return null;
  return { kind: "externalMethod", base: SOMETHING, name: String(name.value), self: of };
}

/** A call of something that is not of the program. */
export function outside(
  I: Interpreter,
  callee: Extract<Value, { kind: "external" | "externalMethod" }>,
  args: Args,
  x: Expr,
  at: At,
  isNew: boolean,
): Value {
  const v = I.hooks.call({ callee, args: args.values, open: args.open, isNew, expr: x, at }, I);
  if (v !== null && !(v.kind === "term" && v.tag === "outside")) return v;
  if (!isHarmless(callee)) I.hooks.givenAway?.(args.values, at);
  if (isOfPackage(callee)) for (const v of args.values) outOfHand(v);
  if (callee.kind === "external" && callee.pkg === "" && ENDS.has(callee.path.join(".")))
    return thrown("the program ends here", at);
  const timer =
    callee.kind === "external" && callee.pkg === "" ? TIMERS.get(callee.path.join(".")) : undefined;
  givenTo(I, x, args, at, timer);
  if (v === null && callee.kind === "external" && callee.path.length === 1 && !isNew)
    mayChange(I, args.values, x, at);
  if (
    v === null &&
    callee.kind === "externalMethod" &&
    callee.self.kind === "symbol" &&
    callee.self.why !== undefined
  )
    return unknown(`computed at run time: ${excerpt(x)} (${callee.self.why})`, at);
  return v ?? computed(x, at);
}

const isOfPackage = (callee: Extract<Value, { kind: "external" | "externalMethod" }>): boolean =>
  callee.kind === "externalMethod" || callee.pkg !== "";

/** Code that is not read may change objects that it was given, now or later. */
export function outOfHand(v: Value, depth = 0): void {
  if (v.kind === "instance") v.altered = true;
  else if (v.kind === "record" && depth < 3)
    for (const { value } of v.contents.props.values()) outOfHand(value, depth + 1);
}

/** What never returns. */
const ENDS: ReadonlySet<string> = new Set(["process.exit", "process.abort", "Deno.exit"]);

/** How often a function is called that somebody else is given: any number of times, perhaps never, or for certain. */
type Times = "perhaps" | "again and again" | "once";

/** What calls its first argument for certain, later. */
const TIMERS: ReadonlyMap<string, Times> = new Map([
  ["setTimeout", "once"],
  ["setInterval", "again and again"],
  ["setImmediate", "once"],
  ["queueMicrotask", "once"],
  ["process.nextTick", "once"],
]);

/** By which methods something is told what to call when something happens. */
const LISTENED: ReadonlySet<string> = new Set(["on", "once", "addListener", "addEventListener"]);

/** Runs what a call of something that is not read is given, when that may be. */
export function givenTo(I: Interpreter, x: Expr, args: Args, at: At, timer?: Times): void {
  const isListened = x.kind === "call" && x.callee.kind === "get" && LISTENED.has(x.callee.name);
  const callBack = (): void => runCallbacks(I, args.values, timer ?? "perhaps");
  // What happens runs when the module has run: what that puts into its variables is there.
  const isAtTop = I.calls.length + I.conditions.length + I.turns.length === 0;
  if (isAtTop && (timer !== undefined || isListened))
    I.defer(`later ${at.module.file} ${at.start} ${at.end}`, callBack);
  else callBack();
}

/** What only reads its arguments. */
const READERS = new Set(["console", "JSON", "String", "Number", "Boolean", "Math", "Date"]);
const OBJECT_READERS = new Set(["keys", "values", "entries", "freeze", "isFrozen"]);

/** Whether it does nothing with what it is given but look at it. */
export function isHarmless(callee: Extract<Value, { kind: "external" | "externalMethod" }>): boolean {
  if (callee.kind !== "external" || callee.pkg !== "") return false;
  const [first, n] = callee.path;
  return READERS.has(first ?? "") || (first === "Object" && OBJECT_READERS.has(n ?? ""));
}

/** A function that nobody here knows may add to the lists that it is given. */
export function mayChange(I: Interpreter, args: readonly Value[], x: Expr, at: At): void {
  const who = x.kind === "call" ? excerpt(x.callee) : excerpt(x);
  for (const v of args) {
    if (v.kind !== "list" || !v.contents.items.some((item) => item.value.kind === "record")) continue;
    const why = unknown(`given to ${who}, which may change it`, at);
    I.journal.write(v, { items: v.contents.items, open: v.contents.open ?? why });
  }
}

/** Functions given to somebody who is not known: they may run, later, with arguments that are not known. */
export function runCallbacks(I: Interpreter, args: readonly Value[], times: Times = "perhaps"): void {
  for (const v of args) {
    if (v.kind === "function") runDetached(I, v, times);
    else if (v.kind === "list") for (const item of v.contents.items) runIfFunction(I, item.value);
    else if (v.kind === "record" && v.at.module.file !== "") {
      for (const entry of v.contents.props.values()) runIfFunction(I, entry.value);
    }
  }
}

function runIfFunction(I: Interpreter, v: Value): void {
  if (v.kind === "function") runDetached(I, v);
}

export function runDetached(I: Interpreter, fn: Fn, times: Times = "perhaps"): void {
  const at = fn.scope.module.at(fn.func);
  const args = fn.func.params.map((p) =>
    unknown(`argument ${patternName(p.target)}`, fn.scope.module.at(p.target)),
  );
  const why = unknown("changed by a callback", at);
  I.unawaited++;
  I.later(() => {
    const run = (): Value => I.withOwnSteps(() => callFunction(I, fn, args, fn.self, at));
    const [changes] = I.journal.branch(() => {
      if (times !== "once") forgetCounters(I, fn);
      return times === "perhaps" ? perhaps(I, OTHER, run) : run();
    });
    I.journal.merge(changes, new Map(), why);
  });
  I.unawaited--;
}

function patternName(t: { kind: string; name?: string }): string {
  return t.kind === "identifier" && t.name !== undefined ? `"${t.name}"` : "of a callback";
}
