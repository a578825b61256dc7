/** How a process appears to people: what it is called, what it shows of its state. */
import type { Proc } from "./proc.ts";

/** The name of a class as text, or `otherwise`: a class may have none, or a static `name` that is something else. */
export function classNameOf(cls: unknown, otherwise: string): string {
  try {
    const name: unknown = (cls as { name?: unknown } | null | undefined)?.name;
    return typeof name === "string" && name !== "" ? name : otherwise;
  } catch {
    return otherwise;
  }
}

/** What a process is called: its label, its name, or its class. */
export function labelOf(proc: Proc): string {
  return (
    proc.extra?.label ??
    proc.names?.[0] ??
    (proc.instance === null
      ? proc.behaviour.kind
      : classNameOf(proc.instance.constructor, proc.behaviour.kind))
  );
}

/** What a process shows of its state: its instance, or what its `formatStatus` gives instead. */
export function shownState(proc: Proc): unknown {
  const instance = proc.instance as { formatStatus?(): unknown } | null;
  if (typeof instance?.formatStatus !== "function") return instance;
  try {
    return instance.formatStatus();
  } catch {
    return "[formatStatus failed]";
  }
}

/** Its parent, the parent of that, and so on. */
export function ancestorsOf(proc: Proc): Proc[] {
  const list: Proc[] = [];
  for (let parent = proc.parent; parent !== null && parent.id !== 0; parent = parent.parent)
    list.push(parent);
  return list;
}
