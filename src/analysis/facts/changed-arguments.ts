/**
 * Which of its start's arguments a process changes. They are the same objects for every incarnation. Only what is certain
 * is told: contents of an argument, or of a field that holds nothing else, to which its code assigns, in helpers and base
 * classes too; and what is declared as a list, a Map or a Set, where a method of those changes it.
 */
import { CHANGING } from "../containers.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import { chainOf } from "../evaluate/objects.ts";
import { locationOf, type ModuleState } from "../evaluate/scope.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { isSameSymbol } from "../evaluate/truth.ts";
import { CALLED } from "../evaluate/unread-calls.ts";
import {
  type At,
  alternatives,
  type Chain,
  type Cls,
  choice,
  type Fn,
  isLit,
  type Rec,
  type Sym,
  unknown,
  type Value,
} from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Expr, Func, Pattern } from "../ir.ts";
import { eachExpr } from "./each-expression.ts";
import type { Execution } from "./execution.ts";
import type { Asked, Candidate, Given, Part } from "./given-arguments.ts";
import type { ObjectFields } from "./object-fields.ts";

/** Something symbolic that a run has changed. */
interface Change {
  readonly of: Sym;
  /** It may as well be something else: the start decides. */
  readonly open: boolean;
  /** By this method; null: a property of it is assigned. */
  readonly method: string | null;
  readonly what: string;
  readonly at: At;
}

/** Collects what one run changes. */
export class ChangedArguments {
  readonly #execution: Execution;
  readonly #fields: ObjectFields;
  /** Where the arguments are known; null while it is still to be found what is changed. */
  readonly #candidates: readonly Candidate[] | null;
  readonly #changes: Change[] = [];
  readonly #reached = new Set<Candidate>();

  /** What the lists and objects hold that the start gives. */
  readonly #given: ReadonlySet<unknown>;

  /** `given`: what is changed where the arguments are not known, and arguments, which may decide that it is not. */
  constructor(execution: Execution, fields: ObjectFields, given: Pick<Given, "args" | "changes"> | null) {
    this.#execution = execution;
    this.#fields = fields;
    this.#candidates = given?.changes ?? null;
    this.#given = new Set(given?.args.flatMap((v) => contentsIn(v)));
  }

  note(of: Value, method: string | null, x: Expr, at: At): void {
    const { code, notes } = this.#execution;
    if (notes.trial !== null) return;
    if (this.#candidates !== null) {
      const place = JSON.stringify(locationOf(at));
      for (const one of this.#candidates)
        if (JSON.stringify(one.location) === place && (one.open !== true || this.#isGiven(of)))
          this.#reached.add(one);
      return;
    }
    for (const one of alternatives(of))
      if (one.kind === "symbol" && one.of === code.key && one.isCopy !== true)
        this.#changes.push({ of: one, open: one !== of, method, what: excerpt(x), at });
  }

  /** Those that are arguments, when the run is over; and those that the arguments of a start may make one. */
  found(world: World): Candidate[] {
    const { code, interpreter } = this.#execution;
    if (this.#candidates !== null) return this.#candidates.filter((one) => this.#reached.has(one));
    const init = code.callbacks.find(({ name }) => name === "init")?.fn;
    if (code.self?.cls.kind !== "class" || init?.kind !== "function" || this.#changes.length === 0) return [];
    const chain = chainOf(interpreter, code.self.cls);
    const { classes } = chain;
    const found = new Map<string, Candidate>();
    for (const { of, open, method, what, at } of this.#changes) {
      const held = of.root === "arg" ? null : this.#argumentIn(of, chain);
      const part = of.root === "arg" ? partOf(of) : (held?.part ?? null);
      const param = part === null ? null : parameterOf(init.func, part);
      if (part === null || param === null) continue;
      let asks: Asked | null = null;
      if (method !== null) {
        const ofField = of.root === "field" && of.path.length === 0 ? String(of.name) : null;
        const kind = kindOf(world, init, part) ?? (ofField === null ? null : declaredKind(classes, ofField));
        if (kind === null ? !isOpen(init, part, method) : CHANGING.get(kind)?.has(method) !== true) continue;
        if (kind === null) asks = { ...part, method };
      }
      const location = locationOf(at);
      const { name: argument, hasDefault } = param;
      const one: Candidate = { argument, what, location };
      found.set(
        JSON.stringify(location),
        open || hasDefault || held?.open === true || asks !== null
          ? { ...one, open: true, ...(asks && { asks }) }
          : one,
      );
    }
    return [...found.values()];
  }

  /** Whether it is an argument of the start that is looked at, or in one. */
  #isGiven(of: Value): boolean {
    if ("contents" in of) return this.#given.has(of.contents);
    if (of.kind !== "symbol") return false;
    if (of.root === "arg") return true;
    const kept = of.root === "field" ? this.#fields.afterInit(String(of.name)) : undefined;
    if (kept === undefined || kept === of) return false;
    const part = of.path.length === 0 ? undefined : partAt(kept, of.path);
    return this.#isGiven(kept) || (part !== undefined && alternatives(part).some((v) => this.#isGiven(v)));
  }

  /** The argument that a field always holds once `init` is over, whoever sets it. */
  #argumentIn({ name, path }: Sym, chain: Chain): { part: Part; open: boolean } | null {
    const { draft, interpreter } = this.#execution;
    const field = String(name);
    const whole = this.#fields.afterInit(field);
    // `this.state = { options, seen: 0 }`
    const depth = whole === undefined ? 0 : depthOf(whole, path);
    const to = path.slice(0, depth);
    if (depth > 0 && this.#fields.changing.has([field, ...to].join("."))) return null;
    const kept = whole === undefined ? undefined : partAt(whole, to);
    const may = kept === undefined ? [] : alternatives(kept);
    const first = may.find((v): v is Sym => v.kind === "symbol" && v.root === "arg" && v.isCopy !== true);
    if (first === undefined) return null;
    const isKnown = (v: Value): boolean =>
      isSameSymbol(v, first) || isLit(v, undefined) || isLit(v, null) || may.includes(v);
    // What it began with is not there any more.
    const later = this.#fields.isRenewed(field) ? (draft.fields.get(field) ?? []) : [];
    const isAsItWas = (v: Value): boolean => {
      const part = partAt(v, to);
      return part !== undefined && alternatives(part).every(isKnown);
    };
    if (!later.every((v) => alternatives(v).every(isAsItWas))) return null;
    if (!areRead(field, chain, interpreter.called)) return null;
    const part = partOf({ ...first, path: [...first.path, ...path.slice(depth)] });
    return part === null ? null : { part, open: may.length > 1 };
  }
}

/** How many names of a path lead through objects that are known. */
function depthOf(v: Value, path: readonly string[]): number {
  const part = path.length === 0 ? undefined : partAt(v, path.slice(0, 1));
  return part === undefined || v.kind !== "record" ? 0 : 1 + depthOf(part, path.slice(1));
}

/** What a path leads to; undefined where that is not known. */
function partAt(v: Value, [first, ...rest]: readonly string[]): Value | undefined {
  if (first === undefined) return v;
  const spread = v.kind === "record" ? spreadPartAt(v, first) : undefined;
  if (spread !== undefined) return rest.length === 0 ? spread : undefined;
  const entry = v.kind === "record" ? v.contents.props.get(first) : undefined;
  if (entry !== undefined) return entry.maybe ? undefined : partAt(entry.value, rest);
  return v.kind === "symbol" ? { ...v, path: [...v.path, first, ...rest] } : undefined;
}

/** `{ limit: 9, ...options }` holds for certain what only `options` has; what stands before may be there in its place. */
function spreadPartAt({ contents: { props, open } }: Rec, name: string): Value | undefined {
  const of = open?.rest;
  if (of?.kind !== "symbol") return undefined;
  const part: Value = { ...of, path: [...of.path, name] };
  const entry = props.get(name);
  if (entry === undefined) return part;
  const isReplaced = entry.value.kind === "unknown" && entry.value.at.start === open?.at.start;
  return isReplaced && !entry.maybe ? choice(entry.value, part, unknown("either", entry.at)) : undefined;
}

/** What stands in it and in its parts, which stays the same where the value is another. */
function contentsIn(v: Value): unknown[] {
  if (v.kind === "record")
    return [v.contents, ...[...v.contents.props.values()].flatMap((entry) => contentsIn(entry.value))];
  return v.kind === "list" || v.kind === "collection" ? [v.contents] : [];
}

/** Null where it is one of its elements, or what it gives back when it is called: that may be a copy. */
function partOf({ name, path }: Sym): Part | null {
  return path.includes(ELEMENT) || path.includes(CALLED) ? null : { position: Number(name), path };
}

/** Whether all code was run that sets a field. */
function areRead(
  field: string,
  { classes, members }: Chain,
  called: ReadonlyMap<Func, ModuleState>,
): boolean {
  for (const cls of classes)
    for (const { static: isStatic, func, name } of cls.class.members) {
      if (isStatic || func === null || called.has(func)) continue;
      // Nobody comes to what another class has in its place.
      if ((members.get(name)?.cls ?? cls) !== cls) continue;
      let sets = false;
      eachExpr(func, (x) => {
        if (x.kind === "assignment") eachField(x.target, (name) => (sets ||= name === field));
      });
      if (sets) return false;
    }
  return true;
}

/** The parameter that it comes in, and whether another value takes its place when none is given. */
function parameterOf(
  { params }: Func,
  { position, path }: Part,
): { name: string; hasDefault: boolean } | null {
  const param = params[position] ?? params.findLast(({ rest }) => rest);
  if (param === undefined) return null;
  const { target } = param;
  let hasDefault = param.default !== null;
  if (target.kind === "identifier") return { name: target.name, hasDefault };
  const part =
    target.kind === "objectPattern" ? target.parts.find(({ name }) => name === path[0]) : undefined;
  hasDefault ||= part?.default != null;
  return {
    name: part?.target.kind === "identifier" ? part.target.name : `argument ${position + 1}`,
    hasDefault,
  };
}

/** Which of the types that change themselves it is declared as; null for anything else. */
function kindOf(world: World, init: Fn, { position, path }: Part): string | null {
  const param = init.func.params[position];
  if (param === undefined || param.rest) return null;
  const outer = param.type?.[0];
  if (path.length === 0 && outer !== undefined && CHANGING.has(outer)) return outer;
  const name = path.join(".");
  const declared = outer === undefined ? undefined : world.shape(init.scope.module, outer)?.shape.parts;
  for (const parts of [param.parts, declared])
    if (parts !== undefined && Object.hasOwn(parts, name)) return parts[name]!;
  return null;
}

/** Whether nothing is declared of it, and a list, a Map or a Set would be changed by the method. */
function isOpen({ func: { params } }: Fn, { position }: Part, method: string): boolean {
  const param = params[position];
  return (
    param !== undefined &&
    !param.rest &&
    (param.type ?? []).length === 0 &&
    [...CHANGING.values()].some((methods) => methods.has(method))
  );
}

function declaredKind(classes: readonly Cls[], field: string): string | null {
  for (const cls of classes)
    for (const { kind, static: isStatic, name, type: ty } of cls.class.members)
      if (kind === "field" && !isStatic && name === field && ty !== null)
        return ty[0] !== undefined && CHANGING.has(ty[0]) ? ty[0] : null;
  return null;
}

/** The fields of `this` that a pattern sets. */
function eachField(t: Pattern, visit: (name: string) => void): void {
  if (t.kind === "reference") {
    if (t.expr.kind === "get" && t.expr.object.kind === "this") visit(t.expr.name);
  } else if (t.kind === "objectPattern") for (const part of t.parts) eachField(part.target, visit);
  else if (t.kind === "arrayPattern")
    for (const part of t.parts) if (part !== null) eachField(part.target, visit);
  if ((t.kind === "objectPattern" || t.kind === "arrayPattern") && t.rest !== null) eachField(t.rest, visit);
}
