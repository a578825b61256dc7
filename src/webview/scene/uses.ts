/** Who uses whom after the start, as the analysis read it: what a person may make happen now. */
import { addUnder, type Edge, type TreeModel } from "../../model/index.ts";
import type { SceneIndex } from "./from-model.ts";
import { inOrder, type Scene, type SceneNode } from "./types.ts";

export type UseKind = "call" | "cast" | "send";

export interface Use {
  how: UseKind;
  from: SceneNode;
  to: SceneNode;
}

const KINDS: readonly string[] = ["call", "cast", "send"] satisfies UseKind[];

type UseEdge = Edge & { kind: UseKind };

const isUse = (edge: Edge): edge is UseEdge => KINDS.includes(edge.kind) && edge.from !== edge.to;

const edgesByUser = new WeakMap<TreeModel, Map<string, UseEdge[]>>();

/** The uses in a model, by the key of the user. */
function usesIn(model: TreeModel): ReadonlyMap<string, UseEdge[]> {
  let byUser = edgesByUser.get(model);
  if (byUser === undefined) {
    byUser = new Map();
    for (const edge of model.edges) {
      if (!isUse(edge)) continue;
      addUnder(byUser, edge.from, edge);
    }
    edgesByUser.set(model, byUser);
  }
  return byUser;
}

/** Of one process, each once. Where several processes stand for the target, the first that runs. */
export function usesOf(index: SceneIndex, scene: Scene, node: SceneNode): Use[] {
  return node.childKey === null ? [] : usesFrom(index, scene, new Map([[node.childKey, node]]));
}

/** Of all workers that run. */
export function allUses(index: SceneIndex, scene: Scene): Use[] {
  const from = new Map<string, SceneNode>();
  if (usesIn(index.model).size === 0) return [];
  for (const node of inOrder(scene)) {
    if (node.childKey !== null && node.pid !== null && !from.has(node.childKey))
      from.set(node.childKey, node);
  }
  return usesFrom(index, scene, from);
}

function usesFrom(index: SceneIndex, scene: Scene, from: ReadonlyMap<string, SceneNode>): Use[] {
  const found = new Map<string, Use>();
  const byUser = usesIn(index.model);
  const edges = [...from.keys()].flatMap((key) => byUser.get(key) ?? []);
  if (edges.length === 0) return [];
  const wanted = new Set(edges.map(({ to }) => to));
  const targets = new Map<string, SceneNode>();
  for (const node of inOrder(scene)) {
    const { childKey } = node;
    if (childKey === null || !wanted.has(childKey)) continue;
    if ((targets.get(childKey)?.pid ?? null) === null) targets.set(childKey, node);
  }
  for (const { from: key, to, kind } of edges) {
    const [user, target] = [from.get(key), targets.get(to)];
    if (user === undefined || target === undefined || user.role !== "worker") continue;
    found.set(`${user.path}\n${kind}\n${target.path}`, { how: kind, from: user, to: target });
  }
  return [...found.values()];
}
