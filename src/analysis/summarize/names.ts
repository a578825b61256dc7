import { ts } from "ts-morph";

/** The same of a member of a class, of which some have well-known symbols: `@@iterator`, as the language's standard writes them. */
export function memberName(name: ts.PropertyName | undefined): string | null {
  const own = propertyName(name);
  // A text that looks like a private name is none.
  if (own?.startsWith("#") === true && name !== undefined && !ts.isPrivateIdentifier(name)) return null;
  if (own !== null || name === undefined || !ts.isComputedPropertyName(name)) return own;
  const { expression } = name;
  return ts.isPropertyAccessExpression(expression) &&
    ts.isIdentifier(expression.expression) &&
    expression.expression.text === "Symbol" &&
    WELL_KNOWN.has(expression.name.text)
    ? `@@${expression.name.text}`
    : null;
}

const WELL_KNOWN: ReadonlySet<string> = new Set(["iterator", "asyncIterator", "dispose", "asyncDispose"]);

/** A property's name when the source says it; null for a computed one. `#x` keeps its mark. */
export function propertyName(name: ts.PropertyName | ts.BindingName | undefined): string | null {
  if (name === undefined) return null;
  if (
    ts.isIdentifier(name) ||
    ts.isStringLiteral(name) ||
    ts.isNumericLiteral(name) ||
    ts.isPrivateIdentifier(name)
  ) {
    return name.text;
  }
  if (ts.isNoSubstitutionTemplateLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return null;
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const modifiers = (node as { modifiers?: readonly ts.ModifierLike[] }).modifiers;
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}
