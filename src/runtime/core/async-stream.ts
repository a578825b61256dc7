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

/** The tasks that are under way, and the source that they come from. */
class TasksUnderWay<T extends { readonly [PROC]: Proc }, I, R> {
  readonly #owner: Proc;
  readonly #source: Iterator<I> | AsyncIterator<I>;
  readonly #fn: (item: I, task: T) => R | Promise<R>;
  readonly #options: { readonly ordered: boolean; readonly ms: number; readonly under: Target | undefined };
  readonly #open = new Set<Entry<R>>();
  /** Where the ends come as they happen: those not taken yet. */
  readonly #ended: Entry<R>[] = [];
  /** An item that the source owes, and then what came of it. */
  #owed = false;
  #arrived: Arrival<I> | null = null;
  /** Whether the source has ended or failed, or has been closed: then nothing more is asked of it. */
  #exhausted = false;
  // One promise at a time for everything that may happen: a race would leave its traces at whatever takes longest.
  #wake = (): void => {};

  constructor(
    owner: Proc,
    items: Iterable<I> | AsyncIterable<I>,
    fn: (item: I, task: T) => R | Promise<R>,
    options: { ordered: boolean; ms: number; under: Target | undefined },
  ) {
    this.#owner = owner;
    this.#source = iteratorOf(items);
    this.#fn = fn;
    this.#options = options;
  }

  get count(): number {
    return this.#open.size;
  }

  get isOver(): boolean {
    return this.#open.size === 0 && !this.#owed;
  }

  /** Ends everything; what the source says to that. */
  close(): unknown {
    for (const { task } of this.#open) task.cancel();
    if (this.#exhausted) return undefined;
    this.#exhausted = true;
    const closed: unknown = this.#source.return?.();
    if (!this.#owed) return closed;
    // It closes after the item that it still owes, for which nobody waits.
    abandon(closed);
    return undefined;
  }

  /** Asks the source for an item, unless it owes one. */
  ask(): void {
    if (this.#exhausted || this.#owed) return;
    const came = (arrival: Arrival<I>): void => {
      this.#owed = false;
      this.#arrived = arrival;
      if ("thrown" in arrival || arrival.item.done === true) this.#exhausted = true;
      this.#wake();
    };
    try {
      const taken = this.#source.next();
      if ("then" in taken) {
        this.#owed = true;
        taken.then(
          (item) => came({ item }),
          (thrown: unknown) => came({ thrown }),
        );
      } else came({ item: taken });
    } catch (thrown) {
      came({ thrown });
    }
  }

  /** Begins the task of the item that has come; false when none has. Throws what the source threw. */
  begin(): boolean {
    const arrival = this.#arrived;
    if (arrival === null) return false;
    this.#arrived = null;
    if ("thrown" in arrival) throw arrival.thrown;
    if (arrival.item.done !== true) this.#spawn(arrival.item.value);
    return true;
  }

  #spawn(item: I): void {
    const { ordered, ms, under } = this.#options;
    const run = (context: T): R | Promise<R> => this.#fn(item, context);
    const task = spawnTask<T, R>(this.#owner, run, under === undefined ? {} : { under });
    const entry: Entry<R> = { task, end: undefined, over: false };
    this.#open.add(entry);
    void task.yield(ms === Number.POSITIVE_INFINITY ? "infinity" : ms).then((end) => {
      entry.end = end;
      entry.over = true;
      if (!ordered) this.#ended.push(entry);
      this.#wake();
    });
  }

  /** Takes the next task that is over. */
  takeEnded(): Entry<R> | undefined {
    const first = this.#options.ordered ? this.#open.values().next().value : this.#ended.shift();
    if (first?.over !== true) return undefined;
    this.#open.delete(first);
    return first;
  }

  /** Until an item has come or a task is over. */
  somethingHappens(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
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
  const tasks = new TasksUnderWay(owner, items, fn, { ordered, ms: timeoutMs(timeout), under });
  const key = {};
  resourcesOf(owner).hold(key, () => tasks.close());
  try {
    while (true) {
      if (tasks.count < max) tasks.ask();
      if (tasks.begin()) continue;
      const entry = tasks.takeEnded();
      if (entry === undefined) {
        if (tasks.isOver) return;
        await tasks.somethingHappens();
        continue;
      }
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
    await tasks.close();
  }
}

function iteratorOf<I>(items: Iterable<I> | AsyncIterable<I>): Iterator<I> | AsyncIterator<I> {
  if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
  if (Symbol.iterator in items) return items[Symbol.iterator]();
  throw new ProcessError("badarg", `asyncStream takes something to iterate over, not ${describeTerm(items)}`);
}
