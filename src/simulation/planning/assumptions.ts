/** What a run supposes where the model does not know. */
import type { Assumption } from "../../model/index.ts";

export class Assumptions {
  /** One for each field of whatever they are about. */
  readonly #all = new Map<string, Assumption>();
  /** Those that scripts of processes suppose, with the keys of these. */
  readonly #supposedBy = new Map<Assumption, Set<string>>();

  /** Those of children, with the keys of the supervisors whose own code says it where it runs. */
  readonly #ofChildren = new Map<Assumption, string>();

  /** What is supposed of a supervisor and of its children where its own code does not say it. */
  addOfTree(supervisor: string, about: string, field: string, assumed: string, why: string): void {
    this.#ofChildren.set(this.add(about, field, assumed, why), supervisor);
  }

  /** `by`: the process whose script supposes it. */
  add(about: string, field: string, assumed: string, why: string, by: string | null = null): Assumption {
    const key = `${about}\n${field}`;
    const known = this.#all.get(key);
    if (known !== undefined) {
      if (by === null) this.#supposedBy.delete(known);
      else this.#supposedBy.get(known)?.add(by);
      return known;
    }
    const assumption = { about, field, assumed, why };
    this.#all.set(key, assumption);
    if (by !== null) this.#supposedBy.set(assumption, new Set([by]));
    return assumption;
  }

  /** Those that matter where the code of some processes runs: what is supposed of a script that runs nowhere does not. */
  holding(codeRuns: ReadonlySet<string>): Assumption[] {
    return [...this.#all.values()].filter((assumption) => {
      if (codeRuns.has(this.#ofChildren.get(assumption) ?? "")) return false;
      const by = this.#supposedBy.get(assumption);
      return by === undefined || [...by].some((key) => !codeRuns.has(key));
    });
  }

  /** Whom those of `holding` are about that scripts suppose. */
  ofScripts(codeRuns: ReadonlySet<string>): ReadonlySet<string> {
    return new Set(
      this.holding(codeRuns)
        .filter((assumption) => this.#supposedBy.has(assumption))
        .map(({ about }) => about),
    );
  }
}
