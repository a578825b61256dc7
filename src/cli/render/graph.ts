/** Nodes and arrows for graph languages: every place in the tree once, with the uses between them. */
import { addUnder, type EdgeKind, printable, shortened, type TreeModel } from "../../model/index.ts";
import { nameOf, settings, traits } from "./describe.ts";
import { type Outline, outline } from "./outline.ts";

export interface GraphNode {
  id: string;
  kind: "supervisor" | "worker" | "orphan";
  /** First line: the name. */
  lines: string[];
}

export interface GraphArrow {
  from: string;
  to: string;
  /** "tree": starts and supervises. */
  kind: "tree" | EdgeKind;
  label: string;
}

export interface Graph {
  nodes: GraphNode[];
  arrows: GraphArrow[];
}

export function toGraph(model: TreeModel): Graph {
  const nodes: GraphNode[] = [];
  const arrows: GraphArrow[] = [];
  /** Places by model key: a supervisor that is started twice has two. */
  const places = new Map<string, string[]>();
  const add = (node: Omit<GraphNode, "id">, keys: (string | null)[]): string => {
    const id = `n${nodes.length + 1}`;
    nodes.push({ id, ...node, lines: node.lines.map((line) => printable(shortened(line))) });
    for (const key of keys) if (key !== null) addUnder(places, key, id);
    return id;
  };
  const visit = (tree: Outline, id: string): void => {
    for (const { child, order, inner, recursive } of tree.children) {
      const name = nameOf(child);
      const symbol = child.start.symbol !== null && child.start.symbol !== name ? [child.start.symbol] : [];
      const own = inner ? [settings(inner.supervisor).join(", ")] : [];
      const kind = inner || recursive || child.type === "supervisor" ? "supervisor" : "worker";
      const lines = [name, ...symbol, ...own, traits(child).join(", ")];
      const place = add({ kind, lines }, [child.key, child.supervisor]);
      arrows.push({ from: id, to: place, kind: "tree", label: order === null ? "*" : String(order) });
      if (inner) visit(inner, place);
    }
  };
  for (const tree of outline(model)) {
    const lines = [tree.supervisor.name, settings(tree.supervisor).join(", ")];
    visit(tree, add({ kind: "supervisor", lines }, [tree.supervisor.key]));
  }
  for (const orphan of model.orphans)
    add({ kind: "orphan", lines: [orphan.name, "outside any tree"] }, [orphan.key]);
  const seen = new Set<string>();
  for (const { from, to, kind, phase } of model.edges) {
    const label = phase === "init" ? `${kind} in init` : kind;
    for (const a of places.get(from) ?? []) {
      for (const b of places.get(to) ?? []) {
        const key = `${a} ${b} ${label}`;
        if (a === b || seen.has(key)) continue;
        seen.add(key);
        arrows.push({ from: a, to: b, kind, label });
      }
    }
  }
  return { nodes, arrows };
}
