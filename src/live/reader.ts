/**
 * What one page is told, at the pace at which it reads. A page that falls behind costs the program nothing: what waits for it is
 * bounded, messages are left out first (and counted), and one that is too far behind begins anew with what lives then.
 */
import type { LiveSnapshot } from "../runtime/live-protocol.ts";
import { STRUCTURE_EVENTS, type TraceEvent, type TraceEventType } from "../runtime/trace.ts";
import { LiveTrace } from "./events-of.ts";
import type { Tell } from "./viewer.ts";

/** Events that a page may have been told of and not shown yet. */
const MOST_UNREAD = 20_000;
/** Events that wait for it here. */
const MOST_WAITING = 50_000;
const STRUCTURE = new Set<TraceEventType>(STRUCTURE_EVENTS);

export class Reader {
  readonly #tell: Tell;
  readonly #trace = new LiveTrace();
  readonly #again: (missed: number) => void;
  #told = 0;
  #read = 0;
  #waiting: TraceEvent[] = [];
  #left = 0;
  /** Events that this page will never be told. */
  #missed = 0;

  /** @param again is asked, once, to begin anew when the page has read what it was told */
  constructor(tell: Tell, again: (missed: number) => void) {
    this.#tell = tell;
    this.#again = again;
  }

  /** First of all: what lived, and what has happened since. */
  begin(snapshot: LiveSnapshot, since: readonly TraceEvent[], left: number): void {
    const events = [...this.#trace.begin(snapshot), ...this.#trace.next(since)];
    this.#tell({ type: "liveEvents", reset: true, events, left });
    // All at once and once: it is not counted as falling behind.
    this.#told = this.#read = events.length;
  }

  next(events: readonly TraceEvent[], left: number): void {
    this.#left += left;
    if (this.#missed > 0) this.#missed += events.length;
    else if (this.#waiting.length === 0 && this.#told - this.#read <= MOST_UNREAD) this.#send(events);
    else {
      for (const event of events) {
        if (STRUCTURE.has(event.type)) this.#waiting.push(event);
        else this.#left += 1;
      }
      if (this.#waiting.length <= MOST_WAITING) return;
      this.#missed = this.#waiting.length;
      this.#waiting = [];
    }
  }

  /** The page has shown everything up to here. */
  read(seq: number): void {
    this.#read = Math.min(this.#told, Math.max(this.#read, seq));
    if (this.#told - this.#read > MOST_UNREAD / 2) return;
    if (this.#missed > 0) {
      this.#again(this.#missed);
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#send(waiting);
  }

  #send(events: readonly TraceEvent[]): void {
    const left = this.#left;
    this.#left = 0;
    this.#told += events.length;
    this.#tell({ type: "liveEvents", reset: false, events: this.#trace.next(events), left });
  }
}
