/** Uses → edges between processes. */
import type { Edge } from "../../model/index.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Value } from "../evaluate/values.ts";
import type { NameIndex, Node } from "./name-index.ts";
import { NO_USES, type ResolvedUses } from "./resolved-uses.ts";
import { type KeptPid, type Reference, references, type Standpoint } from "./targets.ts";
import { blankProcess, elementsOf, type ProcessDraft, type UseDraft } from "./unresolved-definitions.ts";

type UnresolvedUse = ResolvedUses["unresolved"][number];
type OwnEnd = ResolvedUses["stopsItself"][number];

const NOBODY = blankProcess("", {
  symbol: "",
  location: { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 },
  trapsExit: false,
  hasTerminate: false,
});

/** The code of the one process that a value leads to. */
export function codeLedTo(
  v: Value,
  process: ProcessDraft | null,
  index: NameIndex,
  I: Interpreter,
): string | null {
  const found = new Set<string>();
  const variables = (key: string): readonly Value[] => index.variable(key);
  const argumentsOf = (code: string) => index.argumentsOf(code);
  const from = { process: process ?? NOBODY, variables, argumentsOf, interpreter: I };
  const all = references(v, { ...from, args: null });
  // Each of those that run this code may have been given another one.
  if (process !== null && all.some(({ kind: k }) => k === "unknown"))
    for (const args of index.argumentsOf(process.key)) all.push(...references(v, { ...from, args }));
  for (const reference of all) {
    if (reference.kind === "unknown" || reference.kind === "self" || reference.kind === "parent") continue;
    // Which process of that code it is does not matter here.
    const code =
      reference.kind === "site"
        ? index.site(reference.key)
        : reference.kind === "code"
          ? reference.key
          : undefined;
    if (code !== undefined) found.add(code);
    else {
      const node = index.find(reference, null);
      if (typeof node !== "string" && node.code !== null) found.add(node.code);
    }
  }
  return found.size === 1 ? [...found][0]! : null;
}

/** Whom one process uses. */
export function resolveUses(node: Node, index: NameIndex, interpreter: () => Interpreter): ResolvedUses {
  const uses = usesOf(node);
  if (uses.length === 0) return NO_USES;
  const process = node.process ?? NOBODY;
  const variables = (key: string): readonly Value[] => index.variable(key);
  let I: Interpreter | undefined;
  const from: Standpoint = {
    process,
    args: node.args,
    argumentsOf: (code) => index.argumentsOf(code),
    variables,
    // Most uses need none; and what one process takes of its steps is no other's business.
    get interpreter() {
      I ??= interpreter();
      return I;
    },
  };
  const edges = new Map<string, Edge>();
  const unresolved: UnresolvedUse[] = [];
  const stopsItself: OwnEnd[] = [];
  for (const use of uses) {
    I?.renew();
    const found = references(use.target, from);
    const isOneOfSeveral = use.target.kind === "choice" && found.length > 1;
    for (const reference of found) {
      if (reference.kind === "self") {
        stopsItself.push(...ownEnd(use));
        continue;
      }
      const target = leadsTo(reference, node, index);
      if (typeof target === "string") {
        unresolved.push(unresolvedUse(use, reference, target, index));
        continue;
      }
      if (target === node && !node.many) {
        stopsItself.push(...ownEnd(use));
        continue;
      }
      const edge = edgeOf(node, target, use, reference, isOneOfSeveral);
      const key = `${edge.to} ${use.kind} ${use.phase} ${edge.location.file}:${use.at.start}`;
      const known = edges.get(key);
      if (known === undefined) edges.set(key, edge);
      // It may be found in another way as well.
      else if (keptBy(use, reference, node) === undefined) delete known.keptPid;
    }
  }
  return { edges: [...edges.values()], unresolved, stopsItself };
}

/** What its code uses, and the registry in which its start enters it, which throws where that does not run. */
function usesOf({ process, registry }: Node): readonly UseDraft[] {
  const uses = process?.uses ?? [];
  if (registry === undefined) return uses;
  const entry = { kind: "lookup", phase: "init", guarded: false, unawaited: false, via: "" } as const;
  return [...uses, { ...entry, ...registry }];
}

/** Who ends the process that a reference leads to has ended itself where that is its own. */
function ownEnd({ ends, phase, at }: UseDraft): OwnEnd[] {
  return ends === undefined || phase === "init" ? [] : [{ ...ends, location: locationOf(at) }];
}

/** The process that it is, or why nobody knows. */
function leadsTo(reference: Reference, node: Node, index: NameIndex): Node | string {
  if (reference.kind === "unknown") return reference.reason;
  if (reference.kind === "self") return node;
  return reference.kind === "parent" ? index.parentOf(node) : index.find(reference, node);
}

function unresolvedUse(use: UseDraft, reference: Reference, reason: string, index: NameIndex): UnresolvedUse {
  const pattern =
    reference.kind === "unknown"
      ? reference.pattern
      : reference.kind === "name" && index.isFree(reference.name)
        ? reference.name
        : undefined;
  return {
    kind: use.kind,
    phase: use.phase,
    reason,
    location: locationOf(use.at),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

/** How the pid that a use goes by is kept; undefined where it is not, or may be renewed. */
function keptBy({ through }: UseDraft, { kept, pid }: Reference, { process }: Node): KeptPid | undefined {
  if (kept !== undefined || through === undefined || pid === undefined) return kept;
  const isSettled = [through, elementsOf(through, [])].every((field) => process?.settled.has(field));
  return isSettled ? { by: "field", name: through, at: pid } : undefined;
}

function edgeOf(
  node: Node,
  target: Node,
  use: UseDraft,
  reference: Reference,
  isOneOfSeveral: boolean,
): Edge {
  const through = reference.kind === "parent" ? "the process that started it" : "";
  const edge: Edge = {
    from: node.key,
    to: target.key,
    kind: use.kind,
    phase: use.phase,
    location: locationOf(use.at),
    via: "via" in reference ? reference.via : through,
  };
  if (use.guarded) edge.guarded = true;
  if (use.unawaited) edge.unawaited = true;
  if (use.throws) edge.throws = true;
  if (use.possible !== undefined) edge.possible = use.possible;
  else if (isOneOfSeveral) edge.possible = "undecided";
  const kept = keptBy(use, reference, node);
  if (kept !== undefined) {
    const { by, name, at, field } = kept;
    edge.keptPid = { by, name, location: locationOf(at), ...(field === undefined ? {} : { field }) };
  }
  return edge;
}
