/** Whose start it is that has failed, or does not end, when a tree does not come up: told from what the run shows. */
import type { TraceEvent, TraceEventOf } from "../runtime/index.ts";

type Spawn = TraceEventOf<"spawn">;

/**
 * The process whose own start fails, or holds up those of all above it, as a number; null when every start that has begun
 * has ended well.
 */
export function whoseStart(events: readonly TraceEvent[]): number | null {
  const starting = new Map<number, Spawn>();
  const failed: Spawn[] = [];
  for (const event of events) {
    if (event.type === "spawn" && event.kind !== "process") starting.set(event.pid, event);
    else if (event.type === "running") starting.delete(event.pid);
    else if (event.type === "exit") {
      const spawn = starting.get(event.pid);
      starting.delete(event.pid);
      if (spawn !== undefined && !isStopped(event)) failed.push(spawn);
    }
  }
  const waits = [...starting.keys()].at(-1);
  if (waits !== undefined) return waits;
  // A supervisor's start fails right after its child's.
  let at = failed.pop();
  for (let below = failed.pop(); at !== undefined && below?.parent === at.pid; below = failed.pop())
    at = below;
  return at?.pid ?? null;
}

/** Stopped with the others when one of them has failed. */
const isStopped = ({ origin }: TraceEventOf<"exit">): boolean =>
  origin.type === "signal" && origin.via === "parent";
