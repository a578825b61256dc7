/** Tasks: one function in a process of its own, whose value somebody may await. */
import { CallError, reasonOfThrown } from "../errors.ts";
import type { Pid, Target } from "../pid.ts";
import { type ExitReason, formatReason } from "../reason.ts";
import type { StartChildResult } from "../results.ts";
import type { AnyStart } from "../spec.ts";
import { administer, refusalOf } from "../supervisor/client.ts";
import type { Behaviour } from "./behaviour.ts";
import { timeoutMs } from "./call.ts";
import { awaitCallback, isThenable } from "./gen-server-behaviour.ts";
import { construct } from "./identity.ts";
import { CONTROL, DEAD, EXIT, type ExitNotice, IN_RUN, type Proc, type StartOutcome } from "./proc.ts";
import { exitProc, STOPPED, watch } from "./signals.ts";
import { started, startProc } from "./start.ts";
import { Wait } from "./timers.ts";

/** What `this.async` takes besides the function. */
export interface TaskOptions {
  /** A dynamic supervisor without a template: the task becomes its temporary child. */
  under?: Target;
}

/** A task under way, as its starter holds it. */
export interface TaskHandle<R = unknown> {
  /** The task's process; null until its supervisor has started it. */
  readonly pid: Pid | null;
  /** Compile time only. */
  readonly result?: R;
}

type End = { value: unknown } | { failed: ExitReason };

export class RunningTask<R> implements TaskHandle<R> {
  pid: Proc | null = null;
  #end: End | null = null;
  #waiting: ((end: End) => void)[] = [];

  settle(end: End): void {
    if (this.#end !== null) return;
    this.#end = end;
    for (const tell of this.#waiting) tell(end);
    this.#waiting = [];
  }

  wait(owner: Proc, timeout: number | "infinity"): Promise<R> {
    const ms = timeoutMs(timeout);
    const description = { target: `task ${String(this.pid ?? "")}`, request: "await", timeout };
    const promise = new Promise<R>((resolve, reject) => {
      let timer: Wait | null = null;
      const tell = (end: End): void => {
        if (timer !== null) owner.core.waits.remove(timer);
        if (owner.state === DEAD) return;
        if ("value" in end) resolve(end.value as R);
        else reject(new CallError(end.failed, description));
      };
      if (this.#end !== null) {
        tell(this.#end);
        return;
      }
      this.#waiting.push(tell);
      if (ms === Number.POSITIVE_INFINITY) return;
      timer = new Wait(() => {
        this.#waiting = this.#waiting.filter((other) => other !== tell);
        timer = null;
        tell({ failed: "timeout" });
      });
      owner.core.setWait(timer, ms);
    });
    // A failure that its owner does not await must not end the program.
    promise.catch(() => {});
    return promise;
  }
}

let taskClass: (new () => { init(...args: never[]): unknown }) | null = null;

/** The class of tasks, which depends on everything that a process can do. */
export function setTaskClass(cls: new () => { init(...args: never[]): unknown }): void {
  taskClass = cls;
}

/** Starts a task for `owner`. */
export function spawnTask<T, R>(
  owner: Proc,
  fn: (task: T) => R | Promise<R>,
  options: TaskOptions,
): TaskHandle<R> {
  const task = new RunningTask<R>();
  if (owner.state === DEAD || taskClass === null) return task;
  const body = async (context: T): Promise<void> => {
    const value = await fn(context);
    task.settle({ value });
  };
  const start: AnyStart = [taskClass, body];
  const follow = (pid: Proc): void => {
    task.pid = pid;
    if (pid.state === DEAD) return;
    watch(pid, (reason) => task.settle({ failed: reason }));
  };
  if (options.under === undefined) {
    const starter = {
      tell(outcome: StartOutcome): void {
        if (outcome.type === "ok") follow(outcome.proc);
        else task.settle({ failed: outcome.type === "ignore" ? "ignore" : outcome.reason });
      },
    };
    startProc(owner.core, start, { parent: owner, link: true, name: undefined, label: undefined }, starter);
    return task;
  }
  const request = { type: "start_child", spec: { id: "task", start, restart: "temporary" } } as const;
  administer<StartChildResult>(owner.core, owner, options.under, request).then(
    (result) => {
      if (result.ok !== undefined) follow(result.ok as Proc);
      else task.settle({ failed: { failed_to_start_child: ["task", refusal(result)] } });
    },
    (thrown: unknown) => task.settle({ failed: reasonOfThrown(thrown) }),
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
    if (proc.state === DEAD) return;
    proc.at = IN_RUN;
    let promise: PromiseLike<unknown> | null;
    try {
      const result = task.init(...start.slice(1));
      promise = isThenable(result) ? result : null;
    } catch (thrown) {
      failed(proc, thrown);
      return;
    }
    if (proc.state === DEAD) return;
    if (promise !== null) {
      awaitCallback(
        proc,
        promise,
        () => exitProc(proc, "normal", STOPPED),
        (thrown) => failed(proc, thrown),
      );
    } else exitProc(proc, "normal", STOPPED);
  },

  handle(proc, tag, content) {
    if (tag === EXIT && (content as ExitNotice).from === proc.parent) {
      exitProc(proc, (content as ExitNotice).reason, STOPPED);
    } else if (tag === CONTROL) (content as (proc: Proc) => void)(proc);
  },

  fail(proc, reason, message) {
    exitProc(proc, reason, message === null ? STOPPED : { type: "error", message });
  },
};

function failed(proc: Proc, thrown: unknown): void {
  if (proc.state === DEAD) return;
  const reason = reasonOfThrown(thrown);
  exitProc(proc, reason, { type: "error", message: formatReason(reason) });
}
