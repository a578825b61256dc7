/** Which fields of a process keep the pids of others. */
import { CONTAINERS } from "../containers.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { locationOf, type ModuleState } from "../evaluate/scope.ts";
import { ELEMENT } from "../evaluate/symbolic.ts";
import { type At, alternatives, type Ext, type Value } from "../evaluate/values.ts";
import type { World } from "../evaluate/world.ts";
import type { Declarator, Expr, Func } from "../ir.ts";
import type { ProcessDraft } from "../link/unresolved-definitions.ts";
import { eachExpr } from "./start-arguments.ts";

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
  for (const field of code.fields) {
    if (!field.changed) continue;
    const kept = pidsIn(world, dialects, field.at.module, field.types);
    if (kept !== null) note(field.name, field.at, kept.many);
  }
  for (const { name, at } of filledVariables(world, dialects, called)) note(name, at, true);
  for (const [field, values] of draft.fields) {
    const name = field.endsWith(ELEMENT) ? field.slice(0, -ELEMENT.length) : field;
    for (const value of values) {
      for (const v of alternatives(value)) {
        if (v.kind === "instance" && keepsMany(world, dialects, v.cls)) note(name, v.at, true);
        const many = name !== field || v.kind === "list" || v.kind === "collection";
        for (const one of contents(v))
          if (one.kind === "term" && (one.tag === "proc" || one.tag === "lookup")) note(name, one.at, many);
      }
    }
  }
}

/** Lists and maps of pids in variables of modules, into which these functions put something. */
function filledVariables(
  world: World,
  dialects: readonly Dialect[],
  called: ReadonlyMap<Func, ModuleState>,
): { name: string; at: At }[] {
  const found = new Map<string, { name: string; at: At }>();
  for (const [func, m] of called) {
    eachExpr(func, (x) => {
      const variable = filledBy(x);
      if (variable?.kind !== "identifier") return;
      const { name } = variable;
      const declared = declarationOf(world, m, name);
      const type = declared?.declarator.type ?? null;
      if (declared === null || type === null) return;
      if (pidsIn(world, dialects, declared.module, type)?.many === true)
        found.set(`${declared.module.file} ${name}`, { name, at: declared.module.at(declared.declarator) });
    });
  }
  return [...found.values()];
}

/** Methods that put something into a list, a Map or a Set. */
const FILLS: ReadonlySet<string> = new Set(["set", "add", "push", "unshift", "splice"]);

/** What an expression puts something into: `x.set(…)`, `x[…] = …`, `x = [...x, …]`. */
function filledBy(x: Expr): Expr | null {
  if (x.kind === "call") return x.callee.kind === "get" && FILLS.has(x.callee.name) ? x.callee.object : null;
  if (x.kind !== "assignment") return null;
  const { target } = x;
  if (target.kind === "reference")
    return target.expr.kind === "get" || target.expr.kind === "index" ? target.expr.object : null;
  return target.kind === "identifier" ? { ...target, kind: "identifier" } : null;
}

/** The declaration of a variable of a module, or of one that it imports. */
function declarationOf(
  world: World,
  m: ModuleState,
  name: string,
  depth = 0,
): { module: ModuleState; declarator: Declarator } | null {
  const declaration = m.declarations.get(name);
  if (declaration?.kind === "var") {
    const declarator = declaration.stmt.declarators[declaration.index]!;
    return { module: m, declarator };
  }
  const { imports } = m.summary;
  if (!Object.hasOwn(imports, name) || depth > 3) return null;
  const { module, name: exported } = imports[name]!;
  const to = world.resolution(m, module);
  const target = to !== null && "file" in to ? world.modules.get(to.file) : undefined;
  return target === undefined ? null : declarationOf(world, target, exported, depth + 1);
}

/** Whether objects of a class keep pids in lists or maps of their own, which their methods fill. */
function keepsMany(world: World, dialects: readonly Dialect[], cls: Value, depth = 0): boolean {
  if (cls.kind !== "class" || depth > 3) return false;
  const { module } = cls.scope;
  const { assigned, base, members } = cls.class;
  const isOne = (x: Expr | null): boolean => {
    const named = x?.kind === "identifier" ? world.lookup(module, x.name) : null;
    return named !== null && keepsMany(world, dialects, named, depth + 1);
  };
  return (
    isOne(base) ||
    members.some(
      ({ kind: k, static: st, name, type: ty, value }) =>
        k === "field" &&
        !st &&
        ((ty !== null && assigned.includes(name) && pidsIn(world, dialects, module, ty)?.many === true) ||
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
  const many = inside || types.some((name) => CONTAINERS.has(name));
  for (const name of types) {
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
