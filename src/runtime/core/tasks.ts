/** Tasks: one function in a process of its own, whose value somebody may await. */

import { CallError, ProcessError, reasonOfThrown } from "../errors.ts";
import type { Pid, Target } from "../pid.ts";
import { describeTerm, type ExitReason, formatReason } from "../reason.ts";
import type { StartChildResult } from "../results.ts";
import type { AnyStart } from "../spec.ts";
import { administer, refusalOf } from "../supervisor/client.ts";
import type { Behaviour } from "./behaviour.ts";
import { timeoutMs } from "./call.ts";
import { rejectionOf } from "./calls.ts";
import { TimeLimit } from "./deadlines.ts";
import { awaitCallback } from "./gen-server-behaviour.ts";
import { construct, PROC } from "./identity.ts";
import type { ExitNotice, Proc, StartOutcome } from "./proc.ts";
import { exitProc, STOPPED, sendExitSignal, unlinkProcs, watch } from "./signals.ts";
import { started, startProc } from "./start.ts";
import type { ProcState } from "./states.ts";
import { abandon, isThenable } from "./thenables.ts";

/** What `this.async` takes besides the function. */
export interface TaskOptions {
  /** A dynamic supervisor without a template: the task becomes its temporary child. */
  under?: Target;
  /** The owner's `handleInfo` gets a {@link TaskMessage} when the task has ended. */
  notify?: boolean;
}

/** A task under way, as its starter holds it. */
export interface TaskHandle<R = unknown> {
  /** The task's process; null until its supervisor has started it. */
  readonly pid: Pid | null;
  /** Compile time only. */
  readonly result?: R;
}

/** How a task ended: with a value, or by an exit. */
export type TaskEnd<R = unknown> =
  | { ok: true; value: R; reason?: never }
  | { ok: false; reason: ExitReason; value?: never };

/** What the owner of a task that was started with `notify` gets: name it, as in `Info<TaskMessage<number>>`. */
export type TaskMessage<R = unknown> = { type: "task"; task: TaskHandle<R> } & TaskEnd<R>;

export class RunningTask<R> implements TaskHandle<R> {
  pid: Proc | null = null;
  readonly #owner: Proc;
  /** Tells the owner, who has asked for that, in the context of whoever started the task. */
  readonly #notify: ((end: TaskEnd<R>) => void) | null;
  /** Whether its owner has given it up: `kill` it as soon as it is there. */
  #dropped = false;
  #end: TaskEnd<R> | null = null;
  readonly #listeners = new Set<(end: TaskEnd<R>) => void>();

  constructor(owner: Proc, notify: boolean) {
    this.#owner = owner;
    this.#notify = notify ? owner.core.bind((end) => this.#send(end)) : null;
  }

  get #fromOutside(): boolean {
    return this.#owner === this.#owner.core.owner;
  }

  settle(end: TaskEnd<R>): void {
    if (this.#end !== null) return;
    this.#end = end;
    for (const tell of this.#listeners) tell(end);
    this.#listeners.clear();
    if (!this.#dropped) this.#notify?.(end);
  }

  #send(end: TaskEnd<R>): void {
    const { core } = this.#owner;
    const message: TaskMessage<R> = { type: "task", task: this, ...end };
    core.messages?.send(this.pid?.id ?? 0, this.#owner.id, undefined, "info", message);
    core.deliver(this.#owner, "info", message);
  }

  /** The task has its process, which may have ended already. */
  follow(pid: Proc): void {
    this.pid = pid;
    const ended = (reason: ExitReason): void => this.settle({ ok: false, reason });
    if (pid.state === "dead") ended(pid.exitReason);
    else {
      watch(pid, ended);
      if (this.#dropped) this.#signal("kill");
    }
  }

  /** Tells `tell` the end, or null when there is none within `ms`. */
  #listen(ms: number, tell: (end: TaskEnd<R> | null) => void): void {
    const owner = this.#owner;
    if (this.#end !== null) {
      tell(this.#end);
      return;
    }
    let timer: TimeLimit | null = null;
    const listener = (end: TaskEnd<R> | null): void => {
      if (timer !== null) owner.core.waits.remove(timer);
      if (owner.state !== "dead") tell(end);
    };
    this.#listeners.add(listener);
    if (ms === Number.POSITIVE_INFINITY) return;
    timer = new TimeLimit(() => {
      this.#listeners.delete(listener);
      timer = null;
      listener(null);
    });
    owner.core.setWait(timer, ms);
  }

  await(timeout: number | "infinity"): Promise<R> {
    const ms = timeoutMs(timeout);
    let settle: (value: R | Promise<R>) => void = () => {};
    const promise = new Promise<R>((resolve) => {
      settle = resolve;
    });
    this.#listen(ms, (end) => {
      if (end?.ok === true) {
        settle(end.value);
        return;
      }
      const description = { target: `task ${String(this.pid ?? "")}`, request: "await", timeout };
      // A failure that its owner does not await must not end the program. Outside any process it is the program's.
      settle(
        rejectionOf(
          promise,
          this.#fromOutside ? null : this.#owner,
          (by) => new CallError(end === null ? "timeout" : end.reason, description, by),
        ),
      );
    });
    return promise;
  }

  /** The end if it comes within `timeout`; the task goes on otherwise. */
  yield(timeout: number | "infinity"): Promise<TaskEnd<R> | undefined> {
    const ms = timeoutMs(timeout);
    return new Promise((resolve) => {
      this.#listen(ms, (end) => resolve(end ?? undefined));
    });
  }

  /** Ends it at once; nobody is told. */
  cancel(): void {
    this.#dropped = true;
    this.#signal("kill");
  }

  /** Asks it to end, and kills it after `timeout`. The end that it had come to before, if it had. */
  shutdown(timeout: number | "infinity" | "brutal_kill"): Promise<TaskEnd<R> | undefined> {
    const ms = timeout === "brutal_kill" ? 0 : timeoutMs(timeout);
    this.#dropped = true;
    return new Promise((resolve) => {
      const asked = timeout === "brutal_kill" ? "killed" : "shutdown";
      const over = (end: TaskEnd<R>): void =>
        resolve(end.ok || (end.reason !== asked && end.reason !== "killed") ? end : undefined);
      if (this.#end !== null) {
        over(this.#end);
        return;
      }
      this.#listen(timeout === "brutal_kill" ? Number.POSITIVE_INFINITY : ms, (end) => {
        if (end !== null) over(end);
        else {
          this.#listen(Number.POSITIVE_INFINITY, (late) => over(late as TaskEnd<R>));
          this.#signal("kill");
        }
      });
      this.#signal(timeout === "brutal_kill" ? "kill" : "shutdown");
    });
  }

  /** Whoever ends a task does not die of that. */
  #signal(reason: ExitReason): void {
    const { pid } = this;
    if (pid === null || pid.state === "dead") return;
    const owner = this.#owner;
    unlinkProcs(owner, pid);
    sendExitSignal(owner.core, owner, pid, reason);
  }
}

let taskClass: (new () => { init(...args: never[]): unknown }) | null = null;

/** The class of tasks, which depends on everything that a process can do. */
export function setTaskClass(cls: new () => { init(...args: never[]): unknown }): void {
  taskClass = cls;
}

/** Starts a task for `owner`. */
export function spawnTask<T extends { readonly [PROC]: Proc }, R>(
  owner: Proc,
  fn: (task: T) => R | Promise<R>,
  options: TaskOptions,
): RunningTask<R> {
  if (typeof fn !== "function") {
    throw new ProcessError("badarg", `async takes a function, not ${describeTerm(fn)}`);
  }
  const task = new RunningTask<R>(owner, options.notify === true);
  if (owner.state === "dead" || taskClass === null) return task;
  const inContext = owner.core.bind(fn);
  const body = async (context: T): Promise<void> => {
    const value = await inContext(context);
    abandon(value);
    // What a task comes to after its death is nobody's business.
    if (context[PROC].state !== "dead") task.settle({ ok: true, value });
  };
  const start: AnyStart = [taskClass, body];
  if (options.under === undefined) {
    const starter = {
      tell(outcome: StartOutcome): void {
        if (outcome.type === "ok") task.follow(outcome.proc);
        else task.settle({ ok: false, reason: outcome.type === "ignore" ? "ignore" : outcome.reason });
      },
    };
    startProc(owner.core, start, { parent: owner, link: true, name: undefined, label: undefined }, starter);
    return task;
  }
  const request = { type: "start_child", spec: { id: "task", start, restart: "temporary" } } as const;
  const asker = owner === owner.core.owner ? null : owner;
  administer<StartChildResult>(owner.core, asker, options.under, request).then(
    (result) => {
      if (result.ok !== undefined) task.follow(result.ok as Proc);
      else task.settle({ ok: false, reason: { failed_to_start_child: ["task", refusal(result)] } });
    },
    (thrown: unknown) => task.settle({ ok: false, reason: reasonOfThrown(thrown) }),
  );
  return task;
}

/** Why a supervisor has not started a task: the failure of its start itself, where it is one. */
function refusal(answer: StartChildResult): ExitReason {
  const { error } = answer;
  return typeof error === "object" && "start_error" in error ? error.start_error : refusalOf(answer);
}

interface TaskBody {
  init(...args: readonly unknown[]): unknown;
}

/** A task runs its function as soon as its starter knows that it is there, and exits with it. */
export const taskBehaviour: Behaviour = {
  kind: "process",

  begin(proc, start) {
    let task: TaskBody;
    try {
      task = construct(start[0] as new () => object, proc) as TaskBody;
    } catch (thrown) {
      failed(proc, thrown);
      return;
    }
    proc.instance = task;
    started(proc, undefined);
    if (proc.state === "dead") return;
    proc.at = "run";
    let result: unknown;
    let promise: PromiseLike<unknown> | null;
    try {
      result = task.init(...start.slice(1));
      promise = isThenable(result) ? result : null;
    } catch (thrown) {
      failed(proc, thrown);
      return;
    }
    if ((proc.state as ProcState) === "dead") {
      abandon(result);
      return;
    }
    if (promise !== null) {
      awaitCallback(
        proc,
        promise,
        (value) => {
          abandon(value);
          exitProc(proc, "normal", STOPPED);
        },
        (thrown) => failed(proc, thrown),
      );
    } else {
      abandon(result);
      exitProc(proc, "normal", STOPPED);
    }
  },

  handle(proc, tag, content) {
    if (tag === "exit" && (content as ExitNotice).from === proc.parent) {
      exitProc(proc, (content as ExitNotice).reason, STOPPED);
    } else if (tag === "control") (content as (proc: Proc) => void)(proc);
  },

  fail(proc, reason, message) {
    exitProc(proc, reason, message === null ? STOPPED : { type: "error", message });
  },
};

function failed(proc: Proc, thrown: unknown): void {
  if (proc.state === "dead") return;
  const reason = reasonOfThrown(thrown);
  exitProc(proc, reason, { type: "error", message: formatReason(reason) });
}
