/** Which siblings cannot start without which. */
import { isStatic, type TreeIndex, type Use } from "./tree-index.ts";

/** Uses in `init` whose failure is the end of the start: calls, links and `startChild`, unguarded and on no condition. */
export function startNeeds(tree: TreeIndex, supervisor: string): Use[] {
  return tree.uses(supervisor).filter(({ edge, user, target, userPath, alternatives }) => {
    const needs = edge.kind === "call" || edge.kind === "start" || edge.kind === "link";
    const startsWithTree = userPath.slice(userPath.indexOf(user)).every(isStatic);
    return (
      needs &&
      edge.phase === "init" &&
      !edge.guarded &&
      edge.possible === undefined &&
      startsWithTree &&
      isStatic(target) &&
      alternatives.length === 0
    );
  });
}
