/**
 * OTP's system messages (its modules sys and gen_server:stop): what is asked of the runtime about a process, in the
 * process's own turn, without a callback of it.
 */

import { CallError } from "../errors.ts";
import type { Target } from "../pid.ts";
import type { ExitReason } from "../reason.ts";
import type { Behaviour } from "./behaviour.ts";
import { timeoutMs } from "./call.ts";
import { rejectionOf } from "./calls.ts";
import type { Core } from "./core.ts";
import { TimeLimit, type WakeUp } from "./deadlines.ts";
import { resolveTarget } from "./identity.ts";
import { deposit, type ExitNotice, extraOf, messagesOf, type Proc } from "./proc.ts";
import { watch } from "./signals.ts";
import type { MessageTag } from "./states.ts";

/** Who asks: a process, or null for code outside any. */
type Asker = Proc | null;

/**
 * Has `act` run in the target's turn, after the messages that wait already, and waits until `act` has called `done` or
 * the target is gone: then `ended` says whether that is a failure.
 */
function ask(
  core: Core,
  asker: Asker,
  target: Target,
  what: string,
  timeout: number | "infinity",
  act: (proc: Proc, done: () => void) => void,
  ended: (reason: ExitReason) => boolean,
): Promise<void> {
  if (asker !== null && asker.state === "dead") return new Promise<never>(() => {});
  const to = resolveTarget(core, target);
  const ms = timeoutMs(timeout);
  const proc = typeof to === "string" ? core.names.get(to) : to;
  let settle: (value?: Promise<never>) => void = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const fail = (reason: ExitReason): void => {
    const description = { target: String(to), request: what, timeout };
    // A process may drop the promise without ending the program.
    settle(rejectionOf(promise, asker, (by) => new CallError(reason, description, by)));
  };
  if (proc === undefined || proc.state === "dead" || proc === asker) {
    fail(proc !== undefined && proc === asker ? "calling_self" : "noproc");
    return promise;
  }
  let limit: WakeUp | null = null;
  const over = (finish: () => void): void => {
    unwatch();
    if (limit !== null) core.waits.remove(limit);
    if (asker !== null && asker.state === "dead") return;
    if (asker !== null) core.settledPromise = true;
    finish();
  };
  const unwatch = watch(proc, (reason) => over(() => (ended(reason) ? settle() : fail(reason))));
  if (ms !== Number.POSITIVE_INFINITY && ms > 0) {
    limit = new TimeLimit(() => over(() => fail("timeout")));
    core.setWait(limit, ms);
  }
  core.deliver(proc, "control", () => act(proc, () => over(settle)));
  // OTP's `after 0`: it has been asked, and nobody waits.
  if (ms === 0) over(() => fail("timeout"));
  return promise;
}

/** gen_server:stop/3. */
export function stopServer(
  core: Core,
  asker: Asker,
  target: Target,
  reason: ExitReason,
  timeout: number | "infinity",
): Promise<void> {
  return ask(
    core,
    asker,
    target,
    "stop",
    timeout,
    (proc) => proc.behaviour.fail(proc, reason, null),
    (end) => Object.is(end, reason),
  );
}

/** sys:get_state/2. */
export async function getState(core: Core, target: Target, timeout: number | "infinity"): Promise<object> {
  let state: object | null = null;
  const look = (proc: Proc, done: () => void): void => {
    state = proc.instance;
    done();
  };
  await ask(core, null, target, "get_state", timeout, look, () => false);
  return state as unknown as object;
}

/** A process that is looked at: it handles system messages and its parent's exit, and keeps the rest for later. */
class Suspended implements Behaviour {
  readonly kind: Behaviour["kind"];
  readonly #proc: Proc;
  readonly #usual: Behaviour;
  kept: { tag: MessageTag; content: unknown }[] = [];

  constructor(proc: Proc) {
    this.kind = proc.behaviour.kind;
    this.#proc = proc;
    this.#usual = proc.behaviour;
    proc.behaviour = this;
    const extra = extraOf(proc);
    const { cleanup } = extra;
    extra.cleanup = () => {
      this.kept = [];
      cleanup?.();
    };
  }

  begin(): void {}

  handle(proc: Proc, tag: MessageTag, content: unknown): void {
    if (tag === "control") (content as (proc: Proc) => void)(proc);
    else if (tag === "exit" && (content as ExitNotice).from === proc.parent) {
      proc.behaviour = this.#usual;
      this.#usual.handle(proc, tag, content);
    } else {
      const { contexts } = proc.core;
      this.kept.push({ tag, content: contexts === null ? content : contexts.keep(tag, content) });
    }
  }

  fail(proc: Proc, reason: ExitReason, message: string | null): void {
    proc.behaviour = this.#usual;
    this.#usual.fail(proc, reason, message);
  }

  /** What was kept comes before what waits. */
  resume(): void {
    const proc = this.#proc;
    const messages = [...this.kept, ...messagesOf(proc)];
    proc.slotTag = null;
    proc.slot = undefined;
    proc.mailbox = null;
    for (const { tag, content } of messages) deposit(proc, tag, content);
    this.kept = [];
    proc.behaviour = this.#usual;
    // A timeout that was pending starts again.
    this.#usual.handle(proc, "control", () => {});
  }
}

/** sys:suspend/2. */
export function suspend(core: Core, target: Target, timeout: number | "infinity"): Promise<void> {
  const act = (proc: Proc, done: () => void): void => {
    if (!(proc.behaviour instanceof Suspended)) new Suspended(proc);
    done();
  };
  return ask(core, null, target, "suspend", timeout, act, () => false);
}

/** sys:resume/2. */
export function resume(core: Core, target: Target, timeout: number | "infinity"): Promise<void> {
  const act = (proc: Proc, done: () => void): void => {
    if (proc.behaviour instanceof Suspended) proc.behaviour.resume();
    done();
  };
  return ask(core, null, target, "resume", timeout, act, () => false);
}
