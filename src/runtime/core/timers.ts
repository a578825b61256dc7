/** Timers of `sendAfter`: a message that is sent when the time has come. */
import type { Core } from "./core.ts";
import { Deadline } from "./deadlines.ts";
import { INFO, type Proc } from "./proc.ts";

export class Timer extends Deadline {
  readonly core: Core;
  readonly ref: number;
  readonly owner: Proc | null;
  readonly to: Proc | string;
  readonly message: unknown;

  constructor(core: Core, ref: number, owner: Proc | null, to: Proc | string, message: unknown) {
    super();
    this.core = core;
    this.ref = ref;
    this.owner = owner;
    this.to = to;
    this.message = message;
  }

  override fire(): void {
    const { core } = this;
    core.timers.delete(this.ref);
    core.trace?.timer(this.owner, this.ref, "fired");
    // The message counts as sent by the timer's owner, whether that lives or not.
    core.sendTo(this.owner, this.to, INFO, this.message);
  }
}

/** A wait of the runtime itself, or of `this.sleep`. */
export class Wait extends Deadline {
  readonly wake: () => void;
  constructor(wake: () => void) {
    super();
    this.wake = wake;
  }
  override fire(): void {
    this.wake();
  }
}
