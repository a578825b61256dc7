/** Text → syntax tree → summary, whatever the text is. */
import { ts } from "ts-morph";
import type { ModuleSummary } from "../ir.ts";
import { parseOptions } from "../summarize/parse-options.ts";
import { summarize } from "../summarize/summarize.ts";

export interface ParseResult {
  /** Undefined when not even a broken tree could be made. */
  summary: ModuleSummary | undefined;
  sourceFile: ts.SourceFile | undefined;
  /** 0-based offset; undefined when it concerns the whole file. */
  problems: { start: number | undefined; message: string }[];
}

/** Parses and summarises. Never throws; a tree that is nested deeper than the stack allows is a problem. */
export function parseText(file: string, text: string): ParseResult {
  try {
    return summarized(file, ts.createSourceFile(file, text, parseOptions(file), false));
  } catch (error) {
    return {
      summary: undefined,
      sourceFile: undefined,
      problems: [{ start: undefined, message: reason(error) }],
    };
  }
}

/** The same for an edit of a text whose tree is at hand: only what changed is parsed. `old` must not be used again. */
export function parseEdit(file: string, old: ts.SourceFile, text: string): ParseResult {
  try {
    return summarized(file, ts.updateSourceFile(old, text, changeBetween(old.text, text)));
  } catch {
    return parseText(file, text);
  }
}

function summarized(file: string, sourceFile: ts.SourceFile): ParseResult {
  const summary = summarize(file, sourceFile);
  const problems = summary.problems.map(({ s, message }) => ({ start: s, message }));
  return { summary, sourceFile, problems };
}

function reason(error: unknown): string {
  if (error instanceof RangeError) return "nested too deeply to be read";
  return `cannot be analysed: ${error instanceof Error ? error.message : String(error)}`;
}

const PIECE = 256;

/** The smallest range whose replacement turns `before` into `after`. */
function changeBetween(before: string, after: string): ts.TextChangeRange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  // Whole pieces are compared many times faster than characters.
  while (start + PIECE <= shorter && before.startsWith(after.slice(start, start + PIECE), start))
    start += PIECE;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end + PIECE <= shorter - start &&
    before.endsWith(after.slice(after.length - end - PIECE, after.length - end), before.length - end)
  )
    end += PIECE;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  return {
    span: { start, length: before.length - end - start },
    newLength: after.length - end - start,
  };
}
