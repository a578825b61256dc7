/**
 * The ways that a callback goes: it is run once for each, and the acts of all are put together in a tree. So whatever a way
 * out leaves undone, in whichever function it stands, is not there on that way.
 */
import type { Act, Formula } from "../../model/index.ts";

/** Conditions on one way, and runs for all callbacks of a process. What is asked beyond that stays open. */
const MOST_ON_ONE_WAY = 5;
const MOST_RUNS = 200;

interface Answer {
  test: Formula;
  key: string;
  is: boolean;
}

export class Ways {
  /** Whether a run could answer. */
  readonly #answerable: (test: Formula) => boolean;
  #answers: Answer[] = [];
  /** How many more conditions are answered in this run. */
  #left = 0;
  #runs = 0;
  #asking = false;

  constructor(answerable: (test: Formula) => boolean) {
    this.#answerable = answerable;
  }

  /** The answer on this way; null where both are followed at once. */
  decide(test: Formula): boolean | null {
    if (!this.#asking || !this.#answerable(test)) return null;
    const key = JSON.stringify(test);
    const known = this.#answers.find((answer) => answer.key === key);
    if (known !== undefined) return known.is;
    if (this.#left === 0) return null;
    this.#left--;
    this.#answers.push({ test, key, is: true });
    return true;
  }

  /** Whether a condition has been answered on this way. */
  get taken(): boolean {
    return this.#answers.length > 0;
  }

  /** Runs a callback on every way. */
  follow(run: () => Act[]): Act[] {
    const go = (given: readonly Answer[]): Act[] => {
      this.#answers = [...given];
      this.#runs++;
      this.#left = this.#runs > MOST_RUNS ? 0 : Math.max(0, MOST_ON_ONE_WAY - given.length);
      let acts = run();
      const asked = this.#answers;
      for (let n = asked.length - 1; n >= given.length; n--) {
        const { test, key } = asked[n]!;
        acts = together(test, acts, go([...asked.slice(0, n), { test, key, is: false }]));
      }
      return acts;
    };
    this.#asking = true;
    const acts = go([]);
    this.#asking = false;
    return acts;
  }
}

/** What is done in both cases is done; from the first difference on it depends. */
function together(test: Formula, yes: readonly Act[], no: readonly Act[]): Act[] {
  const common: Act[] = [];
  for (let n = 0; n < Math.max(yes.length, no.length); n++) {
    const [a, b] = [yes[n], no[n]];
    if (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b)) {
      common.push(a);
      continue;
    }
    if (a?.does === "try" && b?.does === "try" && JSON.stringify(a.location) === JSON.stringify(b.location)) {
      const acts = together(test, a.acts, b.acts);
      common.push({ ...a, acts, otherwise: together(test, a.otherwise, b.otherwise) });
      continue;
    }
    const [rest, other] = [yes.slice(n), no.slice(n)];
    const { location } = (a ?? b)!;
    common.push({ location, does: "if", test, acts: rest, otherwise: other });
    break;
  }
  return common;
}
