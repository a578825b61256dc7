/** Whether a hazard has happened in a run, told from what the run shows. */
import { type Hazard, nameOfPlace, someOf } from "../model/index.ts";
import type { TraceEvent, TraceEventOf } from "../runtime/index.ts";
import type { Placed } from "./targets.ts";
import type { World } from "./world.ts";

/** A run with a fault behind it: of the model, or of the program itself. */
export interface Scene {
  /** Who is who. */
  world: Pick<World, "labelOf" | "find" | "keysOf">;
  /** Who ran before the fault. */
  before: readonly Placed[];
  /** Everything that has happened, and from where on after the fault. */
  events: readonly TraceEvent[];
  from: number;
  /** Where faults were played, and how often. */
  hit: Set<string>;
  faults: number;
  began: number;
}

/** What was seen, in a sentence; `shown` says whether it is the hazard, null that the run never came to where it could be. */
export interface Seen {
  shown: boolean | null;
  because: string;
}

const shown = (because: string): Seen => ({ shown: true, because });
const notShown = (because: string): Seen => ({ shown: false, because });
const neverCame = (because: string): Seen => ({ shown: null, because });

/** Judges every hazard but those that need the run to be steered: a use that fails, a call that comes back. */
export function judge(hazard: Hazard, scene: Scene): Seen {
  switch (hazard.kind) {
    case "gives up": {
      const said = gaveUp(scene, hazard.supervisor);
      return said === null ? notShown("No supervisor gave up.") : shown(said);
    }
    case "silence":
      return silence(scene);
    case "goes down":
      return goesDown(hazard.children, scene);
    case "stays away":
      return staysAway(hazard.child, scene);
    case "runs on":
      return runsOn(hazard.child, hazard.of, scene);
    case "drops":
      return drops(hazard.child, hazard.message, scene);
    case "not told":
      return notTold(hazard.child, hazard.of, scene);
    case "no terminate":
      return noTerminate(hazard.child, scene);
    case "cut off":
      return cutOff(hazard.child, scene);
    case "takes long":
      return takesLong(hazard, scene);
    case "holds start":
      return holdsStart(hazard.child, scene);
    case "no start":
    case "use fails":
    case "call each other":
      return notShown("The tree came up.");
  }
}

const nameOf = ({ world }: Scene, key: string): string => world.labelOf(key);

/** The processes of a key that ran before. */
function ran({ world, before }: Scene, key: string): Placed[] {
  return before.filter(({ pid }) => world.keysOf(pid.id).includes(key));
}

/** That a supervisor gave up (any, where none is named), in a sentence. */
function gaveUp({ world, before, events, from }: Scene, key: string | null): string | null {
  const last = events
    .slice(from)
    .findLast(
      (event): event is TraceEventOf<"decision"> =>
        event.type === "decision" &&
        event.decision === "give_up" &&
        (key === null || world.keysOf(event.child.supervisor).includes(key)),
    );
  if (last === undefined) return null;
  const ended = before.find(
    ({ kind, parent, pid }) => kind === "supervisor" && parent === null && pid.id === last.child.supervisor,
  );
  if (ended !== undefined) return `The whole tree ended: ${ended.path} gave up.`;
  const { intensity, period } = last.budget;
  const who = before.find(({ pid }) => pid.id === last.child.supervisor)?.path ?? "the supervisor";
  return `${who} gave up: it allows ${intensity} restarts in ${period} s.`;
}

function silence(scene: Scene): Seen {
  const { events, from, hit, faults } = scene;
  const said = gaveUp(scene, null);
  if (said !== null) return notShown(said);
  const again = events.slice(from).filter(({ type }) => type === "decision").length;
  const [path] = hit;
  return again < faults
    ? neverCame(`${path} was not there to fail ${faults} times.`)
    : shown(
        `${path} failed ${faults} times at once and was started again each time: nobody above heard of it.`,
      );
}

/** A supervisor has stopped them because of the fault, and has not given up. */
function goesDown(children: readonly string[], scene: Scene): Seen {
  const { before, events, from, hit, world } = scene;
  const first = events.slice(from).find(({ type }) => type === "decision");
  const ended = first?.type === "decision" && first.decision === "give_up" ? gaveUp(scene, null) : null;
  if (ended !== null) return notShown(`${ended} No strategy decides who else stops then.`);
  const stopped = new Set(
    events.slice(from).flatMap((event) => (event.type === "child_stopping" ? [event.pid] : [])),
  );
  const down = before.filter(
    ({ pid, path }) =>
      stopped.has(pid.id) && !hit.has(path) && world.keysOf(pid.id).some((key) => children.includes(key)),
  );
  if (down.length === 0) return notShown("Nobody else went down.");
  const isBack = down.every(({ pid }) => world.keysOf(pid.id).every((key) => world.find(key) !== null));
  const names = someOf(down, ({ path }) => nameOfPlace(path));
  return shown(`${names} went down as well${isBack ? " and had to start again" : ""}.`);
}

function staysAway(child: string, scene: Scene): Seen {
  const name = nameOf(scene, child);
  return scene.world.find(child) === null
    ? shown(`${name} ended and nobody started it again.`)
    : notShown(`${name} was started again.`);
}

/** Those that ran before live, and who has started them does not. */
function runsOn(child: string, of: string, scene: Scene): Seen {
  const [name, starter] = [nameOf(scene, child), nameOf(scene, of)];
  const [started, starters] = [ran(scene, child), ran(scene, of)];
  if (started.length === 0)
    return neverCame(`${name} does not run: what starts it does not happen in this run.`);
  if (starters.some(({ pid }) => pid.alive)) return neverCame(`${starter} did not end.`);
  // Whoever ends later does so by itself.
  const endOf = (those: readonly Placed[]) =>
    scene.events.findLast((event) => event.type === "exit" && those.some(({ pid }) => pid.id === event.pid))
      ?.at;
  const later = (endOf(started) ?? 0) > (endOf(starters) ?? 0);
  if (!later && !started.some(({ pid }) => pid.alive)) return notShown(`${name} ended with ${starter}.`);
  const again = scene.events
    .slice(scene.from)
    .some((event) => event.type === "spawn" && scene.world.keysOf(event.pid).includes(child));
  const beside = again ? ` Another ${name} was started beside it.` : "";
  return shown(`${starter} ended, and the ${name} that it had started ran on.${beside}`);
}

/** It was told, it goes on, and it has done nothing. */
function drops(child: string, message: "EXIT" | "DOWN", scene: Scene): Seen {
  const { events, from } = scene;
  const name = nameOf(scene, child);
  for (const { pid } of ran(scene, child)) {
    const told = events
      .slice(from)
      .find((event) =>
        message === "EXIT"
          ? event.type === "exit_signal" && event.to === pid.id && event.effect === "message"
          : event.type === "down" && event.watcher === pid.id,
      );
    if (told === undefined) continue;
    const turn = turnOf(pid.id, message, events.slice(events.indexOf(told)));
    if (turn === null) return notShown(`${name} never came to read that it was told.`);
    if (turn.some((event) => event.type === "exit" && event.pid === pid.id))
      return notShown(`${name} ended when it was told.`);
    return turn.some((event, at) => isDeed(event, pid.id) && !isIntervals(event, turn[at - 1]))
      ? notShown(`${name} did something when it was told.`)
      : shown(`${name} got the ${message} message, dropped it, and went on as before.`);
  }
  const why = message === "EXIT" ? "makes its link" : "sets its monitor";
  return neverCame(`No ${message} message came to ${name}: what ${why} does not happen in this run.`);
}

/** What happens from the moment at which a process reads such a message until it reads the next; null where it does not. */
function turnOf(pid: number, type: string, events: readonly TraceEvent[]): readonly TraceEvent[] | null {
  const reads = (event: TraceEvent) =>
    event.type === "receive" && event.pid === pid && event.kind !== "reply";
  const begin = events.findIndex(
    (event) => reads(event) && event.type === "receive" && event.message.includes(`type: "${type}"`),
  );
  if (begin < 0) return null;
  const end = events.findIndex((event, at) => at > begin && reads(event));
  return events.slice(begin, end < 0 ? undefined : end);
}

/** An interval sets its next timer when one has fired. */
const isIntervals = (event: TraceEvent, last: TraceEvent | undefined): boolean =>
  event.type === "timer" && last?.type === "timer" && last.ref === event.ref && last.action === "fired";

/** Whether a process does something that others can see. */
function isDeed(event: TraceEvent, pid: number): boolean {
  switch (event.type) {
    case "send":
    case "exit_signal":
      return event.from === pid;
    case "spawn":
      return event.parent === pid;
    case "monitor":
      return event.watcher === pid;
    case "link":
      return event.a === pid;
    case "timer":
      return event.pid === pid && event.action !== "fired";
    case "register":
      return event.pid === pid;
    default:
      return false;
  }
}

function notTold(child: string, of: string, scene: Scene): Seen {
  const { events, from } = scene;
  const [name, other] = [nameOf(scene, child), nameOf(scene, of)];
  const gone = new Set(ran(scene, of).map(({ pid }) => pid.id));
  const lives = ran(scene, child).filter(({ pid }) => pid.alive);
  if (lives.length === 0) return notShown(`${name} ended with ${other}.`);
  const told = events
    .slice(from)
    .some(
      (event) =>
        (event.type === "down" &&
          gone.has(event.target) &&
          lives.some(({ pid }) => pid.id === event.watcher)) ||
        (event.type === "exit_signal" &&
          gone.has(event.from) &&
          lives.some(({ pid }) => pid.id === event.to)),
    );
  return told
    ? notShown(`${name} was told that ${other} had ended.`)
    : shown(`${other} ended, and ${name} went on without being told.`);
}

function noTerminate(child: string, scene: Scene): Seen {
  const { events, from } = scene;
  const name = nameOf(scene, child);
  const ended = ran(scene, child).filter(({ pid }) => !pid.alive);
  if (ended.length === 0) return notShown(`${name} did not end.`);
  const ids = new Set(ended.map(({ pid }) => pid.id));
  return events.slice(from).some((event) => event.type === "terminate" && ids.has(event.pid))
    ? notShown(`The terminate of ${name} ran.`)
    : shown(`${name} was shut down, and its terminate did not run.`);
}

function cutOff(child: string, scene: Scene): Seen {
  const { events, from } = scene;
  const name = nameOf(scene, child);
  const ids = new Set(ran(scene, child).map(({ pid }) => pid.id));
  const killed = events
    .slice(from)
    .some((event) => event.type === "exit" && ids.has(event.pid) && event.reason === "killed");
  return killed
    ? shown(`${name} was killed before its stop was done.`)
    : notShown(`${name} had the time that it needed.`);
}

function takesLong({ supervisor, ms }: Hazard & { kind: "takes long" }, scene: Scene): Seen {
  const { events, from, began } = scene;
  const ids = new Set(ran(scene, supervisor).map(({ pid }) => pid.id));
  const end = events.slice(from).find((event) => event.type === "exit" && ids.has(event.pid));
  const name = nameOf(scene, supervisor);
  const took = (end?.at ?? Number.POSITIVE_INFINITY) - began;
  const time = Number.isFinite(took) ? `${took / 1000} s` : "longer than the run";
  return took > ms
    ? shown(`The stop of ${name} took ${time}.`)
    : notShown(`The stop of ${name} took only ${time}.`);
}

function holdsStart(child: string, scene: Scene): Seen {
  const { events, world } = scene;
  let started = false;
  for (const event of events) {
    if (event.type !== "child_started" || event.pid === null) continue;
    if (!world.keysOf(event.pid).includes(child)) continue;
    started = true;
    const begun = events.find(
      (other) =>
        other.type === "child_starting" &&
        other.child.supervisor === event.child.supervisor &&
        other.child.id === event.child.id &&
        other.incarnation === event.incarnation,
    );
    if (begun === undefined || event.at <= begun.at) continue;
    return shown(
      `The start of ${event.child.id} took ${event.at - begun.at} ms, in which its supervisor started nothing else.`,
    );
  }
  const name = nameOf(scene, child);
  return started ? notShown(`The start of ${name} held nobody up.`) : neverCame(`${name} was not started.`);
}
