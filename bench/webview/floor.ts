/**
 * What a page has to do at least to show a large tree: d3-hierarchy lays it out, and a canvas draws one card with its name for
 * every process. No folding, no text that is cut, nothing that can be clicked.
 */
import { hierarchy, tree } from "d3-hierarchy";
import type { TreeModel } from "../../src/model/index.ts";

interface Node {
  name: string;
  children: Node[];
}

function nodesOf(model: TreeModel): Node {
  const byKey = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor]));
  const node = (key: string, name: string): Node => ({
    name,
    children: (byKey.get(key)?.children ?? []).map((child) =>
      child.supervisor === null
        ? { name: child.id ?? "?", children: [] }
        : node(child.supervisor, child.id ?? "?"),
    ),
  });
  return node(model.roots[0]!, "Root");
}

function draw(model: TreeModel): void {
  const placed = tree<Node>().nodeSize([110, 60])(hierarchy(nodesOf(model)));
  const canvas = document.createElement("canvas");
  canvas.width = innerWidth;
  canvas.height = innerHeight;
  document.body.append(canvas);
  const context = canvas.getContext("2d")!;
  context.font = "12px monospace";
  const all = placed.descendants();
  const left = Math.min(...all.map(({ x }) => x));
  const right = Math.max(...all.map(({ x }) => x));
  const scale = canvas.width / (right - left + 110);
  context.scale(scale, scale);
  for (const { x, y, data, parent } of all) {
    if (parent !== null) {
      context.beginPath();
      context.moveTo(parent.x - left, parent.y + 42);
      context.lineTo(x - left, y);
      context.stroke();
    }
    context.strokeRect(x - left, y, 104, 42);
    context.fillText(data.name, x - left + 8, y + 24);
  }
}

addEventListener("message", (event) => {
  draw(event.data.model as TreeModel);
  requestAnimationFrame(() =>
    setTimeout(() => {
      (globalThis as unknown as { shown: number }).shown = performance.now();
    }),
  );
});
window.postMessage((globalThis as unknown as { first: unknown }).first, "*");
