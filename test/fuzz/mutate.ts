/** Broken variants of a program: cut, doubled, spliced and replaced at its tokens. */
import { ts } from "ts-morph";

/** Small and seeded (mulberry32): a failure can be played again. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The offsets at which tokens start, and the end. */
export function tokenStarts(text: string): number[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, text);
  const starts: number[] = [];
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken && scanner.getTokenEnd() < text.length)
    starts.push(scanner.getTokenStart());
  return [...starts, text.length];
}

export const FRAGMENTS: readonly string[] = [
  "{",
  "}",
  "[",
  "]",
  "(",
  ")",
  ",",
  ";",
  ":",
  "...",
  "=>",
  "?",
  "?.",
  "`",
  "${",
  "'",
  '"',
  "/*",
  "//",
  "*/",
  "<",
  ">",
  "@",
  "#",
  "\\",
  "\u0000",
  "\ufffd",
  "\u2028",
  "\u{1f4a9}",
  "\ud800",
  "null",
  "undefined",
  "0x",
  "1_",
  "NaN",
  "-1",
  "1e999",
  "class",
  "extends",
  "import",
  "export",
  "default",
  "async",
  "await",
  "yield",
  "new",
  "this",
  "super",
  "return",
  "if",
  "for",
  "while",
  "switch",
  "case",
  "enum",
  "namespace",
  "static",
  "get",
  "set",
  "in",
  "of",
  "as const",
  "satisfies",
  "children",
  "start",
  "id",
  "init",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  'import "suptree"',
];

export type Mutation = (text: string, starts: readonly number[], next: () => number) => string;

function span(starts: readonly number[], next: () => number, longest: number): [number, number] {
  const from = Math.floor(next() * starts.length);
  const to = Math.min(starts.length - 1, from + 1 + Math.floor(next() * longest));
  return [starts[from]!, starts[to]!];
}

export const MUTATIONS: Record<string, Mutation> = {
  truncate: (text, starts, next) => text.slice(0, starts[Math.floor(next() * starts.length)]),
  behead: (text, starts, next) => text.slice(starts[Math.floor(next() * starts.length)]),
  remove: (text, starts, next) => {
    const [from, to] = span(starts, next, 4);
    return text.slice(0, from) + text.slice(to);
  },
  insert: (text, starts, next) => {
    const at = starts[Math.floor(next() * starts.length)]!;
    return `${text.slice(0, at)}${FRAGMENTS[Math.floor(next() * FRAGMENTS.length)]}${text.slice(at)}`;
  },
  replace: (text, starts, next) => {
    const [from, to] = span(starts, next, 1);
    return `${text.slice(0, from)}${FRAGMENTS[Math.floor(next() * FRAGMENTS.length)]} ${text.slice(to)}`;
  },
  double: (text, starts, next) => {
    const [from, to] = span(starts, next, 30);
    return text.slice(0, to) + text.slice(from);
  },
  move: (text, starts, next) => {
    const [from, to] = span(starts, next, 20);
    const rest = text.slice(0, from) + text.slice(to);
    const at = Math.floor(next() * rest.length);
    return rest.slice(0, at) + text.slice(from, to) + rest.slice(at);
  },
  bytes: (text, _, next) => {
    const at = Math.floor(next() * text.length);
    return text.slice(0, at) + String.fromCharCode(Math.floor(next() * 0x10000)) + text.slice(at + 1);
  },
  many: (text, starts, next) => {
    let out = text;
    for (let n = 0; n < 5; n++)
      out = MUTATIONS[ORDER[Math.floor(next() * ORDER.length)]!]!(out, tokenStarts(out), next);
    return out || text.slice(0, starts[1]);
  },
};

const ORDER = ["remove", "insert", "replace", "double", "move", "bytes"];
