/** What the methods of a process do, after the types have been checked. */

import { Exit, ProcessError, StartError } from "../errors.ts";
import type { Pid, Target, ViaName } from "../pid.ts";
import type { From } from "../protocol.ts";
import { describeTerm, type ExitReason } from "../reason.ts";
import type { AnyStart } from "../spec.ts";
import { classNameOf } from "./appearance.ts";
import { getsIn } from "./bound.ts";
import { replyCall } from "./call.ts";
import { PendingCall } from "./calls.ts";
import type { Core } from "./core.ts";
import { WakeUp } from "./deadlines.ts";
import { resolveTarget, textOfName } from "./identity.ts";
import { BIT } from "./kinds.ts";
import { registerProc, unregisterName } from "./names.ts";
import { Proc, type Starter, type StartOutcome } from "./proc.ts";
import { resourcesOf } from "./resources.ts";
import {
  demonitorProc,
  linkProcs,
  monitorProc,
  noprocMessage,
  sendExitSignal,
  unlinkProcs,
  watch,
} from "./signals.ts";
import { type StartOptions, startProc } from "./start.ts";
import type { MessageTag, ProcState } from "./states.ts";
import { Timer } from "./timers.ts";
import { findVia, isVia } from "./via.ts";

type Named = string | { readonly name: string };

/** The name that a process is started with. @throws ProcessError `badarg` when it is none. */
export function startName(name: Named | ViaName): string | ViaName {
  return isVia(name) ? name : nameOf(name);
}

/** The name as text. @throws ProcessError `badarg` when it is none. */
export function nameOf(name: Named): string {
  try {
    const text = textOfName(name);
    if (text !== undefined) return text;
  } catch {
    // A getter that throws is no name.
  }
  throw new ProcessError("badarg", `a name is a string or a processName, not ${describeTerm(name)}`);
}

function find(core: Core, target: Proc | string): Proc | undefined {
  return typeof target === "string" ? core.names.get(target) : target;
}

export function parentOf(proc: Proc): Pid | null {
  return proc.parent === null || proc.parent.id === 0 ? null : proc.parent;
}

export function cast(core: Core, from: Proc | null, target: Target, message: unknown): void {
  deliver(core, from, target, "cast", message);
}

export function send(core: Core, from: Proc | null, target: Target, message: unknown): void {
  deliver(core, from, target, "info", message);
}

function deliver(core: Core, from: Proc | null, target: Target, tag: MessageTag, message: unknown): void {
  if (from !== null && from.state === "dead") return;
  if (from !== null && target instanceof Proc && target.core === core) {
    // From a process to a pid, the commonest way, kept short enough for the engine to inline it.
    if (core.messages !== null)
      core.messages.send(from.id, target.id, undefined, tag === "cast" ? "cast" : "info", message);
    const bound = target.extra === null ? null : target.extra.bound;
    if (bound === null || getsIn(target, bound, true)) core.deliver(target, tag, message);
    return;
  }
  const to = resolveTarget(core, target);
  const receiver = typeof to === "string" ? core.names.get(to) : to;
  if (core.messages !== null) {
    const name = typeof to === "string" ? to : undefined;
    const kind = tag === "cast" ? "cast" : "info";
    core.messages.send(from === null ? 0 : from.id, receiver?.id ?? null, name, kind, message);
  }
  if (receiver === undefined) return;
  const bound = receiver.extra === null ? null : receiver.extra.bound;
  if (bound === null || getsIn(receiver, bound, true)) core.sendTo(from, receiver, tag, message);
}

export function reply(proc: Proc, from: From, value: unknown): void {
  if (!(from instanceof PendingCall)) {
    throw new ProcessError("badarg", `reply takes the \`from\` of handleCall, not ${describeTerm(from)}`);
  }
  const { callee } = from;
  if (callee !== null && callee.core !== proc.core) {
    throw new ProcessError("badarg", `${String(from)} is a call of another System`);
  }
  if (proc.state !== "dead") replyCall(proc, from, value);
}

export function monitor(proc: Proc, target: Target): number {
  const to = resolveTarget(proc.core, target);
  if (proc.state === "dead") return 0;
  const name = typeof to === "string" ? to : null;
  return monitorProc(proc, find(proc.core, to) ?? nobody(proc.core), name);
}

/** Stands for a name that nobody holds. */
function nobody(core: Core): Proc {
  const proc = new Proc(0, core, core.outside.behaviour, null);
  proc.state = "dead";
  return proc;
}

export function demonitor(proc: Proc, ref: number): void {
  if (proc.state !== "dead") demonitorProc(proc, ref);
}

export function link(proc: Proc, target: Target): void {
  const to = resolveTarget(proc.core, target);
  if (proc.state === "dead") return;
  const other = find(proc.core, to);
  if (other !== undefined && linkProcs(proc, other)) return;
  if (other !== undefined && proc.traps) {
    noprocMessage(proc, other);
    return;
  }
  throw new ProcessError("noproc", `cannot link to ${String(to)}: there is no such process`);
}

export function unlink(proc: Proc, target: Target): void {
  if (proc.state === "dead") return;
  const other = find(proc.core, resolveTarget(proc.core, target));
  if (other !== undefined) unlinkProcs(proc, other);
}

export function trapExit(proc: Proc, on: boolean): boolean {
  const former = proc.traps;
  if (proc.state === "dead") return former;
  proc.traps = on;
  if (former !== on) proc.core.wanting(BIT.trap_exit)?.emit({ type: "trap_exit", pid: proc.id, value: on });
  return former;
}

export function register(proc: Proc, name: Named, pid: Pid): void {
  if (proc.state === "dead") return;
  registerPid(proc.core, name, pid);
}

export function registerPid(core: Core, name: Named, pid: Pid): void {
  const text = nameOf(name);
  const to: unknown = typeof pid === "string" ? pid : resolveTarget(core, pid);
  if (!(to instanceof Proc) || to.state === "dead") {
    throw new ProcessError(
      "badarg",
      `cannot register ${describeTerm(pid)} as ${text}: it is not a live process`,
    );
  }
  if (!registerProc(to, text)) {
    throw new ProcessError("badarg", `the name ${text} is taken by ${String(core.names.get(text))}`);
  }
}

export function unregister(proc: Proc, name: Named): void {
  if (proc.state === "dead") return;
  if (!unregisterName(proc.core, nameOf(name))) {
    throw new ProcessError("badarg", `the name ${nameOf(name)} is not registered`);
  }
}

export function whereis(core: Core, name: Named | ViaName): Pid | undefined {
  return isVia(name) ? findVia(core, name) : core.names.get(nameOf(name));
}

export function sendExit(proc: Proc, target: Target, reason: ExitReason): void {
  if (proc.state === "dead") return;
  const to = find(proc.core, resolveTarget(proc.core, target));
  if (to === undefined) return;
  const inCallback = proc.state === "running";
  sendExitSignal(proc.core, proc, to, reason);
  // Whoever ends itself is gone: not a line further. Where none of its callbacks is on the stack, that would hit whoever
  // called this code, or the program.
  if (inCallback && (proc.state as ProcState) === "dead" && to === proc) throw new Exit(reason);
}

export function sendAfter(
  core: Core,
  owner: Proc | null,
  ms: number,
  to: Proc | string,
  message: unknown,
): number {
  if (typeof ms !== "number" || !(ms >= 0) || ms === Number.POSITIVE_INFINITY) {
    throw new ProcessError("badarg", `sendAfter takes milliseconds from 0 up, not ${describeTerm(ms)}`);
  }
  return setTimer(core, owner, ms, to, message, null);
}

function setTimer(
  core: Core,
  owner: Proc | null,
  ms: number,
  to: Proc | string,
  message: unknown,
  every: number | null,
): number {
  const ref = core.newRef();
  if (owner !== null && owner.state === "dead") return ref;
  const timer = new Timer(core, ref, owner, to, message, every);
  core.wanting(BIT.timer)?.timer(owner, ref, "set", ms);
  if (typeof to !== "string" && to.state === "dead") core.wanting(BIT.timer)?.timer(owner, ref, "cancelled");
  else timer.set(ms);
  return ref;
}

export function sendInterval(
  core: Core,
  owner: Proc | null,
  ms: number,
  to: Proc | string,
  message: unknown,
): number {
  if (typeof ms !== "number" || !(ms >= 1) || ms === Number.POSITIVE_INFINITY) {
    throw new ProcessError("badarg", `sendInterval takes milliseconds from 1 up, not ${describeTerm(ms)}`);
  }
  const ref = setTimer(core, owner, ms, to, message, ms);
  // A timer to itself ends with the process anyway.
  if (owner !== null && owner !== to && owner.state !== "dead") {
    resourcesOf(owner).hold(core.timers.get(ref), () => cancelTimer(core, null, ref));
  }
  return ref;
}

export function readTimer(core: Core, ref: number): number | false {
  const timer = core.timers.get(ref);
  return timer === undefined ? false : Math.max(0, timer.at - core.now());
}

export function cancelTimer(core: Core, owner: Proc | null, ref: number): number | false {
  if (owner !== null && owner.state === "dead") return false;
  const timer = core.timers.get(ref);
  if (timer === undefined) return false;
  timer.cancel();
  if (timer.every !== null) timer.owner?.extra?.resources?.drop(timer);
  return Math.max(0, timer.at - core.now());
}

export function sleep(proc: Proc, ms: number): Promise<void> {
  if (typeof ms !== "number" || !(ms >= 0)) {
    throw new ProcessError("badarg", `sleep takes milliseconds from 0 up, not ${describeTerm(ms)}`);
  }
  const { core } = proc;
  core.guard?.waiting(core.waits.size);
  return new Promise((resolve) => {
    if (proc.state === "dead") return;
    let stop: (() => void) | null = null;
    const wait = new WakeUp(() => {
      stop?.();
      resolve();
    });
    // Whoever dies asleep leaves nothing behind.
    stop = watch(proc, () => core.waits.remove(wait));
    core.setWait(wait, ms);
  });
}

/** Starts a process; what the promise of `start` and `startLink` gives. */
export function startFrom(proc: Proc, start: AnyStart, link: boolean): Promise<Pid> {
  if (proc.state === "dead") return new Promise<never>(() => {});
  return startAnd(proc.core, start, { parent: proc, link, name: undefined, label: undefined });
}

/** Waits for the end of one start; the promise is made only when there is something to wait for. */
class StartWaiter implements Starter {
  outcome: StartOutcome | null = null;
  resolve: ((outcome: StartOutcome) => void) | null = null;
  readonly #up: ((proc: Proc) => void) | undefined;
  constructor(up: ((proc: Proc) => void) | undefined) {
    this.#up = up;
  }
  tell(outcome: StartOutcome): void {
    this.outcome = outcome;
    if (outcome.type === "ok") this.#up?.(outcome.proc);
    this.resolve?.(outcome);
  }
}

/** What somebody wants to know of a start besides its outcome, in the moment in which it happens. */
export interface StartListener {
  /** There is a process, which may be up already, or dead. */
  spawned?(proc: Proc): void;
  /** Its `init` went well; it lives. */
  up?(proc: Proc): void;
}

export function startAnd(
  core: Core,
  start: AnyStart,
  options: StartOptions,
  { spawned, up }: StartListener = {},
): Promise<Pid> {
  const waiter = new StartWaiter(up);
  const proc = startProc(core, start, options, waiter);
  if (proc !== null) spawned?.(proc);
  const { outcome } = waiter;
  if (outcome !== null && outcome.type === "ok") return Promise.resolve(outcome.proc);
  const { parent } = options;
  const finish = (end: StartOutcome): Pid => {
    if (end.type === "ok") return end.proc;
    throw new StartError(classNameOf(start[0], "the process"), end.type === "ignore" ? "ignore" : end.reason);
  };
  const promise = new Promise<StartOutcome>((resolve) => {
    if (outcome !== null) resolve(outcome);
    else {
      waiter.resolve = (end) => {
        if (parent.state !== "dead") resolve(end);
      };
    }
  }).then(finish);
  // Inside a process a failed start that is not awaited must not end the program.
  if (parent !== core.owner) promise.catch(() => {});
  return promise;
}

/** The live process that `target` stands for. */
export function liveProc(core: Core, target: Target): Proc | undefined {
  const to = resolveTarget(core, target);
  const proc = typeof to === "string" ? core.names.get(to) : to;
  return proc === undefined || proc.state === "dead" ? undefined : proc;
}
