/** Statements: compiler nodes → `Stmt`. */
import { ts } from "ts-morph";
import type { Declarator, Expr, Stmt } from "../ir.ts";
import { type Context, MAX_DEPTH, typeNames } from "./context.ts";
import { compileExpr, compileTarget } from "./expressions.ts";
import { compileClass, compileFunction, compilePattern } from "./functions.ts";
import { hasModifier } from "./names.ts";

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
      return { k: "forof", s, e, of: node.kind === K.ForOfStatement, t, x, b: nested(loop.statement, c) };
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
    default:
      return null;
  }
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
      ty: typeNames(declaration.type),
    });
  }
  return { k: "var", s: c.start(list), e: list.end, c: (list.flags & ts.NodeFlags.Const) !== 0, d };
}
