/**
 * Declarations that may never matter: a function, a class without a base, a table. What they mention is read off their
 * text, and they are compiled when somebody looks inside. In most files that is never, which saves most of the memory.
 */
import { ts } from "ts-morph";
import type { Class, Expr, Func, Member, Param, Prop, Stmt } from "../ir.ts";
import type { Context } from "./context.ts";
import { hasModifier } from "./names.ts";

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

class LightFunc implements Func {
  readonly s: number;
  readonly e: number;
  readonly n: string | null;
  readonly arrow: boolean;
  readonly async: boolean;
  readonly gen: boolean;
  private readonly later: Later;

  constructor(node: ts.FunctionLikeDeclaration, n: string | null, s: number, later: Later) {
    this.s = s;
    this.e = node.end;
    this.n = n;
    this.arrow = node.kind === K.ArrowFunction;
    this.async = hasModifier(node, K.AsyncKeyword);
    this.gen = node.asteriskToken !== undefined;
    this.later = later;
  }

  get p(): Param[] {
    return this.full()?.p ?? [];
  }

  get b(): Stmt[] | Expr {
    return this.full()?.b ?? [];
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

  constructor(node: ts.ClassDeclaration & { name: ts.Identifier }, c: Context, s: number, later: Later) {
    this.s = s;
    this.e = node.end;
    this.n = node.name.text;
    this.ns = c.start(node.name);
    this.ne = node.name.end;
    this.abs = hasModifier(node, K.AbstractKeyword);
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

  constructor(node: ts.Node, s: number, later: Later) {
    this.s = s;
    this.e = node.end;
    this.later = later;
  }

  get p(): Expr[] {
    const v = this.later.value();
    return v?.k === "arr" ? v.p : [];
  }
}

class LightObject {
  readonly k = "obj";
  readonly s: number;
  readonly e: number;
  private readonly later: Later;

  constructor(node: ts.Node, s: number, later: Later) {
    this.s = s;
    this.e = node.end;
    this.later = later;
  }

  get p(): Prop[] {
    const v = this.later.value();
    return v?.k === "obj" ? v.p : [];
  }
}

/** A top-level statement as a promise, or null when it must be compiled now: for what it is, or what it may change. */
export function light(
  node: ts.Statement,
  c: Context,
  names: ModuleNames,
  compileAt: CompileAt,
): { stmt: Stmt; ids: string[] } | null {
  if (node.end - node.pos < SHORT) return null;
  const own = declaredName(node);
  if (own === null) return null;
  const s = c.start(node);
  const ids = names.mentioned(c.text, s, node.end, own.text);
  if (ids === null) return null;
  const stmt = promise(node, own, c, s, new Later(compileAt, s, node.end));
  if (stmt === null) return null;
  c.declare(own.text);
  return { stmt, ids };
}

function declaredName(node: ts.Statement): ts.Identifier | null {
  if (hasModifier(node, K.DeclareKeyword)) return null;
  if (ts.isFunctionDeclaration(node)) return node.body === undefined ? null : (node.name ?? null);
  if (ts.isClassDeclaration(node)) return node.heritageClauses === undefined ? (node.name ?? null) : null;
  if (!ts.isVariableStatement(node) || node.declarationList.declarations.length !== 1) return null;
  const { name, type, initializer } = node.declarationList.declarations[0]!;
  if (type !== undefined || initializer === undefined || !ts.isIdentifier(name)) return null;
  return VALUES.has(unwrapped(initializer).kind) ? name : null;
}

function promise(node: ts.Statement, own: ts.Identifier, c: Context, s: number, later: Later): Stmt | null {
  const e = node.end;
  if (ts.isFunctionDeclaration(node)) return { k: "func", s, e, f: new LightFunc(node, own.text, s, later) };
  if (ts.isClassDeclaration(node))
    return {
      k: "class",
      s,
      e,
      c: new LightClass(node as ts.ClassDeclaration & { name: ts.Identifier }, c, s, later),
    };
  const list = (node as ts.VariableStatement).declarationList;
  const declaration = list.declarations[0]!;
  const v = value(unwrapped(declaration.initializer!), c, later);
  if (v === null) return null;
  const at = c.start(own);
  return {
    k: "var",
    s: c.start(list),
    e: list.end,
    c: (list.flags & ts.NodeFlags.Const) !== 0,
    d: [
      {
        s: c.start(declaration),
        e: declaration.end,
        t: { k: "id", s: at, e: own.end, n: own.text },
        v,
        ty: null,
      },
    ],
  };
}

/** Initialisers that can be promised. */
const VALUES = new Set([K.ArrayLiteralExpression, K.ObjectLiteralExpression, K.ArrowFunction]);

function unwrapped(initializer: ts.Expression): ts.Expression {
  let node = initializer;
  while (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node))
    node = node.expression;
  return node;
}

function value(node: ts.Expression, c: Context, later: Later): Expr | null {
  const s = c.start(node);
  if (ts.isArrayLiteralExpression(node)) return new LightList(node, s, later);
  if (ts.isObjectLiteralExpression(node)) return new LightObject(node, s, later);
  if (ts.isArrowFunction(node)) return { k: "fn", s, e: node.end, f: new LightFunc(node, null, s, later) };
  return null;
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

  constructor(sourceFile: ts.SourceFile) {
    for (const statement of sourceFile.statements) this.collect(statement);
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
