/** Watches the sizes of a run, and stops whoever makes one too large, in the midst of a callback if need be. */
import type { Bounds, RunningCallback } from "../protocol/index.ts";
import type { PidNumber, TraceEvent } from "../runtime/trace.ts";

export interface BoundHit {
  bound: keyof Bounds;
  limit: number;
  message: string;
  pid: PidNumber | null;
}

/** Thrown into the callback that went too far, and at everything that it tries afterwards. */
export class BoundExceeded extends Error {
  override readonly name = "BoundExceeded";
  readonly #own = true;

  /** Whatever a program throws may be asked: `instanceof` would run a proxy's traps. */
  static is(error: unknown): error is BoundExceeded {
    return typeof error === "object" && error !== null && #own in error && error.#own;
  }
}

/** So many times what may be taken at once may be taken within one turn, and may live outside the heap. */
const SUM = 8;
/** Lines of the console of one run. */
const MOST_LINES = 10_000;

export class BoundsWatch {
  readonly #bounds: Bounds;
  readonly #who: () => RunningCallback | null;
  readonly #told: (hit: BoundHit) => void;
  readonly #labels = new Map<PidNumber, string>();
  readonly #mailboxes = new Map<PidNumber, number>();
  #events = 0;
  #lines = 0;
  #instant = 0;
  #stepsInInstant = 0;
  #taken = 0;
  #held = 0;
  #hit: BoundHit | null = null;

  /** `who` says what runs now; `told` is called once, at the moment when a bound is hit. */
  constructor(
    bounds: Bounds,
    who: () => RunningCallback | null = () => null,
    told: (hit: BoundHit) => void = () => {},
  ) {
    this.#bounds = bounds;
    this.#who = who;
    this.#told = told;
  }

  /** The first bound that was hit; a run does not go on after it. */
  get hit(): BoundHit | null {
    return this.#hit;
  }

  /** @throws BoundExceeded when the event is one too many, and always after that. */
  see(event: TraceEvent): void {
    this.#refuse();
    const { events, mailbox, processes } = this.#bounds;
    if (++this.#events > events) {
      this.#stop("events", events, (by) => `The run was stopped after ${number(events)} events${by(";")}.`);
    }
    switch (event.type) {
      case "spawn":
        this.#labels.set(event.pid, short(event.label));
        if (this.#labels.size > processes) {
          const last = short(event.label);
          this.#stop(
            "processes",
            processes,
            (by) =>
              `The run was stopped: it has more than ${number(processes)} processes. The last one started is ${last}${by(";")}.`,
            event.pid,
          );
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
          this.#stop(
            "mailbox",
            mailbox,
            (by) =>
              `The run was stopped: more than ${number(mailbox)} messages wait in the mailbox of ${name} (<${event.to}>)${by(";")}.`,
            event.to,
          );
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

  /** One more scheduler step at the moment `now`: nothing is thrown, since nobody's callback runs. */
  step(now: number): void {
    this.#taken = 0;
    if (!this.#tooManyAt(now) || this.#hit !== null) return;
    const limit = this.#bounds.stepsPerInstant;
    this.#tell({ bound: "stepsPerInstant", limit, message: this.#standingStill("."), pid: null });
  }

  /** A timer or a microtask of the platform comes at the moment `now`. @throws BoundExceeded */
  fired(now: number): void {
    this.#refuse();
    if (!this.#tooManyAt(now)) return;
    this.#stop("stepsPerInstant", this.#bounds.stepsPerInstant, (by) => this.#standingStill(`${by(";")}.`));
  }

  /** A System of the program's own has made `steps` at the moment `now` of the run: none of the run's processes did. */
  elsewhere(now: number, steps: number): void {
    if (this.#hit !== null || !this.#tooManyAt(now, steps)) return;
    const limit = this.#bounds.stepsPerInstant;
    const message = `The run was stopped: a System that the program makes itself took more than ${number(limit)} steps without any time passing in the run: its processes keep each other busy, or one itself.`;
    this.#tell({ bound: "stepsPerInstant", limit, message, pid: null });
  }

  #tooManyAt(now: number, steps = 1): boolean {
    if (now !== this.#instant) {
      this.#instant = now;
      this.#stepsInInstant = 0;
    }
    this.#stepsInInstant += steps;
    return this.#stepsInInstant > this.#bounds.stepsPerInstant;
  }

  #standingStill(end: string): string {
    const steps = number(this.#bounds.stepsPerInstant);
    return `The run was stopped: ${steps} steps were made without any time passing: processes keep each other busy, or one itself${end}`;
  }

  /** So many timers and sleeps wait. @throws BoundExceeded */
  timers(waiting: number): void {
    this.#refuse();
    const { timers } = this.#bounds;
    if (waiting > timers) {
      this.#stop(
        "timers",
        timers,
        (by) => `The run was stopped: more than ${number(timers)} timers wait${by(";")}.`,
      );
    }
  }

  /** `what` is about to take `bytes`. @throws BoundExceeded */
  take(what: string, bytes: number): void {
    this.#refuse();
    const { memory } = this.#bounds;
    this.#taken += bytes;
    if (bytes > memory) {
      this.#stop(
        "memory",
        memory,
        (by) =>
          `The run was stopped: ${what} asked for ${megabytes(bytes)} at once; ${megabytes(memory)} are allowed${by(".")}.`,
      );
    }
    this.#sum(what, this.#taken, "within one turn");
  }

  /** Bytes outside the heap that live from now on; negative when they are gone. @throws BoundExceeded */
  hold(bytes: number): void {
    this.#held += bytes;
    if (bytes > 0) this.#sum("buffers", this.#held, "together");
  }

  /** One more line on the console. @throws BoundExceeded */
  line(): void {
    this.#refuse();
    const limit = Math.min(MOST_LINES, this.#bounds.events);
    if (++this.#lines > limit)
      this.#stop(
        "events",
        limit,
        (by) => `The run was stopped after ${number(limit)} lines on the console${by(";")}.`,
      );
  }

  /** An event has been lost: what made it failed in the midst. @throws BoundExceeded */
  lost(): void {
    this.#stop(
      "events",
      this.#bounds.events,
      (by) => `The run was stopped: an event could not be recorded, as when the stack is full${by(";")}.`,
    );
  }

  #sum(what: string, bytes: number, when: string): void {
    const most = this.#bounds.memory * SUM;
    if (bytes <= most) return;
    this.#stop(
      "memory",
      most,
      (by) => `The run was stopped: ${what} took more than ${megabytes(most)} ${when}${by(".")}.`,
    );
  }

  #refuse(): void {
    if (this.#hit !== null) throw new BoundExceeded(this.#hit.message);
  }

  #stop(
    bound: keyof Bounds,
    limit: number,
    sentence: (by: (mark: string) => string) => string,
    pid: PidNumber | null = null,
  ): never {
    const running = this.#who();
    const by = (mark: string): string =>
      running === null ? "" : `${mark} ${short(running.name)} (<${running.pid}>) was in ${running.callback}`;
    const message = sentence(by);
    this.#tell({ bound, limit, message, pid: pid ?? running?.pid ?? null });
    throw new BoundExceeded(message);
  }

  #tell(hit: BoundHit): void {
    if (this.#hit !== null) return;
    this.#hit = hit;
    this.#told(hit);
  }
}

const NAME = 80;
const short = (name: string): string => (name.length > NAME ? `${name.slice(0, NAME)}…` : name);

function number(value: number): string {
  return value.toLocaleString("en");
}

function megabytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return "more than a gigabyte";
  return bytes >= 1e6 ? `${number(Math.round(bytes / 1e6))} MB` : `${number(bytes)} bytes`;
}
