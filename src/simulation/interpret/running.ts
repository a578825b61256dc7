/**
 * Whose code runs now, so that whatever cannot be followed of it is its own, also when that comes long after its callback has
 * returned, and when nobody waits for it.
 */

/** Hears what cannot be followed. */
export type Lost = (thrown: Error) => void;

let current: Lost | null = null;

export function running<T>(lost: Lost | null, code: () => T): T {
  const before = current;
  current = lost;
  try {
    return code();
  } finally {
    current = before;
  }
}

/** Who hears of it now. */
export const heardBy = (): Lost | null => current;

/** The same function, run later by whoever: it is still the code of whoever runs now. */
export function stillOf<A extends readonly unknown[], T>(fn: (...args: A) => T): (...args: A) => T {
  const lost = current;
  return lost === null ? fn : (...args) => running(lost, () => fn(...args));
}
