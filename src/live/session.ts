/** A session with a running program, whoever carries it: a debugger's connection, a recording, another runtime. */
import type {
  LiveAnswers,
  LiveCommand,
  LiveDetail,
  LiveMessage,
  LiveSnapshot,
  LiveSystem,
} from "../runtime/live-protocol.ts";

/** What is known of the program itself. */
export interface Program {
  /** E.g. "gateway.ts". */
  title: string;
  /** The operating system's number; null where there is none. */
  pid: number | null;
  /** E.g. "Node v24.1.0". */
  host: string;
  /** The version of its library; null as long as it has not made a System. */
  library: string | null;
}

/** What a session cannot do is not offered. */
export interface Capabilities {
  commands: boolean;
  /** The state of a process on request. */
  state: boolean;
  /** Messages, calls and timers as well as what changes the tree. */
  messages: boolean;
}

export interface LiveSession {
  readonly program: Program;
  readonly can: Capabilities;
  /** The systems there are; the listener is told of later ones. */
  systems(): Promise<LiveSystem[]>;
  /** What lives now; from this moment on the listener is told what happens. */
  watch(system: number, detail: LiveDetail): Promise<LiveSnapshot>;
  inspect(system: number, pid: number): Promise<LiveAnswers["inspect"]>;
  /** @throws LiveError what the program refuses */
  command(system: number, command: LiveCommand): Promise<void>;
  /** Leaves the program as it was. */
  close(): Promise<void>;
}

export interface LiveListener {
  heard(message: LiveMessage): void;
  /** Once, and nothing comes after it. */
  ended(reason: string): void;
}

/** What went wrong between the tool and the program, for people. */
export class LiveError extends Error {
  override readonly name = "LiveError";
}
