/**
 * The cheap look at a file that decides whether it is parsed at all: the module specifiers in its text, found without a
 * parser. Text in comments and template literals may add specifiers that are none; that costs a parse, never a fact.
 */
import { decode, isForeign } from "./decode.ts";

const QUOTE_DOUBLE = 34;
const QUOTE_SINGLE = 39;
const MAX_SPECIFIER = 256;

/** Short needles with rare first letters are what V8 searches fastest: see bench/analysis. */
const NEEDLES: readonly { text: string; paren: boolean }[] = [
  { text: "from", paren: false },
  { text: "quire", paren: true },
  { text: "mport", paren: true },
];

const latin1 = new TextDecoder("latin1");

/** The text to scan for some bytes; undefined when they are no source text. One character per byte unless it is UTF-16. */
export function scanText(bytes: Uint8Array): string | undefined {
  if (isForeign(bytes)) return undefined;
  if (bytes.length >= 2 && bytes[0]! >= 0xfe && bytes[1]! >= 0xfe) return decode(bytes);
  if (typeof Buffer !== "undefined" && bytes instanceof Buffer) return bytes.toString("latin1");
  return latin1.decode(bytes);
}

/**
 * The specifiers of `import … from "x"`, `export … from "x"`, `require("x")` and `import("x")` in a text, once each.
 * Bare `import "x"` brings no names and is left out.
 */
export function specifiersIn(text: string): string[] {
  const found: string[] = [];
  for (const { text: needle, paren } of NEEDLES) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
      let i = skipSpace(text, at + needle.length);
      if (paren) {
        if (text.charCodeAt(i) !== 40) continue;
        i = skipSpace(text, i + 1);
      }
      const quote = text.charCodeAt(i);
      if (quote !== QUOTE_DOUBLE && quote !== QUOTE_SINGLE) continue;
      const specifier = readSpecifier(text, i + 1, quote);
      if (specifier !== "" && !found.includes(specifier)) found.push(specifier);
    }
  }
  return found;
}

function readSpecifier(text: string, start: number, quote: number): string {
  for (let i = start; i < start + MAX_SPECIFIER; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) return text.slice(start, i);
    if (code === 10 || code === 13 || Number.isNaN(code)) break;
  }
  return "";
}

/** Blanks, line ends, and block comments, which bundlers give a meaning in `import(…)`. */
function skipSpace(text: string, start: number): number {
  let i = start;
  for (;;) {
    const code = text.charCodeAt(i);
    if (code === 32 || (code >= 9 && code <= 13)) i++;
    else if (code === 47 && text.charCodeAt(i + 1) === 42) {
      const end = text.indexOf("*/", i + 2);
      if (end < 0) return i;
      i = end + 2;
    } else return i;
  }
}

/**
 * Strings cut from a text keep that whole text in memory; this keeps one small copy of each instead. `bytes` says that the
 * text has one character per byte, so that names outside ASCII still are UTF-8.
 */
export class Interner {
  private readonly known = new Map<string, string>();

  intern(text: string, bytes: boolean): string {
    let own = this.known.get(text);
    if (own === undefined) {
      const codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
      const copy = String.fromCharCode(...codes);
      own = bytes && codes.some((code) => code > 127) ? decode(Uint8Array.from(codes)) : copy;
      this.known.set(copy, own);
    }
    return own;
  }
}

/** Whether a file can pass on what it imports or inherits: a class with a base, or a re-export. */
export function passesOn(text: string): boolean {
  return /\bextends\b|\bexport\s*(?:type\s*)?[{*]|\bexports\b/.test(text);
}
