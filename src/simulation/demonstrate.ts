/** Plays a finding's scripted fault and says whether the hazard that it warns of happened. */
import type { Demonstration, DemonstrationOutcome, Hazard, RunAction, TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/index.ts";
import { PROGRAM_CALM, type Simulating } from "./crash-rows.ts";
import {
  callEachOther,
  failedUse,
  failureAtStart,
  untilDead,
  useFails,
  useWhileStarting,
} from "./failed-uses.ts";
import { dataOf, type FirstMessage, firstMessages, inWords } from "./first-messages.ts";
import { judge, type Scene, type Seen } from "./hazards.ts";
import { whoseStart } from "./no-start.ts";
import { PlanError } from "./planning/make-plan.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

type Verdict = Pick<DemonstrationOutcome, "verdict" | "because">;

/**
 * Starts the demonstration's root, plays its faults one after the other at the same moment, and looks at what
 * became of the tree. The observer of the options sees the run.
 */
export async function demonstrate(
  model: TreeModel,
  demonstration: Demonstration,
  options: SimulationOptions & Simulating = {},
): Promise<DemonstrationOutcome> {
  const events: TraceEvent[] = [];
  const { observer } = options;
  let simulation: Simulation;
  try {
    const { simulate, limits: _, ...others } = options;
    const make = simulate ?? ((...args) => new Simulation(...args));
    simulation = make(model, demonstration.root, {
      ...others,
      absent: demonstration.absent ?? [],
      observer: (event) => {
        events.push(event);
        observer?.(event);
      },
    });
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return outcome({ verdict: "impossible", because: error.message }, null, demonstration, options);
  }
  const { verdict, because } = await play(simulation, demonstration, events, options.limits);
  const supposed =
    simulation.program === null
      ? supposedFor(simulation, demonstration) + supposedUse(model, simulation, demonstration.shows)
      : "";
  return outcome({ verdict, because: because + supposed }, simulation, demonstration, options);
}

async function play(
  simulation: Simulation,
  demonstration: Demonstration,
  events: readonly TraceEvent[],
  limits: Simulating["limits"],
): Promise<Verdict> {
  const { shows } = demonstration;
  const isProgram = simulation.program !== null;
  const settle = () =>
    isProgram
      ? simulation.settle(PROGRAM_CALM + ("ms" in shows ? 2 * shows.ms : 0), limits)
      : simulation.settle();
  await simulation.start();
  if (!isProgram && shows.kind === "use fails" && shows.when === "starting")
    await useWhileStarting(simulation, shows);
  await settle();
  const notStarted = judgeStart(simulation, shows, events);
  if (notStarted !== null) return notStarted;
  const first = isProgram ? [] : firstMessages(simulation.world, demonstration, events);
  const told = await sendFirst(simulation, first, events);
  if (typeof told !== "string") return told;
  const scene: Scene = {
    world: whoIsWho(simulation),
    before: simulation.targets.all(),
    events,
    from: events.length,
    hit: new Set(),
    faults: demonstration.faults.length,
    began: simulation.system.now(),
  };
  const notPlayed = await playFaults(simulation, demonstration, scene, limits);
  if (notPlayed !== null) return notPlayed;
  if (isProgram) await settle();
  const seen = isProgram ? judge(shows, scene) : await look(shows, scene, simulation);
  const verdict = seen.shown === null ? "impossible" : seen.shown ? "shown" : "not shown";
  return { verdict, because: told + seen.because };
}

/**
 * Sends them, one after the other, and says so; a verdict where somebody did not survive that: what else such a message holds
 * is not known.
 */
async function sendFirst(
  simulation: Simulation,
  messages: readonly FirstMessage[],
  events: readonly TraceEvent[],
): Promise<string | Verdict> {
  const { world } = simulation;
  for (const message of messages) {
    const { child, event } = message;
    const from = events.length;
    const pid = world.find(child);
    if (pid === null) continue;
    const how = event === "info" ? {} : { how: event };
    await simulation.input({ kind: "send", target: { child }, message: dataOf(message), ...how });
    await simulation.runInstant();
    if (events.slice(from).some((each) => each.type === "exit" && each.pid === pid.id))
      return {
        verdict: "impossible",
        because: `${world.labelOf(child)} ended on ${inWords(message)}: what else that holds is not known.`,
      };
  }
  const all = messages.map((message) => `${world.labelOf(message.child)} got ${inWords(message)}`);
  return all.length === 0 ? "" : `After ${all.join(", and ")}: `;
}

/** What a tree shows that does not start; null where it runs. */
function judgeStart(simulation: Simulation, shows: Hazard, events: readonly TraceEvent[]): Verdict | null {
  const bad = simulation.boots.find((boot) => boot.state !== "running");
  if (bad === undefined) return null;
  const because =
    bad.state === "waiting"
      ? `${bad.label} never finished starting: ${whoWaits(simulation)}.`
      : `${bad.reason ?? `${bad.label} did not start`}.`;
  if (shows.kind === "holds start") {
    const began = { before: [], events, from: 0, hit: new Set<string>(), faults: 0, began: 0 };
    const held = judge(shows, { ...began, world: whoIsWho(simulation) });
    if (held.shown) return { verdict: "shown", because: held.because };
  }
  if (shows.kind === "no start") {
    if (isItsStart(simulation, shows, events)) return { verdict: "shown", because };
    return { verdict: "impossible", because: `${because} That comes first, and is something else.` };
  }
  // Where something is to fail later, a tree that never runs shows nothing.
  const failed = failureAtStart(simulation, shows) !== null;
  return { verdict: failed ? "shown" : "impossible", because };
}

/** Whether the start that fails is one of those that are to fail, for want of the one that is to be missing. */
function isItsStart(
  simulation: Simulation,
  { of, missing }: Hazard & { kind: "no start" },
  events: readonly TraceEvent[],
): boolean {
  const pid = whoseStart(events);
  if (
    pid === null ||
    !whoIsWho(simulation)
      .keysOf(pid)
      .some((key) => of.includes(key))
  )
    return false;
  // A program's own failures are known by their reasons only.
  if (missing === undefined || simulation.program !== null) return true;
  return failedUse(simulation.world, of, missing) !== undefined;
}

/** Notes in `hit` the paths of those that fail. Null when all faults were played; else why not. */
async function playFaults(
  simulation: Simulation,
  { faults, shows }: Demonstration,
  scene: Scene,
  limits: Simulating["limits"],
): Promise<Verdict | null> {
  const { hit } = scene;
  for (const fault of faults) {
    const target = { child: fault.child };
    const pid = simulation.targets.resolve(target);
    if (pid === null) {
      // It ended by the faults before, or by itself: then it can be seen already whether it stays away.
      if (hit.size > 0 || (shows.kind === "stays away" && hasRun(scene, fault.child))) break;
      // What was to fail has failed already, and the tree has not survived that.
      const failed = failureAtStart(simulation, shows);
      if (failed !== null) return { verdict: "shown", because: failed };
      const because = `${simulation.targets.describe(target)} does not run, so it cannot fail.`;
      return { verdict: "impossible", because };
    }
    const path = simulation.targets.all().find((placed) => placed.pid.id === pid.id)?.path;
    if (path !== undefined && fault.kind !== "hang") hit.add(path);
    await simulation.input(action(fault));
    if (shows.kind === "use fails" && shows.when === "meanwhile") await untilDead(simulation, pid);
    else await simulation.runInstant(limits ?? simulation.patience());
  }
  return null;
}

function hasRun({ world, events }: Scene, key: string): boolean {
  return events.some((event) => event.type === "exit" && world.keysOf(event.pid).includes(key));
}

function whoIsWho(simulation: Simulation): Scene["world"] {
  return simulation.program === null ? simulation.world : known(simulation);
}

/** Who is who among a program's own processes. */
function known({ targets, world }: Simulation): Scene["world"] {
  return {
    labelOf: (key) => world.labelOf(key),
    find: (key) => targets.resolve({ child: key }),
    keysOf: (number) => {
      const own = targets.keyOf(number);
      const above = targets.supervisorAt(number);
      return [...(own === null ? [] : [own]), ...(above === null ? [] : [above.key])];
    },
  };
}

/** Lets the run go on as far as the hazard needs, and judges it. */
async function look(shows: Hazard, scene: Scene, simulation: Simulation): Promise<Seen> {
  if (shows.kind === "use fails") {
    if (shows.when === "afterwards") await simulation.settle();
    return useFails(simulation, shows);
  }
  if (shows.kind === "call each other") return callEachOther(simulation, shows.circle);
  await simulation.settle();
  return judge(shows, scene);
}

/** That it runs at all: what is supposed of those that fail, or to whom it happens, in words. */
function supposedFor({ assumptions, world }: Simulation, { faults, shows }: Demonstration): string {
  const keys = new Set([...faults.map(({ child }) => child), ...keysIn(shows)]);
  return assumptions
    .filter(({ about, field }) => keys.has(about) && PRESENCE.has(field))
    .map(({ about, assumed, why }) => ` Supposed of ${world.labelOf(about)}: ${assumed}; ${why}.`)
    .join("");
}

/** That it is used at all, where a condition decides that which is not known. */
function supposedUse({ edges }: TreeModel, { world }: Simulation, shows: Hazard): string {
  if (shows.kind !== "use fails") return "";
  const { from, to } = shows;
  const uses = edges.filter(
    (edge) => from.includes(edge.from) && edge.to === to && edge.kind !== "lookup" && edge.kind !== "monitor",
  );
  if (uses.length === 0 || uses.some(({ possible }) => possible !== "undecided")) return "";
  const [user] = from;
  return ` Supposed of ${world.labelOf(user ?? "")}: it uses ${world.labelOf(to)}; a condition at run time decides.`;
}

/** The suppositions by which a process is there. */
const PRESENCE: ReadonlySet<string> = new Set(["cardinality", "dynamic children", "started"]);

/** The processes that a hazard is about. */
function keysIn(hazard: Hazard): string[] {
  return Object.entries(hazard).flatMap(([field, value]) =>
    field === "kind" || field === "message" || field === "when" || typeof value === "number" ? [] : value,
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
  verdict: Verdict,
  simulation: Simulation | null,
  demonstration: Demonstration,
  options: SimulationOptions,
): DemonstrationOutcome {
  return {
    ...verdict,
    run: {
      format: 1,
      root: demonstration.root,
      mode: simulation !== null && simulation.program !== null ? "code" : "simulated",
      seed: options.seed ?? 1,
      inputs: simulation?.inputs() ?? [],
      until: simulation?.position ?? { at: 0, step: 0 },
    },
  };
}
