/** Many tasks, so many at a time: Elixir's `Task.async_stream`. */
import { CallError, ProcessError } from "../errors.ts";
import type { Target } from "../pid.ts";
import { describeTerm } from "../reason.ts";
import { timeoutMs } from "./call.ts";
import type { PROC } from "./identity.ts";
import type { Proc } from "./proc.ts";
import { resourcesOf } from "./resources.ts";
import { type RunningTask, spawnTask, type TaskEnd } from "./tasks.ts";
import { abandon } from "./thenables.ts";

/** Options of `this.asyncStream`. */
export interface AsyncStreamOptions {
  /** How many tasks there are at a time, those included whose end has not been taken yet. Default 8. */
  max?: number;
  /** Whether the ends come in the order of the items (default), or as they happen. */
  ordered?: boolean;
  /** Milliseconds that one task may take. Default 5000. */
  timeout?: number | "infinity";
  /**
   * What a task that takes longer does: `"exit"` (default) ends the stream with a CallError, `"kill"` is the end of that
   * task only, with reason `"timeout"`.
   */
  onTimeout?: "exit" | "kill";
  /** A dynamic supervisor without a template: then a task that crashes does not take its owner with it. */
  under?: Target;
}

interface Entry<R> {
  readonly task: RunningTask<R>;
  /** Fulfilled with the entry itself when `end` is known. */
  readonly ready: Promise<Entry<R>>;
  /** Undefined when the time is over. */
  end: TaskEnd<R> | undefined;
  over: boolean;
}

export async function* streamTasks<T extends { readonly [PROC]: Proc }, I, R>(
  owner: Proc,
  items: Iterable<I> | AsyncIterable<I>,
  fn: (item: I, task: T) => R | Promise<R>,
  options: AsyncStreamOptions,
): AsyncGenerator<TaskEnd<R>, void, void> {
  const { max = 8, ordered = true, timeout = 5000, onTimeout = "exit", under } = options;
  if (!Number.isInteger(max) || max < 1) {
    throw new ProcessError("badarg", `max is a whole number from 1 up, not ${describeTerm(max)}`);
  }
  const ms = timeoutMs(timeout);
  const source = iteratorOf(items);
  const open = new Set<Entry<R>>();
  const key = {};
  resourcesOf(owner).hold(key, () => {
    for (const { task } of open) task.cancel();
  });
  const begin = (item: I): void => {
    const task = spawnTask<T, R>(owner, (context) => fn(item, context), under === undefined ? {} : { under });
    const entry = { task, end: undefined, over: false } as { -readonly [K in keyof Entry<R>]: Entry<R>[K] };
    entry.ready = task.yield(ms === Number.POSITIVE_INFINITY ? "infinity" : ms).then((end) => {
      entry.end = end;
      entry.over = true;
      return entry;
    });
    open.add(entry);
  };
  let next: Promise<IteratorResult<I>> | null = null;
  let exhausted = false;
  try {
    while (true) {
      if (!exhausted && next === null && open.size < max) {
        const taken = source.next();
        if ("then" in taken) {
          next = taken;
          // Whoever leaves the loop before it has come does not look at it.
          abandon(taken);
        } else if (taken.done === true) exhausted = true;
        else begin(taken.value);
        if (next === null && !exhausted) continue;
      }
      const first = ordered ? [...open].slice(0, 1) : [...open];
      if (first.length === 0 && next === null) return;
      const come: Entry<R> | IteratorResult<I> =
        first.find((entry) => entry.over) ??
        (await Promise.race([...first.map((entry) => entry.ready), ...(next === null ? [] : [next])]));
      if (!("task" in come)) {
        next = null;
        if (come.done === true) exhausted = true;
        else begin(come.value);
        continue;
      }
      open.delete(come);
      if (come.end === undefined) {
        come.task.cancel();
        if (onTimeout === "exit") {
          throw new CallError("timeout", { target: "task", request: "asyncStream", timeout });
        }
        yield { ok: false, reason: "timeout" };
      } else yield come.end;
    }
  } finally {
    for (const { task } of open) task.cancel();
    resourcesOf(owner).drop(key);
    // A source whose next item is awaited cannot be told before that has come.
    if (!exhausted && next === null) await source.return?.();
  }
}

function iteratorOf<I>(items: Iterable<I> | AsyncIterable<I>): Iterator<I> | AsyncIterator<I> {
  if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
  if (Symbol.iterator in items) return items[Symbol.iterator]();
  throw new ProcessError("badarg", `asyncStream takes something to iterate over, not ${describeTerm(items)}`);
}
