/**
 * The fix that changes a supervisor's strategy: one word in the object that holds its children. Offered only where
 * the source says the strategy there in so many words, or leaves it to the default.
 */
import { ts } from "ts-morph";
import type { DialectTraits, Fix, Strategy, Supervisor } from "../../model/index.ts";
import { newlineOf, Positions } from "../positions.ts";
import type { SourceReader } from "../rule.ts";
import { quote } from "../words.ts";

/** Null when the text does not allow it, or is not at hand. */
export function changeStrategy(
  supervisor: Supervisor,
  { spelledAsOtp }: DialectTraits,
  to: Strategy,
  sources: SourceReader,
): Fix | null {
  const place = supervisor.childrenLocation;
  if (!place || !spelledAsOtp) return null;
  const text = sources.get(place.file);
  const positions = text === undefined ? null : new Positions(text);
  const range = positions?.range(place);
  if (text === undefined || !positions || !range) return null;
  const spec = specAround(place.file, text, range);
  if (!spec) return null;
  const title = `Make ${quote(supervisor.name)} ${to}`;
  const given = spec.object.properties.filter((property) => property.name?.getText() === "strategy");
  if (given.length === 0) {
    // A spread may bring one along.
    if (!supervisor.defaults.includes("strategy") || spec.object.properties.some(ts.isSpreadAssignment))
      return null;
    const at = spec.children.getStart();
    const before = /[ \t]*$/.exec(text.slice(0, at))![0];
    const ownLine = /[\n\r]$/.test(text.slice(0, at - before.length));
    const mark = /'(?:[^'\n\\]*)'/.test(spec.object.getText()) ? "'" : '"';
    const gap = ownLine ? `${newlineOf(text)}${before}` : " ";
    const location = positions.location(place.file, at, at);
    return { title, edits: [{ location, newText: `strategy: ${mark}${to}${mark},${gap}` }], safe: false };
  }
  const [property] = given;
  if (given.length > 1 || !property || !ts.isPropertyAssignment(property)) return null;
  let value = property.initializer;
  while (isWrapper(value)) value = value.expression;
  if (!ts.isStringLiteral(value) || value.text !== supervisor.strategy) return null;
  const location = positions.location(place.file, value.getStart() + 1, value.end - 1);
  return { title, edits: [{ location, newText: to }], safe: false };
}

const isWrapper = (node: ts.Node) =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node);

/** The object literal whose `children` are at this place. */
function specAround(fileName: string, text: string, range: { start: number; end: number }) {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  let node: ts.Node = file;
  for (let inner: ts.Node | undefined = file; inner; ) {
    node = inner;
    if (node.getStart() === range.start && node.end === range.end) break;
    inner = ts.forEachChild(node, (child) =>
      child.pos <= range.start && range.end <= child.end ? child : undefined,
    );
  }
  while (node !== file && isWrapper(node.parent)) node = node.parent;
  const children = node.parent;
  if (node === file || !ts.isPropertyAssignment(children) || children.initializer !== node) return null;
  const object = children.parent;
  return ts.isObjectLiteralExpression(object) ? { object, children } : null;
}
