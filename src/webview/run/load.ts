/** How much a process of a running program has to do, for its card. */
import { barOf, FULL } from "../scene/table.ts";
import { figures } from "./figures.ts";
import { viewing } from "./moments.ts";

const NOTHING = { waits: 0, works: 0 };
const tenths = (part: number): number => Math.ceil(part * 10);

/** In tenths of a full bar, so that a card is drawn anew only for what can be seen. Of an earlier moment nothing is known. */
export function loadOf(pid: number | null): { waits: number; works: number } {
  const found = pid === null || viewing.value !== null ? undefined : figures.value?.of.get(pid);
  return found === undefined
    ? NOTHING
    : {
        waits: tenths(barOf(found.mailbox, FULL.mailbox)),
        works: tenths(barOf(found.rate ?? 0, FULL.rate)),
      };
}
