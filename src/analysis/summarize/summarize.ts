/** One file → its summary: imports, exports and the compact program of the file. */
import { ts } from "ts-morph";
import type { ExportRef, Expr, ImportRef, ModuleSummary, Pattern, Stmt } from "../ir.ts";
import { lineStarts } from "../lines.ts";
import { Context } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { hasModifier } from "./names.ts";
import { compileStatement } from "./statements.ts";
import { shapesIn } from "./type-names.ts";

const K = ts.SyntaxKind;

/** Reads one file from its tree in one pass. Pure; whatever the syntax. */
export function summarize(file: string, sourceFile: ts.SourceFile): ModuleSummary {
  const c = new Context(sourceFile);
  const summary: ModuleSummary = {
    version: 1,
    file,
    lines: lineStarts(sourceFile.text),
    body: [],
    identifiers: [],
    imports: Object.create(null),
    exports: Object.create(null),
    stars: [],
    specifiers: [],
    changed: {},
    filled: {},
    changedInFunctions: [],
    changedImports: [],
    setImports: [],
    shapes: shapesIn(sourceFile, c),
    declared: {},
    problems: syntaxErrors(sourceFile),
  };
  c.pushScope();
  for (const statement of sourceFile.statements) {
    c.ids = new Set();
    topLevel(statement, c, summary);
    while (summary.identifiers.length < summary.body.length) summary.identifiers.push([...c.ids]);
  }
  Object.assign(summary, c.popModule(summary.imports));
  summary.specifiers = [...c.specifiers];
  summary.declared = c.declared;
  return summary;
}

export function hasErrors(sourceFile: ts.SourceFile): boolean {
  return ((sourceFile as { parseDiagnostics?: readonly unknown[] }).parseDiagnostics ?? []).length > 0;
}

/** The parser's own diagnostics: an internal field of the compiler, so absent is possible. */
function syntaxErrors(sourceFile: ts.SourceFile): ModuleSummary["problems"] {
  const found =
    (sourceFile as { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics ?? [];
  return found.slice(0, 20).map((diagnostic) => ({
    start: diagnostic.start,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, " "),
  }));
}

function topLevel(node: ts.Statement, c: Context, summary: ModuleSummary): void {
  switch (node.kind) {
    case K.ImportDeclaration:
      importDeclaration(node as ts.ImportDeclaration, c, summary.imports);
      return;
    case K.ImportEqualsDeclaration: {
      const { name, moduleReference, isTypeOnly } = node as ts.ImportEqualsDeclaration;
      if (ts.isExternalModuleReference(moduleReference) && ts.isStringLiteral(moduleReference.expression)) {
        const m = moduleReference.expression.text;
        if (!isTypeOnly) c.specifiers.add(m);
        summary.imports[name.text] = isTypeOnly
          ? { module: m, name: "*", type: true }
          : { module: m, name: "*" };
      }
      return;
    }
    case K.ExportDeclaration:
      exportDeclaration(node as ts.ExportDeclaration, c, summary);
      return;
    case K.ExportAssignment: {
      const { expression, isExportEquals } = node as ts.ExportAssignment;
      const x = compileExpr(expression, c);
      if (isExportEquals === true) summary.exports["export="] = { kind: "expression", expr: x };
      summary.exports.default =
        x.kind === "identifier" ? { kind: "local", name: x.name } : { kind: "expression", expr: x };
      // Kept in the body too: what it starts, it starts when the module runs.
      summary.body.push({ kind: "expression", start: x.start, end: x.end, expr: x });
      return;
    }
    default: {
      const before = summary.body.length;
      compileStatement(node, c, summary.body);
      const added = summary.body[before];
      if (added === undefined) return;
      if (hasModifier(node, K.ExportKeyword)) exportStatement(added, node, summary.exports);
      else if (added.kind === "expression") commonJsExport(added.expr, summary);
      else if (added.kind === "var")
        for (const d of added.declarators)
          if (d.value?.kind === "assignment") commonJsExport(d.value, summary);
    }
  }
}

function importDeclaration(node: ts.ImportDeclaration, c: Context, imports: Record<string, ImportRef>): void {
  if (!ts.isStringLiteral(node.moduleSpecifier)) return;
  const m = node.moduleSpecifier.text;
  const clause = node.importClause;
  if (clause === undefined) {
    c.specifiers.add(m);
    return;
  }
  let values = clause.name !== undefined;
  const add = (local: string, n: string, type: boolean): void => {
    imports[local] = type ? { module: m, name: n, type } : { module: m, name: n };
  };
  const { isTypeOnly } = clause;
  if (clause.name !== undefined) add(clause.name.text, "default", isTypeOnly);
  if (clause.namedBindings !== undefined) {
    if (ts.isNamespaceImport(clause.namedBindings)) {
      add(clause.namedBindings.name.text, "*", isTypeOnly);
      values = true;
    } else {
      for (const element of clause.namedBindings.elements) {
        add(element.name.text, (element.propertyName ?? element.name).text, isTypeOnly || element.isTypeOnly);
        values ||= !element.isTypeOnly;
      }
    }
  }
  if (values && !clause.isTypeOnly) c.specifiers.add(m);
}

function exportDeclaration(node: ts.ExportDeclaration, c: Context, summary: ModuleSummary): void {
  if (node.isTypeOnly) return;
  const m =
    node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)
      ? node.moduleSpecifier.text
      : null;
  if (m !== null) c.specifiers.add(m);
  const clause = node.exportClause;
  if (clause === undefined) {
    if (m !== null) summary.stars.push(m);
  } else if (ts.isNamespaceExport(clause)) {
    if (m !== null) summary.exports[clause.name.text] = { kind: "from", module: m, name: "*" };
  } else {
    for (const element of clause.elements) {
      if (element.isTypeOnly) continue;
      const n = (element.propertyName ?? element.name).text;
      summary.exports[element.name.text] =
        m === null ? { kind: "local", name: n } : { kind: "from", module: m, name: n };
    }
  }
}

function exportStatement(added: Stmt, node: ts.Statement, exports: Record<string, ExportRef>): void {
  const isDefault = hasModifier(node, K.DefaultKeyword);
  const name = (n: string | null): void => {
    if (isDefault) exports.default = { kind: "local", name: n ?? "default" };
    else if (n !== null) exports[n] = { kind: "local", name: n };
  };
  if (added.kind === "functionDeclaration") name(added.func.name);
  else if (added.kind === "classDeclaration") name(added.class.name);
  else if (added.kind === "enum") name(added.name);
  else if (added.kind === "var") for (const d of added.declarators) patternNames(d.target, name);
}

export function patternNames(pattern: Pattern, name: (n: string) => void): void {
  if (pattern.kind === "identifier") name(pattern.name);
  else if (pattern.kind === "objectPattern" || pattern.kind === "arrayPattern") {
    for (const part of pattern.parts) if (part !== null) patternNames(part.target, name);
    if (pattern.rest !== null) patternNames(pattern.rest, name);
  }
}

/**
 * `module.exports = {...}`, `module.exports.x = ...`, `exports.x = ...`, several of these in one, and
 * `Object.assign(exports, {...})`.
 */
function commonJsExport(x: Expr, summary: ModuleSummary): void {
  const { exports } = summary;
  if (x.kind === "call") {
    const isAssign =
      x.callee.kind === "get" &&
      x.callee.name === "assign" &&
      x.callee.object.kind === "identifier" &&
      x.callee.object.name === "Object";
    const [target, ...rest] = x.args;
    if (!isAssign || target === undefined || !(isExports(target) || isModuleExports(target))) return;
    for (const from of rest) exportFields(from, summary);
    return;
  }
  if (x.kind !== "assignment" || x.op !== "=") return;
  commonJsExport(x.value, summary);
  let value = x.value;
  while (value.kind === "assignment" && value.op === "=") value = value.value;
  if (x.target.kind !== "reference") return;
  if (isModuleExports(x.target.expr)) {
    exports.default = { kind: "expression", expr: value };
    if (value.kind === "object") exportFields(value, summary);
    else exports["export="] = exports.default;
    return;
  }
  if (x.target.expr.kind !== "get") return;
  const { object: o, name: n } = x.target.expr;
  if (isExports(o) || isModuleExports(o)) exports[n] = { kind: "expression", expr: value };
}

function isExports(x: Expr): boolean {
  return x.kind === "identifier" && x.name === "exports";
}

function isModuleExports(x: Expr): boolean {
  return (
    x.kind === "get" && x.name === "exports" && x.object.kind === "identifier" && x.object.name === "module"
  );
}

/**
 * Each field of an object is an export; so is each of a module whose exports are spread into it. What else is spread
 * into it is looked up in the object.
 */
function exportFields(x: Expr, summary: ModuleSummary): void {
  const { exports, stars } = summary;
  const from = requiredBy(x);
  if (from !== null) stars.push(from);
  if (x.kind !== "object") return;
  for (const p of x.props) {
    if (p.kind === "property" && typeof p.name === "string")
      exports[p.name] = { kind: "expression", expr: p.value };
    if (p.kind !== "spread") continue;
    const spread = moduleMeant(p.argument, summary);
    if (spread === null) exports["export="] ??= { kind: "expression", expr: x };
    else stars.push(spread);
  }
}

/** The module that an expression is all of: `require("x")`, or a name for that. */
function moduleMeant(x: Expr, { imports, body }: ModuleSummary): string | null {
  if (x.kind !== "identifier") return requiredBy(x);
  if (Object.hasOwn(imports, x.name)) return imports[x.name]!.name === "*" ? imports[x.name]!.module : null;
  for (const stmt of body)
    for (const { target, value } of stmt.kind === "var" && stmt.constant ? stmt.declarators : [])
      if (target.kind === "identifier" && target.name === x.name) return value && requiredBy(value);
  return null;
}

/** The module of `require("x")`. */
function requiredBy(x: Expr): string | null {
  if (x.kind !== "call" || x.callee.kind !== "identifier" || x.callee.name !== "require") return null;
  const [specifier] = x.args;
  return specifier?.kind === "literal" && typeof specifier.value === "string" ? specifier.value : null;
}
