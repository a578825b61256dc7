/** Text → syntax tree → summary, whatever the text is. */
import { ts } from "ts-morph";
import type { ModuleSummary } from "../ir.ts";
import { isTooDeep, TOO_DEEP } from "./nesting.ts";
import { parseOptions } from "./parse-options.ts";
import { hasErrors, summarize } from "./summarize.ts";

export interface ParseResult {
  /** Undefined when not even a broken tree could be made. */
  summary: ModuleSummary | undefined;
  problems: { start: number | undefined; message: string }[];
}

/** A parse with the whole tree, for the next edit. */
export interface ParsedDocument extends ParseResult {
  sourceFile: ts.SourceFile | undefined;
}

/** Parses and summarises. Never throws; a tree that is nested deeper than the stack allows is a problem. */
export function parseText(file: string, text: string): ParseResult {
  if (isTooDeep(text)) return { summary: undefined, problems: [{ start: undefined, message: TOO_DEEP }] };
  try {
    const summary = summarize(file, ts.createSourceFile(file, text, parseOptions(file), false));
    return { summary, problems: summary.problems.map(({ start: s, message }) => ({ start: s, message })) };
  } catch (error) {
    return { summary: undefined, problems: [{ start: undefined, message: reason(error) }] };
  }
}

/**
 * The same of an open text: given the tree of an earlier text, only what changed is parsed. `old` must not be used again.
 * A text with syntax errors is summarised as one on disk is, so that the same text always gives the same facts.
 */
export function parseDocument(file: string, old: ts.SourceFile | undefined, text: string): ParsedDocument {
  let sourceFile: ts.SourceFile | undefined;
  if (isTooDeep(text)) return { ...parseText(file, text), sourceFile };
  try {
    sourceFile =
      old === undefined
        ? ts.createSourceFile(file, text, parseOptions(file), false)
        : ts.updateSourceFile(old, text, changeBetween(old.text, text));
    if (!hasErrors(sourceFile)) return { summary: summarize(file, sourceFile), problems: [], sourceFile };
  } catch {
    // Said by `parseText`, if it is so for it too.
    sourceFile = undefined;
  }
  return { ...parseText(file, text), sourceFile };
}

function reason(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP;
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
