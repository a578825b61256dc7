/**
 * Writes an order experiment into the source: the children in another order, another strategy. Only where the
 * definition is literal; never a guess.
 */
import { ts } from "ts-morph";
import type { DialectTraits, Location, Strategy, Supervisor, TextEdit } from "../../model/index.ts";
import { Positions } from "../positions.ts";
import type { SourceReader } from "../rule.ts";
import { parseList, permuteList } from "./list-literal.ts";
import { changeStrategy } from "./strategy.ts";

export interface Experiment {
  supervisor: Supervisor;
  /** Of its dialect. */
  traits: DialectTraits;
  /** Child keys in their new order; null keeps the order. */
  order: string[] | null;
  /** Null keeps the strategy. */
  strategy: Strategy | null;
  /** Must have the files that the supervisor is written in. */
  sources: SourceReader;
}

/** Null when the source does not have the shape that the change needs. */
export function experimentEdits(experiment: Experiment): TextEdit[] | null {
  const edits: TextEdit[] = [];
  if (experiment.order !== null) {
    const edit = orderEdit(experiment, experiment.order);
    if (edit === null) return null;
    edits.push(...edit);
  }
  if (experiment.strategy !== null && experiment.strategy !== experiment.supervisor.strategy) {
    const edit = strategyEdits(experiment, experiment.strategy);
    if (edit === null) return null;
    edits.push(...edit);
  }
  return edits;
}

/** Every child must stand in an element of its own, and every element must be one of the children. */
function orderEdit({ supervisor, sources }: Experiment, order: readonly string[]): TextEdit[] | null {
  const place = supervisor.childrenLocation;
  const text = place ? sources.get(place.file) : undefined;
  if (!place || text === undefined) return null;
  const positions = new Positions(text);
  const range = positions.range(place);
  const list = range && parseList(text.slice(range.start, range.end));
  const statics = supervisor.children.filter(({ dynamic }) => !dynamic);
  if (!range || !list || list.elements.length !== statics.length || order.length !== statics.length)
    return null;
  const elementOf = new Map<string, number>();
  for (const { key, location } of statics) {
    const at = location.file === place.file ? positions.range(location) : null;
    const element = at
      ? list.elements.findIndex(
          ({ start, end }) => range.start + start <= at.start && at.end <= range.start + end,
        )
      : -1;
    if (element === -1 || [...elementOf.values()].includes(element)) return null;
    elementOf.set(key, element);
  }
  const permutation = order.map((key) => elementOf.get(key));
  if (new Set(permutation).size !== order.length || permutation.includes(undefined)) return null;
  const elements = permutation.filter((element) => element !== undefined);
  if (elements.every((element, index) => element === index)) return [];
  const changed = permuteList(list, elements);
  return changed === null ? null : [{ location: place, newText: changed }];
}

/** As the fix of the rules does it; where that does not know the dialect's spelling, the one literal that says it. */
function strategyEdits(experiment: Experiment, strategy: Strategy): TextEdit[] | null {
  const { supervisor, traits, sources } = experiment;
  const fix = changeStrategy(supervisor, traits, strategy, sources);
  if (fix !== null) return fix.edits;
  const edit = strategyEdit(experiment, strategy);
  return edit && [edit];
}

/** Exactly one `strategy: "..."` with the present strategy inside the definition, or none at all is changed. */
function strategyEdit({ supervisor, sources }: Experiment, strategy: string): TextEdit | null {
  const text = sources.get(supervisor.location.file);
  if (text === undefined) return null;
  const positions = new Positions(text);
  const range = positions.range(supervisor.location);
  if (!range) return null;
  const file = ts.createSourceFile(supervisor.location.file, text, ts.ScriptTarget.Latest, false);
  const found: ts.StringLiteralLike[] = [];
  const visit = (node: ts.Node): void => {
    if (node.end < range.start || node.pos > range.end) return;
    if (
      ts.isPropertyAssignment(node) &&
      nameOf(node.name) === "strategy" &&
      ts.isStringLiteralLike(node.initializer) &&
      node.initializer.text === supervisor.strategy
    ) {
      found.push(node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const [literal, another] = found;
  if (!literal || another) return null;
  const start = literal.getStart(file);
  const quote = text[start] ?? '"';
  const location: Location = positions.location(supervisor.location.file, start, literal.end);
  return { location, newText: `${quote}${strategy}${quote}` };
}

function nameOf(name: ts.PropertyName): string | null {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : null;
}
