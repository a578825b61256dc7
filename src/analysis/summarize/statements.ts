/** Statements: compiler nodes → `Stmt`. */
import { ts } from "ts-morph";
import type { Declarator, Expr, Func, Prop, Stmt } from "../ir.ts";
import { type Context, MAX_DEPTH } from "./context.ts";
import { compileExpr, compileTarget } from "./expressions.ts";
import { compileClass, compileFunction, compilePattern } from "./functions.ts";
import { hasModifier } from "./names.ts";
import { typeNames } from "./type-names.ts";

const K = ts.SyntaxKind;

export function compileBlock(statements: readonly ts.Statement[], c: Context): Stmt[] {
  const result: Stmt[] = [];
  for (const statement of statements) compileStatement(statement, c, result);
  return result;
}

/** Appends what the statement is; types, empty statements and the like are nothing. */
export function compileStatement(node: ts.Statement, c: Context, into: Stmt[]): void {
  if (c.depth >= MAX_DEPTH) {
    into.push({ k: "expr", ...c.span(node), x: c.opaque(node, "nested too deeply") });
    return;
  }
  c.depth++;
  const statement = compile(node, c);
  c.depth--;
  if (statement !== null) into.push(statement);
}

function nested(node: ts.Statement, c: Context): Stmt[] {
  return compileBlock(ts.isBlock(node) ? node.statements : [node], c);
}

function compile(node: ts.Statement, c: Context): Stmt | null {
  const s = c.start(node);
  const e = node.end;
  switch (node.kind) {
    case K.VariableStatement:
      if (hasModifier(node, K.DeclareKeyword)) return null;
      return compileVariables((node as ts.VariableStatement).declarationList, c);
    case K.ExpressionStatement:
      return { k: "expr", s, e, x: compileExpr((node as ts.ExpressionStatement).expression, c) };
    case K.ReturnStatement: {
      const x = (node as ts.ReturnStatement).expression;
      return { k: "ret", s, e, x: x === undefined ? null : compileExpr(x, c) };
    }
    case K.ThrowStatement:
      return { k: "throw", s, e, x: compileExpr((node as ts.ThrowStatement).expression, c) };
    case K.IfStatement: {
      const { expression, thenStatement, elseStatement } = node as ts.IfStatement;
      const condition = compileExpr(expression, c);
      const t = nested(thenStatement, c);
      return {
        k: "if",
        s,
        e,
        c: condition,
        t,
        f: elseStatement === undefined ? null : nested(elseStatement, c),
      };
    }
    case K.ForStatement: {
      const loop = node as ts.ForStatement;
      const i = loop.initializer === undefined ? null : compileInitializer(loop.initializer, c);
      const condition = loop.condition === undefined ? null : compileExpr(loop.condition, c);
      const u = loop.incrementor === undefined ? null : compileExpr(loop.incrementor, c);
      return { k: "for", s, e, i, c: condition, u, b: nested(loop.statement, c) };
    }
    case K.ForOfStatement:
    case K.ForInStatement: {
      const loop = node as ts.ForInOrOfStatement;
      const x = compileExpr(loop.expression, c);
      const declared = ts.isVariableDeclarationList(loop.initializer)
        ? loop.initializer.declarations[0]
        : undefined;
      const t = ts.isVariableDeclarationList(loop.initializer)
        ? declared === undefined
          ? ({ k: "id", s, e: s, n: "" } as const)
          : compilePattern(declared.name, c)
        : compileTarget(loop.initializer, c);
      const of = node.kind === K.ForOfStatement;
      const b = nested(loop.statement, c);
      const aw = ts.isForOfStatement(loop) && loop.awaitModifier !== undefined ? ({ aw: true } as const) : {};
      return { k: "forof", s, e, of, ...aw, t, x, b };
    }
    case K.WhileStatement:
    case K.DoStatement: {
      const loop = node as ts.WhileStatement | ts.DoStatement;
      const condition = compileExpr(loop.expression, c);
      return {
        k: "while",
        s,
        e,
        c: condition,
        b: nested(loop.statement, c),
        once: node.kind === K.DoStatement,
      };
    }
    case K.SwitchStatement: {
      const { expression, caseBlock } = node as ts.SwitchStatement;
      const x = compileExpr(expression, c);
      const cases: { t: Expr | null; b: Stmt[] }[] = [];
      for (const clause of caseBlock.clauses) {
        const t = ts.isCaseClause(clause) ? compileExpr(clause.expression, c) : null;
        cases.push({ t, b: compileBlock(clause.statements, c) });
      }
      return { k: "switch", s, e, x, c: cases };
    }
    case K.TryStatement: {
      const { tryBlock, catchClause, finallyBlock } = node as ts.TryStatement;
      const variable = catchClause?.variableDeclaration;
      return {
        k: "try",
        s,
        e,
        b: compileBlock(tryBlock.statements, c),
        p: variable === undefined ? null : compilePattern(variable.name, c),
        h: catchClause === undefined ? null : compileBlock(catchClause.block.statements, c),
        f: finallyBlock === undefined ? null : compileBlock(finallyBlock.statements, c),
      };
    }
    case K.Block:
      return { k: "block", s, e, b: compileBlock((node as ts.Block).statements, c) };
    case K.LabeledStatement:
      return compile((node as ts.LabeledStatement).statement, c);
    case K.BreakStatement:
      return { k: "jump", s, e, w: "break" };
    case K.ContinueStatement:
      return { k: "jump", s, e, w: "continue" };
    case K.FunctionDeclaration: {
      const declaration = node as ts.FunctionDeclaration;
      if (declaration.body === undefined) return null;
      if (declaration.name !== undefined) c.declare(declaration.name.text);
      return { k: "func", s, e, f: compileFunction(declaration, c) };
    }
    case K.ClassDeclaration: {
      const declaration = node as ts.ClassDeclaration;
      if (declaration.name !== undefined) c.declare(declaration.name.text);
      if (hasModifier(node, K.DeclareKeyword)) return null;
      return { k: "class", s, e, c: compileClass(declaration, c) };
    }
    case K.EnumDeclaration: {
      const declaration = node as ts.EnumDeclaration;
      c.declare(declaration.name.text);
      const m = declaration.members.map((member) => ({
        n: ts.isComputedPropertyName(member.name) ? "" : member.name.text,
        v: member.initializer === undefined ? null : compileExpr(member.initializer, c),
      }));
      return { k: "enum", s, e, n: declaration.name.text, m };
    }
    case K.ModuleDeclaration:
      return compileNamespace(node as ts.ModuleDeclaration, c);
    default:
      return null;
  }
}

/** A namespace is the object of what it exports; one that adds to something of its name is assigned to that. */
function compileNamespace(node: ts.ModuleDeclaration, c: Context): Stmt | null {
  const { body } = node;
  if (body === undefined || !ts.isIdentifier(node.name) || hasModifier(node, K.DeclareKeyword)) return null;
  const { s, e } = c.span(node);
  const name = node.name.text;
  const adds = c.isDeclared(name);
  c.pushScope();
  const inner: readonly ts.Statement[] = ts.isModuleBlock(body) ? body.statements : [body as ts.Statement];
  const b = compileBlock(inner, c);
  const exported: Prop[] = [];
  for (const statement of inner) {
    if (!hasModifier(statement, K.ExportKeyword) && !ts.isModuleDeclaration(body)) continue;
    for (const n of declaredNames(statement)) exported.push({ k: "prop", s, e, n, v: { k: "id", s, e, n } });
  }
  c.popScope();
  if (b.length === 0) return null;
  b.push({ k: "ret", s, e, x: { k: "obj", s, e, p: exported } });
  const f: Func = { s, e, n: null, p: [], b, arrow: true, async: false, gen: false };
  const v: Expr = { k: "call", s, e, f: { k: "fn", s, e, f }, a: [], q: false };
  if (!adds) {
    c.declare(name);
    return { k: "var", s, e, c: true, d: [{ s, e, t: { k: "id", s, e, n: name }, v, ty: null }], ns: true };
  }
  c.assigns(name, s);
  c.ids.add(name);
  const assign: Expr = { k: "get", s, e, o: { k: "id", s, e, n: "Object" }, n: "assign", q: false };
  return { k: "expr", s, e, x: { k: "call", s, e, f: assign, a: [{ k: "id", s, e, n: name }, v], q: false } };
}

/** The names of the values that a statement declares. */
function declaredNames(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) {
    const names: string[] = [];
    const visit = (name: ts.BindingName): void => {
      if (ts.isIdentifier(name)) names.push(name.text);
      else for (const element of name.elements) if (ts.isBindingElement(element)) visit(element.name);
    };
    for (const { name } of node.declarationList.declarations) visit(name);
    return names;
  }
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node))
    return node.name === undefined ? [] : [node.name.text];
  return ts.isModuleDeclaration(node) && ts.isIdentifier(node.name) && hasValues(node)
    ? [node.name.text]
    : [];
}

function hasValues({ body }: ts.ModuleDeclaration): boolean {
  if (body === undefined) return false;
  if (ts.isModuleDeclaration(body)) return hasValues(body);
  return (
    ts.isModuleBlock(body) &&
    body.statements.some((s) => !ts.isInterfaceDeclaration(s) && !ts.isTypeAliasDeclaration(s))
  );
}

function compileInitializer(node: ts.ForInitializer, c: Context): Stmt {
  if (ts.isVariableDeclarationList(node)) return compileVariables(node, c);
  const x = compileExpr(node, c);
  return { k: "expr", s: x.s, e: x.e, x };
}

function compileVariables(list: ts.VariableDeclarationList, c: Context): Stmt {
  const d: Declarator[] = [];
  for (const declaration of list.declarations) {
    d.push({
      s: c.start(declaration),
      e: declaration.end,
      t: compilePattern(declaration.name, c),
      v: declaration.initializer === undefined ? null : compileExpr(declaration.initializer, c),
      ty: typeNames(declaration.type, c),
    });
  }
  const stmt: Stmt = {
    k: "var",
    s: c.start(list),
    e: list.end,
    c: (list.flags & ts.NodeFlags.Const) !== 0,
    d,
  };
  if ((list.flags & ts.NodeFlags.BlockScoped) === 0) stmt.fn = true;
  return stmt;
}
