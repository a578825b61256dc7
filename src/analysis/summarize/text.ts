/** One text → its summary, parsing no more of it than may matter. */
import { ts } from "ts-morph";
import type { ModuleSummary } from "../ir.ts";
import { Context } from "./context.ts";
import { ModuleNames, mentionedBy } from "./light.ts";
import { outline, type Piece } from "./outline.ts";
import { parseOptions } from "./parse-options.ts";
import {
  addPromise,
  addStatement,
  compilerOf,
  emptySummary,
  finish,
  hasErrors,
  summarize,
} from "./summarize.ts";

/** Told of a syntax error in a declaration that was compiled only when somebody looked inside. */
export type OnLateProblem = () => void;

/** Files that can be outlined: where `<` never begins markup. */
const OUTLINED = /\.[cm]?ts$/;

/**
 * Reads one file from its text. What can be told without a parser and may never matter is not parsed at all, so syntax
 * errors inside it are found when it is looked into: they are added to the summary's problems then. Never throws but for a
 * tree that is nested too deeply for the stack.
 */
export function summarizeText(file: string, text: string, onLate?: OnLateProblem): ModuleSummary {
  const pieces = OUTLINED.test(file) ? (outline(text) ?? []) : [];
  const outlined = pieces.length === 0 ? null : summarizeOutlined(file, text, pieces, onLate);
  return outlined ?? summarize(file, parse(file, text));
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, parseOptions(file), false);
}

/** The same of the pieces of a file and a tree of what is between them; null when that has syntax errors. */
function summarizeOutlined(
  file: string,
  text: string,
  pieces: readonly Piece[],
  onLate: OnLateProblem | undefined,
): ModuleSummary | null {
  const rest = parse(file, withoutPieces(text, pieces));
  if (hasErrors(rest)) return null;
  const names = new ModuleNames(rest, pieces);
  const parts: Part[] = [];
  for (const piece of pieces)
    parts.push({ piece, ids: piece.kind === "type" ? [] : mentionedBy(piece, text, names), node: undefined });
  const needed = parts.filter(({ ids }) => ids === null);
  const apart = needed.length > 0 ? parseParts(file, text, needed) : rest;
  if (apart === null) return null;
  const c = new Context(rest);
  const summary = emptySummary(file, text);
  const compileAt = compilerOf(file, text, (errors) => {
    summary.problems.push(...errors);
    onLate?.();
  });
  c.pushScope();
  let next = 0;
  for (const statement of rest.statements) {
    if (next === parts.length || c.start(statement) !== parts[next]!.piece.start) {
      addStatement(statement, c, summary);
      continue;
    }
    // The mark of declarations that follow one another.
    do {
      const { piece, ids, node } = parts[next++]!;
      if (node !== undefined) {
        c.enter(apart);
        addStatement(node, c, summary);
        c.enter(rest);
      } else if (piece.kind !== "type") addPromise(piece, ids!, compileAt, c, summary);
    } while (parts[next]?.piece.adjacent === true);
  }
  return next === parts.length ? finish(c, summary) : null;
}

/** A declaration of the outline: with the names that it mentions, or with its tree. */
interface Part {
  piece: Piece;
  ids: string[] | null;
  node: ts.Statement | undefined;
}

/**
 * What stands in the place of a declaration: statements that end whatever is before them, also where no semicolon does. The
 * exported one keeps the file a module, so that `await` means the same.
 */
const MARK = "{}";
const MODULE_MARK = "export{};";

/** The text with marks and blanks for its pieces, as far as something else is in it. */
function withoutPieces(text: string, pieces: readonly Piece[]): string {
  let out = "";
  let at = 0;
  for (let i = 0; i < pieces.length; ) {
    const { start } = pieces[i]!;
    let exported = false;
    let end = at;
    do {
      exported ||= pieces[i]!.exported;
      end = pieces[i]!.end;
    } while (pieces[++i]?.adjacent === true);
    const mark = exported ? MODULE_MARK : MARK;
    out += text.slice(at, start) + mark;
    at = end;
    if (i < pieces.length || !/^\s*$/.test(text.slice(end))) out += " ".repeat(end - out.length);
    else return out;
  }
  return out + text.slice(at);
}

/** Parses these pieces and nothing else; null when they are not what they seemed to be. */
function parseParts(file: string, text: string, parts: readonly Part[]): ts.SourceFile | null {
  let out = MODULE_MARK;
  for (const { piece } of parts) {
    if (piece.start < out.length) return null;
    out += " ".repeat(piece.start - out.length) + text.slice(piece.start, piece.end);
  }
  const tree = parse(file, out);
  if (hasErrors(tree) || tree.statements.length !== parts.length + 1) return null;
  for (const [i, part] of parts.entries()) {
    part.node = tree.statements[i + 1]!;
    if (part.node.end !== part.piece.end) return null;
  }
  return tree;
}
