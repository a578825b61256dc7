/** What a bundled program finds in the place of Node and of the parts of a browser that the sandbox lacks. */
import type { OutsideMode } from "../../model/index.ts";
import { doubleOf } from "./doubles.ts";

/** What `fetch` does now. */
export interface Network {
  mode: OutsideMode;
}

/** Virtual milliseconds until it answers. */
const ANSWERS_AFTER = { answers: 10, slow: 30_000, fails: 10 } as const;

/** As much of a response as programs look at; its body is empty. */
function emptyResponse(url: string): object {
  return Object.freeze({
    ok: true,
    status: 200,
    statusText: "OK",
    url,
    redirected: false,
    headers: new Map([["content-type", "application/json"]]),
    body: null,
    json: async () => ({}),
    text: async () => "{}",
    arrayBuffer: async () => new TextEncoder().encode("{}").buffer,
    clone: () => emptyResponse(url),
  });
}

/** A `fetch` that does what the run says; where it is not there, the double that says so. */
function fetchOf(network: Network, absent: object): object {
  return new Proxy(absent, {
    apply(_target, _this, [resource, options]: [unknown, Signalled?]) {
      const { mode } = network;
      if (mode === "absent") return Reflect.apply(absent as () => unknown, undefined, []);
      return later(ANSWERS_AFTER[mode], null, options?.signal ? { signal: options.signal } : {}).then(() => {
        if (mode === "fails") throw new TypeError("fetch failed");
        return emptyResponse(String(resource));
      });
    },
  });
}

export interface HostOptions {
  network: Network;
  placeOf(error: unknown): string;
  /** The program's module is there. */
  exports(namespace: Record<string, unknown>): void;
}

type Timers = Pick<typeof globalThis, "setTimeout" | "setInterval" | "clearTimeout" | "clearInterval">;
const timers = (): Timers => globalThis;

interface Signalled {
  signal?: AbortSignal;
}

/** A promise of `setTimeout` that its signal gives up. */
function later<T>(ms: number, value: T, { signal }: Signalled = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const give = (): void => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    };
    const timer = timers().setTimeout(give, ms);
    const abort = (): void => {
      timers().clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}

async function* ticks<T>(ms: number, value: T, options: Signalled = {}): AsyncGenerator<T> {
  for (;;) yield await later(ms, value, options);
}

const setImmediate = (fn: (...args: unknown[]) => void, ...args: unknown[]): unknown =>
  timers().setTimeout(fn, 0, ...args);
const clearImmediate = (timer: unknown): void => timers().clearTimeout(timer as number);

const promises = {
  setTimeout: (ms = 1, value?: unknown, options?: Signalled) => later(ms, value, options),
  setInterval: (ms = 1, value?: unknown, options?: Signalled) => ticks(ms, value, options),
  setImmediate: (value?: unknown, options?: Signalled) => later(0, value, options),
  scheduler: {
    wait: (ms: number, options?: Signalled) => later(ms, undefined, options),
    yield: () => later(0, undefined),
  },
};

/** `this` for those who chain. */
const chained = function chained(this: unknown): unknown {
  return this;
};

/** Node's `process` as far as it needs no machine: no environment, no signals, an own clock. */
function processOf(double: (module: string) => object): object {
  const write = (level: "log" | "error") => (text: unknown) => {
    console[level](String(text).replace(/\n$/, ""));
    return true;
  };
  const given: Record<PropertyKey, unknown> = {
    env: {},
    argv: ["suptree", "program"],
    execArgv: [],
    title: "suptree",
    pid: 1,
    ppid: 0,
    platform: "sandbox",
    arch: "none",
    version: "",
    versions: {},
    exitCode: undefined,
    stdout: { write: write("log"), isTTY: false, on: chained, once: chained },
    stderr: { write: write("error"), isTTY: false, on: chained, once: chained },
    cwd: () => "/",
    uptime: () => performance.now() / 1000,
    hrtime: Object.assign(
      (before: [number, number] = [0, 0]) => {
        const now = performance.now() * 1e6;
        const since = now - (before[0] * 1e9 + before[1]);
        return [Math.floor(since / 1e9), Math.floor(since % 1e9)];
      },
      { bigint: () => BigInt(Math.floor(performance.now() * 1e6)) },
    ),
    nextTick: (fn: (...args: unknown[]) => void, ...args: unknown[]) => queueMicrotask(() => fn(...args)),
    emitWarning: (text: unknown) => console.warn(String(text)),
    listenerCount: () => 0,
    listeners: () => [],
  };
  // Signals and the end of the program do not come here.
  for (const name of [
    "on",
    "once",
    "off",
    "addListener",
    "removeListener",
    "removeAllListeners",
    "prependListener",
  ])
    given[name] = chained;
  const rest = double("node:process");
  return new Proxy(given, {
    get: (target, name) =>
      name in target || typeof name === "symbol"
        ? Reflect.get(target, name)
        : (Reflect.get(rest, name) as unknown),
  });
}

/** What the second parameter of a bundle is. */
export function hostOf({ network, placeOf, exports }: HostOptions): object {
  const doubles = new Map<string, object>();
  const double = (module: string): object => {
    const known = doubles.get(module);
    if (known !== undefined) return known;
    const made = doubleOf(module, placeOf);
    doubles.set(module, made);
    return made;
  };
  const process = processOf(double);
  const withRest = (module: string, own: object): object =>
    Object.create(double(module), Object.getOwnPropertyDescriptors(own)) as object;
  const { crypto } = globalThis;
  const all = { ...promises };
  const given: Record<string, object> = {
    "node:process": process,
    "node:console": console,
    "node:timers/promises": all,
    "node:timers": {
      setTimeout: (...args: Parameters<typeof setTimeout>) => timers().setTimeout(...args),
      setInterval: (...args: Parameters<typeof setInterval>) => timers().setInterval(...args),
      clearTimeout: (timer: number) => timers().clearTimeout(timer),
      clearInterval: (timer: number) => timers().clearInterval(timer),
      setImmediate,
      clearImmediate,
      promises: all,
    },
    "node:perf_hooks": withRest("node:perf_hooks", { performance }),
    "node:crypto": withRest("node:crypto", {
      webcrypto: crypto,
      randomUUID: () => crypto.randomUUID(),
      getRandomValues: (view: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(view),
      randomInt: (low: number, high?: number) =>
        Math.floor(Math.random() * (high === undefined ? low : high - low)) + (high === undefined ? 0 : low),
    }),
    // What only passes through them works; following a context does not, and says so.
    "node:async_hooks": withRest("node:async_hooks", {}),
  };
  let replacements: Record<string, unknown> = {};
  const fetch = fetchOf(network, double("fetch"));
  const globals = new Proxy({} as Record<string, unknown>, {
    get: (_target, name) => (name === "fetch" ? fetch : typeof name === "string" ? double(name) : undefined),
  });
  return Object.freeze({
    double,
    given: (module: string) => given[module] ?? double(module),
    globals,
    process,
    setImmediate,
    clearImmediate,
    meta: Object.freeze({ url: "file:///program", dirname: "/", filename: "/program", main: false }),
    exports,
    replacements: (value: unknown) => {
      if (typeof value === "object" && value !== null) replacements = value as Record<string, unknown>;
    },
    replaced: (module: string): unknown => {
      const name = module.replace(/^node:/, "");
      return replacements[module] ?? replacements[name] ?? replacements[`node:${name}`];
    },
  });
}
