/** Long work gives way now and then, so that messages (a cancellation, an edit) get through. */

const SLICE_MS = 15;
/** Steps between two looks at the clock. */
const STEPS = 4;

interface Timers {
  setImmediate?: (callback: () => void) => unknown;
}

/** One for each long operation: `await` what `pause` returns when it returns something. */
export class Yielder {
  #steps = 0;
  #last = performance.now();
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** A promise when the time slice is used up, else undefined. Rejects with the signal's reason once it is aborted. */
  pause(): Promise<void> | undefined {
    if (++this.#steps % STEPS !== 0) return undefined;
    if (performance.now() - this.#last < SLICE_MS) return undefined;
    return macrotask().then(() => {
      this.#signal?.throwIfAborted();
      this.#last = performance.now();
    });
  }
}

function macrotask(): Promise<void> {
  const { setImmediate: immediate } = globalThis as Timers;
  return new Promise((resolve) => {
    if (immediate !== undefined) immediate(resolve);
    else {
      // Browsers make a timer wait 4 ms, a quarter of the slice.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });
}
