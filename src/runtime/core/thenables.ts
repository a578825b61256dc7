/** Promises that callbacks return, and those that nobody will look at. */
import { Reply, Stop } from "../protocol.ts";

const nothing = (): void => {};

/** True for promises, of this realm or another, and for what merely looks like one. Throws what a hostile `then` throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** Nobody will look at `value`: if it is a promise, or an answer with one in it, its rejection must not end the program. */
export function abandon(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  try {
    if (value instanceof Reply) abandon(value.value);
    else if (value instanceof Stop) abandon(value.reply);
    else if (isThenable(value)) value.then(abandon, nothing);
  } catch {
    // What does not let itself be looked at is no promise that anybody could reject.
  }
}
