import type { Child } from "./model.ts";

/** Whether a child is the library's own registry: a class that is not of the program, given what that one takes. It uses nobody. */
export function isLibraryRegistry({ start, given }: Pick<Child, "start" | "given">): boolean {
  const [options] = given ?? [];
  const takesKeys = typeof options === "object" && options !== null && "keys" in options;
  return start.file === null && start.symbol === "Registry" && takesKeys;
}
