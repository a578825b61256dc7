/** The AbortSignal of a process. The platform throws what a listener of a signal throws at the program; here it is reported. */
import { isThenable } from "./thenables.ts";

/** The platform's `AbortSignal`. A program's types may have none: neither Node's nor the browser's. */
export type PlatformSignal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : { readonly aborted: boolean; readonly reason: unknown };

type Listener = EventListenerOrEventListenerObject;
type Failed = (thrown: unknown) => void;

export class Aborting {
  readonly #controller = new AbortController();
  /** What stands for each listener at the platform's signal. */
  readonly #safe = new WeakMap<Listener, (event: Event) => void>();
  #failed: Failed = () => {};
  #onabort: unknown = null;
  #hearsOnabort = false;

  constructor() {
    const { signal } = this.#controller;
    const { addEventListener, removeEventListener } = signal;
    const define = (name: string, property: PropertyDescriptor): void => {
      Object.defineProperty(signal, name, { configurable: true, ...property });
    };
    define("addEventListener", {
      value: (type: string, listener: Listener, ...options: [AddEventListenerOptions?]) =>
        addEventListener.call(signal, type, this.#safely(listener), ...options),
    });
    define("removeEventListener", {
      value: (type: string, listener: Listener, ...options: [EventListenerOptions?]) =>
        removeEventListener.call(signal, type, this.#safely(listener), ...options),
    });
    define("onabort", {
      get: () => this.#onabort,
      set: (listener: unknown) => {
        this.#onabort = typeof listener === "function" ? listener : null;
        if (this.#hearsOnabort || this.#onabort === null) return;
        this.#hearsOnabort = true;
        signal.addEventListener("abort", (event) => {
          if (typeof this.#onabort === "function") return this.#onabort.call(signal, event);
        });
      },
    });
  }

  get signal(): PlatformSignal {
    return this.#controller.signal;
  }

  /** Aborts the signal; `failed` gets what its listeners throw, also later. */
  abort(reason: unknown, failed: Failed): void {
    this.#failed = failed;
    this.#controller.abort(reason);
  }

  /** The same listener is the same again: the platform enters it once, and takes it back. */
  #safely(listener: Listener): Listener {
    // What is no listener is the platform's to refuse.
    if (listener === null || (typeof listener !== "function" && typeof listener !== "object"))
      return listener;
    const known = this.#safe.get(listener);
    if (known !== undefined) return known;
    const { signal } = this.#controller;
    const safe = (event: Event): void => {
      try {
        const result: unknown =
          typeof listener === "function" ? listener.call(signal, event) : listener.handleEvent(event);
        if (isThenable(result)) result.then(undefined, (thrown: unknown) => this.#failed(thrown));
      } catch (thrown) {
        this.#failed(thrown);
      }
    };
    this.#safe.set(listener, safe);
    return safe;
  }
}
