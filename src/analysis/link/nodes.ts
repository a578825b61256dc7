/** From drafts to the objects of the model and the processes that they stand for. */

import type { Child, Orphan, Supervisor } from "../../model/index.ts";
import { classKey, codeKey, ownerOf } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { property } from "../evaluate/objects.ts";
import { locationOf } from "../evaluate/scope.ts";
import { unknown, type Value } from "../evaluate/values.ts";
import { type AllDefinitions, isEmpty } from "./all-definitions.ts";
import type { Asked, OrphanContribution, SupervisorContribution } from "./file-contribution.ts";
import { givenData } from "./given-data.ts";
import { buildSupervisor, processFacts, startRef } from "./model-objects.ts";
import type { Node } from "./name-index.ts";
import { remade } from "./remade.ts";
import { NO_USES, type ResolvedUses, withUses } from "./resolved-uses.ts";
import { argumentName } from "./targets.ts";
import {
  type ChildDraft,
  type NameRef,
  type ProcessDraft,
  type StartDraft,
  type SupervisorDraft,
  startedWith,
} from "./unresolved-definitions.ts";

/** Of so many children that run one code it is looked at what their arguments decide. */
const MAX_GIVEN = 64;

interface BuiltSupervisor {
  supervisor: Supervisor;
  /** Its children. */
  nodes: readonly Node[];
}

/** By the draft of the supervisor. */
const built = remade<SupervisorDraft, BuiltSupervisor>();
const builtRoots = remade<SupervisorDraft, Node>();
const builtOrphans = remade<StartDraft, { orphan: Orphan; node: Node }>();

/** Makes a supervisor and the nodes of its children. */
export function childNodes(
  part: SupervisorContribution,
  definitions: AllDefinitions,
  asked: Asked,
  interpreter: () => Interpreter,
): void {
  const { draft, key } = part;
  const added = asked.added.get(key) ?? [];
  const given = asked.extras.get(key) ?? [];
  // What several places give is not known.
  const extra = given.length === 1 ? given[0]! : null;
  const processes = processesOf(draft, added, extra, definitions);
  const supervisors = [...draft.children, ...added].map(({ code }) =>
    supervisorKey(code.key, definitions, asked),
  );
  const make = (): BuiltSupervisor => buildChildren(part, added, extra, processes, supervisors, interpreter);
  // What a name that the start gives comes to is read in whatever file that leads to.
  const isOpen = processes.some((process) => process !== null && process.registersGiven.length > 0);
  const { supervisor, nodes } = isOpen
    ? make()
    : built(draft, [key, extra, ...added, ...processes, ...supervisors], make);
  part.supervisor = supervisor;
  part.nodes = nodes;
}

/** A template's arguments are followed by those that whoever asks gives. */
export function isTemplate(child: ChildDraft, draft: SupervisorDraft): boolean {
  return child === draft.children[0] && child.dynamic && child.args !== null;
}

/** What each child runs. */
function processesOf(
  draft: SupervisorDraft,
  added: readonly ChildDraft[],
  extra: readonly Value[] | null,
  definitions: AllDefinitions,
): (ProcessDraft | null)[] {
  const times = new Map<string, number>();
  return [...draft.children, ...added].map((child) => {
    const { key: code } = child.code;
    const n = code === null ? 0 : (times.get(code) ?? 0);
    if (code !== null) times.set(code, n + 1);
    const process = definitions.process(code);
    if (n >= MAX_GIVEN || process?.given === undefined) return process;
    return startedWith(process, isTemplate(child, draft) ? templateArgs(child, process, extra) : child.args);
  });
}

function buildChildren(
  { draft, key }: SupervisorContribution,
  added: readonly ChildDraft[],
  extra: readonly Value[] | null,
  processes: readonly (ProcessDraft | null)[],
  supervisors: readonly (string | null)[],
  interpreter: () => Interpreter,
): BuiltSupervisor {
  const drafts = [...draft.children, ...added.map((child) => (draft.dynamic ? child : onceAtMost(child)))];
  const supervisor = buildSupervisor(draft, key, drafts, supervisors, processes);
  const nodes = supervisor.children.map((child, i): Node => {
    const from = drafts[i]!;
    const process = processes[i]!;
    const names = child.cardinality === "many" ? [] : givenNames(process, from.args, interpreter);
    // A name that the start gives is known, where it gives one.
    if (
      process !== null &&
      child.process !== null &&
      names.length > 0 &&
      names.length === process.registersGiven.length
    )
      child.process.registers = [
        ...process.registers.map((name) => name.name),
        ...names.map((name) => name.name),
        ...process.patterns,
      ];
    const site = from.site ?? (i < draft.children.length ? undefined : codeKey(from.at));
    return {
      key: child.key,
      code: from.code.key,
      process,
      given: names,
      args: extra !== null && isTemplate(from, draft) ? [...from.args!, ...extra] : from.args,
      parent: key,
      supervisor: child.supervisor,
      many: child.cardinality === "many",
      name: from.name,
      uses: NO_USES,
      ...(from.registry === undefined ? {} : { registry: from.registry }),
      ...(site === undefined ? {} : { site }),
    };
  });
  return { supervisor, nodes };
}

/** What a template's child is started with: what is not known of it is there all the same. */
function templateArgs(
  { args, at }: ChildDraft,
  process: ProcessDraft | null,
  extra: readonly Value[] | null,
): readonly Value[] | null {
  if (args === null || process?.takes === undefined) return null;
  if (extra !== null) return [...args, ...extra];
  const more = process.takes.params.slice(args.length);
  return [...args, ...more.map(({ name }) => unknown(`"${name}" is given by whoever asks for a child`, at))];
}

/** Only a supervisor of run-time children takes an id more than once. */
function onceAtMost(child: ChildDraft): ChildDraft {
  const { id, cardinality } = child;
  if (cardinality !== "many" || id === null || id.includes("*")) return child;
  return { ...child, cardinality: "maybe" };
}

/** The key of the supervisor that some code is, null when it is none. */
function supervisorKey(code: string | null, definitions: AllDefinitions, asked: Asked): string | null {
  const part = code === null ? undefined : definitions.supervisor(code);
  return part === undefined || isEmpty(part, asked) ? null : part.key;
}

/** The names that a process registers which its start gives it. */
function givenNames(
  process: ProcessDraft | null,
  args: readonly Value[] | null,
  interpreter: () => Interpreter,
): NameRef[] {
  const names: NameRef[] = [];
  for (const v of process?.registersGiven ?? []) {
    if (v.kind !== "symbol") continue;
    let given = args?.[Number(v.name)];
    for (const n of v.path) if (given !== undefined) given = property(interpreter(), given, n, v.at);
    if (given?.kind === "literal" && typeof given.value === "string")
      names.push({ name: given.value, origin: null });
    const inner = given?.kind === "term" && given.tag === "name" ? given.data.name : undefined;
    if (inner?.kind === "literal" && typeof inner.value === "string" && given?.kind === "term")
      names.push({ name: inner.value, origin: codeKey(given.at) });
  }
  return names;
}

/** A supervisor as a process of its own. */
export function rootNode({ key, draft, args, startName }: SupervisorContribution): Node {
  return builtRoots(draft, [key, args, startName], () => ({
    key,
    code: draft.key,
    process: draft.process,
    args,
    parent: null,
    supervisor: key,
    many: false,
    name: draft.registers ?? startName,
    uses: NO_USES,
  }));
}

/** Makes a process outside any tree, unless a supervisor in another file has it as a child or nobody starts it. */
export function orphanOf(part: OrphanContribution, definitions: AllDefinitions): void {
  const { start, inside, key } = part;
  const place = codeKey(start.at);
  const nobodyStarts = start.handedOut === true && !definitions.isStarted(place, start.at.module.file);
  if (inside === null && (definitions.supervised.has(place) || nobodyStarts)) return;
  const process = startedWith(definitions.process(start.code.key), start.args);
  const { orphan, node } = builtOrphans(start, [key, inside, process], () => buildOrphan(part, process));
  part.orphan = orphan;
  part.node = node;
}

function buildOrphan(
  { start, inside, key }: OrphanContribution,
  process: ProcessDraft | null,
): { orphan: Orphan; node: Node } {
  const facts = processFacts(process);
  const orphan: Orphan = {
    key,
    name: start.name?.name ?? start.code.symbol ?? "process",
    start: startRef(start.code),
    location: locationOf(start.at),
    linked: start.linked,
    process: facts,
    reason: reasonFor(start.linked, inside),
  };
  if (inside !== null) {
    orphan.startedBy = inside.facts.symbol;
    const own = start.args?.flatMap((v, n) => (isOwnPid(v, inside.key) ? [argumentName(n)] : [])) ?? [];
    if (own.length > 0) orphan.givesOwnPid = own;
  }
  if (start.args?.length !== 0 && facts !== null) orphan.given = givenData(start.args);
  const node: Node = {
    key,
    code: start.code.key,
    process,
    args: start.args,
    parent: null,
    supervisor: null,
    many: false,
    name: start.name,
    uses: NO_USES,
    site: start.site ?? codeKey(start.at),
  };
  return { orphan, node };
}

/** Whether it is what a process of this code has as `this.self`. */
function isOwnPid(v: Value, key: string): boolean {
  const owner = v.kind === "externalMethod" && v.name === "self" ? ownerOf(v) : null;
  return owner !== null && classKey(owner) === key;
}

function reasonFor(linked: boolean, inside: ProcessDraft | null): string {
  const who =
    inside === null
      ? "started outside any supervisor"
      : `started by ${inside.facts.symbol}, not by a supervisor`;
  return linked ? `${who}; linked to the process that starts it` : `${who}; nothing restarts it`;
}

const finished = remade<Supervisor, Supervisor>();

/** A supervisor with what its processes' uses come to. */
export function finishedSupervisor(
  { nodes, root, args, startName }: SupervisorContribution,
  supervisor: Supervisor,
): Supervisor {
  const own = root?.uses ?? NO_USES;
  const uses = nodes.map((node) => node.uses);
  return finished(supervisor, [root === null, args, startName, own, ...uses], () => ({
    ...supervisor,
    ...(root === null ? {} : startOfRoot(args, startName)),
    children: supervisor.children.map((child, i) => withUsesOf(child, uses[i]!)),
    process: withUses(supervisor.process, own),
  }));
}

/** How a supervisor is started that no other starts. */
function startOfRoot(
  args: readonly Value[] | null,
  name: NameRef | null,
): Pick<Supervisor, "given" | "startName"> {
  const given = givenData(args);
  return { ...(name === null ? {} : { startName: name.name }), ...(given === null ? {} : { given }) };
}

const withUsesOf = <T extends Child | Orphan>(one: T, uses: ResolvedUses): T => {
  const process = withUses(one.process, uses);
  return process === one.process ? one : { ...one, process };
};

export function finishedOrphan(orphan: Orphan, { uses }: Node): Orphan {
  return withUsesOf(orphan, uses);
}
