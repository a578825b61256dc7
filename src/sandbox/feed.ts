/** The trace on its way to the page: in its order, shortened, in batches. */
import type { SandboxEvent } from "../protocol/index.ts";
import type { TraceEvent } from "../runtime/index.ts";
import { realNow } from "./lock/natives.ts";
import { shorten } from "./shorten.ts";

/** Events are posted in batches of this size, or when this many milliseconds have gone by. */
const BATCH = 1_000;
const BATCH_MS = 25;

export class TraceFeed {
  readonly #post: (event: SandboxEvent) => void;
  #batch: TraceEvent[] = [];
  #since = 0;
  #reset = false;
  /** Events that came before the ones that they follow: a value that is described may do things itself. */
  readonly #early = new Map<number, TraceEvent>();
  #lastSeq = 0;

  constructor(post: (event: SandboxEvent) => void) {
    this.#post = post;
  }

  /** Another run begins: what the page has of the last one is over. */
  begin(): void {
    this.#batch = [];
    this.#early.clear();
    this.#lastSeq = 0;
    this.#reset = true;
  }

  /** Takes an event; `each` sees those whose turn it is now. */
  take(event: TraceEvent, each: (event: TraceEvent) => void): void {
    if (event.seq !== this.#lastSeq + 1) {
      this.#early.set(event.seq, event);
      return;
    }
    for (let next: TraceEvent | undefined = event; next !== undefined; next = this.#early.get(next.seq + 1)) {
      this.#early.delete(next.seq);
      this.#lastSeq = next.seq;
      this.#batch.push(shorten(next));
      each(next);
    }
  }

  /** Some events still wait for one that has not come. */
  get hasGap(): boolean {
    return this.#early.size > 0;
  }

  get isFull(): boolean {
    return this.#batch.length >= BATCH;
  }

  /** Whether the page should hear of what has happened so far. */
  get isDue(): boolean {
    return this.isFull || realNow() - this.#since > BATCH_MS;
  }

  flush(): void {
    this.#since = realNow();
    if (this.#batch.length === 0 && !this.#reset) return;
    // On a full stack it fails, and is posted later.
    this.#post({ type: "trace", reset: this.#reset, events: this.#batch });
    this.#batch = [];
    this.#reset = false;
  }
}
