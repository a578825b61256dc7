/** Finds in the model what a trace speaks of. */
import { type Child, childRunningAs, type Orphan, type Supervisor, type TreeModel } from "../model/index.ts";

export interface ModelIndex {
  supervisor(key: string): Supervisor | null;
  /** A supervisor by its name, roots first: what a root process's label names. */
  supervisorNamed(name: string): Supervisor | null;
  orphanNamed(name: string): Orphan | null;
  /** The child of the supervisor `key` that runs under `id`, with `symbol` as its code where ids are dynamic. */
  child(key: string, id: string, symbol?: string): Child | null;
}

/** Builds the index; with a null model it knows nothing, and traces can be read all the same. */
export function indexModel(model: TreeModel | null): ModelIndex {
  const byKey = new Map<string, Supervisor>();
  const byName = new Map<string, Supervisor>();
  const orphans = new Map<string, Orphan>();
  const exact = new Map<string, Map<string, Child>>();
  if (model !== null) {
    const roots = new Set(model.roots);
    for (const supervisor of model.supervisors) {
      byKey.set(supervisor.key, supervisor);
      const known = byName.get(supervisor.name);
      if (known === undefined || (roots.has(supervisor.key) && !roots.has(known.key))) {
        byName.set(supervisor.name, supervisor);
      }
    }
    for (const orphan of model.orphans) if (!orphans.has(orphan.name)) orphans.set(orphan.name, orphan);
  }
  return {
    supervisor: (key) => byKey.get(key) ?? null,
    supervisorNamed: (name) => byName.get(name) ?? null,
    orphanNamed: (name) => orphans.get(name) ?? null,
    child(key, id, symbol) {
      const supervisor = byKey.get(key);
      if (supervisor === undefined) return null;
      // Supervisors with very many children are asked very often: remember what was found.
      const found = exact.get(key) ?? new Map<string, Child>();
      exact.set(key, found);
      const cacheKey = symbol === undefined ? id : `${id}\n${symbol}`;
      const cached = found.get(cacheKey);
      if (cached !== undefined) return cached;
      const child = childRunningAs(supervisor, id, symbol);
      if (child !== null) found.set(cacheKey, child);
      return child;
    },
  };
}
