/** Which fields of a process keep the pids of others. */
import type { Location } from "../../model/index.ts";
import { CONTAINERS, PART, TYPE_PARAMETER } from "../containers.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { type ProcessCode, STATE } from "../dialects/process-code.ts";
import { classKey, isOwnReference, ownerOf } from "../evaluate/identity.ts";
import { locationOf, type ModuleState } from "../evaluate/scope.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { isSameSymbol, nullish } from "../evaluate/truth.ts";
import { type At, alternatives, type Cls, type Ext, type KeptPlace, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Expr, Func } from "../ir.ts";
import { argumentText } from "../link/targets.ts";
import { elementsOf, type ProcessDraft } from "../link/unresolved-definitions.ts";
import { eachExpr } from "./each-expression.ts";
import { filledVariables } from "./filled-variables.ts";
import { fieldsFilled, type Held, heldByModules } from "./held-by-modules.ts";
import { declaredParts, keptInParts, type PartTypes } from "./kept-in-parts.ts";
import { heldIn, isPid, keptInState } from "./kept-in-state.ts";
import { keptPlaces, nameOfPlace, ownFieldsOf, type Setters } from "./kept-places.ts";
import { isReadInside } from "./read-inside.ts";

/** What its code reads fields for. */
export interface Reads extends Setters {
  /** Fields that hold from one callback to another what they are read for. */
  readonly readAcross: ReadonlySet<string>;
  /** Fields whose processes are asked whether they are alive. */
  readonly askedAlive: ReadonlySet<string>;
  /** Fields that are set anew when something has failed. */
  readonly setAfterFailure: ReadonlySet<string>;
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
  reads: Reads,
): void {
  const { called } = reads;
  const { keep, note } = keeper(draft, reads);
  const isGivenPids = (field: string): boolean =>
    code.fields.some(
      ({ name, at, types, module = at.module }) =>
        name === field && pidsIn(world, dialects, module, types) !== null,
    );
  const makers = new Map<Func, ModuleState>();
  const givenPids = new Set<Func>();
  for (const { name, at, maker } of code.self === null ? [] : madeFields(world, code.self.cls)) {
    if (maker.kind === "function") {
      makers.set(maker.func, maker.scope.module);
      if (isGivenPids(name)) givenPids.add(maker.func);
    } else if (keepsMany(world, dialects, maker, isGivenPids(name))) note(name, at, true);
  }
  // By its own code, or by functions that are given what it holds.
  const filled = [...draft.fields.keys()].filter((name) => name.endsWith(ELEMENT));
  const isFilled = (field: string): boolean =>
    filled.some((name) => name === elementsOf(field, []) || name.startsWith(`${field}.`));
  const used = code.self === null ? null : ownFieldsIn(called);
  // An object of a class that keeps many is no single one, whatever its own type names.
  for (const [field, values] of draft.fields)
    for (const v of values.flatMap(alternatives))
      if (v.kind === "instance" && keepsMany(world, dialects, v.cls, isGivenPids(field)))
        note(withoutElement(field), v.at, true);
  const { answers } = dialects.find(({ name }) => name === code.dialect) ?? {};
  const mayBeAskers = answers !== undefined && keepsAskers(called, answers);
  const types = partTypes(world, dialects);
  for (const field of mayBeAskers ? [] : code.fields) {
    // What only a base class's method changes that nothing calls stays empty. A state goes from one callback to the next.
    const isState = field.name === STATE && code.callbacks.some(({ state }) => state !== undefined);
    const changed = field.changed && (isState || used?.has(field.name) !== false);
    // A function that was given the object may set it.
    const isSetByOthers = code.changedToo?.has(field.name) === true;
    for (const part of keptInParts(types, field, draft, reads.calledLater))
      note(`${field.name}.${part}`, field.at, false);
    if (!changed && !isSetByOthers && !isFilled(field.name)) continue;
    const pids = pidsIn(world, dialects, field.module ?? field.at.module, field.types);
    if (pids !== null && (pids.many || !isOnlyFilled(draft, field.name, reads)))
      note(field.name, field.at, pids.many);
  }
  const kept = keptFunctions(code, draft);
  for (const { name, at } of manyOfModules(world, dialects, called, kept)) keep(name, at, true);
  for (const { name, at, types: names, maker } of filledVariables(world, called, makers, kept)) {
    // Its type parameter stands for pids.
    const isGiven =
      maker !== null &&
      givenPids.has(maker) &&
      names.includes(TYPE_PARAMETER) &&
      names.some((n) => CONTAINERS.has(n));
    if (isGiven || pidsIn(world, dialects, at.module, names)?.many === true) keep(name, at, true);
  }
  for (const { name, at, many } of pidsHeld(draft)) note(name, at, many);
  for (const place of keptPlaces(world, draft, reads))
    if (isForPid(world, dialects, place, types)) keep(nameOfPlace(place), place.at, false);
  for (const { name, at } of keptInState(draft, called)) note(name, at, false);
}

/** Whether a field holds objects of the program into which pids are put, and nobody looks at these. */
function isOnlyFilled({ fields }: ProcessDraft, field: string, reads: Reads): boolean {
  const held = (fields.get(field) ?? []).flatMap(alternatives);
  return (
    held.length > 0 &&
    held.every(
      (v) =>
        v.kind === "instance" && v.cls.kind === "class" && !isReadInside(reads.chainOf(v.cls), reads.called),
    )
  );
}

type Note = (field: string, at: At, many: boolean) => void;

/** Notes what is kept: whatever it is (`keep`), or where something is read from it later, and it is not looked after otherwise. */
function keeper(
  draft: ProcessDraft,
  { readAcross, askedAlive, setAfterFailure, changing }: Reads,
): { keep: Note; note: Note } {
  const { keepsPids } = draft.facts;
  const keep: Note = (field, at, many) => {
    if (keepsPids.some((kept) => kept.field === field)) return;
    const startedAt = startsIn(draft, field);
    const argument = many ? null : argumentIn(draft, field);
    keepsPids.push({
      field,
      location: locationOf(at),
      ...(many ? { many } : {}),
      ...(startedAt.length > 0 ? { startedAt } : {}),
      ...(argument === null ? {} : { argument }),
    });
  };
  const isList = (field: string): boolean => {
    const values = draft.fields.get(field) ?? [];
    return values.length > 0 && values.every(({ kind }) => kind === "list" || kind === "collection");
  };
  const note: Note = (field, at, many) => {
    const [whole = field] = field.split(".");
    // What nobody reads does harm only while it grows. An object grows by its own methods.
    const grows = many && (!isList(whole) || changing.has(whole) || changing.has(elementsOf(whole, [])));
    if ((!grows && !readAcross.has(whole)) || askedAlive.has(whole)) return;
    if (!many && holdsItself(draft, field)) return;
    if (!many && setAfterFailure.has(whole) && isCalledThrough(draft, whole)) return;
    keep(field, at, many);
  };
  return { keep, note };
}

/** Whether it is declared as one pid, or as an object with one there. */
function isForPid(
  world: World,
  dialects: readonly Dialect[],
  { types: names, path, at }: KeptPlace,
  types: PartTypes,
): boolean {
  return (
    pidsIn(world, dialects, at.module, names)?.many === false ||
    declaredParts(types, at.module, names).includes(path.join("."))
  );
}

/** Objects and classes of modules that keep many; functions that live in objects are put into `kept`. */
function manyOfModules(
  world: World,
  dialects: readonly Dialect[],
  called: ReadonlyMap<Func, ModuleState>,
  kept: Set<Func>,
): Held[] {
  return heldByModules(world, called).filter(({ value }) => {
    if (value.kind === "record") functionsIn([value], kept);
    const cls = value.kind === "instance" ? value.cls : value;
    return cls.kind === "class" && fillsPids(world, dialects, cls, called, value.kind === "class");
  });
}

/** The processes that it has looked up or started, and that its fields hold. */
function pidsHeld({ fields }: ProcessDraft): { name: string; at: At; many: boolean }[] {
  return [...fields].flatMap(([field, values]) => {
    const name = withoutElement(field);
    // Whether a property is set anew before each use, the places say that keep it.
    if (name === field && field.includes(".")) return [];
    return values.flatMap(alternatives).flatMap((v) => {
      const many = name !== field || v.kind === "list" || v.kind === "collection" || v.kind === "record";
      return contents(v)
        .filter(isPid)
        .map(({ at }) => ({ name, at, many }));
    });
  });
}

const partTypes = (world: World, dialects: readonly Dialect[]): PartTypes => ({
  isPid: (m, name) => {
    const to = importedAs(world, m, name);
    return to?.kind === "external" && isPidType(dialects, to);
  },
  shape: (m, name) => {
    const found = world.shape(m, name);
    return found === null ? null : { module: found.module, names: found.shape.itself };
  },
});

const withoutElement = (field: string): string =>
  field.endsWith(ELEMENT) ? field.slice(0, -ELEMENT.length) : field;

/** Where the processes that a field holds, or the lists and maps in it, are started; none where others may be among them. */
function startsIn({ fields }: ProcessDraft, field: string): Location[] {
  const parts = [...fields.keys()].filter((name) => name.startsWith(`${field}.`));
  const held = [field, elementsOf(field, []), ...parts].flatMap((name) => heldIn(name, fields));
  const starts: Location[] = [];
  for (const v of held.flatMap(alternatives).flatMap(everything).flatMap(alternatives)) {
    // What it has from there already is among them.
    const isItsOwn = v.kind === "symbol" && v.root === "field" && v.name === field.split(".")[0];
    if (isItsOwn || v.kind === "literal" || nullish(v) === true) continue;
    if (v.kind !== "term" || v.tag !== "proc") return [];
    starts.push(locationOf(v.at));
  }
  return starts;
}

/** What a field may hold that is not nothing. */
const somethingIn = ({ fields }: ProcessDraft, field: string): Value[] =>
  heldIn(field, fields)
    .flatMap(alternatives)
    .filter((v) => nullish(v) !== true);

/** Whether a field holds nothing but the pid of the process itself: that goes with it. */
function holdsItself(draft: ProcessDraft, field: string): boolean {
  const { key } = draft;
  const held = somethingIn(draft, field);
  return held.length > 0 && held.every((v) => isOwnPid(v, key));
}

/** Its own pid, or that of whoever has started it, with whom it ends. */
function isOwnPid(v: Value, key: string): boolean {
  if (v.kind !== "externalMethod" || (v.name !== "self" && v.name !== "parent"))
    return (v.kind === "term" && v.tag === "self") || isOwnReference(v, key);
  const owner = ownerOf(v);
  return owner === null || classKey(owner) === key;
}

/** Whether a field's process is called: a call fails when that process has ended, as a message does not. */
function isCalledThrough({ uses }: ProcessDraft, field: string): boolean {
  const isHeld = (v: Value): boolean => v.kind === "symbol" && v.root === "field" && v.name === field;
  return uses.some(
    ({ kind, phase, target }) => kind === "call" && phase !== "init" && alternatives(target).some(isHeld),
  );
}

/** The argument of the start, or the part of one, that is all that a field holds; null for anything else. */
function argumentIn(draft: ProcessDraft, field: string): string | null {
  const held = somethingIn(draft, field);
  const [first] = held;
  if (first?.kind !== "symbol" || first.root !== "arg" || first.of !== draft.key) return null;
  return held.every((v) => isSameSymbol(v, first)) ? argumentText(first) : null;
}

/** Methods that answer at once. */
const ANSWERING = new Set(["tell", "send", "forEach"]);

/** Whether functions do more with those who wait for an answer than to answer them: what is kept may be them. */
function keepsAskers(called: ReadonlyMap<Func, ModuleState>, answers: ReadonlySet<string>): boolean {
  const isAsker = (x: Expr): boolean => (x.kind === "get" || x.kind === "identifier") && answers.has(x.name);
  let more = false;
  for (const func of called.keys()) {
    const answered = new Set<Expr>();
    eachExpr(func, (x) => {
      if (x.kind === "call" && x.callee.kind === "get" && ANSWERING.has(x.callee.name))
        answered.add(x.callee.object);
      if (isAsker(x) && !answered.has(x)) more = true;
    });
  }
  return more;
}

/** The fields of `this` that functions name. */
function ownFieldsIn(called: ReadonlyMap<Func, ModuleState>): Set<string> {
  const found = new Set<string>();
  for (const func of called.keys()) for (const name of ownFieldsOf(func)) found.add(name);
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
  const fns = callbacks.map(({ fn }) => fn);
  functionsIn([...fns, ...[...fields.values()].flat().flatMap(alternatives)], found);
  return found;
}

/** Objects may hold each other, and one of them may be in many. */
function functionsIn(values: readonly Value[], into: Set<Func>): void {
  const seen = new Set(values);
  for (const v of seen)
    if (v.kind === "function") into.add(v.func);
    else if (v.kind === "record") for (const { value } of v.contents.props.values()) seen.add(value);
}

/** Whether the methods of a class that were called put pids into lists and maps of its own, or of its objects. */
function fillsPids(
  world: World,
  dialects: readonly Dialect[],
  cls: Cls,
  called: ReadonlyMap<Func, ModuleState>,
  isStatic: boolean,
): boolean {
  const filled = fieldsFilled(cls, called, isStatic);
  return cls.class.members.some(
    (member) =>
      member.kind === "field" &&
      member.static === isStatic &&
      member.type !== null &&
      filled.has(member.name) &&
      pidsIn(world, dialects, cls.scope.module, member.type)?.many === true,
  );
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

/** The same, and what is in an object under any name. */
const everything = (v: Value): readonly Value[] =>
  v.kind === "record"
    ? [...[...v.contents.props.values()].map(({ value }) => value), ...contents(v)]
    : contents(v);

/** A value, or what is in a list or a map, or in an object under computed names. */
function contents(v: Value): readonly Value[] {
  if (v.kind === "record") return v.contents.among ?? [];
  if (v.kind !== "list" && v.kind !== "collection") return [v];
  const items = v.contents.items.flatMap((item) =>
    v.kind === "collection" && item.value.kind === "list"
      ? item.value.contents.items.map((x) => x.value)
      : [item.value],
  );
  return v.contents.open === null ? items : [...items, v.contents.open];
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
    if (name.startsWith(PART)) break;
    // The names stand in the order of the text: what comes before a list or a map is not in it.
    if (CONTAINERS.has(name)) {
      many = true;
      continue;
    }
    const to = importedAs(world, m, name);
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

function importedAs(world: World, m: ModuleState, name: string): Value | null {
  const ref = Object.hasOwn(m.summary.imports, name) ? m.summary.imports[name]! : null;
  return ref === null ? null : world.imported(m, { module: ref.module, name: ref.name });
}

function isPidType(dialects: readonly Dialect[], { pkg, path }: Ext): boolean {
  return dialects.some((d) => d.packages.includes(pkg) && d.pidTypes?.has(path.at(-1) ?? "") === true);
}
