/** The words for what the model holds, the same wherever they are said. */
import type { EdgeKind } from "./model.ts";

/** What `from` does with `to`: "calls". */
export const EDGE_VERBS: Readonly<Record<EdgeKind, string>> = {
  call: "calls",
  cast: "casts to",
  send: "sends to",
  monitor: "monitors",
  link: "links to",
  lookup: "looks up",
  start: "starts children of",
};

/** A limit that is none, where numbers are wanted: so many restarts, or seconds. */
export const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** "3 restarts in 5 s", "3 restarts" for those without a window. */
export function limitWords(intensity: number, period: number): string {
  const restarts = `${intensity} ${intensity === 1 ? "restart" : "restarts"}`;
  return period === NO_LIMIT ? restarts : `${restarts} in ${period} s`;
}

/** "2 of 3 in 5 s", "restarts are not counted". */
export function budgetWords(budget: { used: number; intensity: number; period: number }): string {
  const { used, intensity, period } = budget;
  if (intensity === NO_LIMIT) return "restarts are not counted";
  return `${used} of ${intensity}${period === NO_LIMIT ? "" : ` in ${period} s`}`;
}

/** What went wrong, in the words of whoever threw it. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** "a, b, c"; of more than `most` "a, b, c and 4 more": only what is shown is put into words. */
export function someOf<T>(items: readonly T[], word: (item: T) => string, most = 6): string {
  const shown = items.length <= most ? items : items.slice(0, most - 1);
  const words = shown.map((item) => word(item)).join(", ");
  return shown.length === items.length ? words : `${words} and ${items.length - shown.length} more`;
}
