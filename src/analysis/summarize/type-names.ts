/** The names in declared types: what a field is said to hold. */
import { ts } from "ts-morph";
import { CONTAINERS } from "../containers.ts";
import type { Context } from "./context.ts";

/** The type arguments of `new Map<string, Pid>()`, for fields without a declared type. */
export function typeArgumentNames(x: ts.Expression, c: Context): string[] | null {
  if (!ts.isNewExpression(x) || x.typeArguments === undefined) return null;
  const made = ts.isIdentifier(x.expression) ? [x.expression.text] : [];
  return namesIn(made, x.typeArguments, c, true);
}

/**
 * The names in a type, in order: `Map<string, Pid | null>` gives Map, string, Pid, null. Of the objects in a list or a map,
 * be they written there or an interface of the same file, those of their properties: `{ pid: Pid }[]` gives Array, Pid.
 */
export function typeNames(type: ts.TypeNode | undefined, c: Context): string[] | null {
  return type === undefined ? null : namesIn([], [type], c, false);
}

function namesIn(
  names: string[],
  types: readonly ts.TypeNode[],
  c: Context,
  inside: boolean,
): string[] | null {
  const properties = (members: readonly ts.TypeElement[], depth: number): void => {
    for (const member of members)
      if (ts.isPropertySignature(member) && member.type !== undefined) visit(member.type, depth + 1, true);
  };
  const visit = (node: ts.Node, depth: number, isIn: boolean): void => {
    if (names.length > 20 || depth > 12) return;
    if (ts.isIdentifier(node)) {
      names.push(node.text);
      if (isIn) properties(c.shapeOf(node.text), depth);
    } else if (node.kind === ts.SyntaxKind.StringKeyword) names.push("string");
    else if (node.kind === ts.SyntaxKind.NumberKeyword) names.push("number");
    else if (ts.isTypeLiteralNode(node)) {
      if (isIn) properties(node.members, depth);
    } else if (!ts.isFunctionTypeNode(node)) {
      if (ts.isArrayTypeNode(node)) names.push("Array");
      const holds = isIn || ts.isArrayTypeNode(node) || isContainer(node);
      ts.forEachChild(node, (child) => visit(child, depth + 1, holds));
    }
  };
  for (const type of types) visit(type, 0, inside);
  return names.length > 0 ? names : null;
}

function isContainer(node: ts.Node): boolean {
  return ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && CONTAINERS.has(node.typeName.text);
}
