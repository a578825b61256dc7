/** Whom it concerns that something is supposed of others: those with whom these have to do, and so on. */
import type { PlannedWorker } from "./plan-types.ts";

const EVENTS = { call: "call", cast: "cast", send: "info" } as const;

/** By key: the keys of those of whom something is supposed, and on whom it depends what becomes of this one. */
export function concerned(
  workers: readonly PlannedWorker[],
  supposed: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const byKey = new Map<string, PlannedWorker[]>();
  for (const worker of workers) byKey.set(worker.key, [...(byKey.get(worker.key) ?? []), worker]);
  const found = new Map<string, Set<string>>();
  for (const origin of supposed) {
    const seen = new Set([origin]);
    for (const key of seen) {
      if (key !== origin) found.set(key, (found.get(key) ?? new Set()).add(origin));
      for (const worker of byKey.get(key) ?? []) {
        for (const { to, template, kind } of worker.uses)
          if (kind !== "lookup" && byKey.has(template ?? to)) seen.add(template ?? to);
        for (const to of perhaps(worker, workers)) seen.add(to);
      }
    }
  }
  return found;
}

/** Whoever takes messages that this one sends to somebody who is not known. */
function perhaps({ key, facts }: PlannedWorker, workers: readonly PlannedWorker[]): string[] {
  const events = new Set<string>();
  for (const { kind } of facts?.unresolved ?? [])
    if (kind === "call" || kind === "cast" || kind === "send") events.add(EVENTS[kind]);
  if (events.size === 0) return [];
  const takes = (worker: PlannedWorker): boolean =>
    [...worker.script.messages.keys()].some((message) => events.has(message.slice(0, message.indexOf(" "))));
  return workers.filter((worker) => worker.key !== key && takes(worker)).map((worker) => worker.key);
}
