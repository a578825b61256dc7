/** Which fields of a process keep the pids of others. */
import { CONTAINERS } from "../containers.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { locationOf, type ModuleState } from "../evaluate/scope.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { type At, alternatives, type Ext, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Expr, Func } from "../ir.ts";
import { elementsOf, type ProcessDraft } from "../link/unresolved-definitions.ts";
import { eachExpr } from "./each-expression.ts";
import { filledVariables } from "./filled-variables.ts";

/** What its code reads fields for. */
export interface Reads {
  /** The functions that were run. */
  readonly called: ReadonlyMap<Func, ModuleState>;
  /** Fields that hold from one callback to another what they are read for. */
  readonly readAcross: ReadonlySet<string>;
  /** Fields whose processes are asked whether they are alive. */
  readonly askedAlive: ReadonlySet<string>;
}

/**
 * Fields that keep other processes' pids: by their declared type, or by what is assigned. One that is set anew before each
 * use keeps nothing.
 */
export function keptPids(
  world: World,
  dialects: readonly Dialect[],
  code: ProcessCode,
  draft: ProcessDraft,
  { called, readAcross, askedAlive }: Reads,
): void {
  const { keepsPids } = draft.facts;
  const note = (field: string, at: At, many: boolean): void => {
    if ((!many && !readAcross.has(field)) || askedAlive.has(field)) return;
    if (keepsPids.some((kept) => kept.field === field)) return;
    keepsPids.push({ field, location: locationOf(at), ...(many ? { many } : {}) });
  };
  const isGivenPids = (field: string): boolean =>
    code.fields.some(
      ({ name, at, types }) => name === field && pidsIn(world, dialects, at.module, types) !== null,
    );
  const makers = new Map<Func, ModuleState>();
  for (const { name, at, maker } of code.self === null ? [] : madeFields(world, code.self.cls)) {
    if (maker.kind === "function") makers.set(maker.func, maker.scope.module);
    else if (keepsMany(world, dialects, maker, isGivenPids(name))) note(name, at, true);
  }
  // By its own code, or by functions that are given what it holds.
  const filled = [...draft.fields.keys()].filter((name) => name.endsWith(ELEMENT));
  const isFilled = (field: string): boolean =>
    filled.some((name) => name === elementsOf(field, []) || name.startsWith(`${field}.`));
  const used = code.self === null ? null : ownFieldsIn(called);
  for (const field of code.fields) {
    // What only a base class's method changes that nothing calls stays empty.
    const changed = field.changed && used?.has(field.name) !== false;
    if (!changed && !isFilled(field.name)) continue;
    const kept = pidsIn(world, dialects, field.at.module, field.types);
    if (kept !== null) note(field.name, field.at, kept.many);
  }
  for (const { name, at, types } of filledVariables(world, called, makers, keptFunctions(code, draft)))
    if (pidsIn(world, dialects, at.module, types)?.many === true) note(name, at, true);
  for (const [field, values] of draft.fields) {
    const name = field.endsWith(ELEMENT) ? field.slice(0, -ELEMENT.length) : field;
    for (const value of values) {
      for (const v of alternatives(value)) {
        if (v.kind === "instance" && keepsMany(world, dialects, v.cls, isGivenPids(field)))
          note(name, v.at, true);
        const many = name !== field || v.kind === "list" || v.kind === "collection";
        for (const one of contents(v))
          if (one.kind === "term" && (one.tag === "proc" || one.tag === "lookup")) note(name, one.at, many);
      }
    }
  }
}

/** The fields of `this` that functions name. */
function ownFieldsIn(called: ReadonlyMap<Func, ModuleState>): Set<string> {
  const found = new Set<string>();
  for (const func of called.keys())
    eachExpr(func, (x) => {
      if (x.kind === "get" && x.object.kind === "this") found.add(x.name);
    });
  return found;
}

/** Fields that begin with what a class or a function of the program makes: `new Book()`, `createRoster()`. */
function madeFields(world: World, cls: Value, depth = 0): { name: string; at: At; maker: Value }[] {
  if (cls.kind !== "class" || depth > 8) return [];
  const { module } = cls.scope;
  const named = (x: Expr | null): Value | null =>
    x?.kind === "identifier" ? world.lookup(module, x.name) : null;
  const base = named(cls.class.base);
  const own = cls.class.members.flatMap(({ kind: k, static: st, name, value }) => {
    if (k !== "field" || st || (value?.kind !== "new" && value?.kind !== "call")) return [];
    const maker = named(value.callee);
    return maker === null ? [] : [{ name, at: module.at(value), maker }];
  });
  return base === null ? own : [...own, ...madeFields(world, base, depth + 1)];
}

/** The functions that live on after they were made: the callbacks, and those in objects that fields hold. */
function keptFunctions({ callbacks }: ProcessCode, { fields }: ProcessDraft): Set<Func> {
  const found = new Set<Func>();
  const visit = (v: Value): void => {
    if (v.kind === "function") found.add(v.func);
    else if (v.kind === "record") for (const { value } of v.contents.props.values()) visit(value);
  };
  for (const { fn } of callbacks) visit(fn);
  for (const values of fields.values()) for (const v of values.flatMap(alternatives)) visit(v);
  return found;
}

/**
 * Whether objects of a class keep pids in lists or maps of their own, which their methods fill. `isGiven`: their type parameters
 * stand for pids.
 */
function keepsMany(
  world: World,
  dialects: readonly Dialect[],
  cls: Value,
  isGiven: boolean,
  depth = 0,
): boolean {
  if (cls.kind !== "class" || depth > 3) return false;
  const { module } = cls.scope;
  const { assigned, base, members, typeParameters = [] } = cls.class;
  const isOne = (x: Expr | null): boolean => {
    const named = x?.kind === "identifier" ? world.lookup(module, x.name) : null;
    return named !== null && keepsMany(world, dialects, named, isGiven, depth + 1);
  };
  const holdsGiven = (types: readonly string[]): boolean =>
    isGiven && types.some((n) => CONTAINERS.has(n)) && types.some((n) => typeParameters.includes(n));
  return (
    isOne(base) ||
    members.some(
      ({ kind: k, static: st, name, type: ty, value }) =>
        k === "field" &&
        !st &&
        ((ty !== null &&
          assigned.includes(name) &&
          (holdsGiven(ty) || pidsIn(world, dialects, module, ty)?.many === true)) ||
          (value?.kind === "new" && isOne(value.callee))),
    )
  );
}

/** A value, or what is in a list or a map. */
function contents(v: Value): readonly Value[] {
  if (v.kind !== "list" && v.kind !== "collection") return [v];
  return v.contents.items.flatMap((item) =>
    v.kind === "collection" && item.value.kind === "list"
      ? item.value.contents.items.map((x) => x.value)
      : [item.value],
  );
}

/** Whether there are pids in a type with these names, and whether they are in a list or a map. */
function pidsIn(
  world: World,
  dialects: readonly Dialect[],
  m: ModuleState,
  types: readonly string[],
  inside = false,
  depth = 0,
): { many: boolean } | null {
  let many = inside;
  for (const name of types) {
    // The names stand in the order of the text: what comes before a list or a map is not in it.
    if (CONTAINERS.has(name)) {
      many = true;
      continue;
    }
    const ref = Object.hasOwn(m.summary.imports, name) ? m.summary.imports[name]! : null;
    const to = ref === null ? null : world.imported(m, { module: ref.module, name: ref.name });
    if (to?.kind === "external") {
      if (isPidType(dialects, to)) return { many };
      continue;
    }
    const found = depth > 4 ? null : world.shape(m, name);
    if (found === null) continue;
    const { module, shape } = found;
    const kept = pidsIn(world, dialects, module, many ? shape.inside : shape.itself, many, depth + 1);
    if (kept !== null) return kept;
  }
  return null;
}

function isPidType(dialects: readonly Dialect[], { pkg, path }: Ext): boolean {
  return dialects.some((d) => d.packages.includes(pkg) && d.pidTypes?.has(path.at(-1) ?? "") === true);
}
