/** How deep a text is nested, before anybody recurses into it: the same answer on every stack. */
import { ts } from "ts-morph";

/** What is said of a text that is nested deeper than this, or than the stack allows. */
export const TOO_DEEP = "nested too deeply to be read";

/** Brackets within brackets that the parser's stack holds even before its code is optimised. */
const MAX_NESTING = 256;

/** Whether brackets stand in more brackets than are read. */
export function isTooDeep(text: string): boolean {
  return deepest(brackets(text)) > MAX_NESTING && deepest(tokens(text)) > MAX_NESTING;
}

function deepest(steps: Iterable<number>): number {
  let depth = 0;
  let most = 0;
  for (const step of steps) {
    depth = Math.max(0, depth + step);
    if (depth > most) most = depth;
  }
  return most;
}

/** Every bracket, also those in texts and comments: quick, and never too few. */
function brackets(text: string): number[] {
  const found: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 40 || char === 91 || char === 123) found.push(1);
    else if (char === 41 || char === 93 || char === 125) found.push(-1);
  }
  return found;
}

/** Those that are tokens. */
function* tokens(text: string): Iterable<number> {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const K = ts.SyntaxKind;
  for (let kind = scanner.scan(); kind !== K.EndOfFileToken; kind = scanner.scan()) {
    if (kind === K.OpenParenToken || kind === K.OpenBracketToken || kind === K.OpenBraceToken) yield 1;
    else if (kind === K.CloseParenToken || kind === K.CloseBracketToken || kind === K.CloseBraceToken)
      yield -1;
  }
}
