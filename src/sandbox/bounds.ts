/** Watches the sizes of a run, and says in a sentence which one is too large. */
import type { Bounds } from "../protocol/index.ts";
import type { PidNumber, TraceEvent } from "../runtime/trace.ts";

export interface BoundHit {
  bound: keyof Bounds;
  limit: number;
  message: string;
  pid: PidNumber | null;
}

export class BoundsWatch {
  readonly #bounds: Bounds;
  readonly #labels = new Map<PidNumber, string>();
  readonly #mailboxes = new Map<PidNumber, number>();
  #events = 0;
  #instant = 0;
  #stepsInInstant = 0;
  #hit: BoundHit | null = null;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** The first bound that was hit; a run does not go on after it. */
  get hit(): BoundHit | null {
    return this.#hit;
  }

  see(event: TraceEvent): void {
    const { events, mailbox, processes } = this.#bounds;
    if (++this.#events > events) {
      this.#stop("events", events, `The run was stopped after ${number(events)} events.`, null);
    }
    switch (event.type) {
      case "spawn":
        this.#labels.set(event.pid, event.label);
        if (this.#labels.size > processes) {
          const message = `The run was stopped: it has more than ${number(processes)} processes. The last one started is ${event.label}.`;
          this.#stop("processes", processes, message, event.pid);
        }
        break;
      case "exit":
        this.#labels.delete(event.pid);
        this.#mailboxes.delete(event.pid);
        break;
      case "send": {
        if (event.to === null || event.kind === "reply" || !this.#labels.has(event.to)) break;
        const waiting = (this.#mailboxes.get(event.to) ?? 0) + 1;
        this.#mailboxes.set(event.to, waiting);
        if (waiting > mailbox) {
          const name = this.#labels.get(event.to) ?? "a process";
          const message = `The run was stopped: more than ${number(mailbox)} messages wait in the mailbox of ${name} (<${event.to}>).`;
          this.#stop("mailbox", mailbox, message, event.to);
        }
        break;
      }
      case "receive":
        this.#mailboxes.set(event.pid, Math.max(0, (this.#mailboxes.get(event.pid) ?? 0) - 1));
        break;
      default:
        break;
    }
  }

  /** One more scheduler step at the moment `now`. */
  step(now: number): void {
    const { stepsPerInstant } = this.#bounds;
    if (now !== this.#instant) {
      this.#instant = now;
      this.#stepsInInstant = 0;
    }
    if (++this.#stepsInInstant > stepsPerInstant) {
      const message = `The run was stopped: ${number(stepsPerInstant)} steps were made without any time passing. Processes keep each other busy.`;
      this.#stop("stepsPerInstant", stepsPerInstant, message, null);
    }
  }

  #stop(bound: keyof Bounds, limit: number, message: string, pid: PidNumber | null): void {
    this.#hit ??= { bound, limit, message, pid };
  }
}

function number(value: number): string {
  return value.toLocaleString("en");
}
