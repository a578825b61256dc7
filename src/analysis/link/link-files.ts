/**
 * Puts the drafts of all files together: who supervises whom, who is started outside any tree, who uses whom. A function of
 * the drafts and of nothing else: the order in which files came and what they were before make no difference.
 */
import {
  type Edge,
  type Orphan,
  SCHEMA_VERSION,
  type Supervisor,
  type TreeModel,
} from "../../model/index.ts";
import { codeKey, placeKey } from "../evaluate/identity.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { variableKey } from "../evaluate/module-definer.ts";
import type { Value } from "../evaluate/values.ts";
import { AllDefinitions, isEmpty } from "./all-definitions.ts";
import { buildApplication } from "./applications.ts";
import { resolveUses } from "./edges.ts";
import {
  type Asked,
  type FileContribution,
  fileContribution,
  giveKeys,
  leaveRepeated,
  NOTHING_ASKED,
} from "./file-contribution.ts";
import { NameIndex, type Node } from "./name-index.ts";
import { childNodes, finishedOrphan, finishedSupervisor, isTemplate, orphanOf, rootNode } from "./nodes.ts";
import { adopt, placed } from "./owning-file.ts";
import { isSameAsked, whatIsAsked } from "./requested-starts.ts";
import { rootsOf } from "./roots.ts";
import { share } from "./structural-sharing.ts";
import type { ChildDraft, FileDraft, NameRef, SupervisorDraft } from "./unresolved-definitions.ts";

/** The draft of a supervisor whose start gives it these arguments. */
export type Specialise = (draft: SupervisorDraft, args: Value[]) => SupervisorDraft;

/** Arguments go down from supervisor to supervisor, and children that are asked for may ask for others. */
const MAX_ROUNDS = 6;

export function linkFiles(
  drafts: ReadonlyMap<string, FileDraft>,
  interpreter: () => Interpreter,
  specialise: Specialise,
  isTest: (file: string) => boolean,
): TreeModel {
  const files = placed(drafts).map(([file, draft]) => fileContribution(file, draft));
  giveArguments(files, specialise);
  for (let round = 0; round < MAX_ROUNDS && adopt(files); round++) giveArguments(files, specialise);
  giveNames(files, isTest);
  leaveRepeated(files);
  for (const file of files) giveKeys(file);
  const definitions = new AllDefinitions(files, isTest);
  let asked = NOTHING_ASKED;
  let index = buildNodes(files, definitions, asked, interpreter);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const now = whatIsAsked(files, definitions, index, interpreter);
    if (isSameAsked(asked, now)) break;
    asked = now;
    index = buildNodes(files, definitions, asked, interpreter);
  }
  for (const file of files)
    for (const node of nodesOf(file)) node.uses = share(node.uses, resolveUses(node, index, interpreter));
  return collect(files, definitions, asked);
}

/** Gives supervisors the arguments of their only start; that may give their children arguments. */
function giveArguments(files: readonly FileContribution[], specialise: Specialise): void {
  const parts = files.flatMap((file) => file.supervisors);
  const takers = parts.filter(({ original }) => original.takes > 0);
  if (takers.length === 0) return;
  const codes = new Map(takers.map(({ original }) => [original.key, original.takes]));
  // Whoever asks for a child of a template gives what this leaves open.
  const whole = ({ code, args }: ChildDraft): Value[] | null =>
    (args?.length ?? 0) < (codes.get(code.key ?? "") ?? 0) ? null : args;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    /** The arguments of the only start of each code; null when there are several. */
    const only = new Map<string, Value[] | null>();
    const start = (code: string | null, args: Value[] | null): void => {
      if (code !== null && codes.has(code)) only.set(code, only.has(code) ? null : args);
    };
    for (const { draft, starts } of files) {
      for (const { start: one } of starts)
        if (one.under === null || one.child !== null) start(one.code.key, one.args);
      for (const application of draft.applications)
        if (application.start !== null) start(application.start.key, application.args);
    }
    for (const { draft } of parts)
      for (const child of draft.children)
        start(child.code.key, isTemplate(child, draft) ? whole(child) : child.args);
    let again = false;
    for (const part of takers) {
      const args = only.get(part.original.key) ?? null;
      const draft = args === null ? part.original : specialise(part.original, args);
      again ||= draft !== part.draft;
      part.args = args;
      part.draft = draft;
    }
    if (!again) return;
  }
}

/** Gives supervisors the name that all of their starts outside any tree agree on; those of tests count where there is no other. */
function giveNames(files: readonly FileContribution[], isTest: (file: string) => boolean): void {
  const named = (which: readonly FileContribution[]): ReadonlyMap<string, NameRef | null> => {
    const names = new Map<string, NameRef | null>();
    for (const { start } of which.flatMap(({ starts }) => starts)) {
      const { key, type } = start.code;
      if (start.under !== null || key === null || type !== "supervisor") continue;
      const isSame = !names.has(key) || names.get(key)?.name === start.name?.name;
      names.set(key, isSame ? start.name : null);
    }
    return names;
  };
  const byTests = named(files.filter(({ file }) => isTest(file)));
  const byOthers = named(files.filter(({ file }) => !isTest(file)));
  for (const { supervisors } of files)
    for (const part of supervisors) {
      const { key } = part.original;
      part.startName = (byOthers.has(key) ? byOthers : byTests).get(key) ?? null;
    }
}

/** Makes the objects of the model, and an index of the processes that they are. */
function buildNodes(
  files: readonly FileContribution[],
  definitions: AllDefinitions,
  asked: Asked,
  interpreter: () => Interpreter,
): NameIndex {
  const index = new NameIndex();
  for (const file of files) indexDraft(file, definitions, index);
  for (const { site, code, under } of asked.sites) index.addSite(site, code, under);
  for (const { supervisors, orphans } of files) {
    for (const part of supervisors) {
      childNodes(part, definitions, asked, interpreter);
      for (const node of part.nodes) index.addNode(node);
    }
    for (const part of orphans) {
      orphanOf(part, definitions);
      if (part.node !== null) index.addNode(part.node);
    }
  }
  // A supervisor that nothing starts is a process of its own.
  for (const { supervisors } of files) {
    for (const part of supervisors) {
      part.root = isEmpty(part, asked) || index.isNested(part.key) ? null : rootNode(part);
      if (part.root !== null) index.addNode(part.root);
    }
  }
  return index;
}

function indexDraft(
  { file, draft, supervisors, starts }: FileContribution,
  { byPlace }: AllDefinitions,
  index: NameIndex,
): void {
  for (const [key, values] of draft.variables) index.setVariable(key, values);
  for (const process of draft.processes) {
    // What it starts may be given what its fields hold.
    if (process.starts.length > 0)
      for (const [field, values] of process.fields)
        index.setVariable(variableKey(process.key, field), values);
  }
  for (const { original } of supervisors) {
    const place = placeKey(original.key);
    if (place !== original.key) index.addSite(place, byPlace.get(place)![0]!.original.key);
    index.addSite(original.key, original.key);
    for (const { site, code } of original.children) {
      if (site === undefined || code.key === null || fileOf(placeKey(site)) !== file) continue;
      if (index.site(site) === undefined) index.addSite(site, code.key);
    }
  }
  for (const { start } of starts)
    if (start.code.key !== null) index.addSite(start.site ?? codeKey(start.at), start.code.key);
}

function fileOf(place: string): string {
  return place.slice(0, place.lastIndexOf(":"));
}

function nodesOf({ supervisors, orphans }: FileContribution): Node[] {
  const nodes: Node[] = [];
  for (const part of supervisors) {
    nodes.push(...part.nodes);
    if (part.root !== null) nodes.push(part.root);
  }
  for (const { node } of orphans) if (node !== null) nodes.push(node);
  return nodes;
}

function collect(files: readonly FileContribution[], definitions: AllDefinitions, asked: Asked): TreeModel {
  const supervisors: Supervisor[] = [];
  const orphans: Orphan[] = [];
  // Those of children, of supervisors, of processes outside trees.
  const edges: Edge[] = [];
  const ofRoots: Edge[] = [];
  const ofOrphans: Edge[] = [];
  const names = new Map<string, string>();
  for (const file of files) {
    for (const { draft } of file.applications) names.set(draft.key, draft.name);
    for (const part of file.supervisors) {
      if (part.supervisor !== null && !isEmpty(part, asked))
        supervisors.push(finishedSupervisor(part, part.supervisor));
      for (const node of part.nodes) edges.push(...node.uses.edges);
      if (part.root !== null) ofRoots.push(...part.root.uses.edges);
    }
    for (const { orphan, node } of file.orphans) {
      if (orphan !== null && node !== null) orphans.push(finishedOrphan(orphan, node));
      if (node !== null) ofOrphans.push(...node.uses.edges);
    }
  }
  const keyOf = (code: string): string | null => definitions.byCode.get(code)?.key ?? null;
  return {
    schemaVersion: SCHEMA_VERSION,
    supervisors,
    roots: rootsOf(files),
    applications: files.flatMap(({ applications }) =>
      applications.map(({ draft, key }) => buildApplication(draft, key, names, keyOf)),
    ),
    orphans,
    edges: [...edges, ...ofRoots, ...ofOrphans],
    problems: [],
    dialects: [],
    testFiles: [],
    code: [],
  };
}
