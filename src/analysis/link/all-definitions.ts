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
  /** Places that code of other files makes start a process; `byTests`: code of tests. */
  readonly #started = { byTests: new Set<string>(), byOthers: new Set<string>() };
  readonly #isTest: (file: string) => boolean;

  constructor(files: readonly FileContribution[], isTest: (file: string) => boolean) {
    this.#isTest = isTest;
    for (const { file, draft, supervisors } of files) {
      for (const place of draft.supervised) this.supervised.add(place);
      const started = isTest(file) ? this.#started.byTests : this.#started.byOthers;
      for (const place of draft.started) started.add(place);
      for (const process of draft.processes) this.processes.set(process.key, process);
      for (const part of supervisors) {
        const { key } = part.original;
        this.byCode.set(key, part);
        const place = placeKey(key);
        if (place !== key) addUnder(this.byPlace, place, part);
      }
    }
  }

  /** Whether code of other files makes this place start a process. What a test starts of the program, the program does not. */
  isStarted(place: string, file: string): boolean {
    const { byTests, byOthers } = this.#started;
    return byOthers.has(place) || (byTests.has(place) && this.#isTest(file));
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
