/** Reports in OTP's shape: crash, supervisor, progress and error reports, for a logger of the user's choice. */
import type { Pid } from "./pid.ts";
import { type ExitReason, formatReason } from "./reason.ts";

interface Base {
  /** The process that the report is about. */
  pid: Pid;
  /** Milliseconds on the system's clock. */
  at: number;
  /** One line for people. */
  readonly text: string;
}

/** What a server was handling. */
export interface LastMessage {
  kind: "call" | "cast" | "info" | "continue";
  /** The request, the message, or the term of `handleContinue`. */
  message: unknown;
  /** Of a call: who made it; null for code outside any process. */
  from?: Pid | null;
}

/** A process ended abnormally (OTP's crash report). */
export interface CrashReport extends Base {
  kind: "crash";
  reason: ExitReason;
  /** Of the error that was thrown, or of the call that failed, with its causes; null where there is none. */
  readonly stack: string | null;
  /** Name of the process's class, or its label. */
  label: string;
  registeredNames: readonly string[];
  ancestors: readonly Pid[];
  links: readonly Pid[];
  messageQueueLength: number;
  trapExit: boolean;
  /** What it was doing. */
  callback: string | null;
}

/** A supervisor saw something go wrong (OTP's supervisor report). */
export interface SupervisorReport extends Base {
  kind: "supervisor";
  context: "child_terminated" | "start_error" | "shutdown_error" | "shutdown";
  reason: ExitReason;
  /** The child that it is about. */
  offender: { id: string; pid: Pid | null; restart: string };
}

/** A supervisor has started a child (OTP's progress report). */
export interface ProgressReport extends Base {
  kind: "progress";
  started: { id: string; pid: Pid };
}

/** A GenServer stops abnormally (OTP's error report of gen_server). */
export interface ErrorReport extends Base {
  kind: "error";
  reason: ExitReason;
  label: string;
  callback: string | null;
  /** As in a {@link CrashReport}. */
  readonly stack: string | null;
  /** What it was handling; null when it ends for another reason than its own callbacks. */
  lastMessage: LastMessage | null;
  /** The instance, or what its `formatStatus` gives. */
  state: unknown;
}

/** Code outside any process threw something that nobody caught. Its pid is that of the outside, `<0>`. */
export interface UncaughtReport extends Base {
  kind: "uncaught";
  error: unknown;
}

/** The mailbox of a process is full, and messages to it do not get in; told when that begins, now and then, and when it is over. */
export interface OverloadReport extends Base {
  kind: "overload";
  label: string;
  max: number;
  /** Casts and plain messages that were lost since the last such report. */
  dropped: number;
  /** Calls, and casts of a mailbox that refuses them, that failed at their sender since then. */
  refused: number;
  /** Messages get in again. */
  over: boolean;
}

/** What a {@link Logger} gets. */
export type Report =
  | CrashReport
  | SupervisorReport
  | ProgressReport
  | ErrorReport
  | UncaughtReport
  | OverloadReport;

/** Takes the reports. It must not throw; what it throws is dropped. */
export type Logger = (report: Report) => void;

/** Who ends where and why. */
export function headlineOf({ label, pid, callback, reason }: ErrorReport): string {
  const where = callback === null ? "" : ` in ${callback}`;
  return `${label} ${pid} terminates${where}: ${formatReason(reason)}`;
}
