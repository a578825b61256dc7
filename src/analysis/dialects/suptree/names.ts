/** The library's exports that mean something to the analysis. */

import { classKey, codeKey } from "../../evaluate/identity.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { chainOf } from "../../evaluate/objects.ts";
import type { Cls, Ext, Value } from "../../evaluate/values.ts";
import type { CodeRef, NameRef } from "../../link/unresolved-definitions.ts";
import type { Role } from "../dialect.ts";
import { classNameOf } from "../naming.ts";
import { PACKAGES as KNOWN } from "../packages.ts";

export const PACKAGES = KNOWN.suptree;

const BASES = new Map<string, Role>([
  ["GenServer", "process"],
  ["Process", "process"],
  ["Task", "process"],
  ["Supervisor", "supervisor"],
  ["DynamicSupervisor", "supervisor"],
  ["TaskSupervisor", "supervisor"],
]);

/** Exports that nothing else is likely to be called. */
export const NAMES: ReadonlySet<string> = new Set([
  "GenServer",
  "Supervisor",
  "DynamicSupervisor",
  "System",
  "processName",
  "defineApplication",
]);

export function roleOf(base: Ext): Role | null {
  return base.pkg === "suptree" && base.path.length === 1 ? (BASES.get(base.path[0]!) ?? null) : null;
}

/** The process code that a class stands for. */
export function codeOf(v: Value, I: Interpreter): CodeRef | null {
  if (v.kind === "external" && v.pkg === "suptree") {
    const role = roleOf(v);
    return {
      symbol: v.path.join("."),
      at: null,
      key: null,
      type: role === "supervisor" ? "supervisor" : "worker",
    };
  }
  if (v.kind !== "class") return null;
  const { base } = chainOf(I, v);
  const role = base?.kind === "external" ? roleOf(base) : null;
  const at = { module: v.scope.module, start: v.class.start, end: v.class.end };
  I.world.deps.touch(v.scope.module.file);
  const symbol = classNameOf(v) ?? "default";
  if (role === null) return { symbol, at, key: null, type: null };
  const code: CodeRef = {
    symbol,
    at,
    key: classKey(v),
    type: role === "supervisor" ? "supervisor" : "worker",
  };
  return v.made === undefined && !isInClass(v) ? code : { ...code, made: v };
}

/** Whether a class stands in another, as a static member of that: no name of its module is it. */
function isInClass({ class: { start, end }, scope: { module } }: Cls): boolean {
  for (const { stmt } of module.declarations.values())
    if (stmt.kind === "classDeclaration" && stmt.class.start < start && end <= stmt.class.end) return true;
  return false;
}

/** A name that is known in part, with `*` for what is not. */
export function namePattern(v: Value): string {
  if (v.kind === "text") return v.parts.map((part) => part ?? "*").join("");
  const name = v.kind === "term" && v.tag === "name" ? v.data.name : undefined;
  return name === undefined ? "*" : namePattern(name);
}

/** The registered name that a value stands for; null when it is none or not known. */
export function nameOf(v: Value): NameRef | null {
  if (v.kind === "literal" && typeof v.value === "string") return { name: v.value, origin: null };
  if (v.kind === "term" && v.tag === "name") {
    const name = v.data.name;
    if (name?.kind === "literal" && typeof name.value === "string")
      return { name: name.value, origin: codeKey(v.at) };
  }
  return null;
}
