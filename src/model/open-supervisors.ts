/** Supervisors whose children the model does not know all of: what they are given decides. */
import type { Child, Supervisor } from "./model.ts";

const isOpenChild = ({ given, cardinality, dynamic, id, unknown }: Child): boolean =>
  !dynamic && (given === null || cardinality !== "one" || id === null || unknown.length > 0);

/** Whether its children come while it runs. */
export const isDynamic = ({ dynamic, strategy }: Supervisor): boolean =>
  dynamic || strategy === "simple_one_for_one";

/** Whether only its own `init`, with what it is given, says how it starts. */
export function isOpen({ dynamic, children, unknown }: Supervisor): boolean {
  if (dynamic || children.some(({ startedBefore }) => startedBefore !== undefined)) return false;
  return unknown.length > 0 || children.some(isOpenChild);
}
