/** Reports in OTP's shape: crash, supervisor, progress and error reports, for a logger of the user's choice. */
import { CALLBACKS, linksOf, mailboxLength, type Proc } from "./core/proc.ts";
import type { Pid } from "./pid.ts";
import { describeTerm, type ExitReason, formatReason, isNormalReason } from "./reason.ts";

interface Base {
  /** The process that the report is about. */
  pid: Pid;
  /** Milliseconds on the system's clock. */
  at: number;
  /** One line for people. */
  readonly text: string;
}

/** A process ended abnormally (OTP's crash report). */
export interface CrashReport extends Base {
  kind: "crash";
  reason: ExitReason;
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
  state: unknown;
}

export type Report = CrashReport | SupervisorReport | ProgressReport | ErrorReport;

/** Takes the reports. It must not throw; what it throws is dropped. */
export type Logger = (report: Report) => void;

/** Prints crash, supervisor and error reports on standard error; progress is left out. */
export const consoleLogger: Logger = (report) => {
  if (report.kind !== "progress") console.error(`[${report.kind}] ${report.text}`);
};

/** What a process is called: its label, its name, or its class. */
export function labelOf(proc: Proc): string {
  return proc.extra?.label ?? proc.names?.[0] ?? proc.instance?.constructor.name ?? proc.behaviour.kind;
}

export function ancestorsOf(proc: Proc): Proc[] {
  const list: Proc[] = [];
  for (let parent = proc.parent; parent !== null && parent.id !== 0; parent = parent.parent)
    list.push(parent);
  return list;
}

/** Logs the crash report of a process that is about to lose everything. */
export function reportCrash(log: Logger, proc: Proc, reason: ExitReason): void {
  if (isNormalReason(reason) || proc.behaviour.kind === "process") return;
  log({
    kind: "crash",
    pid: proc,
    at: proc.core.now(),
    reason,
    label: labelOf(proc),
    registeredNames: proc.names ?? [],
    ancestors: ancestorsOf(proc),
    links: linksOf(proc),
    messageQueueLength: mailboxLength(proc),
    trapExit: proc.traps,
    callback: CALLBACKS[proc.at] ?? null,
    get text() {
      return `${this.label} ${this.pid} crashed: ${formatReason(this.reason)}`;
    },
  });
}

/** Logs that a server stops, and says so in the trace. */
export function reportError(proc: Proc, reason: ExitReason): void {
  const { core } = proc;
  if (isNormalReason(reason) || (core.report === null && core.trace === null)) return;
  const label = labelOf(proc);
  const callback = CALLBACKS[proc.at] ?? null;
  const text = () =>
    `${label} ${proc} terminates${callback === null ? "" : ` in ${callback}`}: ${formatReason(reason)}`;
  core.trace?.emit({ type: "report", pid: proc.id, kind: "error", text: text() });
  core.report?.({
    kind: "error",
    pid: proc,
    at: core.now(),
    reason,
    label,
    callback,
    state: proc.instance,
    get text() {
      return `${text()}; state ${describeTerm(this.state)}`;
    },
  });
}

/** Logs what a supervisor has seen, and says so in the trace. */
export function reportSupervisor(
  proc: Proc,
  context: SupervisorReport["context"],
  reason: ExitReason,
  offender: SupervisorReport["offender"],
): void {
  const { core } = proc;
  if (core.report === null && core.trace === null) return;
  const label = labelOf(proc);
  const text = () => `${label} ${proc}: ${SENTENCES[context](offender.id)}: ${formatReason(reason)}`;
  core.trace?.emit({ type: "report", pid: proc.id, kind: "supervisor", text: text() });
  core.report?.({
    kind: "supervisor",
    pid: proc,
    at: core.now(),
    context,
    reason,
    offender,
    get text() {
      return text();
    },
  });
}

const SENTENCES: Record<SupervisorReport["context"], (id: string) => string> = {
  child_terminated: (id) => `child ${id} terminated`,
  start_error: (id) => `child ${id} did not start`,
  shutdown_error: (id) => `child ${id} ended badly while it was being stopped`,
  shutdown: (id) => `gives up after an exit of child ${id}`,
};

/** Logs that a child runs. */
export function reportProgress(proc: Proc, id: string, child: Proc): void {
  const { core } = proc;
  if (core.report === null) return;
  const label = labelOf(proc);
  core.report({
    kind: "progress",
    pid: proc,
    at: core.now(),
    started: { id, pid: child },
    get text() {
      return `${label} ${proc}: child ${id} started as ${child}`;
    },
  });
}
