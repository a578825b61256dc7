/** Making objects: `new`, constructors and `super`. */
import { addUnder } from "../../model/index.ts";
import type { Expr } from "../ir.ts";
import { argumentsOf, callFunction, withFate } from "./calls.ts";
import { newCollection } from "./collections.ts";
import { evaluate } from "./expressions.ts";
import { globalCall } from "./globals.ts";
import type { Interpreter } from "./interpreter.ts";
import { chainOf, methodValue } from "./objects.ts";
import { Scope } from "./scope.ts";
import { outOfHand, outside, runCallbacks } from "./unread-calls.ts";
import {
  type Args,
  type At,
  type Cls,
  type Coll,
  computed,
  type Inst,
  unknown,
  type Value,
} from "./values.ts";

const COLLECTIONS = new Map<string, Coll["collection"]>([
  ["Map", "map"],
  ["Set", "set"],
]);

/** `new X(...)`. */
export function newExpression(I: Interpreter, x: Expr & { kind: "new" }, scope: Scope): Value {
  const callee = evaluate(I, x.callee, scope);
  const args = argumentsOf(I, x.args, scope);
  const at = scope.module.at(x);
  if (callee.kind === "external") {
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
      if (executor?.kind === "function") {
        const settle = executor.func.params.map(() => unknown("computed at run time: a promise", at));
        withFate(I, "dropped", () => callFunction(I, executor, settle, null, at));
      }
      return outside(I, callee, { values: [], open: false }, x, at, true);
    }
    if (callee.pkg === "" && callee.path.join(".") === "Proxy" && args.values.length === 2) {
      const [target, handler] = args.values;
      I.hooks.givenAway?.([target!], at);
      return { kind: "term", tag: "proxy", data: { target: target!, handler: handler! }, at };
    }
    const v = I.hooks.call({ callee, args: args.values, open: args.open, isNew: true, expr: x, at }, I);
    if (v !== null) return v;
    I.hooks.givenAway?.(args.values, at);
    if (callee.pkg !== "") for (const v of args.values) outOfHand(v);
    runCallbacks(I, args.values);
    return newInstance(I, callee, args, at);
  }
  if (callee.kind === "class") {
    if (I.muted === 0) noteMade(I, callee, args);
    return instantiate(I, callee, args, at);
  }
  I.hooks.givenAway?.(args.values, at);
  runCallbacks(I, args.values);
  return computed(x, at);
}

function newInstance(I: Interpreter, cls: Value, args: Args, at: At): Inst {
  const made: Inst = {
    kind: "instance",
    cls,
    args: args.values,
    fields: new Map(),
    at,
    kept: I.keeping > 0,
  };
  return I.sharing ? { ...made, shared: true } : made;
}

function noteMade(I: Interpreter, cls: Cls, args: Args): void {
  const values = args.open ? [] : args.values;
  addUnder(I.made, cls.class, values);
}

/** A new object of a class of the program: fields and constructors are run, bases first. */
export function instantiate(I: Interpreter, cls: Cls, args: Args, at: At): Inst {
  const inst = newInstance(I, cls, args, at);
  const { classes } = chainOf(I, cls);
  construct(I, inst, classes, 0, args, at);
  if (args.open) inst.altered = true;
  else delete inst.altered;
  return inst;
}

/**
 * The object of a process. Nobody else has it before its constructors are through: what they put into its maps is there, as long
 * as nothing puts more into them later.
 */
export function instantiateProcess(I: Interpreter, cls: Cls, at: At): Inst {
  const args: Args = { values: [], open: false };
  const inst = newInstance(I, cls, args, at);
  const { classes, changed } = chainOf(I, cls);
  const { kept } = inst;
  inst.kept = false;
  construct(I, inst, classes, 0, args, at);
  inst.kept = kept;
  // An empty one is filled by and by, and is told of then.
  for (const [name, { contents: v }] of inst.fields)
    if (!changed.has(name) && (v.kind === "collection" || v.kind === "list") && v.contents.items.length === 0)
      inst.fields.delete(name);
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
  const ctor = cls.class.members.find((member) => member.kind === "constructor");
  if (ctor === undefined || ctor.func === null) {
    construct(I, inst, classes, level + 1, args, at);
    beginFields(I, inst, cls);
    return;
  }
  const fn = methodValue(cls, ctor, inst);
  if (fn === null || !I.mayCall(fn)) return;
  const outer = I.aroundConstructor;
  const { owner } = I;
  I.aroundConstructor = I.sites.length + 1;
  I.owner = inst.cls.kind === "class" ? inst.cls : null;
  callFunction(
    I,
    { ...fn, scope: new ConstructorScope(fn.scope, classes, level) },
    args.values,
    inst,
    at,
    args.open,
  );
  I.aroundConstructor = outer;
  I.owner = owner;
}

/** What a class says of its fields comes after what the constructors of those that it extends have set. */
function beginFields(I: Interpreter, inst: Inst, cls: Cls): void {
  for (const { kind, name, static: isStatic, value } of cls.class.members) {
    const cell = kind === "field" && !isStatic && value !== null ? inst.fields.get(name) : undefined;
    if (cell === undefined) continue;
    I.journal.write(cell, evaluate(I, value!, new Scope(cls.scope, cls.scope.module, inst, cls)));
  }
}

/** Lets `super(...)` in a constructor know which class comes next. */
class ConstructorScope extends Scope {
  readonly classes: readonly Cls[];
  readonly level: number;
  constructor(parent: Scope, classes: readonly Cls[], level: number) {
    super(parent, parent.module, null, null);
    this.classes = classes;
    this.level = level;
  }
}

/** `super(...)`. */
export function superConstructor(I: Interpreter, x: Expr & { kind: "call" }, scope: Scope): void {
  const args = argumentsOf(I, x.args, scope);
  let self: Value | null = null;
  for (let s: Scope | null = scope; s !== null; s = s.parent) {
    if (self === null) self = s.self;
    if (s instanceof ConstructorScope && self?.kind === "instance") {
      construct(I, self, s.classes, s.level + 1, args, scope.module.at(x));
      const cls = s.classes[s.level];
      if (cls !== undefined) beginFields(I, self, cls);
      return;
    }
  }
}
