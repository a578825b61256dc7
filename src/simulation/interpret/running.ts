/**
 * Whose code runs now, so that whatever cannot be followed of it is its own, also when that comes long after its callback has
 * returned, and when nobody waits for it; and what async storages hold for that code.
 */

/** Hears what cannot be followed. */
export type Lost = (thrown: Error) => void;

interface Now {
  readonly lost: Lost | null;
  /** Of each storage that was given something since the callback began. */
  readonly held: ReadonlyMap<object, unknown>;
}

const NOBODY: Now = { lost: null, held: new Map() };

let current = NOBODY;

function during<T>(now: Now, code: () => T): T {
  const before = current;
  current = now;
  try {
    return code();
  } finally {
    current = before;
  }
}

/** A callback begins: what storages hold then is not known. */
export const running = <T>(lost: Lost | null, code: () => T): T => during({ ...NOBODY, lost }, code);

/** Who hears of it now. */
export const heardBy = (): Lost | null => current.lost;

/** The same function, run later by whoever: it is still the code of whoever runs now, with what storages hold now. */
export function stillOf<A extends readonly unknown[], T>(fn: (...args: A) => T): (...args: A) => T {
  const now = current;
  return now === NOBODY ? fn : (...args) => during(now, () => fn(...args));
}

/** As `stillOf`, with what storages hold for whoever runs it. */
export function stillHeard<A extends readonly unknown[], T>(fn: (...args: A) => T): (...args: A) => T {
  const { lost } = current;
  return lost === null ? fn : (...args) => during({ ...current, lost }, () => fn(...args));
}

/** Runs code for which a storage holds a value, as does whatever that begins. */
export const holding = <T>(storage: object, value: unknown, code: () => T): T =>
  during({ ...current, held: new Map(current.held).set(storage, value) }, code);

/** What a storage holds; null where nobody knows. */
export const heldIn = (storage: object): { readonly value: unknown } | null =>
  current.held.has(storage) ? { value: current.held.get(storage) } : null;
