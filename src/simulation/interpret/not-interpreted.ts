/** The interpreter cannot do this as the program would: what follows is not known. */
export class NotInterpreted extends Error {
  override readonly name = "NotInterpreted";
}

/** Whether something that was thrown is the interpreter's and not the program's: also where its own stack ends. */
export function isLost(thrown: unknown): thrown is Error {
  return (
    thrown instanceof NotInterpreted ||
    (thrown instanceof RangeError && thrown.message === "Maximum call stack size exceeded")
  );
}
