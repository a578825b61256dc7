/** Reports in OTP's shape: crash, supervisor, progress and error reports, for a logger of the user's choice. */

import type { PendingCall } from "./core/calls.ts";
import type { Core } from "./core/core.ts";
import { classNameOf } from "./core/identity.ts";
import { BIT } from "./core/kinds.ts";
import {
  CALL,
  CALLBACKS,
  CAST,
  CONTINUE,
  DOWN,
  EXIT,
  type ExitNotice,
  INFO,
  linksOf,
  mailboxLength,
  NO_MESSAGE,
  type Proc,
} from "./core/proc.ts";
import { reasonOfThrown, stackOf } from "./errors.ts";
import type { Pid } from "./pid.ts";
import type { ExitMessage } from "./protocol.ts";
import { isErrorOfAnyRealm } from "./realm.ts";
import { describeTerm, type ExitReason, formatReason, isNormalReason } from "./reason.ts";

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

/** What a process is called: its label, its name, or its class. */
export function labelOf(proc: Proc): string {
  return (
    proc.extra?.label ??
    proc.names?.[0] ??
    (proc.instance === null
      ? proc.behaviour.kind
      : classNameOf(proc.instance.constructor, proc.behaviour.kind))
  );
}

/** What a process shows of its state: its instance, or what its `formatStatus` gives instead. */
export function shownState(proc: Proc): unknown {
  const instance = proc.instance as { formatStatus?(): unknown } | null;
  if (typeof instance?.formatStatus !== "function") return instance;
  try {
    return instance.formatStatus();
  } catch {
    return "[formatStatus failed]";
  }
}

export function ancestorsOf(proc: Proc): Proc[] {
  const list: Proc[] = [];
  for (let parent = proc.parent; parent !== null && parent.id !== 0; parent = parent.parent)
    list.push(parent);
  return list;
}

/** Puts its text together when somebody reads it: most reports of most programs are thrown away. */
abstract class LazyReport {
  readonly pid: Pid;
  readonly at: number;
  constructor(proc: Proc) {
    this.pid = proc;
    this.at = proc.core.turnTime();
  }
  abstract get text(): string;
}

class Crash extends LazyReport implements CrashReport {
  readonly kind = "crash";
  readonly reason: ExitReason;
  readonly label: string;
  readonly registeredNames: readonly string[];
  readonly links: readonly Pid[];
  readonly messageQueueLength: number;
  readonly trapExit: boolean;
  readonly callback: string | null;
  constructor(proc: Proc, reason: ExitReason) {
    super(proc);
    this.reason = reason;
    this.label = labelOf(proc);
    this.registeredNames = proc.names ?? [];
    this.links = linksOf(proc);
    this.messageQueueLength = mailboxLength(proc);
    this.trapExit = proc.traps;
    this.callback = CALLBACKS[proc.at] ?? null;
  }
  get ancestors(): readonly Pid[] {
    return ancestorsOf(this.pid as Proc);
  }
  get stack(): string | null {
    return stackOf(this.reason);
  }
  get text(): string {
    return `${this.label} ${this.pid} crashed: ${formatReason(this.reason)}`;
  }
}

class Failure extends LazyReport implements ErrorReport {
  readonly kind = "error";
  readonly reason: ExitReason;
  readonly label: string;
  readonly callback: string | null;
  readonly lastMessage: LastMessage | null;
  readonly state: unknown;
  constructor(
    proc: Proc,
    reason: ExitReason,
    lastMessage: LastMessage | null,
    callback: string | null = CALLBACKS[proc.at] ?? null,
    label = labelOf(proc),
  ) {
    super(proc);
    this.reason = reason;
    this.label = label;
    this.callback = callback;
    this.lastMessage = lastMessage;
    this.state = shownState(proc);
  }
  get stack(): string | null {
    return stackOf(this.reason);
  }
  get text(): string {
    return `${headlineOf(this)}; state ${describeTerm(this.state)}`;
  }
}

/** Who ends where and why. */
export function headlineOf({ label, pid, callback, reason }: ErrorReport): string {
  const where = callback === null ? "" : ` in ${callback}`;
  return `${label} ${pid} terminates${where}: ${formatReason(reason)}`;
}

class Supervision extends LazyReport implements SupervisorReport {
  readonly kind = "supervisor";
  readonly context: SupervisorReport["context"];
  readonly reason: ExitReason;
  readonly offender: SupervisorReport["offender"];
  readonly #label: string;
  constructor(
    proc: Proc,
    context: SupervisorReport["context"],
    reason: ExitReason,
    offender: SupervisorReport["offender"],
  ) {
    super(proc);
    this.context = context;
    this.reason = reason;
    this.offender = offender;
    this.#label = labelOf(proc);
  }
  get text(): string {
    return `${this.#label} ${this.pid}: ${SENTENCES[this.context](this.offender.id)}: ${formatReason(this.reason)}`;
  }
}

class Progress extends LazyReport implements ProgressReport {
  readonly kind = "progress";
  readonly started: ProgressReport["started"];
  readonly #label: string;
  constructor(proc: Proc, started: ProgressReport["started"]) {
    super(proc);
    this.started = started;
    this.#label = labelOf(proc);
  }
  get text(): string {
    return `${this.#label} ${this.pid}: child ${this.started.id} started as ${this.started.pid}`;
  }
}

const SENTENCES: Record<SupervisorReport["context"], (id: string) => string> = {
  child_terminated: (id) => `child ${id} terminated`,
  start_error: (id) => `child ${id} did not start`,
  shutdown_error: (id) => `child ${id} ended badly while it was being stopped`,
  shutdown: (id) => `gives up after an exit of child ${id}`,
};

/** Logs the crash report of a process that is about to lose everything. */
export function reportCrash(log: Logger, proc: Proc, reason: ExitReason, failed: boolean): void {
  // A task is ended from outside on purpose; only one that fails itself is worth a word.
  if (isNormalReason(reason) || (proc.behaviour.kind === "process" && !failed)) return;
  log(new Crash(proc, reason));
}

function lastMessageOf(tag: number, content: unknown): LastMessage | null {
  switch (tag) {
    case CALL: {
      const { request: message, caller: from } = content as PendingCall;
      return { kind: "call", message, from };
    }
    case CAST:
      return { kind: "cast", message: content };
    case CONTINUE:
      return { kind: "continue", message: content };
    case EXIT: {
      const { from, reason } = content as ExitNotice;
      return { kind: "info", message: { type: "EXIT", from, reason } satisfies ExitMessage };
    }
    case INFO:
    case DOWN:
      return { kind: "info", message: content };
    default:
      return null;
  }
}

/** Logs that a server stops that was handling `content`, and says so in the trace. */
export function reportError(proc: Proc, reason: ExitReason, tag = NO_MESSAGE, content?: unknown): void {
  const { core } = proc;
  const { report } = core;
  const trace = core.wanting(BIT.report);
  if ((report === null && trace === null) || isNormalReason(reason)) return;
  const failure = new Failure(proc, reason, lastMessageOf(tag, content));
  trace?.emit({ type: "report", pid: proc.id, kind: "error", text: headlineOf(failure) });
  report?.(failure);
}

/** Logs that a process which has ended, and was called `label`, could not give back what it held. */
export function reportRelease(proc: Proc, label: string, thrown: unknown): void {
  const { core } = proc;
  const { report } = core;
  const trace = core.wanting(BIT.report);
  if (report === null && trace === null) return;
  const failure = new Failure(proc, reasonOfThrown(thrown), null, "onExit", label);
  trace?.emit({ type: "report", pid: proc.id, kind: "error", text: headlineOf(failure) });
  report?.(failure);
}

/** Logs what a supervisor has seen, and says so in the trace. */
export function reportSupervisor(
  proc: Proc,
  context: SupervisorReport["context"],
  reason: ExitReason,
  offender: SupervisorReport["offender"],
): void {
  const { core } = proc;
  const { report } = core;
  const trace = core.wanting(BIT.report);
  if (report === null && trace === null) return;
  const seen = new Supervision(proc, context, reason, offender);
  trace?.emit({ type: "report", pid: proc.id, kind: "supervisor", text: seen.text });
  report?.(seen);
}

/** Logs that messages do not get in. */
export function reportOverload(
  proc: Proc,
  max: number,
  { dropped, refused }: { dropped: number; refused: number },
  over: boolean,
): void {
  const { core } = proc;
  if (core.report === null) return;
  const label = labelOf(proc);
  const state = over ? `takes messages again` : `mailbox full with ${max} messages`;
  core.report({
    kind: "overload",
    pid: proc,
    at: core.now(),
    label,
    max,
    dropped,
    refused,
    over,
    text: `${label} ${proc}: ${state}: ${dropped} dropped, ${refused} refused`,
  });
}

/** Logs what code outside any process threw. */
export function reportUncaught(core: Core, error: unknown): void {
  const text = isErrorOfAnyRealm(error) && error.stack !== undefined ? error.stack : describeTerm(error);
  core.report?.({
    kind: "uncaught",
    pid: core.outside,
    at: core.now(),
    error,
    text: `uncaught outside any process: ${text}`,
  });
}

/** Logs that a child runs. */
export function reportProgress(proc: Proc, id: string, child: Proc): void {
  proc.core.report?.(new Progress(proc, { id, pid: child }));
}
