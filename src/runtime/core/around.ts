/**
 * What is done around the code of processes when somebody has asked for it: entering the context of a message's sender,
 * and measuring who blocks the event loop. A system that has neither pays a comparison per message.
 */

import { classNameOf } from "./appearance.ts";
import type { Behaviour } from "./behaviour.ts";
import type { BlockDetector } from "./block-detector.ts";
import { type Contexts, contentOf, type Enter, InContext } from "./contexts.ts";
import type { Proc } from "./proc.ts";
import type { MessageTag } from "./states.ts";

function handle(proc: Proc, tag: MessageTag, content: unknown): void {
  proc.behaviour.handle(proc, tag, content);
}

function begin(proc: Proc, start: readonly unknown[]): void {
  proc.behaviour.begin(proc, start);
}

/** The callback that a message leads to. */
function callbackFor(proc: Proc, tag: MessageTag): string | null {
  if (proc.behaviour.kind === "supervisor") return "supervise";
  return tag === "call" ? "handleCall" : tag === "cast" ? "handleCast" : "handleInfo";
}

export class Around {
  readonly #contexts: Contexts | null;
  readonly detector: BlockDetector | null;

  constructor(contexts: Contexts | null, detector: BlockDetector | null) {
    this.#contexts = contexts;
    this.detector = detector;
  }

  /** Has `proc` handle what was kept in its mailbox. */
  handle(proc: Proc, tag: MessageTag, kept: unknown): void {
    // Supervisors have no context, whoever asks them for what.
    const own = kept instanceof InContext && proc.behaviour.kind !== "supervisor" ? kept.enter : null;
    this.#measured(proc, callbackFor(proc, tag), own ?? this.#none, handle, proc, tag, contentOf(kept));
  }

  /** Begins a process: what a supervisor starts has no context, and neither has a supervisor. */
  begin(proc: Proc, behaviour: Behaviour, start: readonly unknown[]): void {
    const alone = behaviour.kind === "supervisor" || proc.parent?.behaviour.kind === "supervisor";
    const enter = alone ? this.#none : (this.#contexts?.capture() ?? null);
    const callback = behaviour.kind === "process" ? "run" : "init";
    // It has no object yet that could say of which class it is.
    const label = proc.extra?.label ?? proc.names?.[0] ?? classNameOf(start[0], behaviour.kind);
    this.detector?.enter(proc, callback, label);
    try {
      if (enter === null) begin(proc, start);
      else enter(begin, proc, start);
    } finally {
      this.detector?.leave();
    }
  }

  /** Runs what the runtime itself has a process do. */
  aside(proc: Proc, act: () => void): void {
    this.#measured(proc, proc.at, this.#none, act);
  }

  /** `settled` goes on with a process whose promise was waited for, in the present context. */
  resuming<A, B>(proc: Proc, settled: (a: A, b: B) => void): (a: A, b: B) => void {
    const enter = this.#contexts?.capture() ?? null;
    const callback = proc.at;
    return (a, b) => {
      this.detector?.settled(proc, callback);
      this.#measured(proc, callback, enter, settled, a, b);
    };
  }

  get #none(): Enter | null {
    return this.#contexts === null ? null : this.#contexts.none;
  }

  #measured(
    proc: Proc,
    callback: string | null,
    enter: Enter | null,
    fn: (...args: never[]) => void,
    ...args: readonly unknown[]
  ): void {
    const { detector } = this;
    detector?.enter(proc, callback);
    try {
      if (enter === null) (fn as (...args: readonly unknown[]) => void)(...args);
      else enter(fn, ...args);
    } finally {
      detector?.leave();
    }
  }
}
