/**
 * Which of its start's arguments a process changes. They are the same objects for every incarnation. Only what is certain
 * is told: contents of a parameter of `init`, or of a field that holds nothing else, which the class's own code assigns to,
 * or which (or whose field) are declared as a list, a Map or a Set and changed by a method of those.
 */
import type { Location } from "../../model/index.ts";
import type { ProcessCode } from "../dialects/process-code.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Class, Declarator, Expr, Func, Pattern, Stmt } from "../ir.ts";

/** Methods by which these change themselves. */
const CHANGING = new Map<string, ReadonlySet<string>>([
  ["Array", new Set(["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"])],
  ["Map", new Set(["set", "delete", "clear"])],
  ["Set", new Set(["add", "delete", "clear"])],
]);

/** An argument, or a part of one. */
interface Argument {
  /** The parameter that it comes in. */
  readonly name: string;
  /** What it is declared as; null for anything else. */
  readonly kind: string | null;
}

export function changedArguments({
  self,
  callbacks,
}: ProcessCode): { argument: string; what: string; location: Location }[] {
  if (self?.cls.kind !== "class") return [];
  const { class: cls, scope } = self.cls;
  const init = callbacks.find(({ name }) => name === "init")?.fn;
  // One of a base class knows nothing of the fields of this one.
  const own = cls.members.find(
    (member) => member.kind === "method" && member.name === "init" && !member.static,
  );
  if (init?.kind !== "function" || own?.func == null || init.func !== own.func) return [];
  const locals = parameters(own.func);
  // Most take nothing, and their code may be a list of ten thousand children.
  if (locals.size === 0) return [];
  const fields = argumentFields(cls, own.func, locals);
  const found: { argument: string; what: string; location: Location }[] = [];
  const look = (root: (x: Expr) => Argument | null) => (x: Expr) => {
    const changed = changedBy(x, root);
    if (changed !== null) {
      found.push({
        argument: changed.of.name,
        what: excerpt(changed.expr),
        location: locationOf(scope.module.at(x)),
      });
    }
  };
  const rootOfField = (x: Expr) =>
    x.kind === "get" && x.object.kind === "this" ? (fields.get(x.name) ?? null) : null;
  for (const member of cls.members) {
    if (member.static || member.func === null) continue;
    const inInit = member.func === own.func;
    eachExpr(
      member.func,
      look((x) => (x.kind === "identifier" && inInit ? (locals.get(x.name) ?? null) : rootOfField(x))),
    );
  }
  for (const member of cls.members)
    if (!member.static && member.kind === "field" && member.value !== null)
      eachExpr(member.value, look(rootOfField));
  return found;
}

/** The parameters of `init` that always stand for an argument: they have no default and are never given another value. */
function parameters(init: Func): Map<string, Argument> {
  const found = new Map<string, Argument>();
  for (const { target: t, default: d, rest, type: ty } of init.params) {
    if (rest || d !== null) continue;
    if (t.kind === "identifier") found.set(t.name, { name: t.name, kind: kindOf(ty) });
    if (t.kind === "objectPattern") {
      for (const part of t.parts)
        if (part.target.kind === "identifier" && part.default === null)
          found.set(part.target.name, { name: part.target.name, kind: null });
    }
  }
  if (found.size === 0) return found;
  const other = (t: Pattern): void => eachName(t, (name) => found.delete(name));
  each(
    init.body,
    (x) => {
      if (x.kind === "assignment") other(x.target);
      if (x.kind === "function") for (const { target: t } of x.func.params) other(t);
    },
    (s) => {
      if (s.kind === "var") for (const { target: t } of s.declarators) other(t);
      if (s.kind === "forOf") other(s.target);
      if (s.kind === "try" && s.param !== null) other(s.param);
      if (s.kind === "functionDeclaration") {
        if (s.func.name !== null) found.delete(s.func.name);
        for (const { target: t } of s.func.params) other(t);
      }
    },
  );
  return found;
}

/** What a declared type says that a value is: the outermost name, when it is one of those that change themselves. */
function kindOf(ty: readonly string[] | null): string | null {
  const outer = ty?.[0];
  return outer !== undefined && CHANGING.has(outer) ? outer : null;
}

/** Fields that `init` sets to an argument, whatever happens, and that nobody sets to anything else. */
function argumentFields(
  cls: Class,
  init: Func,
  locals: ReadonlyMap<string, Argument>,
): Map<string, Argument> {
  const times = new Map<string, number>();
  for (const member of cls.members) {
    if (member.static) continue;
    const count = (x: Expr): void => {
      if (x.kind !== "assignment") return;
      eachField(x.target, (name) => times.set(name, (times.get(name) ?? 0) + 1));
    };
    if (member.func !== null) eachExpr(member.func, count);
    if (member.value !== null) eachExpr(member.value, count);
  }
  const fields = new Map<string, Argument>();
  for (const s of Array.isArray(init.body) ? init.body : []) {
    if (
      s.kind !== "expression" ||
      s.expr.kind !== "assignment" ||
      s.expr.op !== "=" ||
      s.expr.target.kind !== "reference"
    )
      continue;
    const { expr: target } = s.expr.target;
    if (target.kind !== "get" || target.object.kind !== "this" || times.get(target.name) !== 1) continue;
    const of = partOf(s.expr.value, (x) => (x.kind === "identifier" ? (locals.get(x.name) ?? null) : null));
    if (of === null) continue;
    const declared = cls.members.find(
      (member) => member.kind === "field" && !member.static && member.name === target.name,
    );
    fields.set(target.name, { ...of, kind: of.kind ?? kindOf(declared?.type ?? null) });
  }
  return fields;
}

/** The argument that `x` is, or is a part of: `options.limits`. */
function partOf(x: Expr, root: (x: Expr) => Argument | null): Argument | null {
  const whole = root(x);
  if (whole !== null) return whole;
  if (x.kind !== "get" && x.kind !== "index") return null;
  const of = partOf(x.object, root);
  return of === null ? null : { name: of.name, kind: null };
}

/** The argument whose contents this expression changes. */
function changedBy(x: Expr, root: (x: Expr) => Argument | null): { of: Argument; expr: Expr } | null {
  if (x.kind === "assignment" && x.target.kind === "reference") {
    const target = x.target.expr;
    if (target.kind !== "get" && target.kind !== "index") return null;
    const of = root(target) === null ? partOf(target.object, root) : null;
    return of === null ? null : { of, expr: target };
  }
  if (x.kind !== "call" || x.callee.kind !== "get") return null;
  const of = root(x.callee.object);
  return of?.kind != null && CHANGING.get(of.kind)?.has(x.callee.name) === true
    ? { of, expr: x.callee.object }
    : null;
}

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

/** The variables that a pattern sets. */
function eachName(t: Pattern, visit: (name: string) => void): void {
  if (t.kind === "identifier") visit(t.name);
  else if (t.kind === "objectPattern") for (const part of t.parts) eachName(part.target, visit);
  else if (t.kind === "arrayPattern")
    for (const part of t.parts) if (part !== null) eachName(part.target, visit);
  if ((t.kind === "objectPattern" || t.kind === "arrayPattern") && t.rest !== null) eachName(t.rest, visit);
}

/** The fields of `this` that a pattern sets. */
function eachField(t: Pattern, visit: (name: string) => void): void {
  if (t.kind === "reference") {
    if (t.expr.kind === "get" && t.expr.object.kind === "this") visit(t.expr.name);
  } else if (t.kind === "objectPattern") for (const part of t.parts) eachField(part.target, visit);
  else if (t.kind === "arrayPattern")
    for (const part of t.parts) if (part !== null) eachField(part.target, visit);
}
