/** A model whose locations are those of real source text, without the analysis: for the tests of fixes alone. */
import { ts } from "ts-morph";
import { Positions } from "../../src/lint/positions.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { facts, model } from "./model.ts";

/** Takes the first `children: [...]` of the text; `uses` are by id, as in `model`. */
export function located(text: string, uses: Record<string, string[]>): TreeModel {
  const source = ts.createSourceFile("app.ts", text, ts.ScriptTarget.Latest, true);
  const positions = new Positions(text);
  const locate = (node: ts.Node) => positions.location("app.ts", node.getStart(), node.end);
  let array: ts.ArrayLiteralExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (!array && ts.isPropertyAssignment(node) && node.name.getText() === "children") {
      if (ts.isArrayLiteralExpression(node.initializer)) array = node.initializer;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const found: { id: string; node: ts.Node }[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const id = node.properties.find((property) => property.name?.getText() === "id");
      if (id && ts.isPropertyAssignment(id) && ts.isStringLiteral(id.initializer)) {
        found.push({ id: id.initializer.text, node });
        return;
      }
    }
    ts.forEachChild(node, collect);
  };
  collect(array!);
  const tree = model({
    App: {
      childrenLocation: locate(array!),
      children: found.map(({ id, node }) => ({
        id,
        location: locate(node),
        process: facts(),
        uses: uses[id] ?? [],
      })),
    },
  });
  return tree;
}
