/**
 * Gives memory back between requests. Left alone, V8 lets the heap of a thread grow to several times what is alive in it
 * before it looks, and every edit leaves the syntax tree of before behind.
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const IDLE_MS = 1500;
/** Collecting is worth its 50 ms when the heap grew by so much since the last time. */
const GROWTH_BYTES = 24 * 1024 * 1024;
const GROWTH_FACTOR = 1.25;
/** Looking costs microseconds, but there may be thousands of messages. */
const LOOK_EVERY = 16;

export interface MemoryRelease {
  /** Nothing is being worked on: a good moment, if there is much to gain or time enough. */
  rest(): void;
  /** Work begins. */
  work(): void;
}

/** Collects garbage between requests when much of it came together, and some time after the last one. */
export function releaseMemoryWhenIdle(): MemoryRelease {
  const collect = collector();
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  let alive = 0;
  let looks = 0;
  const used = (): number => getHeapStatistics().used_heap_size;
  const tidy = (): void => {
    collect?.();
    alive = used();
  };
  return {
    work() {
      clearTimeout(timer);
      if (soon !== undefined) clearImmediate(soon);
    },
    rest() {
      if (collect === undefined) return;
      if (alive === 0) alive = used();
      clearTimeout(timer);
      if (++looks % LOOK_EVERY === 0 && alive > 0 && used() > alive * GROWTH_FACTOR + GROWTH_BYTES) {
        soon = setImmediate(tidy);
        return;
      }
      timer = setTimeout(() => {
        if (used() > alive + GROWTH_BYTES) tidy();
      }, IDLE_MS);
      timer.unref();
    },
  };
}

/** V8's own collector; undefined where flags cannot be set any more. */
function collector(): (() => void) | undefined {
  try {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    return typeof collect === "function" ? () => collect() : undefined;
  } catch {
    return undefined;
  }
}
