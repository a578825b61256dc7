/** Time: where it comes from and who lets it pass. Milliseconds throughout. */

/** A source of time that can wake the scheduler. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /**
   * Asks for one call of `ring` at time `at` or soon after. A later request replaces an earlier one; null
   * takes it back. A clock that is moved by hand has nothing to do here.
   */
  alarm(at: number | null, ring: () => void): void;
  /** Whether a set alarm matters: one that does not must not keep the program alive. A clock may do without. */
  keepAlive?(on: boolean): void;
  /** True when time stands still until somebody advances it. */
  readonly virtual: boolean;
}

/** Time of the machine, monotonic, counted from the clock's creation. */
export class RealClock implements Clock {
  readonly virtual = false;
  readonly #origin = performance.now();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #matters = true;

  now(): number {
    return performance.now() - this.#origin;
  }

  alarm(at: number | null, ring: () => void): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (at === null) return;
    // Timers take at most 2^31 - 1 ms; whoever is woken early asks again.
    const delay = Math.min(Math.max(0, Math.ceil(at - this.now())), 0x7fffffff);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      ring();
    }, delay);
    if (!this.#matters) this.#hold(false);
  }

  keepAlive(on: boolean): void {
    if (on === this.#matters) return;
    this.#matters = on;
    this.#hold(on);
  }

  /** Only Node's timers keep a program alive; a browser's are numbers. */
  #hold(on: boolean): void {
    const timer = this.#timer;
    if (typeof timer !== "object" || timer === null) return;
    if (on) timer.ref();
    else timer.unref();
  }
}

/** Time that stands still until the system advances it. Starts at 0. */
export class VirtualClock implements Clock {
  readonly virtual = true;
  #now = 0;

  now(): number {
    return this.#now;
  }

  /** Moves time forward to `at`; earlier times are ignored. */
  set(at: number): void {
    if (at > this.#now) this.#now = at;
  }

  alarm(): void {}
}
