/** The tree model of a running system: what the simulation, the drawing and a comparison with the source can read. */
import {
  type Child,
  type ChildType,
  type Edge,
  type Location,
  type ProcessFacts,
  placeUnder,
  type RestartType,
  rootPlace,
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

type Supervision = NonNullable<LiveProcess["supervision"]>;

/** Keys are `live#<path>`: child ids from the root down. */
export function modelOf({ list, applications, name, at }: LiveSnapshot): LiveModel {
  const byId = new Map(list.map((process) => [process.id, process]));
  const facts: LiveFacts = {};
  const supervisors: Supervisor[] = [];
  const add = (process: LiveProcess, key: string): void => {
    facts[key] = process;
    const { supervision } = process;
    if (supervision === null) return;
    const children = supervision.children.map((child) => {
      const running = child.pid === null ? undefined : byId.get(child.pid);
      const childKey = placeUnder(key, child.id);
      if (running !== undefined) add(running, childKey);
      return childOf(child, childKey, running, isDynamic(supervision));
    });
    supervisors.push(supervisorOf(process, supervision, key, children, at));
  };
  const roots: string[] = [];
  for (const process of rootsOf(list)) {
    const plain = `live#${rootPlace(process.label)}`;
    const key = roots.includes(plain) ? `${plain}~${process.id}` : plain;
    roots.push(key);
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
      edges: edgesOf(list, facts),
      problems: [],
      dialects: [SUPTREE_TRAITS],
      testFiles: [],
      code: [],
    },
  };
}

function supervisorOf(
  process: LiveProcess,
  supervision: Supervision,
  key: string,
  children: Child[],
  now: number,
): Supervisor {
  const { strategy, autoShutdown, budget, restartedAt } = supervision;
  // An older library tells how many there were and not when: as if they were just made.
  const restarts =
    restartedAt.length > 0
      ? restartedAt.map((time) => Math.max(0, now - time))
      : Array.from({ length: budget.used }, () => 0);
  return {
    key,
    name: process.className ?? process.label,
    dialect: "suptree",
    location: NOWHERE,
    childrenLocation: null,
    strategy: strategy as Strategy,
    intensity: budget.intensity,
    period: budget.period,
    autoShutdown: autoShutdown as Supervisor["autoShutdown"],
    ...(restarts.length === 0 ? {} : { restartsAgo: restarts }),
    children,
    dynamic: isDynamic(supervision),
    process: null,
    defaults: [],
    unknown: [],
  };
}

function childOf(
  child: Supervision["children"][number],
  key: string,
  running: LiveProcess | undefined,
  dynamic: boolean,
): Child {
  return {
    key,
    id: child.id,
    type: child.type satisfies ChildType,
    restart: child.restart as RestartType,
    shutdown: child.shutdown,
    significant: child.significant,
    start: { symbol: running?.className ?? null, file: null, line: null },
    supervisor: running?.supervision == null ? null : key,
    cardinality: "one",
    count: null,
    dynamic,
    name: running?.registeredNames[0] ?? null,
    location: NOWHERE,
    process: running === undefined ? null : factsOf(running),
    defaults: [],
    unknown: [],
  };
}

const isDynamic = ({ strategy }: Supervision): boolean => strategy === "simple_one_for_one";

/** What is known of a process's code, which is little: it traps exits, so it is taken to deal with them. */
function factsOf({ className, label, trapsExit, registeredNames }: LiveProcess): ProcessFacts | null {
  if (!trapsExit) return null;
  return {
    symbol: className ?? label,
    location: NOWHERE,
    trapsExit: true,
    hasTerminate: false,
    handlesDown: false,
    handlesExit: true,
    monitors: false,
    registers: registeredNames,
    keepsPids: [],
    initAwaits: [],
    stopsItself: [],
    unresolved: [],
  };
}

/** Links other than those of the tree itself, and monitors, as they are now. */
function edgesOf(list: readonly LiveProcess[], facts: LiveFacts): Edge[] {
  const keys = new Map(Object.entries(facts).map(([key, { id }]) => [id, key]));
  const held = new Map(
    list.flatMap(({ id, supervision }) => supervision?.children.map(({ pid }) => [pid, id] as const) ?? []),
  );
  const edges: Edge[] = [];
  const add = (from: number, to: number, kind: "link" | "monitor") => {
    const [a, b] = [keys.get(from), keys.get(to)];
    if (a !== undefined && b !== undefined && a !== b)
      edges.push({ from: a, to: b, kind, phase: "later", location: NOWHERE, via: "as it runs" });
  };
  for (const { id, links, monitors } of list) {
    for (const other of links)
      if (id < other && held.get(other) !== id && held.get(id) !== other) add(id, other, "link");
    for (const target of new Set(monitors.map((monitor) => monitor.target))) add(id, target, "monitor");
  }
  return edges;
}

/**
 * The same as it can be run by stand-ins: exactly the children that there are, also of those whose children come at run time.
 */
export function whatIfModel(snapshot: LiveSnapshot): TreeModel {
  const { model } = modelOf(snapshot);
  return {
    ...model,
    applications: [],
    supervisors: model.supervisors.map((supervisor) =>
      supervisor.dynamic
        ? {
            ...supervisor,
            dynamic: false,
            strategy: "one_for_one" as const,
            children: supervisor.children.map((child) => ({ ...child, dynamic: false })),
          }
        : supervisor,
    ),
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
