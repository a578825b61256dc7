/** What every single failure does to everybody, found by letting it happen: one run per process. */
import type { CrashMatrix, CrashRow, Effect, TreeModel } from "../model/index.ts";
import type { TraceEvent, TraceEventOf } from "../runtime/index.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";
import type { Placed } from "./targets.ts";

export interface MatrixOptions extends Omit<SimulationOptions, "observer"> {
  fault?: "crash" | "kill";
  /** Rows at most (default 500). Of many children of one kind only the first is made to fail. */
  maxRows?: number;
  onProgress?: (done: number) => void;
  /** True gives up; what was found so far is returned. */
  stop?: () => boolean;
}

/** @throws PlanError when the model has no such root. */
export async function crashMatrix(
  model: TreeModel,
  root: string | null,
  options: MatrixOptions = {},
): Promise<CrashMatrix> {
  const { fault = "crash", maxRows = 500, onProgress = () => {}, stop = () => false } = options;
  const seed = options.seed ?? 1;
  const first = await boot(model, root, options);
  const all = first.simulation.targets.all();
  const chosen: Placed[] = [];
  const kinds = new Set<string>();
  for (const placed of all) {
    const kind = `${placed.parent ?? ""}\n${placed.key === "" ? placed.path : placed.key}`;
    if (kinds.has(kind) || chosen.length >= maxRows) continue;
    kinds.add(kind);
    chosen.push(placed);
  }
  const rows: CrashRow[] = [];
  for (const placed of chosen) {
    if (stop()) break;
    rows.push(await oneRow(model, root, placed, fault, options));
    onProgress(rows.length / chosen.length);
  }
  return {
    root: root ?? "",
    seed,
    processes: all.map(({ path, key, kind }) => ({ path, key, kind })),
    rows,
    failedBoots: first.simulation.boots.flatMap(({ label, state, reason }) =>
      state === "running" ? [] : [{ label, reason: reason ?? "its start never ends" }],
    ),
    omitted: all.length - rows.length,
  };
}

async function boot(model: TreeModel, root: string | null, options: MatrixOptions) {
  const events: TraceEvent[] = [];
  const { dynamicChildren, seed } = options;
  const simulation = new Simulation(model, root, {
    ...(dynamicChildren === undefined ? {} : { dynamicChildren }),
    ...(seed === undefined ? {} : { seed }),
    observer: (event) => void events.push(event),
  });
  await simulation.start();
  await simulation.settle();
  return { simulation, events };
}

async function oneRow(
  model: TreeModel,
  root: string | null,
  failing: Placed,
  fault: "crash" | "kill",
  options: MatrixOptions,
): Promise<CrashRow> {
  const { simulation, events } = await boot(model, root, options);
  const before = simulation.targets.all();
  const began = simulation.system.now();
  const from = events.length;
  const target = { path: failing.path };
  await simulation.input(
    fault === "crash" ? { kind: "crash", target, reason: "crash" } : { kind: "kill", target },
  );
  await simulation.settle();
  const after = new Map(simulation.targets.all().map((placed) => [placed.path, placed]));
  const settled = (events.at(-1)?.at ?? began) - began;
  const paths = new Map(before.map((placed) => [placed.pid.id, placed.path]));
  for (const placed of after.values()) paths.set(placed.pid.id, placed.path);

  // Whoever still lives does once what it does with others; whoever finds nobody is blocked.
  simulation.world.failedUses.length = 0;
  await simulation.probe();
  await simulation.settle();
  const blocked = new Set(simulation.world.failedUses.map((use) => use.pid));

  const effects: CrashRow["effects"] = [];
  const blast: string[] = [];
  for (const placed of before) {
    const now = after.get(placed.path);
    const same = now?.pid.id === placed.pid.id;
    if (!same) blast.push(placed.path);
    let effect: Effect = "none";
    if (placed.path === failing.path) effect = "fails";
    else if (now === undefined)
      effect = placed.parent === null && placed.kind !== "supervisor" ? "lost" : "stopped";
    else if (!same) effect = "restarted";
    else if (blocked.has(placed.pid.id)) effect = "blocked";
    if (effect !== "none") effects.push({ path: placed.path, effect });
  }
  const decisions = events
    .slice(from)
    .filter((event): event is TraceEventOf<"decision"> => event.type === "decision");
  const budget = new Map<string, CrashRow["budget"][number]>();
  const escalated: string[] = [];
  for (const { decision, child, budget: spent } of decisions) {
    const path = paths.get(child.supervisor);
    if (path === undefined) continue;
    if (decision === "restart" || decision === "give_up") budget.set(path, { path, ...spent });
    if (decision === "give_up" && !escalated.includes(path)) escalated.push(path);
  }
  const roots = before.filter((placed) => placed.parent === null && placed.kind === "supervisor");
  return {
    path: failing.path,
    key: failing.key,
    fault,
    recovered: after.has(failing.path),
    effects,
    escalated,
    budget: [...budget.values()],
    blast,
    settled,
    treeEnded: roots.some((placed) => !after.has(placed.path)),
  };
}
