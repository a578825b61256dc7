import type { Child } from "./model.ts";

/** Whether a child is the library's own registry: a class that is not of the program, given what that one takes. It uses nobody. */
export function isLibraryRegistry({ start, given }: Pick<Child, "start" | "given">): boolean {
  const [options] = given ?? [];
  const takesKeys = typeof options === "object" && options !== null && "keys" in options;
  return start.file === null && start.symbol === "Registry" && takesKeys;
}

/**
 * Whether a child is the library's own supervisor of tasks. What a task does is done in the name of the process that starts it, so that
 * nothing below uses anybody.
 */
export const isTaskSupervisor = ({ start }: Pick<Child, "start">): boolean =>
  start.file === null && start.symbol === "TaskSupervisor";
