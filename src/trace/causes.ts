/**
 * Why each event of a trace happened. Every event belongs to one *cause*, named by the number of the event that it all
 * began with: a tree's start, a fault that was injected, a process that failed by itself, a request from outside, or
 * ordinary work. Whatever a process does belongs to what it acts on: the message that it took, the start that it is part
 * of, the exit that it decides about.
 */
import { addUnder } from "../model/index.ts";
import type { MessageKind, PidNumber, TraceEvent, TraceEventOf, TraceEventType } from "../runtime/trace.ts";
import { OUTSIDE } from "./outside.ts";

export type CauseKind =
  | "start" // a tree, or a process outside any
  | "fault" // a person or a script
  | "failure" // a process that ended by itself
  | "request" // a message from outside, an application that is started or stopped
  | "work"; // messages between processes, timers

export interface Cause {
  /** The number of its first event. */
  seq: number;
  kind: CauseKind;
}

interface WaitingMessage {
  kind: MessageKind;
  ref: number | undefined;
  cause: Cause;
}

/** Reads a trace in order. */
export class Causes {
  /** What each process acts on. */
  readonly #acting = new Map<PidNumber, Cause>();
  /** Those that were told to stop, and why. */
  readonly #doomed = new Map<PidNumber, Cause>();
  readonly #ended = new Map<PidNumber, Cause>();
  /** Messages on their way. */
  readonly #mail = new Map<PidNumber, WaitingMessage[]>();
  /** Exits that supervisors have heard of and not decided about yet. */
  readonly #exits = new Map<PidNumber, Cause[]>();
  readonly #decisions = new Map<number, Cause>();
  readonly #hanging = new Map<PidNumber, Cause>();
  readonly #applications = new Map<string, Cause>();
  readonly #callNames = new Map<number, string>();
  readonly #holders = new Map<string, PidNumber>();
  readonly #lastHolders = new Map<string, PidNumber>();
  readonly #initialising = new Set<PidNumber>();
  /** Processes that have had nothing to do since their start, and when that was over. */
  readonly #settled = new Map<PidNumber, number>();
  readonly #supervisors = new Set<PidNumber>();
  readonly #work = new Work();
  /** A note speaks of the event after it. */
  #noted: Cause | null = null;

  /** The cause of the next event. */
  read(event: TraceEvent): Cause {
    const rule = this.#rules[event.type] as (event: TraceEvent) => Cause;
    const cause = rule(event);
    this.#noted = event.type === "note" && event.fault !== undefined ? cause : null;
    this.#work.follow(event, cause);
    return cause;
  }

  /** True while something is still to happen because of it: somebody is to stop, to start, or to be decided about. */
  goesOn(cause: Cause): boolean {
    return this.#work.open(cause.seq);
  }

  readonly #rules: { [T in TraceEventType]: (event: TraceEventOf<T>) => Cause } = {
    spawn: (event) => {
      const parent = event.parent ?? OUTSIDE;
      const cause = parent === OUTSIDE ? (this.#noted ?? fresh(event, "start")) : this.#of(parent, event);
      this.#acting.set(event.pid, cause);
      this.#initialising.add(event.pid);
      if (event.kind === "supervisor") this.#supervisors.add(event.pid);
      return cause;
    },
    child_starting: (event) => this.#of(event.child.supervisor, event),
    child_started: (event) => this.#decided(event.cause) ?? this.#of(event.child.supervisor, event),
    child_stopping: (event) => {
      const supervisor = event.child.supervisor;
      const cause = this.#decided(event.cause) ?? this.#doomed.get(supervisor) ?? this.#of(supervisor, event);
      this.#doomed.set(event.pid, cause);
      return cause;
    },
    child_removed: (event) => this.#of(event.child.supervisor, event),
    running: (event) => {
      this.#initialising.delete(event.pid);
      this.#settled.set(event.pid, event.at);
      return this.#of(event.pid, event);
    },
    terminate: (event) => this.#end(event, event.pid),
    exit: (event) => this.#exit(event),
    decision: (event) => {
      const supervisor = event.child.supervisor;
      const ended = event.pid === null ? undefined : this.#ended.get(event.pid);
      this.#exits.get(supervisor)?.shift();
      const cause = ended ?? this.#decided(event.cause) ?? this.#of(supervisor, event);
      this.#decisions.set(event.seq, cause);
      return this.#actOn(supervisor, cause);
    },
    link: (event) => this.#of(event.a, event),
    unlink: (event) => this.#of(event.a, event),
    monitor: (event) => this.#of(event.watcher, event),
    demonitor: (event) => this.#of(event.watcher, event),
    down: (event) => {
      const cause = this.#ended.get(event.target) ?? this.#of(event.watcher, event);
      if (!this.#callNames.has(event.ref)) this.#post(event.watcher, { kind: "info", ref: undefined, cause });
      return cause;
    },
    exit_signal: (event) => {
      const cause =
        event.via === "parent"
          ? (this.#doomed.get(event.to) ?? this.#of(event.from, event))
          : (this.#ended.get(event.from) ?? this.#of(event.from, event));
      if (event.effect === "exits" && !this.#doomed.has(event.to)) this.#actOn(event.to, cause);
      // A supervisor's own supervisor tells it to stop: nothing to decide.
      if (event.effect === "message" && event.via !== "parent") {
        this.#post(event.to, { kind: "info", ref: undefined, cause });
      }
      return cause;
    },
    trap_exit: (event) => this.#of(event.pid, event),
    register: (event) => {
      this.#holders.set(event.name, event.pid);
      return this.#of(event.pid, event);
    },
    unregister: (event) => {
      this.#holders.delete(event.name);
      this.#lastHolders.set(event.name, event.pid);
      return this.#of(event.pid, event);
    },
    send: (event) => {
      const cause =
        event.from === OUTSIDE ? (this.#noted ?? fresh(event, "request")) : this.#of(event.from, event);
      if (event.kind === "call" && event.ref !== undefined) this.#callNames.set(event.ref, event.name ?? "");
      if (event.to !== null && event.kind !== "reply")
        this.#post(event.to, { ...event, ref: event.ref, cause });
      return cause;
    },
    receive: (event) => {
      return this.#actOn(event.pid, this.#fetch(event) ?? fresh(event, "work"));
    },
    call_end: (event) => {
      const cause = this.#unanswered(event) ?? this.#of(event.pid, event);
      this.#callNames.delete(event.ref);
      return event.pid === OUTSIDE ? cause : this.#actOn(event.pid, cause);
    },
    timer: (event) => {
      if (event.action !== "fired") return this.#of(event.pid, event);
      const cause = fresh(event, "work");
      this.#post(event.pid, { kind: "info", ref: undefined, cause });
      return cause;
    },
    application: (event) => {
      const known = this.#applications.get(event.name);
      const cause = event.state === "stopping" || known === undefined ? fresh(event, "request") : known;
      this.#applications.set(event.name, cause);
      return cause;
    },
    report: (event) =>
      this.#exits.get(event.pid)?.[0] ?? this.#doomed.get(event.pid) ?? this.#of(event.pid, event),
    note: (event) => {
      if (event.fault === undefined)
        return event.pid === null ? fresh(event, "work") : this.#of(event.pid, event);
      const cause = fresh(event, "fault");
      if (event.pid !== null && event.fault !== "send") this.#actOn(event.pid, cause);
      if (event.pid !== null && event.fault === "hang") this.#hanging.set(event.pid, cause);
      if (event.pid !== null && event.fault === "resume") this.#hanging.delete(event.pid);
      return cause;
    },
  };

  /** What `pid` acts on. From outside nothing goes on for longer than one event. */
  #of(pid: PidNumber, event: TraceEvent): Cause {
    if (pid === OUTSIDE) return this.#noted ?? fresh(event, "request");
    const known = this.#acting.get(pid) ?? this.#ended.get(pid);
    if (known !== undefined) return known;
    const cause = fresh(event, "work");
    this.#acting.set(pid, cause);
    return cause;
  }

  #actOn(pid: PidNumber, cause: Cause): Cause {
    this.#acting.set(pid, cause);
    this.#settled.delete(pid);
    return cause;
  }

  #decided(seq: number | undefined): Cause | undefined {
    return seq === undefined ? undefined : this.#decisions.get(seq);
  }

  /**
   * A process is about to end: because it was told to, because of what it acts on where that was a fault or a failure,
   * or by itself.
   */
  #end(event: TraceEvent, pid: PidNumber): Cause {
    const doomed = this.#doomed.get(pid);
    if (doomed !== undefined) return doomed;
    const cause = this.#of(pid, event);
    const settled = this.#settled.get(pid);
    // Well started, and nothing asked of it since: whatever it was started for is not why it ends.
    const forNothing = settled !== undefined && event.at > settled;
    if (
      this.#initialising.has(pid) ||
      (!forNothing && (cause.kind === "fault" || cause.kind === "failure"))
    ) {
      return cause;
    }
    const own = fresh(event, "failure");
    this.#acting.set(pid, own);
    return own;
  }

  #exit(event: TraceEventOf<"exit">): Cause {
    const { pid, origin } = event;
    let cause = this.#doomed.get(pid);
    if (cause === undefined && origin.type === "signal" && origin.from !== OUTSIDE) {
      cause = this.#ended.get(origin.from) ?? this.#acting.get(origin.from);
      // An ordinary message led somebody to send the exit: the exit is where the trouble begins.
      if (cause !== undefined && cause.kind !== "fault" && cause.kind !== "failure") cause = undefined;
    }
    cause ??= this.#end(event, pid);
    this.#ended.set(pid, cause);
    this.#acting.delete(pid);
    this.#doomed.delete(pid);
    this.#mail.delete(pid);
    this.#exits.delete(pid);
    this.#supervisors.delete(pid);
    this.#hanging.delete(pid);
    this.#settled.delete(pid);
    this.#initialising.delete(pid);
    return cause;
  }

  /** Why a call got no answer: how the process ended that it asked, or the one that had the name, or why it hangs. */
  #unanswered(event: TraceEventOf<"call_end">): Cause | undefined {
    if (event.outcome === "reply") return undefined;
    const name = this.#callNames.get(event.ref);
    const holder = event.to ?? (name === undefined ? undefined : this.#lastHolders.get(name));
    if (holder === undefined) return undefined;
    return event.outcome === "down" ? this.#ended.get(holder) : this.#hanging.get(holder);
  }

  #post(to: PidNumber, message: WaitingMessage): void {
    if (to === OUTSIDE) return;
    if (this.#supervisors.has(to) && message.kind === "info") {
      addUnder(this.#exits, to, message.cause);
      return;
    }
    addUnder(this.#mail, to, { kind: message.kind, ref: message.ref, cause: message.cause });
  }

  #fetch(event: TraceEventOf<"receive">): Cause | undefined {
    const waiting = this.#mail.get(event.pid);
    const at = waiting?.findIndex(({ kind, ref }) => kind === event.kind && ref === event.ref) ?? -1;
    return at < 0 ? undefined : waiting?.splice(at, 1)[0]?.cause;
  }
}

function fresh(event: TraceEvent, kind: CauseKind): Cause {
  return { seq: event.seq, kind };
}

/** What is still to happen, by cause: each thing that was begun is noted until it is over. */
class Work {
  readonly #causes = new Map<number, Set<string>>();
  readonly #of = new Map<string, number>();
  /** Things that end with a supervisor. */
  readonly #under = new Map<PidNumber, Set<string>>();
  /** Living processes, with the supervisor that started them. */
  readonly #living = new Map<PidNumber, PidNumber | null>();
  /** The place of each process that a supervisor has started. */
  readonly #places = new Map<PidNumber, string>();

  open(seq: number): boolean {
    return (this.#causes.get(seq)?.size ?? 0) > 0;
  }

  follow(event: TraceEvent, { seq }: Cause): void {
    switch (event.type) {
      case "spawn":
        this.#living.set(event.pid, event.linked ? event.parent : null);
        return;
      case "child_stopping":
        // One that is dead already is gone through, too.
        if (this.#living.has(event.pid)) this.#begin(`stop ${event.pid}`, seq, event.child.supervisor);
        return;
      case "exit": {
        const supervisor = this.#living.get(event.pid) ?? null;
        const decides =
          supervisor !== null && this.#living.has(supervisor) && !this.#of.has(`stop ${event.pid}`);
        this.#living.delete(event.pid);
        this.#finish(`stop ${event.pid}`);
        this.#finish(`end ${event.pid}`);
        for (const what of this.#under.get(event.pid) ?? []) this.#finish(what);
        this.#under.delete(event.pid);
        const place = this.#places.get(event.pid);
        this.#places.delete(event.pid);
        if (decides && place !== undefined) this.#begin(`decide ${place}`, seq, supervisor);
        return;
      }
      case "decision": {
        const { supervisor } = event.child;
        this.#finish(`decide ${placeOf(event.child)}`);
        if (event.decision === "restart") {
          for (const id of event.affected) {
            this.#begin(`start ${placeOf({ supervisor, id })}`, seq, supervisor);
          }
        } else if (event.decision === "give_up" || event.decision === "auto_shutdown") {
          this.#begin(`end ${supervisor}`, seq, null);
        }
        return;
      }
      case "child_started":
        if (event.pid !== null) this.#places.set(event.pid, placeOf(event.child));
        // Whoever is started with others is not decided about by itself.
        this.#finish(`decide ${placeOf(event.child)}`);
        if (event.result !== "error") this.#finish(`start ${placeOf(event.child)}`);
        return;
      case "child_removed":
        this.#finish(`decide ${placeOf(event.child)}`);
        this.#finish(`start ${placeOf(event.child)}`);
        return;
      default:
    }
  }

  #begin(what: string, cause: number, under: PidNumber | null): void {
    this.#finish(what);
    this.#of.set(what, cause);
    const open = this.#causes.get(cause) ?? new Set();
    this.#causes.set(cause, open.add(what));
    if (under !== null) this.#under.set(under, (this.#under.get(under) ?? new Set<string>()).add(what));
  }

  #finish(what: string): void {
    const cause = this.#of.get(what);
    if (cause === undefined) return;
    this.#of.delete(what);
    const open = this.#causes.get(cause);
    open?.delete(what);
    if (open?.size === 0) this.#causes.delete(cause);
  }
}

function placeOf({ supervisor, id }: { supervisor: PidNumber; id: string }): string {
  return `${supervisor}/${id}`;
}
