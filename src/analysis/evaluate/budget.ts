/**
 * How much of a program is followed. Counted in steps and levels, never in time, and for each definition by itself: what
 * is known of one is the same on every machine, and whatever was asked before. Memoised results cost nobody anything.
 */

/** Of one definition: a variable, a statement of a module, a supervisor's `init`, a callback. */
const DEFINITION_STEPS = 20_000;

/** Of those of one file together; when they are used up, each of the others still has a few. */
const FILE_STEPS = 80_000;
const FEWEST_STEPS = 1_000;

/** How deep expressions, calls and definitions are nested in each other. Real stacks hold several times that. */
export const MAX_LEVELS = 250;

export const TOO_DEEP = `nested too deeply to follow: more than ${MAX_LEVELS} levels`;

/** The steps of definitions of one file that are run one after the other, always in the same order. */
export class Pool {
  #left = FILE_STEPS;

  /** How many the next definition may take. */
  get share(): number {
    return Math.min(Math.max(Math.floor(this.#left), FEWEST_STEPS), DEFINITION_STEPS);
  }

  get isEmpty(): boolean {
    return this.#left <= 0;
  }

  pay(steps: number): void {
    this.#left -= steps;
  }
}

/** How many steps each of so many definitions has that may be asked for in any order. */
export function shareOf(definitions: number): number {
  return Math.min(
    Math.max(Math.floor(FILE_STEPS / Math.max(1, definitions)), FEWEST_STEPS),
    DEFINITION_STEPS,
  );
}

/** 20000 as "20,000". */
export function grouped(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Thrown out of a definition that is nested too deeply, and caught by whoever looked at the first of them. */
export class TooDeep extends Error {
  override readonly name = "TooDeep";
  constructor() {
    super(TOO_DEEP);
  }
}
