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
    into.push({ kind: "expression", ...c.span(node), expr: c.opaque(node, "nested too deeply") });
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
      return {
        kind: "expression",
        start: s,
        end: e,
        expr: compileExpr((node as ts.ExpressionStatement).expression, c),
      };
    case K.ReturnStatement: {
      const x = (node as ts.ReturnStatement).expression;
      return { kind: "return", start: s, end: e, value: x === undefined ? null : compileExpr(x, c) };
    }
    case K.ThrowStatement:
      return {
        kind: "throw",
        start: s,
        end: e,
        value: compileExpr((node as ts.ThrowStatement).expression, c),
      };
    case K.IfStatement: {
      const { expression, thenStatement, elseStatement } = node as ts.IfStatement;
      const condition = compileExpr(expression, c);
      const t = nested(thenStatement, c);
      return {
        kind: "if",
        start: s,
        end: e,
        test: condition,
        consequent: t,
        alternate: elseStatement === undefined ? null : nested(elseStatement, c),
      };
    }
    case K.ForStatement: {
      const loop = node as ts.ForStatement;
      const i = loop.initializer === undefined ? null : compileInitializer(loop.initializer, c);
      const condition = loop.condition === undefined ? null : compileExpr(loop.condition, c);
      const u = loop.incrementor === undefined ? null : compileExpr(loop.incrementor, c);
      return {
        kind: "for",
        start: s,
        end: e,
        init: i,
        test: condition,
        update: u,
        body: nested(loop.statement, c),
      };
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
          ? ({ kind: "identifier", start: s, end: s, name: "" } as const)
          : compilePattern(declared.name, c)
        : compileTarget(loop.initializer, c);
      const of = node.kind === K.ForOfStatement;
      const b = nested(loop.statement, c);
      const aw =
        ts.isForOfStatement(loop) && loop.awaitModifier !== undefined ? ({ await: true } as const) : {};
      return { kind: "forOf", start: s, end: e, of, ...aw, target: t, iterated: x, body: b };
    }
    case K.WhileStatement:
    case K.DoStatement: {
      const loop = node as ts.WhileStatement | ts.DoStatement;
      const condition = compileExpr(loop.expression, c);
      return {
        kind: "while",
        start: s,
        end: e,
        test: condition,
        body: nested(loop.statement, c),
        once: node.kind === K.DoStatement,
      };
    }
    case K.SwitchStatement: {
      const { expression, caseBlock } = node as ts.SwitchStatement;
      const x = compileExpr(expression, c);
      const cases: { test: Expr | null; body: Stmt[] }[] = [];
      for (const clause of caseBlock.clauses) {
        const t = ts.isCaseClause(clause) ? compileExpr(clause.expression, c) : null;
        cases.push({ test: t, body: compileBlock(clause.statements, c) });
      }
      return { kind: "switch", start: s, end: e, subject: x, cases: cases };
    }
    case K.TryStatement: {
      const { tryBlock, catchClause, finallyBlock } = node as ts.TryStatement;
      const variable = catchClause?.variableDeclaration;
      return {
        kind: "try",
        start: s,
        end: e,
        body: compileBlock(tryBlock.statements, c),
        param: variable === undefined ? null : compilePattern(variable.name, c),
        handler: catchClause === undefined ? null : compileBlock(catchClause.block.statements, c),
        finalizer: finallyBlock === undefined ? null : compileBlock(finallyBlock.statements, c),
      };
    }
    case K.Block:
      return { kind: "block", start: s, end: e, body: compileBlock((node as ts.Block).statements, c) };
    case K.LabeledStatement:
      return compile((node as ts.LabeledStatement).statement, c);
    case K.BreakStatement:
      return { kind: "jump", start: s, end: e, word: "break" };
    case K.ContinueStatement:
      return { kind: "jump", start: s, end: e, word: "continue" };
    case K.FunctionDeclaration: {
      const declaration = node as ts.FunctionDeclaration;
      if (declaration.body === undefined) return null;
      if (declaration.name !== undefined) c.declare(declaration.name.text);
      return { kind: "functionDeclaration", start: s, end: e, func: compileFunction(declaration, c) };
    }
    case K.ClassDeclaration: {
      const declaration = node as ts.ClassDeclaration;
      if (declaration.name !== undefined) c.declare(declaration.name.text);
      if (hasModifier(node, K.DeclareKeyword)) return null;
      return { kind: "classDeclaration", start: s, end: e, class: compileClass(declaration, c) };
    }
    case K.EnumDeclaration: {
      const declaration = node as ts.EnumDeclaration;
      c.declare(declaration.name.text);
      const m = declaration.members.map((member) => ({
        name: ts.isComputedPropertyName(member.name) ? "" : member.name.text,
        value: member.initializer === undefined ? null : compileExpr(member.initializer, c),
      }));
      return { kind: "enum", start: s, end: e, name: declaration.name.text, members: m };
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
  const { start: s, end: e } = c.span(node);
  const name = node.name.text;
  const adds = c.isDeclared(name);
  c.pushScope();
  const inner: readonly ts.Statement[] = ts.isModuleBlock(body) ? body.statements : [body as ts.Statement];
  const b = compileBlock(inner, c);
  const exported: Prop[] = [];
  for (const statement of inner) {
    if (!hasModifier(statement, K.ExportKeyword) && !ts.isModuleDeclaration(body)) continue;
    for (const n of declaredNames(statement))
      exported.push({
        kind: "property",
        start: s,
        end: e,
        name: n,
        value: { kind: "identifier", start: s, end: e, name: n },
      });
  }
  c.popScope();
  if (b.length === 0) return null;
  b.push({ kind: "return", start: s, end: e, value: { kind: "object", start: s, end: e, props: exported } });
  const f: Func = {
    start: s,
    end: e,
    name: null,
    params: [],
    body: b,
    arrow: true,
    async: false,
    generator: false,
  };
  const v: Expr = {
    kind: "call",
    start: s,
    end: e,
    callee: { kind: "function", start: s, end: e, func: f },
    args: [],
    optional: false,
  };
  if (!adds) {
    c.declare(name);
    return {
      kind: "var",
      start: s,
      end: e,
      constant: true,
      declarators: [
        {
          start: s,
          end: e,
          target: { kind: "identifier", start: s, end: e, name: name },
          value: v,
          type: null,
        },
      ],
      namespace: true,
    };
  }
  c.assigns(name, s);
  c.ids.add(name);
  const assign: Expr = {
    kind: "get",
    start: s,
    end: e,
    object: { kind: "identifier", start: s, end: e, name: "Object" },
    name: "assign",
    optional: false,
  };
  return {
    kind: "expression",
    start: s,
    end: e,
    expr: {
      kind: "call",
      start: s,
      end: e,
      callee: assign,
      args: [{ kind: "identifier", start: s, end: e, name: name }, v],
      optional: false,
    },
  };
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
  return { kind: "expression", start: x.start, end: x.end, expr: x };
}

function compileVariables(list: ts.VariableDeclarationList, c: Context): Stmt {
  const d: Declarator[] = [];
  for (const declaration of list.declarations) {
    d.push({
      start: c.start(declaration),
      end: declaration.end,
      target: compilePattern(declaration.name, c),
      value: declaration.initializer === undefined ? null : compileExpr(declaration.initializer, c),
      type: typeNames(declaration.type, c),
    });
  }
  const stmt: Stmt = {
    kind: "var",
    start: c.start(list),
    end: list.end,
    constant: (list.flags & ts.NodeFlags.Const) !== 0,
    declarators: d,
  };
  if ((list.flags & ts.NodeFlags.BlockScoped) === 0) stmt.functionScoped = true;
  return stmt;
}
