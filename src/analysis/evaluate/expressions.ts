/** The value of an expression. */
import type { Class, Expr, Func, Stmt } from "../ir.ts";
import { assignTo, deleteAt } from "./assign.ts";
import { callExpression, callFunction } from "./calls.ts";
import { derived, originsOf, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { isInstance, isRejected } from "./failure.ts";
import { holds, isNullish } from "./formula.ts";
import { HALF_TYPED, whyOfSpread } from "./half-typed.ts";
import { classKey, madeHere } from "./identity.ts";
import { newExpression } from "./instances.ts";
import type { Fate, Interpreter, WaitedBy } from "./interpreter.ts";
import { maybe } from "./journal.ts";
import { withExports } from "./namespaces.ts";
import { chainOf, index, ofVariable, property, selfOf } from "./objects.ts";
import { binary, concatenate, unary } from "./operators.ts";
import { bind } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { EQUALITY, nullish, truth } from "./truth.ts";
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
  record,
  thrown,
  UNDEFINED,
  type Unknown,
  unknown,
  type Value,
} from "./values.ts";

export function evaluate(I: Interpreter, x: Expr, scope: Scope): Value {
  const fate = I.next;
  I.next = "kept";
  if (!I.step()) return I.cut(scope.module.at(x));
  const { definitions } = I.world;
  if (!definitions.enter()) return I.tooDeep(scope.module.at(x));
  const v = evaluated(I, x, scope, fate);
  definitions.leave();
  return v;
}

function evaluated(I: Interpreter, x: Expr, scope: Scope, fate: Fate): Value {
  switch (x.kind) {
    case "literal":
      return lit(x.value);
    case "identifier":
      return name(I, x, scope);
    case "this":
      return selfOf(scope) ?? unknown("`this` is not known here", scope.module.at(x));
    case "super":
      return UNDEFINED;
    case "template":
      return concatenate(
        x.parts.map((part) => (typeof part === "string" ? lit(part) : evaluate(I, part, scope))),
        x,
        scope.module.at(x),
      );
    case "object":
      return object(I, x, scope);
    case "array":
      return array(I, x, scope, fate);
    case "spread":
      return evaluateAs(I, fate, x.argument, scope);
    case "get": {
      if (x.object.kind === "super")
        return superProperty(I, x.name, scope) ?? unknown(excerpt(x), scope.module.at(x));
      const o = evaluate(I, x.object, scope);
      if (x.optional && nullish(o) === true) return UNDEFINED;
      return property(I, o, x.name, scope.module.at(x), x);
    }
    case "index":
      return index(I, evaluate(I, x.object, scope), evaluate(I, x.index, scope), scope.module.at(x), x);
    case "call":
      return callExpression(I, x, scope, fate);
    case "new":
      return newExpression(I, x, scope);
    case "conditional":
      return conditional(I, x, scope, fate);
    case "binary": {
      if (x.op === "&&" || x.op === "||" || x.op === "??") return logical(I, x, scope, fate);
      return ofTwo(I, x, scope, fate);
    }
    case "unary": {
      const v = evaluateAs(I, x.op === "void" ? "dropped" : "kept", x.argument, scope);
      return derived(unary(x, v, scope), v);
    }
    case "assignment":
      return assignment(I, x, scope, fate);
    case "function":
      return functionValue(I, x.func, scope);
    case "class":
      return classValue(I, x.class, scope);
    case "await": {
      const v = evaluateAs(I, "awaited", x.argument, scope);
      awaited(I, v, x.argument, scope.module.at(x), "await");
      // Whoever called it and does not wait has gone on.
      if (I.unawaited > 0 && I.frame.async) I.phase = "later";
      return isRejected(v) ? thrown("a promise that fails", scope.module.at(x)) : v;
    }
    case "opaque":
      if (x.what === "yield" || x.what === "yield*") return yielded(I, x, scope);
      for (const part of x.parts) evaluate(I, part, scope);
      return unknown(HALF_TYPED.get(x.what) ?? `computed at run time: ${x.what}`, scope.module.at(x));
  }
}

/** An operator whose operands are both evaluated. */
function ofTwo(I: Interpreter, x: Expr & { kind: "binary" }, scope: Scope, fate: Fate): Value {
  const l = evaluateAs(I, x.op === "," ? "dropped" : "kept", x.left, scope);
  const r = evaluateAs(I, x.op === "," ? fate : "kept", x.right, scope);
  if (x.op === ",") return r;
  if (EQUALITY.has(x.op)) I.hooks.compared?.(l, r);
  if (x.op === "instanceof") {
    const is = isInstance(I.hooks.failure, l, r);
    if (is !== null) return lit(is);
  }
  if (x.op === "in" && r.kind === "record")
    for (const name of r.contents.props.keys()) I.hooks.compared?.(l, lit(name));
  if (x.op === "in" && r.kind === "instance" && l.kind === "literal" && r.cls.kind === "class")
    if (chainOf(I, r.cls).members.has(String(l.value))) return lit(true);
  if (l.kind === "literal" && r.kind === "literal" && l.value === r.value && EQUALITY.has(x.op))
    I.hooks.named?.(l.value);
  return derived(binary(x, l, r, scope), l, r);
}

/** Evaluates an expression of whose promise it is known what becomes of it. */
export function evaluateAs(I: Interpreter, fate: Fate, x: Expr, scope: Scope): Value {
  I.next = fate;
  return evaluate(I, x, scope);
}

/** What is returned from a function that is waited for is waited for. */
export function returned(I: Interpreter, x: Expr, scope: Scope): Value {
  const v = evaluateAs(I, I.frame.fate, x, scope);
  awaited(I, v, x, scope.module.at(x), I.frame.async ? "return" : "await");
  return v;
}

/** Tells that a value is waited for. */
export function awaited(I: Interpreter, v: Value, x: Expr, at: At, by: WaitedBy): void {
  if (I.muted === 0 && I.unawaited === 0 && I.frame.fate !== "dropped") I.hooks.awaits?.(v, x, at, I, by);
}

/** `yield x` and `yield* xs` add to what the generator gives. */
function yielded(I: Interpreter, x: Expr & { kind: "opaque" }, scope: Scope): Value {
  const { yields } = I.frame;
  const part = x.parts[0];
  const v = part === undefined ? UNDEFINED : evaluate(I, part, scope);
  if (yields !== null) {
    const at = scope.module.at(part ?? x);
    const more: ListContents =
      x.what === "yield*"
        ? spreadElements(v, part ?? x, scope)
        : { items: [{ value: v, card: "one", count: null, at }], open: null };
    const { items, open } = yields.contents;
    I.charge(items.length + more.items.length);
    I.journal.write(yields, { items: [...items, ...more.items], open: open ?? more.open });
  }
  return unknown("computed at run time: yield", scope.module.at(x));
}

function name(I: Interpreter, x: Expr & { kind: "identifier" }, scope: Scope): Value {
  const cell = scope.find(x.name);
  if (cell !== null) return cell.contents;
  const found = I.world.lookup(scope.module, x.name);
  if (found !== null) {
    const settled = I.afterwards ? (I.world.settled(scope.module, x.name) ?? found) : found;
    return settled.kind === "symbol" ? ofVariable(I, settled) : settled;
  }
  if (x.name === "NaN" || x.name === "Infinity")
    return lit(x.name === "NaN" ? Number.NaN : Number.POSITIVE_INFINITY);
  return { kind: "external", pkg: "", path: [x.name] };
}

export function functionValue(_I: Interpreter, f: Func, scope: Scope): Fn {
  if (scope.parent === null) {
    const known = scope.module.identities.get(f);
    if (known?.kind === "function") return known;
  }
  const fn: Fn = {
    kind: "function",
    func: f,
    scope,
    self: f.arrow ? selfOf(scope) : null,
    home: f.arrow ? homeOf(scope) : null,
    bound: null,
  };
  if (scope.parent === null) scope.module.identities.set(f, fn);
  return fn;
}

function homeOf(scope: Scope): Cls | null {
  for (let s: Scope | null = scope; s !== null; s = s.parent) if (s.home !== null) return s.home;
  return null;
}

export function classValue(I: Interpreter, c: Class, scope: Scope): Cls {
  // At the top level of a module a class is one thing, however often the module is looked at.
  const top = scope.parent === null || (scope.parent === scope.module.scope && !scope.ofFunction);
  if (top) {
    const known = scope.module.identities.get(c);
    if (known?.kind === "class") return known;
  }
  if (top) {
    const cls: Cls = { kind: "class", class: c, scope };
    scope.module.identities.set(c, cls);
    return cls;
  }
  const cls: Cls = { kind: "class", class: c, scope, made: madeHere(I, scope) };
  if (c.base !== null) I.localClasses.set(classKey(cls), cls);
  return cls;
}

export function enumValue(I: Interpreter, e: Stmt & { kind: "enum" }, scope: Scope): Value {
  const props = new Map<string, Entry>();
  const at = scope.module.at(e);
  const inner = new Scope(scope, scope.module, null, null);
  let next: number | null = 0;
  for (const member of e.members) {
    let v: Value;
    if (member.value !== null) v = evaluate(I, member.value, inner);
    else v = next === null ? unknown("computed enum member", at) : lit(next);
    next = v.kind === "literal" && typeof v.value === "number" ? v.value + 1 : null;
    props.set(member.name, { value: v, at, maybe: false });
    inner.vars.set(member.name, { contents: v });
  }
  return record(props, at);
}

function superProperty(I: Interpreter, n: string, scope: Scope): Value | null {
  const home = homeOf(scope);
  const self = selfOf(scope);
  if (home === null || self === null || home.class.base === null) return null;
  const base = evaluate(I, home.class.base, home.scope);
  return property(
    I,
    {
      kind: "instance",
      cls: base,
      args: [],
      fields: new Map(),
      at: scope.module.at(home.class),
      kept: false,
    },
    n,
    scope.module.at(home.class),
    undefined,
    self,
  );
}

function conditional(I: Interpreter, x: Expr & { kind: "conditional" }, scope: Scope, fate: Fate): Value {
  const test = evaluate(I, x.test, scope);
  const condition = holds(I, test);
  if (condition !== null) return evaluateAs(I, fate, condition ? x.consequent : x.alternate, scope);
  const why = derived(conditionUnknown(x.test, scope), test);
  const [yes, a] = I.journal.branch(() =>
    perhaps(I, originsOf(test), () => evaluateAs(I, fate, x.consequent, scope)),
  );
  const [no, b] = I.journal.branch(() =>
    perhaps(I, originsOf(test), () => evaluateAs(I, fate, x.alternate, scope)),
  );
  I.journal.merge(yes, no, why);
  return choice(a, b, why);
}

function conditionUnknown(c: Expr, scope: Scope): Unknown {
  return computed(c, scope.module.at(c), "depends on a condition: ");
}

function logical(
  I: Interpreter,
  x: Expr & { kind: "binary" },
  scope: Scope,
  fate: Fate,
  left = () => evaluate(I, x.left, scope),
): Value {
  const l = left();
  const decided = x.op === "??" ? isNullish(I, l) : holds(I, l);
  const goOn = x.op !== "||";
  if (decided !== null) return decided === goOn ? evaluateAs(I, fate, x.right, scope) : l;
  const why = derived(conditionUnknown(x.left, scope), l);
  const [changes, r] = I.journal.branch(() =>
    perhaps(I, originsOf(l), () => evaluateAs(I, fate, x.right, scope)),
  );
  I.journal.merge(changes, new Map(), why);
  // `flag && child` is the child or something false, which the readers of lists leave out.
  if (x.op === "&&") {
    const left = alternatives(l).filter((v) => truth(v) !== true);
    const kept = left.every((v) => v.kind === "literal") ? left : [lit(false)];
    return kept.reduce((a: Value, b) => choice(a, b, why), r);
  }
  const kept = alternatives(l).filter(
    (v) => (x.op === "||" ? truth(v) : nullish(v) === false || nullish(v) === null) !== false,
  );
  return kept.reduce((a: Value, b) => choice(a, b, why), r);
}

function assignment(I: Interpreter, x: Expr & { kind: "assignment" }, scope: Scope, fate: Fate): Value {
  const at = scope.module.at(x);
  if (x.op === "delete") {
    if (x.target.kind === "reference") deleteAt(I, x.target.expr, scope);
    return lit(true);
  }
  if (x.op === "=") {
    // What a property keeps is waited for by others, if at all.
    const v = evaluateAs(I, x.target.kind === "reference" ? "dropped" : "kept", x.value, scope);
    bind(I, x.target, v, scope, false);
    return v;
  }
  if (x.target.kind !== "identifier" && x.target.kind !== "reference") return unknown(excerpt(x), at);
  const target: Expr =
    x.target.kind === "identifier"
      ? { kind: "identifier", start: x.target.start, end: x.target.end, name: x.target.name }
      : x.target.expr;
  // Where nobody looks at the result, what was there is read for nothing else.
  const old = (): Value =>
    fate === "dropped" ? I.toSet(() => evaluate(I, target, scope)) : evaluate(I, target, scope);
  if (x.op === "??=" || x.op === "||=" || x.op === "&&=") {
    const v = logical(
      I,
      { kind: "binary", start: x.start, end: x.end, op: x.op.slice(0, 2), left: target, right: x.value },
      scope,
      "kept",
      old,
    );
    assignTo(I, x.target, v, scope);
    return v;
  }
  const before = old();
  const right = evaluate(I, x.value, scope);
  const op = x.op.slice(0, -1);
  const v = binary(
    { kind: "binary", start: x.start, end: x.end, op, left: target, right: x.value },
    before,
    right,
    scope,
  );
  assignTo(I, x.target, v, scope);
  return x.post === true ? before : v;
}

function object(I: Interpreter, x: Expr & { kind: "object" }, scope: Scope): Value {
  const props = new Map<string, Entry>();
  const at = scope.module.at(x);
  let open: Unknown | null = null;
  const among: Value[] = [];
  const self = record(props, at);
  for (const p of x.props) {
    if (p.kind === "property") {
      let n = p.name;
      if (typeof n !== "string") {
        const key = evaluate(I, n, scope);
        const v = evaluate(I, p.value, scope);
        if (key.kind !== "literal") {
          open = computed(n, scope.module.at(n), "computed property name: ");
          // It may replace any of the properties before it.
          for (const [other, entry] of props)
            props.set(other, { ...entry, value: choice(entry.value, v, open) });
          among.push(v);
          continue;
        }
        n = String(key.value);
        props.set(n, { value: v, at: scope.module.at(p), maybe: false });
        continue;
      }
      const v = method(evaluate(I, p.value, scope), self, p.value);
      // The last of two properties of one name counts, in the place of the first.
      props.set(n, { value: v, at: scope.module.at(p), maybe: false });
    } else if (p.kind === "getter") {
      const fn = functionValue(I, p.func, scope);
      const v = callFunction(I, fn, [], self, at);
      props.set(p.name, { value: v, at: scope.module.at(p), maybe: false, get: fn });
    } else if (p.kind === "spread") {
      const spread = withExports(I, evaluate(I, p.argument, scope), at);
      if (spread.kind === "record") among.push(...(spread.contents.among ?? []));
      if (I.charge(sizeOf(spread))) {
        const more: Unknown | null = spreadInto(spread, props, p.argument, scope.module.at(p.argument));
        if (open === null && more !== null && spread.kind === "symbol") open = { ...more, rest: spread };
        else open = more ?? open;
      } else open = I.cut(scope.module.at(p.argument));
    }
  }
  self.contents = among.length === 0 ? { props, open } : { props, open, among };
  return self;
}

/** A method of an object literal sees the object as `this`. */
function method(v: Value, self: Value, x: Expr): Value {
  return v.kind === "function" && x.kind === "function" && !v.func.arrow ? { ...v, self } : v;
}

/** How many elements or properties would be copied of it. */
function sizeOf(v: Value): number {
  if (v.kind === "choice") return v.of.reduce((sum, a) => sum + sizeOf(a), 0);
  return v.kind === "record"
    ? v.contents.props.size
    : v.kind === "list" || v.kind === "collection"
      ? v.contents.items.length
      : 0;
}

/** Adds the properties of `v`; returns why there may be others. */
export function spreadInto(v: Value, props: Map<string, Entry>, x: Expr, at: At): Unknown | null {
  if (v.kind === "record") {
    for (const [n, entry] of v.contents.props) {
      const before = props.get(n);
      if (entry.maybe && before !== undefined) {
        const why = computed(x, at, "depends on ...");
        props.set(n, { value: choice(before.value, entry.value, why), at: entry.at, maybe: before.maybe });
      } else props.set(n, entry);
    }
    if (v.contents.open !== null)
      for (const [n, entry] of props)
        if (!v.contents.props.has(n)) props.set(n, { ...entry, value: v.contents.open });
    return v.contents.open;
  }
  if (v.kind === "literal" && typeof v.value !== "string") return null;
  if (v.kind === "choice" && v.of.every((a) => a.kind === "record" || a.kind === "literal")) {
    let open: Unknown | null = null;
    // What each of them has is there for certain.
    const isInAll = (n: string): boolean =>
      v.of.every((a) => a.kind === "record" && a.contents.props.get(n)?.maybe === false);
    const replaced = new Set<string>();
    for (const a of v.of) {
      if (a.kind !== "record") continue;
      open = a.contents.open ?? open;
      for (const [n, entry] of a.contents.props) {
        const before = props.get(n);
        if (!replaced.has(n) && isInAll(n)) props.set(n, entry);
        else if (before === undefined) props.set(n, { ...entry, maybe: true });
        else {
          const value = choice(before.value, entry.value, v.why);
          props.set(n, { value, at: entry.at, maybe: before.maybe });
        }
        replaced.add(n);
      }
    }
    return open;
  }
  const why = derived(
    unknown(v.kind === "unknown" ? whyOfSpread(x, v.why) : `...${excerpt(x)} is not known`, at),
    v,
  );
  // What comes before the spread may be replaced by it.
  for (const [n, entry] of props) props.set(n, { ...entry, value: why });
  return why;
}

/** From here on a list is data that somebody has generated. */
const LONG_LIST = 500;

function array(I: Interpreter, x: Expr & { kind: "array" }, scope: Scope, fate: Fate): Value {
  if (x.items.length <= LONG_LIST) return elementsOf(I, x, scope, fate);
  return I.literal(x, x.items.length, () => elementsOf(I, x, scope, fate));
}

function elementsOf(I: Interpreter, x: Expr & { kind: "array" }, scope: Scope, fate: Fate): Value {
  const items: Item[] = [];
  let open: Unknown | null = null;
  for (const p of x.items) {
    const at = scope.module.at(p);
    if (p.kind !== "spread") {
      items.push({ value: evaluateAs(I, fate, p, scope), card: "one", count: null, at });
      continue;
    }
    const v = evaluateAs(I, fate, p.argument, scope);
    if (!I.charge(sizeOf(v))) {
      open = I.cut(at);
      break;
    }
    const spread = spreadElements(v, p.argument, scope);
    for (const item of spread.items) items.push(item);
    open = spread.open ?? open;
  }
  return { ...list(items, scope.module.at(x), open), literal: true };
}

/** What `...v` puts into a list of elements or arguments. */
export function spreadElements(v: Value, x: Expr, scope: Scope): ListContents {
  const contents = iterated(v, scope.module.at(x));
  if (contents !== null) return contents;
  if (v.kind === "choice") {
    const items: Item[] = [];
    let open: Unknown | null = null;
    for (const a of v.of) {
      const one = iterated(a, scope.module.at(x));
      if (one !== null) {
        items.push(...one.items.map(maybe));
        open = one.open ?? open;
      } else if (a.kind !== "literal") open = elements(a, x, scope);
    }
    return { items, open };
  }
  return {
    items: [],
    open: v.kind === "literal" && typeof v.value !== "string" ? null : elements(v, x, scope),
  };
}

function elements(v: Value, x: Expr, scope: Scope): Unknown {
  const at = scope.module.at(x);
  const why = v.kind === "symbol" || v.kind === "unknown" ? v.why : undefined;
  if (why === undefined) return computed(x, at, "computed at run time: ...");
  return v.kind === "unknown" && why.startsWith("computed at run time")
    ? v
    : unknown(whyOfSpread(x, why), at);
}
