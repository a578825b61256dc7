/** Lines and columns. */

/** 1-based line and column of an offset, from the offsets at which the lines begin. */
export function placeOf(lines: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lines[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low] ?? 0) + 1 };
}

/** The offsets at which lines begin, as the compiler counts them. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  if (/[\r\u2028\u2029]/.test(text)) {
    for (let i = 0; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (char === 13 && text.charCodeAt(i + 1) === 10) i++;
      if (char === 10 || char === 13 || char === 0x2028 || char === 0x2029) starts.push(i + 1);
    }
  } else for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
