/** Tells the page which callback is entered, so that it can name the one that never returns. */
import type { RunningCallback } from "../protocol/index.ts";
import type { TraceEvent } from "../runtime/index.ts";
import { realNow } from "./lock/natives.ts";

/** Callbacks that are announced within half a second. */
const MOST_MARKS = 1_000;

export class CallbackMarks {
  readonly #post: (callback: RunningCallback) => void;
  readonly #nameOf: (pid: number) => string;
  /** Supervisors run no callbacks of the workspace between their starts. */
  readonly #unmarked = new Set<number>();
  #count = 0;
  #since = 0;

  constructor(post: (callback: RunningCallback) => void, nameOf: (pid: number) => string) {
    this.#post = post;
    this.#nameOf = nameOf;
  }

  /** Another run begins. */
  begin(): void {
    this.#unmarked.clear();
  }

  entering(pid: number, callback: string): void {
    if (!this.#unmarked.has(pid)) this.tell({ pid, name: this.#nameOf(pid), callback });
  }

  /** What the trace says of callbacks that begin. */
  see(event: TraceEvent): void {
    if (event.type === "spawn" && event.kind === "supervisor") this.#unmarked.add(event.pid);
    if (event.type === "terminate") this.entering(event.pid, "terminate");
    if (event.type !== "receive" || event.kind === "reply") return;
    this.entering(event.pid, { call: "handleCall", cast: "handleCast", info: "handleInfo" }[event.kind]);
  }

  /** Not more of them than the page takes: beyond that it knows an earlier callback at worst. */
  tell(callback: RunningCallback): void {
    const now = realNow();
    if (now - this.#since > 500) {
      this.#since = now;
      this.#count = 0;
    }
    if (++this.#count <= MOST_MARKS) this.#post(callback);
  }
}
