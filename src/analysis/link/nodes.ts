/** From drafts to the objects of the model and the processes that they stand for. */

import { codeKey } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { property } from "../evaluate/objects.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Value } from "../evaluate/values.ts";
import { type AllDefinitions, isEmpty } from "./all-definitions.ts";
import type { Asked, OrphanContribution, SupervisorContribution } from "./file-contribution.ts";
import { givenData } from "./given-data.ts";
import { buildSupervisor, processFacts, startRef } from "./model-objects.ts";
import type { Node } from "./name-index.ts";
import { type ChildDraft, type NameRef, type ProcessDraft, startedWith } from "./unresolved-definitions.ts";

/** Of so many children that run one code it is looked at what their arguments decide. */
const MAX_GIVEN = 64;

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
  const drafts: readonly ChildDraft[] = [
    ...draft.children,
    ...added.map((child) => (draft.dynamic ? child : onceAtMost(child))),
  ];
  const processes = new Map<ChildDraft, ProcessDraft | null>();
  const times = new Map<string, number>();
  for (const child of drafts) {
    const { key: code } = child.code;
    const n = code === null ? 0 : (times.get(code) ?? 0);
    if (code !== null) times.set(code, n + 1);
    const process = definitions.process(code);
    processes.set(child, n < MAX_GIVEN ? startedWith(process, child.args) : process);
  }
  const processOf = (child: ChildDraft): ProcessDraft | null => processes.get(child) ?? null;
  const supervisor = buildSupervisor(
    draft,
    key,
    drafts,
    ({ key: code }) => supervisorKey(code, definitions, asked),
    processOf,
  );
  part.supervisor = supervisor;
  part.nodes = supervisor.children.map((child, i) => {
    const from = drafts[i]!;
    const process = processOf(from);
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
    // A template's arguments are followed by those that the one who asks gives.
    const isTemplate = extra !== null && from.args !== null && from.dynamic && i === 0;
    return {
      key: child.key,
      code: from.code.key,
      process,
      given: names,
      args: isTemplate ? [...from.args!, ...extra] : from.args,
      parent: key,
      supervisor: child.supervisor,
      facts: child.process,
      many: child.cardinality === "many",
      name: from.name,
      edges: [],
      ...(site === undefined ? {} : { site }),
    };
  });
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
export function rootNode({ key, draft, args, supervisor }: SupervisorContribution): Node {
  return {
    key,
    code: draft.key,
    process: draft.process,
    args,
    parent: null,
    supervisor: key,
    facts: supervisor?.process ?? null,
    many: false,
    name: draft.registers,
    edges: [],
  };
}

/** Makes a process outside any tree, unless a supervisor in another file has it as a child or nobody starts it. */
export function orphanOf(part: OrphanContribution, definitions: AllDefinitions): void {
  const { start, inside, key } = part;
  const place = codeKey(start.at);
  const nobodyStarts = start.handedOut === true && !definitions.started.has(place);
  if (inside === null && (definitions.supervised.has(place) || nobodyStarts)) return;
  const process = startedWith(definitions.process(start.code.key), start.args);
  const facts = processFacts(process);
  part.orphan = {
    key,
    name: start.name?.name ?? start.code.symbol ?? "process",
    start: startRef(start.code),
    location: locationOf(start.at),
    linked: start.linked,
    process: facts,
    reason: reasonFor(start.linked, inside),
  };
  if (inside !== null) part.orphan.startedBy = inside.facts.symbol;
  if (start.args?.length !== 0 && facts !== null) part.orphan.given = givenData(start.args);
  part.node = {
    key,
    code: start.code.key,
    process,
    args: start.args,
    parent: null,
    supervisor: null,
    facts,
    many: false,
    name: start.name,
    edges: [],
    site: start.site ?? codeKey(start.at),
  };
}

function reasonFor(linked: boolean, inside: ProcessDraft | null): string {
  const who =
    inside === null
      ? "started outside any supervisor"
      : `started by ${inside.facts.symbol}, not by a supervisor`;
  return linked ? `${who}; linked to the process that starts it` : `${who}; nothing restarts it`;
}
