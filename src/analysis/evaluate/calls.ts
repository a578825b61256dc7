/** Calls: of functions of the program, of lists' and texts' own methods, of what packages provide. */
import type { Expr } from "../ir.ts";
import { builtinMethod } from "./builtins.ts";
import { newCollection } from "./collections.ts";
import { derived, OTHER, originsOf, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { evaluate, evaluateAs, returned, spreadElements } from "./expressions.ts";
import { globalCall } from "./globals.ts";
import type { Fate, Interpreter } from "./interpreter.ts";
import { chainOf, methodValue, property } from "./objects.ts";
import { bindParameters } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { runBlock } from "./statements.ts";
import { symbolicCall } from "./symbolic.ts";
import {
  type At,
  type Cls,
  type Coll,
  choice,
  computed,
  type Ext,
  type ExtMethod,
  type Fn,
  type Inst,
  type Item,
  isLit,
  isPlain,
  type ListContents,
  list,
  nullish,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

export interface Args {
  values: Value[];
  open: boolean;
  /** All of them as elements, where some come from a spread. */
  list?: ListContents;
}

/** `fate`: what becomes of its value. */
export function callExpression(
  I: Interpreter,
  x: Expr & { k: "call" },
  scope: Scope,
  fate: Fate = "kept",
): Value {
  const at = scope.m.at(x);
  if (x.f.k === "super") {
    superConstructor(I, x, scope);
    return UNDEFINED;
  }
  if (x.f.k === "get") {
    const { n } = x.f;
    const catches = n === "catch" || (n === "then" && x.a.length > 1);
    const chain = catches || n === "then" || n === "finally";
    if (catches) I.guarded++;
    const o = x.f.o.k === "super" ? null : evaluateAs(I, chain ? fate : "kept", x.f.o, scope);
    if (catches) I.guarded--;
    if (o !== null && (x.q || x.f.q)) {
      const none = nullish(o);
      if (none === true) return UNDEFINED;
      if (none === null)
        return perhaps(I, originsOf(o), () => method(I, o, x, x.f as Expr & { k: "get" }, scope, fate));
    }
    return method(I, o, x, x.f, scope, fate);
  }
  const callee = evaluate(I, x.f, scope);
  const none = x.q ? nullish(callee) : false;
  if (none === true) return UNDEFINED;
  const run = (): Value => {
    const args = argumentsOf(I, x.a, scope);
    if (callee.k === "ext" && callee.pkg === "" && callee.path[0] === "require")
      return required(I, args, scope, at);
    return withFate(I, fate, () => call(I, callee, args, null, x, at));
  };
  return none === null ? perhaps(I, originsOf(callee), run) : run();
}

/** A call of `o.n`; `o` is null for `super`. */
function method(
  I: Interpreter,
  o: Value | null,
  x: Expr & { k: "call" },
  f: Expr & { k: "get" },
  scope: Scope,
  fate: Fate,
): Value {
  const at = scope.m.at(x);
  // What is put together is waited for together; these two do not fail when one of theirs does.
  const together = o?.k === "ext" && o.pkg === "" && o.path[0] === "Promise";
  const catches = together && (f.n === "allSettled" || f.n === "any");
  if (catches) I.guarded++;
  const args = argumentsOf(I, x.a, scope, together ? fate : "kept");
  if (catches) I.guarded--;
  return withFate(I, fate, () => {
    if (o !== null) {
      const own = builtinMethod(I, o, f.n, args, x, scope);
      if (own !== null) {
        if (o.k !== "fn" && o.k !== "lit") I.hooks.givenAway?.(args.values, at);
        return own;
      }
    }
    const callee = o === null ? evaluate(I, f, scope) : property(I, o, f.n, scope.m.at(f), f);
    return call(I, callee, args, o, x, at);
  });
}

function withFate<T>(I: Interpreter, fate: Fate, body: () => T): T {
  const outer = I.fate;
  I.fate = fate;
  try {
    return body();
  } finally {
    I.fate = outer;
  }
}

/** `require("x")` and `import("x")`. */
function required(I: Interpreter, args: Args, scope: Scope, at: At): Value {
  const specifier = args.values[0];
  if (specifier?.k !== "lit" || typeof specifier.v !== "string")
    return unknown("a module chosen at run time", at);
  return I.world.imported(scope.m, { m: specifier.v, n: "*" });
}

export function argumentsOf(I: Interpreter, given: readonly Expr[], scope: Scope, fate: Fate = "kept"): Args {
  const values: Value[] = [];
  let open = false;
  let all: ListContents | null = null;
  for (const x of given) {
    const v = evaluateAs(I, fate, x, scope);
    if (x.k !== "spread") {
      if (!open) values.push(v);
      if (all !== null) {
        const item: Item = { v, card: "one", count: null, at: scope.m.at(x) };
        I.charge(all.items.length);
        all = { items: [...all.items, item], open: all.open };
      }
      continue;
    }
    all ??= {
      items: values.map(
        (one, n): Item => ({ v: one, card: "one", count: null, at: scope.m.at(given[n] ?? x) }),
      ),
      open: null,
    };
    const spread = spreadElements(v, x.x, scope);
    if (!I.charge(all.items.length + spread.items.length)) return { values, open: true };
    all = { items: [...all.items, ...spread.items], open: all.open ?? spread.open };
    if (!isPlain(spread)) open = true;
    else if (!open) for (const item of spread.items) values.push(item.v);
  }
  return all === null ? { values, open } : { values, open, list: all };
}

function call(
  I: Interpreter,
  callee: Value,
  args: Args,
  receiver: Value | null,
  x: Expr & { k: "call" },
  at: At,
): Value {
  switch (callee.k) {
    case "fn":
      return callFunction(I, callee, args.values, callee.self ?? receiver, at, args.open, args.list);
    case "choice": {
      let result: Value | null = null;
      const under = originsOf(callee);
      for (const alternative of callee.of) {
        if (alternative.k === "lit") continue;
        const v = perhaps(I, under, () => call(I, alternative, args, receiver, x, at));
        result = result === null ? v : choice(result, v, callee.why);
      }
      return result ?? computed(x, at);
    }
    case "ext": {
      if (callee.pkg === "") {
        const known = globalCall(I, callee.path, args, x, at);
        if (known !== null) return known;
      }
      return outside(I, callee, args, x, at, false);
    }
    case "extm":
      return outside(I, callee, args, x, at, false);
    default: {
      const held = callee.k === "sym" ? symbolicCall(I, callee, args, receiver, x, at) : null;
      if (held !== null) return held;
      const method = callee.k === "term" || callee.k === "sym" ? methodOfUnknown(callee) : null;
      if (method !== null) {
        const v = outside(I, method, args, x, at, false);
        const { self } = method;
        if (v.k === "unknown" && self.k === "sym" && self.root === "arg" && args.values.length === 0)
          return { ...self, path: [...self.path, method.n, CALLED], at };
        return v;
      }
      if (callee.k === "sym" && callee.root === "arg" && args.values.length === 0)
        return { ...callee, path: [CALLED], at };
      I.hooks.givenAway?.(args.values, at);
      runCallbacks(I, args.values);
      if (x.f.k === "id") mayChange(I, args.values, x, at);
      return derived(
        unknown(
          `computed at run time: ${excerpt(x)}${callee.k === "unknown" ? because(callee.why) : ""}`,
          at,
        ),
        callee,
        ...args.values,
      );
    }
  }
}

const SOMETHING: Ext = { k: "ext", pkg: "", path: [] };

/** In the path of something symbolic: what it returns when it is called. */
export const CALLED = "()";

/** A method of something that only a dialect may know: a started process, or what a field holds. */
function methodOfUnknown(callee: Value & { k: "term" | "sym" }): ExtMethod | null {
  if (callee.k === "sym") {
    const n = callee.path.at(-1);
    if (n === undefined) return null;
    return { k: "extm", base: SOMETHING, n, self: { ...callee, path: callee.path.slice(0, -1) } };
  }
  const { of, name } = callee.d;
  if (callee.tag !== "part" || of === undefined || name?.k !== "lit") return null;
  return { k: "extm", base: SOMETHING, n: String(name.v), self: of };
}

function because(why: string): string {
  return why.startsWith("computed at run time") ? "" : ` (${why})`;
}

function outside(
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
function mayChange(I: Interpreter, args: readonly Value[], x: Expr, at: At): void {
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

/** Calls a function of the program. What it returns in several ways is a choice. */
export function callFunction(
  I: Interpreter,
  fn: Fn,
  args: readonly Value[],
  self: Value | null,
  at: At,
  open = false,
  all?: ListContents,
): Value {
  const { through } = I.hooks;
  if (through === undefined) return callDirectly(I, fn, args, self, at, open, all);
  return through(fn, args, () => callDirectly(I, fn, args, self, at, open, all));
}

function callDirectly(
  I: Interpreter,
  fn: Fn,
  args: readonly Value[],
  self: Value | null,
  at: At,
  open: boolean,
  all?: ListContents,
): Value {
  const name = fn.f.n ?? "a function";
  if (!I.mayCall(fn, args)) return unknown(`${name} calls itself, or is called too often to follow`, at);
  if (!I.step()) return I.cut(at);
  const m = fn.scope.m;
  I.world.deps.touch(m.file);
  const scope = new Scope(fn.scope, m, fn.f.arrow ? fn.self : (fn.self ?? self ?? UNDEFINED), fn.home);
  scope.ofFunction = true;
  const outer = I.frame;
  const { phase, fate } = I;
  const alone = fn.f.async && fate === "dropped";
  const unseen = fn.f.async && fate === "kept";
  if (alone) I.unawaited++;
  if (unseen) I.conditions.push(OTHER);
  I.frame = {
    returns: [],
    fate,
    async: fn.f.async,
    yields: fn.f.gen ? list([], at) : null,
    level: I.journal.level,
    partial: null,
  };
  I.calls.push(fn.f);
  I.sites.push(at);
  I.called.add(fn.f);
  try {
    bindParameters(
      I,
      fn.f,
      fn.bound === null ? args : [...fn.bound, ...args],
      scope,
      open,
      fn.bound === null ? all : undefined,
    );
    if (!Array.isArray(fn.f.b)) return returned(I, fn.f.b, scope);
    const status = runBlock(I, fn.f.b, scope);
    if (I.exhausted) return I.frame.partial ?? I.cut(at);
    if (I.frame.yields !== null) return I.frame.yields;
    const returns = I.frame.returns;
    if (status === "next" || status === "maybe-ret") returns.push(UNDEFINED);
    if (returns.length === 0) return status === "throw" ? unknown(`${name} throws`, at) : UNDEFINED;
    const why = unknown(`${name} returns different values`, m.at(fn.f));
    return returns.reduce((a, b) => choice(a, b, why));
  } finally {
    I.calls.pop();
    I.sites.pop();
    I.frame = outer;
    I.phase = phase;
    if (alone) I.unawaited--;
    if (unseen) I.conditions.pop();
  }
}

const COLLECTIONS = new Map<string, Coll["kind"]>([
  ["Map", "map"],
  ["Set", "set"],
]);

export function newExpression(I: Interpreter, x: Expr & { k: "new" }, scope: Scope): Value {
  const callee = evaluate(I, x.f, scope);
  const args = argumentsOf(I, x.a, scope);
  const at = scope.m.at(x);
  if (callee.k === "ext") {
    if (callee.pkg === "" && callee.path[0] === "Array") {
      const known = globalCall(I, ["Array"], args, x, at);
      if (known !== null) return known;
    }
    const kind = callee.pkg !== "" ? undefined : COLLECTIONS.get(callee.path.join("."));
    if (kind !== undefined) {
      const made = newCollection(I, kind, args, at);
      if (made !== null) return made;
    }
    if (callee.pkg === "" && callee.path[0] === "Promise") {
      const executor = args.values[0];
      // The executor of a promise runs at once, with functions that nobody here knows.
      if (executor?.k === "fn") {
        const settle = executor.f.p.map(() => unknown("computed at run time: a promise", at));
        withFate(I, "dropped", () => callFunction(I, executor, settle, null, at));
      }
      return outside(I, callee, { values: [], open: false }, x, at, true);
    }
    const v = I.hooks.call({ callee, args: args.values, open: args.open, isNew: true, x, at }, I);
    if (v !== null) return v;
    I.hooks.givenAway?.(args.values, at);
    runCallbacks(I, args.values);
    return { k: "inst", cls: callee, args: args.values, fields: new Map(), at, kept: I.keeping > 0 };
  }
  if (callee.k === "cls") {
    if (I.muted === 0) noteMade(I, callee, args);
    return instantiate(I, callee, args, at);
  }
  I.hooks.givenAway?.(args.values, at);
  runCallbacks(I, args.values);
  return computed(x, at);
}

function noteMade(I: Interpreter, cls: Cls, args: Args): void {
  const values = args.open ? [] : args.values;
  const known = I.made.get(cls.c);
  if (known === undefined) I.made.set(cls.c, [values]);
  else known.push(values);
}

/** A new object of a class of the program: fields and constructors are run, bases first. */
export function instantiate(I: Interpreter, cls: Cls, args: Args, at: At): Inst {
  const kept = I.keeping > 0;
  const inst: Inst = { k: "inst", cls, args: args.values, fields: new Map(), at, kept };
  const { classes } = chainOf(I, cls);
  construct(I, inst, classes, 0, args, at);
  return inst;
}

/** Runs the constructors of an object, from one of its classes on. */
export function construct(
  I: Interpreter,
  inst: Inst,
  classes: readonly Cls[],
  level: number,
  args: Args,
  at: At,
): void {
  const cls = classes[level];
  if (cls === undefined) {
    const last = classes.at(-1);
    // A class that is not read gets the rest.
    if (last !== undefined && chainOf(I, last).base !== null) I.hooks.givenAway?.(args.values, at);
    return;
  }
  const ctor = cls.c.m.find((member) => member.k === "ctor");
  if (ctor === undefined || ctor.f === null) {
    construct(I, inst, classes, level + 1, args, at);
    return;
  }
  const fn = methodValue(cls, ctor, inst);
  if (fn === null || !I.mayCall(fn)) return;
  const outer = I.aroundConstructor;
  I.aroundConstructor = I.sites.length + 1;
  callFunction(
    I,
    { ...fn, scope: new ConstructorScope(fn.scope, classes, level) },
    args.values,
    inst,
    at,
    args.open,
  );
  I.aroundConstructor = outer;
}

/** Lets `super(...)` in a constructor know which class comes next. */
class ConstructorScope extends Scope {
  readonly classes: readonly Cls[];
  readonly level: number;
  constructor(parent: Scope, classes: readonly Cls[], level: number) {
    super(parent, parent.m, null, null);
    this.classes = classes;
    this.level = level;
  }
}

function superConstructor(I: Interpreter, x: Expr & { k: "call" }, scope: Scope): void {
  const args = argumentsOf(I, x.a, scope);
  let self: Value | null = null;
  for (let s: Scope | null = scope; s !== null; s = s.parent) {
    if (self === null) self = s.self;
    if (s instanceof ConstructorScope && self?.k === "inst") {
      construct(I, self, s.classes, s.level + 1, args, scope.m.at(x));
      return;
    }
  }
}

/** Calls a function value with one list element, as `map` and the like do. */
export function callWith(I: Interpreter, f: Value, args: Value[], x: Expr, at: At): Value {
  if (f.k === "fn") return callFunction(I, f, args, f.self, at);
  if (f.k === "ext" && f.pkg === "") {
    const known = globalCall(I, f.path, { values: args, open: false }, x, at);
    if (known !== null) return known;
  }
  if (isLit(f, undefined)) return UNDEFINED;
  return computed(x, at);
}
