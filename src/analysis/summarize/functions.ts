/** Functions, parameters, patterns and classes. */
import { ts } from "ts-morph";
import type { Class, Expr, Func, Member, MemberKind, Param, Pattern, Stmt } from "../ir.ts";
import type { Context } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { hasModifier, propertyName } from "./names.ts";
import { compileBlock } from "./statements.ts";
import { typeArgumentNames, typeNames } from "./type-names.ts";

const K = ts.SyntaxKind;

export function compileFunction(node: ts.FunctionLikeDeclaration, c: Context): Func {
  c.pushScope();
  const p: Param[] = [];
  for (const parameter of node.parameters) {
    // `this: T` is a type.
    if (ts.isIdentifier(parameter.name) && parameter.name.text === "this") continue;
    p.push({
      t: compilePattern(parameter.name, c),
      d: parameter.initializer === undefined ? null : compileExpr(parameter.initializer, c),
      rest: parameter.dotDotDotToken !== undefined,
      ty: typeNames(parameter.type, c),
    });
  }
  let b: Stmt[] | Expr = [];
  if (node.body !== undefined)
    b = ts.isBlock(node.body) ? compileBlock(node.body.statements, c) : compileExpr(node.body, c);
  c.popScope();
  return {
    s: c.start(node),
    e: node.end,
    n: propertyName(node.name),
    p,
    b,
    arrow: node.kind === K.ArrowFunction,
    async: hasModifier(node, K.AsyncKeyword),
    gen: (node as ts.FunctionDeclaration).asteriskToken !== undefined,
  };
}

/** Declares the pattern's names in the current scope. */
export function compilePattern(node: ts.BindingName, c: Context): Pattern {
  const s = c.start(node);
  const e = node.end;
  if (ts.isIdentifier(node)) {
    c.declare(node.text);
    return { k: "id", s, e, n: node.text };
  }
  let rest: Pattern | null = null;
  if (ts.isObjectBindingPattern(node)) {
    const p: { n: string | null; t: Pattern; d: Expr | null }[] = [];
    for (const element of node.elements) {
      const t = compilePattern(element.name, c);
      if (element.dotDotDotToken !== undefined) rest = t;
      else {
        const n = propertyName(element.propertyName ?? element.name);
        p.push({ n, t, d: element.initializer === undefined ? null : compileExpr(element.initializer, c) });
      }
    }
    return { k: "objp", s, e, p, rest };
  }
  const p: ({ t: Pattern; d: Expr | null } | null)[] = [];
  for (const element of node.elements) {
    if (ts.isOmittedExpression(element)) p.push(null);
    else {
      const t = compilePattern(element.name, c);
      if (element.dotDotDotToken !== undefined) rest = t;
      else p.push({ t, d: element.initializer === undefined ? null : compileExpr(element.initializer, c) });
    }
  }
  return { k: "arrp", s, e, p, rest };
}

export function compileClass(node: ts.ClassLikeDeclaration, c: Context): Class {
  const heritage = node.heritageClauses?.find((clause) => clause.token === K.ExtendsKeyword)?.types[0];
  const named = node.name ?? node;
  const compiled: Class = {
    s: c.start(node),
    e: node.end,
    n: node.name?.text ?? null,
    ns: c.start(named),
    ne: node.name === undefined ? c.start(node) + 5 : named.end,
    x: heritage === undefined ? null : compileExpr(heritage.expression, c),
    abs: hasModifier(node, K.AbstractKeyword),
    m: [],
    asg: [],
  };
  if (heritage !== undefined && [node, ...node.members].some(isDecorated)) compiled.dec = true;
  c.pushClass();
  for (const member of node.members) {
    if (ts.isClassStaticBlockDeclaration(member)) compiled.m.push(staticBlock(member, compiled.n, c));
    else compileMember(member, c, compiled.m);
  }
  c.popClass(compiled);
  return compiled;
}

function isDecorated(node: ts.Node): boolean {
  return ts.canHaveDecorators(node) && (ts.getDecorators(node)?.length ?? 0) > 0;
}

/** `static { ... }`: a function that runs when the class is made. What it changes of the class is part of making it. */
function staticBlock(node: ts.ClassStaticBlockDeclaration, name: string | null, c: Context): Member {
  const { s, e } = c.span(node);
  c.pushScope();
  const b = compileBlock(node.body.statements, c);
  c.owns(name);
  c.popScope();
  const f: Func = { s, e, n: null, p: [], b, arrow: false, async: false, gen: false };
  return { s, e, k: "init", n: "", st: true, abs: false, f, v: null, ty: null };
}

const KINDS = new Map<ts.SyntaxKind, MemberKind>([
  [K.MethodDeclaration, "method"],
  [K.GetAccessor, "get"],
  [K.SetAccessor, "set"],
  [K.PropertyDeclaration, "field"],
  [K.Constructor, "ctor"],
]);

function compileMember(node: ts.ClassElement, c: Context, into: Member[]): void {
  const k = KINDS.get(node.kind);
  if (k === undefined) return;
  const n = k === "ctor" ? "constructor" : propertyName(node.name);
  if (n === null) return;
  const member: Member = {
    s: c.start(node),
    e: node.end,
    k,
    n,
    st: hasModifier(node, K.StaticKeyword),
    abs: hasModifier(node, K.AbstractKeyword) || hasModifier(node, K.DeclareKeyword),
    f: null,
    v: null,
    ty: null,
  };
  if (ts.isPropertyDeclaration(node)) {
    member.ty = typeNames(node.type, c);
    if (node.initializer !== undefined) {
      member.ty ??= typeArgumentNames(node.initializer, c);
      // An initialiser is a function of its own as far as variables outside are concerned.
      c.pushScope();
      member.v = compileExpr(node.initializer, c);
      c.popScope();
    }
  } else if (ts.isConstructorDeclaration(node)) {
    if (node.body === undefined) return;
    // What the constructor assigns is part of making the object, not a change of it.
    c.pushClass();
    member.f = compileFunction(node, c);
    c.popClass(null);
    parameterProperties(node, c, member.f, into);
  } else if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
    if (node.body === undefined && !member.abs) return; // an overload
    member.f = compileFunction(node, c);
  }
  into.push(member);
}

/** `constructor(private readonly x: X)` declares a field and assigns it first. */
function parameterProperties(node: ts.ConstructorDeclaration, c: Context, f: Func, into: Member[]): void {
  const assignments: Stmt[] = [];
  for (const parameter of node.parameters) {
    if (parameter.modifiers === undefined || parameter.modifiers.length === 0) continue;
    const n = propertyName(parameter.name);
    if (n === null) continue;
    const { s, e } = c.span(parameter);
    const field: Expr = { k: "get", s, e, o: { k: "this", s, e }, n, q: false };
    const x: Expr = { k: "asg", s, e, op: "=", t: { k: "ref", s, e, x: field }, v: { k: "id", s, e, n } };
    assignments.push({ k: "expr", s, e, x });
    into.push({
      s,
      e,
      k: "field",
      n,
      st: false,
      abs: false,
      f: null,
      v: null,
      ty: typeNames(parameter.type, c),
    });
  }
  if (Array.isArray(f.b)) f.b.unshift(...assignments);
}
