/** The value of an expression. */
import type { Class, Expr, Func, Stmt } from "../ir.ts";
import { assignTo, deleteAt } from "./assign.ts";
import { callExpression, callFunction } from "./calls.ts";
import { derived, originsOf, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { classKey, madeHere } from "./identity.ts";
import { newExpression } from "./instances.ts";
import type { Fate, Interpreter } from "./interpreter.ts";
import { maybe } from "./journal.ts";
import { index, property, selfOf } from "./objects.ts";
import { binary, concatenate, unary } from "./operators.ts";
import { bind } from "./patterns.ts";
import { Scope } from "./scope.ts";
import {
  type At,
  alternatives,
  type Cls,
  choice,
  computed,
  type Entry,
  type Fn,
  type Item,
  iterated,
  type ListContents,
  list,
  lit,
  nullish,
  record,
  truth,
  UNDEFINED,
  type Unknown,
  unknown,
  type Value,
} from "./values.ts";

export function evaluate(I: Interpreter, x: Expr, scope: Scope): Value {
  const fate = I.next;
  I.next = "kept";
  if (!I.step()) return I.cut(scope.m.at(x));
  const { definitions } = I.world;
  if (!definitions.enter()) return I.tooDeep(scope.m.at(x));
  const v = evaluated(I, x, scope, fate);
  definitions.leave();
  return v;
}

function evaluated(I: Interpreter, x: Expr, scope: Scope, fate: Fate): Value {
  switch (x.k) {
    case "lit":
      return lit(x.v);
    case "id":
      return name(I, x, scope);
    case "this":
      return selfOf(scope) ?? unknown("`this` is not known here", scope.m.at(x));
    case "super":
      return UNDEFINED;
    case "tpl":
      return concatenate(
        x.p.map((part) => (typeof part === "string" ? lit(part) : evaluate(I, part, scope))),
        x,
        scope.m.at(x),
      );
    case "obj":
      return object(I, x, scope);
    case "arr":
      return array(I, x, scope, fate);
    case "spread":
      return evaluateAs(I, fate, x.x, scope);
    case "get": {
      if (x.o.k === "super") return superProperty(I, x.n, scope) ?? unknown(excerpt(x), scope.m.at(x));
      const o = evaluate(I, x.o, scope);
      if (x.q && nullish(o) === true) return UNDEFINED;
      return property(I, o, x.n, scope.m.at(x), x);
    }
    case "idx":
      return index(I, evaluate(I, x.o, scope), evaluate(I, x.i, scope), scope.m.at(x), x);
    case "call":
      return callExpression(I, x, scope, fate);
    case "new":
      return newExpression(I, x, scope);
    case "cond":
      return conditional(I, x, scope, fate);
    case "bin": {
      if (x.op === "&&" || x.op === "||" || x.op === "??") return logical(I, x, scope, fate);
      const l = evaluateAs(I, x.op === "," ? "dropped" : "kept", x.l, scope);
      const r = evaluateAs(I, x.op === "," ? fate : "kept", x.r, scope);
      if (x.op === ",") return r;
      if (EQUALITY.has(x.op)) I.hooks.compared?.(l, r);
      if (l.k === "lit" && r.k === "lit" && l.v === r.v && EQUALITY.has(x.op)) I.hooks.named?.(l.v);
      return derived(binary(x, l, r, scope), l, r);
    }
    case "un": {
      const v = evaluateAs(I, x.op === "void" ? "dropped" : "kept", x.x, scope);
      return derived(unary(x, v, scope), v);
    }
    case "asg":
      return assignment(I, x, scope);
    case "fn":
      return functionValue(I, x.f, scope);
    case "cls":
      return classValue(I, x.c, scope);
    case "await": {
      const v = evaluateAs(I, "awaited", x.x, scope);
      awaited(I, v, x.x, scope.m.at(x));
      // Whoever called it and does not wait has gone on.
      if (I.unawaited > 0 && I.frame.async) I.phase = "later";
      return v;
    }
    case "opaque":
      if (x.w === "yield" || x.w === "yield*") return yielded(I, x, scope);
      for (const part of x.x) evaluate(I, part, scope);
      return unknown(
        x.w === "" ? "it is missing in the source" : `computed at run time: ${x.w}`,
        scope.m.at(x),
      );
  }
}

const EQUALITY: ReadonlySet<string> = new Set(["===", "==", "!==", "!="]);

/** Evaluates an expression of whose promise it is known what becomes of it. */
export function evaluateAs(I: Interpreter, fate: Fate, x: Expr, scope: Scope): Value {
  I.next = fate;
  return evaluate(I, x, scope);
}

/** What is returned from a function that is waited for is waited for. */
export function returned(I: Interpreter, x: Expr, scope: Scope): Value {
  const v = evaluateAs(I, I.frame.fate, x, scope);
  awaited(I, v, x, scope.m.at(x));
  return v;
}

/** Tells that a value is waited for. */
export function awaited(I: Interpreter, v: Value, x: Expr, at: At): void {
  if (I.muted === 0 && I.unawaited === 0 && I.frame.fate !== "dropped") I.hooks.awaits?.(v, x, at, I);
}

/** `yield x` and `yield* xs` add to what the generator gives. */
function yielded(I: Interpreter, x: Expr & { k: "opaque" }, scope: Scope): Value {
  const { yields } = I.frame;
  const part = x.x[0];
  const v = part === undefined ? UNDEFINED : evaluate(I, part, scope);
  if (yields !== null) {
    const at = scope.m.at(part ?? x);
    const more: ListContents =
      x.w === "yield*"
        ? spreadElements(v, part ?? x, scope)
        : { items: [{ v, card: "one", count: null, at }], open: null };
    const { items, open } = yields.c;
    I.charge(items.length + more.items.length);
    I.journal.write(yields, { items: [...items, ...more.items], open: open ?? more.open });
  }
  return unknown("computed at run time: yield", scope.m.at(x));
}

function name(I: Interpreter, x: Expr & { k: "id" }, scope: Scope): Value {
  const cell = scope.find(x.n);
  if (cell !== null) return cell.c;
  const found = I.world.lookup(scope.m, x.n);
  if (found !== null) {
    return I.afterwards ? (I.world.settled(scope.m, x.n) ?? found) : found;
  }
  if (x.n === "NaN" || x.n === "Infinity") return lit(x.n === "NaN" ? Number.NaN : Number.POSITIVE_INFINITY);
  return { k: "ext", pkg: "", path: [x.n] };
}

export function functionValue(_I: Interpreter, f: Func, scope: Scope): Fn {
  if (scope.parent === null) {
    const known = scope.m.identities.get(f);
    if (known?.k === "fn") return known;
  }
  const fn: Fn = {
    k: "fn",
    f,
    scope,
    self: f.arrow ? selfOf(scope) : null,
    home: f.arrow ? homeOf(scope) : null,
    bound: null,
  };
  if (scope.parent === null) scope.m.identities.set(f, fn);
  return fn;
}

function homeOf(scope: Scope): Cls | null {
  for (let s: Scope | null = scope; s !== null; s = s.parent) if (s.home !== null) return s.home;
  return null;
}

export function classValue(I: Interpreter, c: Class, scope: Scope): Cls {
  // At the top level of a module a class is one thing, however often the module is looked at.
  const top = scope.parent === null || (scope.parent === scope.m.scope && !scope.ofFunction);
  if (top) {
    const known = scope.m.identities.get(c);
    if (known?.k === "cls") return known;
  }
  if (top) {
    const cls: Cls = { k: "cls", c, scope };
    scope.m.identities.set(c, cls);
    return cls;
  }
  const cls: Cls = { k: "cls", c, scope, made: madeHere(I, scope) };
  if (c.x !== null) I.localClasses.set(classKey(cls), cls);
  return cls;
}

export function enumValue(I: Interpreter, e: Stmt & { k: "enum" }, scope: Scope): Value {
  const props = new Map<string, Entry>();
  const at = scope.m.at(e);
  const inner = new Scope(scope, scope.m, null, null);
  let next: number | null = 0;
  for (const member of e.m) {
    let v: Value;
    if (member.v !== null) v = evaluate(I, member.v, inner);
    else v = next === null ? unknown("computed enum member", at) : lit(next);
    next = v.k === "lit" && typeof v.v === "number" ? v.v + 1 : null;
    props.set(member.n, { v, at, maybe: false });
    inner.vars.set(member.n, { c: v });
  }
  return record(props, at);
}

function superProperty(I: Interpreter, n: string, scope: Scope): Value | null {
  const home = homeOf(scope);
  const self = selfOf(scope);
  if (home === null || self === null || home.c.x === null) return null;
  const base = evaluate(I, home.c.x, home.scope);
  return property(
    I,
    { k: "inst", cls: base, args: [], fields: new Map(), at: scope.m.at(home.c), kept: false },
    n,
    scope.m.at(home.c),
    undefined,
    self,
  );
}

function conditional(I: Interpreter, x: Expr & { k: "cond" }, scope: Scope, fate: Fate): Value {
  const test = evaluate(I, x.c, scope);
  const condition = truth(test);
  if (condition !== null) return evaluateAs(I, fate, condition ? x.t : x.f, scope);
  const why = derived(conditionUnknown(x.c, scope), test);
  const [yes, a] = I.journal.branch(() => perhaps(I, originsOf(test), () => evaluateAs(I, fate, x.t, scope)));
  const [no, b] = I.journal.branch(() => perhaps(I, originsOf(test), () => evaluateAs(I, fate, x.f, scope)));
  I.journal.merge(yes, no, why);
  return choice(a, b, why);
}

function conditionUnknown(c: Expr, scope: Scope): Unknown {
  return computed(c, scope.m.at(c), "depends on a condition: ");
}

function logical(I: Interpreter, x: Expr & { k: "bin" }, scope: Scope, fate: Fate): Value {
  const l = evaluate(I, x.l, scope);
  const decided = x.op === "??" ? nullish(l) : truth(l);
  const goOn = x.op !== "||";
  if (decided !== null) return decided === goOn ? evaluateAs(I, fate, x.r, scope) : l;
  const why = derived(conditionUnknown(x.l, scope), l);
  const [changes, r] = I.journal.branch(() =>
    perhaps(I, originsOf(l), () => evaluateAs(I, fate, x.r, scope)),
  );
  I.journal.merge(changes, new Map(), why);
  // `flag && child` is the child or something false, which the readers of lists leave out.
  if (x.op === "&&") {
    const left = alternatives(l).filter((v) => truth(v) !== true);
    const kept = left.every((v) => v.k === "lit") ? left : [lit(false)];
    return kept.reduce((a: Value, b) => choice(a, b, why), r);
  }
  const kept = alternatives(l).filter(
    (v) => (x.op === "||" ? truth(v) : nullish(v) === false || nullish(v) === null) !== false,
  );
  return kept.reduce((a: Value, b) => choice(a, b, why), r);
}

function assignment(I: Interpreter, x: Expr & { k: "asg" }, scope: Scope): Value {
  const at = scope.m.at(x);
  if (x.op === "delete") {
    if (x.t.k === "ref") deleteAt(I, x.t.x, scope);
    return lit(true);
  }
  if (x.op === "=") {
    // What a property keeps is waited for by others, if at all.
    const v = evaluateAs(I, x.t.k === "ref" ? "dropped" : "kept", x.v, scope);
    bind(I, x.t, v, scope, false);
    return v;
  }
  if (x.t.k !== "id" && x.t.k !== "ref") return unknown(excerpt(x), at);
  const target: Expr = x.t.k === "id" ? { k: "id", s: x.t.s, e: x.t.e, n: x.t.n } : x.t.x;
  const before = evaluate(I, target, scope);
  if (x.op === "??=" || x.op === "||=" || x.op === "&&=") {
    const v = logical(
      I,
      { k: "bin", s: x.s, e: x.e, op: x.op.slice(0, 2), l: target, r: x.v },
      scope,
      "kept",
    );
    assignTo(I, x.t, v, scope);
    return v;
  }
  const right = evaluate(I, x.v, scope);
  const op = x.op.slice(0, -1);
  const v = binary({ k: "bin", s: x.s, e: x.e, op, l: target, r: x.v }, before, right, scope);
  assignTo(I, x.t, v, scope);
  return x.post === true ? before : v;
}

function object(I: Interpreter, x: Expr & { k: "obj" }, scope: Scope): Value {
  const props = new Map<string, Entry>();
  const at = scope.m.at(x);
  let open: Unknown | null = null;
  const self = record(props, at);
  for (const p of x.p) {
    if (p.k === "prop") {
      let n = p.n;
      if (typeof n !== "string") {
        const key = evaluate(I, n, scope);
        const v = evaluate(I, p.v, scope);
        if (key.k !== "lit") {
          open = computed(n, scope.m.at(n), "computed property name: ");
          // It may replace any of the properties before it.
          for (const [other, entry] of props) props.set(other, { ...entry, v: choice(entry.v, v, open) });
          continue;
        }
        n = String(key.v);
        props.set(n, { v, at: scope.m.at(p), maybe: false });
        continue;
      }
      const v = method(evaluate(I, p.v, scope), self, p.v);
      // The last of two properties of one name counts, in the place of the first.
      props.set(n, { v, at: scope.m.at(p), maybe: false });
    } else if (p.k === "getter") {
      const fn = functionValue(I, p.f, scope);
      const v = callFunction(I, fn, [], self, at);
      props.set(p.n, { v, at: scope.m.at(p), maybe: false, get: fn });
    } else if (p.k === "spread") {
      const spread = evaluate(I, p.x, scope);
      if (I.charge(sizeOf(spread))) open = spreadInto(spread, props, p.x, scope.m.at(p.x)) ?? open;
      else open = I.cut(scope.m.at(p.x));
    }
  }
  self.c = { props, open };
  return self;
}

/** A method of an object literal sees the object as `this`. */
function method(v: Value, self: Value, x: Expr): Value {
  return v.k === "fn" && x.k === "fn" && !v.f.arrow ? { ...v, self } : v;
}

/** How many elements or properties would be copied of it. */
function sizeOf(v: Value): number {
  if (v.k === "choice") return v.of.reduce((sum, a) => sum + sizeOf(a), 0);
  return v.k === "rec" ? v.c.props.size : v.k === "list" || v.k === "coll" ? v.c.items.length : 0;
}

/** Adds the properties of `v`; returns why there may be others. */
export function spreadInto(v: Value, props: Map<string, Entry>, x: Expr, at: At): Unknown | null {
  if (v.k === "rec") {
    for (const [n, entry] of v.c.props) {
      const before = props.get(n);
      if (entry.maybe && before !== undefined) {
        const why = computed(x, at, "depends on ...");
        props.set(n, { v: choice(before.v, entry.v, why), at: entry.at, maybe: before.maybe });
      } else props.set(n, entry);
    }
    if (v.c.open !== null)
      for (const [n, entry] of props) if (!v.c.props.has(n)) props.set(n, { ...entry, v: v.c.open });
    return v.c.open;
  }
  if (v.k === "lit" && typeof v.v !== "string") return null;
  if (v.k === "choice" && v.of.every((a) => a.k === "rec" || a.k === "lit")) {
    let open: Unknown | null = null;
    for (const a of v.of) {
      if (a.k !== "rec") continue;
      open = a.c.open ?? open;
      for (const [n, entry] of a.c.props) {
        const before = props.get(n);
        props.set(
          n,
          before === undefined
            ? { ...entry, maybe: true }
            : { v: choice(before.v, entry.v, v.why), at: entry.at, maybe: before.maybe },
        );
      }
    }
    return open;
  }
  const why = derived(
    v.k === "unknown"
      ? unknown(`...${excerpt(x)} is not known: ${v.why}`, at)
      : unknown(`...${excerpt(x)} is not known`, at),
    v,
  );
  // What comes before the spread may be replaced by it.
  for (const [n, entry] of props) props.set(n, { ...entry, v: why });
  return why;
}

/** From here on a list is data that somebody has generated. */
const LONG_LIST = 500;

function array(I: Interpreter, x: Expr & { k: "arr" }, scope: Scope, fate: Fate): Value {
  if (x.p.length <= LONG_LIST) return elementsOf(I, x, scope, fate);
  return I.literal(x, x.p.length, () => elementsOf(I, x, scope, fate));
}

function elementsOf(I: Interpreter, x: Expr & { k: "arr" }, scope: Scope, fate: Fate): Value {
  const items: Item[] = [];
  let open: Unknown | null = null;
  for (const p of x.p) {
    const at = scope.m.at(p);
    if (p.k !== "spread") {
      items.push({ v: evaluateAs(I, fate, p, scope), card: "one", count: null, at });
      continue;
    }
    const v = evaluateAs(I, fate, p.x, scope);
    if (!I.charge(sizeOf(v))) {
      open = I.cut(at);
      break;
    }
    const spread = spreadElements(v, p.x, scope);
    for (const item of spread.items) items.push(item);
    open = spread.open ?? open;
  }
  return { ...list(items, scope.m.at(x), open), literal: true };
}

/** What `...v` puts into a list of elements or arguments. */
export function spreadElements(v: Value, x: Expr, scope: Scope): ListContents {
  const contents = iterated(v, scope.m.at(x));
  if (contents !== null) return contents;
  if (v.k === "choice") {
    const items: Item[] = [];
    let open: Unknown | null = null;
    for (const a of v.of) {
      const one = iterated(a);
      if (one !== null) {
        items.push(...one.items.map(maybe));
        open = one.open ?? open;
      } else if (a.k !== "lit") open = elements(a, x, scope);
    }
    return { items, open };
  }
  return { items: [], open: v.k === "lit" && typeof v.v !== "string" ? null : elements(v, x, scope) };
}

function elements(v: Value, x: Expr, scope: Scope): Unknown {
  if (v.k === "sym" && v.why !== undefined)
    return unknown(`...${excerpt(x)} is not known: ${v.why}`, scope.m.at(x));
  return v.k === "unknown"
    ? v.why.startsWith("computed at run time")
      ? v
      : unknown(`...${excerpt(x)} is not known: ${v.why}`, scope.m.at(x))
    : computed(x, scope.m.at(x), "computed at run time: ...");
}
