/** What one file contributes to the model, with the objects made from it. */
import type { Application, Orphan, Supervisor } from "../../model/index.ts";
import type { Value } from "../evaluate/values.ts";
import type {
  ApplicationDraft,
  ChildDraft,
  FileDraft,
  ProcessDraft,
  StartDraft,
  SupervisorDraft,
} from "./drafts.ts";
import { fileKeys } from "./keys.ts";
import type { Node } from "./name-index.ts";

export interface SupervisorPart {
  kind: "supervisor";
  file: string;
  key: string;
  original: SupervisorDraft;
  /** With the arguments of its start, where they are known. */
  draft: SupervisorDraft;
  args: Value[] | null;
  /** Children that processes ask it to start. */
  added: readonly ChildDraft[];
  /** What the only place that asks for a child of its template gives that besides; null when it is not known. */
  extra: readonly Value[] | null;
  supervisor: Supervisor | null;
  nodes: Node[];
  /** The supervisor itself, when nothing starts it. */
  root: Node | null;
}

export interface OrphanPart {
  kind: "orphan";
  file: string;
  key: string;
  start: StartDraft;
  inside: ProcessDraft | null;
  orphan: Orphan | null;
  node: Node | null;
}

export interface Start {
  start: StartDraft;
  inside: ProcessDraft | null;
}

export interface FilePart {
  file: string;
  draft: FileDraft;
  supervisors: SupervisorPart[];
  orphans: OrphanPart[];
  applications: { draft: ApplicationDraft; key: string; application: Application | null }[];
  starts: Start[];
}

export function filePart(file: string, draft: FileDraft): FilePart {
  const starts: Start[] = draft.starts.map((start) => ({ start, inside: null }));
  for (const process of draft.processes) {
    for (const start of process.starts) starts.push({ start, inside: process });
  }
  const alone = starts.filter(
    ({ start }) => start.under === null && start.code.key !== null && start.code.type === "worker",
  );
  const keys = fileKeys(
    file,
    draft,
    alone.map(({ start }) => start),
  );
  return {
    file,
    draft,
    supervisors: draft.supervisors.map((supervisor, i) => ({
      kind: "supervisor",
      file,
      key: keys.supervisors[i]!,
      original: supervisor,
      draft: supervisor,
      args: null,
      added: [],
      extra: null,
      supervisor: null,
      nodes: [],
      root: null,
    })),
    orphans: alone.map(({ start, inside }) => ({
      kind: "orphan",
      file,
      key: keys.orphans.get(start)!,
      start,
      inside,
      orphan: null,
      node: null,
    })),
    applications: draft.applications.map((application, i) => ({
      draft: application,
      key: keys.applications[i]!,
      application: null,
    })),
    starts,
  };
}
