/**
 * An array literal taken apart into elements with the comments that belong to them, so that elements can be
 * permuted or taken out while comments, trailing commas and layout stay.
 *
 * Only the text between the brackets is parsed, so the cost does not depend on the size of the file.
 */
import { ts } from "ts-morph";

export interface ListElement {
  /** Comments above (or before) the element, up to its first character. */
  lead: string;
  /** The element itself, without comments around it. */
  text: string;
  /** From the element's end to its comma: comments and spaces. */
  beforeComma: string;
  /** Comments behind the comma on the same line, with the spaces before them. */
  afterComma: string;
  node: ts.Expression;
  /** Offsets of `text` in the literal's text. */
  start: number;
  end: number;
}

export interface ListLiteral {
  /** The whole literal, from `[` to after `]`. */
  text: string;
  elements: ListElement[];
  /** `gaps[i]` stands before element i and stays where it is; the last one stands before `]`. */
  gaps: string[];
  trailingComma: boolean;
}

/** Parses the text of an array literal; null when it is something else or does not parse. */
export function parseList(text: string): ListLiteral | null {
  const array = parseArray(text);
  if (!array) return null;
  const elements: ListElement[] = [];
  const gaps: string[] = [];
  let at = 1; // behind `[`
  let trailingComma = false;
  for (const [index, node] of array.elements.entries()) {
    const start = node.getStart() - SHIFT;
    const end = node.getEnd() - SHIFT;
    const between = text.slice(at, start);
    // `[ // what the list is about` stays with the bracket.
    const heading = index === 0 ? sameLineComments(between) : 0;
    const own = leadLength(between.slice(heading));
    gaps.push(between.slice(0, between.length - own));
    const lead = between.slice(between.length - own);
    const after = afterElement(text, end, index === array.elements.length - 1);
    if (!after) return null;
    elements.push({ lead, text: text.slice(start, end), node, start, end, ...after.parts });
    trailingComma = after.comma;
    at = after.next;
  }
  gaps.push(text.slice(at, text.length - 1));
  return { text, elements, gaps, trailingComma };
}

/**
 * The literal with its elements in another order: `order[i]` is the element that comes to place i.
 * @returns null when the layout does not allow it, e.g. a comment would come to stand before another element.
 */
export function permuteList(list: ListLiteral, order: readonly number[]): string | null {
  const last = order.length - 1;
  let text = "[";
  for (const [place, index] of order.entries()) {
    const element = list.elements[index]!;
    const comma = place < last || list.trailingComma ? "," : "";
    // A comment at the end of a line would, in the middle of one, speak of the wrong element.
    const endsLine = place === last || /^[ \t]*[\n\r]/.test(list.gaps[place + 1]!);
    if (element.afterComma !== "" && !endsLine) return null;
    text +=
      list.gaps[place]! + element.lead + element.text + element.beforeComma + comma + element.afterComma;
  }
  text += `${list.gaps.at(-1)!}]`;
  return sameParts(list, order, text) ? text : null;
}

/** The permuted text must have exactly the same elements and comments. */
function sameParts(list: ListLiteral, order: readonly number[], text: string): boolean {
  const array = parseArray(text);
  if (!array || array.elements.length !== order.length) return false;
  const moved = array.elements.every((node, place) => node.getText() === list.elements[order[place]!]!.text);
  return moved && comments(text).sort().join("\0") === comments(list.text).sort().join("\0");
}

/** Text of all comments of an expression. */
export function comments(text: string): string[] {
  const found: string[] = [];
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, text);
  // A plain token scan misreads templates and regular expressions; what it then takes for a comment it takes for
  // one before and after, so the comparison still holds for text that is only moved.
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.SingleLineCommentTrivia || kind === ts.SyntaxKind.MultiLineCommentTrivia) {
      found.push(scanner.getTokenText());
    }
  }
  return found;
}

/** The literal is parsed inside `(...)`, so positions are off by one. */
const SHIFT = 1;

function parseArray(text: string): ts.ArrayLiteralExpression | null {
  const file = ts.createSourceFile("list.ts", `(${text})`, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const statement = file.statements[0];
  if (file.statements.length !== 1 || !statement || !ts.isExpressionStatement(statement)) return null;
  const outer = statement.expression;
  if (!ts.isParenthesizedExpression(outer) || !ts.isArrayLiteralExpression(outer.expression)) return null;
  const problems = (file as ts.SourceFile & { parseDiagnostics?: readonly unknown[] }).parseDiagnostics;
  if (problems && problems.length > 0) return null;
  return outer.expression.getEnd() - SHIFT === text.length ? outer.expression : null;
}

interface After {
  parts: { beforeComma: string; afterComma: string };
  comma: boolean;
  /** Where the next gap begins. */
  next: number;
}

/** What follows an element: its comma and the comments on its line that are its own. */
function afterElement(text: string, end: number, isLast: boolean): After | null {
  const toComma = skipTrivia(text, end);
  if (text[toComma] !== ",") {
    if (!isLast) return null;
    const next = end + sameLineComments(text.slice(end, text.length - 1));
    return { parts: { beforeComma: "", afterComma: text.slice(end, next) }, comma: false, next };
  }
  const rest = text.slice(toComma + 1, skipTrivia(text, toComma + 1));
  const next = toComma + 1 + sameLineComments(rest);
  return {
    parts: { beforeComma: text.slice(end, toComma), afterComma: text.slice(toComma + 1, next) },
    comma: true,
    next,
  };
}

/** First offset at or after `at` that is neither white space nor comment. */
function skipTrivia(text: string, at: number): number {
  for (;;) {
    const match = TRIVIA.exec(text.slice(at));
    if (!match || match[0] === "") return at;
    at += match[0].length;
  }
}

const TRIVIA = /^(?:\s+|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)/;

/** Length of the comments at the start of `trivia` that end before a line break: the rest of the element's line. */
function sameLineComments(trivia: string): number {
  const match = /^(?:[ \t]*\/\*(?:[^*\n\r]|\*(?!\/))*\*\/)*(?:[ \t]*\/\/[^\n\r]*)?/.exec(trivia);
  const length = match?.[0].length ?? 0;
  const behind = trivia.slice(length);
  // `{ a }, /* about b */ { b }`: the comment belongs to what follows on the line.
  return behind === "" || /^[ \t]*[\n\r]/.test(behind) ? length : 0;
}

/** Length of the comments at the end of `trivia` that belong to what follows: no blank line in between. */
function leadLength(trivia: string): number {
  let own = 0;
  for (let start = 0; start < trivia.length; ) {
    const match = TRIVIA.exec(trivia.slice(start));
    if (!match) return 0;
    const piece = match[0];
    const isSpace = /^\s/.test(piece);
    if (isSpace && (piece.match(/\r\n|[\n\r]/g)?.length ?? 0) > 1) own = 0;
    else if (!isSpace && own === 0) own = trivia.length - start;
    start += piece.length;
  }
  return own;
}
