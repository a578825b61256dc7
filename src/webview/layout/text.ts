/** Text that fits: labels are cut in the middle, on whole characters. */

/** Width of `text` in pixels in the font that the measure stands for. */
export type Measure = (text: string) => number;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * `text`, or its beginning and end around an ellipsis when it is wider than `width`. The end of an id is kept a
 * little longer than its beginning is not: siblings often differ in their last characters.
 */
export function cutMiddle(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) {
    return text;
  }
  // Nobody reads more than this, and segmenting a megabyte would stall the drawing.
  const chars = [
    ...segmenter.segment(text.length > 400 ? `${text.slice(0, 200)}${text.slice(-200)}` : text),
  ].map((s) => s.segment);
  let low = 0;
  let high = chars.length - 1;
  const cut = (kept: number): string => {
    const head = Math.ceil(kept / 2);
    return `${chars.slice(0, head).join("").trimEnd()}…${
      kept > head
        ? chars
            .slice(head - kept)
            .join("")
            .trimStart()
        : ""
    }`;
  };
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(cut(middle)) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return cut(low);
}
