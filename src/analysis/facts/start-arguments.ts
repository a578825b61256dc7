/**
 * Which of its start's arguments a process changes. They are the same objects for every incarnation. Only what is certain
 * is told: contents of a parameter of `init`, or of a field that holds nothing else, which the class's own code assigns to,
 * or which (or whose field) are declared as a list, a Map or a Set and changed by a method of those.
 */
import type { Location } from "../../model/index.ts";
import type { ProcessCode } from "../dialects/dialect.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import { locationOf } from "../evaluate/scope.ts";
import type { Class, Expr, Func, Pattern, Stmt } from "../ir.ts";

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
  if (self?.cls.k !== "cls") return [];
  const { c: cls, scope } = self.cls;
  const init = callbacks.find(({ name }) => name === "init")?.fn;
  // One of a base class knows nothing of the fields of this one.
  const own = cls.m.find((member) => member.k === "method" && member.n === "init" && !member.st);
  if (init?.k !== "fn" || own?.f == null || init.f !== own.f) return [];
  const locals = parameters(own.f);
  // Most take nothing, and their code may be a list of ten thousand children.
  if (locals.size === 0) return [];
  const fields = argumentFields(cls, own.f, locals);
  const found: { argument: string; what: string; location: Location }[] = [];
  const look = (root: (x: Expr) => Argument | null) => (x: Expr) => {
    const changed = changedBy(x, root);
    if (changed !== null) {
      found.push({
        argument: changed.of.name,
        what: excerpt(changed.x),
        location: locationOf(scope.m.at(x)),
      });
    }
  };
  const rootOfField = (x: Expr) => (x.k === "get" && x.o.k === "this" ? (fields.get(x.n) ?? null) : null);
  for (const member of cls.m) {
    if (member.st || member.f === null) continue;
    const inInit = member.f === own.f;
    eachExpr(
      member.f,
      look((x) => (x.k === "id" && inInit ? (locals.get(x.n) ?? null) : rootOfField(x))),
    );
  }
  for (const member of cls.m)
    if (!member.st && member.k === "field" && member.v !== null) eachExpr(member.v, look(rootOfField));
  return found;
}

/** The parameters of `init` that always stand for an argument: they have no default and are never given another value. */
function parameters(init: Func): Map<string, Argument> {
  const found = new Map<string, Argument>();
  for (const { t, d, rest, ty } of init.p) {
    if (rest || d !== null) continue;
    if (t.k === "id") found.set(t.n, { name: t.n, kind: kindOf(ty) });
    if (t.k === "objp") {
      for (const part of t.p)
        if (part.t.k === "id" && part.d === null) found.set(part.t.n, { name: part.t.n, kind: null });
    }
  }
  if (found.size === 0) return found;
  const other = (t: Pattern): void => eachName(t, (name) => found.delete(name));
  each(
    init.b,
    (x) => {
      if (x.k === "asg") other(x.t);
      if (x.k === "fn") for (const { t } of x.f.p) other(t);
    },
    (s) => {
      if (s.k === "var") for (const { t } of s.d) other(t);
      if (s.k === "forof") other(s.t);
      if (s.k === "try" && s.p !== null) other(s.p);
      if (s.k === "func") {
        if (s.f.n !== null) found.delete(s.f.n);
        for (const { t } of s.f.p) other(t);
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
  for (const member of cls.m) {
    if (member.st) continue;
    const count = (x: Expr): void => {
      if (x.k !== "asg") return;
      eachField(x.t, (name) => times.set(name, (times.get(name) ?? 0) + 1));
    };
    if (member.f !== null) eachExpr(member.f, count);
    if (member.v !== null) eachExpr(member.v, count);
  }
  const fields = new Map<string, Argument>();
  for (const s of Array.isArray(init.b) ? init.b : []) {
    if (s.k !== "expr" || s.x.k !== "asg" || s.x.op !== "=" || s.x.t.k !== "ref") continue;
    const { x: target } = s.x.t;
    if (target.k !== "get" || target.o.k !== "this" || times.get(target.n) !== 1) continue;
    const of = partOf(s.x.v, (x) => (x.k === "id" ? (locals.get(x.n) ?? null) : null));
    if (of === null) continue;
    const declared = cls.m.find((member) => member.k === "field" && !member.st && member.n === target.n);
    fields.set(target.n, { ...of, kind: of.kind ?? kindOf(declared?.ty ?? null) });
  }
  return fields;
}

/** The argument that `x` is, or is a part of: `options.limits`. */
function partOf(x: Expr, root: (x: Expr) => Argument | null): Argument | null {
  const whole = root(x);
  if (whole !== null) return whole;
  if (x.k !== "get" && x.k !== "idx") return null;
  const of = partOf(x.o, root);
  return of === null ? null : { name: of.name, kind: null };
}

/** The argument whose contents this expression changes. */
function changedBy(x: Expr, root: (x: Expr) => Argument | null): { of: Argument; x: Expr } | null {
  if (x.k === "asg" && x.t.k === "ref") {
    const target = x.t.x;
    if (target.k !== "get" && target.k !== "idx") return null;
    const of = root(target) === null ? partOf(target.o, root) : null;
    return of === null ? null : { of, x: target };
  }
  if (x.k !== "call" || x.f.k !== "get") return null;
  const of = root(x.f.o);
  return of?.kind != null && CHANGING.get(of.kind)?.has(x.f.n) === true ? { of, x: x.f.o } : null;
}

type Code = Expr | Stmt | Func | readonly (Expr | Stmt)[];

/** Every expression in `code`, but for those in classes, whose `this` is another. */
function eachExpr(code: Code, visit: (x: Expr) => void): void {
  each(code, visit, () => {});
}

const STATEMENTS: ReadonlySet<string> = new Set([
  "var",
  "expr",
  "ret",
  "throw",
  "if",
  "for",
  "forof",
  "while",
  "switch",
  "try",
  "block",
  "jump",
  "func",
  "class",
  "enum",
]);

function each(node: unknown, onExpr: (x: Expr) => void, onStmt: (s: Stmt) => void): void {
  if (Array.isArray(node)) {
    for (const part of node) each(part, onExpr, onStmt);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const { k } = node as { k?: string };
  if (k === "cls" || k === "class") return;
  if (k !== undefined && STATEMENTS.has(k)) onStmt(node as Stmt);
  else if (k !== undefined) onExpr(node as Expr);
  else if ("b" in node && "p" in node) {
    // A function, some of which are made only when somebody looks inside.
    const { p, b } = node as Func;
    each(p, onExpr, onStmt);
    each(b, onExpr, onStmt);
    return;
  }
  for (const name in node) each((node as Record<string, unknown>)[name], onExpr, onStmt);
}

/** The variables that a pattern sets. */
function eachName(t: Pattern, visit: (name: string) => void): void {
  if (t.k === "id") visit(t.n);
  else if (t.k === "objp") for (const part of t.p) eachName(part.t, visit);
  else if (t.k === "arrp") for (const part of t.p) if (part !== null) eachName(part.t, visit);
  if ((t.k === "objp" || t.k === "arrp") && t.rest !== null) eachName(t.rest, visit);
}

/** The fields of `this` that a pattern sets. */
function eachField(t: Pattern, visit: (name: string) => void): void {
  if (t.k === "ref") {
    if (t.x.k === "get" && t.x.o.k === "this") visit(t.x.n);
  } else if (t.k === "objp") for (const part of t.p) eachField(part.t, visit);
  else if (t.k === "arrp") for (const part of t.p) if (part !== null) eachField(part.t, visit);
}
