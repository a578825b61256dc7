/** The names in declared types: what a field is said to hold. */
import { ts } from "ts-morph";
import { CHANGING, CONTAINERS, PART, TYPE_PARAMETER, WEAKLY_KEYED } from "../containers.ts";
import type { Shape } from "../ir.ts";
import type { Context } from "./context.ts";

/**
 * The type arguments of `new Map<string, Pid>()` or `createStore<Pid>()`, for what has no declared type, and those in the properties
 * of an object: `{ pids: new Map<string, Pid>(), others: [] as Pid[] }`.
 */
export function typeArgumentNames(x: ts.Expression, c: Context, depth = 0): string[] | null {
  if (ts.isParenthesizedExpression(x) || ts.isSatisfiesExpression(x))
    return typeArgumentNames(x.expression, c, depth);
  if (ts.isAsExpression(x)) {
    if (ts.isConstTypeReference(x.type)) return typeArgumentNames(x.expression, c, depth);
    return depth === 0 || isContainer(x.type) ? typeNames(x.type, c) : null;
  }
  if (ts.isObjectLiteralExpression(x) && depth < 3) {
    const names = x.properties
      .flatMap((property) =>
        ts.isPropertyAssignment(property)
          ? (typeArgumentNames(property.initializer, c, depth + 1) ?? [])
          : [],
      )
      .slice(0, MOST_NAMES);
    if (depth === 0) names.push(...partsOfObject(x, "").slice(0, MOST_NAMES));
    return names.length > 0 ? names : null;
  }
  if (!(ts.isNewExpression(x) || ts.isCallExpression(x)) || x.typeArguments === undefined) return null;
  const made = ts.isCallExpression(x) ? [] : ts.isIdentifier(x.expression) ? [x.expression.text] : [];
  return namesIn(made, heldOf(made[0] ?? "", x.typeArguments), c, true);
}

/** Of the type arguments those of what it holds. */
const heldOf = (name: string, args: readonly ts.TypeNode[]): readonly ts.TypeNode[] =>
  WEAKLY_KEYED.has(name) ? args.slice(1) : args;

/** What the properties of an object are said to be: `{ peer: null as Pid | null }`. */
function partsOfObject({ properties }: ts.ObjectLiteralExpression, before: string, depth = 0): string[] {
  return properties.flatMap((property) => {
    if (!ts.isPropertyAssignment(property) || !ts.isIdentifier(property.name)) return [];
    const { initializer: value } = property;
    const name = before + property.name.text;
    if (ts.isObjectLiteralExpression(value))
      return depth < DEEPEST_PART ? partsOfObject(value, `${name}.`, depth + 1) : [];
    const isSaid =
      ts.isAsExpression(value) && !ts.isConstTypeReference(value.type) && !isContainer(value.type);
    return isSaid ? partNames(name, value.type) : [];
  });
}

/**
 * The names in a type, in order: `Map<string, Pid | null>` gives Map, string, Pid, null. Of the objects in a list or a map,
 * be they written there or an interface of the same file, those of their properties: `{ pid: Pid }[]` gives Array, Pid. Of
 * another object, those of the lists and maps in it.
 */
export function typeNames(type: ts.TypeNode | undefined, c: Context): string[] | null {
  return type === undefined ? null : namesIn([], [type], c, false);
}

/** The names in what a class gives for the type parameters of the one that it extends: `extends Keeper<Pid>`. */
export function argumentNames(args: readonly ts.TypeNode[], c: Context): Pick<Shape, "inside" | "itself">[] {
  return args.map((arg) => ({
    inside: namesIn([], [arg], c, true) ?? [],
    itself: namesIn([], [arg], c, false) ?? [],
  }));
}

/** Notes what an object literal is declared to be, by what it is returned as, assigned to or said to satisfy. */
export function noteDeclared(type: ts.TypeNode | undefined, value: ts.Node | undefined, c: Context): void {
  if (type === undefined || value === undefined || !ts.isTypeReferenceNode(type)) return;
  let object = value;
  while (
    ts.isParenthesizedExpression(object) ||
    ts.isSatisfiesExpression(object) ||
    ts.isAsExpression(object)
  )
    object = object.expression;
  if (ts.isObjectLiteralExpression(object)) declareAt(object, type.typeName, type.typeArguments, c);
}

/** What a class says that it implements. */
export function noteImplemented(node: ts.ClassLikeDeclaration, c: Context): void {
  for (const { token, types } of node.heritageClauses ?? [])
    if (token === ts.SyntaxKind.ImplementsKeyword)
      for (const { expression, typeArguments } of types) declareAt(node, expression, typeArguments, c);
}

function declareAt(node: ts.Node, name: ts.Node, args: readonly ts.TypeNode[] | undefined, c: Context): void {
  const names = typeNames(args?.[0], c);
  if (names !== null && ts.isIdentifier(name)) c.declared[c.start(node)] ??= { of: name.text, names };
}

/** What the interfaces and the aliases of a file hold, for fields that are declared with them elsewhere. */
export function shapesIn({ statements }: ts.SourceFile, c: Context): Record<string, Shape> {
  const shapes: Record<string, Shape> = Object.create(null);
  for (const statement of statements) {
    const types = ts.isTypeAliasDeclaration(statement)
      ? [statement.type]
      : ts.isInterfaceDeclaration(statement)
        ? c.shapeOf(statement.name.text)
        : null;
    if (types === null) continue;
    const names = (isIn: boolean): string[] => namesIn([], types, c, isIn) ?? [];
    const inside = names(true);
    const parts = changeableIn(types, c);
    if (inside.length > 0)
      shapes[(statement as ts.InterfaceDeclaration).name.text] = {
        inside,
        itself: names(false),
        ...(parts === null ? {} : { parts }),
      };
  }
  return shapes;
}

/** The properties of object types that are declared as lists, maps and sets that change themselves; null when there are none. */
export function changeableIn(
  types: readonly (ts.TypeNode | ts.TypeElement)[],
  c: Context,
): Record<string, string> | null {
  const found: Record<string, string> = Object.create(null);
  const visit = (type: ts.TypeNode | undefined, path: string, depth: number): void => {
    if (type === undefined || depth > 3) return;
    if (ts.isArrayTypeNode(type) || ts.isTupleTypeNode(type)) found[path] = "Array";
    else if (ts.isTypeLiteralNode(type)) members(type.members, path, depth);
    else if (ts.isParenthesizedTypeNode(type)) visit(type.type, path, depth + 1);
    else if (ts.isIntersectionTypeNode(type)) for (const each of type.types) visit(each, path, depth + 1);
    else if (ts.isUnionTypeNode(type)) {
      const [one, ...others] = type.types.filter((each) => !isNothing(each));
      if (others.length === 0) visit(one, path, depth + 1);
    } else if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
      const { text } = type.typeName;
      if (CHANGING.has(text)) found[path] = text;
      else if (AS_IT_IS.has(text)) visit(type.typeArguments?.[0], path, depth + 1);
      else if (c.typeParameters.get(text) !== undefined) visit(c.typeParameters.get(text), path, depth + 1);
      else members(c.shapeOf(text), path, depth);
    }
  };
  const members = (all: readonly ts.TypeElement[], path: string, depth: number): void => {
    for (const member of all)
      if (ts.isPropertySignature(member) && ts.isIdentifier(member.name))
        visit(member.type, path === "" ? member.name.text : `${path}.${member.name.text}`, depth + 1);
  };
  for (const type of types) {
    if (ts.isTypeElement(type)) members([type], "", 0);
    else visit(type, "", 0);
  }
  return Object.keys(found).length > 0 ? found : null;
}

/** What has the same lists and maps in it as its first argument. */
const AS_IT_IS: ReadonlySet<string> = new Set(["Readonly", "Partial", "Required", "NonNullable", "NoInfer"]);

/** More names in one type are not noted. */
const MOST_NAMES = 20;

/** Whether a type says that there may be nothing. */
const isNothing = (type: ts.TypeNode): boolean =>
  type.kind === ts.SyntaxKind.UndefinedKeyword ||
  (ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword);

function namesIn(
  names: string[],
  types: readonly (ts.TypeNode | ts.TypeElement)[],
  c: Context,
  inside: boolean,
): string[] | null {
  const parts: string[] = [];
  const properties = (members: readonly ts.TypeElement[], depth: number, isIn: boolean): void => {
    for (const member of members) {
      // `{ [name: string]: Pid }` is a `Record<string, Pid>`.
      if (ts.isIndexSignatureDeclaration(member)) {
        names.push("Record");
        // Half written it has none.
        const type: ts.TypeNode | undefined = member.type;
        if (type !== undefined) visit(type, depth + 1, true);
      }
      if (!ts.isPropertySignature(member) || member.type === undefined) continue;
      if (isIn || isContainer(member.type)) visit(member.type, depth + 1, isIn);
      else if (ts.isIdentifier(member.name)) parts.push(...partNames(member.name.text, member.type));
    }
  };
  const visit = (node: ts.Node, depth: number, isIn: boolean): void => {
    if (names.length > MOST_NAMES || depth > 12) return;
    if (ts.isTypeElement(node)) properties([node], depth, isIn);
    else if (ts.isIdentifier(node)) {
      const constraint = c.typeParameters.get(node.text);
      if (constraint !== undefined) visit(constraint, depth + 1, isIn);
      names.push(node.text);
      if (c.typeParameters.has(node.text)) names.push(TYPE_PARAMETER);
      properties(c.shapeOf(node.text), depth, isIn);
    } else if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && node.typeArguments) {
      const holds = isIn || isContainer(node);
      visit(node.typeName, depth + 1, holds);
      for (const arg of heldOf(node.typeName.text, node.typeArguments)) visit(arg, depth + 1, holds);
    } else if (node.kind === ts.SyntaxKind.StringKeyword) names.push("string");
    else if (node.kind === ts.SyntaxKind.NumberKeyword) names.push("number");
    else if (ts.isTypeLiteralNode(node)) properties(node.members, depth, isIn);
    else if (ts.isMappedTypeNode(node)) {
      names.push("Record");
      if (node.type !== undefined) visit(node.type, depth + 1, true);
    } else if (!ts.isFunctionTypeNode(node)) {
      if (ts.isArrayTypeNode(node)) names.push("Array");
      const holds = isIn || isContainer(node);
      ts.forEachChild(node, (child) => visit(child, depth + 1, holds));
    }
  };
  for (const type of types) visit(type, 0, inside);
  names.push(...parts.slice(0, MOST_NAMES));
  return names.length > 0 ? names : null;
}

/** How deep objects in objects are looked into. */
const DEEPEST_PART = 3;

/**
 * A property of an object that is declared as one thing by name, or as that or nothing: `leader: Pid | null`; and such in the
 * object that it is.
 */
function partNames(name: string, type: ts.TypeNode, depth = 0): string[] {
  const [one, ...others] = (ts.isUnionTypeNode(type) ? [...type.types] : [type]).filter(
    (each) => !isNothing(each),
  );
  if (one === undefined || others.length > 0) return [];
  if (ts.isTypeLiteralNode(one))
    return one.members.flatMap((member) =>
      depth < DEEPEST_PART &&
      ts.isPropertySignature(member) &&
      member.type !== undefined &&
      ts.isIdentifier(member.name) &&
      !isContainer(member.type)
        ? partNames(`${name}.${member.name.text}`, member.type, depth + 1)
        : [],
    );
  return ts.isTypeReferenceNode(one) && ts.isIdentifier(one.typeName) ? [PART + name, one.typeName.text] : [];
}

function isContainer(node: ts.Node): boolean {
  if (ts.isArrayTypeNode(node)) return true;
  if (ts.isParenthesizedTypeNode(node)) return isContainer(node.type);
  if (ts.isTypeOperatorNode(node)) return isContainer(node.type);
  if (!ts.isTypeReferenceNode(node) || !ts.isIdentifier(node.typeName)) return false;
  const { text } = node.typeName;
  const [first] = node.typeArguments ?? [];
  return CONTAINERS.has(text) || (AS_IT_IS.has(text) && first !== undefined && isContainer(first));
}
