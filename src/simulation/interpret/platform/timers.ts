/** Timers of the platform, which ring on the clock of the run. */
import { ofProgram } from "../known.ts";
import { native } from "../natives.ts";
import { NotInterpreted } from "../not-interpreted.ts";
import { stillOf } from "../running.ts";
import { known } from "../unknown.ts";
import { onAbort, Signal } from "./aborting.ts";
import { failingAlone, type Later, leftAlone } from "./alone.ts";
import { seen } from "./hosted.ts";

type Go = (...args: unknown[]) => unknown;

/** What is longer is no time at all. */
const LONGEST = 2 ** 31 - 1;

const timeOf = (ms: unknown): number => {
  const time = Number(known(ms));
  return time >= 1 && time <= LONGEST ? time : 1;
};

/** Code that nobody calls: what it throws ends a program. */
function alone(go: unknown, args: readonly unknown[]): () => void {
  if (typeof go !== "function") throw new TypeError('The "callback" argument must be of type function');
  return stillOf(() => {
    try {
      leftAlone(Reflect.apply(go as Go, undefined, args));
    } catch {
      failingAlone()();
    }
  });
}

class Timer {
  readonly #begin: () => () => void;
  #takeBack: () => void;

  constructor(begin: () => () => void) {
    this.#begin = begin;
    this.#takeBack = begin();
  }

  refresh(): this {
    this.#takeBack();
    this.#takeBack = this.#begin();
    return this;
  }

  close(): this {
    this.#takeBack();
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.dispose](): void {
    this.#takeBack();
  }
}
seen(Timer, "refresh close ref unref hasRef");

function clear(timer: unknown): void {
  if (timer instanceof Timer) timer.close();
  else if (timer !== undefined && timer !== null) throw new NotInterpreted("it stops what is no timer");
}

/** Rings again and again. */
function interval(later: Later, ms: number, go: () => void): () => void {
  let takeBack = (): void => {};
  const begin = (): void => {
    takeBack = later(ms, () => {
      begin();
      go();
    });
  };
  begin();
  return () => takeBack();
}

const microtask = (go: unknown, ...args: unknown[]): void => queueMicrotask(alone(go, args));

/** By the names of the globals. */
export function timersOf(later: Later): ReadonlyMap<string, unknown> {
  const set = (go: unknown, ms: unknown, ...args: unknown[]): Timer => {
    const [time, ring] = [timeOf(ms), alone(go, args)];
    return new Timer(() => later(time, ring));
  };
  const setImmediate = (go: unknown, ...args: unknown[]): Timer => {
    const ring = alone(go, args);
    return new Timer(() => later(0, ring));
  };
  const setInterval = (go: unknown, ms: unknown, ...args: unknown[]): Timer => {
    const [time, ring] = [timeOf(ms), alone(go, args)];
    return new Timer(() => interval(later, time, ring));
  };
  const pause = async (ms: unknown, value?: unknown, options?: unknown): Promise<unknown> => {
    const signal = (options as { signal?: unknown } | undefined)?.signal;
    if (signal !== undefined && !(signal instanceof Signal))
      throw new NotInterpreted("a timer with something that is no signal");
    if (signal?.aborted === true) throw aborted(signal);
    return new Promise((resolve, reject) => {
      const takeBack = later(ms === 0 ? 1 : timeOf(ms), () => resolve(value));
      if (signal !== undefined)
        onAbort(signal, () => {
          takeBack();
          reject(aborted(signal));
        });
    });
  };
  const promises = Object.freeze({
    setTimeout: native(pause),
    setImmediate: native((value: unknown) => new Promise((resolve) => later(0, () => resolve(value)))),
    setInterval: native((ms: unknown, value: unknown) => ringing(later, timeOf(ms), value)),
    scheduler: Object.freeze({ wait: native((ms: unknown) => pause(ms)) }),
  });
  return new Map<string, unknown>([
    ["setTimeout", ofProgram(Object.freeze(set))],
    ["setInterval", ofProgram(Object.freeze(setInterval))],
    ["setImmediate", ofProgram(Object.freeze(setImmediate))],
    ["clearTimeout", clear],
    ["clearInterval", clear],
    ["clearImmediate", clear],
    ["queueMicrotask", (go: unknown) => microtask(go)],
    ["nextTick", microtask],
    ["timers/promises", promises],
  ]);
}

const aborted = ({ reason }: Signal): unknown =>
  Object.assign(new DOMException("The operation was aborted", "AbortError"), { cause: reason });

/** As `for await` goes through it. */
async function* ringing(later: Later, ms: number, value: unknown): AsyncGenerator<unknown> {
  for (;;) {
    await new Promise<void>((resolve) => later(ms, () => resolve()));
    yield value;
  }
}
