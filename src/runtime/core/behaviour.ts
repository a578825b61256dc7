/** What the scheduler knows about a kind of process. */

import type { ExitReason } from "../reason.ts";
import type { Proc, StartOutcome } from "./proc.ts";
import type { MessageTag } from "./states.ts";

export interface Behaviour {
  readonly kind: "worker" | "supervisor" | "process";
  /** Runs the start of `proc`, which ends by `started` or by the death of `proc`. */
  begin(proc: Proc, args: readonly unknown[]): void;
  /** Handles one message. The process is `running`; it may end, or become `awaiting`. */
  handle(proc: Proc, tag: MessageTag, content: unknown): void;
  /**
   * Ends a process of its own accord with `reason`, as if a callback had ended so: its last callback runs first.
   * `message` says what went wrong when something did.
   */
  fail(proc: Proc, reason: ExitReason, message: string | null): void;
  /** Messages that it has taken out of the mailbox and keeps for later. */
  readonly kept?: readonly { tag: MessageTag; content: unknown }[];
  /** Gives up whatever `proc` waits for, besides the promise of a callback. */
  interrupt?(proc: Proc): void;
}

export type { StartOutcome };
