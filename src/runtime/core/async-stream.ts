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
  /** Undefined when the time is over. */
  end: TaskEnd<R> | undefined;
  over: boolean;
}

/** What came of asking the source. */
type Arrival<I> = { item: IteratorResult<I> } | { thrown: unknown };

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
  /** Where the ends come as they happen: those not taken yet. */
  const ended: Entry<R>[] = [];
  /** An item that the source owes, and then what came of it. */
  let owed = false;
  let arrived: Arrival<I> | null = null;
  /** Whether the source has ended or failed, or has been closed: then nothing more is asked of it. */
  let exhausted = false;
  // One promise at a time for everything that may happen: a race would leave its traces at whatever takes longest.
  let wake = (): void => {};
  const close = (): unknown => {
    for (const { task } of open) task.cancel();
    if (exhausted) return undefined;
    exhausted = true;
    const closed: unknown = source.return?.();
    if (!owed) return closed;
    // It closes after the item that it still owes, for which nobody waits.
    abandon(closed);
    return undefined;
  };
  const take = (): void => {
    const came = (arrival: Arrival<I>): void => {
      owed = false;
      arrived = arrival;
      if ("thrown" in arrival || arrival.item.done === true) exhausted = true;
      wake();
    };
    try {
      const taken = source.next();
      if ("then" in taken) {
        owed = true;
        taken.then(
          (item) => came({ item }),
          (thrown: unknown) => came({ thrown }),
        );
      } else came({ item: taken });
    } catch (thrown) {
      came({ thrown });
    }
  };
  const begin = (item: I): void => {
    const task = spawnTask<T, R>(owner, (context) => fn(item, context), under === undefined ? {} : { under });
    const entry: Entry<R> = { task, end: undefined, over: false };
    open.add(entry);
    void task.yield(ms === Number.POSITIVE_INFINITY ? "infinity" : ms).then((end) => {
      entry.end = end;
      entry.over = true;
      if (!ordered) ended.push(entry);
      wake();
    });
  };
  const nextEnd = (): Entry<R> | undefined => {
    if (!ordered) return ended.shift();
    const first = open.values().next().value;
    return first?.over === true ? first : undefined;
  };
  resourcesOf(owner).hold(key, close);
  try {
    while (true) {
      if (!exhausted && !owed && open.size < max) take();
      const arrival = arrived as Arrival<I> | null;
      if (arrival !== null) {
        arrived = null;
        if ("thrown" in arrival) throw arrival.thrown;
        if (arrival.item.done !== true) begin(arrival.item.value);
        continue;
      }
      const entry = nextEnd();
      if (entry === undefined) {
        if (open.size === 0 && !owed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      open.delete(entry);
      const { end } = entry;
      if (end !== undefined) yield end;
      else {
        entry.task.cancel();
        if (onTimeout === "exit") {
          throw new CallError("timeout", { target: "task", request: "asyncStream", timeout }, streamTasks);
        }
        yield { ok: false, reason: "timeout" };
      }
    }
  } finally {
    resourcesOf(owner).drop(key);
    await close();
  }
}

function iteratorOf<I>(items: Iterable<I> | AsyncIterable<I>): Iterator<I> | AsyncIterator<I> {
  if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
  if (Symbol.iterator in items) return items[Symbol.iterator]();
  throw new ProcessError("badarg", `asyncStream takes something to iterate over, not ${describeTerm(items)}`);
}
