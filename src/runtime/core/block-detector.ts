/** Finds the callback that holds the event loop: by the clock around every turn, and by a timer for what is in no turn. */
import type { Pid } from "../pid.ts";
import { labelOf } from "./appearance.ts";
import type { Core } from "./core.ts";
import type { Proc } from "./proc.ts";

/** A process in one of its callbacks. */
export interface InCallback {
  pid: Pid;
  label: string;
  callback: string | null;
}

/** The event loop was held up. */
export interface Blocked {
  /** For how long. */
  ms: number;
  /**
   * Who did it; null when that was in no turn: the code of an async callback after an `await`, code outside any
   * process, garbage collection, or a stopped program.
   */
  by: InCallback | null;
  /** Without `by`: the processes that were in an async callback, each of which may have done it. */
  suspects: readonly InCallback[];
}

interface Turn {
  readonly proc: Proc;
  readonly label: string;
  readonly first: number;
  callback: string | null;
  begun: number;
  /** Of that, what others took that it has started. */
  others: number;
}

export class BlockDetector {
  readonly #core: Core;
  readonly #limit: number;
  readonly #tell: (blocked: Blocked) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #period: number;
  readonly #turns: Turn[] = [];
  /** Async callbacks that have ended since the timer rang last. */
  #recent: InCallback[] = [];
  #rang = performance.now();
  /** How much of the time since then turns have taken. */
  #inTurns = 0;

  constructor(core: Core, limit: number, tell: (blocked: Blocked) => void) {
    this.#core = core;
    this.#limit = limit;
    this.#tell = tell;
    this.#period = Math.max(1, Math.floor(limit / 2));
    this.#timer = setInterval(() => this.#ring(), this.#period);
    const timer: { unref?(): void } | number = this.#timer;
    if (typeof timer === "object") timer.unref?.();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  enter(proc: Proc, callback: string | null, label = labelOf(proc)): void {
    const begun = performance.now();
    this.#turns.push({ proc, label, first: begun, callback, begun, others: 0 });
  }

  /** The process whose turn it is goes on with another callback. */
  mark(proc: Proc, callback: string): void {
    const turn = this.#turns.at(-1);
    if (turn === undefined || turn.proc !== proc) return;
    const now = performance.now();
    this.#judge(turn, now);
    turn.callback = callback;
    turn.begun = now;
    turn.others = 0;
  }

  leave(): void {
    const turn = this.#turns.pop();
    if (turn === undefined) return;
    const now = performance.now();
    this.#judge(turn, now);
    const outer = this.#turns.at(-1);
    if (outer === undefined) this.#inTurns += now - turn.first;
    else outer.others += now - turn.first;
  }

  #judge({ proc, label, callback, begun, others }: Turn, now: number): void {
    const ms = now - begun - others;
    if (ms >= this.#limit) this.#tell({ ms, by: { pid: proc, label, callback }, suspects: [] });
  }

  /** An async callback is over. */
  settled(proc: Proc, callback: string | null): void {
    this.#recent.push({ pid: proc, label: labelOf(proc), callback });
  }

  #ring(): void {
    const now = performance.now();
    const ms = now - this.#rang - this.#period - this.#inTurns;
    const recent = this.#recent;
    this.#rang = now;
    this.#inTurns = 0;
    this.#recent = [];
    if (ms < this.#limit) return;
    const suspects = new Map(recent.map((suspect) => [suspect.pid, suspect]));
    for (let proc = this.#core.first; proc !== null; proc = proc.after) {
      if (proc.state === "awaiting" && proc.pending !== null)
        suspects.set(proc, { pid: proc, label: labelOf(proc), callback: proc.at });
    }
    this.#tell({ ms, by: null, suspects: [...suspects.values()] });
  }
}
