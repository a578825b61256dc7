/** Prediction and reality: the same fault in a run of the model and in the program itself, and what became of both. */
import { type CrashRow, effectOn, type TreeModel } from "../../src/model/index.ts";
import { System, type TraceEvent } from "../../src/runtime/index.ts";
import { crashMatrix, Simulation } from "../../src/simulation/index.ts";

/** `exit`: an exit signal from outside; `hang`: it never comes back from a callback, so who calls it waits in vain. */
export type Fault = "crash" | "stop" | "kill" | "exit" | "hang";
export const FAULTS: readonly Fault[] = ["crash", "stop", "kill", "exit", "hang"];

/** Virtual milliseconds that a run is given to boot, and after a fault. */
const HORIZON = 7_000;
const MOST_TURNS = 5_000;

/** A run of either kind, driven turn by turn. */
export interface Driven {
  system: System;
  events: TraceEvent[];
  settle(): Promise<void>;
}

export const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs the program itself. `start` begins it and need not end. */
export async function reality(
  start: (system: System) => Promise<unknown>,
  { horizon = HORIZON, seed = 1 } = {},
): Promise<Driven> {
  const events: TraceEvent[] = [];
  const system = new System({
    clock: "virtual",
    seed,
    logger: null,
    observer: (event) => void events.push(event),
  });
  system.pause();
  start(system).catch(() => {});
  await rest();
  const settle = async () => {
    const until = system.now() + horizon;
    let turns = 0;
    for (;;) {
      while (system.runnable && turns++ < MOST_TURNS) {
        system.step();
        await rest();
      }
      const next = system.nextDeadline();
      if (next === null || next > until || turns >= MOST_TURNS) break;
      system.advanceTo(next);
      await rest();
    }
  };
  await settle();
  return { system, events, settle };
}

/** Runs the model. */
export async function prediction(
  model: TreeModel,
  root: string | null,
): Promise<Driven & { simulation: Simulation }> {
  const events: TraceEvent[] = [];
  const simulation = new Simulation(model, root, { observer: (event) => void events.push(event) });
  await simulation.start();
  let turns = 0;
  const settle = async () => {
    turns = 0;
    await simulation.settle(HORIZON, { stop: () => turns++ >= MOST_TURNS });
  };
  await settle();
  return { system: simulation.system, events, settle, simulation };
}

/** Where processes are: child ids from the root down, or their label. Tasks and other helpers have no place. */
export class Places {
  readonly #paths = new Map<number, string>();
  readonly #starting = new Map<number, string>();
  readonly #labels = new Map<string, number>();

  constructor(events: readonly TraceEvent[]) {
    for (const event of events) {
      if (event.type === "child_starting") this.#starting.set(event.child.supervisor, event.child.id);
      else if (event.type === "child_started") this.#starting.delete(event.child.supervisor);
      else if (event.type === "spawn") {
        const { pid, parent, label, linked, kind } = event;
        const id = parent === null ? undefined : this.#starting.get(parent);
        if (id !== undefined && parent !== null && linked) {
          this.#starting.delete(parent);
          this.#paths.set(pid, `${this.of(parent) ?? "?"}/${id}`);
        } else if (kind !== "process") {
          const n = (this.#labels.get(label) ?? 0) + 1;
          this.#labels.set(label, n);
          // Whoever is started again outside any tree takes the place of the one before.
          this.#paths.set(pid, label);
        }
      }
    }
  }

  of(pid: number): string | null {
    return this.#paths.get(pid) ?? null;
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
  if (fault === "crash") run.system.crash(pid, "crash");
  else if (fault === "stop") run.system.exit(pid, "normal");
  else if (fault === "exit") run.system.sendExit(pid, "from outside");
  else if (fault === "hang") run.system.hang(pid);
  else run.system.kill(pid);
  await run.settle();
  return { fates: fatesOf(before, living(run)), story: storyOf(run.events, from) };
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
      story.push(`${places.of(child.supervisor) ?? "?"}/${child.id} starts: ${result}`);
    } else if (event.type === "decision") {
      const { child, decision, affected, budget } = event;
      story.push(
        `${places.of(child.supervisor) ?? "?"} decides on ${child.id}: ${decision} [${affected.join(" ")}] ${budget.used} of ${budget.intensity} in ${budget.period} s`,
      );
    }
  }
  return story;
}

/** How one fault compares. */
export interface Comparison {
  program: string;
  root: string;
  path: string;
  fault: Fault | "boot" | "matrix";
  verdict: "equal" | "supposed" | "wrong";
  /** Where they differ: `real` against `predicted`. */
  difference: string;
}

/** What is left of a story when those whom the prediction has invented are left out. */
const without = (story: readonly string[], invented: (path: string) => boolean) =>
  story
    .filter((line) => !invented(line.split(" ", 1)[0] ?? ""))
    .filter((line) => {
      const decided = /^(\S+) decides on (.+?): /.exec(line);
      return decided === null || !invented(`${decided[1]}/${decided[2]}`);
    });

/** Boots both, lets everybody who really runs fail in every way, and compares. */
export async function compare(
  program: string,
  model: TreeModel,
  root: string | null,
  start: (system: System) => Promise<unknown>,
  anew: () => Promise<void> = async () => {},
): Promise<Comparison[]> {
  const results: Comparison[] = [];
  const name = root ?? "main";
  const note = (path: string, fault: Comparison["fault"], difference: string | null, supposed: boolean) => {
    const verdict = difference === null ? "equal" : supposed ? "supposed" : "wrong";
    results.push({ program, root: name, path, fault, verdict, difference: difference ?? "" });
  };
  const simulated = await prediction(model, root);
  const { assumptions, plan } = simulated.simulation;
  // What starts itself has no end in reality.
  if (plan.notes.some((note) => note.includes("below itself"))) return [];
  await anew();
  const real = await reality(start);
  const keyOf = new Map(simulated.simulation.targets.all().map(({ path, key }) => [path, key]));
  const invented = (path: string) => {
    const parts = path.split("/");
    return parts.some((_, n) => {
      const key = keyOf.get(parts.slice(0, n + 1).join("/"));
      return (
        key !== undefined &&
        assumptions.some(({ about, field }) => about === key && field === "dynamic children")
      );
    });
  };
  // A supposition explains a difference that names the process that it is about.
  const supposes = (paths: readonly string[], difference: string) =>
    assumptions.some(({ about, field }) => {
      const above = paths.map((path) => keyOf.get(path.slice(0, path.lastIndexOf("/"))));
      if (field.startsWith("children") && above.includes(about)) return true;
      const id = about.slice(Math.max(about.lastIndexOf("/"), about.lastIndexOf("#")) + 1);
      const named = new RegExp(`(?:^|[\\s/\\["])${id.replace(/[^\w]/g, "\\$&")}(?:$|[\\s\\]":])`);
      const told = difference.match(/[^\s"[\]]+\/[^\s"[\]:]+/g) ?? [];
      return (
        [...paths, ...told].some((path) => keyOf.get(path) === about || path.split("/").at(-1) === id) ||
        named.test(difference)
      );
    });
  const boot = (run: Driven) => [...living(run).keys()].filter((path) => !invented(path)).sort();
  const [was, foreseen] = [boot(real), boot(simulated)];
  const bootDifference = firstDifference(was, foreseen);
  note(
    "",
    "boot",
    bootDifference,
    bootDifference !== null && supposes(symmetric(was, foreseen), bootDifference),
  );
  if (was.length === 0) return results;
  // What time alone would still bring is in the matrix, and not in the short time that is compared here.
  const rows = real.system.nextDeadline() === null ? (await crashMatrix(model, root)).rows : [];
  for (const path of was) {
    for (const fault of FAULTS) {
      await anew();
      const really = await reality(start);
      const truth = await fail(really, path, fault);
      const other = await prediction(model, root);
      if (!living(other).has(path)) {
        note(path, fault, `it does not run in the prediction`, supposes([path], ""));
        continue;
      }
      const guess = await fail(other, path, fault);
      for (const placed of other.simulation.targets.all()) keyOf.set(placed.path, placed.key);
      const differing: string[] = [];
      for (const [each, fate] of truth.fates) if (guess.fates.get(each) !== fate) differing.push(each);
      const fates = differing.map(
        (each) => `${each}: really ${truth.fates.get(each)}, predicted ${guess.fates.get(each) ?? "absent"}`,
      );
      const told = firstDifference(without(truth.story, invented), without(guess.story, invented));
      const difference = fates.length > 0 ? `${fates.join("; ")} | ${told ?? ""}` : told;
      note(path, fault, difference, difference !== null && supposes(differing, told ?? ""));
      const row = rows.find((each) => each.path === path);
      const quiet = really.system.nextDeadline() === null;
      if (fault === "crash" && difference === null && row !== undefined && quiet) {
        const cell = cellDifference(row, truth.fates);
        note(path, "matrix", cell, false);
      }
    }
  }
  return results;
}

/** Where a row of the crash matrix says something else than what became of everybody. */
function cellDifference(row: CrashRow, fates: Outcome["fates"]): string | null {
  const said: Record<ReturnType<typeof effectOn>, string> = {
    fails: !row.blast.includes(row.path) ? "same" : row.recovered ? "started again" : "gone",
    restarted: "started again",
    stopped: "gone",
    lost: "gone",
    blocked: "same",
    none: "same",
  };
  const wrong = [...fates].filter(([path, fate]) => said[effectOn(row, path)] !== fate);
  return wrong.length === 0
    ? null
    : wrong.map(([path, fate]) => `${path}: really ${fate}, in the matrix ${effectOn(row, path)}`).join("; ");
}

const symmetric = (a: readonly string[], b: readonly string[]) => [
  ...a.filter((each) => !b.includes(each)),
  ...b.filter((each) => !a.includes(each)),
];

function firstDifference(real: readonly string[], predicted: readonly string[]): string | null {
  const length = Math.max(real.length, predicted.length);
  for (let n = 0; n < length; n++)
    if (real[n] !== predicted[n])
      return `at ${n + 1}: really "${real[n] ?? "nothing more"}", predicted "${predicted[n] ?? "nothing more"}"`;
  return null;
}
