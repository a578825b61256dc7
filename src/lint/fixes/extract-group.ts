/**
 * The fix of `overloaded-supervisor`: moves a group of children into a supervisor of their own, a new class behind
 * the old one. Offered only where the text shows that nothing else changes: a supervisor class
 * whose `init` returns an object literal, and children that use nothing of that `init`.
 */
import { ts } from "ts-morph";
import type { Child, DialectTraits, Fix, Supervisor } from "../../model/index.ts";
import { newlineOf, Positions } from "../positions.ts";
import type { SourceReader } from "../rule.ts";
import { childName, listChildren } from "../words.ts";
import { type ListElement, parseList } from "./list-literal.ts";

/** Null when it is not safe, or the source is not at hand. */
export function extractGroup(
  supervisor: Supervisor,
  { definition }: DialectTraits,
  group: readonly Child[],
  sources: SourceReader,
): Fix | null {
  const place = supervisor.childrenLocation;
  if (definition !== "class" || !place || group.some((child) => child.significant !== false)) return null;
  const text = sources.get(place.file);
  if (text === undefined) return null;
  const positions = new Positions(text);
  const range = positions.range(place);
  const list = range && parseList(text.slice(range.start, range.end));
  if (!range || !list) return null;
  const shape = findShape(place.file, text, range.start, range.end);
  if (!shape) return null;

  const taken = new Set<ListElement>();
  for (const child of group) {
    const at = child.location.file === place.file ? positions.range(child.location) : null;
    const element =
      at &&
      list.elements.find(
        ({ start, end }) => range.start + start === at.start && range.start + end === at.end,
      );
    if (!element || !ts.isObjectLiteralExpression(element.node)) return null;
    taken.add(element);
  }
  if (taken.size !== group.length || [...taken].some((element) => usesAny(element.node, shape.locals)))
    return null;

  const stem = childName(group[0]!);
  const className = freshName(`${pascal(stem)}Sup`, text);
  const id = freshId(`${stem.replaceAll("-", "_")}_sup`, supervisor);
  let replacement = "[";
  let moved = "[";
  let placed = false;
  for (const [index, element] of list.elements.entries()) {
    const gap = list.gaps[index]!;
    const comma = index < list.elements.length - 1 || list.trailingComma ? "," : "";
    const whole = `${element.lead}${element.text}${element.beforeComma}`;
    if (!taken.has(element)) {
      replacement += gap + whole + comma + element.afterComma;
      continue;
    }
    moved += `${gap}${whole},${element.afterComma}`;
    if (!placed) replacement += `${gap}{ id: ${JSON.stringify(id)}, start: [${className}] }${comma}`;
    placed = true;
  }
  replacement += `${list.gaps.at(-1)!}]`;
  moved += `${list.gaps.at(-1)!}]`;
  if (!parseList(replacement) || !parseList(moved)) return null;

  return {
    title: `Move ${listChildren(group)} into a supervisor of their own, \`${className}\``,
    edits: [
      { location: place, newText: replacement },
      {
        location: positions.location(place.file, shape.classEnd, shape.classEnd),
        newText: newClass(shape, className, moved),
      },
    ],
    safe: false,
  };
}

interface Shape {
  classEnd: number;
  /** `Supervisor`, as the class extends it. */
  base: string;
  /** From `override init` to before its body. */
  header: string;
  /** The properties of the returned spec besides `children`, as text. */
  settings: string[];
  /** Names that only exist inside `init`. */
  locals: Set<string>;
  newline: string;
}

/** The class, `init` and returned object around the children list; null when it is not of that shape. */
function findShape(fileName: string, text: string, start: number, end: number): Shape | null {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  let node: ts.Node = file;
  for (let inner: ts.Node | undefined = file; inner; ) {
    node = inner;
    inner = ts.forEachChild(node, (child) => (child.pos <= start && end <= child.end ? child : undefined));
    if (node.getStart() === start && node.end === end) break;
  }
  if (!ts.isArrayLiteralExpression(node) || !ts.isPropertyAssignment(node.parent)) return null;
  const spec = node.parent.parent;
  if (!ts.isObjectLiteralExpression(spec) || !ts.isReturnStatement(spec.parent)) return null;
  const method = spec.parent.parent.parent;
  if (!ts.isMethodDeclaration(method) || !method.body || method.name.getText() !== "init") return null;
  const owner = method.parent;
  if (!ts.isClassDeclaration(owner) || owner.parent !== file) return null;
  const base = owner.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    ?.types[0];
  if (!base) return null;

  const locals = bindings(method);
  const settings: string[] = [];
  for (const property of spec.properties) {
    if (property === node.parent) continue;
    if (!ts.isPropertyAssignment(property)) return null;
    if (property.name.getText() === "autoShutdown") continue;
    if (usesAny(property.initializer, locals)) return null;
    settings.push(property.getText());
  }
  const modifiers = method.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.OverrideKeyword);
  const type = method.type && !ts.isTypeReferenceNode(method.type) ? undefined : method.type?.getText();
  if (type?.startsWith("Promise")) return null;
  return {
    classEnd: owner.end,
    base: base.expression.getText(),
    header: `${modifiers ? "override " : ""}init()${type ? `: ${type}` : ""}`,
    settings,
    locals,
    newline: newlineOf(text),
  };
}

/** Names bound by the parameters and the body of `init`. */
function bindings(method: ts.MethodDeclaration): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isBinding =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node);
    if (isBinding && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(method, visit);
  return names;
}

function usesAny(node: ts.Node, names: ReadonlySet<string>): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return true;
  if (node.kind === ts.SyntaxKind.AwaitExpression) return true;
  if (ts.isIdentifier(node) && (names.has(node.text) || node.text === "arguments")) return true;
  return ts.forEachChild(node, (child) => usesAny(child, names) || undefined) ?? false;
}

function newClass(shape: Shape, className: string, children: string): string {
  const lines = [
    "",
    "",
    `class ${className} extends ${shape.base} {`,
    `  ${shape.header} {`,
    "    return {",
    ...shape.settings.map((setting) => `      ${setting},`),
    `      children: ${children},`,
    "    };",
    "  }",
    "}",
  ];
  return lines.join(shape.newline);
}

const pascal = (name: string): string => {
  const joined = name
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "")
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join("");
  return /^[A-Za-z]/.test(joined) ? joined : `Group${joined}`;
};

function freshName(wanted: string, text: string): string {
  let name = wanted;
  for (let n = 2; new RegExp(`\\b${name}\\b`).test(text); n++) name = `${wanted}${n}`;
  return name;
}

function freshId(wanted: string, supervisor: Supervisor): string {
  const taken = new Set(supervisor.children.map((child) => child.id));
  let id = wanted;
  for (let n = 2; taken.has(id); n++) id = `${wanted}_${n}`;
  return id;
}
