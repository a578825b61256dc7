/** Promises that callbacks return, and those that nobody will look at. */
import { Reply, Stop } from "../protocol.ts";

const nothing = (): void => {};

/** True for promises, of this realm or another, and for what merely looks like one. Throws what a hostile `then` throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * Nobody will look at `value`: if it is a promise, or an answer with one in it, its rejection must not end the program.
 * What a promise was settled with is looked at so many times: a thenable may settle with itself for ever.
 */
export function abandon(value: unknown, levels = 3): void {
  if (typeof value !== "object" || value === null || levels === 0) return;
  try {
    if (value instanceof Reply) abandon(value.value, levels);
    else if (value instanceof Stop) abandon(value.reply, levels);
    else if (isThenable(value)) value.then((inner) => abandon(inner, levels - 1), nothing);
  } catch {
    // What does not let itself be looked at is no promise that anybody could reject.
  }
}
