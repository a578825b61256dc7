/** Expressions: compiler nodes → `Expr`. One function per kind in a table, since this is the hot path. */
import { ts } from "ts-morph";
import type { Expr, Pattern, Prop } from "../ir.ts";
import { type Context, FILLERS, MAX_DEPTH, MUTATORS } from "./context.ts";
import { compileClass, compileFunction } from "./functions.ts";
import { propertyName } from "./names.ts";

const K = ts.SyntaxKind;

type Compile = (node: never, c: Context) => Expr;
const table: (Compile | undefined)[] = [];
const on = <N extends ts.Node>(kind: ts.SyntaxKind, compile: (node: N, c: Context) => Expr): void => {
  table[kind] = compile as Compile;
};

/** Never throws; what is too deep or not a value that can be known becomes opaque. */
export function compileExpr(node: ts.Expression, c: Context): Expr {
  const compile = table[node.kind] as ((node: ts.Node, c: Context) => Expr) | undefined;
  if (compile === undefined) return c.opaque(node, "expression");
  if (c.depth >= MAX_DEPTH) return c.opaque(node, "nested too deeply");
  c.depth++;
  const result = compile(node, c);
  c.depth--;
  return result;
}

const inner = (node: ts.Node & { expression: ts.Expression }, c: Context): Expr =>
  compileExpr(node.expression, c);
for (const kind of [
  K.ParenthesizedExpression,
  K.AsExpression,
  K.SatisfiesExpression,
  K.TypeAssertionExpression,
  K.NonNullExpression,
  K.ExpressionWithTypeArguments,
]) {
  on(kind, inner);
}

on<ts.Identifier>(K.Identifier, (node, c) => {
  const s = c.start(node);
  const { text, end: e } = node;
  if (text === "undefined") return { k: "lit", s, e, v: undefined };
  if (text === "") return c.opaque(node, "");
  c.ids.add(text);
  return { k: "id", s, e, n: text };
});
on<ts.StringLiteral>(K.StringLiteral, (node, c) => ({
  k: "lit",
  s: c.start(node),
  e: node.end,
  v: node.text,
}));
on<ts.NoSubstitutionTemplateLiteral>(K.NoSubstitutionTemplateLiteral, (node, c) => ({
  k: "lit",
  s: c.start(node),
  e: node.end,
  v: node.text,
}));
on<ts.NumericLiteral>(K.NumericLiteral, (node, c) => ({
  k: "lit",
  s: c.start(node),
  e: node.end,
  v: Number(node.text),
}));
on(K.TrueKeyword, (node, c) => ({ k: "lit", s: c.start(node), e: node.end, v: true }));
on(K.FalseKeyword, (node, c) => ({ k: "lit", s: c.start(node), e: node.end, v: false }));
on(K.NullKeyword, (node, c) => ({ k: "lit", s: c.start(node), e: node.end, v: null }));
on(K.ThisKeyword, (node, c) => ({ k: "this", s: c.start(node), e: node.end }));
on(K.SuperKeyword, (node, c) => ({ k: "super", s: c.start(node), e: node.end }));
on(K.ImportKeyword, (node, c) => {
  c.ids.add("require");
  return { k: "id", s: c.start(node), e: node.end, n: "require" };
});
on(K.OmittedExpression, (node, c) => ({ k: "lit", s: c.start(node), e: node.end, v: undefined }));

on<ts.TemplateExpression>(K.TemplateExpression, (node, c) => {
  const parts: (string | Expr)[] = [node.head.text];
  for (const span of node.templateSpans) parts.push(compileExpr(span.expression, c), span.literal.text);
  return { k: "tpl", s: c.start(node), e: node.end, p: parts };
});

on<ts.TaggedTemplateExpression>(K.TaggedTemplateExpression, (node, c) => {
  const parts: Expr[] = [];
  if (ts.isTemplateExpression(node.template)) {
    for (const span of node.template.templateSpans) parts.push(compileExpr(span.expression, c));
  }
  return c.opaque(node, "tagged template", parts);
});

on<ts.ObjectLiteralExpression>(K.ObjectLiteralExpression, (node, c) => {
  const props: Prop[] = [];
  for (const property of node.properties) props.push(compileProperty(property, c));
  return { k: "obj", s: c.start(node), e: node.end, p: props };
});

function compileProperty(node: ts.ObjectLiteralElementLike, c: Context): Prop {
  const s = c.start(node);
  const e = node.end;
  switch (node.kind) {
    case K.PropertyAssignment:
      return { k: "prop", s, e, n: keyOf(node.name, c), v: compileExpr(node.initializer, c) };
    case K.ShorthandPropertyAssignment: {
      c.ids.add(node.name.text);
      const v: Expr =
        node.name.text === "undefined"
          ? { k: "lit", s, e, v: undefined }
          : { k: "id", s, e: node.name.end, n: node.name.text };
      return { k: "prop", s, e, n: node.name.text, v };
    }
    case K.SpreadAssignment:
      return { k: "spread", s, e, x: compileExpr(node.expression, c) };
    case K.GetAccessor:
      return { k: "getter", s, e, n: propertyName(node.name) ?? "", f: compileFunction(node, c) };
    case K.SetAccessor:
      return { k: "setter", s, e, n: propertyName(node.name) ?? "", f: compileFunction(node, c) };
    default:
      return { k: "prop", s, e, n: keyOf(node.name, c), v: { k: "fn", s, e, f: compileFunction(node, c) } };
  }
}

function keyOf(name: ts.PropertyName, c: Context): string | Expr {
  return propertyName(name) ?? (ts.isComputedPropertyName(name) ? compileExpr(name.expression, c) : "");
}

on<ts.ArrayLiteralExpression>(K.ArrayLiteralExpression, (node, c) => ({
  k: "arr",
  s: c.start(node),
  e: node.end,
  p: compileAll(node.elements, c),
}));
on<ts.SpreadElement>(K.SpreadElement, (node, c) => ({
  k: "spread",
  s: c.start(node),
  e: node.end,
  x: compileExpr(node.expression, c),
}));

on<ts.PropertyAccessExpression>(K.PropertyAccessExpression, (node, c) => {
  const o = compileExpr(node.expression, c);
  return { k: "get", s: o.s, e: node.end, o, n: node.name.text, q: node.questionDotToken !== undefined };
});
on<ts.ElementAccessExpression>(K.ElementAccessExpression, (node, c) => {
  const o = compileExpr(node.expression, c);
  const i = compileExpr(node.argumentExpression, c);
  if (i.k === "lit" && typeof i.v === "string") {
    return { k: "get", s: o.s, e: node.end, o, n: i.v, q: node.questionDotToken !== undefined };
  }
  return { k: "idx", s: o.s, e: node.end, o, i };
});

on<ts.CallExpression>(K.CallExpression, (node, c) => {
  const f = compileExpr(node.expression, c);
  const a = compileAll(node.arguments, c);
  const s = c.start(node);
  if (f.k === "id" && f.n === "require" && a[0]?.k === "lit" && typeof a[0].v === "string")
    c.specifiers.add(a[0].v);
  if (f.k === "get") {
    if (MUTATORS.has(f.n)) c.changes(f.o, s);
    else if (FILLERS.has(f.n)) {
      if (f.o.k !== "get" || f.o.o.k !== "this") c.changes(f.o, s, true);
      else if (f.n === "set" || f.n === "add") c.changes(f.o, s);
    } else if (f.o.k === "id" && f.o.n === "Object" && f.n.startsWith("assign") && a[0] !== undefined)
      c.changes(a[0], s);
    if (f.o.k === "id" && (MUTATORS.has(f.n) || FILLERS.has(f.n))) c.changesDirectly(f.o.n);
  }
  return { k: "call", s, e: node.end, f, a, q: node.questionDotToken !== undefined };
});
on<ts.NewExpression>(K.NewExpression, (node, c) => ({
  k: "new",
  s: c.start(node),
  e: node.end,
  f: compileExpr(node.expression, c),
  a: node.arguments === undefined ? [] : compileAll(node.arguments, c),
}));
on<ts.ConditionalExpression>(K.ConditionalExpression, (node, c) => ({
  k: "cond",
  s: c.start(node),
  e: node.end,
  c: compileExpr(node.condition, c),
  t: compileExpr(node.whenTrue, c),
  f: compileExpr(node.whenFalse, c),
}));
on<ts.AwaitExpression>(K.AwaitExpression, (node, c) => ({
  k: "await",
  s: c.start(node),
  e: node.end,
  x: compileExpr(node.expression, c),
}));
for (const kind of [K.ArrowFunction, K.FunctionExpression]) {
  on<ts.ArrowFunction | ts.FunctionExpression>(kind, (node, c) => ({
    k: "fn",
    s: c.start(node),
    e: node.end,
    f: compileFunction(node, c),
  }));
}
on<ts.ClassExpression>(K.ClassExpression, (node, c) => ({
  k: "cls",
  s: c.start(node),
  e: node.end,
  c: compileClass(node, c),
}));

on<ts.BinaryExpression>(K.BinaryExpression, compileBinary);

const ASSIGNMENTS = new Map<ts.SyntaxKind, string>([
  [K.EqualsToken, "="],
  [K.PlusEqualsToken, "+="],
  [K.MinusEqualsToken, "-="],
  [K.AsteriskEqualsToken, "*="],
  [K.SlashEqualsToken, "/="],
  [K.BarBarEqualsToken, "||="],
  [K.AmpersandAmpersandEqualsToken, "&&="],
  [K.QuestionQuestionEqualsToken, "??="],
]);

function compileBinary(node: ts.BinaryExpression, c: Context): Expr {
  const kind = node.operatorToken.kind;
  if (kind >= K.FirstAssignment && kind <= K.LastAssignment) {
    const t = compileTarget(node.left, c);
    return {
      k: "asg",
      s: t.s,
      e: node.end,
      op: ASSIGNMENTS.get(kind) ?? "?=",
      t,
      v: compileExpr(node.right, c),
    };
  }
  // `a + b + c + ...` leans left as deep as it is long: walk it instead of recursing.
  const spine: ts.BinaryExpression[] = [];
  let left: ts.Expression = node;
  while (ts.isBinaryExpression(left) && !isAssignment(left)) {
    spine.push(left);
    left = left.left;
  }
  if (spine.length > 40)
    return c.opaque(
      node,
      "long expression",
      spine.slice(0, 40).map((b) => compileExpr(b.right, c)),
    );
  let result = compileExpr(left, c);
  for (let i = spine.length - 1; i >= 0; i--) {
    const b = spine[i]!;
    const r = compileExpr(b.right, c);
    result = {
      k: "bin",
      s: result.s,
      e: b.end,
      op: ts.tokenToString(b.operatorToken.kind) ?? "?",
      l: result,
      r,
    };
  }
  return result;
}

function isAssignment(node: ts.BinaryExpression): boolean {
  const kind = node.operatorToken.kind;
  return kind >= K.FirstAssignment && kind <= K.LastAssignment;
}

on<ts.PrefixUnaryExpression>(K.PrefixUnaryExpression, compileUnary);
on<ts.PostfixUnaryExpression>(K.PostfixUnaryExpression, compileUnary);

function compileUnary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, c: Context): Expr {
  const s = c.start(node);
  const e = node.end;
  if (node.operator === K.PlusPlusToken || node.operator === K.MinusMinusToken) {
    const t = compileTarget(node.operand, c);
    const op = node.operator === K.PlusPlusToken ? "+=" : "-=";
    const v: Expr = { k: "lit", s, e, v: 1 };
    return node.kind === K.PostfixUnaryExpression
      ? { k: "asg", s, e, op, t, v, post: true }
      : { k: "asg", s, e, op, t, v };
  }
  return { k: "un", s, e, op: ts.tokenToString(node.operator) ?? "?", x: compileExpr(node.operand, c) };
}
on<ts.TypeOfExpression>(K.TypeOfExpression, (node, c) => ({
  k: "un",
  s: c.start(node),
  e: node.end,
  op: "typeof",
  x: compileExpr(node.expression, c),
}));
on<ts.VoidExpression>(K.VoidExpression, (node, c) => ({
  k: "un",
  s: c.start(node),
  e: node.end,
  op: "void",
  x: compileExpr(node.expression, c),
}));
on<ts.DeleteExpression>(K.DeleteExpression, (node, c) => {
  const x = compileExpr(node.expression, c);
  c.changes(x, x.s);
  const { s, e } = c.span(node);
  return { k: "asg", s, e, op: "delete", t: { k: "ref", s, e, x }, v: { k: "lit", s, e, v: undefined } };
});
on<ts.YieldExpression>(K.YieldExpression, (node, c) =>
  c.opaque(
    node,
    node.asteriskToken === undefined ? "yield" : "yield*",
    node.expression === undefined ? [] : [compileExpr(node.expression, c)],
  ),
);

export function compileAll(nodes: readonly ts.Expression[], c: Context): Expr[] {
  const result: Expr[] = [];
  for (const node of nodes) result.push(compileExpr(node, c));
  return result;
}

/** The left side of an assignment; notes what it changes. */
export function compileTarget(node: ts.Expression, c: Context): Pattern {
  const s = c.start(node);
  if (ts.isIdentifier(node)) {
    c.assigns(node.text, s);
    c.ids.add(node.text);
    return { k: "id", s, e: node.end, n: node.text };
  }
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node)) {
    return compileTarget(node.expression, c);
  }
  if (ts.isArrayLiteralExpression(node)) {
    return {
      k: "arrp",
      s,
      e: node.end,
      p: node.elements.map((x) => (ts.isOmittedExpression(x) ? null : { t: compileTarget(x, c), d: null })),
      rest: null,
    };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const p: { n: string | null; t: Pattern; d: Expr | null }[] = [];
    for (const property of node.properties) {
      if (ts.isShorthandPropertyAssignment(property)) {
        p.push({ n: property.name.text, t: compileTarget(property.name, c), d: null });
      } else if (ts.isPropertyAssignment(property)) {
        p.push({ n: propertyName(property.name), t: compileTarget(property.initializer, c), d: null });
      }
    }
    return { k: "objp", s, e: node.end, p, rest: null };
  }
  const x = compileExpr(node, c);
  c.changes(x, s);
  return { k: "ref", s, e: node.end, x };
}
