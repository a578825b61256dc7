/**
 * What a supervisor does: starts its children, notices their exits, restarts by its strategy and budget, stops
 * them in reverse order. The rules are those of OTP's supervisor, down to what is counted and what is not.
 */
import type { Core } from "../core/core.ts";
import { BIT } from "../core/kinds.ts";
import type { ExitNotice, Proc, Starter, StartOutcome, Supervision, SupervisionInfo } from "../core/proc.ts";
import { reportProgress, reportSupervisor } from "../core/reporting.ts";
import { sendExitSignal } from "../core/signals.ts";
import { startProc } from "../core/start.ts";
import type { TraceBody } from "../core/tracer.ts";
import { ErrorTerm, type ExitReason, formatReason, isNormalReason } from "../reason.ts";
import type { SupervisorReport } from "../reports.ts";
import type { AnyStart, CompleteChildSpec } from "../spec.ts";
import type { Budget, ChildRef, RestartDecision } from "../trace.ts";
import type { Activity, Blocking } from "./block.ts";
import type { CompleteFlags } from "./check.ts";
import { Child, Children } from "./children.ts";
import { stopAll, stopProc } from "./stopping.ts";

/** What a supervisor does next: go on, or exit with `shutdown`. */
export type Verdict = "go on" | "shutdown";

/** A child whose start failed. */
interface Failed {
  child: Child;
  reason: ExitReason;
}

/** Who waits for the start of a child. */
class PendingStart implements Starter {
  outcome: StartOutcome | null = null;
  wake: ((outcome: StartOutcome) => void) | null = null;
  tell(outcome: StartOutcome): void {
    this.outcome = outcome;
    this.wake?.(outcome);
  }
}

/**
 * Has a start that is under way fail: of a supervisor that is up to starting its children, by the child that it waits
 * for, so that it stops the others in order; of everything else by its death.
 */
export function abortStart(proc: Proc): void {
  const supervision = proc.extra?.supervision ?? null;
  if (supervision !== null) supervision.abort();
  else sendExitSignal(proc.core, proc.core.owner, proc, "kill");
}

export class Engine implements Supervision {
  readonly proc: Proc;
  readonly core: Core;
  readonly flags: CompleteFlags;
  readonly children: Children;
  readonly activity: Activity;
  /** The template of a dynamic supervisor. */
  template: CompleteChildSpec | null = null;
  /** How many children a dynamic supervisor may have. */
  maxChildren = Number.POSITIVE_INFINITY;
  childLabel: ((n: number, args: readonly unknown[]) => string) | null = null;
  #dynamicCount = 0;
  restarts = 0;
  /** The child whose start is waited for, and its process. */
  #starting: { child: Child; proc: Proc } | null = null;
  #aborted = false;
  /** When restarts happened, in whole seconds; those before `#forgotten` are out of the period. */
  #restarts: number[] = [];
  #forgotten = 0;

  constructor(proc: Proc, activity: Activity, flags: CompleteFlags) {
    this.proc = proc;
    this.core = proc.core;
    this.activity = activity;
    this.flags = flags;
    this.children = new Children(flags.strategy === "simple_one_for_one");
  }

  ref(child: Child): ChildRef {
    return { supervisor: this.proc.id, id: child.label };
  }

  /** A new child of the template or of a spec of its own, not yet started. */
  dynamicChild(spec: CompleteChildSpec, args: readonly unknown[]): Child {
    const n = ++this.#dynamicCount;
    const shown = this.template === null ? spec.start.slice(1) : args;
    return new Child(spec, this.childLabel?.(n, shown) ?? `${spec.id}-${n}`, args);
  }

  // ---- starting ----

  /** Calls the child's start function and enters its process. */
  *start(child: Child, cause: number | undefined): Blocking<StartOutcome> {
    const waiter = this.#call(child);
    const outcome =
      waiter.outcome ??
      (yield* this.activity.wait<StartOutcome>((wake) => {
        waiter.wake = wake;
        return undefined;
      }));
    this.#enter(child, outcome, cause);
    return outcome;
  }

  /** Calls the child's start function; the outcome may be there at once. */
  #call(child: Child): PendingStart {
    const { core, proc } = this;
    const { spec } = child;
    child.incarnation++;
    core
      .wanting(BIT.child_starting)
      ?.emit({ type: "child_starting", child: this.ref(child), incarnation: child.incarnation });
    const waiter = new PendingStart();
    const start: AnyStart = child.args.length === 0 ? spec.start : [...spec.start, ...child.args];
    const { name, label, startTimeout = "infinity" } = spec;
    const timeout = startTimeout === "infinity" ? Number.POSITIVE_INFINITY : startTimeout;
    const options = { parent: proc, link: true, name, label, timeout };
    const started = startProc(core, start, options, waiter);
    if (started !== null && waiter.outcome === null) this.#starting = { child, proc: started };
    return waiter;
  }

  /** Takes note of how a start ended. */
  #enter(child: Child, outcome: StartOutcome, cause: number | undefined): void {
    this.#starting = null;
    this.children.setProc(child, outcome.type === "ok" ? outcome.proc : null);
    this.#traceStarted(child, child.incarnation, outcome, cause);
    if (outcome.type === "ok") reportProgress(this.proc, child.label, outcome.proc);
    else if (outcome.type === "error") this.#report("start_error", child, outcome.reason, null);
  }

  #traceStarted(child: Child, incarnation: number, outcome: StartOutcome, cause: number | undefined): void {
    const trace = this.core.wanting(BIT.child_started);
    if (trace === null) return;
    const event: TraceBody = {
      type: "child_started",
      child: this.ref(child),
      incarnation,
      pid: outcome.type === "ok" ? outcome.proc.id : null,
      result: outcome.type,
      ...(outcome.type === "error" ? { reason: formatReason(outcome.reason) } : {}),
      ...(cause === undefined || cause === 0 ? {} : { cause }),
    };
    trace.emit(event, outcome.type === "error" ? outcome.reason : undefined);
  }

  /** Starts `children` in their order; the first failure ends it. */
  *startAll(children: readonly Child[], cause: number | undefined): Blocking<Failed | null> {
    for (const child of children) {
      if (this.#aborted) return { child, reason: "shutdown" };
      const outcome = yield* this.start(child, cause);
      if (outcome.type === "error") return { child, reason: outcome.reason };
      if (outcome.type === "ignore" && child.temporary) this.#forget(child);
    }
    return null;
  }

  // ---- stopping ----

  /** Stops one child and waits for its end. Its place is left to the caller. */
  *stop(child: Child, cause: number | undefined): Blocking<void> {
    const { proc } = child;
    if (proc === null) return;
    this.#traceStopping(child, proc, cause);
    const { ok, reason } = yield* stopProc(this.proc, this.activity, proc, child.spec.shutdown);
    if (!ok && !(reason === "normal" && child.spec.restart !== "permanent")) {
      this.#report("shutdown_error", child, reason, proc);
    }
  }

  #traceStopping(child: Child, proc: Proc, cause: number | undefined): void {
    const { shutdown } = child.spec;
    this.core.wanting(BIT.child_stopping)?.emit({
      type: "child_stopping",
      child: this.ref(child),
      pid: proc.id,
      how: shutdown === "brutal_kill" ? "kill" : "shutdown",
      timeout: typeof shutdown === "number" ? shutdown : null,
      ...(cause === undefined || cause === 0 ? {} : { cause }),
    });
  }

  /** Stops `children`, last started first; temporary ones are forgotten. */
  *stopAll(children: readonly Child[], cause: number | undefined): Blocking<void> {
    for (const child of [...children].reverse()) {
      yield* this.stop(child, cause);
      if (child.temporary && !this.flags.whoeverRan) this.#forget(child);
      else this.children.setProc(child, null);
    }
  }

  /** Stops everything, when the supervisor itself ends. */
  *shutdown(): Blocking<void> {
    // Only a supervisor that was interrupted has a child half started.
    const starting = this.#starting;
    this.#starting = null;
    if (starting !== null)
      yield* stopProc(this.proc, this.activity, starting.proc, starting.child.spec.shutdown);
    if (!this.children.dynamic) {
      yield* this.stopAll(this.children.list, undefined);
      return;
    }
    if (this.children.husks.length > 0) throw new ErrorTerm("function_clause");
    const running = this.children.list.filter((child) => child.proc !== null);
    for (const child of running) this.#traceStopping(child, child.proc as Proc, undefined);
    const results = yield* stopAll(
      this.proc,
      this.activity,
      running.map((child) => ({ proc: child.proc as Proc, shutdown: child.spec.shutdown })),
    );
    for (const [i, child] of running.entries()) {
      const result = results[i] as { ok: boolean; reason: ExitReason };
      if (!result.ok) this.#report("shutdown_error", child, result.reason, child.proc);
    }
  }

  #forget(child: Child): void {
    this.children.remove(child);
    this.core.wanting(BIT.child_removed)?.emit({ type: "child_removed", child: this.ref(child) });
  }

  /** A child has no process any more: temporary and dynamic ones are forgotten with it. */
  release(child: Child): void {
    if (child.temporary || this.children.dynamic || this.flags.whoeverRan) this.#forget(child);
    else this.children.setProc(child, null);
  }

  // ---- exits ----

  /**
   * The commonest exit, dealt with at once: a child that is to be restarted alone, within the budget, and whose start
   * does not wait for anything. False when it is another case, and nothing has been done.
   */
  restartedAtOnce(notice: ExitNotice): boolean {
    if (!this.core.inline || this.#isGroup()) return false;
    const child = this.children.byProc(notice.from);
    if (child === undefined) return true;
    const { reason } = notice;
    const { restart } = child.spec;
    if (restart === "temporary" || (restart === "transient" && isNormalReason(reason))) return false;
    if (this.#recent() >= this.flags.intensity) return false;
    this.#report("child_terminated", child, reason, notice.from);
    this.#withinBudget();
    const cause =
      this.core.wanting(BIT.decision) === null
        ? 0
        : this.#decide(child, notice.from, reason, "restart", [child], notice.cause);
    const waiter = this.#call(child);
    const { outcome } = waiter;
    if (outcome !== null && outcome.type === "ok") this.#enter(child, outcome, cause);
    else this.onSlowRestart(this.#afterSlowStart(child, waiter, cause));
    return true;
  }

  /** Set by the behaviour: runs code that waits. */
  onSlowRestart: (code: Blocking<Verdict>) => void = () => {};

  *#afterSlowStart(child: Child, waiter: PendingStart, cause: number): Blocking<Verdict> {
    const outcome =
      waiter.outcome ??
      (yield* this.activity.wait<StartOutcome>((wake) => {
        waiter.wake = wake;
        return undefined;
      }));
    this.#enter(child, outcome, cause);
    const failed = this.#restarted(child, outcome);
    if (failed !== null) this.#tryAgain(failed);
    return "go on";
  }

  /** An exit signal of somebody other than the parent. */
  *exited(notice: ExitNotice): Blocking<Verdict> {
    const child = this.children.byProc(notice.from);
    if (child === undefined) return "go on";
    const { reason } = notice;
    const normal = isNormalReason(reason);
    if (child.spec.restart === "permanent" || (child.spec.restart === "transient" && !normal)) {
      this.#report("child_terminated", child, reason, notice.from);
      return yield* this.#restart(child, notice.from, reason, notice.cause);
    }
    if (!normal) this.#report("child_terminated", child, reason, notice.from);
    this.release(child);
    const shutdown = this.#endsSupervisor(child);
    this.#decide(
      child,
      notice.from,
      reason,
      shutdown ? "auto_shutdown" : child.temporary || this.children.dynamic ? "remove" : "keep",
      shutdown ? this.children.list : [],
      notice.cause,
    );
    return shutdown ? "shutdown" : "go on";
  }

  #endsSupervisor(child: Child): boolean {
    const { autoShutdown } = this.flags;
    if (autoShutdown === "never" || !child.spec.significant) return false;
    if (autoShutdown === "any_significant") return true;
    return !this.children.list.some((other) => other.spec.significant && !other.down);
  }

  /** The message that a supervisor sends itself after a failed restart. */
  *retry(child: Child, reason: ExitReason, cause: number): Blocking<Verdict> {
    const known = this.children.dynamic
      ? this.children.restarting.has(child)
      : this.children.byId(child.spec.id) === child;
    if (!known || !child.restarting) return "go on";
    return yield* this.#restart(child, null, reason, cause);
  }

  *#restart(child: Child, from: Proc | null, reason: ExitReason, exit: number): Blocking<Verdict> {
    if (!this.#withinBudget()) {
      this.#report("shutdown", child, "reached_max_restart_intensity", from);
      this.#decide(child, from, reason, "give_up", this.children.list, exit);
      this.release(child);
      return "shutdown";
    }
    const group = this.#groupOf(child);
    const cause = this.#decide(child, from, reason, "restart", group, exit);
    const failed =
      group.length === 1 && !this.#isGroup()
        ? yield* this.#again(child, cause)
        : yield* this.#regroup(child, group, cause);
    if (failed === null) return "go on";
    this.#tryAgain(failed);
    return "go on";
  }

  /** A restart has failed: a message to the supervisor itself has it tried again. */
  #tryAgain({ child, reason }: Failed): void {
    const started = this.core.trace?.lastSeq ?? 0;
    this.children.setProc(child, null, true);
    this.core.deliver(this.proc, "control", () => this.onRetry(child, reason, started));
  }

  /** Set by the behaviour: runs {@link retry} as an activity. */
  onRetry: (child: Child, reason: ExitReason, cause: number) => void = () => {};

  #isGroup(): boolean {
    return this.flags.strategy === "one_for_all" || this.flags.strategy === "rest_for_one";
  }

  /** The children that a restart of `child` affects, in start order. */
  #groupOf(child: Child): readonly Child[] {
    const { strategy } = this.flags;
    if (strategy === "one_for_all") return this.children.list;
    if (strategy !== "rest_for_one") return [child];
    const { list } = this.children;
    return list.slice(list.indexOf(child));
  }

  *#again(child: Child, cause: number): Blocking<Failed | null> {
    return this.#restarted(child, yield* this.start(child, cause));
  }

  /** What the start of a lone child came to; the failure if it has to be tried again. */
  #restarted(child: Child, outcome: StartOutcome): Failed | null {
    if (outcome.type === "error") return { child, reason: outcome.reason };
    // A dynamic child that ignores its restart is gone; OTP 25 keeps it by mistake.
    if (outcome.type === "ignore" && this.children.dynamic) {
      if (this.core.otp25Defects) this.children.husks.push(child);
      else this.#forget(child);
    }
    return null;
  }

  *#regroup(child: Child, group: readonly Child[], cause: number): Blocking<Failed | null> {
    this.children.setProc(child, null);
    yield* this.stopAll(group, cause);
    return yield* this.startAll(
      group.filter((member) => !member.temporary || this.flags.whoeverRan),
      cause,
    );
  }

  // ---- the budget ----

  #now(): number {
    return Math.floor(this.core.turnTime() / 1000);
  }

  /** How many restarts lie within the period. Takes no time for those that have been there before. */
  #recent(): number {
    const list = this.#restarts;
    const since = this.#now() - this.flags.period;
    while (this.#forgotten < list.length && (list[this.#forgotten] as number) < since) this.#forgotten++;
    if (this.#forgotten > 1024 && this.#forgotten * 2 > list.length) {
      this.#restarts = list.slice(this.#forgotten);
      this.#forgotten = 0;
    }
    return this.#restarts.length - this.#forgotten;
  }

  spend(ago: readonly number[]): void {
    const now = this.core.turnTime();
    this.#restarts.push(...ago.map((ms) => Math.floor((now - ms) / 1000)));
  }

  /** Counts one restart; false when it is one too many. */
  #withinBudget(): boolean {
    this.#restarts.push(this.#now());
    if (this.#recent() > this.flags.intensity) return false;
    this.restarts++;
    return true;
  }

  budget(): Budget {
    const { intensity, period } = this.flags;
    return { used: this.#recent(), intensity, period };
  }

  // ---- telling ----

  #decide(
    child: Child,
    from: Proc | null,
    reason: ExitReason,
    decision: RestartDecision,
    affected: readonly Child[],
    cause: number,
  ): number {
    const trace = this.core.wanting(BIT.decision);
    if (trace === null) return 0;
    return trace.emit({
      type: "decision",
      child: this.ref(child),
      pid: from?.id ?? null,
      reason: formatReason(reason),
      strategy: this.flags.strategy,
      decision,
      affected: affected.map((member) => member.label),
      budget: this.budget(),
      ...(cause === 0 ? {} : { cause }),
    });
  }

  #report(context: SupervisorReport["context"], child: Child, reason: ExitReason, pid: Proc | null): void {
    reportSupervisor(this.proc, context, reason, { id: child.label, pid, restart: child.spec.restart });
  }

  abort(): void {
    this.#aborted = true;
    const starting = this.#starting?.proc;
    if (starting !== undefined) abortStart(starting);
  }

  childOf(proc: Proc): Child | undefined {
    return this.children.byProc(proc);
  }

  info(): SupervisionInfo {
    return {
      strategy: this.flags.strategy,
      autoShutdown: this.flags.autoShutdown,
      budget: this.budget(),
      restartedAt: this.#restarts.slice(this.#forgotten).map((second) => second * 1000),
      children: this.children.list.map((child) => ({
        id: child.label,
        // One that has died is still its child for as long as it has not taken note of that.
        pid: child.proc?.alive === true ? child.proc.id : null,
        state: child.restarting ? "restarting" : child.proc?.alive === true ? "running" : "undefined",
        incarnation: child.incarnation,
        restart: child.spec.restart,
        shutdown: child.spec.shutdown,
        type: child.spec.type,
        significant: child.spec.significant,
      })),
    };
  }
}
