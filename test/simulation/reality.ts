/** Runs of a model and of the program itself, the same faults in both, and what became of everybody. */
import { placeUnder, rootPlace, type TreeModel } from "../../src/model/index.ts";
import { type Pid, System, type TraceEvent } from "../../src/runtime/index.ts";
import { CALM, CALMS, CalmTurns, LIFE } from "../../src/simulation/crash-rows.ts";
import { Simulation } from "../../src/simulation/index.ts";

/** `exit`: an exit signal from outside; `hang`: it never comes back from a callback, so who calls it waits in vain. */
export type Fault = "crash" | "stop" | "kill" | "exit" | "hang";
export const FAULTS: readonly Fault[] = ["crash", "stop", "kill", "exit", "hang"];

/** Virtual milliseconds that a run is given to boot, and after a fault. */
const HORIZON = 7_000;
const MOST_TURNS = 5_000;

/** Whether a boot has gone far enough. */
export type Until = (system: System, events: readonly TraceEvent[]) => boolean;

/** A run of either kind, driven turn by turn. */
export interface Driven {
  system: System;
  events: TraceEvent[];
  /** Lets it go on until nothing more happens, or until there is `enough`. */
  settle(enough?: () => boolean): Promise<void>;
  /** Lets so many virtual milliseconds pass. */
  pass(ms: number): Promise<void>;
  /** It did not become calm. */
  restless?: boolean;
}

export const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Runs the program itself. `start` begins it and need not end. `calms`: it is let go on until it is calm, as a matrix does.
 * `until` says, with all that has happened, when its boot has gone far enough.
 */
export async function reality(
  start: (system: System) => Promise<unknown>,
  { horizon = HORIZON, seed = 1, calms = 0, until = null as Until | null } = {},
): Promise<Driven> {
  const events: TraceEvent[] = [];
  let lives = 0;
  const system = new System({
    clock: "virtual",
    seed,
    logger: null,
    observer: (event) => {
      if (LIFE.has(event.type)) lives++;
      events.push(event);
    },
  });
  system.pause();
  start(system).catch(() => {});
  await rest();
  /** True when nothing more would happen by itself, or enough has. */
  const goOn = async (ms: number, stop: () => boolean, enough: () => boolean = stop): Promise<boolean> => {
    const end = system.now() + ms;
    for (;;) {
      while (system.runnable && !stop()) {
        system.step();
        await rest();
      }
      if (enough()) return true;
      const next = system.nextDeadline();
      if (next === null || next > end) return next === null && !system.runnable;
      system.advanceTo(next);
      await rest();
    }
  };
  const settle = async (enough = () => false) => {
    let turns = 0;
    await goOn(horizon, () => turns++ >= MOST_TURNS || enough());
  };
  const pass = async (ms: number) => {
    const end = system.now() + ms;
    let turns = 0;
    await goOn(ms, () => turns++ >= MOST_TURNS);
    if (turns > MOST_TURNS) return;
    system.advanceTo(end);
    await rest();
  };
  const calm = async () => {
    const turns = new CalmTurns(
      () => lives,
      () => system.processCount,
      calms === 1,
    );
    for (let n = 0; n < calms; n++) {
      const before = lives;
      const isOver = await goOn(CALM, turns.stop, turns.enough);
      if (isOver || before === lives) return;
    }
    restless = true;
  };
  let restless = false;
  const settled = calms === 0 ? settle : calm;
  if (until === null) await settled();
  else await goOn(horizon, () => until(system, events));
  return { system, events, settle: settled, pass, restless };
}

/** The program, booted as a matrix boots its runs. */
export async function calmReality(
  start: (system: System) => Promise<unknown>,
  anew: () => Promise<void>,
): Promise<Driven> {
  await anew();
  const run = await reality(start, { calms: CALMS });
  if (!run.restless) return run;
  await anew();
  return reality(start, { calms: 1 });
}

/** Runs the model. */
export async function prediction(
  model: TreeModel,
  root: string | null,
  { until = null, ...options }: { until?: Until | null; dynamicChildren?: number } = {},
): Promise<Driven & { simulation: Simulation }> {
  const events: TraceEvent[] = [];
  const simulation = new Simulation(model, root, {
    ...options,
    observer: (event) => void events.push(event),
  });
  await simulation.start();
  let turns = 0;
  const settle = async () => {
    turns = 0;
    await simulation.settle(HORIZON, { stop: () => turns++ >= MOST_TURNS });
  };
  const pass = async (ms: number) => {
    turns = 0;
    await simulation.advance(ms, { stop: () => turns++ >= MOST_TURNS });
  };
  const { system } = simulation;
  if (until === null) await settle();
  else await simulation.settle(HORIZON, { stop: () => until(system, events) });
  return { system, events, settle, pass, simulation };
}

/** Where processes are: child ids from the root down, or their label. Tasks and other helpers have no place. */
export class Places {
  readonly #paths = new Map<number, string>();
  readonly #starting = new Map<number, string>();
  /** Tasks and the like, by whom they were started. */
  readonly #helpers = new Map<number, number | null>();

  constructor(events: readonly TraceEvent[]) {
    for (const event of events) {
      if (event.type === "child_starting") this.#starting.set(event.child.supervisor, event.child.id);
      else if (event.type === "child_started") this.#starting.delete(event.child.supervisor);
      else if (event.type === "spawn") {
        const { pid, parent, label, linked, kind } = event;
        const id = parent === null ? undefined : this.#starting.get(parent);
        if (id !== undefined && parent !== null && linked) {
          this.#starting.delete(parent);
          this.#paths.set(pid, placeUnder(this.of(parent) ?? "?", id));
        } else if (kind !== "process") {
          // Whoever is started again outside any tree takes the place of the one before.
          this.#paths.set(pid, rootPlace(label));
        } else this.#helpers.set(pid, parent);
      }
    }
  }

  of(pid: number): string | null {
    return this.#paths.get(pid) ?? null;
  }

  /** Its place, or that of whom it helps. */
  nameOf(pid: number): string {
    const by = this.#helpers.get(pid);
    return this.of(pid) ?? (by == null ? "outside" : `a helper of ${this.nameOf(by)}`);
  }
}

/** What became of everybody. */
export interface Outcome {
  /** What became of whoever ran before. */
  fates: Map<string, "same" | "started again" | "gone">;
  /** Ends, starts and decisions, in their order. */
  story: string[];
}

/** Who runs now, by place. */
export function living(run: Driven): Map<string, number[]> {
  const places = new Places(run.events);
  const found = new Map<string, number[]>();
  for (const { id } of run.system.processes()) {
    const path = places.of(id);
    if (path === null) continue;
    const there = found.get(path);
    if (there === undefined) found.set(path, [id]);
    else there.push(id);
  }
  return found;
}

/** Lets `path` fail, and says what became of everybody. */
export async function fail(run: Driven, path: string, fault: Fault): Promise<Outcome> {
  const before = living(run);
  const from = run.events.length;
  const [number] = before.get(path) ?? [];
  const pid = number === undefined ? undefined : run.system.pid(number);
  if (pid === undefined) throw new Error(`${path} does not run`);
  strike(run.system, pid, fault);
  // Whoever waited for it goes on first: to a run that is not given that moment, nothing would be left to do.
  await rest();
  await run.settle();
  return { fates: fatesOf(before, living(run)), story: storyOf(run.events, from) };
}

export function strike(system: System, pid: Pid, fault: Fault): void {
  if (fault === "crash") system.crash(pid, "crash");
  else if (fault === "stop") system.exit(pid, "normal");
  else if (fault === "exit") system.sendExit(pid, "from outside");
  else if (fault === "hang") system.hang(pid);
  else system.kill(pid);
}

function fatesOf(before: Map<string, number[]>, after: Map<string, number[]>): Outcome["fates"] {
  const fates: Outcome["fates"] = new Map();
  for (const [path, pids] of before) {
    const now = after.get(path) ?? [];
    fates.set(
      path,
      now.length === 0 ? "gone" : pids.every((pid) => now.includes(pid)) ? "same" : "started again",
    );
  }
  return fates;
}

/** Ends, starts and decisions from the event at `from` on. */
export function storyOf(events: readonly TraceEvent[], from: number): string[] {
  const places = new Places(events);
  const story: string[] = [];
  for (const event of events.slice(from)) {
    if (event.type === "exit") {
      const path = places.of(event.pid);
      if (path !== null) story.push(`${path} ends`);
    } else if (event.type === "child_started") {
      const { child, result } = event;
      story.push(`${placeUnder(places.of(child.supervisor) ?? "?", child.id)} starts: ${result}`);
    } else if (event.type === "decision") {
      const { child, decision, affected, budget } = event;
      story.push(
        `${places.of(child.supervisor) ?? "?"} decides on ${child.id}: ${decision} [${affected.join(" ")}] ${budget.used} of ${budget.intensity} in ${budget.period} s`,
      );
    }
  }
  return story;
}

/** What is no doing of the program's: how the library tells of it, and what it counts. */
const UNTOLD: ReadonlySet<string> = new Set(["seq", "cause", "ref", "location", "type"]);
const NUMBERS: ReadonlySet<string> = new Set(["pid", "parent", "from", "to", "watcher", "target", "a", "b"]);

/** Everything that happens, line by line. */
export function traceOf(events: readonly TraceEvent[]): string[] {
  const places = new Places(events);
  const text = (key: string, value: unknown): string => {
    if (NUMBERS.has(key) && typeof value === "number") return places.nameOf(value);
    const told = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    // What is started is written otherwise in a model.
    if (key === "message" && told.startsWith('{ type: "start_child"')) return "start_child";
    return told.replace(/<(\d+)>/g, (_, number) => `<${places.nameOf(Number(number))}>`);
  };
  return events.flatMap((event) => {
    if (event.type === "note") return [];
    const parts = Object.entries(event).filter(([key]) => !UNTOLD.has(key) && key !== "child");
    if ("child" in event)
      parts.unshift(["child", placeUnder(places.nameOf(event.child.supervisor), event.child.id)]);
    return [event.type, ...parts.map(([key, value]) => `${key} ${text(key, value)}`)].join(" ");
  });
}
