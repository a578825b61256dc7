/** Mailboxes with a bound: what happens to messages for a process that is slower than those who send them. */
import { ProcessError } from "../errors.ts";
import { describeTerm } from "../reason.ts";
import { extraOf, mailboxLength, type Proc } from "./proc.ts";
import { reportOverload } from "./reporting.ts";

/** What `this.limitMailbox` takes. */
export interface MailboxLimit {
  /** How many messages may wait. */
  max: number;
  /** What becomes of casts and plain messages beyond that: dropped (default), or refused: then they throw at the sender. */
  casts?: "drop" | "refuse";
}

/** Milliseconds between two reports of the same overload. */
const QUIET = 1000;

export class Bound {
  readonly max: number;
  readonly refuses: boolean;
  #lost = { dropped: 0, refused: 0 };
  /** When the overload was reported last; negative when there is none. */
  #reported = -1;

  constructor({ max, casts = "drop" }: MailboxLimit) {
    if (!Number.isInteger(max) || max < 1) {
      throw new ProcessError(
        "badarg",
        `the max of a mailbox is a whole number from 1 up, not ${describeTerm(max)}`,
      );
    }
    if (casts !== "drop" && casts !== "refuse") {
      throw new ProcessError(
        "badarg",
        `casts beyond the max are "drop" or "refuse", not ${describeTerm(casts)}`,
      );
    }
    this.max = max;
    this.refuses = casts === "refuse";
  }

  isFull(proc: Proc): boolean {
    const waiting = mailboxLength(proc);
    if (waiting >= this.max) return true;
    if (this.#reported >= 0 && waiting * 2 <= this.max) {
      this.#tell(proc, true);
      this.#reported = -1;
    }
    return false;
  }

  /** One more message has not got in. */
  lost(proc: Proc, how: "dropped" | "refused"): void {
    this.#lost[how]++;
    const now = proc.core.now();
    if (this.#reported >= 0 && now - this.#reported < QUIET) return;
    this.#tell(proc, false);
    this.#reported = now;
  }

  #tell(proc: Proc, over: boolean): void {
    reportOverload(proc, this.max, this.#lost, over);
    this.#lost = { dropped: 0, refused: 0 };
  }
}

export function limitMailbox(proc: Proc, limit: MailboxLimit | null): void {
  const bound = limit === null ? null : new Bound(limit);
  if (proc.alive) extraOf(proc).bound = bound;
}

/** Whether a call to `proc` would find its mailbox full. */
export function isFull(proc: Proc): boolean {
  return proc.extra?.bound?.isFull(proc) === true;
}

/**
 * Whether a cast or plain message gets in; if not, it has been dropped.
 * @throws ProcessError `mailbox_full` when the receiver refuses it and `mayRefuse`.
 */
export function getsIn(proc: Proc, bound: Bound, mayRefuse: boolean): boolean {
  if (!bound.isFull(proc)) return true;
  const refused = bound.refuses && mayRefuse;
  bound.lost(proc, refused ? "refused" : "dropped");
  if (!refused) return false;
  throw new ProcessError(
    "mailbox_full",
    `${bound.max} messages wait for ${proc} already, which takes no more`,
  );
}
