/** Calls of what is not read: packages, globals, what fields hold. What they are given may run, and may be changed. */
import type { Expr } from "../ir.ts";
import { type Args, callFunction } from "./calls.ts";
import { OTHER, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import type { Interpreter } from "./interpreter.ts";
import { type At, computed, type Ext, type ExtMethod, type Fn, unknown, type Value } from "./values.ts";

const SOMETHING: Ext = { k: "ext", pkg: "", path: [] };

/** In the path of something symbolic: what it returns when it is called. */
export const CALLED = "()";

/** A method of something that only a dialect may know: a started process, or what a field holds. */
export function methodOfUnknown(callee: Value & { k: "term" | "sym" }): ExtMethod | null {
  if (callee.k === "sym") {
    const n = callee.path.at(-1);
    if (n === undefined) return null;
    return { k: "extm", base: SOMETHING, n, self: { ...callee, path: callee.path.slice(0, -1) } };
  }
  const { of, name } = callee.d;
  if (callee.tag !== "part" || of === undefined || name?.k !== "lit") return null;
  return { k: "extm", base: SOMETHING, n: String(name.v), self: of };
}

/** A call of something that is not of the program. */
export function outside(
  I: Interpreter,
  callee: Extract<Value, { k: "ext" | "extm" }>,
  args: Args,
  x: Expr,
  at: At,
  isNew: boolean,
): Value {
  const v = I.hooks.call({ callee, args: args.values, open: args.open, isNew, x, at }, I);
  if (v !== null && !(v.k === "term" && v.tag === "outside")) return v;
  if (!isHarmless(callee)) I.hooks.givenAway?.(args.values, at);
  const timer = callee.k === "ext" && callee.pkg === "" && TIMERS.has(callee.path.join("."));
  runCallbacks(I, args.values, timer);
  if (v === null && callee.k === "ext" && callee.path.length === 1 && !isNew)
    mayChange(I, args.values, x, at);
  if (v === null && callee.k === "extm" && callee.self.k === "sym" && callee.self.why !== undefined)
    return unknown(`computed at run time: ${excerpt(x)} (${callee.self.why})`, at);
  return v ?? computed(x, at);
}

/** What calls its first argument for certain, later. */
const TIMERS: ReadonlySet<string> = new Set([
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "process.nextTick",
]);

/** What only reads its arguments. */
const READERS = new Set(["console", "JSON", "String", "Number", "Boolean", "Math", "Date"]);
const OBJECT_READERS = new Set(["keys", "values", "entries", "freeze", "isFrozen"]);

/** Whether it does nothing with what it is given but look at it. */
export function isHarmless(callee: Extract<Value, { k: "ext" | "extm" }>): boolean {
  if (callee.k !== "ext" || callee.pkg !== "") return false;
  const [first, n] = callee.path;
  return READERS.has(first ?? "") || (first === "Object" && OBJECT_READERS.has(n ?? ""));
}

/** A function that nobody here knows may add to the lists that it is given. */
export function mayChange(I: Interpreter, args: readonly Value[], x: Expr, at: At): void {
  const who = x.k === "call" ? excerpt(x.f) : excerpt(x);
  for (const v of args) {
    if (v.k !== "list" || !v.c.items.some((item) => item.v.k === "rec")) continue;
    const why = unknown(`given to ${who}, which may change it`, at);
    I.journal.write(v, { items: v.c.items, open: v.c.open ?? why });
  }
}

/** Functions given to somebody who is not known: they may run, later, with arguments that are not known. */
export function runCallbacks(I: Interpreter, args: readonly Value[], certain = false): void {
  for (const v of args) {
    if (v.k === "fn") runDetached(I, v, certain);
    else if (v.k === "list") for (const item of v.c.items) runIfFunction(I, item.v);
    else if (v.k === "rec" && v.at.m.file !== "") {
      for (const entry of v.c.props.values()) runIfFunction(I, entry.v);
    }
  }
}

function runIfFunction(I: Interpreter, v: Value): void {
  if (v.k === "fn") runDetached(I, v);
}

/** `certain`: it is called some time. */
export function runDetached(I: Interpreter, fn: Fn, certain = false): void {
  const at = fn.scope.m.at(fn.f);
  const args = fn.f.p.map((p) => unknown(`argument ${patternName(p.t)}`, fn.scope.m.at(p.t)));
  const why = unknown("changed by a callback", at);
  I.unawaited++;
  I.later(() => {
    const run = (): Value => callFunction(I, fn, args, fn.self, at);
    const [changes] = I.journal.branch(() => (certain ? run() : perhaps(I, OTHER, run)));
    I.journal.merge(changes, new Map(), why);
  });
  I.unawaited--;
}

function patternName(t: { k: string; n?: string }): string {
  return t.k === "id" && t.n !== undefined ? `"${t.n}"` : "of a callback";
}
