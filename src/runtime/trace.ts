/**
 * The trace vocabulary: everything that the runtime tells about itself. A closed union of plain, JSON-safe
 * records; the live view, the transcript, the sequence chart and the tests all read this stream and nothing
 * else. `seq` counts the events that are built for anybody from 1, so whoever sees all sees no gap; `at` is milliseconds on the system's clock.
 */

/** Process number, unique within a system, never reused. Printed as `<n>`. */
export type PidNumber = number;

/** Any term made JSON-safe and short: see `describeTerm`. */
export type TermText = string;

/** A place in the tree that outlives a process: the child `id` of supervisor `supervisor`. */
export interface ChildRef {
  supervisor: PidNumber;
  id: string;
}

/** How a process came to exit. */
export type ExitOrigin =
  /** returned stop, or its callbacks ended */
  | { type: "stop" }
  /** a callback threw or exited */
  | { type: "error"; message: TermText }
  /** an exit signal that was not trapped */
  | { type: "signal"; from: PidNumber; via: "link" | "exit_signal" | "parent" };

/** What a supervisor does about a child's exit. */
export type RestartDecision =
  | "restart" // this child, and what the strategy pulls in
  | "keep" // ended as it may: stays listed without a process
  | "remove" // temporary: forgotten
  | "give_up" // the budget is spent: the supervisor stops
  | "auto_shutdown"; // a significant child ended: the supervisor stops

/** A supervisor's restarts within its period, the present one included, and how many it tolerates. */
export interface Budget {
  used: number;
  intensity: number;
  /** Seconds. */
  period: number;
}

/** What a person or a script did to a process from outside. */
export type InjectedFault = "crash" | "exit" | "kill" | "hang" | "resume" | "stop" | "send";

/** What a message is to the process that gets it. */
export type MessageKind = "call" | "reply" | "cast" | "info";

type Body =
  | {
      type: "spawn";
      pid: PidNumber;
      parent: PidNumber | null;
      kind: "worker" | "supervisor" | "process";
      label: string;
      linked: boolean;
    }
  /** A supervisor calls a child's start function, for the n-th time (incarnation). */
  | { type: "child_starting"; child: ChildRef; incarnation: number }
  /** The start function has returned. `cause` is the seq of the restart event that led to it. */
  | {
      type: "child_started";
      child: ChildRef;
      incarnation: number;
      pid: PidNumber | null;
      result: "ok" | "ignore" | "error";
      reason?: TermText;
      cause?: number;
    }
  /** A supervisor begins to stop a running child. */
  | {
      type: "child_stopping";
      child: ChildRef;
      pid: PidNumber;
      how: "shutdown" | "kill";
      timeout: number | null;
      cause?: number;
    }
  | { type: "child_removed"; child: ChildRef }
  | { type: "running"; pid: PidNumber } // init is over
  | { type: "terminate"; pid: PidNumber; reason: TermText }
  | { type: "exit"; pid: PidNumber; reason: TermText; normal: boolean; origin: ExitOrigin }
  /** What a supervisor does about a child's exit. `affected` are child ids in start order. */
  | {
      type: "decision";
      child: ChildRef;
      pid: PidNumber | null;
      reason: TermText;
      strategy: string;
      decision: RestartDecision;
      affected: string[];
      budget: Budget;
      cause?: number;
    }
  | { type: "link"; a: PidNumber; b: PidNumber }
  | { type: "unlink"; a: PidNumber; b: PidNumber }
  | { type: "monitor"; watcher: PidNumber; target: PidNumber; ref: number }
  | { type: "demonitor"; watcher: PidNumber; target: PidNumber; ref: number }
  | { type: "down"; watcher: PidNumber; target: PidNumber; ref: number; reason: TermText }
  | {
      type: "exit_signal";
      from: PidNumber;
      to: PidNumber;
      reason: TermText;
      via: "link" | "exit_signal" | "parent";
      effect: "exits" | "message" | "ignored";
    }
  | { type: "trap_exit"; pid: PidNumber; value: boolean }
  | { type: "register"; pid: PidNumber; name: string }
  | { type: "unregister"; pid: PidNumber; name: string }
  | {
      type: "send";
      from: PidNumber;
      to: PidNumber | null;
      name?: string;
      kind: MessageKind;
      ref?: number;
      message: TermText;
    }
  | { type: "receive"; pid: PidNumber; kind: MessageKind; ref?: number; message: TermText }
  | {
      type: "call_end";
      pid: PidNumber;
      to: PidNumber | null;
      ref: number;
      outcome: "reply" | "down" | "timeout";
      detail: TermText;
    }
  | { type: "timer"; pid: PidNumber; ref: number; action: "set" | "fired" | "cancelled"; ms?: number }
  | {
      type: "application";
      name: string;
      state: "starting" | "started" | "stopping" | "stopped" | "failed";
      reason?: TermText;
    }
  | { type: "report"; pid: PidNumber; kind: "crash" | "supervisor" | "progress" | "error"; text: string }
  /** Said by the host of the run, not by the runtime: an injected fault, a bound that was hit. */
  | { type: "note"; pid: PidNumber | null; text: string; fault?: InjectedFault };

/** One thing that happened. */
export type TraceEvent = { seq: number; at: number } & Body;
/** The kinds of events. */
export type TraceEventType = TraceEvent["type"];
/** All kinds of events. */
export const EVENT_TYPES = [
  "spawn",
  "child_starting",
  "child_started",
  "child_stopping",
  "child_removed",
  "running",
  "terminate",
  "exit",
  "decision",
  "link",
  "unlink",
  "monitor",
  "demonitor",
  "down",
  "exit_signal",
  "trap_exit",
  "register",
  "unregister",
  "send",
  "receive",
  "call_end",
  "timer",
  "application",
  "report",
  "note",
] as const satisfies readonly TraceEventType[];

/** The kinds that `"supervision"` stands for: lives and deaths, what supervisors do, applications. Nothing per message. */
export const SUPERVISION_EVENTS = [
  "spawn",
  "child_starting",
  "child_started",
  "child_stopping",
  "child_removed",
  "running",
  "terminate",
  "exit",
  "decision",
  "application",
  "report",
] as const satisfies readonly TraceEventType[];

/** What an observer wants to see. Events that nobody wants are not even built. */
export type TraceFilter = "all" | "supervision" | readonly TraceEventType[];

/** The events of one kind. */
export type TraceEventOf<T extends TraceEventType> = Extract<TraceEvent, { type: T }>;

/**
 * Gets events, one by one, as they happen. `term` is what the event's `reason` or `message` describes,
 * for whoever needs more than text; it is not part of the trace. With the real clock the text of a message is made
 * when it is first read: whoever keeps events, or posts them to another thread, keeps what `plainEvent` gives.
 */
export type Observer = (event: TraceEvent, term?: unknown) => void;

/**
 * For worlds that run code which nobody trusts: what their owner is told while a callback runs. What it throws, and what
 * the observer throws beside it, is thrown to whoever caused it.
 */
export interface Guard {
  /** A process enters a callback that has no trace event of its own. */
  entering(pid: PidNumber, callback: "init" | "handleContinue"): void;
  /** A process sleeps; so many of all wait. */
  waiting(count: number): void;
  /**
   * A supervisor has given its specification, or is given that of one more child: what it starts is what comes back. For
   * tools that try another order, or something in the place of a child.
   */
  starting?(supervisor: PidNumber, what: "supervisor" | "child", given: object): object;
}

/**
 * `event` as a record of plain data that may be kept, cloned and posted to another thread. With the real clock the
 * text of a message is made when it is first read, from the message as it then is: whoever keeps events calls this
 * in the observer.
 */
export function plainEvent(event: TraceEvent): TraceEvent {
  return "toJSON" in event ? (event as { toJSON(): TraceEvent }).toJSON() : event;
}

/** What changes the tree. Monitors are not among it: every call makes one. */
export const STRUCTURE_EVENTS: readonly TraceEventType[] = [
  ...SUPERVISION_EVENTS,
  "link",
  "unlink",
  "exit_signal",
  "trap_exit",
  "register",
  "unregister",
  "note",
];
