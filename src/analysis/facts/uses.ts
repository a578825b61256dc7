/** The uses that code makes, each place once: seen again in other circumstances it is as certain as the most certain. */
import type { Possible } from "../../model/index.ts";
import type { UseDraft } from "../link/unresolved-definitions.ts";

const RANK: readonly (Possible | undefined)[] = [undefined, "undecided", "found", "alive"];

export class Uses {
  readonly #seen = new Map<string, UseDraft>();

  get(key: string): UseDraft | undefined {
    return this.#seen.get(key);
  }

  /** False when this use is known already. */
  add(key: string, use: UseDraft): boolean {
    const known = this.#seen.get(key);
    if (known === undefined) {
      this.#seen.set(key, use);
      return true;
    }
    if (use.through !== known.through) delete known.through;
    // The one that fails in the open counts, and of two alike the more certain one.
    const isWorse =
      known.guarded === use.guarded
        ? RANK.indexOf(use.possible) < RANK.indexOf(known.possible)
        : known.guarded;
    if (!isWorse) return false;
    const { guarded, unawaited, possible } = use;
    Object.assign(known, { guarded, unawaited, possible });
    return false;
  }
}
