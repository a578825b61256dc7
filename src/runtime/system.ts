/** A system: processes that share a clock, names and an observer. */
import type { Application } from "./application.ts";
import { type ApplicationEnd, Applications } from "./applications.ts";
import { type Clock, RealClock, VirtualClock } from "./clock.ts";
import { consoleLogger } from "./console-logger.ts";
import type { Behaviour } from "./core/behaviour.ts";
import type { Blocked } from "./core/block-detector.ts";
import { callInVain, outcomeOf, prepareCall, refuseCall, sendCall, timeoutMs } from "./core/call.ts";
import type { AsyncContexts } from "./core/contexts.ts";
import { afterTurnOfLoop, Core } from "./core/core.ts";
import { resolveTarget } from "./core/identity.ts";
import { failProc, intrude } from "./core/intrude.ts";
import { BIT, bitsOf } from "./core/kinds.ts";
import * as ops from "./core/operations.ts";
import { monitorFromOutside, runningTask, taskFromOutside } from "./core/outside.ts";
import { CALLBACKS, DEAD, IDLE, Proc, WAITING } from "./core/proc.ts";
import { sendExitSignal, watch } from "./core/signals.ts";
import * as sys from "./core/system-messages.ts";
import type { TaskHandle } from "./core/tasks.ts";
import { Limit, Wait } from "./core/timers.ts";
import { announce } from "./discovery.ts";
import { ProcessError } from "./errors.ts";
import { inspect, type ProcessInfo, type ProcessSummary, processesOf, summarize } from "./inspect.ts";
import type { Pid, ProtocolOf, Target, TimerRef, TypedTarget, ViaName } from "./pid.ts";
import type {
  CallsOf,
  CastsOf,
  DownMessage,
  From,
  InfosOf,
  NoStray,
  ReplyTo,
  RequestOf,
} from "./protocol.ts";
import type { Random } from "./random.ts";
import { describeTerm, type ExitReason } from "./reason.ts";
import { type Logger, labelOf, reportUncaught } from "./reports.ts";
import type {
  ChildCounts,
  ChildInfo,
  ChildResult,
  GetChildSpecResult,
  RestartChildResult,
  StartChildResult,
} from "./results.ts";
import type { AnyStart, ChildSpec, InitArgs, ProcessClass, TypedChildSpec } from "./spec.ts";
import { administer, childStarted, startRequest } from "./supervisor/client.ts";
import { abortStart } from "./supervisor/engine.ts";
import type { ChildOf, ExtraArgsOf } from "./supervisor.ts";
import type { Task } from "./task.ts";
import type { Guard, InjectedFault, Observer, TraceFilter } from "./trace.ts";

/** How a system is set up. */
export interface SystemOptions {
  /** What it is called by tools, where a program has several. */
  name?: string;
  /** `"real"` (default): time passes by itself. `"virtual"`: it passes by {@link System.advance} and {@link System.settle}. */
  clock?: "virtual" | "real" | Clock;
  /** Seed of `this.random()` (default 1). */
  seed?: number;
  /** Draw the order of turns from the seed wherever OTP leaves it open, instead of first come, first served. */
  shuffle?: boolean;
  /** Gets every trace event, from the first; see {@link System.observe} for observers that come and go. */
  observer?: Observer;
  /**
   * Gets crash, supervisor, progress and error reports. Default: the console with the real clock, nobody with the
   * virtual one. null: nobody.
   */
  logger?: Logger | null;
  /**
   * Copy the defects of OTP 25's simple_one_for_one, for comparison with it: a child that ignores its restart stays
   * listed without a process and makes its supervisor crash when it is stopped; terminating a child whose restart
   * is being tried again leaves the count of active children one too low.
   */
  otp25Defects?: boolean;
  /** Handle calls and starts at once where possible. Default: with the real clock only. */
  inline?: boolean;
  /**
   * The class `AsyncLocalStorage` of `node:async_hooks`: then every message is handled in the async context of whoever
   * sent it, a task runs in that of whoever started it, and supervisors and what they start run in the one in which the
   * System was made. Without it (as in browsers, which have none), contexts are not followed.
   */
  asyncContexts?: AsyncContexts;
  /** Bounds of a world whose code nobody trusts; with it, what the observer throws is thrown to whoever caused the event. */
  guard?: Guard;
}

/** The parent of all roots traps exits and answers to nobody. */
const silent: Behaviour = { kind: "process", begin: () => {}, handle: () => {}, fail: () => {} };

/** An observer that fails must not take the processes down that it watches: what it throws is dropped. */
function harmless(observer: Observer): Observer {
  return (event, term) => {
    try {
      observer(event, term);
    } catch {
      // It has seen the event; that is all it was promised.
    }
  };
}

function observerOf({ observer, guard }: SystemOptions): Observer | null {
  if (observer === undefined) return null;
  return guard === undefined ? harmless(observer) : observer;
}

/** @throws ProcessError `badarg` for what would only fail later, and elsewhere. */
function checkOptions({ name, clock, seed, observer, logger }: SystemOptions): void {
  const wrong = (what: string, found: unknown): ProcessError =>
    new ProcessError("badarg", `${what}, not ${describeTerm(found)}`);
  const known = clock === undefined || clock === "real" || clock === "virtual";
  if (!known && (typeof clock?.now !== "function" || typeof clock.alarm !== "function")) {
    throw wrong('the clock of a System is "real", "virtual" or a Clock', clock);
  }
  if (name !== undefined && typeof name !== "string") throw wrong("the name of a System is a string", name);
  if (seed !== undefined && !Number.isFinite(seed)) throw wrong("the seed of a System is a number", seed);
  if (observer !== undefined && typeof observer !== "function") {
    throw wrong("the observer of a System is a function", observer);
  }
  if (logger !== undefined && logger !== null && typeof logger !== "function") {
    throw wrong("the logger of a System is a function or null", logger);
  }
}

/** Options of {@link System.start} when it gets a start tuple. */
export interface RootOptions {
  /** Registered name. */
  name?: string | { readonly name: string } | ViaName;
  /** What the process is called in traces. */
  label?: string;
  /** Milliseconds that its `init` may take; then it is killed, and the start fails with `"timeout"`. Default: any time. */
  startTimeout?: number | "infinity";
}

/** Processes that share a clock, names and an observer. Everything outside any process goes through it. */
export class System {
  readonly #core: Core;
  readonly #applications: Applications;
  /** What it is called where a program has several. */
  readonly name: string | null;
  #stopping: Promise<void> | null = null;

  constructor(options: SystemOptions = {}) {
    checkOptions(options);
    this.name = options.name ?? null;
    const { clock = "real" } = options;
    const time = clock === "virtual" ? new VirtualClock() : clock === "real" ? new RealClock() : clock;
    const logger = options.logger === undefined ? (time.virtual ? null : consoleLogger) : options.logger;
    this.#core = new Core({
      clock: time,
      seed: options.seed ?? 1,
      shuffle: options.shuffle ?? false,
      otp25Defects: options.otp25Defects ?? false,
      inline: options.inline ?? !time.virtual,
      observer: observerOf(options),
      guard: options.guard ?? null,
      asyncContexts: options.asyncContexts,
      report:
        logger === null
          ? null
          : (report) => {
              try {
                logger(report);
              } catch {
                // A logger that fails must not take the processes down that it writes about.
              }
            },
    });
    this.#core.system = this;
    this.#core.owner = this.#hidden();
    this.#core.outside = this.#hidden();
    this.#applications = new Applications(this.#core, {
      start: (start, listener) => this.#startRoot(start, {}, listener),
      stop: (root) => this.#stopRoot(root),
    });
    // What runs there is not to find its way out.
    if (options.guard === undefined) announce(this);
  }

  #hidden(): Proc {
    const proc = new Proc(0, this.#core, silent, null);
    proc.traps = true;
    proc.state = IDLE;
    return proc;
  }

  // ---- starting and stopping ----

  /**
   * Starts a process that has no parent among the processes, and waits until its `init` is over. A class with its
   * arguments, or a start tuple with a name or label.
   * @throws StartError with the reason of `init`, or `"ignore"`.
   */
  start<C extends ProcessClass>(cls: C, ...args: InitArgs<C>): Promise<Pid<InstanceType<C>>>;
  start<C extends ProcessClass>(
    start: readonly [C, ...InitArgs<C>],
    options?: RootOptions,
  ): Promise<Pid<InstanceType<C>>>;
  start(first: unknown, ...rest: unknown[]): Promise<Pid> {
    if (Array.isArray(first))
      return this.#startRoot(first as unknown as AnyStart, (rest[0] ?? {}) as RootOptions);
    return this.#startRoot([first as ProcessClass, ...rest], {});
  }

  #startRoot(
    start: AnyStart,
    { name, label, startTimeout }: RootOptions,
    listener?: ops.StartListener,
  ): Promise<Pid> {
    const options = {
      parent: this.#core.owner,
      link: true,
      name: name === undefined ? undefined : ops.startName(name),
      label: typeof label === "string" ? label : undefined,
      timeout: startTimeout === undefined ? Number.POSITIVE_INFINITY : timeoutMs(startTimeout),
    };
    return ops.startAnd(this.#core, start, options, listener);
  }

  /**
   * Starts an application after those that it needs; running ones are left alone, and one that somebody else is starting
   * is waited for. When one fails, those that this call has started are stopped again, unless others need them.
   * @throws StartError `{ not_started: name }` when one that it needs has ended meanwhile, `"shutdown"` when it is stopped
   * before it is up.
   */
  startApplication(application: Application): Promise<void> {
    return this.#applications.start(application);
  }

  /**
   * Calls `listener` whenever an application has ended: with the reason of its top supervisor, and whether somebody
   * has asked for it. Returns what takes the listener back.
   */
  onApplicationEnd(listener: ApplicationEnd): () => void {
    return this.#applications.onEnd(listener);
  }

  /** Stops one application, also one that is being started. Those that it needed go on. */
  stopApplication(application: Application): Promise<void> {
    return this.#applications.stop(application);
  }

  /** The applications that run, in start order. */
  get applications(): Application[] {
    return this.#applications.running;
  }

  /**
   * Stops one root as its parent would, and waits for its end. With the virtual clock time passes as needed. Nobody waits
   * for a boot that is under way: it fails, and what had been started is stopped in order.
   */
  #stopRoot(root: Proc): Promise<void> {
    const core = this.#core;
    if (root.state === DEAD && !core.departing.has(root)) return Promise.resolve();
    // Whoever does not trap exits is gone when the signal has been sent.
    if (!root.traps && root.state !== DEAD) {
      sendExitSignal(core, core.owner, root, "shutdown");
      if (!core.departing.has(root)) return Promise.resolve();
    }
    return this.#stopWaiting(root);
  }

  async #stopWaiting(root: Proc): Promise<void> {
    const core = this.#core;
    const ended = new Promise<void>((resolve) => {
      watch(root, () => resolve());
    });
    // A supervisor takes the time that its children need.
    const kill = (): void => sendExitSignal(core, core.owner, root, "kill");
    const limit = root.behaviour.kind === "supervisor" ? null : new Limit(kill);
    if (limit !== null) core.setWait(limit, 5000);
    sendExitSignal(core, core.owner, root, "shutdown");
    if (limit === null && root.starter !== null) abortStart(root);
    if (core.clock.virtual) await this.settle();
    await ended;
    if (limit !== null) core.waits.remove(limit);
  }

  /**
   * Stops everything: applications and roots, last started first, each waited for; then whatever still runs without
   * being linked to any of them is killed, as when Erlang's node stops, what they own is given back, and all timers are
   * taken back.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll().finally(() => {
      this.#stopping = null;
    });
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const core = this.#core;
    await this.#applications.stopAll();
    const roots = [...processesOf(core)].filter((proc) => proc.parent === core.owner);
    for (const root of roots.reverse()) await this.#stopRoot(root);
    this.killAll();
    if (core.departing.size > 0 && core.clock.virtual) await this.settle();
    await core.allDeparted();
    core.clearDeadlines();
  }

  /** Kills every process, the youngest first; nothing but what they own is cleaned up. The last resort when a stop takes too long. */
  killAll(): void {
    for (const proc of [...processesOf(this.#core)].reverse()) {
      sendExitSignal(this.#core, this.#core.owner, proc, "kill");
    }
  }

  /** Stops one process that was started from here: exit signal `shutdown`, after 5 s `kill`. */
  stopProcess(target: Target): Promise<void> {
    const proc = this.#find(target);
    return proc === undefined ? Promise.resolve() : this.#stopRoot(proc);
  }

  /** As `this.stopServer` inside a process. @throws CallError */
  stopServer(
    target: Target,
    reason: ExitReason = "normal",
    timeout: number | "infinity" = "infinity",
  ): Promise<void> {
    return sys.stopServer(this.#core, null, target, reason, timeout);
  }

  // ---- messages ----

  /** As `this.call` inside a process. @throws CallError */
  call(target: string, request: unknown, timeout?: number | "infinity"): Promise<unknown>;
  call<T, const R extends object>(
    target: TypedTarget<T>,
    request: R & CallsOf<ProtocolOf<T>> & NoStray<CallsOf<ProtocolOf<T>>, R>,
    timeout?: number | "infinity",
  ): Promise<ReplyTo<CallsOf<ProtocolOf<T>>, R>>;
  // For what none of the above takes: compilers explain the last one, and this says which field is wrong.
  call<T, const R extends object>(
    target: TypedTarget<T>,
    request: RequestOf<CallsOf<ProtocolOf<T>>, R>,
    timeout?: number | "infinity",
  ): Promise<ReplyTo<CallsOf<ProtocolOf<T>>, R>>;
  call(target: Target, request: unknown, timeout: number | "infinity" = 5000): Promise<unknown> {
    const core = this.#core;
    const call = prepareCall(core, null, target, request, timeout);
    if (call === null) return refuseCall(core, null, target, request, timeout);
    if (timeout === 0) return callInVain(core, call, target);
    const now = core.enter();
    sendCall(core, call, target, timeout, now);
    if (now) core.loop();
    return outcomeOf(core, call, target, timeout);
  }

  /** As `this.cast` inside a process. */
  cast(target: string, message: unknown): void;
  cast<T>(target: TypedTarget<T>, message: CastsOf<ProtocolOf<T>>): void;
  cast(target: Target, message: unknown): void {
    ops.cast(this.#core, null, target, message);
  }

  /** As `this.send` inside a process. */
  send(target: string, message: unknown): void;
  send<T>(target: TypedTarget<T>, message: InfosOf<ProtocolOf<T>>): void;
  send(target: Target, message: unknown): void {
    ops.send(this.#core, null, target, message);
  }

  /** As `this.sendAfter` inside a process. */
  sendAfter(ms: number, target: string, message: unknown): TimerRef;
  sendAfter<T>(ms: number, target: TypedTarget<T>, message: InfosOf<ProtocolOf<T>>): TimerRef;
  sendAfter(ms: number, target: Target, message: unknown): TimerRef {
    return ops.sendAfter(this.#core, null, ms, resolveTarget(this.#core, target), message);
  }

  /** As `this.sendInterval` inside a process. */
  sendInterval(ms: number, target: string, message: unknown): TimerRef;
  sendInterval<T>(ms: number, target: TypedTarget<T>, message: InfosOf<ProtocolOf<T>>): TimerRef;
  sendInterval(ms: number, target: Target, message: unknown): TimerRef {
    return ops.sendInterval(this.#core, null, ms, resolveTarget(this.#core, target), message);
  }

  /** As `this.readTimer` inside a process. */
  readTimer(ref: TimerRef): number | false {
    return ops.readTimer(this.#core, ref);
  }

  /** As `this.cancelTimer` inside a process. */
  cancelTimer(ref: TimerRef): number | false {
    return ops.cancelTimer(this.#core, null, ref);
  }

  /** As `this.reply` inside a process: answers a call whose `handleCall` said `noReply`, from wherever its answer comes. */
  reply<R>(from: From<R>, value: R): void {
    ops.reply(this.#core.outside, from, value);
  }

  /**
   * As `this.monitor` inside a process: `tell` gets one DOWN message when the process ends, or at once with `"noproc"` when
   * there is none. It is called when the code that runs then has ended; what it throws is reported. Returns what takes the monitor
   * back, the message included.
   */
  monitor(target: Target, tell: (down: DownMessage) => unknown): () => void {
    return monitorFromOutside(this.#core, target, tell);
  }

  // ---- tasks ----

  /** As `this.async` inside a process, but that the task is linked to nobody: its failure is told to whoever awaits it. */
  async<R>(fn: (task: Task<R>) => R | Promise<R>, options: { under?: Target } = {}): TaskHandle<R> {
    return taskFromOutside<Task<R>, R>(this.#core, fn, options);
  }

  /** As `this.await` inside a process. @throws CallError */
  await<R>(task: TaskHandle<R>, timeout: number | "infinity" = 5000): Promise<R> {
    return runningTask(task, "await").await(timeout);
  }

  /** As `this.cancelTask` inside a process. */
  cancelTask(task: TaskHandle): void {
    runningTask(task, "cancelTask").cancel();
  }

  /** The process registered under `name`. */
  whereis<T>(name: ({ readonly name: string } & TypedTarget<T>) | ViaName<T>): Pid<T> | undefined;
  whereis(name: string): Pid | undefined;
  whereis(name: string | { readonly name: string } | ViaName): Pid | undefined {
    return ops.whereis(this.#core, name);
  }

  /** Registers a process. @throws ProcessError `badarg` when the name is taken or the process is dead. */
  register(name: string | { readonly name: string }, pid: Pid): void {
    ops.registerPid(this.#core, name, pid);
  }

  // ---- supervisors ----

  /** As `this.startChild` inside a process. @throws StartError */
  startChild<C extends ProcessClass>(sup: Target, spec: TypedChildSpec<C>): Promise<Pid<InstanceType<C>>>;
  startChild<T>(sup: TypedTarget<T>, extraArgs: ExtraArgsOf<T>): Promise<Pid<ChildOf<T>>>;
  startChild(sup: string, extraArgs: readonly unknown[]): Promise<Pid>;
  startChild(sup: Target, what: ChildSpec | readonly unknown[]): Promise<Pid> {
    return childStarted(this.startChildResult(sup, what));
  }

  /** As {@link startChild}, with OTP's result as a value. */
  startChildResult(sup: Target, what: ChildSpec | readonly unknown[]): Promise<StartChildResult> {
    return administer(this.#core, null, sup, startRequest(what));
  }

  /** Stops a child; its specification stays, unless it is temporary. */
  terminateChild(sup: Target, child: string | Pid): Promise<ChildResult> {
    return administer(this.#core, null, sup, { type: "terminate_child", child });
  }

  /** Starts a child that does not run again. */
  restartChild(sup: Target, child: string | Pid): Promise<RestartChildResult> {
    return administer(this.#core, null, sup, { type: "restart_child", child });
  }

  /** Forgets a child that does not run. */
  deleteChild(sup: Target, child: string | Pid): Promise<ChildResult> {
    return administer(this.#core, null, sup, { type: "delete_child", child });
  }

  /** The children of `sup`, last started first. */
  whichChildren(sup: Target): Promise<ChildInfo[]> {
    return administer(this.#core, null, sup, { type: "which_children" });
  }

  /** How many children `sup` has. */
  countChildren(sup: Target): Promise<ChildCounts> {
    return administer(this.#core, null, sup, { type: "count_children" });
  }

  /** A child's specification with its defaults. */
  getChildSpec(sup: Target, child: string | Pid): Promise<GetChildSpecResult> {
    return administer(this.#core, null, sup, { type: "get_childspec", child });
  }

  // ---- debugging: OTP's module sys ----

  /**
   * The instance of a process, whose fields are its state: for tests and debugging (OTP's `sys:get_state`). The
   * process's own turn is waited for, so no callback is half-way; for `timeout` ms (default 5000).
   * @throws CallError when the process is not there, or does not come to it in time.
   */
  getState<T>(target: TypedTarget<T>, timeout?: number | "infinity"): Promise<T>;
  getState(target: string, timeout?: number | "infinity"): Promise<unknown>;
  getState(target: Target, timeout: number | "infinity" = 5000): Promise<unknown> {
    return sys.getState(this.#core, target, timeout);
  }

  /**
   * Suspends a process: its messages wait until {@link resumeProcess} (OTP's `sys:suspend`). It can still be stopped by
   * its parent and killed, and a timeout that it waits for starts again when it goes on.
   * @throws CallError when the process is not there, or does not come to it within `timeout` ms (default 5000).
   */
  suspendProcess(target: Target, timeout: number | "infinity" = 5000): Promise<void> {
    return sys.suspend(this.#core, target, timeout);
  }

  /** Lets a suspended process go on with the messages that have come, in their order. @throws CallError */
  resumeProcess(target: Target, timeout: number | "infinity" = 5000): Promise<void> {
    return sys.resume(this.#core, target, timeout);
  }

  /** Has the logger told of an exception in code outside any process, for a host that catches those. */
  reportUncaught(error: unknown): void {
    reportUncaught(this.#core, error);
  }

  // ---- faults ----

  /** Sends an exit signal from a process that is no relative of anybody. */
  sendExit(target: Target, reason: ExitReason): void {
    const proc = this.#find(target);
    if (proc !== undefined) sendExitSignal(this.#core, this.#core.outside, proc, reason);
  }

  /** Makes a process raise `error` as if its callback had: `terminate` runs, then it exits. */
  crash(target: Target, error: Error | string): void {
    const raised = typeof error === "string" ? new Error(error) : error;
    this.#fail(target, { raised }, describeTerm(raised));
  }

  /** Makes a process stop by itself with `reason`: `terminate` runs, then it exits. */
  exit(target: Target, reason: ExitReason): void {
    this.#fail(target, reason, null);
  }

  /** Exit signal `kill`: the process is gone at once, with reason `killed`. */
  kill(target: Target): void {
    this.sendExit(target, "kill");
  }

  /** Makes a process hang: it handles no message any more until it is killed. */
  hang(target: Target): void {
    const proc = this.#find(target);
    if (proc === undefined) return;
    intrude(proc, () => {
      proc.state = WAITING;
      proc.pending = null;
      proc.waitingSince = Math.floor(this.#core.now());
    });
  }

  #fail(target: Target, reason: ExitReason, message: string | null): void {
    const proc = this.#find(target);
    if (proc !== undefined) failProc(proc, reason, message);
  }

  #find(target: Target): Proc | undefined {
    const to = resolveTarget(this.#core, target);
    const proc = typeof to === "string" ? this.#core.names.get(to) : to;
    return proc === undefined || proc.state === DEAD ? undefined : proc;
  }

  // ---- time ----

  /** Milliseconds on the system's clock. */
  now(): number {
    return this.#core.now();
  }

  /** The system's seeded generator: numbers in [0, 1). */
  get random(): Random {
    return this.#core.random;
  }

  /** When the next timer or time limit is due (ms); null when nothing waits for time. */
  nextDeadline(): number | null {
    return this.#core.nextDeadline()?.at ?? null;
  }

  /** True when some process wants a turn. */
  get runnable(): boolean {
    return this.#core.runnable;
  }

  /** Stops the world: nobody takes a turn except by {@link step}. */
  pause(): void {
    this.#core.paused = true;
  }

  /** Lets the world go on. */
  resume(): void {
    this.#core.resume();
  }

  /** True between {@link pause} and {@link resume}. */
  get paused(): boolean {
    return this.#core.paused;
  }

  /** Lets one process take one turn (with the virtual clock: one message). False when nobody wanted one. */
  step(): boolean {
    return this.#core.step();
  }

  /** Moves virtual time to `at`, firing what is due on the way in its order, without letting anybody take a turn. */
  advanceTo(at: number): void {
    const core = this.#core;
    for (let next = core.nextDeadline(); next !== null && next.at <= at; next = core.nextDeadline()) {
      core.setTime(next.at);
      core.fireDue();
    }
    core.setTime(at);
  }

  /** Calls `ring` when `ms` have passed on this system's clock. Returns what takes that back. */
  after(ms: number, ring: () => void): () => void {
    const core = this.#core;
    const wait = new Wait(ring);
    core.setAlarm(wait, ms);
    return () => {
      core.alarms.remove(wait);
    };
  }

  /** Waits until nobody can do anything without time passing. Promises of the outside world are not waited for. */
  async idle(): Promise<void> {
    const core = this.#core;
    let before: number;
    do {
      before = core.activity;
      core.drain();
      await new Promise<void>(afterTurnOfLoop);
    } while (core.activity !== before || (core.runnable && !core.paused));
  }

  /** Lets `ms` of virtual time pass, and everything happen that does in it. */
  async advance(ms: number): Promise<void> {
    const core = this.#core;
    const until = core.now() + ms;
    await this.idle();
    for (let next = core.nextDeadline(); next !== null && next.at <= until; next = core.nextDeadline()) {
      core.setTime(next.at);
      core.fireDue();
      await this.idle();
    }
    core.setTime(until);
    core.fireDue();
    await this.idle();
  }

  /**
   * Runs until the system is quiet: nobody has anything to do, and nobody waits for what time alone would bring,
   * except timers. Virtual time passes to the next time limit (of a call, a shutdown, a sleep) as often as needed.
   */
  async settle(): Promise<void> {
    const core = this.#core;
    await this.idle();
    while (core.waits.size > 0) {
      const next = core.nextDeadline();
      if (next === null) return;
      core.setTime(next.at);
      core.fireDue();
      await this.idle();
    }
  }

  // ---- looking ----

  /** All live processes, oldest first. */
  processes(): ProcessInfo[] {
    const list: ProcessInfo[] = [];
    for (const proc of processesOf(this.#core)) {
      const info = inspect(proc);
      if (info !== undefined) list.push(info);
    }
    return list;
  }

  /** All live processes, oldest first, without their state, links and messages: for many of them, and often. */
  listProcesses(): ProcessSummary[] {
    const list: ProcessSummary[] = [];
    for (const proc of processesOf(this.#core)) {
      const summary = summarize(proc);
      if (summary !== undefined) list.push(summary);
    }
    return list;
  }

  /**
   * Has `observer` told of the events that `filter` asks for, from now on: `"all"`, `"supervision"`, or a list of event
   * types. Any number may observe at once. What nobody asks for is not even built, so that an observer of supervision
   * costs nothing on calls and casts. What it throws is dropped. Returns what takes the observer back.
   * @throws ProcessError `badarg` for a filter that is none.
   */
  observe(filter: TraceFilter, observer: Observer): () => void {
    if (typeof observer !== "function") {
      throw new ProcessError("badarg", `observe takes a function, not ${describeTerm(observer)}`);
    }
    const bits = bitsOf(filter);
    if (this.#core.guard !== null) {
      throw new ProcessError(
        "badarg",
        "a guarded System has the observer that it was made with, and no other",
      );
    }
    return this.#core.observe(bits, harmless(observer));
  }

  /**
   * Has `tell` told when something has held the event loop up for `limit` milliseconds or more (default 100): the process
   * and the callback where that is known, see {@link Blocked}. That measures every turn, so it has its price; one at a
   * time, the last one counts. Returns what ends it. What `tell` throws is dropped.
   */
  detectBlocking(tell: (blocked: Blocked) => void, { limit = 100 }: { limit?: number } = {}): () => void {
    if (typeof tell !== "function") {
      throw new ProcessError("badarg", `detectBlocking takes a function, not ${describeTerm(tell)}`);
    }
    if (typeof limit !== "number" || !(limit > 0)) {
      throw new ProcessError("badarg", `limit is milliseconds above 0, not ${describeTerm(limit)}`);
    }
    return this.#core.detectBlocking(limit, (blocked) => {
      try {
        tell(blocked);
      } catch {
        // It has been told.
      }
    });
  }

  /** Whose turn it is, or was last, and its callback, where turns are taken by {@link step}. */
  get current(): { pid: Pid; callback: string | null } | null {
    const { current } = this.#core;
    return current === null ? null : { pid: current, callback: CALLBACKS[current.at] ?? null };
  }

  /** How many processes live. */
  get processCount(): number {
    return this.#core.count;
  }

  /** One process; undefined when it is dead. */
  processInfo(target: Target | number): ProcessInfo | undefined {
    const proc = typeof target === "number" ? this.pid(target) : this.#find(target);
    return proc instanceof Proc ? inspect(proc) : undefined;
  }

  /** The live process with this number. */
  pid(id: number): Pid | undefined {
    for (const proc of processesOf(this.#core)) if (proc.id === id) return proc;
    return undefined;
  }

  /** What the process is called: its label, name or class. */
  labelOf(pid: Pid): string {
    return pid instanceof Proc ? labelOf(pid) : String(pid);
  }

  /** The registered names. */
  registered(): Map<string, Pid> {
    return new Map(this.#core.names);
  }

  /** Puts a remark into the trace: what the host of the run has done. Returns its number, 0 without an observer. */
  note(note: { text: string; pid?: number | null; fault?: InjectedFault }): number {
    const { text, pid = null, fault } = note;
    return (
      this.#core
        .wanting(BIT.note)
        ?.emit({ type: "note", pid, text, ...(fault === undefined ? {} : { fault }) }) ?? 0
    );
  }

  /** Grows with everything that happens: the same value twice means that nothing did. */
  get activity(): number {
    return this.#core.activity;
  }
}
