/**
 * Which of its start's arguments a process changes. They are the same objects for every incarnation. Only what is certain
 * is told: contents of an argument, or of a field that holds nothing else, to which its code assigns, in helpers and base
 * classes too; and what is declared as a list, a Map or a Set, where a method of those changes it.
 */
import type { ChangedArgument } from "../../model/index.ts";
import { CHANGING } from "../containers.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import { chainOf } from "../evaluate/objects.ts";
import { locationOf, type ModuleState } from "../evaluate/scope.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { isSameSymbol } from "../evaluate/truth.ts";
import { CALLED } from "../evaluate/unread-calls.ts";
import { type At, alternatives, type Cls, type Fn, isLit, type Sym, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Expr, Func, Pattern } from "../ir.ts";
import { eachExpr } from "./each-expression.ts";
import type { Execution } from "./execution.ts";
import type { ObjectFields } from "./object-fields.ts";

/** Something symbolic that a run has changed. */
interface Change {
  readonly of: Sym;
  /** By this method; null: a property of it is assigned. */
  readonly method: string | null;
  readonly what: string;
  readonly at: At;
}

/** An argument of the start, or a part of one. */
interface Part {
  readonly position: number;
  readonly path: readonly string[];
}

/** Collects what one run changes. */
export class ChangedArguments {
  readonly #execution: Execution;
  readonly #fields: ObjectFields;
  readonly #candidates: readonly ChangedArgument[];
  readonly #changes: Change[] = [];
  readonly #reached = new Set<ChangedArgument>();

  /** `candidates`: what is changed where the arguments are not known; they may decide that it is not. */
  constructor(execution: Execution, fields: ObjectFields, candidates: readonly ChangedArgument[]) {
    this.#execution = execution;
    this.#fields = fields;
    this.#candidates = candidates;
  }

  note(of: Value, method: string | null, x: Expr, at: At): void {
    const { code, notes } = this.#execution;
    if (notes.trial !== null) return;
    if (this.#candidates.length > 0) {
      const place = JSON.stringify(locationOf(at));
      for (const one of this.#candidates) if (JSON.stringify(one.location) === place) this.#reached.add(one);
    } else if (of.kind === "symbol" && of.of === code.key && of.isCopy !== true)
      this.#changes.push({ of, method, what: excerpt(x), at });
  }

  /** Those that are arguments, when the run is over. */
  found(world: World): ChangedArgument[] {
    const { code, interpreter } = this.#execution;
    if (this.#candidates.length > 0) return this.#candidates.filter((one) => this.#reached.has(one));
    const init = code.callbacks.find(({ name }) => name === "init")?.fn;
    if (code.self?.cls.kind !== "class" || init?.kind !== "function" || this.#changes.length === 0) return [];
    const { classes } = chainOf(interpreter, code.self.cls);
    const found = new Map<string, ChangedArgument>();
    for (const { of, method, what, at } of this.#changes) {
      const part = of.root === "arg" ? partOf(of) : this.#argumentIn(of, classes);
      const name = part === null ? null : nameOf(init.func, part);
      if (part === null || name === null) continue;
      if (method !== null) {
        const ofField = of.root === "field" && of.path.length === 0 ? String(of.name) : null;
        const kind = kindOf(world, init, part) ?? (ofField === null ? null : declaredKind(classes, ofField));
        if (kind === null || CHANGING.get(kind)?.has(method) !== true) continue;
      }
      const location = locationOf(at);
      found.set(JSON.stringify(location), { argument: name, what, location });
    }
    return [...found.values()];
  }

  /** The argument that a field always holds once `init` is over, whoever sets it. */
  #argumentIn({ name, path }: Sym, classes: readonly Cls[]): Part | null {
    const { draft, interpreter } = this.#execution;
    const field = String(name);
    const first = this.#fields.afterInit(field);
    if (first?.kind !== "symbol" || first.root !== "arg" || first.isCopy === true) return null;
    const others = (draft.fields.get(field) ?? []).flatMap((v) => alternatives(v));
    if (!others.every((v) => isSameSymbol(v, first) || isLit(v, undefined) || isLit(v, null))) return null;
    return areRead(field, classes, interpreter.called)
      ? partOf({ ...first, path: [...first.path, ...path] })
      : null;
  }
}

/** Null where it is one of its elements, or what it gives back when it is called: that may be a copy. */
function partOf({ name, path }: Sym): Part | null {
  return path.includes(ELEMENT) || path.includes(CALLED) ? null : { position: Number(name), path };
}

/** Whether all code was run that sets a field. */
function areRead(field: string, classes: readonly Cls[], called: ReadonlyMap<Func, ModuleState>): boolean {
  for (const cls of classes)
    for (const { static: isStatic, func } of cls.class.members) {
      if (isStatic || func === null || called.has(func)) continue;
      let sets = false;
      eachExpr(func, (x) => {
        if (x.kind === "assignment") eachField(x.target, (name) => (sets ||= name === field));
      });
      if (sets) return false;
    }
  return true;
}

/** The parameter that it comes in; null where another value takes its place when none is given. */
function nameOf({ params }: Func, { position, path }: Part): string | null {
  const param = params[position] ?? params.findLast(({ rest }) => rest);
  if (param === undefined || param.default !== null) return null;
  const { target } = param;
  if (target.kind === "identifier") return target.name;
  const part =
    target.kind === "objectPattern" ? target.parts.find(({ name }) => name === path[0]) : undefined;
  if (part?.default != null) return null;
  return part?.target.kind === "identifier" ? part.target.name : `argument ${position + 1}`;
}

/** Which of the types that change themselves it is declared as; null for anything else. */
function kindOf(world: World, init: Fn, { position, path }: Part): string | null {
  const param = init.func.params[position];
  if (param === undefined || param.rest || param.type === null) return null;
  const [outer] = param.type;
  if (path.length === 0) return outer !== undefined && CHANGING.has(outer) ? outer : null;
  const name = path.join(".");
  const parts =
    param.parts ?? (outer === undefined ? undefined : world.shape(init.scope.module, outer)?.shape.parts);
  return parts !== undefined && Object.hasOwn(parts, name) ? parts[name]! : null;
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
