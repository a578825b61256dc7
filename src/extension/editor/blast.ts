/**
 * Which processes stop when a child crashes: what its supervisor's strategy pulls in, and everything below those.
 * This is the strategy's part alone, cheap enough for a hover; links and exhausted budgets need a run.
 */
import type { Child, Supervisor, TreeModel } from "../../model/index.ts";

export interface Blast {
  /** Siblings that the supervisor stops along with the child, in start order. */
  siblings: Child[];
  /** Supervisors and workers below the child and those siblings; a pool counts once. */
  below: number;
  /** What becomes of the child itself after a crash. */
  outcome: "restarted" | "removed" | "unknown";
}

/** Null when the strategy is unknown: then nobody can say. */
export function blastOf(model: TreeModel, supervisor: Supervisor, child: Child): Blast | null {
  if (supervisor.strategy === null || child.restart === null) return null;
  const outcome = child.restart === "temporary" ? "removed" : "restarted";
  const index = supervisor.children.indexOf(child);
  const siblings =
    outcome === "removed" || supervisor.dynamic
      ? []
      : supervisor.children.filter(
          (_sibling, at) =>
            at !== index &&
            (supervisor.strategy === "one_for_all" || (supervisor.strategy === "rest_for_one" && at > index)),
        );
  const byKey = new Map(model.supervisors.map((each) => [each.key, each]));
  const seen = new Set<string>();
  let below = 0;
  const todo = [child, ...siblings];
  for (let each = todo.pop(); each !== undefined; each = todo.pop()) {
    const nested = each.supervisor === null ? undefined : byKey.get(each.supervisor);
    if (!nested || seen.has(nested.key)) continue;
    seen.add(nested.key);
    below += nested.children.length;
    todo.push(...nested.children);
  }
  return { siblings, below, outcome };
}
