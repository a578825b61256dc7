/** Walks through code without running it. */
import type { Declarator, Expr, Func, Stmt } from "../ir.ts";

type Code = Expr | Stmt | Func | readonly (Expr | Stmt)[];

/** Every expression in `code`, but for those in classes, whose `this` is another. */
export function eachExpr(code: Code, visit: (x: Expr) => void): void {
  each(code, visit, () => {});
}

/** Every function in `code`, but for those in classes. */
export function eachFunction(code: Code, visit: (func: Func) => void): void {
  each(
    code,
    (x) => {
      if (x.kind === "function") visit(x.func);
    },
    (s) => {
      if (s.kind === "functionDeclaration") visit(s.func);
    },
  );
}

/** Every variable that `code` declares, but for those in classes. */
export function eachDeclarator(code: Code, visit: (declarator: Declarator) => void): void {
  each(
    code,
    () => {},
    (s) => {
      if (s.kind === "var") s.declarators.forEach(visit);
    },
  );
}

const STATEMENTS: ReadonlySet<string> = new Set([
  "var",
  "expression",
  "return",
  "throw",
  "if",
  "for",
  "forOf",
  "while",
  "switch",
  "try",
  "block",
  "jump",
  "functionDeclaration",
  "classDeclaration",
  "enum",
]);

function each(node: unknown, onExpr: (x: Expr) => void, onStmt: (s: Stmt) => void): void {
  if (Array.isArray(node)) {
    for (const part of node) each(part, onExpr, onStmt);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const { kind } = node as { kind?: string };
  if (kind === "class" || kind === "classDeclaration") return;
  if (kind !== undefined && STATEMENTS.has(kind)) onStmt(node as Stmt);
  else if (kind !== undefined) onExpr(node as Expr);
  else if ("body" in node && "params" in node) {
    // A function, some of which are made only when somebody looks inside.
    const { params, body } = node as Func;
    each(params, onExpr, onStmt);
    each(body, onExpr, onStmt);
    return;
  }
  for (const name in node) each((node as Record<string, unknown>)[name], onExpr, onStmt);
}
