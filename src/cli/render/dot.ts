/** `suptree tree --dot`: for Graphviz. */
import type { TreeModel } from "../../model/index.ts";
import { toGraph } from "./graph.ts";

const STYLES = {
  supervisor: 'shape=box, style="rounded,bold"',
  worker: "shape=box, style=rounded",
  orphan: 'shape=box, style="rounded,dashed"',
} as const;

export function renderDot(model: TreeModel): string {
  const { nodes, arrows } = toGraph(model);
  const lines = [
    "digraph supervision {",
    "  rankdir=TB;",
    '  node [fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=9];',
  ];
  for (const node of nodes) lines.push(`  ${node.id} [label=${label(node.lines)}, ${STYLES[node.kind]}];`);
  for (const { from, to, kind, label } of arrows) {
    const style = kind === "tree" ? "" : ", style=dashed, constraint=false";
    lines.push(`  ${from} -> ${to} [label=${quote(label)}${style}];`);
  }
  return `${lines.join("\n")}\n}\n`;
}

/** Graphviz reads `\n` as the end of a line. */
const label = (lines: readonly string[]): string => quote(lines.join("\n")).replaceAll("\n", "\\n");

const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
