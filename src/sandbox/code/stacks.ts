/** Where in the person's sources an error comes from: stacks of the bundle, read with its source map. */
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { SourceFrame } from "../../protocol/index.ts";

/** A line of a stack as the engines of browsers write it. */
interface Raw {
  name: string;
  url: string;
  line: number;
  column: number;
}

/** Frames of one stack that are shown. */
const MOST_FRAMES = 20;

/** Characters of a line of a stack. */
const LONGEST_LINE = 1_000;

function rawFrames(stack: string): Raw[] {
  const frames: Raw[] = [];
  for (const text of stack.split("\n")) {
    // No engine writes such a line, and looking for a frame in it may take for ever.
    if (text.length > LONGEST_LINE) continue;
    // V8: `at name (place)` and `at place`; others: `name@place`.
    const [, name = "", place = ""] =
      /^\s+at (?:async )?(.*?) ?\((.*)\)$/.exec(text) ??
      /^\s+at (?:async )?()(.*)$/.exec(text) ??
      /^([^@]*)@(.*)$/.exec(text) ??
      [];
    const [, url, line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
    if (url !== undefined) frames.push({ name, url, line: Number(line), column: Number(column) });
  }
  return frames;
}

export class Stacks {
  readonly #url: string;
  /** The line of the whole script before the first of the bundle. */
  readonly #before: number;
  readonly #text: string;
  #map: TraceMap | null = null;

  /** `at` was made on the line before the bundle's first. */
  constructor(at: Error, map: string) {
    const [first] = rawFrames(String(at.stack));
    this.#url = first?.url ?? "";
    this.#before = first?.line ?? 0;
    this.#text = map;
  }

  /** The frames of an error that lie in the program, innermost first. */
  frames(error: unknown): SourceFrame[] {
    let stack: unknown;
    try {
      stack = typeof error === "object" && error !== null && "stack" in error ? error.stack : undefined;
    } catch {
      return [];
    }
    return typeof stack === "string" ? this.read(stack) : [];
  }

  read(stack: string): SourceFrame[] {
    const frames: SourceFrame[] = [];
    for (const { name, url, line, column } of rawFrames(stack.slice(0, 20_000))) {
      if (url !== this.#url || line <= this.#before || frames.length === MOST_FRAMES) continue;
      this.#map ??= new TraceMap(this.#text);
      const found = originalPositionFor(this.#map, { line: line - this.#before, column: column - 1 });
      if (found.source === null) continue;
      const last = frames.at(-1);
      // A function that calls itself until the stack is full says so once.
      if (last?.file === found.source && last.line === found.line && last.name === name) continue;
      frames.push({ file: found.source, line: found.line, column: found.column + 1, name });
    }
    return frames;
  }

  /** `file:line:column` of the innermost frame that is the program's own and not a package's; empty when there is none. */
  placeOf(error: unknown): string {
    const frames = this.frames(error);
    const own = frames.find(({ file }) => !file.includes("node_modules/")) ?? frames[0];
    return own === undefined ? "" : `${own.file}:${own.line}:${own.column}`;
  }
}
