/**
 * The timeout that a callback may ask for: a message for a server that has got none for some time. While it is
 * pending, the server's behaviour is replaced by one that takes it back when a message comes, so servers that use no
 * timeouts pay nothing.
 */

import type { TimeoutMessage } from "../protocol.ts";
import type { ExitReason } from "../reason.ts";
import type { Behaviour } from "./behaviour.ts";
import { Deadline } from "./deadlines.ts";
import { BIT } from "./kinds.ts";
import { extraOf, type Proc } from "./proc.ts";
import type { MessageTag } from "./states.ts";

const TIMEOUT: TimeoutMessage = Object.freeze({ type: "timeout" });

/** A server in OTP's `receive ... after Ms`. */
class AwaitingMessage extends Deadline implements Behaviour {
  readonly kind = "worker";
  readonly #proc: Proc;
  readonly #usual: Behaviour;
  readonly #ms: number;
  /** In the context of the callback that asked for it. */
  readonly #send: () => void;
  /** Number in the trace; 0 when nobody observes. */
  #ref = 0;

  constructor(proc: Proc, ms: number) {
    super();
    this.#proc = proc;
    this.#usual = proc.behaviour;
    this.#ms = ms;
    this.#send = proc.core.bind(() => proc.core.deliver(proc, "info", TIMEOUT));
    proc.behaviour = this;
    extraOf(proc).cleanup = () => this.#disarm();
    this.#arm();
  }

  /** The time starts. */
  #arm(): void {
    const { core } = this.#proc;
    const trace = core.wanting(BIT.timer);
    if (trace !== null) {
      this.#ref = core.newRef();
      trace.timer(this.#proc, this.#ref, "set", this.#ms);
    }
    core.setAlarm(this, this.#ms);
  }

  #disarm(): void {
    const { core } = this.#proc;
    if (core.alarms.remove(this)) core.wanting(BIT.timer)?.timer(this.#proc, this.#ref, "cancelled");
  }

  /** From now on the server is as it was. */
  #over(): void {
    const proc = this.#proc;
    this.#disarm();
    proc.behaviour = this.#usual;
    if (proc.state !== "dead") extraOf(proc).cleanup = null;
  }

  override fire(): void {
    const proc = this.#proc;
    // Who has a message waiting gets that instead.
    const comes = proc.state === "idle";
    proc.core.wanting(BIT.timer)?.timer(proc, this.#ref, comes ? "fired" : "cancelled");
    if (!comes) return;
    this.#over();
    this.#send();
  }

  begin(): void {}

  handle(proc: Proc, tag: MessageTag, content: unknown): void {
    if (tag !== "control") {
      this.#over();
      this.#usual.handle(proc, tag, content);
      return;
    }
    // As OTP's system messages: no message to the server, but its time starts again.
    this.#disarm();
    this.#usual.handle(proc, tag, content);
    if (proc.behaviour !== this) return;
    if (proc.state === "running") this.#arm();
    else this.#over();
  }

  fail(proc: Proc, reason: ExitReason, message: string | null): void {
    this.#over();
    this.#usual.fail(proc, reason, message);
  }
}

/** The server gets a timeout message unless a message comes within `ms`. */
export function awaitMessage(proc: Proc, ms: number): void {
  if (ms === Number.POSITIVE_INFINITY) return;
  if (ms > 0 || nextTag(proc) === "control") new AwaitingMessage(proc, ms);
  else if (nextTag(proc) === undefined) proc.core.deliver(proc, "info", TIMEOUT);
}

/** The tag of the first waiting message. */
function nextTag(proc: Proc): MessageTag | undefined {
  return proc.slotTag ?? proc.mailbox?.tag();
}
