/** A system: processes that share a clock, names and an observer. */
import type { Application } from "./application.ts";
import { type ApplicationEnd, Applications } from "./applications.ts";
import type { Behaviour } from "./core/behaviour.ts";
import { callInVain, outcomeOf, prepareCall, refuseCall, sendCall, timeoutMs } from "./core/call.ts";
import type { Core } from "./core/core.ts";
import { TimeLimit } from "./core/deadlines.ts";
import { resolveTarget } from "./core/identity.ts";
import * as ops from "./core/operations.ts";
import { liveProc } from "./core/operations.ts";
import { monitorFromOutside, runningTask, taskFromOutside } from "./core/outside.ts";
import { Proc } from "./core/proc.ts";
import { reportUncaught } from "./core/reporting.ts";
import { sendExitSignal, watch } from "./core/signals.ts";
import * as sys from "./core/system-messages.ts";
import type { TaskHandle } from "./core/tasks.ts";
import { announce } from "./discovery.ts";
import { processesOf } from "./inspect.ts";
import type { Pid, Target, TimerRef, TypedTarget, ViaName } from "./pid.ts";
import type {
  CallsOf,
  CastsOf,
  DownMessage,
  From,
  InfosOf,
  NoStray,
  ProtocolOf,
  ReplyTo,
  RequestOf,
} from "./protocol.ts";
import type { ExitReason } from "./reason.ts";
import type {
  ChildCounts,
  ChildInfo,
  ChildResult,
  GetChildSpecResult,
  RestartChildResult,
  StartChildResult,
} from "./results.ts";
import type {
  AnyStart,
  ChildOf,
  ChildSpec,
  ExtraArgsOf,
  InitArgs,
  ProcessClass,
  TypedChildSpec,
} from "./spec.ts";
import { administer, childStarted, startRequest } from "./supervisor/client.ts";
import { abortStart } from "./supervisor/engine.ts";
import { SystemInspection } from "./system-inspection.ts";
import { coreFor, type SystemOptions } from "./system-options.ts";
import type { Task } from "./task.ts";

/** The parent of all roots traps exits and answers to nobody. */
const silent: Behaviour = { kind: "process", begin: () => {}, handle: () => {}, fail: () => {} };

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
export class System extends SystemInspection {
  readonly #core: Core;
  readonly #applications: Applications;
  /** What it is called where a program has several. */
  readonly name: string | null;
  #stopping: Promise<void> | null = null;

  constructor(options: SystemOptions = {}) {
    const core = coreFor(options);
    super(core);
    this.#core = core;
    this.name = options.name ?? null;
    core.system = this;
    core.owner = this.#hidden();
    core.outside = this.#hidden();
    this.#applications = new Applications(core, {
      start: (start, listener) => this.#startRoot(start, {}, listener),
      stop: (root) => this.#stopRoot(root),
    });
    // What runs there is not to find its way out.
    if (options.guard === undefined) announce(this);
  }

  #hidden(): Proc {
    const proc = new Proc(0, this.#core, silent, null);
    proc.traps = true;
    proc.state = "idle";
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
    if (root.state === "dead" && !core.departing.has(root)) return Promise.resolve();
    // Whoever does not trap exits is gone when the signal has been sent.
    if (!root.traps && root.state !== "dead") {
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
    const limit = root.behaviour.kind === "supervisor" ? null : new TimeLimit(kill);
    if (limit !== null) core.setWait(limit, 5000);
    sendExitSignal(core, core.owner, root, "shutdown");
    if (limit === null && root.starter !== null) abortStart(root);
    // Whoever has paused the world makes its time pass.
    if (core.clock.virtual && !core.paused) await this.settle();
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
    if (core.departing.size > 0 && core.clock.virtual && !core.paused) await this.settle();
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
    const proc = liveProc(this.#core, target);
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
}
