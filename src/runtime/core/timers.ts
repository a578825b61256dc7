/** Timers of `sendAfter`: a message that is sent when the time has come. One to a pid ends with that process. */
import type { Enter } from "./contexts.ts";
import type { Core } from "./core.ts";
import { Deadline } from "./deadlines.ts";
import { BIT } from "./kinds.ts";
import { extraOf, type Proc } from "./proc.ts";

export class Timer extends Deadline {
  readonly core: Core;
  readonly ref: number;
  readonly owner: Proc | null;
  readonly to: Proc | string;
  readonly message: unknown;
  /** Milliseconds after which it is sent again; null for once. */
  readonly every: number | null;
  /** The async context of whoever set it. */
  readonly #context: Enter | null;
  /** Neighbours in the list of timers to the same process. */
  #before: Timer | null = null;
  #after: Timer | null = null;

  constructor(
    core: Core,
    ref: number,
    owner: Proc | null,
    to: Proc | string,
    message: unknown,
    every: number | null,
  ) {
    super();
    this.every = every;
    this.core = core;
    this.ref = ref;
    this.owner = owner;
    this.to = to;
    this.message = message;
    this.#context = core.contexts === null ? null : core.contexts.capture();
  }

  /** Begins. */
  set(ms: number): void {
    const { core, to } = this;
    core.timers.set(this.ref, this);
    if (typeof to !== "string") {
      const extra = extraOf(to);
      this.#after = extra.timers;
      if (this.#after !== null) this.#after.#before = this;
      extra.timers = this;
    }
    core.setAlarm(this, ms);
  }

  /** Will not fire. */
  cancel(): void {
    this.#forget();
    this.core.alarms.remove(this);
    this.core.wanting(BIT.timer)?.timer(this.owner, this.ref, "cancelled");
  }

  #forget(): void {
    this.core.timers.delete(this.ref);
    const before = this.#before;
    const after = this.#after;
    if (before !== null) before.#after = after;
    else if (typeof this.to !== "string" && this.to.extra?.timers === this) this.to.extra.timers = after;
    if (after !== null) after.#before = before;
    this.#before = null;
    this.#after = null;
  }

  override fire(): void {
    const { core, every } = this;
    core.wanting(BIT.timer)?.timer(this.owner, this.ref, "fired");
    if (every === null) this.#forget();
    else {
      // Lateness does not add up, and what was missed is not made up for.
      const late = core.now() - this.at;
      const ms = late === 0 ? every : Math.max(1, Math.round(every - (late % every)));
      core.wanting(BIT.timer)?.timer(this.owner, this.ref, "set", ms);
      core.setAlarm(this, ms);
    }
    // The message counts as sent by the timer's owner, whether that lives or not.
    if (this.#context === null) this.#send();
    else this.#context(() => this.#send());
  }

  #send(): void {
    this.core.sendTo(this.owner, this.to, "info", this.message);
  }
}
