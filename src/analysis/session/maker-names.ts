/** What a file exports that starts or defines something when somebody calls it. */
import { declaredBy } from "../evaluate/module-definer.ts";
import type { Expr, ModuleSummary, Stmt } from "../ir.ts";

export type MakerNames = readonly (string | null)[];

/**
 * By exported name; null where whoever imports it gives the name. `isUsed`: whether a module specifier leads to something
 * with which supervision is defined; `from`: the makers that come from there.
 */
export function makersIn(
  summary: ModuleSummary,
  isUsed: (specifier: string) => boolean,
  from: (specifier: string) => MakerNames,
): MakerNames {
  const using = namesUsing(summary, isUsed);
  const passed = passedOn(summary, from);
  if (using.size === 0) return passed;
  const made = new Map<string, Stmt>();
  for (const stmt of summary.body) for (const name of declaredBy(stmt)) made.set(name, stmt);
  const makers = new Set<string | null>(passed);
  for (const [name, ref] of Object.entries(summary.exports)) {
    const makes =
      ref.kind === "local"
        ? using.has(ref.name) && isMade(made.get(ref.name), ref.name)
        : ref.kind === "expression" && isMadeBy(ref.expr) && mentions(ref.expr, using);
    if (makes) makers.add(name === "default" || name === "export=" ? null : name);
  }
  return [...makers];
}

/** Makers of other modules, under the names by which this one passes them on. */
function passedOn(
  { exports, imports, stars }: ModuleSummary,
  from: (specifier: string) => MakerNames,
): MakerNames {
  const passed: (string | null)[] = stars.flatMap((specifier) =>
    from(specifier).filter((name) => name !== null),
  );
  for (const [name, ref] of Object.entries(exports)) {
    const source = ref.kind === "from" ? ref : ref.kind === "local" ? imports[ref.name] : undefined;
    if (source === undefined) continue;
    const makers = from(source.module);
    const isAll = source.name === "*" && makers.length > 0;
    if (isAll || makers.includes(source.name === "default" ? null : source.name))
      passed.push(name === "default" ? null : name);
  }
  return passed;
}

/** Names of a module that lead to what supervision is defined with, directly or through others. */
function namesUsing(
  { body, identifiers, imports }: ModuleSummary,
  isUsed: (specifier: string) => boolean,
): Set<string> {
  const using = new Set<string>();
  for (const [name, ref] of Object.entries(imports))
    if (ref.type !== true && isUsed(ref.module)) using.add(name);
  const open = new Map<string, readonly string[]>();
  for (const [i, stmt] of body.entries()) {
    const requires =
      stmt.kind === "var" &&
      identifiers[i]!.includes("require") &&
      stmt.declarators.some(({ value }) => value !== null && isUsed(requiredBy(value) ?? ""));
    for (const name of declaredBy(stmt)) {
      if (requires) using.add(name);
      else open.set(name, identifiers[i]!);
    }
  }
  for (let again = true; again; ) {
    again = false;
    for (const [name, ids] of open) {
      if (!ids.some((id) => using.has(id))) continue;
      using.add(name);
      open.delete(name);
      again = true;
    }
  }
  return using;
}

/** The module of `require("x")`, `require("x").y` and `await import("x")`. */
function requiredBy(x: Expr): string | null {
  if (x.kind === "get") return requiredBy(x.object);
  if (x.kind === "await") return requiredBy(x.argument);
  const [module] = x.kind === "call" ? x.args : [];
  const isRequire = x.kind === "call" && x.callee.kind === "identifier" && x.callee.name === "require";
  return isRequire && module?.kind === "literal" && typeof module.value === "string" ? module.value : null;
}

/** Functions, classes, objects with functions, and what functions of the program give. */
function isMade(stmt: Stmt | undefined, name: string): boolean {
  if (stmt?.kind === "functionDeclaration" || stmt?.kind === "classDeclaration") return true;
  if (stmt?.kind !== "var") return false;
  return stmt.declarators.some(
    ({ target, value }) =>
      value !== null && isMadeBy(value) && (target.kind !== "identifier" || target.name === name),
  );
}

function isMadeBy(x: Expr): boolean {
  return ["function", "object", "call", "new", "await", "identifier", "class"].includes(x.kind);
}

function mentions(x: unknown, names: ReadonlySet<string>): boolean {
  if (typeof x !== "object" || x === null) return false;
  if (Array.isArray(x)) return x.some((inner) => mentions(inner, names));
  const { kind, name } = x as { kind?: unknown; name?: unknown };
  if (kind === "identifier" && typeof name === "string" && names.has(name)) return true;
  return Object.values(x).some((inner) => mentions(inner, names));
}
