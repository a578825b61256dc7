/** `suptree tree --mermaid`: a flowchart that GitHub and others draw. */
import type { TreeModel } from "../../model/index.ts";
import { type GraphNode, toGraph } from "./graph.ts";

export function renderMermaid(model: TreeModel): string {
  const { nodes, arrows } = toGraph(model);
  const lines = ["flowchart TD"];
  for (const node of nodes) lines.push(`  ${node.id}${shape(node)}`);
  for (const { from, to, kind, label } of arrows) {
    lines.push(
      kind === "tree" ? `  ${from} -->|${text(label)}| ${to}` : `  ${from} -.->|${text(label)}| ${to}`,
    );
  }
  const orphans = nodes.filter((node) => node.kind === "orphan").map((node) => node.id);
  if (orphans.length > 0) {
    lines.push("  classDef orphan stroke-dasharray: 4 4", `  class ${orphans.join(",")} orphan`);
  }
  return `${lines.join("\n")}\n`;
}

function shape({ kind, lines }: GraphNode): string {
  const label = `"${lines.map(text).join("<br>")}"`;
  if (kind === "supervisor") return `[[${label}]]`;
  return kind === "orphan" ? `([${label}])` : `[${label}]`;
}

/**
 * Mermaid takes HTML entities by number; everything that could end a label becomes one. It would also take `\n` for the end
 * of a line, however it is written, hence the space of no width.
 */
const text = (value: string): string =>
  value
    .replaceAll("\\n", "\\\u200bn")
    .replace(/[^\p{L}\p{N} _.,:;×?()-]/gu, (sign) => `#${sign.codePointAt(0)};`);
