/**
 * The run's own clock, timers and randomness in place of the machine's: the same seed and inputs give the same run, and
 * no clock is left to measure others with.
 */
import { seededRandom } from "../../runtime/index.ts";
import { apply, construct, defineProperty, getOwnPropertyDescriptor, NativeDate } from "./natives.ts";

/** What virtual globals ask of the run that is loaded. */
export interface RunTime {
  /** Virtual milliseconds since the run's start. */
  now(): number;
  /** Calls `ring` when `ms` have passed; returns what takes that back. */
  after(ms: number, ring: () => void): () => void;
  /** What becomes of the timers that are set now: they ring as written, 30 s later, or not at all. */
  waiting(): "answers" | "slow" | "fails";
  /** Runs a callback of user code; what it throws is told, not thrown. */
  guarded(what: string, callback: () => void, by: number | null): void;
  /** Whose code runs, by number; null where nobody knows. */
  author(): number | null;
  /** Counts one more timer that waits. @throws when there are too many */
  timer(waiting: number): void;
  console(level: string, values: readonly unknown[]): void;
}

/** 2020-01-01T00:00:00Z: where every run's clock begins. */
const RUN_EPOCH = 1_577_836_800_000;

const LIMIT = "AbortSignal.timeout";
/** How much longer a slow timer takes. */
const SLOW = 30_000;

const nothing: RunTime = {
  now: () => 0,
  after: () => () => {},
  waiting: () => "answers",
  guarded: (_what, callback) => callback(),
  author: () => null,
  timer: () => {},
  console: () => {},
};

/** The clock, timers and random numbers that user code finds; a run takes them over when it begins. */
export class VirtualWorld {
  #time = nothing;
  #random = seededRandom(1);
  #nextTimer = 1;
  readonly #timers = new Map<number, () => void>();

  /** A run begins: its clock, and the numbers of its seed. Timers of the run before are gone. */
  begin(time: RunTime, seed: number): void {
    this.#time = time;
    // Not the numbers that `this.random()` of processes gives.
    this.#random = seededRandom(seed ^ 0x9e3779b9);
    this.#nextTimer = 1;
    this.#timers.clear();
  }

  get now(): number {
    return this.#time.now();
  }

  random(): number {
    return this.#random();
  }

  console(level: string, values: readonly unknown[]): void {
    this.#time.console(level, values);
  }

  guarded(what: string, callback: () => void, by: number | null): void {
    this.#time.guarded(what, callback, by);
  }

  author(): number | null {
    return this.#time.author();
  }

  set(what: string, callback: unknown, ms: unknown, args: readonly unknown[], again: boolean): number {
    if (typeof callback !== "function") throw new TypeError(`${what} takes a function`);
    const id = this.#nextTimer++;
    const time = this.#time;
    const written = Math.max(again ? 1 : 0, Number(ms) || 0);
    // Who only gives others a turn waits for nobody, and a limit is no answer.
    const waiting = written > 0 && what !== LIMIT ? time.waiting() : "answers";
    const delay = Math.min(waiting === "slow" ? written + SLOW : written, 2 ** 31 - 1);
    const by = time.author();
    const arm = (): void => {
      this.#timers.set(id, waiting === "fails" ? () => {} : time.after(delay, ring));
      time.timer(this.#timers.size);
    };
    const ring = (): void => {
      this.#timers.delete(id);
      // Set again first: the callback may clear it.
      if (again) arm();
      time.guarded(
        what,
        () => {
          apply(callback, undefined, args);
        },
        by,
      );
    };
    arm();
    return id;
  }

  clear(id: unknown): void {
    const timer = this.#timers.get(id as number);
    if (timer === undefined) return;
    this.#timers.delete(id as number);
    timer();
  }
}

type Scope = Record<string, unknown>;

function put(scope: object, name: string, value: unknown): void {
  defineProperty(scope, name, { value, writable: true, enumerable: false, configurable: true });
}

/** Puts the run's clock, timers and randomness in the place of the machine's. */
export function installVirtualWorld(scope: object, world: VirtualWorld): void {
  installDate(scope, world);
  installTimers(scope, world);
  installRandom(scope, world);
  installWeak(scope);
  installConsole(scope, world);
}

function installDate(scope: object, world: VirtualWorld): void {
  const now = (): number => RUN_EPOCH + Math.floor(world.now);
  const date = function date(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new NativeDate(now()).toString();
    return construct(NativeDate, args.length === 0 ? [now()] : args, new.target);
  };
  for (const name of ["UTC", "parse"] as const) put(date, name, NativeDate[name]);
  put(date, "now", { now }.now);
  defineProperty(date, "name", { value: "Date" });
  defineProperty(date, "length", { value: 7 });
  defineProperty(date, "prototype", { value: NativeDate.prototype, writable: false });
  put(NativeDate.prototype, "constructor", date);
  put(scope, "Date", date);

  // Formatting without a date means now.
  const formats = Intl.DateTimeFormat.prototype;
  const format = getOwnPropertyDescriptor(formats, "format");
  defineProperty(formats, "format", {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const native = apply(format?.get as () => (date: number) => string, this, []) as (d: unknown) => string;
      return (value?: unknown) => native(value === undefined ? now() : value);
    },
  });
  const { formatToParts } = formats;
  put(formats, "formatToParts", function formatToPartsVirtual(this: Intl.DateTimeFormat, value?: number) {
    return apply(formatToParts, this, [value === undefined ? now() : value]) as unknown;
  });

  const performance = {
    now: () => world.now,
    timeOrigin: RUN_EPOCH,
    mark: () => undefined,
    measure: () => undefined,
    clearMarks() {},
    clearMeasures() {},
    getEntries: () => [],
    getEntriesByName: () => [],
    getEntriesByType: () => [],
    toJSON: () => ({ timeOrigin: RUN_EPOCH }),
  };
  put(scope, "performance", performance);
  const events = (scope as { Event?: { prototype: object } }).Event?.prototype;
  if (events !== undefined) {
    defineProperty(events, "timeStamp", { get: () => world.now, configurable: true });
  }
}

function installTimers(scope: object, world: VirtualWorld): void {
  const clear = (id?: unknown): void => world.clear(id);
  const functions: Scope = {
    setTimeout: (fn: unknown, ms?: unknown, ...args: unknown[]) =>
      world.set("setTimeout", fn, ms, args, false),
    setInterval: (fn: unknown, ms?: unknown, ...args: unknown[]) =>
      world.set("setInterval", fn, ms, args, true),
    clearTimeout: clear,
    clearInterval: clear,
    queueMicrotask: (fn: unknown) => {
      if (typeof fn !== "function") throw new TypeError("queueMicrotask takes a function");
      const by = world.author();
      void settled.then(() => world.guarded("queueMicrotask", () => void apply(fn, undefined, []), by));
    },
  };
  for (const [name, value] of Object.entries(functions)) put(scope, name, value);
  const signal = (scope as { AbortSignal?: object }).AbortSignal;
  if (signal !== undefined) {
    put(signal, "timeout", (ms: unknown) => {
      const controller = new AbortController();
      const reason = () => new DOMException("The signal timed out.", "TimeoutError");
      world.set(LIMIT, () => controller.abort(reason()), ms, [], false);
      return controller.signal;
    });
  }
}

const settled = Promise.resolve();
const BYTES = 65_536;

function installRandom(scope: object, world: VirtualWorld): void {
  put(Math, "random", () => world.random());
  const byte = (): number => Math.floor(world.random() * 256);
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  put(scope, "crypto", {
    getRandomValues(view: unknown) {
      if (!ArrayBuffer.isView(view)) throw new TypeError("getRandomValues takes a typed array");
      if (view.byteLength > BYTES) {
        throw new DOMException(`getRandomValues gives at most ${BYTES} bytes`, "QuotaExceededError");
      }
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let at = 0; at < bytes.length; at++) bytes[at] = byte();
      return view;
    },
    randomUUID() {
      const bytes = Array.from({ length: 16 }, byte);
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      const text = bytes.map(hex).join("");
      return [
        text.slice(0, 8),
        text.slice(8, 12),
        text.slice(12, 16),
        text.slice(16, 20),
        text.slice(20),
      ].join("-");
    },
  });
}

/** When garbage is collected differs from run to run: weak references hold, and nobody is told of an end. */
function installWeak(scope: object): void {
  const targets = new WeakMap<object, unknown>();
  class StrongRef {
    constructor(target: unknown) {
      if ((typeof target !== "object" || target === null) && typeof target !== "function")
        throw new TypeError("a WeakRef refers to an object");
      targets.set(this, target);
    }
    deref(): unknown {
      return targets.get(this);
    }
  }
  class SilentRegistry {
    register(): void {}
    unregister(): boolean {
      return false;
    }
  }
  defineProperty(StrongRef, "name", { value: "WeakRef" });
  defineProperty(SilentRegistry, "name", { value: "FinalizationRegistry" });
  put(scope, "WeakRef", StrongRef);
  put(scope, "FinalizationRegistry", SilentRegistry);
}

const METHODS = [
  ...["log", "info", "warn", "error", "debug", "trace", "dir", "dirxml", "table", "assert", "group"],
  ...["groupCollapsed", "groupEnd", "time", "timeEnd", "timeLog", "count", "countReset", "clear"],
];

/** User code's console belongs to the run, and user code may put its own in its place. */
function installConsole(scope: object, world: VirtualWorld): void {
  const console: Scope = {};
  for (const method of METHODS) console[method] = (...values: unknown[]) => world.console(method, values);
  put(scope, "console", console);
}
