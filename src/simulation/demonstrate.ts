/** Plays a finding's scripted fault and says whether the hazard that it warns of happened. */
import type { Demonstration, DemonstrationOutcome, RunAction, TreeModel } from "../model/index.ts";
import type { TraceEvent, TraceEventOf } from "../runtime/index.ts";
import { PlanError } from "./plan.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";
import type { Placed } from "./targets.ts";

/**
 * Starts the demonstration's root, plays its faults one after the other at the same moment, and looks at what
 * became of the tree. The observer of the options sees the run.
 */
export async function demonstrate(
  model: TreeModel,
  demonstration: Demonstration,
  options: SimulationOptions = {},
): Promise<DemonstrationOutcome> {
  const events: TraceEvent[] = [];
  const { observer } = options;
  let simulation: Simulation;
  try {
    simulation = new Simulation(model, demonstration.root, {
      ...options,
      observer: (event) => {
        events.push(event);
        observer?.(event);
      },
    });
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return outcome("impossible", error.message, null, demonstration, options);
  }
  await simulation.start();
  await simulation.settle();
  const bad = simulation.boots.find((boot) => boot.state !== "running");
  if (bad !== undefined) {
    const because =
      bad.state === "waiting"
        ? `${bad.label} never finished starting: ${whoWaits(simulation)}.`
        : `${bad.reason ?? `${bad.label} did not start`}.`;
    // Where something is to fail later, a tree that never runs shows nothing.
    const verdict = demonstration.faults.length === 0 ? "shown" : "impossible";
    return outcome(verdict, because, simulation, demonstration, options);
  }
  const before = simulation.targets.all();
  const from = events.length;
  const hit = new Set<string>();
  for (const fault of demonstration.faults) {
    const target = { child: fault.child };
    const pid = simulation.targets.resolve(target);
    if (pid === null) {
      if (hit.size > 0) break; // it ended by the faults before
      const because = `${simulation.targets.describe(target)} does not run, so it cannot fail.`;
      return outcome("impossible", because, simulation, demonstration, options);
    }
    const path = simulation.targets.all().find((placed) => placed.pid.id === pid.id)?.path;
    if (path !== undefined) hit.add(path);
    await simulation.input(action(fault));
    await simulation.runInstant();
  }
  await simulation.settle();
  if (demonstration.shows === "silence") {
    const heard = gaveUp(simulation, before, events.slice(from));
    const because = heard ?? silence(demonstration, hit);
    return outcome(heard === null ? "shown" : "not shown", because, simulation, demonstration, options);
  }
  const after = simulation.targets.all();
  simulation.world.failedUses.length = 0;
  await simulation.probe();
  await simulation.settle();
  const because = harm(simulation, before, after, events.slice(from), hit);
  return outcome(
    because === null ? "not shown" : "shown",
    because ?? "Everybody who failed was started again, and nobody else noticed.",
    simulation,
    demonstration,
    options,
  );
}

function action(fault: Demonstration["faults"][number]): RunAction {
  const target = { child: fault.child };
  const reason = fault.reason ?? "boom";
  switch (fault.kind) {
    case "crash":
      return { kind: "crash", target, reason };
    case "exit":
      return { kind: "exit", target, reason };
    case "kill":
      return { kind: "kill", target };
    case "hang":
      return { kind: "hang", target };
  }
}

/** The worst thing that happened, in a sentence; null when nothing did. */
function harm(
  simulation: Simulation,
  before: readonly Placed[],
  after: readonly Placed[],
  events: readonly TraceEvent[],
  hit: ReadonlySet<string>,
): string | null {
  const now = new Map(after.map((placed) => [placed.path, placed]));
  const paths = new Map([...before, ...after].map((placed) => [placed.pid.id, placed.path]));
  const end = gaveUp(simulation, before, events);
  if (end !== null) return end;
  const gone = before.filter((placed) => !now.has(placed.path)).map((placed) => placed.path);
  if (gone.length > 0)
    return `${names(gone)} ended and nobody started ${gone.length === 1 ? "it" : "them"} again.`;
  const [failed] = simulation.world.failedUses;
  if (failed !== undefined) {
    const who = paths.get(failed.pid) ?? simulation.world.labelOf(failed.from);
    return `${who} could no longer use ${simulation.world.labelOf(failed.to)}: ${failed.reason}.`;
  }
  const pulled = before
    .filter((placed) => !hit.has(placed.path) && now.get(placed.path)?.pid.id !== placed.pid.id)
    .map((placed) => placed.path);
  if (pulled.length > 0) return `${names(pulled)} went down as well and had to start again.`;
  return null;
}

/** That a supervisor gave up, in a sentence; null when none did. */
function gaveUp(
  simulation: Simulation,
  before: readonly Placed[],
  events: readonly TraceEvent[],
): string | null {
  const after = simulation.targets.all();
  const now = new Set(after.map((placed) => placed.path));
  const ended = before.find(
    (placed) => placed.kind === "supervisor" && placed.parent === null && !now.has(placed.path),
  );
  if (ended !== undefined) return `The whole tree ended: ${ended.path} gave up.`;
  const last = events.findLast(
    (event): event is TraceEventOf<"decision"> => event.type === "decision" && event.decision === "give_up",
  );
  if (last === undefined) return null;
  const { intensity, period } = last.budget;
  const paths = new Map([...before, ...after].map((placed) => [placed.pid.id, placed.path]));
  const who = paths.get(last.child.supervisor) ?? "the supervisor";
  return `${who} gave up: it allows ${intensity} restarts in ${period} s.`;
}

function silence({ faults }: Demonstration, hit: ReadonlySet<string>): string {
  const [path] = hit;
  return `${path} failed ${faults.length} times at once and was started again each time: nobody above heard of it.`;
}

function names(paths: readonly string[]): string {
  const short = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
  return short.length <= 6
    ? short.join(", ")
    : `${short.slice(0, 5).join(", ")} and ${short.length - 5} more`;
}

/** Who waits for whom when nothing goes on. */
function whoWaits(simulation: Simulation): string {
  const waits = simulation.system
    .processes()
    .flatMap((info) => info.callers.map((call) => [call.from, info.id] as const))
    .filter(([from]) => from !== 0)
    .map(([from, to]) => {
      const name = (id: number) => {
        const pid = simulation.system.pid(id);
        return pid === undefined ? `<${id}>` : simulation.targets.nameOf(pid);
      };
      return `${name(from)} waits for ${name(to)}`;
    });
  return waits.length === 0 ? "its start waits for an answer" : waits.join(", ");
}

function outcome(
  verdict: DemonstrationOutcome["verdict"],
  because: string,
  simulation: Simulation | null,
  demonstration: Demonstration,
  options: SimulationOptions,
): DemonstrationOutcome {
  return {
    verdict,
    because,
    run: {
      format: 1,
      root: demonstration.root,
      mode: "simulated",
      seed: options.seed ?? 1,
      inputs: simulation?.inputs() ?? [],
      until: simulation?.position ?? { at: 0, step: 0 },
    },
  };
}
