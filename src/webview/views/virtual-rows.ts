/** Rows of one height in a part that scrolls: only those in sight are in the page. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Rows beyond the edges, so that scrolling shows no gap. */
const MARGIN_ROWS = 6;

export interface Rows {
  /** First row that is drawn, and the one after the last. */
  from: number;
  to: number;
}

/**
 * @param count rows in all
 * @param height of a row, in pixels
 * @param top pixels above the first row, inside the part that scrolls
 */
export function useVirtualRows(
  ref: RefObject<HTMLElement | null>,
  count: number,
  height: number,
  top = 0,
): Rows {
  const [rows, setRows] = useState<Rows>({ from: 0, to: Math.min(count, 60) });
  useEffect(() => {
    const element = ref.current!;
    const read = () => {
      const first = Math.floor((element.scrollTop - top) / height) - MARGIN_ROWS;
      const last = Math.ceil((element.scrollTop - top + element.clientHeight) / height) + MARGIN_ROWS;
      const next = { from: Math.max(0, Math.min(first, count)), to: Math.max(0, Math.min(last, count)) };
      setRows((now) => (now.from === next.from && now.to === next.to ? now : next));
    };
    read();
    const sizes = new ResizeObserver(read);
    sizes.observe(element);
    element.addEventListener("scroll", read, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", read);
    };
  }, [ref, count, height, top]);
  return { from: Math.min(rows.from, count), to: Math.min(rows.to, count) };
}

/** Scrolls no more than needed to show a row whole. */
export function scrollToRow(element: HTMLElement, row: number, height: number, top = 0): void {
  const start = row * height;
  const end = start + height + top;
  if (start < element.scrollTop) {
    element.scrollTop = start;
  } else if (end > element.scrollTop + element.clientHeight) {
    element.scrollTop = end - element.clientHeight;
  }
}
