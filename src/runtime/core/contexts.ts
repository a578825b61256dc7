/**
 * Async contexts: a message is handled in the context of whoever sent it. Nothing here runs unless the system was given
 * the host's AsyncLocalStorage.
 */

import { ProcessError } from "../errors.ts";
import { builtinModule } from "../node-process.ts";
import { describeTerm } from "../reason.ts";
import type { MessageTag } from "./states.ts";

/** Runs a function with its arguments in the context that it stands for. */
export type Enter = (fn: (...args: never[]) => unknown, ...args: unknown[]) => unknown;

/** What is used of the class `AsyncLocalStorage` of `node:async_hooks`. */
export interface AsyncContexts {
  /** What runs a function in the present context, later. */
  snapshot(): (fn: (...args: unknown[]) => unknown, ...args: unknown[]) => unknown;
}

/** A message as it waits in a mailbox, with the context of its sender. */
export class InContext {
  readonly content: unknown;
  readonly enter: Enter;
  constructor(content: unknown, enter: Enter) {
    this.content = content;
    this.enter = enter;
  }
}

/** Node's `AsyncResource`, which keeps the context in which it was made. */
type Resource = new (
  type: string,
) => { runInAsyncScope(fn: unknown, self: undefined, ...args: readonly unknown[]): unknown };

/**
 * What keeps a context at a fiftieth of a snapshot's price; null where the host has only snapshots, as Node before 20.16
 * does for whoever cannot import its modules.
 */
function resourceOf(host: AsyncContexts): Resource | null {
  const hooks = builtinModule<{ AsyncLocalStorage: unknown; AsyncResource: Resource }>("node:async_hooks");
  return hooks?.AsyncLocalStorage === host ? hooks.AsyncResource : null;
}

export class Contexts {
  readonly #host: AsyncContexts;
  readonly #resource: Resource | null;
  /** The context in which the system was made, which stands for none. */
  readonly none: Enter;

  constructor(host: AsyncContexts) {
    if (typeof (host as Partial<AsyncContexts> | null | undefined)?.snapshot !== "function") {
      throw new ProcessError(
        "badarg",
        `asyncContexts is the class AsyncLocalStorage of node:async_hooks, not ${describeTerm(host)}`,
      );
    }
    this.#host = host;
    this.#resource = resourceOf(host);
    this.none = this.capture();
  }

  /** The present context. */
  capture(): Enter {
    if (this.#resource === null) return this.#host.snapshot() as Enter;
    const resource = new this.#resource("suptree");
    return (fn, ...args) => resource.runInAsyncScope(fn, undefined, ...args);
  }

  /** `fn` in the present context, whenever it is called. */
  bind<A extends readonly unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const enter = this.capture();
    return (...args) => enter(fn as (...args: never[]) => unknown, ...args) as R;
  }

  /** What goes into the mailbox: signals and what the runtime itself asks for have no context. */
  keep(tag: MessageTag, content: unknown): unknown {
    return tag === "cast" || tag === "info" || tag === "call"
      ? new InContext(content, this.capture())
      : content;
  }
}

/** The message itself. */
export function contentOf(kept: unknown): unknown {
  return kept instanceof InContext ? kept.content : kept;
}
