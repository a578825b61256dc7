/**
 * Order experiments: what a tree would be with its children in another order or under another strategy, and how that
 * differs. Plain data; the page shows it, the sandbox runs it, the host writes it into the source.
 */
import {
  type Child,
  type CrashMatrix,
  type CrashRow,
  type Effect,
  effectOn,
  type Supervisor,
  sameList,
  type TreeModel,
} from "../../model/index.ts";

/** The strategies that an experiment may try. */
export const STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"] as const;
export type TriedStrategy = (typeof STRATEGIES)[number];

export interface Experiment {
  /** Keys of the children that the definition lists, in the order to try. */
  order: readonly string[];
  /** Null leaves it as it is. */
  strategy: TriedStrategy | null;
}

/** By the supervisor's key. */
export type Experiments = ReadonlyMap<string, Experiment>;

/** The children that have a place in the start order: not those that are started at run time. */
export function orderedChildren({ children }: Supervisor): Child[] {
  return children.filter(({ dynamic }) => !dynamic);
}

/** What an experiment starts from: the definition as it is. Null where there is nothing to try. */
export function baseline(supervisor: Supervisor): Experiment | null {
  const children = orderedChildren(supervisor);
  if (supervisor.dynamic || children.length === 0) return null;
  return {
    order: children.map(({ key }) => key),
    strategy: STRATEGIES.find((one) => one === supervisor.strategy) ?? null,
  };
}

/** True when the experiment changes nothing. */
function isBaseline(supervisor: Supervisor, { order, strategy }: Experiment): boolean {
  const base = baseline(supervisor);
  return base !== null && (strategy === null || strategy === base.strategy) && sameList(order, base.order);
}

/** Whether the experiment is about the children that the supervisor has. */
function fits(supervisor: Supervisor, { order }: Experiment): boolean {
  const base = baseline(supervisor);
  if (base === null || base.order.length !== order.length) return false;
  const keys = new Set(order);
  return keys.size === order.length && base.order.every((key) => keys.has(key));
}

/** The experiments that still say something about a new model: what has been written into the source no longer does. */
export function stillPossible(model: TreeModel, experiments: Experiments): Experiments {
  return new Map(
    [...experiments].filter(([key, experiment]) => {
      const supervisor = model.supervisors.find((one) => one.key === key);
      return supervisor !== undefined && fits(supervisor, experiment) && !isBaseline(supervisor, experiment);
    }),
  );
}

/** The model as it would be. Experiments that do not fit are left out. */
export function withExperiments(model: TreeModel, experiments: Experiments): TreeModel {
  if (experiments.size === 0) return model;
  return {
    ...model,
    supervisors: model.supervisors.map((supervisor) => {
      const experiment = experiments.get(supervisor.key);
      if (experiment === undefined || !fits(supervisor, experiment)) return supervisor;
      const place = new Map(experiment.order.map((key, i) => [key, i]));
      const ordered = orderedChildren(supervisor).sort((a, b) => place.get(a.key)! - place.get(b.key)!);
      const { strategy } = experiment;
      return {
        ...supervisor,
        strategy: strategy ?? supervisor.strategy,
        unknown:
          strategy === null
            ? supervisor.unknown
            : supervisor.unknown.filter(({ field }) => field !== "strategy"),
        children: [...ordered, ...supervisor.children.filter(({ dynamic }) => dynamic)],
      };
    }),
  };
}

/** Adds `experiment` to the others, or takes it away where it changes nothing. */
export function withExperiment(
  experiments: Experiments,
  supervisor: Supervisor,
  experiment: Experiment,
): Experiments {
  const next = new Map(experiments);
  if (isBaseline(supervisor, experiment)) next.delete(supervisor.key);
  else next.set(supervisor.key, experiment);
  return next;
}

/** `order` with the member at `from` moved to the place `to`. */
export function moved(order: readonly string[], from: number, to: number): string[] {
  const next = [...order];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** What one crash does otherwise. */
export interface Difference {
  path: string;
  fault: CrashRow["fault"];
  /** Null when there is no such process to crash. */
  before: CrashRow | null;
  after: CrashRow | null;
  /** The others for whom it ends otherwise. */
  effects: { path: string; before: Effect; after: Effect }[];
}

/** Crashes that end otherwise in the same way. */
export interface Group {
  paths: string[];
  /** The first of them; for the others only the processes' names differ. */
  like: Difference;
}

/** Puts together what changes alike, in the order of the first of each. */
export function groups(differences: readonly Difference[]): Group[] {
  const found = new Map<string, Group>();
  for (const difference of differences) {
    const { path, fault, before, after, effects } = difference;
    const end = (row: CrashRow | null) => row && [row.recovered, row.treeEnded, row.escalated];
    const key = JSON.stringify([fault, end(before), end(after), effects]);
    const group = found.get(key);
    if (group === undefined) found.set(key, { paths: [path], like: difference });
    else group.paths.push(path);
  }
  return [...found.values()];
}

export interface Both {
  before: number;
  after: number;
}

/** What decides whether the change is one for the better: the first thing of weight that differs, and by how much. */
export interface Verdict {
  is: "better" | "worse" | "same";
  of: "starts" | "ends" | "lost" | "stops" | null;
  by: number;
}

/** That all starts weighs most, then that trees do not end, that nobody stays away, and that few stop. */
export function verdictOf({ failedBoots, ends, lost, stops }: Comparison): Verdict {
  const starts: Both = { before: failedBoots.before.length, after: failedBoots.after.length };
  for (const [of, { before, after }] of Object.entries({ starts, ends, lost, stops }) as [
    NonNullable<Verdict["of"]>,
    Both,
  ][])
    if (before !== after)
      return { is: after > before ? "worse" : "better", of, by: Math.abs(after - before) };
  return { is: "same", of: null, by: 0 };
}

export interface Comparison {
  /** How many processes stop, over all crashes. */
  stops: Both;
  /** How many crashes end the whole tree, and after how many the one that crashed does not come back. */
  ends: Both;
  lost: Both;
  /** What does not come up. */
  failedBoots: { before: CrashMatrix["failedBoots"]; after: CrashMatrix["failedBoots"] };
  differences: Difference[];
  /** How many crashes end as before. */
  same: number;
}

/** Compares two crash matrices of one tree, row by row. */
export function compare(before: CrashMatrix, after: CrashMatrix): Comparison {
  const keyOf = ({ path, fault }: CrashRow): string => `${fault} ${path}`;
  const old = new Map(before.rows.map((row) => [keyOf(row), row]));
  const rows: [CrashRow | null, CrashRow | null][] = after.rows.map((row) => {
    const known = old.get(keyOf(row)) ?? null;
    old.delete(keyOf(row));
    return [known, row];
  });
  for (const row of old.values()) rows.push([row, null]);
  const differences: Difference[] = [];
  for (const [from, to] of rows) {
    const { path, fault } = (to ?? from)!;
    const effects = differentEffects(from, to);
    if (effects.length > 0 || from === null || to === null || endsOtherwise(from, to))
      differences.push({ path, fault, before: from, after: to, effects });
  }
  const both = (count: (row: CrashRow) => number): Both => ({
    before: before.rows.reduce((sum, row) => sum + count(row), 0),
    after: after.rows.reduce((sum, row) => sum + count(row), 0),
  });
  return {
    stops: both(({ blast }) => blast.length),
    ends: both(({ treeEnded }) => (treeEnded ? 1 : 0)),
    lost: both(({ recovered }) => (recovered ? 0 : 1)),
    failedBoots: { before: before.failedBoots, after: after.failedBoots },
    differences,
    same: rows.length - differences.length,
  };
}

function differentEffects(before: CrashRow | null, after: CrashRow | null): Difference["effects"] {
  const found: Difference["effects"] = [];
  const paths = [...(before?.effects ?? []), ...(after?.effects ?? [])].map(({ path }) => path);
  for (const path of new Set(paths)) {
    const from = effectOn(before, path);
    const to = effectOn(after, path);
    if (before !== null && after !== null && from !== to) found.push({ path, before: from, after: to });
  }
  return found;
}

function endsOtherwise(before: CrashRow, after: CrashRow): boolean {
  return (
    before.recovered !== after.recovered ||
    before.treeEnded !== after.treeEnded ||
    before.escalated.join("\n") !== after.escalated.join("\n")
  );
}
