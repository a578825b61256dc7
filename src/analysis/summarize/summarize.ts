/** One file → its summary: imports, exports and the compact program of the file. */
import { ts } from "ts-morph";
import type { ExportRef, Expr, ImportRef, ModuleSummary, Pattern, Stmt } from "../ir.ts";
import { lineStarts } from "../lines.ts";
import { Context } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { hasModifier } from "./names.ts";
import { compileStatement } from "./statements.ts";

const K = ts.SyntaxKind;

/** Reads one file from its tree in one pass. Pure; whatever the syntax. */
export function summarize(file: string, sourceFile: ts.SourceFile): ModuleSummary {
  const c = new Context(sourceFile);
  const summary: ModuleSummary = {
    version: 1,
    file,
    lines: lineStarts(sourceFile.text),
    body: [],
    ids: [],
    imports: Object.create(null),
    exports: Object.create(null),
    stars: [],
    specifiers: [],
    changed: {},
    filled: {},
    esc: [],
    meddles: [],
    problems: syntaxErrors(sourceFile),
  };
  c.pushScope();
  for (const statement of sourceFile.statements) {
    c.ids = new Set();
    topLevel(statement, c, summary);
    while (summary.ids.length < summary.body.length) summary.ids.push([...c.ids]);
  }
  Object.assign(summary, c.popModule(summary.imports));
  summary.specifiers = [...c.specifiers];
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
    s: diagnostic.start,
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
        summary.imports[name.text] = isTypeOnly ? { m, n: "*", type: true } : { m, n: "*" };
      }
      return;
    }
    case K.ExportDeclaration:
      exportDeclaration(node as ts.ExportDeclaration, c, summary);
      return;
    case K.ExportAssignment: {
      const { expression, isExportEquals } = node as ts.ExportAssignment;
      const x = compileExpr(expression, c);
      if (isExportEquals === true) summary.exports["export="] = { k: "expr", x };
      summary.exports.default = x.k === "id" ? { k: "local", n: x.n } : { k: "expr", x };
      // Kept in the body too: what it starts, it starts when the module runs.
      summary.body.push({ k: "expr", s: x.s, e: x.e, x });
      return;
    }
    default: {
      const before = summary.body.length;
      compileStatement(node, c, summary.body);
      const added = summary.body[before];
      if (added === undefined) return;
      if (hasModifier(node, K.ExportKeyword)) exportStatement(added, node, summary.exports);
      else if (added.k === "expr") commonJsExport(added.x, summary);
      else if (added.k === "var") for (const d of added.d) if (d.v?.k === "asg") commonJsExport(d.v, summary);
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
    imports[local] = type ? { m, n, type } : { m, n };
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
    if (m !== null) summary.exports[clause.name.text] = { k: "from", m, n: "*" };
  } else {
    for (const element of clause.elements) {
      if (element.isTypeOnly) continue;
      const n = (element.propertyName ?? element.name).text;
      summary.exports[element.name.text] = m === null ? { k: "local", n } : { k: "from", m, n };
    }
  }
}

function exportStatement(added: Stmt, node: ts.Statement, exports: Record<string, ExportRef>): void {
  const isDefault = hasModifier(node, K.DefaultKeyword);
  const name = (n: string | null): void => {
    if (isDefault) exports.default = { k: "local", n: n ?? "default" };
    else if (n !== null) exports[n] = { k: "local", n };
  };
  if (added.k === "func") name(added.f.n);
  else if (added.k === "class") name(added.c.n);
  else if (added.k === "enum") name(added.n);
  else if (added.k === "var") for (const d of added.d) patternNames(d.t, name);
}

export function patternNames(pattern: Pattern, name: (n: string) => void): void {
  if (pattern.k === "id") name(pattern.n);
  else if (pattern.k === "objp" || pattern.k === "arrp") {
    for (const part of pattern.p) if (part !== null) patternNames(part.t, name);
    if (pattern.rest !== null) patternNames(pattern.rest, name);
  }
}

/**
 * `module.exports = {...}`, `module.exports.x = ...`, `exports.x = ...`, several of these in one, and
 * `Object.assign(exports, {...})`.
 */
function commonJsExport(x: Expr, summary: ModuleSummary): void {
  const { exports } = summary;
  if (x.k === "call") {
    const isAssign = x.f.k === "get" && x.f.n === "assign" && x.f.o.k === "id" && x.f.o.n === "Object";
    const [target, ...rest] = x.a;
    if (!isAssign || target === undefined || !(isExports(target) || isModuleExports(target))) return;
    for (const from of rest) exportFields(from, summary);
    return;
  }
  if (x.k !== "asg" || x.op !== "=") return;
  commonJsExport(x.v, summary);
  let value = x.v;
  while (value.k === "asg" && value.op === "=") value = value.v;
  if (x.t.k !== "ref") return;
  if (isModuleExports(x.t.x)) {
    exports.default = { k: "expr", x: value };
    if (value.k === "obj") exportFields(value, summary);
    else exports["export="] = exports.default;
    return;
  }
  if (x.t.x.k !== "get") return;
  const { o, n } = x.t.x;
  if (isExports(o) || isModuleExports(o)) exports[n] = { k: "expr", x: value };
}

function isExports(x: Expr): boolean {
  return x.k === "id" && x.n === "exports";
}

function isModuleExports(x: Expr): boolean {
  return x.k === "get" && x.n === "exports" && x.o.k === "id" && x.o.n === "module";
}

/** Each field of an object is an export; so is each of a module whose exports are spread into it. */
function exportFields(x: Expr, { exports, stars }: ModuleSummary): void {
  const from = requiredBy(x);
  if (from !== null) stars.push(from);
  if (x.k !== "obj") return;
  for (const p of x.p) {
    if (p.k === "prop" && typeof p.n === "string") exports[p.n] = { k: "expr", x: p.v };
    const spread = p.k === "spread" ? requiredBy(p.x) : null;
    if (spread !== null) stars.push(spread);
  }
}

/** The module of `require("x")`. */
function requiredBy(x: Expr): string | null {
  if (x.k !== "call" || x.f.k !== "id" || x.f.n !== "require") return null;
  const [specifier] = x.a;
  return specifier?.k === "lit" && typeof specifier.v === "string" ? specifier.v : null;
}
