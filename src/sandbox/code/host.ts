/** What a bundled program finds in the place of Node and of the parts of a browser that the sandbox lacks. */
import type { Outside } from "../../model/index.ts";
import { answering } from "./answers.ts";
import { doubleOf } from "./doubles.ts";

/** What the world around the program does now. */
export type Surroundings = Required<Outside>;

/** Virtual milliseconds until `fetch` answers, and how much longer what is slow takes. */
const ANSWERS_AFTER = 10;
const SLOW = 30_000;

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

/** A `fetch` that does what the run says: it answers as the workspace's double does, or emptily. */
function fetchOf(surroundings: Surroundings, later: Later, absent: object, given: () => unknown): object {
  return new Proxy(absent, {
    apply(_target, _this, args: [unknown, Signalled?]) {
      const { fetch } = surroundings;
      const double = given();
      const own =
        typeof double === "function" ? () => Reflect.apply(double, undefined, args) as unknown : null;
      if (fetch === "absent")
        return own === null ? Reflect.apply(absent as () => void, undefined, []) : own();
      if (fetch === "answers" && own !== null) return own();
      const [resource, options] = args;
      const ms = fetch === "slow" ? SLOW : ANSWERS_AFTER;
      return later(ms, null, options?.signal ? { signal: options.signal } : {}).then(() => {
        if (fetch === "fails") throw new TypeError("fetch failed");
        return own === null ? emptyResponse(String(resource)) : own();
      });
    },
  });
}

/** Calls `ring` when virtual time has passed; returns what takes that back. */
type After = (ms: number, ring: () => void) => () => void;

export interface HostOptions {
  surroundings: Surroundings;
  after: After;
  placeOf(error: unknown): string;
  /** The program's module is there. */
  exports(namespace: Record<string, unknown>): void;
}

/** Globals of browsers that stand behind doubles: see `src/bundle/bundler.ts`. */
const GLOBALS = [
  "fetch",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "Worker",
  "SharedWorker",
  "BroadcastChannel",
  "localStorage",
  "sessionStorage",
  "indexedDB",
  "WebAssembly",
];

const WAITING_FAILS = "what was waited for failed: the run has waiting fail";

type Timers = Pick<typeof globalThis, "setTimeout" | "setInterval" | "clearTimeout" | "clearInterval">;
const timers = (): Timers => globalThis;

interface Signalled {
  signal?: AbortSignal;
}

type Later = <T>(ms: number, value: T, options?: Signalled) => Promise<T>;

/** Promises of time that passes, which their signals give up. */
const laterBy =
  (after: After): Later =>
  (ms, value, { signal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const cancel = after(Math.min(Math.max(0, Number(ms) || 0), 2 ** 31 - 1), () => {
        signal?.removeEventListener("abort", abort);
        resolve(value);
      });
      const abort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener("abort", abort, { once: true });
    });

const setImmediate = (fn: (...args: unknown[]) => void, ...args: unknown[]): unknown =>
  timers().setTimeout(fn, 0, ...args);
const clearImmediate = (timer: unknown): void => timers().clearTimeout(timer as number);

/** `timers/promises`, which wait as the run says. */
function promisesOf(surroundings: Surroundings, later: Later): object {
  const wait: Later = async (ms, value, options) => {
    const { waiting } = surroundings;
    if (!(Number(ms) > 0)) return later(0, value, options);
    await later(waiting === "slow" ? Number(ms) + SLOW : ms, null, options);
    if (waiting === "fails") throw new Error(WAITING_FAILS);
    return value;
  };
  return {
    setTimeout: (ms = 1, value?: unknown, options?: Signalled) => wait(ms, value, options),
    setInterval: async function* <T>(ms = 1, value?: T, options?: Signalled): AsyncGenerator<T | undefined> {
      for (;;) yield await wait(ms, value, options);
    },
    setImmediate: (value?: unknown, options?: Signalled) => later(0, value, options),
    scheduler: {
      wait: (ms: number, options?: Signalled) => wait(ms, undefined, options),
      yield: () => later(0, undefined),
    },
  };
}

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
export function hostOf({ surroundings, after, placeOf, exports }: HostOptions): object {
  const later = laterBy(after);
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
  const all = promisesOf(surroundings, later);
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
  const fetch = fetchOf(surroundings, later, double("fetch"), () => replacements.fetch);
  // The worker has none of these names: who finds one there has put it there.
  const lacking = (name: string): boolean => !Object.hasOwn(globalThis, name);
  const lacked = new Set(["process", ...GLOBALS].filter(lacking));
  const putThere = (name: string): unknown =>
    lacked.has(name) && !lacking(name) ? (Reflect.get(globalThis, name) as unknown) : undefined;
  const globals = new Proxy(Object.create(null) as Record<string, unknown>, {
    get: (own, name) =>
      typeof name === "symbol"
        ? undefined
        : (own[name] ?? putThere(name) ?? (name === "fetch" ? fetch : (replacements[name] ?? double(name)))),
  });
  return Object.freeze({
    double,
    given: (module: string) => given[module] ?? double(module),
    globals,
    get process(): unknown {
      return putThere("process") ?? process;
    },
    setImmediate,
    clearImmediate,
    meta: Object.freeze({ url: "file:///program", dirname: "/", filename: "/program", main: false }),
    exports,
    replacements: (value: unknown) => {
      if (typeof value !== "object" || value === null) return;
      replacements = { ...(value as Record<string, unknown>) };
      // What `fetch` does has a switch of its own.
      const own = replacements.fetch;
      answering(replacements, async (answer) => {
        const { waiting } = surroundings;
        if (waiting === "slow") await later(SLOW, null);
        if (waiting === "fails") throw new Error(WAITING_FAILS);
        return answer;
      });
      if (own !== undefined) replacements.fetch = own;
    },
    replaced: (module: string): unknown => {
      const name = module.replace(/^node:/, "");
      return replacements[module] ?? replacements[name] ?? replacements[`node:${name}`];
    },
  });
}
