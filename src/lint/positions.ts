/** Between 1-based lines and columns (UTF-16 units, as editors count) and offsets. */
import type { Location } from "../model/index.ts";

/** The offset of every line's first character. `\n`, `\r\n`, `\r`, U+2028 and U+2029 end a line, as in TypeScript. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** What a new line of a text should end with: what its first line ends with. */
export const newlineOf = (text: string): string => /\r\n|[\n\r]/.exec(text)?.[0] ?? "\n";

export class Positions {
  readonly text: string;
  readonly #starts: number[];

  constructor(text: string) {
    this.text = text;
    this.#starts = lineStarts(text);
  }

  /** Null when the place is outside the text: the text is not the one that was analysed. */
  offset(line: number, column: number): number | null {
    const start = this.#starts[line - 1];
    if (start === undefined) return null;
    const offset = start + column - 1;
    return offset <= (this.#starts[line] ?? this.text.length) ? offset : null;
  }

  /** Start and end offset of a location; null when it is outside the text. */
  range(location: Location): { start: number; end: number } | null {
    const start = this.offset(location.line, location.column);
    const end = this.offset(location.endLine, location.endColumn);
    return start === null || end === null || end < start ? null : { start, end };
  }

  location(file: string, start: number, end: number): Location {
    const [line, column] = this.#at(start);
    const [endLine, endColumn] = this.#at(end);
    return { file, line, column, endLine, endColumn };
  }

  #at(offset: number): [line: number, column: number] {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return [low + 1, offset - this.#starts[low]! + 1];
  }
}
