/** Whom it concerns that something is supposed of others: those with whom these have to do, and so on. */
import { type MessageEvent, messageEventOf, type PlannedWorker } from "../plan-types.ts";

/** By key: the keys of those of whom something is supposed, and on whom it depends what becomes of this one. */
export function concerned(
  workers: readonly PlannedWorker[],
  supposed: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  // Workers of one key are of one definition: any of them tells what all do.
  const byKey = new Map(workers.map((worker) => [worker.key, worker]));
  const takers = takersIn([...byKey.values()]);
  const ends = new Map<string, ReadonlySet<string>>();
  const next = (key: string): ReadonlySet<string> => {
    let to = ends.get(key);
    if (to === undefined) {
      const worker = byKey.get(key);
      to = new Set(worker === undefined ? [] : [...used(worker, byKey), ...perhaps(worker, takers)]);
      ends.set(key, to);
    }
    return to;
  };
  const found = new Map<string, Set<string>>();
  for (const origin of supposed) {
    const seen = new Set([origin]);
    for (const key of seen) {
      if (key !== origin) found.set(key, (found.get(key) ?? new Set()).add(origin));
      for (const to of next(key)) seen.add(to);
    }
  }
  return found;
}

function used({ uses }: PlannedWorker, byKey: ReadonlyMap<string, unknown>): string[] {
  return uses
    .filter(({ to, template, kind }) => kind !== "lookup" && byKey.has(template ?? to))
    .map(({ to, template }) => template ?? to);
}

/** Whoever takes messages of these kinds, each question answered once. */
function takersIn(
  workers: readonly PlannedWorker[],
): (events: ReadonlySet<MessageEvent>) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (events) => {
    const question = [...events].sort().join();
    const takes = ({ script }: PlannedWorker): boolean =>
      [...script.messages.keys()].some((message) =>
        (events as ReadonlySet<string>).has(message.slice(0, message.indexOf(" "))),
      );
    const takers = known.get(question) ?? workers.filter(takes).map(({ key }) => key);
    known.set(question, takers);
    return takers;
  };
}

/** Whoever takes messages that this one sends to somebody who is not known. */
function perhaps({ key, facts }: PlannedWorker, takers: ReturnType<typeof takersIn>): string[] {
  const events = new Set<MessageEvent>();
  for (const { kind } of facts?.unresolved ?? []) {
    const event = messageEventOf(kind);
    if (event !== null) events.add(event);
  }
  return events.size === 0 ? [] : takers(events).filter((other) => other !== key);
}
