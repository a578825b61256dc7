/** Task: a process that runs one function and ends with it. */
import { BEHAVIOUR } from "./core/identity.ts";
import { setTaskClass, taskBehaviour } from "./core/tasks.ts";
import { Process } from "./process.ts";
import type { Protocol } from "./protocol.ts";

/**
 * Runs `fn` and exits `normal`, or with what it threw. As a child: `{ id: "warm_up", start: [Task, fn],
 * restart: "temporary" }`; with a value to wait for: `this.async(fn)` and `this.await(task)`.
 */
export class Task<R = unknown> extends Process<Protocol> {
  /** Runs the function that the task was started with. */
  init(fn: (task: Task<R>) => R | Promise<R>): unknown {
    return fn(this);
  }
}

Object.defineProperty(Task.prototype, BEHAVIOUR, { value: taskBehaviour });
setTaskClass(Task);
