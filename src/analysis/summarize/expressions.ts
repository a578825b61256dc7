/** Expressions: compiler nodes → `Expr`. One function per kind in a table, since this is the hot path. */
import { ts } from "ts-morph";
import type { Expr, Pattern, Prop } from "../ir.ts";
import { changeByAnotherName, noteChange } from "./changes.ts";
import { type Context, MAX_DEPTH } from "./context.ts";
import { compileClass, compileFunction } from "./functions.ts";
import { propertyName } from "./names.ts";
import { noteDeclared } from "./type-names.ts";

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

const inner = (node: ts.Node & { expression: ts.Expression }, c: Context): Expr => {
  if (ts.isSatisfiesExpression(node) || ts.isAsExpression(node)) noteDeclared(node.type, node.expression, c);
  return compileExpr(node.expression, c);
};
on<ts.ParenthesizedExpression>(K.ParenthesizedExpression, (node, c) => {
  const x = inner(node, c);
  let bare: ts.Expression = node;
  while (ts.isParenthesizedExpression(bare) || ts.isAsExpression(bare) || ts.isSatisfiesExpression(bare))
    bare = bare.expression;
  if (ts.isOptionalChain(bare)) x.closed = true;
  return x;
});
for (const kind of [
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
  if (text === "undefined") return { kind: "literal", start: s, end: e, value: undefined };
  if (text === "") return c.opaque(node, "");
  c.ids.add(text);
  return { kind: "identifier", start: s, end: e, name: text };
});
for (const kind of [K.StringLiteral, K.NoSubstitutionTemplateLiteral])
  on<ts.StringLiteralLike>(kind, (node, c) => ({
    kind: "literal",
    start: c.start(node),
    end: node.end,
    value: node.text,
  }));
on<ts.NumericLiteral>(K.NumericLiteral, (node, c) => ({
  kind: "literal",
  start: c.start(node),
  end: node.end,
  value: Number(node.text),
}));
on<ts.BigIntLiteral>(K.BigIntLiteral, (node, c) => ({ ...c.opaque(node, "bigint"), text: node.text }));
on<ts.RegularExpressionLiteral>(K.RegularExpressionLiteral, (node, c) => ({
  ...c.opaque(node, "regular expression"),
  text: node.text,
}));
on<ts.MetaProperty>(K.MetaProperty, (node, c) =>
  c.opaque(node, node.keywordToken === K.NewKeyword ? "new.target" : "expression"),
);
on(K.TrueKeyword, (node, c) => ({ kind: "literal", start: c.start(node), end: node.end, value: true }));
on(K.FalseKeyword, (node, c) => ({ kind: "literal", start: c.start(node), end: node.end, value: false }));
on(K.NullKeyword, (node, c) => ({ kind: "literal", start: c.start(node), end: node.end, value: null }));
on(K.ThisKeyword, (node, c) => ({ kind: "this", start: c.start(node), end: node.end }));
on(K.SuperKeyword, (node, c) => ({ kind: "super", start: c.start(node), end: node.end }));
on(K.ImportKeyword, (node, c) => {
  c.ids.add("require");
  return { kind: "identifier", start: c.start(node), end: node.end, name: "require" };
});
on(K.OmittedExpression, (node, c) => ({
  kind: "literal",
  start: c.start(node),
  end: node.end,
  value: undefined,
  hole: true,
}));

on<ts.TemplateExpression>(K.TemplateExpression, (node, c) => {
  const parts: (string | Expr)[] = [node.head.text];
  for (const span of node.templateSpans) parts.push(compileExpr(span.expression, c), span.literal.text);
  return { kind: "template", start: c.start(node), end: node.end, parts: parts };
});

on<ts.TaggedTemplateExpression>(K.TaggedTemplateExpression, (node, c) => {
  const { tag, template } = node;
  const parts: Expr[] = [compileExpr(tag, c)];
  const spans = ts.isTemplateExpression(template) ? template.templateSpans : [];
  for (const span of spans) parts.push(compileExpr(span.expression, c));
  const texts = ts.isTemplateExpression(template)
    ? [template.head, ...spans.map(({ literal }) => literal)]
    : [template];
  return { ...c.opaque(node, "tagged template", parts), texts: texts.map(textAndSource) };
});

/** A text of a template, and how it is written. */
function textAndSource(node: ts.TemplateLiteralLikeNode): [text: string, source: string] {
  return [node.text, (node.rawText ?? node.text).replaceAll(/\r\n?/g, "\n")];
}

on<ts.ObjectLiteralExpression>(K.ObjectLiteralExpression, (node, c) => {
  const props: Prop[] = [];
  for (const property of node.properties) props.push(compileProperty(property, c));
  return { kind: "object", start: c.start(node), end: node.end, props: props };
});

function compileProperty(node: ts.ObjectLiteralElementLike, c: Context): Prop {
  const s = c.start(node);
  const e = node.end;
  switch (node.kind) {
    case K.PropertyAssignment:
      return {
        kind: "property",
        start: s,
        end: e,
        name: keyOf(node.name, c),
        value: compileExpr(node.initializer, c),
      };
    case K.ShorthandPropertyAssignment: {
      c.ids.add(node.name.text);
      const v: Expr =
        node.name.text === "undefined"
          ? { kind: "literal", start: s, end: e, value: undefined }
          : { kind: "identifier", start: s, end: node.name.end, name: node.name.text };
      return { kind: "property", start: s, end: e, name: node.name.text, value: v };
    }
    case K.SpreadAssignment:
      return { kind: "spread", start: s, end: e, argument: compileExpr(node.expression, c) };
    case K.GetAccessor:
      return {
        kind: "getter",
        start: s,
        end: e,
        name: propertyName(node.name) ?? "",
        func: compileFunction(node, c),
      };
    case K.SetAccessor:
      return {
        kind: "setter",
        start: s,
        end: e,
        name: propertyName(node.name) ?? "",
        func: compileFunction(node, c),
      };
    default:
      return {
        kind: "property",
        start: s,
        end: e,
        name: keyOf(node.name, c),
        value: { kind: "function", start: s, end: e, func: compileFunction(node, c) },
      };
  }
}

/** The name of a part of a pattern, which may be computed. */
export function nameIn(name: ts.PropertyName, c: Context): { name: string | null; computed?: Expr } {
  const known = propertyName(name);
  return known === null && ts.isComputedPropertyName(name)
    ? { name: known, computed: compileExpr(name.expression, c) }
    : { name: known };
}

function keyOf(name: ts.PropertyName, c: Context): string | Expr {
  return propertyName(name) ?? (ts.isComputedPropertyName(name) ? compileExpr(name.expression, c) : "");
}

on<ts.ArrayLiteralExpression>(K.ArrayLiteralExpression, (node, c) => {
  const items = compileAll(node.elements, c);
  // One that is being typed: what is there is not all.
  if ((node.flags & ts.NodeFlags.ThisNodeHasError) !== 0) items.push(c.rest(node));
  return { kind: "array", start: c.start(node), end: node.end, items };
});
on<ts.SpreadElement>(K.SpreadElement, (node, c) => ({
  kind: "spread",
  start: c.start(node),
  end: node.end,
  argument: compileExpr(node.expression, c),
}));

on<ts.PropertyAccessExpression>(K.PropertyAccessExpression, (node, c) => {
  const o = compileExpr(node.expression, c);
  return {
    kind: "get",
    start: o.start,
    end: node.end,
    object: o,
    name: node.name.text,
    optional: node.questionDotToken !== undefined,
  };
});
on<ts.ElementAccessExpression>(K.ElementAccessExpression, (node, c) => {
  const o = compileExpr(node.expression, c);
  const i = compileExpr(node.argumentExpression, c);
  if (i.kind === "literal" && typeof i.value === "string" && !i.value.startsWith("#")) {
    return {
      kind: "get",
      start: o.start,
      end: node.end,
      object: o,
      name: i.value,
      optional: node.questionDotToken !== undefined,
    };
  }
  const indexed: Expr = { kind: "index", start: o.start, end: node.end, object: o, index: i };
  if (node.questionDotToken !== undefined) indexed.optional = true;
  return indexed;
});

on<ts.CallExpression>(K.CallExpression, (node, c) => {
  const f = compileExpr(node.expression, c);
  const a = compileAll(node.arguments, c);
  const s = c.start(node);
  if (
    f.kind === "identifier" &&
    f.name === "require" &&
    a[0]?.kind === "literal" &&
    typeof a[0].value === "string"
  )
    c.specifiers.add(a[0].value);
  const direct = changeByAnotherName(f, a, node, c);
  if (direct !== null) return direct;
  if (f.kind === "get") noteChange(f, a, s, c);
  return {
    kind: "call",
    start: s,
    end: node.end,
    callee: f,
    args: a,
    optional: node.questionDotToken !== undefined,
  };
});
on<ts.NewExpression>(K.NewExpression, (node, c) => ({
  kind: "new",
  start: c.start(node),
  end: node.end,
  callee: compileExpr(node.expression, c),
  args: node.arguments === undefined ? [] : compileAll(node.arguments, c),
}));
on<ts.ConditionalExpression>(K.ConditionalExpression, (node, c) => ({
  kind: "conditional",
  start: c.start(node),
  end: node.end,
  test: compileExpr(node.condition, c),
  consequent: compileExpr(node.whenTrue, c),
  alternate: compileExpr(node.whenFalse, c),
}));
on<ts.AwaitExpression>(K.AwaitExpression, (node, c) => ({
  kind: "await",
  start: c.start(node),
  end: node.end,
  argument: compileExpr(node.expression, c),
}));
for (const kind of [K.ArrowFunction, K.FunctionExpression]) {
  on<ts.ArrowFunction | ts.FunctionExpression>(kind, (node, c) => ({
    kind: "function",
    start: c.start(node),
    end: node.end,
    func: compileFunction(node, c),
  }));
}
on<ts.ClassExpression>(K.ClassExpression, (node, c) => ({
  kind: "class",
  start: c.start(node),
  end: node.end,
  class: compileClass(node, c),
}));

on<ts.BinaryExpression>(K.BinaryExpression, compileBinary);

const ASSIGNMENTS = new Map<ts.SyntaxKind, string>([
  [K.EqualsToken, "="],
  [K.PlusEqualsToken, "+="],
  [K.MinusEqualsToken, "-="],
  [K.AsteriskEqualsToken, "*="],
  [K.SlashEqualsToken, "/="],
  [K.PercentEqualsToken, "%="],
  [K.AsteriskAsteriskEqualsToken, "**="],
  [K.AmpersandEqualsToken, "&="],
  [K.BarEqualsToken, "|="],
  [K.CaretEqualsToken, "^="],
  [K.LessThanLessThanEqualsToken, "<<="],
  [K.GreaterThanGreaterThanEqualsToken, ">>="],
  [K.GreaterThanGreaterThanGreaterThanEqualsToken, ">>>="],
  [K.BarBarEqualsToken, "||="],
  [K.AmpersandAmpersandEqualsToken, "&&="],
  [K.QuestionQuestionEqualsToken, "??="],
]);

function compileBinary(node: ts.BinaryExpression, c: Context): Expr {
  const kind = node.operatorToken.kind;
  if (kind >= K.FirstAssignment && kind <= K.LastAssignment) {
    const t = compileTarget(node.left, c);
    return {
      kind: "assignment",
      start: t.start,
      end: node.end,
      op: ASSIGNMENTS.get(kind) ?? "?=",
      target: t,
      value: compileExpr(node.right, c),
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
      kind: "binary",
      start: result.start,
      end: b.end,
      op: ts.tokenToString(b.operatorToken.kind) ?? "?",
      left: result,
      right: r,
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
    const v: Expr = { kind: "literal", start: s, end: e, value: 1 };
    return node.kind === K.PostfixUnaryExpression
      ? { kind: "assignment", start: s, end: e, op, target: t, value: v, post: true, step: true }
      : { kind: "assignment", start: s, end: e, op, target: t, value: v, step: true };
  }
  return {
    kind: "unary",
    start: s,
    end: e,
    op: ts.tokenToString(node.operator) ?? "?",
    argument: compileExpr(node.operand, c),
  };
}
on<ts.TypeOfExpression>(K.TypeOfExpression, (node, c) => ({
  kind: "unary",
  start: c.start(node),
  end: node.end,
  op: "typeof",
  argument: compileExpr(node.expression, c),
}));
on<ts.VoidExpression>(K.VoidExpression, (node, c) => ({
  kind: "unary",
  start: c.start(node),
  end: node.end,
  op: "void",
  argument: compileExpr(node.expression, c),
}));
on<ts.DeleteExpression>(K.DeleteExpression, (node, c) => {
  const x = compileExpr(node.expression, c);
  c.sets(x, x.start);
  const { start: s, end: e } = c.span(node);
  return {
    kind: "assignment",
    start: s,
    end: e,
    op: "delete",
    target: { kind: "reference", start: s, end: e, expr: x },
    value: { kind: "literal", start: s, end: e, value: undefined },
  };
});
on<ts.YieldExpression>(K.YieldExpression, (node, c) =>
  c.opaque(
    node,
    node.asteriskToken === undefined ? "yield" : "yield*",
    node.expression === undefined ? [] : [compileExpr(node.expression, c)],
  ),
);

function compileAll(nodes: readonly ts.Expression[], c: Context): Expr[] {
  const result: Expr[] = [];
  for (const node of nodes) result.push(compileExpr(node, c));
  return result;
}

/** One part of a pattern on the left side of an assignment, which may have a default. */
function compilePart(node: ts.Expression, c: Context): { target: Pattern; default: Expr | null } {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === K.EqualsToken
    ? { target: compileTarget(node.left, c), default: compileExpr(node.right, c) }
    : { target: compileTarget(node, c), default: null };
}

/** The left side of an assignment; notes what it changes. */
export function compileTarget(node: ts.Expression, c: Context): Pattern {
  const s = c.start(node);
  if (ts.isIdentifier(node)) {
    c.assigns(node.text, s);
    c.ids.add(node.text);
    return { kind: "identifier", start: s, end: node.end, name: node.text };
  }
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node)) {
    return compileTarget(node.expression, c);
  }
  let rest: Pattern | null = null;
  if (ts.isArrayLiteralExpression(node)) {
    const p: (ReturnType<typeof compilePart> | null)[] = [];
    for (const element of node.elements) {
      if (ts.isOmittedExpression(element)) p.push(null);
      else if (ts.isSpreadElement(element)) rest = compileTarget(element.expression, c);
      else p.push(compilePart(element, c));
    }
    return { kind: "arrayPattern", start: s, end: node.end, parts: p, rest };
  }
  if (ts.isObjectLiteralExpression(node)) {
    const p: (ReturnType<typeof nameIn> & ReturnType<typeof compilePart>)[] = [];
    for (const property of node.properties) {
      if (ts.isShorthandPropertyAssignment(property)) {
        const { name, objectAssignmentInitializer: otherwise } = property;
        p.push({
          name: name.text,
          target: compileTarget(name, c),
          default: otherwise === undefined ? null : compileExpr(otherwise, c),
        });
      } else if (ts.isPropertyAssignment(property))
        p.push({ ...nameIn(property.name, c), ...compilePart(property.initializer, c) });
      else if (ts.isSpreadAssignment(property)) rest = compileTarget(property.expression, c);
    }
    return { kind: "objectPattern", start: s, end: node.end, parts: p, rest };
  }
  const x = compileExpr(node, c);
  c.sets(x, s);
  return { kind: "reference", start: s, end: node.end, expr: x };
}
