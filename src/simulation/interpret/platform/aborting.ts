/** The platform's AbortController and AbortSignal. */

import type { Later } from "./alone.ts";
import { PlatformEvent, TARGET, Target } from "./events.ts";
import { hosted } from "./hosted.ts";

export class Signal extends Target {
  aborted = false;
  reason: unknown = undefined;
  onabort: unknown = null;

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** Aborts whoever has it. */
  static abort(signal: Signal, given: unknown): void {
    if (signal.aborted) return;
    signal.aborted = true;
    signal.reason = given ?? new DOMException("This operation was aborted", "AbortError");
    const { onabort } = signal;
    if (typeof onabort === "function") signal.addEventListener("abort", onabort, { once: true });
    signal.dispatchEvent(new PlatformEvent("abort"));
  }
}

/** Calls something of the simulation's own, before any listener of the program. */
export function onAbort(signal: Signal, tell: () => void): void {
  signal.addEventListener("abort", tell, { once: true });
}

class Controller {
  readonly signal = new Signal();
  abort(reason?: unknown): void {
    Signal.abort(this.signal, reason);
  }
}

function abortedSignal(reason?: unknown): Signal {
  const signal = new Signal();
  Signal.abort(signal, reason);
  return signal;
}

function anyOf(signals: Iterable<Signal>): Signal {
  const all = [...signals];
  const made = new Signal();
  const first = all.find(({ aborted }) => aborted);
  if (first !== undefined) Signal.abort(made, first.reason);
  else for (const each of all) onAbort(each, () => Signal.abort(made, each.reason));
  return made;
}

/** By the names of the globals. */
export function abortingOf(later: Later): readonly (readonly [string, unknown])[] {
  const timeout = (ms: unknown): Signal => {
    const signal = new Signal();
    const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
    later(Number(ms), () => Signal.abort(signal, reason));
    return signal;
  };
  const members = `aborted reason onabort throwIfAborted ${TARGET}`;
  const make = (): never => {
    throw new TypeError("Illegal constructor");
  };
  return [
    [
      "AbortController",
      hosted(Controller, { members: "signal abort", lacking: "", make: () => new Controller() }),
    ],
    [
      "AbortSignal",
      hosted(Signal, {
        members,
        lacking: "",
        open: true,
        make,
        statics: { abort: abortedSignal, any: anyOf, timeout },
      }),
    ],
  ];
}
