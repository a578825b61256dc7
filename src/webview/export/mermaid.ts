/** The tree as a Mermaid flowchart. Pure. */
import { budgetWords, isSupervisor, restartWord, strategyWord } from "../scene/look.ts";
import type { Scene, SceneNode } from "../scene/types.ts";

export function treeToMermaid(scene: Scene): string {
  const lines = ["flowchart TD"];
  const ids = new Map<string, string>();
  const idOf = (path: string) => {
    const known = ids.get(path) ?? `n${ids.size + 1}`;
    ids.set(path, known);
    return known;
  };
  const visit = (node: SceneNode) => {
    const life = node.incarnation > 1 ? ` #${node.incarnation}` : "";
    const facts = isSupervisor(node) ? [strategyWord(node), budgetWords(node)] : [restartWord(node)];
    const label = [`${node.label}${life}`, ...facts.filter((fact) => fact !== "")].map(asLabel).join("<br/>");
    const id = idOf(node.path);
    lines.push(isSupervisor(node) ? `  ${id}["${label}"]` : `  ${id}("${label}")`);
    for (const [i, child] of node.children.entries()) {
      visit(child);
      lines.push(`  ${id} -- ${i + 1} --> ${idOf(child.path)}`);
    }
  };
  for (const root of scene.roots) {
    visit(root);
  }
  for (const link of scene.links) {
    const [from, to] = [ids.get(link.from), ids.get(link.to)];
    if (from !== undefined && to !== undefined && link.kind !== "use") {
      lines.push(link.kind === "link" ? `  ${from} <-. link .-> ${to}` : `  ${from} -. monitor .-> ${to}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** What would end a label goes in as an entity. */
function asLabel(text: string): string {
  return text.replaceAll(/[#"<>&;\n\r`]/g, (character) => `#${character.charCodeAt(0)};`);
}
