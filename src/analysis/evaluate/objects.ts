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
import { known } from "./truth.ts";
import {
  type At,
  alternatives,
  type Chain,
  type Cls,
  choice,
  computed,
  type Ext,
  type Fn,
  type Inst,
  type Item,
  isLit,
  lit,
  type Rec,
  type Sym,
  type Term,
  UNDEFINED,
  type Unknown,
  unknown,
  unknownKept,
  type Value,
} from "./values.ts";

/** Where the results of start functions keep the process. */
const PROCESS_RESULTS = new Set(["ok", "pid", "ref", "value"]);

/** `this` in a scope. */
export function selfOf(scope: Scope): Value | null {
  for (let s: Scope | null = scope; s !== null; s = s.parent) if (s.self !== null) return s.self;
  return null;
}

/** One of what is in an object, under whichever name. */
function anyPart({ contents: { props, among = [], open } }: Rec, at: At): Value {
  const parts = [...[...props.values()].map(({ value }) => value), ...among];
  const why = open ?? unknown("one of the properties", at);
  return parts.length === 0 ? (open ?? UNDEFINED) : parts.reduce((a, b) => choice(a, b, why));
}

/** The value of `o.n`. `self` is the receiver of methods and getters when it is not `o` itself. */
export function property(I: Interpreter, o: Value, n: string, at: At, x?: Expr, self: Value = o): Value {
  switch (o.kind) {
    case "record": {
      if (n === ELEMENT) return anyPart(o, at);
      const entry = o.contents.props.get(n);
      if (entry === undefined) {
        const { open } = o.contents;
        return open?.rest === undefined ? (open ?? UNDEFINED) : property(I, open.rest, n, at, x);
      }
      if (entry.get !== undefined && !entry.maybe) return callFunction(I, entry.get, [], o, at);
      if (entry.maybe) return choice(entry.value, UNDEFINED, unknown(`"${n}" may be absent`, at));
      return o.of !== undefined && entry.value.kind === "symbol" ? ofVariable(I, entry.value) : entry.value;
    }
    case "list":
      if (n === ELEMENT) return anyElement(o, at) ?? UNDEFINED;
      if (!I.charge(n === "length" ? o.contents.items.length : Number(n) || 0)) return I.cut(at);
      return element(o.contents.items, o.contents.open, n, at);
    case "collection":
      if (n === ELEMENT) return anyElement(o, at) ?? UNDEFINED;
      return n === "size" ? sizeOf(o, at) : unknown(runtime(x, n), at);
    case "literal":
      if (typeof o.value === "string" && n === "length") return lit(o.value.length);
      return unknown(runtime(x, n), at);
    case "external":
      return (
        globalConstant(o, n) ?? { kind: "external", pkg: o.pkg, path: isGlobalThis(o) ? [n] : [...o.path, n] }
      );
    case "namespace":
      return (
        I.world.exportOf(o.module, n) ??
        (n === "default" ? o : unknown(`${o.module.file} exports no "${n}"`, at))
      );
    case "class":
      return I.world.addedTo(o, n) ?? staticMember(I, o, n, at);
    case "instance":
      return instanceMember(I, o, n, at, self);
    case "symbol":
      if (n === "alive") I.hooks.askedAlive?.(o);
      return ofVariable(I, { ...withoutValue(o), path: [...o.path, n], at });
    case "term":
      if (o.tag === "proc" && PROCESS_RESULTS.has(n)) return o;
      if (o.tag === "proxy") return throughProxy(I, o, n, at);
      // A name such as `constructor` is none of its data.
      if (Object.hasOwn(o.data, n)) return o.data[n]!;
      return { kind: "term", tag: "part", data: { of: o, name: lit(n) }, at };
    case "choice":
      return o.of
        .map((alternative) => property(I, alternative, n, at, x))
        .reduce((a, b) => choice(a, b, unknown(o.why.why, at)));
    case "unknown":
      return insideUnknown(o, n);
    case "externalMethod":
      return { ...o, name: `${o.name}.${n}` };
    case "function":
      return I.world.addedTo(o, n) ?? unknown(runtime(x, n), at);
    case "text":
      return unknown(runtime(x, n), at);
  }
}

/** What is in it is what has its name alone: `globalThis.fetch`. */
const isGlobalThis = ({ pkg, path }: Ext): boolean =>
  pkg === "" && path.length === 1 && path[0] === "globalThis";

/** Names a variable of a module, or a property of the object in one or in a field; null for anything else. */
function placeIn({ root, name, path }: Sym): string | null {
  const isOne = root === "var" || (root === "field" && path.length > 0);
  return isOne && !path.includes(ELEMENT) ? [root, name, ...path].join("\0") : null;
}

/** What such a place was given by what runs now. */
export function ofVariable(I: Interpreter, v: Sym): Value {
  if (I.variables === null || I.variables.size === 0) return v;
  return I.variables.get(placeIn(v) ?? "")?.contents ?? v;
}

export function setVariable(I: Interpreter, variable: Value | null, v: Value): void {
  if (variable?.kind !== "symbol" || I.variables === null) return;
  const place = placeIn(variable);
  if (place === null) return;
  let cell = I.variables.get(place);
  if (cell === undefined) {
    cell = { contents: variable };
    I.variables.set(place, cell);
  }
  I.journal.write(cell, v);
}

/** What is in it is not what it is. */
function insideUnknown(v: Unknown, name: string): Unknown {
  if (v.formula === undefined && v.kept === undefined) return v;
  const { formula: _, kept, ...rest } = v;
  return kept === undefined ? rest : { ...rest, kept: { ...kept, path: [...kept.path, name] } };
}

/** What a `Proxy` gives for a name: its trap's answer, or what its target has. */
function throughProxy(I: Interpreter, proxy: Term, n: string, at: At): Value {
  const { target = UNDEFINED, handler = UNDEFINED } = proxy.data;
  const get = property(I, handler, "get", at);
  if (isLit(get, undefined)) return property(I, target, n, at);
  if (get.kind !== "function") return unknown(`computed at run time: ${n}`, at);
  return callFunction(I, get, [target, lit(n), proxy], handler, at);
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
  // What is not known of it may be anywhere.
  if (open === null && i >= 0 && before > i) return items[i]!.value;
  if ((i < 0 || before === items.length) && isPlain()) return UNDEFINED;
  return unknown("an element of a list whose length is not known", at);
}

export function index(I: Interpreter, o: Value, by: Value, at: At, x: Expr): Value {
  const i = known(by);
  if (i.kind === "literal" && (typeof i.value === "string" || typeof i.value === "number")) {
    const v = property(I, o, String(i.value), at, x);
    if (v.kind === "function") I.hooks.named?.(i.value, "key");
    return v;
  }
  if (i.kind === "choice" && i.of.every((one) => one.kind === "literal"))
    return i.of.map((one) => index(I, o, one, at, x)).reduce((a, b) => choice(a, b, i.why));
  if (o.kind === "unknown") return insideUnknown(o, ELEMENT);
  // A table in a table.
  if (o.kind === "choice" && o.of.every((one) => one.kind === "record" || one.kind === "literal"))
    return o.of
      .filter((one) => one.kind === "record")
      .map((one) => index(I, one, i, at, x))
      .reduce((a, b) => choice(a, b, derived(computed(x, at), o, i)), UNDEFINED);
  if (o.kind === "instance") I.hooks.chosen?.(o, i, at);
  if (o.kind === "record" || (o.kind === "instance" && i.kind === "text")) {
    const candidates = chosen(I, o, i, at);
    if (candidates.length > 0) return oneOfThem(candidates, derived(computed(x, at), i));
  }
  if (o.kind === "symbol" && o.root !== "var") return elementOf(o, computed(x, at).why, at);
  return derived(computed(x, at), o, i);
}

/** What is looked up by a name that is not known: handlers, classes, specs, registered names. */
export const LOOKED_UP: ReadonlySet<Value["kind"]> = new Set(["function", "class", "record", "term"]);

/** What an unknown name may choose from a table, or from the methods of an object. */
function chosen(I: Interpreter, o: Rec | Inst, i: Value, at: At): Value[] {
  const found: Value[] = [];
  const text = i.kind === "text" ? i.parts : [null];
  const names =
    o.kind === "record"
      ? o.contents.props.keys()
      : o.cls.kind === "class"
        ? chainOf(I, o.cls).members.keys()
        : [];
  for (const n of names) {
    if (!mayBe(text, n)) continue;
    // A lookup compares what is looked up with each name.
    if (i.kind !== "text") I.hooks.compared?.(i, lit(n));
    else if (i.hole !== undefined) I.hooks.compared?.(i.hole, lit(filling(i.parts, n)));
    const v = property(I, o, n, at);
    if (v.kind === "function" || (o.kind === "record" && LOOKED_UP.has(v.kind))) found.push(v);
  }
  return found;
}

/** What is in the only hole of a text when it is this one. */
function filling([first, ...rest]: readonly (string | null)[], text: string): string {
  const last = rest.at(-1);
  return text.slice(first?.length ?? 0, text.length - (last?.length ?? 0));
}

/** Whether a text that is known in part may be this one. */
export function mayBe(parts: readonly (string | null)[], text: string): boolean {
  const first = parts[0];
  const last = parts.at(-1);
  return (
    (typeof first !== "string" || text.startsWith(first)) && (typeof last !== "string" || text.endsWith(last))
  );
}

const MAX_CANDIDATES = 64;

/** One of them, or none. */
export function oneOfThem(candidates: readonly Value[], why: Unknown): Value {
  return { kind: "choice", of: [...candidates.slice(0, MAX_CANDIDATES), UNDEFINED], why };
}

/** The class and its bases, nearest first. Cycles end. */
export function chainOf(I: Interpreter, c: Cls): Chain {
  const known = I.chains.get(c);
  if (known !== undefined) return known;
  // What it extends may, in a broken program, use the class itself.
  const own = unknown("it extends something of itself", c.scope.module.at(c.class));
  const before = { changed: new Set(c.class.assigned), members: new Map(), setters: new Map() };
  I.chains.set(c, { classes: [c], base: own, ...before });
  const { classes, base } = basesOf(I, c);
  const changed = new Set<string>();
  const members = new Map<string, { cls: Cls; member: Member }>();
  const setters = new Map<string, { cls: Cls; member: Member }>();
  for (const cls of classes) {
    for (const name of cls.class.assigned) changed.add(name);
    for (const member of cls.class.members)
      if (member.kind === "set" && !member.static && !members.has(member.name) && !setters.has(member.name))
        setters.set(member.name, { cls, member });
    const own = new Map<string, Member>();
    for (const member of cls.class.members) {
      if (
        member.static ||
        member.kind === "set" ||
        member.kind === "constructor" ||
        (member.abstract && member.value === null)
      )
        continue;
      own.set(member.name, member);
    }
    for (const [name, member] of own) if (!members.has(name)) members.set(name, { cls, member });
  }
  const chain: Chain = { classes, base, changed, members, setters };
  I.chains.set(c, chain);
  return chain;
}

/** What is run when something is assigned to a name of an object. */
export function setterOf(I: Interpreter, o: Inst, n: string): Fn | null {
  const found = o.cls.kind === "class" ? chainOf(I, o.cls).setters.get(n) : undefined;
  return found === undefined ? null : methodValue(found.cls, found.member, o);
}

function findMember(c: Cls, n: string, isStatic: boolean): Member | null {
  let found: Member | null = null;
  for (const member of c.class.members) {
    if (
      member.name === n &&
      member.static === isStatic &&
      member.kind !== "set" &&
      member.kind !== "constructor"
    )
      found = member;
  }
  return found;
}

const CONSTANTS: ReadonlyMap<string, object> = new Map<string, object>([
  ["Number", Number],
  ["Math", Math],
]);

/** A number of the language: `Number.MAX_SAFE_INTEGER`, `Math.PI`. */
function globalConstant({ pkg, path }: Ext, n: string): Value | null {
  const owner = pkg === "" && path.length === 1 ? CONSTANTS.get(path[0]!) : undefined;
  const value: unknown = owner === undefined ? undefined : Object.getOwnPropertyDescriptor(owner, n)?.value;
  return typeof value === "number" && n !== "length" ? lit(value) : null;
}

/** The class that this one extends: a class of the program, something external, or not known. */
function baseOf(I: Interpreter, c: Cls): Value | null {
  return c.class.base === null ? null : evaluate(I, c.class.base, c.scope);
}

function basesOf(I: Interpreter, c: Cls): { classes: Cls[]; base: Value | null } {
  const classes: Cls[] = [];
  let current: Cls = c;
  for (;;) {
    classes.push(current);
    const base = baseOf(I, current);
    if (base === null || base.kind !== "class") return { classes, base };
    // A mixin may be there twice, as two classes.
    if (classes.includes(base) || classes.length > 20) return { classes, base: null };
    current = base;
  }
}

export function methodValue(c: Cls, member: Member, self: Value): Fn | null {
  return member.func === null
    ? null
    : { kind: "function", func: member.func, scope: c.scope, self, home: c, bound: null };
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
    cell = { contents: before };
    own.set(n, cell);
  }
  return cell;
}

/** What a field holds in the beginning is the same whoever asks for it. */
function alone(I: Interpreter, owner: Value, body: () => Value): Value {
  const outer = I.aroundConstructor;
  const around = I.owner;
  I.aroundConstructor = I.sites.length;
  I.owner = owner.kind === "class" ? owner : null;
  const v = body();
  I.aroundConstructor = outer;
  I.owner = around;
  return v;
}

/** Runs the static blocks of a class, once: what they assign is part of making it. */
function runStatics(I: Interpreter, c: Cls): ReadonlyMap<string, Cell> | undefined {
  const known = I.statics.get(c);
  if (known !== undefined || !c.class.members.some((member) => member.kind === "init")) return known;
  const own = new Map<string, Cell>();
  I.statics.set(c, own);
  const [changes] = I.journal.branch(() => {
    for (const member of c.class.members) {
      if (!member.static) continue;
      if (member.kind === "field" && member.value !== null)
        own.set(member.name, {
          contents: evaluate(I, member.value, new Scope(c.scope, c.scope.module, c, c)),
        });
      const block = member.kind === "init" ? methodValue(c, member, c) : null;
      if (block !== null) callFunction(I, block, [], c, c.scope.module.at(member));
    }
  });
  const cells = new Set<unknown>(own.values());
  for (const [target, contents] of changes) {
    // The class stays as it was made, whatever else is undone.
    if (cells.has(target)) target.contents = contents;
    else I.journal.write(target, contents);
  }
  return own;
}

function staticMember(I: Interpreter, c: Cls, n: string, at: At): Value {
  if (n === "name" && c.class.name !== null) return lit(c.class.name);
  const { classes, base } = chainOf(I, c);
  let changes: Unknown | null = null;
  for (const cls of classes) {
    const m = cls.scope.module;
    const own = runStatics(I, cls)?.get(n);
    if (own !== undefined) return own.contents;
    const member = findMember(cls, n, true);
    const name = cls.class.name;
    if (name !== null && Object.hasOwn(m.summary.changed, name)) {
      const settled = I.afterwards ? I.world.settled(m, name, n) : null;
      if (settled !== null) return settled;
      const { line } = m.position(m.summary.changed[name]!);
      changes ??= unknown(`"${name}" is changed after its definition (line ${line})`, m.at(cls.class));
    }
    if (member === null) continue;
    if (cls.class.assigned.includes(n) && member.kind === "field")
      return unknownKept(
        `"${name ?? "the class"}.${n}" is changed while the program runs`,
        n,
        member.type,
        m.at(member),
      );
    if (member.kind === "method") return methodValue(cls, member, c) ?? UNDEFINED;
    if (member.kind === "get") {
      const fn = methodValue(cls, member, c);
      return fn === null ? unknown(`getter ${n}`, at) : callFunction(I, fn, [], c, at);
    }
    if (changes !== null)
      return member.kind === "field" ? unknownKept(changes.why, n, member.type, m.at(member)) : changes;
    if (I.initialising.has(member))
      return unknown(`"${name ?? "the class"}.${n}" is used in its own initial value`, m.at(member));
    I.initialising.add(member);
    const v =
      member.value === null
        ? UNDEFINED
        : alone(I, UNDEFINED, () => evaluate(I, member.value!, new Scope(cls.scope, m, c, cls)));
    I.initialising.delete(member);
    return v.kind === "collection" && name !== null && Object.hasOwn(m.summary.filled, name)
      ? unknown(`"${name}.${n}" is filled while the program runs`, m.at(member))
      : v;
  }
  if (changes !== null) return changes;
  if (base === null) return UNDEFINED;
  return base.kind === "class" ? UNDEFINED : property(I, base, n, at);
}

/** Whether functions in an object share something that only they see. */
function holdsFunctions(v: Rec): boolean {
  for (const { value: inner } of v.contents.props.values())
    if (inner.kind === "function" && inner.scope.parent !== null) return true;
  return false;
}

function isMap(member: Member | undefined): boolean {
  const x = member?.value;
  return x?.kind === "new" && x.callee.kind === "identifier" && /^(?:Map|Set)$/.test(x.callee.name);
}

/** A Map, a Set, an empty list, and an object with nothing but such in it: others put something there by and by. */
function isToBeFilled(v: Value): boolean {
  if (v.kind === "list") return v.contents.items.length === 0;
  return (
    v.kind === "collection" ||
    (v.kind === "record" &&
      v.contents.open === null &&
      [...v.contents.props.values()].every(({ value }) => isToBeFilled(value)))
  );
}

function isField(v: Value, n: string): boolean {
  return v.kind === "symbol" && v.root === "field" && v.name === n && v.path.length === 0;
}

/** A map of an object that a module has made, with what was put there then: there may be more by now. */
function filledMeanwhile(I: Interpreter, o: Inst, n: string, v: Value, at: At): Value {
  if (v.kind !== "collection" || o.cls.kind !== "class" || !chainOf(I, o.cls).changed.has(n)) return v;
  const { items, open } = v.contents;
  const why = open ?? unknown(`field "${n}" may be filled while the program runs`, v.at);
  const now: Value = { ...v, contents: { items, open: why } };
  return I.hooks.field?.(o, n, at, now) ?? now;
}

function instanceMember(I: Interpreter, o: Inst, n: string, at: At, self: Value): Value {
  const cell = o.fields.get(n);
  if (cell !== undefined) {
    // It has been set and has not: whoever reads it reads what it held before as well.
    if (!I.assigning && alternatives(cell.contents).some((v) => isField(v, n))) I.hooks.field?.(o, n, at);
    return o.shared && I.afterwards ? filledMeanwhile(I, o, n, cell.contents, at) : cell.contents;
  }
  if (o.whole === true) return UNDEFINED;
  if (o.cls.kind !== "class")
    return o.cls.kind === "external"
      ? { kind: "externalMethod", base: o.cls, name: n, self }
      : unknown(`computed at run time: ${n}`, at);
  const chain = chainOf(I, o.cls);
  const found = chain.members.get(n);
  // Nobody else has come yet, in `init` and while a module is loaded: what an object keeps in a map is what was put there.
  const isAlone = o.shared ? !I.afterwards : I.phase === "init";
  const isYoung = o.kept && isAlone && chain.base === null && isMap(found?.member);
  const changed = o.kept && chain.changed.has(n) && !isYoung;
  if (found !== undefined) {
    const { cls, member } = found;
    if (member.kind === "method") return methodValue(cls, member, self) ?? UNDEFINED;
    if (member.kind === "get") {
      const fn = methodValue(cls, member, self);
      return fn === null ? unknown(`getter ${n}`, at) : callFunction(I, fn, [], self, at);
    }
    if (changed || (member.value === null && o.kept)) {
      const symbolic = I.hooks.field?.(o, n, at) ?? null;
      if (symbolic !== null) return symbolic;
      const place = cls.scope.module.at(member);
      if (changed)
        return unknownKept(`field "${n}" is changed while the program runs`, n, member.type, place);
      return unknown(`field "${n}" has no known value`, place);
    }
    if (member.value === null) return unknown(`field "${n}" has no known value`, cls.scope.module.at(member));
    if (I.initialising.has(member))
      return unknown(`field "${n}" is used in its own initial value`, cls.scope.module.at(member));
    I.initialising.add(member);
    const { sharing } = I;
    I.sharing = o.shared === true;
    if (o.kept) I.keeping++;
    const v = alone(I, o.cls, () =>
      evaluate(I, member.value!, new Scope(cls.scope, cls.scope.module, self, cls)),
    );
    if (o.kept) I.keeping--;
    I.sharing = sharing;
    I.initialising.delete(member);
    if (v.kind === "term" && o === self) o.fields.set(n, { contents: v });
    if (v.kind !== "list" && v.kind !== "record" && v.kind !== "collection" && v.kind !== "instance")
      return v;
    const symbolic = o.kept && isToBeFilled(v) ? (I.hooks.field?.(o, n, at, v) ?? null) : null;
    if (symbolic !== null) return symbolic;
    // A field is made once.
    if (o === self && (!o.kept || isYoung || (v.kind === "record" && holdsFunctions(v))))
      o.fields.set(n, { contents: v });
    if (o.kept) I.hooks.begins?.(o, n, v);
    return v;
  }
  if (changed) {
    return I.hooks.field?.(o, n, at) ?? unknown(`field "${n}" is changed while the program runs`, at);
  }
  const { base } = chain;
  if (base?.kind === "external") return { kind: "externalMethod", base, name: n, self };
  if (base !== null && base.kind !== "class")
    return unknown(`inherited from something that is not known: ${n}`, at);
  return UNDEFINED;
}
