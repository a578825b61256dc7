/** Texts of a run are shortened before they leave the worker: the page refuses longer ones. */
import { MOST_TEXT } from "../protocol/index.ts";

/** The same data with its texts shortened; the same object when none is too long. */
export function shorten<T>(value: T, depth = 6): T {
  if (typeof value === "string") {
    return (value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT - 1)}…` : value) as T;
  }
  if (typeof value !== "object" || value === null || depth === 0) return value;
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const held = value[key] as unknown;
    if (typeof held === "number" || typeof held === "boolean") continue;
    const short = shorten(held, depth - 1);
    if (short === held) continue;
    copy ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
    copy[key] = short;
  }
  return (copy as T | undefined) ?? value;
}
