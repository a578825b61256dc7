/** Which versions of the live protocol the tool speaks, and what it says of libraries that speak others. */

/** Whole numbers, both included. */
export const SPEAKS = { oldest: 1, newest: 2 };

/** How a library introduces itself. */
export interface Hello {
  oldest?: unknown;
  newest?: unknown;
  library?: unknown;
  /** What the program is called, as far as it knows that itself by now. */
  title?: unknown;
}

/** What to call a library's version. */
export const libraryOf = ({ library }: Hello): string =>
  typeof library === "string" ? library : "an older version";

/** Why a program cannot be watched; null when it can. */
export function refusalOf(hello: Hello): string | null {
  const { oldest, newest } = hello;
  if (typeof oldest !== "number" || typeof newest !== "number")
    return "The program's library is too old to be watched: update it.";
  if (oldest <= SPEAKS.newest && newest >= SPEAKS.oldest) return null;
  return `The program's library (${libraryOf(hello)}) speaks versions ${oldest} to ${newest} of the live protocol, this tool ${SPEAKS.oldest} to ${SPEAKS.newest}: update the ${oldest > SPEAKS.newest ? "tool" : "library"}.`;
}
