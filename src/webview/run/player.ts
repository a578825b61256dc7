/**
 * Paces a trace for the eye. The runtime does in an instant what a person wants to see one after another: events
 * wait in a queue, and each one that changes the picture is shown for a moment before the next.
 */
import type { TraceEvent } from "../../runtime/trace.ts";

/** Milliseconds that an event is shown at speed 1, before the next structural one. */
function dwell(event: TraceEvent): number {
  switch (event.type) {
    case "exit":
      return event.normal ? 160 : 280;
    case "decision":
      return event.decision === "give_up" ? 420 : 280;
    case "child_stopping":
      return 170;
    case "child_started":
      return 150;
    case "child_removed":
      return 100;
    case "exit_signal":
      return event.effect === "ignored" ? 0 : 200;
    case "down":
      return 200;
    case "call_end":
      return event.outcome === "reply" ? 0 : 120;
    case "note":
      return event.fault === undefined ? 0 : 220;
    default:
      return 0;
  }
}

/** True for events at which a step stops. */
export function isStructural(event: TraceEvent): boolean {
  return dwell(event) > 0;
}

/** A start is no incident: it is over soon, however large the tree. */
const START_TIME = 1400;
/** However much happens at once, it is shown within about this time. */
const BURST_TIME = 7000;
/** Events beyond which single ones no longer count. */
const CROWD = 2000;
const MOST_WAIT = 500;

export class Player {
  #queue: TraceEvent[] = [];
  #next = 0;
  /** Weight of what waits, in milliseconds at speed 1. */
  #weight = 0;
  #failures = 0;
  #wait = 0;
  /** How much faster than written; kept until everything is shown, or the end would drag. */
  #hurry = 1;

  /** Events that wait to be shown. */
  get pending(): number {
    return this.#queue.length - this.#next;
  }

  push(events: readonly TraceEvent[]): void {
    for (const event of events) {
      this.#queue.push(event);
      this.#weight += dwell(event);
      this.#failures += isFailure(event) ? 1 : 0;
    }
  }

  clear(): void {
    this.#queue = [];
    this.#next = 0;
    this.#weight = 0;
    this.#failures = 0;
    this.#wait = 0;
    this.#hurry = 1;
  }

  /** What is to be shown after `elapsed` more milliseconds at `speed`, `most` events of it. */
  tick(elapsed: number, speed: number, most = Number.POSITIVE_INFINITY): TraceEvent[] {
    const budget = this.#failures > 0 ? BURST_TIME : START_TIME;
    this.#hurry = Math.max(this.#hurry, this.#weight / budget);
    this.#wait -= elapsed * speed * this.#hurry;
    const shown: TraceEvent[] = [];
    // So much that nobody could follow it: a few frames are enough.
    let atOnce = this.pending > CROWD ? Math.ceil(this.pending / 8) : 0;
    while (this.pending > 0 && shown.length < most && (this.#wait <= 0 || atOnce > 0)) {
      atOnce -= 1;
      const event = this.#take();
      shown.push(event);
      this.#wait += dwell(event);
    }
    if (this.pending === 0 || this.pending > CROWD) {
      this.#wait = Math.min(MOST_WAIT, Math.max(0, this.#wait));
    }
    if (this.pending === 0) {
      this.#hurry = 1;
    }
    return shown;
  }

  /** Everything up to and including the next structural event. */
  step(): TraceEvent[] {
    const shown: TraceEvent[] = [];
    this.#wait = 0;
    while (this.pending > 0) {
      const event = this.#take();
      shown.push(event);
      if (isStructural(event)) {
        break;
      }
    }
    return shown;
  }

  /** Everything at once. */
  flush(): TraceEvent[] {
    const rest = this.#queue.slice(this.#next);
    this.clear();
    return rest;
  }

  #take(): TraceEvent {
    const event = this.#queue[this.#next]!;
    this.#next += 1;
    this.#weight -= dwell(event);
    this.#failures -= isFailure(event) ? 1 : 0;
    // What was shown is half of it: each event is moved once.
    if (this.#next > 5000 && this.#next * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#next);
      this.#next = 0;
    }
    return event;
  }
}

function isFailure(event: TraceEvent): boolean {
  return event.type === "exit" || event.type === "decision" || event.type === "child_stopping";
}
