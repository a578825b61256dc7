/** Makes those that use somebody do so at a given moment, and looks at who fails. */
import type { Hazard } from "../model/index.ts";
import type { Pid, System } from "../runtime/index.ts";
import type { Seen } from "./hazards.ts";
import type { Simulation } from "./simulation.ts";
import type { FailedUse, World } from "./world.ts";

/** Virtual milliseconds in which a tree has started, or never does. */
const HORIZON = 600_000;

type UseFails = Hazard & { kind: "use fails" };

/** The keys that a process goes by, and the name by which interpreted code may have gone. */
export function goalsOf(world: World, key: string): ReadonlySet<string> {
  const own = world.supervisor(key)?.key;
  const name = world.nameOf(key);
  return new Set([key, ...(own === undefined ? [] : [own]), ...(name === null ? [] : [name])]);
}

/** A use that has failed. */
export function failedUse(world: World, from: readonly string[], to: string): FailedUse | undefined {
  const goals = goalsOf(world, to);
  return world.failedUses.find((use) => from.includes(use.from) && goals.has(use.to));
}

/** The same in words; null for hazards of another kind. */
export function failureAtStart({ world }: Simulation, shows: Hazard): string | null {
  if (shows.kind !== "use fails") return null;
  const failed = failedUse(world, shows.from, shows.to);
  if (failed === undefined) return null;
  return `${world.labelOf(failed.from)} could not use ${world.labelOf(shows.to)} when it started: ${failed.reason}.`;
}

/** Has them use `to`, where that is not what they do by themselves, and judges it. */
export async function useFails(simulation: Simulation, shows: UseFails): Promise<Seen> {
  const { world } = simulation;
  const { from, to } = shows;
  const target = world.labelOf(to);
  const names = from.map((key) => world.labelOf(key)).join(", ");
  if (shows.when === "starting") {
    const failed = failureAtStart(simulation, shows);
    return failed === null
      ? { shown: false, because: `${names} found ${target} when it started.` }
      : { shown: true, because: failed };
  }
  const goals = goalsOf(world, to);
  for (const pid of from.flatMap((key) => world.findAll(key))) {
    // Between its end and its restart there is no turn of anybody else here, as there is in a real program.
    if (shows.when === "meanwhile") void world.at(pid.id)?.useNow?.(goals);
    else simulation.makeUse(pid, goals);
  }
  await simulation.settle();
  const failed = failedUse(world, from, to);
  if (failed === undefined) return { shown: false, because: `${names} found ${target}.` };
  const who = simulation.targets.pathOf(failed.pid) ?? world.labelOf(failed.from);
  return { shown: true, because: `${who} could no longer use ${target}: ${failed.reason}.` };
}

/** Where one of them is there before `to` is, it is asked to use it as soon as it is there. */
export async function useWhileStarting(simulation: Simulation, { from, to }: UseFails): Promise<void> {
  const { world } = simulation;
  const { stop } = simulation.patience();
  const isThere = (key: string) => world.find(key) !== null;
  const isDue = () => isThere(to) || from.some(isThere);
  do {
    await simulation.runInstant({ stop: () => isDue() || stop?.() === true });
  } while (!isDue() && (await simulation.toNextDeadline(HORIZON)));
  if (isThere(to)) return;
  for (const pid of from.flatMap((key) => world.findAll(key))) simulation.makeUse(pid, goalsOf(world, to));
}

/** All call at the same moment, in the course of a call: each waits for the next. */
export async function callEachOther(simulation: Simulation, circle: readonly string[]): Promise<Seen> {
  const { world } = simulation;
  const names = circle.map((key) => world.labelOf(key)).join(" and ");
  const pids = circle.map((key) => world.find(key));
  const before = world.failedUses.length;
  for (const [i, pid] of pids.entries()) {
    if (pid === null) return { shown: false, because: `${names} do not all run.` };
    simulation.makeUse(pid, new Set([circle[(i + 1) % circle.length]!]));
  }
  await simulation.settle();
  const failed = world.failedUses
    .slice(before)
    .find((use) => circle.includes(use.from) && use.reason.includes("timeout"));
  if (failed !== undefined)
    return { shown: true, because: `${names} waited for each other: ${failed.reason}.` };
  return waitForEachOther(simulation.system, pids)
    ? { shown: true, because: `${names} wait for each other, without a timeout: for good.` }
    : { shown: false, because: `${names} answered each other.` };
}

/** Whether each of them waits for the next one's answer now, and the last for the first. */
export function waitForEachOther(system: System, pids: readonly (Pid | null)[]): boolean {
  const callers = new Map(system.processes().map(({ id, callers }) => [id, callers]));
  return pids.every((pid, i) => {
    const next = pids[(i + 1) % pids.length];
    return pid != null && next != null && callers.get(next.id)?.some(({ from }) => from === pid.id) === true;
  });
}

/** Turn by turn, until a process has ended and before anybody does anything about it. */
export async function untilDead(simulation: Simulation, pid: Pick<Pid, "alive">): Promise<void> {
  const { stop } = simulation.patience();
  await simulation.runInstant({ stop: () => !pid.alive || stop?.() === true });
}
