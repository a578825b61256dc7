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
const BUFFERS = typeof Buffer === "undefined" ? [] : NEEDLES.map(({ text }) => Buffer.from(text));

/**
 * The specifiers in the bytes of a file; undefined when they are no source text. On Node nothing is decoded but the
 * specifiers themselves: making a string of every file would cost as much again as the search.
 */
export function specifiersInBytes(bytes: Uint8Array, interner: Interner): string[] | undefined {
  if (typeof Buffer === "undefined" || !(bytes instanceof Buffer) || isUtf16(bytes)) {
    const text = scanText(bytes);
    return text === undefined
      ? undefined
      : specifiersIn(text).map((one) => interner.intern(one, !isUtf16(bytes)));
  }
  if (isForeign(bytes)) return undefined;
  const found: string[] = [];
  for (let n = 0; n < NEEDLES.length; n++) {
    const { text: needle, paren } = NEEDLES[n]!;
    const buffer = BUFFERS[n]!;
    for (let at = bytes.indexOf(buffer); at >= 0; at = bytes.indexOf(buffer, at + needle.length)) {
      let i = skipSpaceBytes(bytes, at + needle.length);
      if (paren) {
        if (bytes[i] !== 40) continue;
        i = skipSpaceBytes(bytes, i + 1);
      }
      const quote = bytes[i];
      if (quote !== QUOTE_DOUBLE && quote !== QUOTE_SINGLE) continue;
      const end = endOfSpecifier(bytes, i + 1, quote);
      if (end <= i + 1) continue;
      const specifier = interner.intern(bytes.toString("latin1", i + 1, end), true);
      if (!found.includes(specifier)) found.push(specifier);
    }
  }
  return found;
}

function endOfSpecifier(bytes: Uint8Array, start: number, quote: number): number {
  const limit = Math.min(bytes.length, start + MAX_SPECIFIER);
  for (let i = start; i < limit; i++) {
    const byte = bytes[i]!;
    if (byte === quote) return i;
    if (byte === 10 || byte === 13) break;
  }
  return -1;
}

function skipSpaceBytes(bytes: Buffer, start: number): number {
  let i = start;
  for (;;) {
    const byte = bytes[i]!;
    if (byte === 32 || (byte >= 9 && byte <= 13)) i++;
    else if (byte === 47 && bytes[i + 1] === 42) {
      const end = bytes.indexOf("*/", i + 2);
      if (end < 0) return i;
      i = end + 2;
    } else return i;
  }
}

function isUtf16(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 2 &&
    ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
  );
}

/** The text to scan for some bytes; undefined when they are no source text. One character per byte unless it is UTF-16. */
function scanText(bytes: Uint8Array): string | undefined {
  if (isForeign(bytes)) return undefined;
  return isUtf16(bytes) ? decode(bytes) : latin1.decode(bytes);
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
  readonly #known = new Map<string, string>();

  intern(text: string, bytes: boolean): string {
    let own = this.#known.get(text);
    if (own === undefined) {
      const codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
      const copy = String.fromCharCode(...codes);
      own = bytes && codes.some((code) => code > 127) ? decode(Uint8Array.from(codes)) : copy;
      this.#known.set(copy, own);
    }
    return own;
  }
}

/** Whether a file can pass on what it imports or inherits: a class with a base, or a re-export. */
export function passesOn(text: string): boolean {
  return /\bextends\b|\bexport\s*(?:type\s*)?[{*]|\bexports\b/.test(text);
}
