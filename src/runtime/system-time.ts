/** What tools and tests do with a system's time: stop the world, let it step, let virtual time pass. */
import type { Core } from "./core/core.ts";
import { WakeUp } from "./core/deadlines.ts";
import type { Random } from "./random.ts";

/** The time of a {@link System}. */
export class SystemTime {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Milliseconds on the system's clock. */
  now(): number {
    return this.#core.now();
  }

  /** Time passes only by {@link SystemTime.advance} and {@link SystemTime.settle}. */
  get virtual(): boolean {
    return this.#core.clock.virtual;
  }

  /** The system's seeded generator: numbers in [0, 1). */
  get random(): Random {
    return this.#core.random;
  }

  /** When the next timer or time limit is due (ms); null when nothing waits for time. */
  nextDeadline(): number | null {
    return this.#core.nextDeadline()?.at ?? null;
  }

  /** True when some process wants a turn. */
  get runnable(): boolean {
    return this.#core.runnable;
  }

  /** Stops the world: nobody takes a turn except by {@link step}. */
  pause(): void {
    this.#core.paused = true;
  }

  /** Lets the world go on. */
  resume(): void {
    this.#core.resume();
  }

  /** True between {@link pause} and {@link resume}. */
  get paused(): boolean {
    return this.#core.paused;
  }

  /** Lets one process take one turn (with the virtual clock: one message). False when nobody wanted one. */
  step(): boolean {
    return this.#core.step();
  }

  /** Moves virtual time to `at`, firing what is due on the way in its order, without letting anybody take a turn. */
  advanceTo(at: number): void {
    const core = this.#core;
    for (let next = core.nextDeadline(); next !== null && next.at <= at; next = core.nextDeadline()) {
      core.setTime(next.at);
      core.fireDue();
    }
    core.setTime(at);
  }

  /** Calls `ring` when `ms` have passed on this system's clock. Returns what takes that back. */
  after(ms: number, ring: () => void): () => void {
    const core = this.#core;
    const wait = new WakeUp(ring);
    core.setAlarm(wait, ms);
    return () => {
      core.alarms.remove(wait);
    };
  }

  /** Waits until nobody can do anything without time passing. Promises of the outside world are not waited for. */
  async idle(): Promise<void> {
    const core = this.#core;
    let before: number;
    do {
      before = core.activity;
      core.drain();
      await new Promise<void>((resolve) => core.afterTurnOfLoop(resolve));
    } while (core.activity !== before || (core.runnable && !core.paused));
  }

  /** Lets `ms` of virtual time pass, and everything happen that does in it. */
  async advance(ms: number): Promise<void> {
    const core = this.#core;
    const until = core.now() + ms;
    await this.idle();
    for (let next = core.nextDeadline(); next !== null && next.at <= until; next = core.nextDeadline()) {
      core.setTime(next.at);
      core.fireDue();
      await this.idle();
    }
    core.setTime(until);
    core.fireDue();
    await this.idle();
  }

  /**
   * Runs until the system is quiet: nobody has anything to do, and nobody waits for what time alone would bring,
   * except timers. Virtual time passes to the next time limit (of a call, a shutdown, a sleep) as often as needed.
   */
  async settle(): Promise<void> {
    const core = this.#core;
    await this.idle();
    while (core.waits.size > 0) {
      const next = core.nextDeadline();
      if (next === null) return;
      core.setTime(next.at);
      core.fireDue();
      await this.idle();
    }
  }
}
