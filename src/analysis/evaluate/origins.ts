/** What a value that is not known depends on. */
export interface Origins {
  /** The message that a callback handles. */
  message: boolean;
  /** An argument of the process's start. */
  argument: boolean;
  /** Processes that were looked up, and fields and arguments that may hold one: see `nameOfTarget`. */
  tested: ReadonlySet<string>;
  /** Pids that were asked whether they are alive. */
  alive: ReadonlySet<string>;
  /** Anything else. */
  other: boolean;
}

export const NO_NAMES: ReadonlySet<string> = new Set();
export const NOTHING: Origins = {
  message: false,
  argument: false,
  tested: NO_NAMES,
  alive: NO_NAMES,
  other: false,
};
export const OTHER: Origins = { ...NOTHING, other: true };

/** What depends on either. */
export function both(a: Origins, b: Origins): Origins {
  if (a === b || b === NOTHING) return a;
  if (a === NOTHING) return b;
  return {
    message: a.message || b.message,
    argument: a.argument || b.argument,
    tested: union(a.tested, b.tested),
    alive: union(a.alive, b.alive),
    other: a.other || b.other,
  };
}

const union = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> =>
  a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);
