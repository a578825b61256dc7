/** Regular expressions, which may take as long as they like: those that could on a text are not tried. */
import { spend } from "./budget.ts";
import { NotInterpreted } from "./not-interpreted.ts";

/** Longest text that is searched. */
const LONGEST = 2_000;
/** The same where something that repeats is itself repeated: there each character may double the time. */
const LONGEST_DOUBLING = 28;
const CHARACTERS_PER_STEP = 10;

/** As it is written, between slashes. */
export function regexpOf(text: string): RegExp {
  const end = text.lastIndexOf("/");
  try {
    return new RegExp(text.slice(1, end), text.slice(end + 1));
  } catch {
    throw new NotInterpreted("a regular expression that is not known here");
  }
}

/** What one of the language's functions searches a text for; null for one that searches none. */
function searchOf(fn: unknown, self: unknown, args: readonly unknown[]): [what: RegExp, text: string] | null {
  if (OF_REGEXPS.has(fn)) return self instanceof RegExp ? [self, String(args[0])] : null;
  if (!OF_TEXTS.has(fn) || typeof self !== "string") return null;
  if (args[0] instanceof RegExp) return [args[0], self];
  return MAKING.has(fn) && typeof args[0] === "string" ? [new RegExp(args[0]), self] : null;
}

const OF_REGEXPS: ReadonlySet<unknown> = new Set<unknown>([RegExp.prototype.test, RegExp.prototype.exec]);
/** They make a regular expression of a text. */
const MAKING: ReadonlySet<unknown> = new Set<unknown>([
  String.prototype.match,
  String.prototype.matchAll,
  String.prototype.search,
]);
const OF_TEXTS: ReadonlySet<unknown> = new Set<unknown>([
  ...MAKING,
  String.prototype.replace,
  String.prototype.replaceAll,
  String.prototype.split,
]);

/** @throws NotInterpreted where a search may take too long */
export function checkSearch(fn: unknown, self: unknown, args: readonly unknown[]): void {
  const search = searchOf(fn, self, args);
  if (search === null) return;
  const [what, { length }] = search;
  spend(length / CHARACTERS_PER_STEP);
  if (length > (isDoubling(what.source) ? LONGEST_DOUBLING : LONGEST))
    throw new NotInterpreted("a regular expression that may take long on its text");
}

const doubling = new Map<string, boolean>();

/** Whether something that may match in more than one way is repeated without a limit. */
function isDoubling(source: string): boolean {
  const known = doubling.get(source) ?? repeatsChoices(source);
  doubling.set(source, known);
  return known;
}

/** The parts of a pattern that matter here: what is one atom, groups, choices and repetitions. */
const PARTS =
  /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)|\||[*+?]|\{\d+(?:,\d*)?\}|[\s\S]/g;

function repeatsChoices(source: string): boolean {
  /** Of each group that is open, whether there is a choice in it. */
  const open = [false];
  let closed = false;
  for (const [part] of source.matchAll(PARTS)) {
    const isRepetition = /^(?:[*+?]|\{\d+(?:,\d*)?\})$/.test(part);
    if (isRepetition && closed && /^(?:[*+]|\{\d+,\})$/.test(part)) return true;
    if (part.startsWith("(")) open.push(false);
    const inner = part === ")" && open.length > 1 ? open.pop() === true : false;
    if (inner || part === "|" || (isRepetition && !/^\{\d+\}$/.test(part))) open[open.length - 1] = true;
    closed = inner;
  }
  return false;
}
