/** Timers and dates of the platform for programs that really run: they go by the virtual clock of the system that runs now. */
import type { System } from "../../src/runtime/index.ts";

let current: System | null = null;

/**
 * The program's timers are this system's from now on; those of another never ring any more. Null: modules run, before there
 * is any; what they wait for comes at once, and nothing again and again.
 */
export function timeOf(system: System | null): void {
  current = system;
}

const LONGEST = 2 ** 31 - 1;

class Timer {
  readonly #ring: () => void;
  readonly #ms: number;
  readonly #again: boolean;
  readonly #system = current;
  #takeBack = (): void => {};

  constructor(ring: () => void, ms: unknown, again: boolean) {
    const time = Number(ms);
    this.#ring = ring;
    this.#again = again;
    this.#ms = time >= 1 && time <= LONGEST ? time : 1;
    this.refresh();
  }

  refresh(): this {
    this.#takeBack();
    if (this.#system === null) {
      if (!this.#again) queueMicrotask(this.#ring);
      return this;
    }
    this.#takeBack = this.#system.after(this.#ms, () => {
      if (this.#again) this.refresh();
      this.#ring();
    });
    return this;
  }
  ref = () => this;
  unref = () => this;
  hasRef = () => true;
  close(): this {
    this.#takeBack();
    return this;
  }
  [Symbol.dispose](): void {
    this.#takeBack();
  }
}

type Go = (...args: unknown[]) => void;

const clear = (timer: unknown): void => {
  if (timer instanceof Timer) timer.close();
};

const withSignal = async (
  ms: unknown,
  value: unknown,
  options?: { signal?: AbortSignal },
): Promise<unknown> => {
  const signal = options?.signal;
  const failed = () => new DOMException("The operation was aborted", "AbortError");
  if (signal?.aborted) throw failed();
  return new Promise((resolve, reject) => {
    const timer = new Timer(() => resolve(value), ms, false);
    signal?.addEventListener("abort", () => {
      timer.close();
      reject(failed());
    });
  });
};

/** What takes the place of the platform's own, by name; `promises`: of `node:timers/promises`. */
export const TIMERS = {
  setTimeout: (go: Go, ms?: unknown, ...args: unknown[]) => new Timer(() => go(...args), ms, false),
  setInterval: (go: Go, ms?: unknown, ...args: unknown[]) => new Timer(() => go(...args), ms, true),
  setImmediate: (go: Go, ...args: unknown[]) => {
    let isWanted = true;
    current?.after(0, () => {
      if (isWanted) go(...args);
    });
    return { ref() {}, unref() {}, clear: () => (isWanted = false) };
  },
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: (immediate?: { clear?(): void }) => immediate?.clear?.(),
  promises: {
    setTimeout: withSignal,
    setImmediate: (value: unknown) =>
      new Promise((resolve) => {
        current?.after(0, () => resolve(value));
      }),
    setInterval: async function* (ms: unknown, value: unknown) {
      for (;;) {
        await withSignal(ms, undefined);
        yield value;
      }
    },
  },
};

const now = (): number => current?.now() ?? 0;

/** What it is now is the run's time, as its timers are; while modules are loaded no time has passed. */
class ProgramDate extends Date {
  constructor(...given: [] | [number]) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static override now = now;
}
Object.defineProperty(ProgramDate, "name", { value: "Date" });

/** `AbortSignal`, whose `timeout` rings like the other timers. */
const programAbortSignal = new Proxy(AbortSignal, {
  get(of, name) {
    if (name !== "timeout") return Reflect.get(of, name);
    return (ms: number): AbortSignal => {
      const controller = new AbortController();
      const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
      TIMERS.setTimeout(() => controller.abort(reason), ms);
      return controller.signal;
    };
  },
});

Object.assign(globalThis, {
  programTimers: TIMERS,
  programDate: ProgramDate,
  programPerformance: { now },
  programAbortSignal,
});
