/** Makes the reports that the logger gets. */
import { reasonOfThrown, stackOf } from "../errors.ts";
import type { Pid } from "../pid.ts";
import type { ExitMessage } from "../protocol.ts";
import { isErrorOfAnyRealm } from "../realm.ts";
import { describeTerm, type ExitReason, formatReason, isNormalReason } from "../reason.ts";
import {
  type CrashReport,
  type ErrorReport,
  headlineOf,
  type LastMessage,
  type Logger,
  type ProgressReport,
  type SupervisorReport,
} from "../reports.ts";
import { ancestorsOf, labelOf, shownState } from "./appearance.ts";
import type { PendingCall } from "./calls.ts";
import type { Core } from "./core.ts";
import { BIT } from "./kinds.ts";
import { type ExitNotice, linksOf, mailboxLength, type Proc } from "./proc.ts";
import type { HandledTag } from "./states.ts";

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
    this.callback = proc.at;
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
    callback: string | null = proc.at,
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

function lastMessageOf(tag: HandledTag, content: unknown): LastMessage | null {
  switch (tag) {
    case "call": {
      const { request: message, caller: from } = content as PendingCall;
      return { kind: "call", message, from };
    }
    case "cast":
      return { kind: "cast", message: content };
    case "continue":
      return { kind: "continue", message: content };
    case "exit": {
      const { from, reason } = content as ExitNotice;
      return { kind: "info", message: { type: "EXIT", from, reason } satisfies ExitMessage };
    }
    case "info":
    case "down":
      return { kind: "info", message: content };
    default:
      return null;
  }
}

/** Logs that a server stops that was handling `content`, and says so in the trace. */
export function reportError(proc: Proc, reason: ExitReason, tag: HandledTag = null, content?: unknown): void {
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
