/** What Node's modules export that computes, and nothing else. */
import { ANYTHING, partOf } from "../known.ts";
import { native } from "../natives.ts";
import { ASSERT, ASSERT_STRICT } from "./assertions.ts";
import { STORAGE } from "./contexts.ts";
import { EMITTER, emitterOnce } from "./events.ts";
import { createHash, createHmac, timingSafeEqual } from "./hashes.ts";
import { PATHS } from "./paths.ts";
import { UTIL } from "./texts.ts";

type Exports = Readonly<Record<string, unknown>>;

const within = (all: Exports): Exports =>
  Object.freeze(Object.fromEntries(Object.entries(all).map(([name, value]) => [name, native(value)])));

/** A module whose default export has all of it. */
function whole(all: Exports): Exports {
  const own = within(all);
  return { ...own, default: partOf({ ...own }, ANYTHING) };
}

const path = partOf({ ...within(PATHS) }, ANYTHING);

/** Of `node:crypto`; what is random is the run's. */
export const CRYPTO = within({ createHash, createHmac, timingSafeEqual });

/** By the name of the module, without `node:`. */
export const MODULES: ReadonlyMap<string, Exports> = new Map<string, Exports>([
  ["assert", ASSERT],
  ["assert/strict", ASSERT_STRICT],
  ["async_hooks", { AsyncLocalStorage: STORAGE }],
  ["crypto", CRYPTO],
  ["events", { default: EMITTER, EventEmitter: EMITTER, once: emitterOnce }],
  ["path", { ...path, default: path, posix: path }],
  ["path/posix", { ...path, default: path, posix: path }],
  ["util", whole(UTIL)],
]);

/** What Node's modules export that is a global, too, or a member of one. */
export const GLOBAL: Readonly<
  Record<string, Readonly<Record<string, readonly [global: string, member?: string]>>>
> = {
  buffer: { Buffer: ["Buffer"] },
  crypto: {
    randomUUID: ["crypto", "randomUUID"],
    randomInt: ["crypto", "randomInt"],
    default: ["node:crypto"],
  },
  perf_hooks: { performance: ["performance"] },
  process: { default: ["process"], env: ["process", "env"], nextTick: ["process", "nextTick"] },
  timers: Object.fromEntries(
    ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"].map(
      (name) => [name, [name]],
    ),
  ),
  "timers/promises": {
    setTimeout: ["timers/promises", "setTimeout"],
    setInterval: ["timers/promises", "setInterval"],
    setImmediate: ["timers/promises", "setImmediate"],
    scheduler: ["timers/promises", "scheduler"],
    default: ["timers/promises"],
  },
  url: { URL: ["URL"], URLSearchParams: ["URLSearchParams"] },
  util: { TextEncoder: ["TextEncoder"], TextDecoder: ["TextDecoder"] },
};
