/** The card under the pointer, for the floating description. It comes after a moment, as the editor's hovers do. */
import { signal } from "@preact/signals";

export interface Hover {
  /** Empty over something that is no process, as a number in the start order. */
  path: string;
  /** What the mark under the pointer is, as `otpWord` knows it; null over the card itself. */
  hint: string | null;
  x: number;
  y: number;
}

export const hover = signal<Hover | null>(null);

const DELAY = 450;
let timer: ReturnType<typeof setTimeout> | undefined;
let waiting: Hover | null = null;
/** The card that was acted on: its description stays away until the pointer leaves it. */
let dismissed: string | null = null;

const same = (a: Hover | null, b: Hover | null) => a?.path === b?.path && a?.hint === b?.hint;

/** The pointer is over a card, or over none. */
export function pointAt(next: Hover | null): void {
  if (next?.path !== dismissed) {
    dismissed = null;
  }
  if (next !== null && (same(next, hover.peek()) || dismissed !== null)) {
    return;
  }
  if (same(next, waiting)) {
    waiting = next;
    return;
  }
  clearTimeout(timer);
  hover.value = null;
  waiting = next;
  if (next !== null) {
    timer = setTimeout(() => {
      hover.value = waiting;
      waiting = null;
    }, DELAY);
  }
}

/** Takes the description away, and keeps it away from the card at hand. */
export function dismissHover(path: string | null): void {
  clearTimeout(timer);
  waiting = null;
  hover.value = null;
  dismissed = path;
}
