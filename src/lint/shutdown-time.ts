/** How long a tree may take to stop, as far as its definitions say so. */
import type { Child, Supervisor } from "../model/index.ts";
import { isUnread } from "./established.ts";
import type { TreeIndex } from "./tree-index.ts";
import { childName, list, quote } from "./words.ts";

/** What one child may add: `n` processes, one after the other, `ms` each. */
export interface Term {
  name: string;
  ms: number;
  n: number;
}

export interface StopTime {
  /** Milliseconds; infinite where a worker has no limit. */
  total: number;
  terms: Term[];
}

/**
 * Milliseconds that the supervisor's children may take to stop. Only those count that can use the time they have:
 * whoever does not trap exits ends at once, whatever it is given. What is not known counts nothing, so the time may be longer.
 */
export function stopTime(
  tree: TreeIndex,
  supervisor: Supervisor,
  above: ReadonlySet<string> = new Set(),
): StopTime {
  if (above.has(supervisor.key)) return { total: 0, terms: [] };
  const inside = new Set(above).add(supervisor.key);
  const each = supervisor.children.map((child) => childTime(tree, supervisor, child, inside));
  // Children of a dynamic supervisor are stopped all at once.
  if (supervisor.dynamic) return each.reduce(longer, { total: 0, terms: [] });
  return {
    total: each.reduce((sum, { total }) => sum + total, 0),
    terms: each.flatMap(({ terms }) => terms),
  };
}

const longer = (a: StopTime, b: StopTime): StopTime => (b.total > a.total ? b : a);

function childTime(
  tree: TreeIndex,
  supervisor: Supervisor,
  child: Child,
  inside: ReadonlySet<string>,
): StopTime {
  const none: StopTime = { total: 0, terms: [] };
  const { shutdown, cardinality } = child;
  if (shutdown === null || shutdown === "brutal_kill" || cardinality === "maybe") return none;
  // Children that a static supervisor gets at run time stop one after the other too, but their number is not known.
  if (child.dynamic && !supervisor.dynamic) return none;
  const limit = shutdown === "infinity" ? Number.POSITIVE_INFINITY : shutdown;
  const n = cardinality === "many" && !supervisor.dynamic ? (child.count ?? 1) : 1;
  const inner = child.supervisor === null ? null : tree.supervisor(child.supervisor);
  if (inner) {
    const { total, terms } = stopTime(tree, inner, inside);
    if (total <= limit)
      return n === 1
        ? { total, terms }
        : { total: total * n, terms: terms.map((t) => ({ ...t, n: t.n * n })) };
    return one(child, limit, n);
  }
  if (child.type !== "worker" || limit === 0 || n === 0) return none;
  return usesItsTime(tree, supervisor, child) ? one(child, limit, n) : none;
}

const one = (child: Child, ms: number, n: number): StopTime => ({
  total: ms * n,
  terms: [{ name: childName(child), ms, n }],
});

/** May this worker take the time that its shutdown allows? */
export function usesItsTime(tree: TreeIndex, supervisor: Supervisor, child: Child): boolean {
  const facts = tree.facts(child.key);
  // Where its code says nothing for certain, a time that somebody wrote is taken for one that is needed.
  const isGiven = !child.defaults.includes("shutdown");
  if (facts === null) return isGiven;
  if (!tree.traits(supervisor).terminateNeedsTrapExit) return isGiven || facts.hasTerminate;
  return facts.trapsExit || (isGiven && (facts.mayTrapExit === true || isUnread(facts)));
}

/** "10 s for `journal`, 8 × 2 s for `shard-0`": the longest first. */
export function sumInWords(terms: readonly Term[]): string {
  const alike = new Map<number, { ms: number; n: number; names: string[] }>();
  for (const { ms, n, name } of terms) {
    const entry = alike.get(ms) ?? { ms, n: 0, names: [] };
    entry.n += n;
    if (!entry.names.includes(name)) entry.names.push(name);
    alike.set(ms, entry);
  }
  const parts = [...alike.values()].sort((a, b) => b.ms * b.n - a.ms * a.n);
  return list(
    parts.map(
      ({ ms, n, names }) => `${n > 1 ? `${n} × ` : ""}${seconds(ms)} for ${list(names.map(quote), 3)}`,
    ),
    5,
  );
}

/** "500 ms", "2.5 s". */
export const seconds = (ms: number): string =>
  ms === Number.POSITIVE_INFINITY ? "no limit" : ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
