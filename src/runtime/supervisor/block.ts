/**
 * Waiting without promises: the runtime's own processes are written as generators that yield whenever they must
 * wait. One that need not wait runs through at once, and one that is killed simply never goes on.
 */
import { extraOf, type Proc } from "../core/proc.ts";

/** Code that may wait. */
export type Blocking<T> = Generator<void, T, void>;

/** Runs blocking code as the current activity of a process. */
export class Activity {
  readonly #proc: Proc;
  #code: Blocking<void> | null = null;

  constructor(proc: Proc) {
    this.#proc = proc;
  }

  run(code: Blocking<void>, waiting: () => void): void {
    this.#code = code;
    this.#waiting = waiting;
    this.advance();
  }

  /** Gives up the wait that is under way, and the code that waits: it never goes on. */
  interrupt(): void {
    this.#code = null;
    const { extra } = this.#proc;
    const cleanup = extra?.cleanup;
    if (extra !== null) extra.cleanup = null;
    cleanup?.();
  }

  #waiting: () => void = () => {};

  readonly advance = (): void => {
    const step = this.#code?.next();
    if (step?.done === false) this.#waiting();
    else this.#code = null;
  };

  /**
   * Waits until `wake` is called, which may be before `arm` returns. What `arm` returns takes back what it has
   * set up; it runs when the wait is over or the process dies.
   */
  *wait<T>(arm: (wake: (value: T) => void) => (() => void) | undefined): Blocking<T> {
    let result: { value: T } | null = null;
    let yielded = false;
    const code = this.#code;
    const disarm = arm((value) => {
      if (result !== null) return;
      result = { value };
      if (yielded && this.#code === code) this.#proc.core.wake(this.#proc, this.advance);
    });
    if (result === null) {
      const extra = extraOf(this.#proc);
      extra.cleanup = disarm ?? null;
      yielded = true;
      yield;
      extra.cleanup = null;
    }
    disarm?.();
    return (result as unknown as { value: T }).value;
  }
}
