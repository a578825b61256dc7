/**
 * Which file has what functions make: the one that calls them. Several files may have found the same; what a supervisor's
 * arguments make is known when these are.
 */
import { placeKey } from "../evaluate/identity.ts";
import type { ModuleState } from "../evaluate/scope.ts";
import type { Made } from "../evaluate/values.ts";
import { placeIn } from "./classes.ts";
import { type FileContribution, supervisorContribution } from "./file-contribution.ts";
import type { FileDraft } from "./unresolved-definitions.ts";

function homeFile(made: Made | undefined, files: { has(file: string): boolean }, found: string): string {
  const home = made?.by[0]?.module.file;
  return home !== undefined && files.has(home) ? home : found;
}

/** Applications that functions define are there where somebody calls these; without a caller, where they are written. */
function calledFor(files: [string, FileDraft][]): [string, FileDraft][] {
  const elsewhere = new Set<string>();
  const seen = new Set<string>();
  for (const [file, { applications }] of files)
    for (const { key, at } of applications) if (at.module.file !== file) elsewhere.add(placeKey(key));
  return files.map(([file, draft]) => {
    const applications = draft.applications.filter(({ key, at, name, start, unknown }) => {
      if (at.module.file === file && elsewhere.has(placeKey(key)) && unknown.length > 0) return false;
      const which = `${placeKey(key)} ${name} ${start?.key ?? key}`;
      return !seen.has(which) && seen.add(which);
    });
    return [file, applications.length === draft.applications.length ? draft : { ...draft, applications }];
  });
}

/** The drafts in the order of their files, each definition once. */
export function placed(drafts: ReadonlyMap<string, FileDraft>): [string, FileDraft][] {
  const files = calledFor([...drafts].sort(([a], [b]) => (a < b ? -1 : 1)));
  const whole = new Map(files);
  const seen = { supervisors: new Set<string>(), processes: new Set<string>() };
  const added = new Map<string, FileDraft>();
  const to = (file: string): FileDraft => {
    let draft = added.get(file);
    if (draft === undefined) {
      draft = { ...whole.get(file)!, supervisors: [], processes: [] };
      added.set(file, draft);
    }
    return draft;
  };
  for (const [file, { supervisors, processes }] of files) {
    for (const one of supervisors) {
      const made = one.cls?.made;
      if (made !== undefined && seen.supervisors.has(one.key)) continue;
      seen.supervisors.add(one.key);
      to(homeFile(made, drafts, file)).supervisors.push(one);
    }
    for (const one of processes) {
      if (one.made !== undefined && seen.processes.has(one.key)) continue;
      seen.processes.add(one.key);
      to(homeFile(one.made, drafts, file)).processes.push(one);
    }
  }
  return files.map(([file, draft]) => {
    const own = added.get(file);
    if (own === undefined) return [file, draft];
    const m = moduleOf(file, own);
    if (m !== null) own.supervisors.sort((a, b) => placeIn(m, a) - placeIn(m, b));
    return [file, own];
  });
}

function moduleOf(file: string, { supervisors }: FileDraft): ModuleState | null {
  for (const { at, cls } of supervisors) {
    const m = cls?.made?.by[0]?.module ?? at.module;
    if (m.file === file) return m;
  }
  return null;
}

/**
 * Takes what supervisors make of the arguments of their start, in place of what they make of none. True when there was
 * something new.
 */
export function adopt(files: readonly FileContribution[]): boolean {
  if (!files.some(({ supervisors }) => supervisors.some(({ draft }) => draft.makes !== undefined)))
    return false;
  const byFile = new Map(files.map((part) => [part.file, part]));
  const known = new Set<string>();
  const wanted = new Set<string>();
  const replaced = new Set<string>();
  for (const { draft, supervisors } of files) {
    for (const { key } of draft.processes) known.add(`process ${key}`);
    for (const { original, draft: now } of supervisors) {
      known.add(original.key);
      for (const { code } of now.children) if (code.key !== null) wanted.add(code.key);
      if (now.makes === undefined) continue;
      for (const { code } of original.children)
        if (code.made !== undefined && code.key !== null) replaced.add(code.key);
    }
  }
  let isNew = false;
  for (const file of files) {
    file.supervisors = file.supervisors.filter(
      ({ original: { key } }) => !replaced.has(key) || wanted.has(key),
    );
    for (const { draft } of [...file.supervisors]) {
      for (const one of draft.makes?.supervisors ?? []) {
        if (known.has(one.key)) continue;
        known.add(one.key);
        byFile.get(homeFile(one.cls?.made, byFile, file.file))!.supervisors.push(supervisorContribution(one));
        isNew = true;
      }
      for (const one of draft.makes?.processes ?? []) {
        if (known.has(`process ${one.key}`)) continue;
        known.add(`process ${one.key}`);
        const home = byFile.get(homeFile(one.made, byFile, file.file))!;
        home.draft = { ...home.draft, processes: [...home.draft.processes, one] };
      }
    }
  }
  return isNew;
}
