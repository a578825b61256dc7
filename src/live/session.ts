/** A session with a running program, whoever carries it: a debugger's connection, a recording, another runtime. */
import type {
  LiveAnswers,
  LiveCommand,
  LiveDetail,
  LiveFigures,
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

/** "gateway.ts (4711)"; "process 4711" where it has no file, as with `node -e`. */
export function titleOf({ title, pid }: Pick<Program, "title" | "pid">): string {
  if (pid === null) return title;
  return title === "" ? `process ${pid}` : `${title} (${pid})`;
}

/** What a session cannot do is not offered. */
export interface Capabilities {
  commands: boolean;
  /** It goes on: more may happen. */
  follow: boolean;
  /** The state of a process on request. */
  state: boolean;
  /** Messages, calls and timers as well as what changes the tree. */
  messages: boolean;
}

/** A system of a session, with where it is. */
export interface SessionSystem extends LiveSystem {
  /** E.g. "worker 1 (pool)", "process 4711 (job.mjs)", a page's title; null in the thread that was attached to. */
  thread: string | null;
}

export type SessionMessage =
  | Exclude<LiveMessage, { type: "system" }>
  /** There is a new system. */
  | { type: "system"; system: SessionSystem }
  /** What lived when it was watched without a question can be taken. */
  | { type: "begun"; system: number }
  /** A system's thread has ended, or cannot be seen any more; others go on. */
  | { type: "gone"; system: number; reason: string }
  /** What follows does not follow what was told before: so many events are missing (null: nobody has counted), and this lives. */
  | { type: "gap"; system: number; snapshot: LiveSnapshot; lost: number | null }
  /** A sentence for the person: what cannot be seen, and why. */
  | { type: "remark"; text: string };

export interface LiveSession {
  readonly program: Program;
  readonly can: Capabilities;
  /** The systems there are, of all threads and processes that are seen; the listener is told of later ones. */
  systems(): Promise<SessionSystem[]>;
  /** What lives now; from this moment on the listener is told what happens. */
  watch(system: number, detail: LiveDetail): Promise<LiveSnapshot>;
  /** What lived when a system was watched without a question; told once. Absent where nothing is. */
  takeBegun?(system: number): LiveSnapshot | null;
  inspect(system: number, pid: number): Promise<LiveAnswers["inspect"]>;
  /** Mailboxes, what was handled, since when busy: of all processes, without asking them. Absent where it cannot be had. */
  figures?(system: number): Promise<LiveFigures>;
  /** @throws LiveError what the program refuses */
  command(system: number, command: LiveCommand): Promise<void>;
  /** Leaves the program as it was. */
  close(): Promise<void>;
}

export interface LiveListener {
  /** There is a System, in one of the program's threads: no more is known of it before systems are asked for. */
  found?(): void;
  heard(message: SessionMessage): void;
  /** Once, and nothing comes after it. */
  ended(reason: string): void;
}

/** What went wrong between the tool and the program, for people. */
export class LiveError extends Error {
  override readonly name = "LiveError";
}
