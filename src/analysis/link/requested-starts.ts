/** The children that processes ask supervisors to start while the program runs. */

import { addUnder } from "../../model/index.ts";
import { codeKey } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import type { AllDefinitions } from "./all-definitions.ts";
import { codeLedTo } from "./edges.ts";
import type { Asked, FileContribution, SupervisorContribution } from "./file-contribution.ts";
import type { NameIndex } from "./name-index.ts";
import type { ChildDraft, StartDraft } from "./unresolved-definitions.ts";

/**
 * Puts them under the supervisor that is asked. Where that supervisor has a template, the place of the start leads to its
 * children.
 */
export function whatIsAsked(
  files: readonly FileContribution[],
  definitions: AllDefinitions,
  index: NameIndex,
  interpreter: () => Interpreter,
): Asked {
  const asked: Asked = { added: new Map(), extras: new Map(), sites: [] };
  for (const { start, part } of keptOf(files, definitions, index, interpreter)) {
    if (start.child !== null) {
      const { child } = start;
      const known = asked.added.get(part.key);
      if (known === undefined) asked.added.set(part.key, [child]);
      else if (!known.some((one) => isSameStart(one, child))) known.push(child);
      continue;
    }
    const [template, ...others] = part.draft.children;
    if (others.length > 0 || template?.dynamic !== true || template.code.key === null) continue;
    asked.sites.push({ site: start.site ?? codeKey(start.at), code: template.code.key, under: part.key });
    addUnder(asked.extras, part.key, start.args);
  }
  return asked;
}

interface AskedStart {
  start: StartDraft;
  part: SupervisorContribution;
}

/** The starts that ask a supervisor, without those that are known better where their functions are called. */
function keptOf(
  files: readonly FileContribution[],
  definitions: AllDefinitions,
  index: NameIndex,
  interpreter: () => Interpreter,
): readonly AskedStart[] {
  const known = knownByTheirCallers(files);
  const dropped: StartDraft[] = [];
  const kept: AskedStart[] = [];
  const started = new Set<string | null>();
  for (const { starts } of files)
    for (const { start, inside } of starts) {
      if (start.under === null) continue;
      if (known.has(start.through?.first ?? "")) {
        dropped.push(start);
        continue;
      }
      started.add(start.code.key);
      const code = codeLedTo(start.under, inside, index, interpreter());
      const part = code === null ? undefined : definitions.byCode.get(code);
      if (part !== undefined) kept.push({ start, part });
    }
  return withoutThoseUnder(
    dropped.filter(({ code }) => !started.has(code.key)),
    kept,
  );
}

/** What is dropped starts nobody, where it is an actor of that start alone, and not a class. */
function withoutThoseUnder(
  dropped: readonly StartDraft[],
  all: readonly AskedStart[],
): readonly AskedStart[] {
  const gone = new Set(
    dropped.flatMap(({ site, code }) => (site === code.key && site !== undefined ? [site] : [])),
  );
  if (gone.size === 0) return all;
  const next = all.filter(({ part }) => !gone.has(part.draft.key));
  const under = all.filter(({ part }) => gone.has(part.draft.key)).map(({ start }) => start);
  return under.length === 0 ? all : withoutThoseUnder(under, next);
}

/**
 * The functions whose starts are known better where others call them: they run there with the arguments that they get. Of
 * functions that call each other, one stays.
 */
function knownByTheirCallers(files: readonly FileContribution[]): ReadonlySet<string> {
  const called = new Set<string>();
  const callers = new Map<string, Set<string>>();
  for (const { starts } of files)
    for (const { start } of starts)
      for (const key of start.through?.others ?? []) {
        const { first } = start.through!;
        if (first === null) called.add(key);
        else if (first !== key) callers.set(key, (callers.get(key) ?? new Set()).add(first));
      }
  for (const [key, firsts] of [...callers].sort(([a], [b]) => (a < b ? -1 : 1)))
    if ([...firsts].some((first) => !called.has(first))) called.add(key);
  return called;
}

export function isSameAsked(a: Asked, b: Asked): boolean {
  return (
    isSameMap(a.added, b.added) &&
    isSameMap(a.extras, b.extras) &&
    a.sites.length === b.sites.length &&
    a.sites.every(({ site, code, under }, i) => {
      const other = b.sites[i]!;
      return site === other.site && code === other.code && under === other.under;
    })
  );
}

function isSameMap(
  a: ReadonlyMap<string, readonly unknown[]>,
  b: ReadonlyMap<string, readonly unknown[]>,
): boolean {
  if (a.size !== b.size) return false;
  for (const [key, list] of a) {
    const other = b.get(key);
    if (other?.length !== list.length || list.some((one, i) => one !== other[i])) return false;
  }
  return true;
}

/** Files that call the same function see the same start; what has no name is another one for each call. */
function isSameStart(a: ChildDraft, b: ChildDraft): boolean {
  if (a === b) return true;
  if (a.id !== b.id || a.at.module !== b.at.module || a.at.start !== b.at.start) return false;
  const isNamed = a.id !== null && !a.id.includes("*");
  return isNamed || a.site === b.site || a.cardinality === "many" || b.cardinality === "many";
}
