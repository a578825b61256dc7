/** What one file contributes to the model, while it is put together with the others. */
import type { Orphan, Supervisor } from "../../model/index.ts";
import { codeKey } from "../evaluate/identity.ts";
import type { Value } from "../evaluate/values.ts";
import { keysIn } from "./keys.ts";
import type { Node } from "./name-index.ts";
import type {
  ApplicationDraft,
  ChildDraft,
  FileDraft,
  NameRef,
  ProcessDraft,
  StartDraft,
  SupervisorDraft,
} from "./unresolved-definitions.ts";

export interface SupervisorContribution {
  key: string;
  original: SupervisorDraft;
  /** With the arguments of its start, where they are known. */
  draft: SupervisorDraft;
  args: Value[] | null;
  /** The name that it is given by whoever starts it outside any tree. */
  startName: NameRef | null;
  /** Without what the uses of its processes come to. */
  supervisor: Supervisor | null;
  /** Its children. */
  nodes: readonly Node[];
  /** The supervisor itself, when nothing starts it. */
  root: Node | null;
}

export interface OrphanContribution {
  key: string;
  start: StartDraft;
  inside: ProcessDraft | null;
  /** Both null when it turns out to be somebody's child. */
  orphan: Orphan | null;
  node: Node | null;
}

export interface Start {
  start: StartDraft;
  /** The process whose code starts it. */
  inside: ProcessDraft | null;
}

export interface FileContribution {
  file: string;
  draft: FileDraft;
  supervisors: SupervisorContribution[];
  orphans: OrphanContribution[];
  applications: { draft: ApplicationDraft; key: string }[];
  starts: Start[];
}

/** What processes ask supervisors to start at run time, by the key of the supervisor. */
export interface Asked {
  /** Children that are added to those of its spec. */
  added: Map<string, ChildDraft[]>;
  /** What those who ask for a child of its template give besides the template's own arguments. */
  extras: Map<string, (readonly Value[] | null)[]>;
  /** Places that lead to the children of a template. */
  sites: { site: string; code: string; under: string }[];
}

export const NOTHING_ASKED: Asked = { added: new Map(), extras: new Map(), sites: [] };

export function fileContribution(file: string, draft: FileDraft): FileContribution {
  const starts: Start[] = draft.starts.map((start) => ({ start, inside: null }));
  for (const process of draft.processes) {
    for (const start of process.starts) starts.push({ start, inside: process });
  }
  const alone = starts.filter(
    ({ start }) => start.under === null && start.code.key !== null && start.code.type === "worker",
  );
  return {
    file,
    draft,
    supervisors: draft.supervisors.map(supervisorContribution),
    orphans: alone.map(({ start, inside }) => ({ key: "", start, inside, orphan: null, node: null })),
    applications: draft.applications.map((application) => ({ draft: application, key: "" })),
    starts,
  };
}

/** What several files have found a process to start outside any tree is one process: the file that starts it has it, or the first. */
export function leaveRepeated(files: readonly FileContribution[]): void {
  const kept = new Map<string, OrphanContribution>();
  for (const { file, orphans } of files)
    for (const part of orphans) {
      const id = foundTwiceAs(part);
      if (id !== null && (!kept.has(id) || part.start.at.module.file === file)) kept.set(id, part);
    }
  for (const file of files)
    file.orphans = file.orphans.filter((part) => {
      const id = foundTwiceAs(part);
      return id === null || kept.get(id) === part;
    });
}

/** By what it is known again: which code starts it where; null for what no process starts. */
function foundTwiceAs({ start, inside }: OrphanContribution): string | null {
  return inside === null ? null : `${inside.key} ${start.code.key} ${start.site ?? codeKey(start.at)}`;
}

/** Its key is given when it is known what else its file defines. */
export function supervisorContribution(draft: SupervisorDraft): SupervisorContribution {
  return {
    key: "",
    original: draft,
    draft,
    args: null,
    startName: null,
    supervisor: null,
    nodes: [],
    root: null,
  };
}

export function giveKeys({ file, supervisors, orphans, applications }: FileContribution): void {
  const key = keysIn(file);
  for (const part of supervisors) part.key = key(part.original.name);
  for (const part of applications) part.key = key(part.draft.name);
  for (const part of orphans) part.key = key(part.start.name?.name ?? part.start.code.symbol ?? "process");
}
