/** Messages of a running program that are not told, because it makes more than can be. */
import { signal } from "@preact/signals";

/** How many. */
export const leftOut = signal(0);
/** The same, by the event of this page before which they were. */
export const leftAt = signal<readonly { before: number; count: number }[]>([]);
/** Places of messages that were left out; of more than these, neighbours are one. */
const MOST_PLACES = 400;

/** So many were left out before an event of this page; `reset`: the page begins anew. */
export function leaveOut(count: number, before: number, reset: boolean): void {
  leftOut.value = (reset ? 0 : leftOut.value) + count;
  const places = reset ? [] : leftAt.value;
  if (count === 0) {
    if (reset) leftAt.value = places;
    return;
  }
  const all = [...places, { before, count }];
  leftAt.value =
    all.length <= MOST_PLACES
      ? all
      : all.flatMap((each, i) => {
          const next = all[i + 1];
          if (i % 2 === 1) return [];
          return [next === undefined ? each : { before: next.before, count: each.count + next.count }];
        });
}
