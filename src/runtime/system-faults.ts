/** Faults that tools and tests inject into a system. */
import type { Core } from "./core/core.ts";
import { failProc, intrude } from "./core/intrude.ts";
import { liveProc } from "./core/operations.ts";
import { sendExitSignal } from "./core/signals.ts";
import type { Target } from "./pid.ts";
import { describeTerm, type ExitReason } from "./reason.ts";
import { SystemTime } from "./system-time.ts";

/** The faults of a {@link System}. */
export class SystemFaults extends SystemTime {
  readonly #core: Core;

  constructor(core: Core) {
    super(core);
    this.#core = core;
  }

  /** Sends an exit signal from a process that is no relative of anybody. */
  sendExit(target: Target, reason: ExitReason): void {
    const proc = liveProc(this.#core, target);
    if (proc !== undefined) sendExitSignal(this.#core, this.#core.outside, proc, reason);
  }

  /** Makes a process raise `error` as if its callback had: `terminate` runs, then it exits. */
  crash(target: Target, error: Error | string): void {
    const raised = typeof error === "string" ? new Error(error) : error;
    this.#fail(target, { raised }, describeTerm(raised));
  }

  /** Makes a process stop by itself with `reason`: `terminate` runs, then it exits. */
  exit(target: Target, reason: ExitReason): void {
    this.#fail(target, reason, null);
  }

  /** Exit signal `kill`: the process is gone at once, with reason `killed`. */
  kill(target: Target): void {
    this.sendExit(target, "kill");
  }

  /** Makes a process hang: it handles no message any more until it is killed. */
  hang(target: Target): void {
    const proc = liveProc(this.#core, target);
    if (proc === undefined) return;
    intrude(proc, () => {
      proc.state = "awaiting";
      proc.pending = null;
      proc.waitingSince = Math.floor(this.#core.now());
    });
  }

  #fail(target: Target, reason: ExitReason, message: string | null): void {
    const proc = liveProc(this.#core, target);
    if (proc !== undefined) failProc(proc, reason, message);
  }
}
