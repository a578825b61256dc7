/** What the code of all files is, for whoever puts them together. */
import { addUnder } from "../../model/index.ts";
import { placeKey } from "../evaluate/identity.ts";
import type { Asked, FileContribution, SupervisorContribution } from "./file-contribution.ts";
import type { ProcessDraft } from "./unresolved-definitions.ts";

/** Found by the place of its code. */
export class AllDefinitions {
  readonly byCode = new Map<string, SupervisorContribution>();
  readonly processes = new Map<string, ProcessDraft>();
  /** Place → the supervisors that are started there. */
  readonly byPlace = new Map<string, SupervisorContribution[]>();
  /** Places whose processes are children of supervisors in other files. */
  readonly supervised = new Set<string>();
  /** Places that code of other files makes start a process. */
  readonly started = new Set<string>();

  constructor(files: readonly FileContribution[]) {
    for (const { draft, supervisors } of files) {
      for (const place of draft.supervised) this.supervised.add(place);
      for (const place of draft.started) this.started.add(place);
      for (const process of draft.processes) this.processes.set(process.key, process);
      for (const part of supervisors) {
        const { key } = part.original;
        this.byCode.set(key, part);
        const place = placeKey(key);
        if (place !== key) addUnder(this.byPlace, place, part);
      }
    }
  }

  /** The supervisor that some code is; where a function starts one for whoever calls it, the only one that it starts. */
  supervisor(code: string): SupervisorContribution | undefined {
    const there = this.byPlace.get(placeKey(code));
    return this.byCode.get(code) ?? (there?.length === 1 ? there[0] : undefined);
  }

  process(code: string | null): ProcessDraft | null {
    return code === null ? null : (this.processes.get(code) ?? null);
  }
}

/** Of an actor that has no children nothing says that it is a supervisor. */
export function isEmpty({ key, draft }: SupervisorContribution, { added }: Asked): boolean {
  return draft.implicit === true && draft.children.length === 0 && !added.has(key);
}
