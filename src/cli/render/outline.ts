/**
 * The model as a tree to draw: each supervisor under every child that starts it. A supervisor that would contain
 * itself is shown once and then named.
 */
import type { Child, Supervisor, TreeModel } from "../../model/index.ts";

export interface OutlineChild {
  child: Child;
  /** Its place in the start order, from 1; null when it is started at run time. */
  order: number | null;
  /** The supervisor that it is. */
  inner: Outline | null;
  /** It is a supervisor that is being drawn above already. */
  recursive: boolean;
}

export interface Outline {
  supervisor: Supervisor;
  children: OutlineChild[];
}

/** All trees, in the order of the model's roots; then supervisors that only start each other. */
export function outline(model: TreeModel): Outline[] {
  const byKey = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor]));
  const shown = new Set<string>();
  const build = (supervisor: Supervisor, above: ReadonlySet<string>): Outline => {
    shown.add(supervisor.key);
    const inside = new Set(above).add(supervisor.key);
    let order = 0;
    const children = supervisor.children.map((child): OutlineChild => {
      const inner = child.supervisor === null ? undefined : byKey.get(child.supervisor);
      const recursive = inner !== undefined && inside.has(inner.key);
      const isStatic = !child.dynamic && !supervisor.dynamic;
      return {
        child,
        order: isStatic ? ++order : null,
        inner: inner && !recursive ? build(inner, inside) : null,
        recursive,
      };
    });
    return { supervisor, children };
  };
  const trees: Outline[] = [];
  for (const key of model.roots) {
    const root = byKey.get(key);
    if (root) trees.push(build(root, new Set()));
  }
  for (const supervisor of model.supervisors) {
    if (!shown.has(supervisor.key)) trees.push(build(supervisor, new Set()));
  }
  return trees;
}
