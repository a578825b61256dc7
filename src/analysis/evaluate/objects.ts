/** Properties of values: of objects, lists, classes, instances, modules, packages. */
import type { Expr, Member } from "../ir.ts";
import { callFunction } from "./calls.ts";
import { sizeOf } from "./collections.ts";
import { excerpt } from "./excerpt.ts";
import { evaluate } from "./expressions.ts";
import type { Interpreter } from "./interpreter.ts";
import { Scope } from "./scope.ts";
import {
  type At,
  type Cls,
  choice,
  computed,
  type Fn,
  type Inst,
  type Item,
  lit,
  type Sym,
  UNDEFINED,
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
      return entry.maybe ? choice(entry.v, UNDEFINED, unknown(`"${n}" may be absent`, at)) : entry.v;
    }
    case "list":
      return element(o.c.items, o.c.open, n, at);
    case "coll":
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
      return { ...o, path: [...o.path, n], at } satisfies Sym;
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
  const plain = open === null && items.every((item) => item.card === "one");
  if (n === "length") return plain ? lit(items.length) : unknown("the length of the list is not known", at);
  const i = Number(n);
  if (!Number.isInteger(i)) return unknown(`computed at run time: ${n}`, at);
  if (items.slice(0, i + 1).every((item) => item.card === "one")) {
    const item = items[i];
    if (item !== undefined) return item.v;
    if (plain) return UNDEFINED;
  }
  return unknown("an element of a list whose length is not known", at);
}

export function index(I: Interpreter, o: Value, i: Value, at: At, x: Expr): Value {
  if (i.k === "lit" && (typeof i.v === "string" || typeof i.v === "number"))
    return property(I, o, String(i.v), at, x);
  if (o.k === "unknown") return o;
  return computed(x, at);
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
    const next = base;
    if (classes.some((known) => known.c === next.c) || classes.length > 20) return { classes, base: null };
    current = base;
  }
}

export function methodValue(c: Cls, member: Member, self: Value): Fn | null {
  return member.f === null ? null : { k: "fn", f: member.f, scope: c.scope, self, home: c, bound: null };
}

function staticMember(I: Interpreter, c: Cls, n: string, at: At): Value {
  if (n === "name" && c.c.n !== null) return lit(c.c.n);
  const { classes, base } = chainOf(I, c);
  for (const cls of classes) {
    const member = findMember(cls, n, true);
    if (member === null) continue;
    const m = cls.scope.m;
    if (member.k === "method") return methodValue(cls, member, c) ?? UNDEFINED;
    if (member.k === "get") {
      const fn = methodValue(cls, member, c);
      return fn === null ? unknown(`getter ${n}`, at) : callFunction(I, fn, [], c, at);
    }
    const changed = cls.c.n !== null && Object.hasOwn(m.summary.changed, cls.c.n);
    if (changed) return unknown(`"${cls.c.n}" is changed after its definition`, m.at(member));
    return member.v === null ? UNDEFINED : evaluate(I, member.v, new Scope(cls.scope, m, c, cls));
  }
  if (base === null) return UNDEFINED;
  return base.k === "cls" ? UNDEFINED : property(I, base, n, at);
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
  const changed = chain.changed.has(n);
  if (found !== undefined) {
    const { cls, member } = found;
    if (member.k === "method") return methodValue(cls, member, self) ?? UNDEFINED;
    if (member.k === "get") {
      const fn = methodValue(cls, member, self);
      return fn === null ? unknown(`getter ${n}`, at) : callFunction(I, fn, [], self, at);
    }
    if (changed || member.v === null) {
      const symbolic = I.hooks.field?.(o, n, at) ?? null;
      if (symbolic !== null) return symbolic;
      if (changed) return unknown(`field "${n}" is changed while the program runs`, cls.scope.m.at(member));
      return unknown(`field "${n}" has no known value`, cls.scope.m.at(member));
    }
    return evaluate(I, member.v, new Scope(cls.scope, cls.scope.m, self, cls));
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
