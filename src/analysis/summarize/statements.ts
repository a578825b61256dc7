/** Statements: compiler nodes → `Stmt`. */
import { ts } from "ts-morph";
import type { Declarator, Expr, Pattern, Prop, Span, Stmt } from "../ir.ts";
import { type Context, MAX_DEPTH } from "./context.ts";
import { compileExpr, compileTarget } from "./expressions.ts";
import { compileClass, compileFunction, compilePattern } from "./functions.ts";
import { hasModifier } from "./names.ts";
import { noteDeclared, typeArgumentNames, typeNames } from "./type-names.ts";

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
  return COMPILERS.get(node.kind)?.(node, c) ?? null;
}

const COMPILERS = new Map<ts.SyntaxKind, (node: ts.Statement, c: Context) => Stmt | null>();

function on<N extends ts.Statement>(
  kind: ts.SyntaxKind,
  compiler: (node: N, c: Context) => Stmt | null,
): void {
  COMPILERS.set(kind, compiler as (node: ts.Statement, c: Context) => Stmt | null);
}

on<ts.VariableStatement>(K.VariableStatement, (node, c) =>
  hasModifier(node, K.DeclareKeyword) ? null : compileVariables(node.declarationList, c),
);
on<ts.ExpressionStatement>(K.ExpressionStatement, (node, c) => ({
  kind: "expression",
  ...c.span(node),
  expr: compileExpr(node.expression, c),
}));
on<ts.ReturnStatement>(K.ReturnStatement, (node, c) => ({
  kind: "return",
  ...c.span(node),
  value: node.expression === undefined ? null : compileExpr(node.expression, c),
}));
on<ts.ThrowStatement>(K.ThrowStatement, (node, c) => ({
  kind: "throw",
  ...c.span(node),
  value: compileExpr(node.expression, c),
}));
on<ts.IfStatement>(K.IfStatement, (node, c) => ({
  kind: "if",
  ...c.span(node),
  test: compileExpr(node.expression, c),
  consequent: nested(node.thenStatement, c),
  alternate: node.elseStatement === undefined ? null : nested(node.elseStatement, c),
}));
on<ts.ForStatement>(K.ForStatement, (node, c) => ({
  kind: "for",
  ...c.span(node),
  init: node.initializer === undefined ? null : compileInitializer(node.initializer, c),
  test: node.condition === undefined ? null : compileExpr(node.condition, c),
  update: node.incrementor === undefined ? null : compileExpr(node.incrementor, c),
  body: nested(node.statement, c),
}));
on<ts.ForOfStatement>(K.ForOfStatement, (node, c) => compileForOf(node, c, true));
on<ts.ForInStatement>(K.ForInStatement, (node, c) => compileForOf(node, c, false));
on<ts.WhileStatement>(K.WhileStatement, (node, c) => compileWhile(node, c, false));
on<ts.DoStatement>(K.DoStatement, (node, c) => compileWhile(node, c, true));
on<ts.SwitchStatement>(K.SwitchStatement, (node, c) => ({
  kind: "switch",
  ...c.span(node),
  subject: compileExpr(node.expression, c),
  cases: node.caseBlock.clauses.map((clause) => ({
    test: ts.isCaseClause(clause) ? compileExpr(clause.expression, c) : null,
    body: compileBlock(clause.statements, c),
  })),
}));
on<ts.TryStatement>(K.TryStatement, (node, c) => {
  const { tryBlock, catchClause, finallyBlock } = node;
  const variable = catchClause?.variableDeclaration;
  return {
    kind: "try",
    ...c.span(node),
    body: compileBlock(tryBlock.statements, c),
    param: variable === undefined ? null : compilePattern(variable.name, c),
    handler: catchClause === undefined ? null : compileBlock(catchClause.block.statements, c),
    finalizer: finallyBlock === undefined ? null : compileBlock(finallyBlock.statements, c),
  };
});
on<ts.Block>(K.Block, (node, c) => ({
  kind: "block",
  ...c.span(node),
  body: compileBlock(node.statements, c),
}));
on<ts.LabeledStatement>(K.LabeledStatement, (node, c) => {
  const statement = compile(node.statement, c);
  return statement === null ? null : { ...statement, labels: [node.label.text, ...(statement.labels ?? [])] };
});
on<ts.BreakStatement>(K.BreakStatement, (node, c) => compileJump(node, "break", c));
on<ts.ContinueStatement>(K.ContinueStatement, (node, c) => compileJump(node, "continue", c));
on<ts.FunctionDeclaration>(K.FunctionDeclaration, (node, c) => {
  if (node.body === undefined) return null;
  if (node.name !== undefined) c.declare(node.name.text);
  return { kind: "functionDeclaration", ...c.span(node), func: compileFunction(node, c) };
});
on<ts.ClassDeclaration>(K.ClassDeclaration, (node, c) => {
  if (node.name !== undefined) c.declare(node.name.text);
  if (hasModifier(node, K.DeclareKeyword)) return null;
  return { kind: "classDeclaration", ...c.span(node), class: compileClass(node, c) };
});
on<ts.EnumDeclaration>(K.EnumDeclaration, (node, c) => {
  c.declare(node.name.text);
  const members = node.members.map((member) => ({
    name: ts.isComputedPropertyName(member.name) ? "" : member.name.text,
    value: member.initializer === undefined ? null : compileExpr(member.initializer, c),
  }));
  return { kind: "enum", ...c.span(node), name: node.name.text, members };
});
on<ts.ModuleDeclaration>(K.ModuleDeclaration, (node, c) => compileNamespace(node, c));

function compileJump(node: ts.BreakOrContinueStatement, word: "break" | "continue", c: Context): Stmt {
  return {
    kind: "jump",
    ...c.span(node),
    word,
    ...(node.label === undefined ? {} : { label: node.label.text }),
  };
}

function compileForOf(node: ts.ForInOrOfStatement, c: Context, of: boolean): Stmt {
  const iterated = compileExpr(node.expression, c);
  const target = compileLoopTarget(node.initializer, c);
  const body = nested(node.statement, c);
  const isAwaited = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
  return {
    kind: "forOf",
    ...c.span(node),
    of,
    ...(isAwaited ? ({ await: true } as const) : {}),
    ...loopVariables(node.initializer),
    target,
    iterated,
    body,
  };
}

/** Of what kind the variables of a loop are. */
function loopVariables(
  node: ts.ForInitializer,
): Pick<Stmt & { kind: "forOf" }, "assigns" | "functionScoped" | "constant" | "disposes"> {
  if (!ts.isVariableDeclarationList(node)) return { assigns: true };
  const block = node.flags & ts.NodeFlags.BlockScoped;
  if (block === 0) return { assigns: true, functionScoped: true };
  if (block === ts.NodeFlags.Let) return {};
  return block === ts.NodeFlags.Const ? { constant: true } : { constant: true, disposes: true };
}

function compileLoopTarget(node: ts.ForInitializer, c: Context): Pattern {
  if (!ts.isVariableDeclarationList(node)) return compileTarget(node, c);
  const declared = node.declarations[0];
  if (declared !== undefined) return compilePattern(declared.name, c);
  const start = c.start(node);
  return { kind: "identifier", start, end: start, name: "" };
}

function compileWhile(node: ts.WhileStatement | ts.DoStatement, c: Context, once: boolean): Stmt {
  const test = compileExpr(node.expression, c);
  return { kind: "while", ...c.span(node), test, body: nested(node.statement, c), once };
}

/** A namespace is the object of what it exports; one that adds to something of its name is assigned to that. */
function compileNamespace(node: ts.ModuleDeclaration, c: Context): Stmt | null {
  if (node.body === undefined || !ts.isIdentifier(node.name) || hasModifier(node, K.DeclareKeyword))
    return null;
  const span = c.span(node);
  const name = node.name.text;
  const adds = c.isDeclared(name);
  const body = namespaceBody(node.body, span, c);
  if (body === null) return null;
  const value = callOf(
    { kind: "function", ...span, func: { ...PLAIN_ARROW, ...span, params: [], body } },
    [],
    span,
  );
  const identifier = { kind: "identifier", ...span, name } as const;
  if (adds) {
    c.assigns(name, span.start);
    c.ids.add(name);
    const object = { kind: "identifier", ...span, name: "Object" } as const;
    const assign: Expr = { kind: "get", ...span, object, name: "assign", optional: false };
    return { kind: "expression", ...span, expr: callOf(assign, [identifier, value], span) };
  }
  c.declare(name);
  const declarators = [{ ...span, target: identifier, value, type: null }];
  return { kind: "var", ...span, constant: true, declarators, namespace: true };
}

const PLAIN_ARROW = { name: null, arrow: true, async: false, generator: false } as const;

function callOf(callee: Expr, args: Expr[], span: Span): Expr {
  return { kind: "call", ...span, callee, args, optional: false };
}

/** Its statements, with what it exports returned; null when there are none. */
function namespaceBody(node: ts.ModuleBody | ts.JSDocNamespaceBody, span: Span, c: Context): Stmt[] | null {
  c.pushScope();
  const inner: readonly ts.Statement[] = ts.isModuleBlock(node) ? node.statements : [node as ts.Statement];
  const body = compileBlock(inner, c);
  const props: Prop[] = inner
    .filter((statement) => hasModifier(statement, K.ExportKeyword) || ts.isModuleDeclaration(node))
    .flatMap((statement) => [...declaredNames(statement)])
    .map((name) => ({ kind: "property", ...span, name, value: { kind: "identifier", ...span, name } }));
  c.popScope();
  if (body.length === 0) return null;
  return [...body, { kind: "return", ...span, value: { kind: "object", ...span, props } }];
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
    noteDeclared(declaration.type, declaration.initializer, c);
    d.push({
      start: c.start(declaration),
      end: declaration.end,
      target: compilePattern(declaration.name, c),
      value: declaration.initializer === undefined ? null : compileExpr(declaration.initializer, c),
      type:
        typeNames(declaration.type, c) ??
        (declaration.initializer === undefined ? null : typeArgumentNames(declaration.initializer, c)),
    });
  }
  const stmt: Stmt = {
    kind: "var",
    start: c.start(list),
    end: list.end,
    constant: (list.flags & ts.NodeFlags.Const) !== 0,
    declarators: d,
  };
  const block = list.flags & ts.NodeFlags.BlockScoped;
  if (block === 0) stmt.functionScoped = true;
  if (block === ts.NodeFlags.Using) stmt.disposes = "now";
  if (block === ts.NodeFlags.AwaitUsing) stmt.disposes = "later";
  return stmt;
}
