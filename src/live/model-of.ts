/** The tree model of a running system: what the simulation, the drawing and a comparison with the source can read. */
import {
  type Child,
  type ChildType,
  type Location,
  type RestartType,
  SCHEMA_VERSION,
  type Strategy,
  SUPTREE_TRAITS,
  type Supervisor,
  type TreeModel,
} from "../model/index.ts";
import type { LiveProcess, LiveSnapshot } from "../runtime/live-protocol.ts";

/** A running program has no place in a file. */
const NOWHERE: Location = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 };

/** What runs at a place of the model, by the key of a child or of a root supervisor. */
export type LiveFacts = Record<string, LiveProcess>;

export interface LiveModel {
  model: TreeModel;
  facts: LiveFacts;
}

/** Keys are `live#<path>`: child ids from the root down. */
export function modelOf({ list, applications, name }: LiveSnapshot): LiveModel {
  const byId = new Map(list.map((process) => [process.id, process]));
  const facts: LiveFacts = {};
  const supervisors: Supervisor[] = [];
  const add = (process: LiveProcess, key: string): void => {
    const { supervision } = process;
    if (supervision === null) return;
    const dynamic = supervision.strategy === "simple_one_for_one";
    const children = supervision.children.map((child): Child => {
      const childKey = `${key}/${child.id}`;
      const running = child.pid === null ? undefined : byId.get(child.pid);
      const below = running?.supervision == null ? null : childKey;
      if (running !== undefined) {
        facts[childKey] = running;
        add(running, childKey);
      }
      return {
        key: childKey,
        id: child.id,
        type: child.type satisfies ChildType,
        restart: child.restart as RestartType,
        shutdown: child.shutdown,
        significant: child.significant,
        start: { symbol: running?.className ?? null, file: null, line: null },
        supervisor: below,
        cardinality: "one",
        count: null,
        dynamic,
        name: running?.registeredNames[0] ?? null,
        location: NOWHERE,
        process: null,
        defaults: [],
        unknown: [],
      };
    });
    supervisors.push({
      key,
      name: process.className ?? process.label,
      dialect: "suptree",
      location: NOWHERE,
      childrenLocation: null,
      strategy: supervision.strategy as Strategy,
      intensity: supervision.budget.intensity,
      period: supervision.budget.period,
      autoShutdown: supervision.autoShutdown as Supervisor["autoShutdown"],
      children,
      dynamic,
      process: null,
      defaults: [],
      unknown: [],
    });
  };
  const roots: string[] = [];
  for (const process of rootsOf(list)) {
    const plain = `live#${process.label}`;
    const key = roots.includes(plain) ? `${plain}~${process.id}` : plain;
    roots.push(key);
    facts[key] = process;
    add(process, key);
  }
  const system = name ?? "the program";
  return {
    facts,
    model: {
      schemaVersion: SCHEMA_VERSION,
      supervisors,
      roots,
      applications: applications.map((each) => ({
        key: `live#application ${each}`,
        name: each,
        dependencies: [],
        supervisor: null,
        location: NOWHERE,
        unknown: [{ field: "supervisor", reason: `${system} does not tell which top supervisor is whose` }],
      })),
      orphans: [],
      edges: [],
      problems: [],
      dialects: [SUPTREE_TRAITS],
      testFiles: [],
    },
  };
}

/** Numbers of the processes that a supervisor holds as its children. */
export function heldIn(list: readonly LiveProcess[]): ReadonlySet<number | null> {
  return new Set(list.flatMap(({ supervision }) => supervision?.children.map(({ pid }) => pid) ?? []));
}

/** Supervisors that no other holds, oldest first. */
export function rootsOf(list: readonly LiveProcess[]): LiveProcess[] {
  const held = heldIn(list);
  return list.filter(({ id, supervision }) => supervision !== null && !held.has(id));
}
