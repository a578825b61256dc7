/** Properties of values: of objects, lists, classes, instances, modules, packages. */
import type { Expr, Member } from "../ir.ts";
import { callFunction } from "./calls.ts";
import { sizeOf } from "./collections.ts";
import { derived } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { evaluate } from "./expressions.ts";
import type { Interpreter } from "./interpreter.ts";
import { type Cell, Scope } from "./scope.ts";
import { anyElement, ELEMENT, elementOf, withoutValue } from "./symbolic.ts";
import {
  type At,
  type Cls,
  choice,
  computed,
  type Fn,
  type Inst,
  type Item,
  known,
  lit,
  type Rec,
  type Sym,
  UNDEFINED,
  type Unknown,
  unknown,
  type Value,
} from "./values.ts";

/** Where the results of start functions keep the process. */
const PROCESS_RESULTS = new Set(["ok", "pid", "ref", "value"]);

/** `this` in a scope. */
export function selfOf(scope: Scope): Value | null {
  for (let s: Scope | null = scope; s !== null; s = s.parent) if (s.self !== null) return s.self;
  return null;
}

/** The value of `o.n`. `self` is the receiver of methods and getters when it is not `o` itself. */
export function property(I: Interpreter, o: Value, n: string, at: At, x?: Expr, self: Value = o): Value {
  switch (o.k) {
    case "rec": {
      const entry = o.c.props.get(n);
      if (entry === undefined) return o.c.open ?? UNDEFINED;
      if (entry.get !== undefined && !entry.maybe) return callFunction(I, entry.get, [], o, at);
      return entry.maybe ? choice(entry.v, UNDEFINED, unknown(`"${n}" may be absent`, at)) : entry.v;
    }
    case "list":
      if (n === ELEMENT) return anyElement(o, at) ?? UNDEFINED;
      if (!I.charge(n === "length" ? o.c.items.length : Number(n) || 0)) return I.cut(at);
      return element(o.c.items, o.c.open, n, at);
    case "coll":
      if (n === ELEMENT) return anyElement(o, at) ?? UNDEFINED;
      return n === "size" ? sizeOf(o, at) : unknown(runtime(x, n), at);
    case "lit":
      if (typeof o.v === "string" && n === "length") return lit(o.v.length);
      return unknown(runtime(x, n), at);
    case "ext":
      return { k: "ext", pkg: o.pkg, path: [...o.path, n] };
    case "ns":
      return I.world.exportOf(o.m, n) ?? (n === "default" ? o : unknown(`${o.m.file} exports no "${n}"`, at));
    case "cls":
      return staticMember(I, o, n, at);
    case "inst":
      return instanceMember(I, o, n, at, self);
    case "sym":
      if (n === "alive") I.hooks.askedAlive?.(o);
      return { ...withoutValue(o), path: [...o.path, n], at } satisfies Sym;
    case "term":
      if (o.tag === "proc" && PROCESS_RESULTS.has(n)) return o;
      return o.d[n] ?? { k: "term", tag: "part", d: { of: o, name: lit(n) }, at };
    case "choice":
      return o.of
        .map((alternative) => property(I, alternative, n, at, x))
        .reduce((a, b) => choice(a, b, unknown(o.why.why, at)));
    case "unknown":
      return o;
    case "extm":
      return { ...o, n: `${o.n}.${n}` };
    case "fn":
    case "text":
      return unknown(runtime(x, n), at);
  }
}

function runtime(x: Expr | undefined, n: string): string {
  return `computed at run time: ${x === undefined ? n : excerpt(x)}`;
}

function element(items: readonly Item[], open: Value | null, n: string, at: At): Value {
  const isPlain = (): boolean => open === null && items.every((item) => item.card === "one");
  if (n === "length")
    return isPlain() ? lit(items.length) : unknown("the length of the list is not known", at);
  const i = Number(n);
  if (!Number.isInteger(i)) return unknown(`computed at run time: ${n}`, at);
  let before = 0;
  while (before <= i && items[before]?.card === "one") before++;
  if (i >= 0 && before > i) return items[i]!.v;
  if ((i < 0 || before === items.length) && isPlain()) return UNDEFINED;
  return unknown("an element of a list whose length is not known", at);
}

export function index(I: Interpreter, o: Value, by: Value, at: At, x: Expr): Value {
  const i = known(by);
  if (i.k === "lit" && (typeof i.v === "string" || typeof i.v === "number")) {
    const v = property(I, o, String(i.v), at, x);
    if (v.k === "fn") I.hooks.named?.(i.v);
    return v;
  }
  if (i.k === "choice" && i.of.every((one) => one.k === "lit"))
    return i.of.map((one) => index(I, o, one, at, x)).reduce((a, b) => choice(a, b, i.why));
  if (o.k === "unknown") return o;
  if (o.k === "inst") I.hooks.chosen?.(o, i, at);
  if (o.k === "rec" || (o.k === "inst" && i.k === "text")) {
    const functions = chosen(I, o, i, at);
    if (functions.length > 0) return oneOfFunctions(functions, derived(computed(x, at), i));
  }
  if (o.k === "sym" && o.root !== "var") return elementOf(o, computed(x, at).why, at);
  return derived(computed(x, at), o, i);
}

/** The functions among what an unknown name may choose from a table of handlers, or from the methods of an object. */
function chosen(I: Interpreter, o: Rec | Inst, i: Value, at: At): Fn[] {
  const found: Fn[] = [];
  const text = i.k === "text" ? i.p : [null];
  const names = o.k === "rec" ? o.c.props.keys() : o.cls.k === "cls" ? chainOf(I, o.cls).members.keys() : [];
  for (const n of names) {
    if (!mayBe(text, n)) continue;
    const v = property(I, o, n, at);
    if (v.k === "fn") found.push(v);
  }
  return found;
}

/** Whether a text that is known in part may be this one. */
export function mayBe(parts: readonly (string | null)[], text: string): boolean {
  const first = parts[0];
  const last = parts.at(-1);
  return (
    (typeof first !== "string" || text.startsWith(first)) && (typeof last !== "string" || text.endsWith(last))
  );
}

const MAX_FUNCTIONS = 64;

export function oneOfFunctions(functions: readonly Fn[], why: Unknown): Value {
  return { k: "choice", of: [...functions.slice(0, MAX_FUNCTIONS), UNDEFINED], why };
}

/** A class with everything that it inherits, as one execution sees it. */
export interface Chain {
  classes: Cls[];
  /** What the last of them extends. */
  base: Value | null;
  /** Names that methods change through `this`. */
  changed: Set<string>;
  /** What an object of the class has, by name. */
  members: Map<string, { cls: Cls; member: Member }>;
}

/** The class and its bases, nearest first. Cycles end. */
export function chainOf(I: Interpreter, c: Cls): Chain {
  const known = I.chains.get(c);
  if (known !== undefined) return known;
  // What it extends may, in a broken program, use the class itself.
  const own = unknown("it extends something of itself", c.scope.m.at(c.c));
  I.chains.set(c, { classes: [c], base: own, changed: new Set(c.c.asg), members: new Map() });
  const { classes, base } = basesOf(I, c);
  const changed = new Set<string>();
  const members = new Map<string, { cls: Cls; member: Member }>();
  for (const cls of classes) {
    for (const name of cls.c.asg) changed.add(name);
    const own = new Map<string, Member>();
    for (const member of cls.c.m) {
      if (member.st || member.k === "set" || member.k === "ctor" || (member.abs && member.v === null))
        continue;
      own.set(member.n, member);
    }
    for (const [name, member] of own) if (!members.has(name)) members.set(name, { cls, member });
  }
  const chain: Chain = { classes, base, changed, members };
  I.chains.set(c, chain);
  return chain;
}

function findMember(c: Cls, n: string, isStatic: boolean): Member | null {
  let found: Member | null = null;
  for (const member of c.c.m) {
    if (member.n === n && member.st === isStatic && member.k !== "set" && member.k !== "ctor") found = member;
  }
  return found;
}

/** The class that this one extends: a class of the program, something external, or not known. */
export function baseOf(I: Interpreter, c: Cls): Value | null {
  return c.c.x === null ? null : evaluate(I, c.c.x, c.scope);
}

function basesOf(I: Interpreter, c: Cls): { classes: Cls[]; base: Value | null } {
  const classes: Cls[] = [];
  let current: Cls = c;
  for (;;) {
    classes.push(current);
    const base = baseOf(I, current);
    if (base === null || base.k !== "cls") return { classes, base };
    // A mixin may be there twice, as two classes.
    if (classes.includes(base) || classes.length > 20) return { classes, base: null };
    current = base;
  }
}

export function methodValue(c: Cls, member: Member, self: Value): Fn | null {
  return member.f === null ? null : { k: "fn", f: member.f, scope: c.scope, self, home: c, bound: null };
}

/** The static member of a class that this execution assigns. */
export function staticCell(I: Interpreter, c: Cls, n: string, at: At): Cell {
  const before = property(I, c, n, at);
  let own = I.statics.get(c);
  if (own === undefined) {
    own = new Map();
    I.statics.set(c, own);
  }
  let cell = own.get(n);
  if (cell === undefined) {
    cell = { c: before };
    own.set(n, cell);
  }
  return cell;
}

/** What a field holds in the beginning is the same whoever asks for it. */
function alone(I: Interpreter, body: () => Value): Value {
  const outer = I.aroundConstructor;
  I.aroundConstructor = I.sites.length;
  const v = body();
  I.aroundConstructor = outer;
  return v;
}

/** Runs the static blocks of a class, once: what they assign is part of making it. */
function runStatics(I: Interpreter, c: Cls): ReadonlyMap<string, Cell> | undefined {
  const known = I.statics.get(c);
  if (known !== undefined || !c.c.m.some((member) => member.k === "init")) return known;
  const own = new Map<string, Cell>();
  I.statics.set(c, own);
  const [changes] = I.journal.branch(() => {
    for (const member of c.c.m) {
      if (!member.st) continue;
      if (member.k === "field" && member.v !== null)
        own.set(member.n, { c: evaluate(I, member.v, new Scope(c.scope, c.scope.m, c, c)) });
      const block = member.k === "init" ? methodValue(c, member, c) : null;
      if (block !== null) callFunction(I, block, [], c, c.scope.m.at(member));
    }
  });
  const cells = new Set<unknown>(own.values());
  for (const [target, contents] of changes) {
    // The class stays as it was made, whatever else is undone.
    if (cells.has(target)) target.c = contents;
    else I.journal.write(target, contents);
  }
  return own;
}

function staticMember(I: Interpreter, c: Cls, n: string, at: At): Value {
  if (n === "name" && c.c.n !== null) return lit(c.c.n);
  const { classes, base } = chainOf(I, c);
  let changes: Unknown | null = null;
  for (const cls of classes) {
    const m = cls.scope.m;
    const own = runStatics(I, cls)?.get(n);
    if (own !== undefined) return own.c;
    const member = findMember(cls, n, true);
    const name = cls.c.n;
    if (name !== null && Object.hasOwn(m.summary.changed, name)) {
      const settled = I.afterwards ? I.world.settled(m, name, n) : null;
      if (settled !== null) return settled;
      const { line } = m.position(m.summary.changed[name]!);
      changes ??= unknown(`"${name}" is changed after its definition (line ${line})`, m.at(cls.c));
    }
    if (member === null) continue;
    if (cls.c.asg.includes(n) && member.k === "field")
      return unknown(`"${name ?? "the class"}.${n}" is changed while the program runs`, m.at(member));
    if (member.k === "method") return methodValue(cls, member, c) ?? UNDEFINED;
    if (member.k === "get") {
      const fn = methodValue(cls, member, c);
      return fn === null ? unknown(`getter ${n}`, at) : callFunction(I, fn, [], c, at);
    }
    if (changes !== null) return changes;
    if (I.initialising.has(member))
      return unknown(`"${name ?? "the class"}.${n}" is used in its own initial value`, m.at(member));
    I.initialising.add(member);
    const v =
      member.v === null ? UNDEFINED : alone(I, () => evaluate(I, member.v!, new Scope(cls.scope, m, c, cls)));
    I.initialising.delete(member);
    return v.k === "coll" && name !== null && Object.hasOwn(m.summary.filled, name)
      ? unknown(`"${name}.${n}" is filled while the program runs`, m.at(member))
      : v;
  }
  if (changes !== null) return changes;
  if (base === null) return UNDEFINED;
  return base.k === "cls" ? UNDEFINED : property(I, base, n, at);
}

/** Whether functions in an object share something that only they see. */
function holdsFunctions(v: Rec): boolean {
  for (const { v: inner } of v.c.props.values())
    if (inner.k === "fn" && inner.scope.parent !== null) return true;
  return false;
}

function instanceMember(I: Interpreter, o: Inst, n: string, at: At, self: Value): Value {
  const cell = o.fields.get(n);
  if (cell !== undefined) return cell.c;
  if (o.cls.k !== "cls")
    return o.cls.k === "ext"
      ? { k: "extm", base: o.cls, n, self }
      : unknown(`computed at run time: ${n}`, at);
  const chain = chainOf(I, o.cls);
  const found = chain.members.get(n);
  const changed = o.kept && chain.changed.has(n);
  if (found !== undefined) {
    const { cls, member } = found;
    if (member.k === "method") return methodValue(cls, member, self) ?? UNDEFINED;
    if (member.k === "get") {
      const fn = methodValue(cls, member, self);
      return fn === null ? unknown(`getter ${n}`, at) : callFunction(I, fn, [], self, at);
    }
    if (changed || (member.v === null && o.kept)) {
      const symbolic = I.hooks.field?.(o, n, at) ?? null;
      if (symbolic !== null) return symbolic;
      if (changed) return unknown(`field "${n}" is changed while the program runs`, cls.scope.m.at(member));
      return unknown(`field "${n}" has no known value`, cls.scope.m.at(member));
    }
    if (member.v === null) return unknown(`field "${n}" has no known value`, cls.scope.m.at(member));
    if (I.initialising.has(member))
      return unknown(`field "${n}" is used in its own initial value`, cls.scope.m.at(member));
    I.initialising.add(member);
    if (o.kept) I.keeping++;
    const v = alone(I, () => evaluate(I, member.v!, new Scope(cls.scope, cls.scope.m, self, cls)));
    if (o.kept) I.keeping--;
    I.initialising.delete(member);
    if (v.k === "term" && o === self) o.fields.set(n, { c: v });
    if (v.k !== "list" && v.k !== "rec" && v.k !== "coll" && v.k !== "inst") return v;
    const filled = o.kept && (v.k === "coll" || (v.k === "list" && v.c.items.length === 0));
    const symbolic = filled ? (I.hooks.field?.(o, n, at, v) ?? null) : null;
    if (symbolic !== null) return symbolic;
    // A field is made once.
    if (o === self && (!o.kept || (v.k === "rec" && holdsFunctions(v)))) o.fields.set(n, { c: v });
    return v;
  }
  if (changed) {
    return I.hooks.field?.(o, n, at) ?? unknown(`field "${n}" is changed while the program runs`, at);
  }
  const { base } = chain;
  if (base?.k === "ext") return { k: "extm", base, n, self };
  if (base !== null && base.k !== "cls")
    return unknown(`inherited from something that is not known: ${n}`, at);
  return UNDEFINED;
}
