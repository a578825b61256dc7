/** Supervisors whose children the model does not know all of: what they are given decides, or which class their code makes. */
import type { Child, Supervisor } from "./model.ts";

const isOpenChild = ({ given, cardinality, dynamic, id, unknown, process }: Child): boolean =>
  !dynamic &&
  (given === null ||
    cardinality !== "one" ||
    id === null ||
    unknown.length > 0 ||
    (process?.madeInside !== undefined && process.madeIn === null));

/** Whether its code may have to be run to know a class of its children. */
export const makesClasses = ({ children }: Supervisor): boolean =>
  children.some(({ process }) => process?.madeInside !== undefined);

/** Whether its children come while it runs. */
export const isDynamic = ({ dynamic, strategy }: Supervisor): boolean =>
  dynamic || strategy === "simple_one_for_one";

/** Whether only its own `init`, with what it is given, says how it starts. */
export function isOpen({ dynamic, children, unknown }: Supervisor): boolean {
  if (dynamic || children.some(({ startedBefore }) => startedBefore !== undefined)) return false;
  return unknown.length > 0 || children.some(isOpenChild);
}
