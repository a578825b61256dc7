/** Making objects: `new`, constructors and `super`. */
import type { Expr } from "../ir.ts";
import { type Args, argumentsOf, callFunction, withFate } from "./calls.ts";
import { newCollection } from "./collections.ts";
import { evaluate } from "./expressions.ts";
import { globalCall } from "./globals.ts";
import type { Interpreter } from "./interpreter.ts";
import { chainOf, methodValue } from "./objects.ts";
import { outside, runCallbacks } from "./outside.ts";
import { Scope } from "./scope.ts";
import { type At, type Cls, type Coll, computed, type Inst, unknown, type Value } from "./values.ts";

const COLLECTIONS = new Map<string, Coll["kind"]>([
  ["Map", "map"],
  ["Set", "set"],
]);

/** `new X(...)`. */
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

/** `super(...)`. */
export function superConstructor(I: Interpreter, x: Expr & { k: "call" }, scope: Scope): void {
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
