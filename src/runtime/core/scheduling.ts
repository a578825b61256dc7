/**
 * The numbers by which turns are taken, and the shortest wait of the host. Whoever changes one runs the workload of
 * `bench/runtime` (see its README) that it stands for.
 */

/** Messages that one process may handle in a turn while others wait: workloads `cast-1m` (a turn has its price) and `ring`. */
export const MESSAGES_PER_TURN = 256;

/** Messages between two looks at the clock: workloads `ring` and `cast-1m`. */
export const MESSAGES_PER_LOOK = 256;

/** Starts that share a reading of the clock: workload `spawn`. */
export const STARTS_PER_LOOK = 32;

/** Looks after which a virtual world lets the event loop go round. By count: the machine's clock must not change the order. */
export const VIRTUAL_LOOKS = 40;

/** Milliseconds of work before the event loop gets its turn: workloads `call-1000` and `cast-1m`. */
export const SLICE_MS = 8;

/** Casts that may pile up from outside before the sender handles some itself: workloads `cast-10k` and `cast-1m`. */
export const BACKLOG = 1024;

/** The part of a sender's time that may go into handling what it sends once the event loop is due: workload `cast-1m`. */
export const SENDER_SHARE = 0.75;

/** Turns that the event loop gets, while messages wait, before a time limit is taken to be over: no workload, but the tests of late event loops. */
export const PATIENCE = 5;

/** Milliseconds of lateness that show that the event loop was blocked: no workload, the same tests. */
export const LATE_MS = 10;

/** Milliseconds that what was under way then gets at most, before limits that have passed meanwhile are over. */
export const GRACE_MS = 250;

// As they are when the library is loaded: tests that put false timers in their place must not stop the run queue.
const { setImmediate, setTimeout } = globalThis as {
  setImmediate?: (fn: () => void) => unknown;
  setTimeout: (fn: () => void, ms: number) => unknown;
};

/** Runs `fn` after the event loop has gone round once; `handled` messages since it did so last are told to those who count. */
export type AfterTurnOfLoop = (fn: () => void, handled?: number) => void;

/** The shortest wait that lets I/O and timers through. */
export const afterTurnOfLoop: AfterTurnOfLoop =
  typeof setImmediate === "function"
    ? (fn) => {
        setImmediate(fn);
      }
    : typeof MessageChannel === "function"
      ? viaMessageChannel()
      : (fn) => {
          setTimeout(fn, 0);
        };

function viaMessageChannel(): (fn: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  // In a Node whose setImmediate somebody has taken away, a port that listens keeps the program alive.
  const held = port1 as { ref?(): void; unref?(): void };
  const waiting: (() => void)[] = [];
  port1.onmessage = () => {
    const fn = waiting.shift();
    if (waiting.length === 0) held.unref?.();
    fn?.();
  };
  held.unref?.();
  return (fn) => {
    if (waiting.push(fn) === 1) held.ref?.();
    port2.postMessage(null);
  };
}
