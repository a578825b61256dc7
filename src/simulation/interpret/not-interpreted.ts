import { heardBy } from "./running.ts";

/**
 * The interpreter cannot do this as the program would: what follows is not known. Whose code it is hears of it at once,
 * whoever catches it.
 */
export class NotInterpreted extends Error {
  override readonly name = "NotInterpreted";

  constructor(message: string) {
    super(message);
    heardBy()?.(this);
  }
}

/** Whether something that was thrown is the interpreter's and not the program's: also where its own stack ends. */
export function isLost(thrown: unknown): thrown is Error {
  return (
    thrown instanceof NotInterpreted ||
    (thrown instanceof AggregateError && thrown.errors.some(isLost)) ||
    (thrown instanceof RangeError && thrown.message === "Maximum call stack size exceeded")
  );
}
