/** Functions, parameters, patterns and classes. */
import { ts } from "ts-morph";
import type { Class, Expr, Func, Member, MemberKind, Param, Pattern, Primitive, Stmt } from "../ir.ts";
import type { Context } from "./context.ts";
import { compileExpr, nameIn } from "./expressions.ts";
import { hasModifier, memberName, propertyName } from "./names.ts";
import { compileBlock } from "./statements.ts";
import {
  argumentNames,
  changeableIn,
  noteDeclared,
  noteImplemented,
  typeArgumentNames,
  typeNames,
} from "./type-names.ts";

const K = ts.SyntaxKind;

export function compileFunction(node: ts.FunctionLikeDeclaration, c: Context): Func {
  c.pushScope();
  const enclosing = c.typeParameters;
  c.typeParameters = new Map([...enclosing, ...parametersOf(node)]);
  const p: Param[] = [];
  for (const parameter of node.parameters) {
    // `this: T` is a type.
    if (ts.isIdentifier(parameter.name) && parameter.name.text === "this") continue;
    const parts = parameter.type === undefined ? null : changeableIn([parameter.type], c);
    p.push({
      target: compilePattern(parameter.name, c),
      default: parameter.initializer === undefined ? null : compileExpr(parameter.initializer, c),
      rest: parameter.dotDotDotToken !== undefined,
      type: typeNames(parameter.type, c),
      ...(parts === null ? {} : { parts }),
      required: isRequired(parameter, c),
      primitive: PRIMITIVES.get(parameter.type?.kind ?? K.Unknown) ?? null,
    });
  }
  let b: Stmt[] | Expr = [];
  for (const value of node.type === undefined ? [] : returnedBy(node.body)) noteDeclared(node.type, value, c);
  if (node.body !== undefined)
    b = ts.isBlock(node.body) ? compileBlock(node.body.statements, c) : compileExpr(node.body, c);
  c.typeParameters = enclosing;
  c.popScope();
  return {
    start: c.start(node),
    end: node.end,
    name: propertyName(node.name),
    params: p,
    body: b,
    arrow: node.kind === K.ArrowFunction,
    async: hasModifier(node, K.AsyncKeyword),
    generator: (node as ts.FunctionDeclaration).asteriskToken !== undefined,
  };
}

/** What a function returns that does not stand in an inner block. */
function returnedBy(body: ts.Node | undefined): readonly ts.Node[] {
  if (body === undefined || !ts.isBlock(body)) return body === undefined ? [] : [body];
  return body.statements.flatMap((each) =>
    ts.isReturnStatement(each) && each.expression !== undefined ? [each.expression] : [],
  );
}

/** A declaration's type parameters, with what they extend. */
function parametersOf(
  node: ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration,
): [name: string, constraint: ts.TypeNode | undefined][] {
  return (node.typeParameters ?? []).map(({ name, constraint }) => [name.text, constraint]);
}

const PRIMITIVES = new Map<ts.SyntaxKind, Primitive>([
  [K.StringKeyword, "string"],
  [K.NumberKeyword, "number"],
  [K.BooleanKeyword, "boolean"],
]);

/** As TypeScript has it: nothing else says that it may be left out. */
function isRequired(
  { type, initializer, questionToken, dotDotDotToken }: ts.ParameterDeclaration,
  c: Context,
): boolean {
  if (type === undefined || initializer !== undefined || questionToken !== undefined) return false;
  return dotDotDotToken === undefined && !mayBeVoid(type, c);
}

/** What is `void` may be left out; a type parameter may become that, and what is computed of types too. */
function mayBeVoid(type: ts.TypeNode, c: Context, depth = 0): boolean {
  const inner = (each: ts.TypeNode): boolean => depth > 8 || mayBeVoid(each, c, depth + 1);
  if (ts.isUnionTypeNode(type)) return type.types.some(inner);
  if (ts.isParenthesizedTypeNode(type)) return inner(type.type);
  if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
    const { text } = type.typeName;
    const alias = c.aliasOf(text);
    return c.typeParameters.has(text) || (alias !== null && inner(alias));
  }
  if (ts.isIndexedAccessTypeNode(type)) {
    const part = partAt(type, c);
    return part === undefined || inner(part);
  }
  return type.kind === K.VoidKeyword || ts.isConditionalTypeNode(type);
}

/** What `Ticket["priority"]` is, where this file says what a `Ticket` has. */
function partAt({ objectType, indexType }: ts.IndexedAccessTypeNode, c: Context): ts.TypeNode | undefined {
  if (!ts.isTypeReferenceNode(objectType) || !ts.isIdentifier(objectType.typeName)) return undefined;
  if (!ts.isLiteralTypeNode(indexType) || !ts.isStringLiteral(indexType.literal)) return undefined;
  const { text } = indexType.literal;
  const part = c
    .shapeOf(objectType.typeName.text)
    .find((each) => ts.isPropertySignature(each) && propertyName(each.name) === text);
  return (part as ts.PropertySignature | undefined)?.type;
}

/** Declares the pattern's names in the current scope. */
export function compilePattern(node: ts.BindingName, c: Context): Pattern {
  const s = c.start(node);
  const e = node.end;
  if (ts.isIdentifier(node)) {
    c.declare(node.text);
    return { kind: "identifier", start: s, end: e, name: node.text };
  }
  let rest: Pattern | null = null;
  if (ts.isObjectBindingPattern(node)) {
    const p: (ReturnType<typeof nameIn> & { target: Pattern; default: Expr | null })[] = [];
    for (const element of node.elements) {
      const t = compilePattern(element.name, c);
      if (element.dotDotDotToken !== undefined) rest = t;
      else {
        const named = element.propertyName;
        p.push({
          ...(named === undefined ? { name: propertyName(element.name) } : nameIn(named, c)),
          target: t,
          default: element.initializer === undefined ? null : compileExpr(element.initializer, c),
        });
      }
    }
    return { kind: "objectPattern", start: s, end: e, parts: p, rest };
  }
  const p: ({ target: Pattern; default: Expr | null } | null)[] = [];
  for (const element of node.elements) {
    if (ts.isOmittedExpression(element)) p.push(null);
    else {
      const t = compilePattern(element.name, c);
      if (element.dotDotDotToken !== undefined) rest = t;
      else
        p.push({
          target: t,
          default: element.initializer === undefined ? null : compileExpr(element.initializer, c),
        });
    }
  }
  return { kind: "arrayPattern", start: s, end: e, parts: p, rest };
}

export function compileClass(node: ts.ClassLikeDeclaration, c: Context): Class {
  const heritage = node.heritageClauses?.find((clause) => clause.token === K.ExtendsKeyword)?.types[0];
  const named = node.name ?? node;
  const compiled: Class = {
    start: c.start(node),
    end: node.end,
    name: node.name?.text ?? null,
    nameStart: c.start(named),
    nameEnd: node.name === undefined ? c.start(node) + 5 : named.end,
    base: heritage === undefined ? null : compileExpr(heritage.expression, c),
    abstract: hasModifier(node, K.AbstractKeyword),
    members: [],
    assigned: [],
  };
  if ([node, ...node.members].some(isDecorated)) compiled.decorated = true;
  noteImplemented(node, c);
  c.pushClass(node);
  const enclosing = c.typeParameters;
  const own = parametersOf(node);
  if (own.length > 0) compiled.typeParameters = own.map(([name]) => name);
  c.typeParameters = new Map([...enclosing, ...own]);
  if (heritage?.typeArguments !== undefined)
    compiled.baseArguments = argumentNames(heritage.typeArguments, c);
  for (const member of node.members) {
    if (ts.isClassStaticBlockDeclaration(member))
      compiled.members.push(staticBlock(member, compiled.name, c));
    else if (!compileComputed(member, c, compiled)) compileMember(member, c, compiled.members);
  }
  c.typeParameters = enclosing;
  c.popClass(compiled);
  return compiled;
}

function isDecorated(node: ts.Node): boolean {
  if (ts.canHaveDecorators(node) && (ts.getDecorators(node)?.length ?? 0) > 0) return true;
  return (
    (ts.isConstructorDeclaration(node) || ts.isMethodDeclaration(node)) && node.parameters.some(isDecorated)
  );
}

/** A member whose name is computed; false for any other. */
function compileComputed(node: ts.ClassElement, c: Context, into: Class): boolean {
  const { name } = node;
  if (name === undefined || memberName(name) !== null) return false;
  const key = compileExpr(ts.isComputedPropertyName(name) ? name.expression : (name as ts.Expression), c);
  const members: Member[] = [];
  compileMember(node, c, members, "");
  for (const member of members) {
    into.computed ??= [];
    into.computed.push({ before: into.members.length, key, member });
  }
  return true;
}

/** `static { ... }`: a function that runs when the class is made. What it changes of the class is part of making it. */
function staticBlock(node: ts.ClassStaticBlockDeclaration, name: string | null, c: Context): Member {
  const { start: s, end: e } = c.span(node);
  c.pushScope();
  const b = compileBlock(node.body.statements, c);
  c.owns(name);
  c.popScope();
  const f: Func = {
    start: s,
    end: e,
    name: null,
    params: [],
    body: b,
    arrow: false,
    async: false,
    generator: false,
  };
  return {
    start: s,
    end: e,
    kind: "init",
    name: "",
    static: true,
    abstract: false,
    func: f,
    value: null,
    type: null,
  };
}

const KINDS = new Map<ts.SyntaxKind, MemberKind>([
  [K.MethodDeclaration, "method"],
  [K.GetAccessor, "get"],
  [K.SetAccessor, "set"],
  [K.PropertyDeclaration, "field"],
  [K.Constructor, "constructor"],
]);

function compileMember(
  node: ts.ClassElement,
  c: Context,
  into: Member[],
  n = node.kind === K.Constructor ? "constructor" : memberName(node.name),
): void {
  const k = KINDS.get(node.kind);
  if (k === undefined) return;
  if (n === null) return;
  const member: Member = {
    start: c.start(node),
    end: node.end,
    kind: k,
    name: n,
    static: hasModifier(node, K.StaticKeyword),
    abstract: hasModifier(node, K.AbstractKeyword) || hasModifier(node, K.DeclareKeyword),
    func: null,
    value: null,
    type: null,
  };
  if (ts.isPropertyDeclaration(node)) {
    member.type = typeNames(node.type, c);
    noteDeclared(node.type, node.initializer, c);
    if (node.initializer !== undefined) {
      member.type ??= typeArgumentNames(node.initializer, c);
      // An initialiser is a function of its own as far as variables outside are concerned.
      c.pushScope();
      member.value = compileExpr(node.initializer, c);
      c.popScope();
    }
  } else if (ts.isConstructorDeclaration(node)) {
    if (node.body === undefined) return;
    // What the constructor assigns is part of making the object, not a change of it.
    c.pushClass();
    member.func = compileFunction(node, c);
    c.popClass(null);
    parameterProperties(node, c, member.func, into);
  } else if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) {
    if (node.body === undefined && !member.abstract) return; // an overload
    member.func = compileFunction(node, c);
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
    const { start: s, end: e } = c.span(parameter);
    const field: Expr = {
      kind: "get",
      start: s,
      end: e,
      object: { kind: "this", start: s, end: e },
      name: n,
      optional: false,
    };
    const x: Expr = {
      kind: "assignment",
      start: s,
      end: e,
      op: "=",
      target: { kind: "reference", start: s, end: e, expr: field },
      value: { kind: "identifier", start: s, end: e, name: n },
    };
    assignments.push({ kind: "expression", start: s, end: e, expr: x, property: true });
    into.push({
      start: s,
      end: e,
      kind: "field",
      name: n,
      static: false,
      abstract: false,
      func: null,
      value: null,
      type: typeNames(parameter.type, c),
    });
  }
  if (Array.isArray(f.body)) f.body.unshift(...assignments);
}
