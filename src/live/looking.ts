/**
 * What is asked of a program again and again while somebody looks at it: figures of its processes, and its tree for a comparison with
 * the source. Both cost it something, so the pause after each answer is long compared with what that took.
 */

/** A twentieth of the program's time at most. */
const PAUSE_FACTOR = 20;

export interface Repeating {
  /** Milliseconds between two at least. */
  least: number;
  /** Asks once; answers with the milliseconds that it took. */
  ask(): Promise<number>;
}

/** Asks as long as it is wanted; a failure ends it. */
export class Repeat {
  readonly #what: Repeating;
  #wanted = false;
  #asking = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(what: Repeating) {
    this.#what = what;
  }

  want(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted) void this.#ask();
    else this.#pause();
  }

  #pause(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#timer !== null) return;
    this.#asking = true;
    try {
      const took = await this.#what.ask();
      if (this.#wanted)
        this.#timer = setTimeout(
          () => {
            this.#timer = null;
            void this.#ask();
          },
          Math.max(this.#what.least, took * PAUSE_FACTOR),
        );
      // Nobody lives longer for being looked at.
      this.#timer?.unref?.();
    } catch {
      this.#wanted = false;
    } finally {
      this.#asking = false;
    }
  }
}
