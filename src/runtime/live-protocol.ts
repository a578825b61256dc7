/**
 * What a tool and the systems of a program say to each other through a debugger's connection: JSON texts. A tool asks, and is
 * answered at once; the program tells of systems and events by itself. Types only.
 */
import type { FieldRow } from "./fields.ts";
import type { ProcessInfo, ProcessRelations } from "./inspect.ts";
import type { TraceEvent } from "./trace.ts";

/** A system of the program. */
export interface LiveSystem {
  /** Unique in the program for as long as it is connected. */
  system: number;
  name: string | null;
  /** How many processes live. */
  processes: number;
  /** Its time passes only when the program says so. */
  virtual: boolean;
}

/** A process as a snapshot has it: all but its state and the texts of its messages. */
export type LiveProcess = Omit<ProcessRelations, "pid">;

/** Everything that lives, at one moment. What happens afterwards comes as events, without a gap. */
export interface LiveSnapshot extends LiveSystem {
  /** Milliseconds on the system's clock. */
  at: number;
  /** The same moment, in milliseconds since 1970. */
  time: number;
  /** Names of the applications that run, in start order. */
  applications: string[];
  /** All that has changed the tree since the system was made, where that is still known: whoever debugs comes a little late. */
  backlog?: TraceEvent[];
  /** Oldest first. */
  list: LiveProcess[];
}

/** What a process has handled, what waits for it, and so on, of all that live: parallel lists. Since version 2. */
export interface LiveFigures {
  /** Milliseconds on the system's clock. */
  at: number;
  /** Milliseconds that the program spent on the answer. */
  took: number;
  ids: number[];
  mailbox: number[];
  handled: number[];
  /** -1 where it is not waiting in the midst of a callback. */
  busySince: number[];
  restarts: number[];
}

/**
 * What is watched: nothing, what changes the tree ("structure": lives, deaths, decisions, links, names, exit signals), or
 * messages, calls, monitors and timers as well.
 */
export type LiveDetail = "none" | "structure" | "all";

/** What a person does to a process from outside. */
export type LiveCommand =
  | { do: "crash" | "exit" | "kill" | "hang" | "suspend" | "resume"; pid: number; reason?: string }
  | LiveAdministration;

export interface LiveAdministration {
  do: "terminateChild" | "restartChild";
  /** Its process's number. */
  supervisor: number;
  child: string;
}

export type LiveRequest =
  | { ask: "systems" }
  /** The answer is the moment from which on events come. */
  | { ask: "watch"; system: number; detail: LiveDetail }
  | { ask: "inspect"; system: number; pid: number }
  | { ask: "figures"; system: number }
  | { ask: "command"; system: number; command: LiveCommand }
  /** What is kept back for the next portion comes at once. */
  | { ask: "flush" }
  | { ask: "close" };

export interface LiveAnswers {
  systems: LiveSystem[];
  watch: LiveSnapshot;
  /** `fields`, since version 2: its state as a tree, each field followed by what is inside it. */
  inspect: (Omit<ProcessInfo, "pid"> & { fields?: FieldRow[] | undefined }) | null;
  figures: LiveFigures;
  command: null;
  flush: null;
  close: null;
}

/** A refusal says why, for people. */
export type LiveAnswer = { ok: LiveAnswers[keyof LiveAnswers] } | { error: string };

export type LiveMessage =
  /** There is a new system. */
  | { type: "system"; system: LiveSystem }
  /**
   * What happened since the last portion, in order. `left`: so many events of messages and timers were left out, because the
   * program made more than can be told; what changes the tree never is.
   */
  | { type: "events"; system: number; events: TraceEvent[]; left: number }
  /** How a command went that took time. */
  | { type: "outcome"; system: number; text: string };

/** Where tools find the systems of a program: `globalThis[Symbol.for("suptree.systems")]`. */
export interface LiveAccess {
  /** The versions of this protocol that the program speaks: whole numbers, both included. */
  readonly protocol: { readonly oldest: number; readonly newest: number };
  /** The version of the library. */
  readonly library: string;
  /**
   * Opens a connection. `tell` gets each LiveMessage as text, at most so often (milliseconds) per portion. Whatever `tell` throws
   * closes it.
   */
  open(tell: (message: string) => void, every: number): LiveConnection;
}

export interface LiveConnection {
  /** Answers a LiveRequest with a LiveAnswer, both as JSON. Never throws. */
  ask(request: string): string;
}
