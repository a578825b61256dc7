/** What every process can do: the methods that code inside a process uses. */

import type { PlatformSignal } from "./core/aborting.ts";
import { ancestorsOf } from "./core/appearance.ts";
import { type AsyncStreamOptions, streamTasks } from "./core/async-stream.ts";
import { limitMailbox, type MailboxLimit } from "./core/bound.ts";
import { callFrom } from "./core/call.ts";
import { PROC, PROCESS, procAtBirth, resolveTarget } from "./core/identity.ts";
import * as ops from "./core/operations.ts";
import { runningTask } from "./core/outside.ts";
import { disown, type Emitter, listen, onExit, own, ownSignal, wrap } from "./core/ownership.ts";
import type { Proc } from "./core/proc.ts";
import * as sys from "./core/system-messages.ts";
import { spawnTask, type TaskEnd, type TaskHandle, type TaskOptions } from "./core/tasks.ts";
import { Exit } from "./errors.ts";
import type { MonitorRef, Pid, Target, TimerRef, TypedTarget } from "./pid.ts";
import type {
  AnyProtocol,
  CallsOf,
  CastsOf,
  From,
  InfosOf,
  NoStray,
  PROTOCOL,
  Protocol,
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
import type { ChildOf, ChildSpec, ExtraArgsOf, InitArgs, ProcessClass, TypedChildSpec } from "./spec.ts";
import { administer, childStarted, startRequest } from "./supervisor/client.ts";
import type { System } from "./system.ts";
import type { Task } from "./task.ts";

/** What a process with protocol `P` may make of an event: whatever its `handleInfo` takes. */
type MessageOf<P> = [InfosOf<P>] extends [never] ? object : InfosOf<P>;

/**
 * The base of everything that runs as a process. An instance is one incarnation: its fields are the state, and
 * die with it. The methods work for as long as the process lives; once it is dead they do nothing, so a
 * callback that was cut short by a kill cannot act from beyond the grave: its calls never return.
 */
export abstract class Process<P extends Protocol = AnyProtocol> {
  /** Compile time only: the protocol. */
  declare readonly [PROTOCOL]?: P | undefined;
  /** The runtime's record of this process. */
  readonly [PROC]: Proc;

  constructor() {
    this[PROC] = procAtBirth(new.target);
  }

  /** The pid of this process. */
  get self(): Pid<this> {
    return this[PROC] as Pid<this>;
  }

  /** The system that this process runs in. */
  get system(): System {
    return this[PROC].core.system as System;
  }

  /** The process that started this one; null for a process started from outside. */
  get parent(): Pid | null {
    return ops.parentOf(this[PROC]);
  }

  /** The process that started this one, the one that started that, and so on (OTP's `$ancestors`). */
  get ancestors(): Pid[] {
    return ancestorsOf(this[PROC]);
  }

  /**
   * Calls `target` and waits for the reply, as `gen_server:call` does: it monitors the target, so that it fails
   * at once when the target is not there or goes down, and after `timeout` (ms, default 5000).
   * @throws CallError with the reason; uncaught, it ends this process with that reason.
   */
  call(target: string, request: unknown, timeout?: number | "infinity"): Promise<unknown>;
  call<const R extends object>(
    target: Pid<this>,
    request: R & CallsOf<P> & NoStray<CallsOf<P>, R>,
    timeout?: number | "infinity",
  ): Promise<ReplyTo<CallsOf<P>, R>>;
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
    return callFrom(this[PROC].core, this[PROC], target, request, timeout);
  }

  /** Sends `target` a message for its `handleCast`. Never fails: to a dead or unknown process it is lost. */
  cast(target: string, message: unknown): void;
  cast(target: Pid<this>, message: CastsOf<P>): void;
  cast<T>(target: TypedTarget<T>, message: CastsOf<ProtocolOf<T>>): void;
  cast(target: Target, message: unknown): void {
    ops.cast(this[PROC].core, this[PROC], target, message);
  }

  /** Sends `target` a plain message for its `handleInfo`. Never fails. */
  send(target: string, message: unknown): void;
  send(target: Pid<this>, message: InfosOf<P>): void;
  send<T>(target: TypedTarget<T>, message: InfosOf<ProtocolOf<T>>): void;
  send(target: Target, message: unknown): void {
    ops.send(this[PROC].core, this[PROC], target, message);
  }

  /** Answers a call whose `handleCall` said `noReply`. Too late, it is dropped. */
  reply<R>(from: From<R>, value: R): void {
    ops.reply(this[PROC], from, value);
  }

  /**
   * Makes `target` stop with `reason` after the messages that it has already, and waits until it has: its `terminate`
   * runs, whether it traps exits or not (OTP's `gen_server:stop`). After `timeout` ms (default: never) nobody waits any
   * more, but the process still stops. Its supervisor, if it has one, decides as after any other exit: use
   * `terminateChild` to stop a child.
   * @throws CallError `"noproc"`, `"timeout"`, `"calling_self"`, or what the process ended with instead of `reason`.
   */
  stopServer(
    target: Target,
    reason: ExitReason = "normal",
    timeout: number | "infinity" = "infinity",
  ): Promise<void> {
    return sys.stopServer(this[PROC].core, this[PROC], target, reason, timeout);
  }

  /** A DOWN message tells when `target` goes down; at once with reason `"noproc"` if it is not there. */
  monitor(target: Target): MonitorRef {
    return ops.monitor(this[PROC], target);
  }

  /** Takes a monitor back, and its DOWN message if that is already waiting. */
  demonitor(ref: MonitorRef): void {
    ops.demonitor(this[PROC], ref);
  }

  /**
   * Links this process and `target`: when one exits, the other gets an exit signal with its reason.
   * @throws ProcessError `noproc` when the target is not there; a process that traps exits gets that as a message.
   */
  link(target: Target): void {
    ops.link(this[PROC], target);
  }

  /** Takes the link to `target` away, whoever made it. */
  unlink(target: Target): void {
    ops.unlink(this[PROC], target);
  }

  /** Whether exit signals become messages for `handleInfo`. Returns the former value. */
  trapExit(on: boolean): boolean {
    return ops.trapExit(this[PROC], on);
  }

  /**
   * Registers this process, or `pid`, under `name`.
   * @throws ProcessError `badarg` when the name is taken or the process is dead.
   */
  register(name: string | { readonly name: string }, pid: Pid = this.self): void {
    ops.register(this[PROC], name, pid);
  }

  /** Takes a registered name back. */
  unregister(name: string | { readonly name: string }): void {
    ops.unregister(this[PROC], name);
  }

  /** The process registered under `name`. */
  whereis<T>(name: { readonly name: string } & TypedTarget<T>): Pid<T> | undefined;
  whereis(name: string): Pid | undefined;
  whereis(name: string | { readonly name: string }): Pid | undefined {
    return ops.whereis(this[PROC].core, name);
  }

  /** Ends this process with `reason`, from wherever the code is. */
  exit(reason: ExitReason): never {
    throw new Exit(reason);
  }

  /**
   * Sends an exit signal. `"kill"` cannot be trapped; `"normal"` is ignored by others that do not trap. Whoever ends itself so
   * in a callback gets no further; after an `await`, or in a callback of something else, the code goes on, and nothing that it
   * does here has an effect any more.
   */
  sendExit(target: Target, reason: ExitReason): void {
    ops.sendExit(this[PROC], target, reason);
  }

  /** Sends `message` after `ms` milliseconds. The timer outlives this process and is bound to the pid. */
  sendAfter(ms: number, target: string, message: unknown): TimerRef;
  sendAfter(ms: number, target: Pid<this>, message: InfosOf<P>): TimerRef;
  sendAfter<T>(ms: number, target: TypedTarget<T>, message: InfosOf<ProtocolOf<T>>): TimerRef;
  sendAfter(ms: number, target: Target, message: unknown): TimerRef {
    return ops.sendAfter(this[PROC].core, this[PROC], ms, resolveTarget(this[PROC].core, target), message);
  }

  /**
   * Sends a plain message every `ms` milliseconds (from 1 up), the first time after `ms`, until it is cancelled or the
   * target or this process ends. Lateness does not add up; what a blocked program missed is left out.
   */
  sendInterval(ms: number, target: string, message: unknown): TimerRef;
  sendInterval(ms: number, target: Pid<this>, message: InfosOf<P>): TimerRef;
  sendInterval<T>(ms: number, target: TypedTarget<T>, message: InfosOf<ProtocolOf<T>>): TimerRef;
  sendInterval(ms: number, target: Target, message: unknown): TimerRef {
    const proc = this[PROC];
    return ops.sendInterval(proc.core, proc, ms, resolveTarget(proc.core, target), message);
  }

  /** The milliseconds until a timer fires; false when it has fired or was cancelled. */
  readTimer(ref: TimerRef): number | false {
    return ops.readTimer(this[PROC].core, ref);
  }

  /**
   * Bounds the mailbox of this process; null takes the bound away. Calls beyond it fail at once with `"mailbox_full"`,
   * casts and plain messages are dropped, or refused at their sender; reports say how many. Exit signals, DOWN messages
   * and timers always get in.
   */
  limitMailbox(limit: MailboxLimit | null): void {
    limitMailbox(this[PROC], limit);
  }

  /** Cancels a timer: the milliseconds that were left, or false when it has fired or was cancelled. */
  cancelTimer(ref: TimerRef): number | false {
    return ops.cancelTimer(this[PROC].core, this[PROC], ref);
  }

  /** Waits; the process is busy meanwhile and handles no message. */
  sleep(ms: number): Promise<void> {
    return ops.sleep(this[PROC], ms);
  }

  /**
   * Starts a process linked to this one and waits until its `init` is over.
   * @throws StartError with the reason of `init`, or `"ignore"`.
   */
  startLink<C extends ProcessClass>(cls: C, ...args: InitArgs<C>): Promise<Pid<InstanceType<C>>> {
    return ops.startFrom(this[PROC], [cls, ...args], true) as Promise<Pid<InstanceType<C>>>;
  }

  /** Starts a process without a link. @throws StartError */
  start<C extends ProcessClass>(cls: C, ...args: InitArgs<C>): Promise<Pid<InstanceType<C>>> {
    return ops.startFrom(this[PROC], [cls, ...args], false) as Promise<Pid<InstanceType<C>>>;
  }

  /**
   * Runs `fn` in a process of its own, linked to this one. Take the result with `this.await(task)`, or, with
   * `notify: true`, from a {@link TaskMessage} in `handleInfo`.
   * With `under`, a dynamic supervisor without a template, the task is its child and linked to that instead.
   */
  async<R>(fn: (task: Task<R>) => R | Promise<R>, options: TaskOptions = {}): TaskHandle<R> {
    return spawnTask(this[PROC], fn, options);
  }

  /**
   * Waits for the result of a task (ms, default 5000).
   * @throws CallError with the task's exit reason, or `"timeout"`.
   */
  await<R>(task: TaskHandle<R>, timeout: number | "infinity" = 5000): Promise<R> {
    return runningTask(task, "await").await(timeout);
  }

  /** The end of a task if it comes within `timeout` (ms, default 5000), else undefined: then the task goes on. Never fails. */
  yield<R>(task: TaskHandle<R>, timeout: number | "infinity" = 5000): Promise<TaskEnd<R> | undefined> {
    return runningTask(task, "yield").yield(timeout);
  }

  /**
   * Ends a task: exit signal `shutdown`, and `kill` after `timeout` (ms, default 5000). Gives its end when it had come to
   * one by itself, else undefined. Nobody is told of a task that is ended so, and its owner does not die of it.
   */
  shutdownTask<R>(
    task: TaskHandle<R>,
    timeout: number | "infinity" | "brutal_kill" = 5000,
  ): Promise<TaskEnd<R> | undefined> {
    return runningTask(task, "shutdownTask").shutdown(timeout);
  }

  /** Ends a task at once, whatever it does. Its `signal` is aborted, so that what it has begun can stop as well. */
  cancelTask(task: TaskHandle): void {
    runningTask(task, "cancelTask").cancel();
  }

  /**
   * Runs `fn` for every item in a task of its own, `max` of them at a time, and gives their ends, in the order of the
   * items unless you say otherwise. Items are taken as they are needed. Whoever leaves the loop ends the tasks that are
   * still under way.
   */
  asyncStream<T, R>(
    items: Iterable<T> | AsyncIterable<T>,
    fn: (item: T, task: Task<R>) => R | Promise<R>,
    options: AsyncStreamOptions = {},
  ): AsyncGenerator<TaskEnd<R>, void, void> {
    return streamTasks<Task<R>, T, R>(this[PROC], items, fn, options);
  }

  // ---- resources ----

  /** Aborted when this process ends, however that is, with its exit reason: for `fetch` and everything else that takes one. */
  get signal(): PlatformSignal {
    return ownSignal(this[PROC]);
  }

  /**
   * Makes `resource` end with this process, as a port does on the BEAM: by its `Symbol.asyncDispose` or `Symbol.dispose`,
   * or by `release`. That happens when the process ends in whatever way, a kill included, the last one first, before its
   * exit becomes known; for what takes time an exit waits a second in all. What is entered twice is given back once.
   * Gives `resource`. When this process has ended already, the resource is given back at once.
   */
  own<T extends object>(resource: T, release?: (resource: T) => unknown): T {
    return own(this[PROC], resource, release);
  }

  /** This process does not own `resource` any more. False when it did not. */
  disown(resource: object): boolean {
    return disown(this[PROC], resource);
  }

  /** Calls `fn` when this process ends, as {@link own} does. Returns what takes that back. */
  onExit(fn: (reason: ExitReason) => unknown): () => void {
    return onExit(this[PROC], fn);
  }

  /**
   * Turns an event of `emitter`, an EventEmitter or EventTarget, into a message for this process's `handleInfo`:
   * what `toMessage` makes of the event's arguments, at once or by a promise; nothing for undefined. What it throws, or
   * rejects with, crashes this process and nothing else. The subscription ends with the process, or by what this returns.
   */
  on<A extends readonly unknown[]>(
    emitter: Emitter,
    event: string | symbol,
    toMessage: (...args: A) => MessageOf<P> | undefined | Promise<MessageOf<P> | undefined>,
  ): () => void {
    return listen(this[PROC], emitter, event, toMessage as (...args: readonly unknown[]) => unknown);
  }

  /**
   * `fn` as a callback for others: what it throws, or rejects with, crashes this process and nothing else, and once the
   * process has ended it does nothing. It runs when it is called, between or in the middle of this process's callbacks:
   * best it sends a message.
   */
  wrap<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R | undefined {
    return wrap(this[PROC], fn);
  }

  /** Milliseconds on the system's clock. */
  now(): number {
    return this[PROC].core.now();
  }

  /** A number in [0, 1) from the system's seeded generator. */
  random(): number {
    return this[PROC].core.random();
  }

  /**
   * Adds a child to supervisor `sup`, starts it and gives its pid: by a whole specification, or, when `sup` is a
   * dynamic supervisor with a template, by further arguments for that.
   * @throws StartError whose `reason` is OTP's error, or `"ignore"`. {@link startChildResult} does not throw.
   */
  startChild<C extends ProcessClass>(sup: Target, spec: TypedChildSpec<C>): Promise<Pid<InstanceType<C>>>;
  startChild<T>(sup: TypedTarget<T>, extraArgs: ExtraArgsOf<T>): Promise<Pid<ChildOf<T>>>;
  startChild(sup: string, extraArgs: readonly unknown[]): Promise<Pid>;
  startChild(sup: Target, what: ChildSpec | readonly unknown[]): Promise<Pid> {
    const pid = childStarted(this.startChildResult(sup, what));
    // A failure that this process does not await must not end the program.
    pid.catch(() => {});
    return pid;
  }

  /** As {@link startChild}, with OTP's result as a value. */
  startChildResult(sup: Target, what: ChildSpec | readonly unknown[]): Promise<StartChildResult> {
    return administer(this[PROC].core, this[PROC], sup, startRequest(what));
  }

  /** Stops a child; its specification stays, unless it is temporary. Not an exit that the supervisor reacts to. */
  terminateChild(sup: Target, child: string | Pid): Promise<ChildResult> {
    return administer(this[PROC].core, this[PROC], sup, { type: "terminate_child", child });
  }

  /** Starts a child that does not run again. */
  restartChild(sup: Target, child: string): Promise<RestartChildResult> {
    return administer(this[PROC].core, this[PROC], sup, { type: "restart_child", child });
  }

  /** Forgets a child that does not run. */
  deleteChild(sup: Target, child: string): Promise<ChildResult> {
    return administer(this[PROC].core, this[PROC], sup, { type: "delete_child", child });
  }

  /** The children of `sup`, last started first. */
  whichChildren(sup: Target): Promise<ChildInfo[]> {
    return administer(this[PROC].core, this[PROC], sup, { type: "which_children" });
  }

  /** How many children `sup` has. */
  countChildren(sup: Target): Promise<ChildCounts> {
    return administer(this[PROC].core, this[PROC], sup, { type: "count_children" });
  }

  /** A child's specification with its defaults. */
  getChildSpec(sup: Target, child: string | Pid): Promise<GetChildSpecResult> {
    return administer(this[PROC].core, this[PROC], sup, { type: "get_childspec", child });
  }
}

Object.defineProperty(Process.prototype, PROCESS, { value: true });
