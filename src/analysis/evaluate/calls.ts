/** Calls: of functions of the program, of lists' and texts' own methods, of what packages provide. */
import type { Expr } from "../ir.ts";
import { builtinMethod } from "./builtins.ts";
import { derived, originsOf, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { awaited, evaluate, evaluateAs, returned, spreadElements } from "./expressions.ts";
import { caught, isRejected } from "./failure.ts";
import { isNullish } from "./formula.ts";
import { globalCall } from "./globals.ts";
import { superConstructor } from "./instances.ts";
import type { Fate, Interpreter } from "./interpreter.ts";
import { property } from "./objects.ts";
import { oneOfSeveral } from "./one-of-several.ts";
import { NOTHING, OTHER } from "./origins.ts";
import { bindParameters } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { runBlock } from "./statements.ts";
import { symbolicCall } from "./symbolic.ts";
import { nullish } from "./truth.ts";
import { CALLED, givenTo, mayChange, methodOfUnknown, outside } from "./unread-calls.ts";
import {
  type Args,
  type At,
  type Choice,
  choice,
  computed,
  type Fn,
  type Item,
  isLit,
  isPlain,
  type ListContents,
  list,
  thrown,
  throws,
  UNDEFINED,
  unknown,
  type Value,
} from "./values.ts";

/** `fate`: what becomes of its value. */
export function callExpression(
  I: Interpreter,
  x: Expr & { kind: "call" },
  scope: Scope,
  fate: Fate = "kept",
): Value {
  const at = scope.module.at(x);
  if (x.callee.kind === "super") {
    superConstructor(I, x, scope);
    return UNDEFINED;
  }
  if (x.callee.kind === "get") {
    const { name: n } = x.callee;
    const handler = n === "catch" ? x.args[0] : n === "then" ? x.args[1] : undefined;
    const catches = handler !== undefined && !failsAgain(I, handler, scope);
    const chain = n === "catch" || n === "then" || n === "finally";
    if (catches) I.guarded++;
    const o =
      x.callee.object.kind === "super" ? null : evaluateAs(I, chain ? fate : "kept", x.callee.object, scope);
    // A promise that somebody kept: `settle(this.call(...))`, where that is `(p) => p.then(Ok, Err)`.
    if (chain && fate === "awaited" && (o?.kind === "unknown" || (o?.kind === "term" && o.tag !== "outside")))
      awaited(I, o, x.callee.object, at, "await");
    if (catches) I.guarded--;
    if (o !== null && (x.optional || x.callee.optional)) {
      const none = isNullish(I, o);
      if (none === true) return UNDEFINED;
      if (none === null)
        return perhaps(I, originsOf(o), () =>
          method(I, o, x, x.callee as Expr & { kind: "get" }, scope, fate),
        );
    }
    if (n === "catch") I.handling++;
    const given = method(I, o, x, x.callee, scope, fate);
    if (n === "catch") I.handling--;
    return given;
  }
  const callee = evaluate(I, x.callee, scope);
  const none = x.optional ? nullish(callee) : false;
  if (none === true) return UNDEFINED;
  const run = (): Value => {
    const args = argumentsOf(I, x.args, scope);
    if (callee.kind === "external" && callee.pkg === "" && callee.path[0] === "require")
      return required(I, args, scope, at);
    return withFate(I, fate, () => call(I, callee, args, null, x, at));
  };
  return none === null ? perhaps(I, originsOf(callee), run) : run();
}

/** Whether what is called when a promise fails throws, whatever has failed. */
function failsAgain(I: Interpreter, handler: Expr, scope: Scope): boolean {
  if (handler.kind !== "function" && handler.kind !== "identifier") return false;
  const throwsBefore = I.throws;
  I.muted++;
  const [, again] = I.journal.branch(() => {
    const f = evaluate(I, handler, scope);
    if (f.kind !== "function") return false;
    const at = scope.module.at(handler);
    const given = withFate(I, "awaited", () => callFunction(I, f, [caught(I.hooks.failure, at)], f.self, at));
    return throws(given) || isRejected(given);
  });
  I.muted--;
  return again && (I.phase === "init" || I.throws > throwsBefore);
}

/** A call of `o.n`; `o` is null for `super`. */
function method(
  I: Interpreter,
  o: Value | null,
  x: Expr & { kind: "call" },
  f: Expr & { kind: "get" },
  scope: Scope,
  fate: Fate,
): Value {
  const at = scope.module.at(x);
  // What is put together is waited for together; these two do not fail when one of theirs does.
  const together = o?.kind === "external" && o.pkg === "" && o.path[0] === "Promise";
  const catches = together && (f.name === "allSettled" || f.name === "any");
  if (catches) I.guarded++;
  const args = argumentsOf(I, x.args, scope, together ? fate : "kept");
  const [all] = args.values;
  if (catches && fate === "awaited" && all !== undefined) awaited(I, all, f, at, "await");
  if (catches) I.guarded--;
  return withFate(I, fate, () => {
    if (o !== null) {
      if (I.muted === 0) I.hooks.inside?.(o, f.name, f.object, at);
      const own = builtinMethod(I, o, f.name, args, x, scope);
      if (own !== null) {
        if (!isFunction(o) && o.kind !== "literal") I.hooks.givenAway?.(args.values, at);
        return own;
      }
    }
    const callee = o === null ? evaluate(I, f, scope) : property(I, o, f.name, scope.module.at(f), f);
    return call(I, callee, args, o, x, at);
  });
}

/** A function, or one of several, or perhaps none. */
const isFunction = (v: Value): boolean =>
  v.kind === "function" ||
  v.kind === "externalMethod" ||
  (v.kind === "choice" && v.of.every((one) => one.kind === "function" || one.kind === "literal"));

/** Runs a call of whose value it is known what becomes of it. */
export function withFate<T>(I: Interpreter, fate: Fate, body: () => T): T {
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
  if (specifier?.kind !== "literal" || typeof specifier.value !== "string")
    return unknown("a module chosen at run time", at);
  return I.world.imported(scope.module, { module: specifier.value, name: "*" });
}

export function argumentsOf(I: Interpreter, given: readonly Expr[], scope: Scope, fate: Fate = "kept"): Args {
  const values: Value[] = [];
  let open = false;
  let all: ListContents | null = null;
  for (const x of given) {
    const v = evaluateAs(I, fate, x, scope);
    if (x.kind !== "spread") {
      if (!open) values.push(v);
      if (all !== null) {
        const item: Item = { value: v, card: "one", count: null, at: scope.module.at(x) };
        I.charge(all.items.length);
        all = { items: [...all.items, item], open: all.open };
      }
      continue;
    }
    all ??= {
      items: values.map(
        (one, n): Item => ({ value: one, card: "one", count: null, at: scope.module.at(given[n] ?? x) }),
      ),
      open: null,
    };
    const spread = spreadElements(v, x.argument, scope);
    if (!I.charge(all.items.length + spread.items.length)) return { values, open: true };
    all = { items: [...all.items, ...spread.items], open: all.open ?? spread.open };
    if (!isPlain(spread)) open = true;
    else if (!open) for (const item of spread.items) values.push(item.value);
  }
  return all === null ? { values, open } : { values, open, list: all };
}

function call(
  I: Interpreter,
  callee: Value,
  args: Args,
  receiver: Value | null,
  x: Expr & { kind: "call" },
  at: At,
): Value {
  switch (callee.kind) {
    case "function":
      return callFunction(I, callee, args.values, callee.self ?? receiver, at, args.open, args.list);
    case "choice":
      return callOneOf(I, callee, args, receiver, x, at);
    case "external": {
      if (callee.pkg === "") {
        const known = globalCall(I, callee.path, args, x, at);
        if (known !== null) return known;
      }
      return outside(I, callee, args, x, at, false);
    }
    case "externalMethod":
      return outside(I, callee, args, x, at, false);
    default: {
      // A function that the start gives is known where the start is.
      if (callee.kind === "symbol" && callee.root === "arg") I.asksStart = true;
      const held = callee.kind === "symbol" ? symbolicCall(I, callee, args, receiver, x, at) : null;
      if (held !== null) return held;
      const method = callee.kind === "term" || callee.kind === "symbol" ? methodOfUnknown(callee) : null;
      if (method !== null) {
        const v = outside(I, method, args, x, at, false);
        const { self } = method;
        if (v.kind === "unknown" && self.kind === "symbol" && self.root === "arg" && args.values.length === 0)
          return { ...self, path: [...self.path, method.name, CALLED], at };
        return v;
      }
      if (callee.kind === "symbol" && callee.root === "arg" && args.values.length === 0)
        return { ...callee, path: [CALLED], at };
      I.hooks.givenAway?.(args.values, at);
      givenTo(I, x, args, at);
      if (x.callee.kind === "identifier") mayChange(I, args.values, x, at);
      return derived(
        unknown(
          `computed at run time: ${excerpt(x)}${callee.kind === "unknown" ? because(callee.why) : ""}`,
          at,
        ),
        callee,
        ...args.values,
      );
    }
  }
}

/** Calls one of several functions, it is not known which. */
function callOneOf(
  I: Interpreter,
  callee: Choice,
  args: Args,
  receiver: Value | null,
  x: Expr & { kind: "call" },
  at: At,
): Value {
  const ways = callee.of.map((alternative) =>
    alternative.kind === "literal" ? null : () => call(I, alternative, args, receiver, x, at),
  );
  const results = oneOfSeveral(I, ways, originsOf(callee), callee.why);
  return results.length === 0 ? computed(x, at) : results.reduce((a, b) => choice(a, b, callee.why));
}

function because(why: string): string {
  return why.startsWith("computed at run time") ? "" : ` (${why})`;
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
  const name = fn.func.name ?? "a function";
  if (!I.mayCall(fn, args)) return unknown(`${name} calls itself, or is called too often to follow`, at);
  if (!I.step()) return I.cut(at);
  const m = fn.scope.module;
  I.world.deps.touch(m.file);
  const scope = new Scope(fn.scope, m, fn.func.arrow ? fn.self : (fn.self ?? self ?? UNDEFINED), fn.home);
  scope.ofFunction = true;
  const outer = I.frame;
  const { phase, fate } = I;
  const alone = fn.func.async && fate === "dropped";
  const unseen = fn.func.async && fate === "kept";
  if (alone) I.unawaited++;
  if (unseen) I.conditions.push({ ...OTHER });
  I.frame = {
    returns: [],
    fate,
    async: fn.func.async,
    yields: fn.func.generator ? list([], at) : null,
    level: I.journal.level,
    partial: null,
    conditions: I.conditions.length,
    under: NOTHING,
  };
  I.calls.push(fn.func);
  I.sites.push(at);
  I.called.set(fn.func, m);
  if (I.phase !== "init") I.calledLater.add(fn.func);
  try {
    bindParameters(
      I,
      fn.func,
      fn.bound === null ? args : [...fn.bound, ...args],
      scope,
      open,
      fn.bound === null ? all : undefined,
    );
    if (!Array.isArray(fn.func.body)) return returned(I, fn.func.body, scope);
    const status = runBlock(I, fn.func.body, scope);
    if (I.exhausted) return I.frame.partial ?? I.cut(at);
    if (I.frame.yields !== null) return I.frame.yields;
    const returns = I.frame.returns;
    if (status === "next" || status === "maybe-ret") returns.push(UNDEFINED);
    if (returns.length === 0) {
      if (status !== "throw") return UNDEFINED;
      // Of a promise that nobody waits for nothing is thrown here.
      const isTold = !fn.func.async || fate === "awaited";
      return isTold ? thrown(`${name} throws`, at) : unknown(`${name} throws`, at);
    }
    const why = unknown(`${name} returns different values`, m.at(fn.func));
    if (I.frame.under !== NOTHING) why.from = I.frame.under;
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

/** Calls a function value with one list element, as `map` and the like do. */
export function callWith(I: Interpreter, f: Value, args: Value[], x: Expr, at: At): Value {
  if (f.kind === "function") return callFunction(I, f, args, f.self, at);
  if (f.kind === "external" && f.pkg === "") {
    const known = globalCall(I, f.path, { values: args, open: false }, x, at);
    if (known !== null) return known;
  }
  if (isLit(f, undefined)) return UNDEFINED;
  return computed(x, at);
}
