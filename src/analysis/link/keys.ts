/** Keys of supervisors, applications and orphans: `<file>#<name>`, with `~2` and so on for namesakes in one file. */
import type { FileDraft, StartDraft } from "./drafts.ts";

export interface FileKeys {
  supervisors: string[];
  applications: string[];
  /** Per start that makes an orphan. */
  orphans: Map<StartDraft, string>;
}

export function fileKeys(file: string, draft: FileDraft, orphans: readonly StartDraft[]): FileKeys {
  const taken = new Map<string, number>();
  const key = (name: string): string => {
    const n = (taken.get(name) ?? 0) + 1;
    taken.set(name, n);
    return n === 1 ? `${file}#${name}` : `${file}#${name}~${n}`;
  };
  return {
    supervisors: draft.supervisors.map((s) => key(s.name)),
    applications: draft.applications.map((a) => key(a.name)),
    orphans: new Map(
      orphans.map((start) => [start, key(start.name?.name ?? start.code.symbol ?? "process")]),
    ),
  };
}

/** Keys of the children of one supervisor. */
export function childKeys(supervisor: string, ids: readonly (string | null)[]): string[] {
  const taken = new Map<string, number>();
  return ids.map((id, i) => {
    const name = id ?? `?${i + 1}`;
    const n = (taken.get(name) ?? 0) + 1;
    taken.set(name, n);
    return n === 1 ? `${supervisor}/${name}` : `${supervisor}/${name}~${n}`;
  });
}
