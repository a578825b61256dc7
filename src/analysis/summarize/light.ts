/**
 * Declarations that may never matter: a function, a class without a base, a table. What they mention is read off their
 * text, and they are compiled when somebody looks inside. In most files that is never, which saves most of the memory.
 */
import { ts } from "ts-morph";
import type { Class, Expr, Func, Member, Param, Prop, Span, Stmt } from "../ir.ts";
import type { Context } from "./context.ts";
import { hasModifier } from "./names.ts";
import type { Piece } from "./outline.ts";

const K = ts.SyntaxKind;

/** Below this, a promise to compile costs as much as compiling. */
const SHORT = 80;

/** How a source text is compiled from one of its top-level statements; given by `summarize` to break the cycle. */
export type CompileAt = (start: number, end: number) => Stmt | null;

/** One statement, compiled when first needed. */
class Later {
  private compile: CompileAt | null;
  private readonly start: number;
  private readonly end: number;
  private found: Stmt | null = null;

  constructor(compile: CompileAt, start: number, end: number) {
    this.compile = compile;
    this.start = start;
    this.end = end;
  }

  get(): Stmt | null {
    if (this.compile !== null) {
      this.found = this.compile(this.start, this.end);
      this.compile = null;
    }
    return this.found;
  }

  /** The initialiser, of a variable. */
  value(): Expr | null {
    const stmt = this.get();
    return stmt?.k === "var" ? (stmt.d[0]?.v ?? null) : null;
  }
}

/** Stands for what turned out not to be readable: it may be anything. */
function unread({ s, e }: Span): Expr {
  return { k: "opaque", s, e, x: [], w: "code that could not be read" };
}

function spreadOf(x: Expr): Span & { k: "spread"; x: Expr } {
  return { k: "spread", s: x.s, e: x.e, x };
}

class LightFunc implements Func {
  readonly s: number;
  readonly e: number;
  readonly n: string | null;
  readonly arrow: boolean;
  readonly async: boolean;
  readonly gen: boolean;
  private readonly later: Later;

  constructor(piece: Piece, later: Later) {
    this.arrow = piece.kind === "arrow";
    this.s = this.arrow ? piece.valueStart : piece.start;
    this.e = this.arrow ? piece.valueEnd : piece.end;
    this.n = this.arrow ? null : piece.name;
    this.async = piece.async;
    this.gen = piece.generator;
    this.later = later;
  }

  get p(): Param[] {
    return this.full()?.p ?? [];
  }

  get b(): Stmt[] | Expr {
    return this.full()?.b ?? unread(this);
  }

  private full(): Func | null {
    const stmt = this.later.get();
    if (stmt?.k === "func") return stmt.f;
    const v = this.later.value();
    return v?.k === "fn" ? v.f : null;
  }
}

class LightClass implements Class {
  readonly s: number;
  readonly e: number;
  readonly n: string | null;
  readonly ns: number;
  readonly ne: number;
  readonly x = null;
  readonly abs: boolean;
  private readonly later: Later;

  constructor(piece: Piece, later: Later) {
    this.s = piece.start;
    this.e = piece.end;
    this.n = piece.name;
    this.ns = piece.nameStart;
    this.ne = piece.nameStart + piece.name.length;
    this.abs = piece.abstract;
    this.later = later;
  }

  get m(): Member[] {
    return this.full()?.m ?? [];
  }

  get asg(): string[] {
    return this.full()?.asg ?? [];
  }

  private full(): Class | null {
    const stmt = this.later.get();
    return stmt?.k === "class" ? stmt.c : null;
  }
}

class LightList {
  readonly k = "arr";
  readonly s: number;
  readonly e: number;
  private readonly later: Later;

  constructor(piece: Piece, later: Later) {
    this.s = piece.valueStart;
    this.e = piece.valueEnd;
    this.later = later;
  }

  get p(): Expr[] {
    const v = this.later.value();
    return v?.k === "arr" ? v.p : [spreadOf(unread(this))];
  }
}

class LightObject {
  readonly k = "obj";
  readonly s: number;
  readonly e: number;
  private readonly later: Later;

  constructor(piece: Piece, later: Later) {
    this.s = piece.valueStart;
    this.e = piece.valueEnd;
    this.later = later;
  }

  get p(): Prop[] {
    const v = this.later.value();
    return v?.k === "obj" ? v.p : [spreadOf(unread(this))];
  }
}

/** What a declaration mentions of its module; null when it must be compiled now, for what it may change. */
export function mentionedBy(piece: Piece, text: string, names: ModuleNames): string[] | null {
  return names.mentioned(text, piece.start, piece.end, piece.name);
}

/** A declaration of a value as a promise. */
export function promise(piece: Piece, compileAt: CompileAt): Stmt {
  const { kind, start: s, end: e, name } = piece;
  const later = new Later(compileAt, s, e);
  if (kind === "function") return { k: "func", s, e, f: new LightFunc(piece, later) };
  if (kind === "class") return { k: "class", s, e, c: new LightClass(piece, later) };
  const { nameStart, keyword, valueStart, valueEnd, initializerEnd } = piece;
  const v: Expr =
    kind === "list"
      ? new LightList(piece, later)
      : kind === "object"
        ? new LightObject(piece, later)
        : { k: "fn", s: valueStart, e: valueEnd, f: new LightFunc(piece, later) };
  const t = { k: "id" as const, s: nameStart, e: nameStart + name.length, n: name };
  return {
    k: "var",
    s: keyword,
    e: initializerEnd,
    c: piece.constant,
    d: [{ s: nameStart, e: initializerEnd, t, v, ty: null }],
  };
}

/** A statement of a tree as a declaration that can be promised; null when it is none, or too short to be worth it. */
export function pieceOf(node: ts.Statement, c: Context): Piece | null {
  if (node.end - node.pos < SHORT || hasModifier(node, K.DeclareKeyword)) return null;
  const start = c.start(node);
  const piece: Piece = {
    kind: "function",
    name: "",
    nameStart: start,
    start,
    end: node.end,
    exported: hasModifier(node, K.ExportKeyword),
    async: hasModifier(node, K.AsyncKeyword),
    generator: false,
    abstract: hasModifier(node, K.AbstractKeyword),
    constant: false,
    keyword: start,
    valueStart: start,
    valueEnd: node.end,
    initializerEnd: node.end,
    adjacent: false,
  };
  const named = (name: ts.Identifier | undefined): Piece | null => {
    if (name === undefined) return null;
    piece.name = name.text;
    piece.nameStart = c.start(name);
    return piece;
  };
  if (ts.isFunctionDeclaration(node)) {
    piece.generator = node.asteriskToken !== undefined;
    return node.body === undefined ? null : named(node.name);
  }
  if (ts.isClassDeclaration(node)) {
    piece.kind = "class";
    return node.heritageClauses === undefined ? named(node.name) : null;
  }
  if (!ts.isVariableStatement(node) || node.declarationList.declarations.length !== 1) return null;
  const { name, type, initializer, end } = node.declarationList.declarations[0]!;
  if (type !== undefined || initializer === undefined || !ts.isIdentifier(name)) return null;
  const value = unwrapped(initializer);
  const kind = VALUES.get(value.kind);
  if (kind === undefined) return null;
  piece.kind = kind;
  piece.async = kind === "arrow" && hasModifier(value, K.AsyncKeyword);
  piece.constant = (node.declarationList.flags & ts.NodeFlags.Const) !== 0;
  piece.keyword = c.start(node.declarationList);
  piece.valueStart = c.start(value);
  piece.valueEnd = value.end;
  piece.initializerEnd = end;
  return named(name);
}

/** Initialisers that can be promised. */
const VALUES = new Map<ts.SyntaxKind, Piece["kind"]>([
  [K.ArrayLiteralExpression, "list"],
  [K.ObjectLiteralExpression, "object"],
  [K.ArrowFunction, "arrow"],
]);

function unwrapped(initializer: ts.Expression): ts.Expression {
  let node = initializer;
  while (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    node = node.expression;
  return node;
}

/** Imported: mentioning it changes nothing, unless a method of it does. */
const IMPORTED = 0;
/** Declared in the module: only a call of it surely changes nothing. */
const DECLARED = 1;
/** Names other modules, or hides what it does. */
const LOADS = 2;

/** The names of a module, to be found in the text of its statements. */
export class ModuleNames {
  private readonly kinds = new Map<string, number>([
    ["require", LOADS],
    ["import", LOADS],
    ["eval", LOADS],
  ]);
  /** Which combinations of first character and length occur: most words need no look at the map. */
  private readonly filter = new Uint8Array(512);

  constructor(sourceFile: ts.SourceFile, pieces: readonly Piece[]) {
    for (const statement of sourceFile.statements) this.collect(statement);
    for (const { kind, name } of pieces) if (kind !== "type") this.kinds.set(name, DECLARED);
    for (const name of this.kinds.keys()) this.filter[slot(name.charCodeAt(0), name.length)] = 1;
  }

  private collect(node: ts.Statement): void {
    if (ts.isImportDeclaration(node)) {
      const { name, namedBindings } = node.importClause ?? {};
      if (name !== undefined) this.kinds.set(name.text, IMPORTED);
      if (namedBindings === undefined) return;
      if (ts.isNamespaceImport(namedBindings)) this.kinds.set(namedBindings.name.text, IMPORTED);
      else for (const { name: one } of namedBindings.elements) this.kinds.set(one.text, IMPORTED);
    } else if (ts.isImportEqualsDeclaration(node)) this.kinds.set(node.name.text, IMPORTED);
    else if (ts.isModuleDeclaration(node)) {
      this.kinds.set(node.name.text, DECLARED);
      ts.forEachChild(node, (child) => this.nested(child));
    } else if (ts.isVariableStatement(node))
      for (const { name } of node.declarationList.declarations) this.pattern(name);
    else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) {
      if (node.name !== undefined) this.kinds.set(node.name.text, DECLARED);
    } else ts.forEachChild(node, (child) => this.nested(child));
  }

  private pattern(name: ts.BindingName): void {
    if (ts.isIdentifier(name)) this.kinds.set(name.text, DECLARED);
    else for (const element of name.elements) if (ts.isBindingElement(element)) this.pattern(element.name);
  }

  /** Variables of blocks and loops at the top count as the module's. */
  private nested(node: ts.Node): void {
    if (ts.isFunctionLike(node)) return;
    if (ts.isVariableDeclaration(node)) this.pattern(node.name);
    else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node)) {
      if (node.name !== undefined) this.kinds.set(node.name.text, DECLARED);
    } else ts.forEachChild(node, (child) => this.nested(child));
  }

  /**
   * The module's names in a piece of text, words in comments and strings included; null when it may change one of them or
   * load a module. `own` is the name that the piece declares.
   */
  mentioned(text: string, start: number, end: number, own: string): string[] | null {
    const found: string[] = [];
    let declared = false;
    for (let i = start; i < end; i++) {
      const first = text.charCodeAt(i);
      if (!isWord(first)) {
        // An escape may spell any name.
        if (first === BACKSLASH && text.charCodeAt(i + 1) === LOWER_U) return null;
        continue;
      }
      const from = i++;
      while (i < end && isWord(text.charCodeAt(i))) i++;
      if (this.filter[slot(first, i - from)] === 0) continue;
      const name = text.slice(from, i);
      const kind = this.kinds.get(name);
      if (kind === undefined) continue;
      if (name === own && !declared) {
        declared = true;
        continue;
      }
      if (kind === LOADS || (kind === DECLARED && text.charCodeAt(i) !== OPEN)) return null;
      if (kind === IMPORTED && CHANGES.test(text.slice(i, i + 30))) return null;
      if (!found.includes(name)) found.push(name);
    }
    return found;
  }
}

/** What follows a name when one of its methods changes it. */
const CHANGES =
  /^\s*[!?]?\.\s*(push|unshift|pop|shift|splice|sort|reverse|fill|copyWithin|set|add|delete|clear)\b/;

const OPEN = 40;
const BACKSLASH = 92;
const LOWER_U = 117;

function slot(first: number, length: number): number {
  return (first * 13 + length) & 511;
}

function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}
