/**
 * A run of the tree in the sandbox: what the toolbar, the inspector and the timeline drive. Its seed and its
 * inputs are all there is to it; with them every moment can be computed again.
 */
import { computed, signal } from "@preact/signals";
import {
  type Assumption,
  type Demonstration,
  type DemonstrationOutcome,
  type RunAction,
  type RunInput,
  type RunMode,
  type RunPosition,
  type SavedRun,
  shownByPrograms,
  type TreeModel,
} from "../../model/index.ts";
import {
  DEFAULT_BOUNDS,
  DEFAULT_SETTINGS,
  type PageSettings,
  type ProcessView,
  type RunStatus,
  type SandboxEvent,
  type SandboxStopped,
} from "../../protocol/index.ts";
import { skipEffects } from "../effects/effects.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { experiments, live, model, root, source } from "../state/view.ts";
import {
  addConsoleLine,
  chooseMode,
  clearConsole,
  codeProblems,
  mode,
  requestCode,
  standIns,
} from "./code.ts";
import { compared } from "./difference.ts";
import { type RunDriver, sandboxDriver } from "./driver.ts";
import { liveDriver, liveProgram } from "./live.ts";
import { keptFrom, lookAt, passTime, reached, resetMoments, shownEvents, told, viewing } from "./moments.ts";
import { askedFor, want } from "./recorded.ts";
import {
  forgetUntold,
  presentNow,
  showing,
  showUpTo,
  takeUntold,
  tell,
  tellStep,
  toTell,
  untold,
} from "./telling.ts";

export type RunState = "idle" | "starting" | "running" | "paused" | "ended" | "failed" | "stopped";

export const runState = signal<RunState>("idle");
/** Why it ended, failed or was stopped. */
export const runReason = signal<string | null>(null);
export const seed = signal(1);
export const speed = signal(1);
export const settings = signal<PageSettings>(DEFAULT_SETTINGS);
export const assumptions = signal<readonly Assumption[]>([]);
export const notes = signal<readonly string[]>([]);
export const inputs = signal<readonly RunInput[]>([]);
/** What a finding's scripted fault came to; null when the run is not a demonstration. */
export const demonstrated = signal<DemonstrationOutcome | null>(null);
/** The definitions that the run was started with. */
export const ranModel = signal<TreeModel | null>(null);

/** What runs; null before the first run, and when it was stopped. */
const running = signal<RunDriver | null>(null);
/** What the present run can do; null when there is none. */
export const capabilities = computed(() => running.value?.can ?? null);
/** The program of the present run: what goes on with it takes the same. */
let program: string | null = null;
let status: RunStatus | null = null;
/** An `advance` is under way. */
let advancing = false;
/** Real milliseconds times speed that the sandbox has not been told of. */
let owed = 0;
/** Ends what an earlier run still waits for. */
let generation = 0;
/** A replay's events are shown at once, up to this one. */
let replaying = false;
let replayedUpTo = Number.POSITIVE_INFINITY;
/** A run that is not run until somebody asks: the page was lost while it ran. */
export const held = signal<SavedRun | null>(null);

export interface StartOptions {
  inputs?: readonly RunInput[];
  until?: RunPosition;
  /** The replay ends at this event: whatever else belongs to its turn is still to be shown. */
  seq?: number;
  /** Stand still after the replay. */
  paused?: boolean;
  demonstration?: Demonstration | null;
  /** What runs was changed since the inputs were given. */
  byTime?: boolean;
  /** The bundle to run, where it is known; null for stand-ins. Else the host is asked for it. */
  code?: string | null;
}

/** Starts `root` anew with the present seed; with `inputs`, replays them first. */
export async function startRun(options: StartOptions = {}): Promise<void> {
  const tree = model.value;
  if (tree === null) {
    return;
  }
  const mine = ++generation;
  forgetLastRun(tree);
  inputs.value = options.inputs ?? [];
  runState.value = "starting";
  try {
    let bundle = bundleAtHand(options);
    if (bundle === null) {
      const asked = await requestCode();
      if (mine !== generation) {
        return;
      }
      bundle = asked;
      if (asked.script === null) {
        codeProblems.value = asked.problems;
        runState.value = "failed";
        runReason.value = t("The program could not be bundled.");
        return;
      }
    }
    const { script } = bundle;
    program = script;
    replaying = options.inputs !== undefined;
    replayedUpTo = options.seq ?? Number.POSITIVE_INFINITY;
    const driver = liveProgram.value === null ? sandboxDriver(script, listener) : liveDriver(listener);
    running.value = driver;
    const loaded = await driver.load({
      model: tree,
      root: root.value,
      seed: seed.value,
      dynamicChildren: settings.value.dynamicChildren,
      bounds: { ...DEFAULT_BOUNDS, events: settings.value.maxEvents },
      standIns: script === null ? [] : [...standIns.value],
      asInModel: script === null ? [] : [...experiments.value.keys()],
    });
    if (mine !== generation) {
      return;
    }
    assumptions.value = loaded.assumptions;
    notes.value = [...bundle.notes, ...loaded.notes];
    await begin(driver, options);
    if (mine === generation && runState.peek() === "starting") {
      runState.value = options.paused === true ? "paused" : "running";
    }
  } catch (error) {
    // A stopped sandbox has said why by itself.
    if (mine === generation && running.value !== null) {
      runState.value = "failed";
      runReason.value = error instanceof Error ? error.message : String(error);
    }
  } finally {
    replaying = false;
  }
}

/** Nothing of an earlier run is shown, or heard of, any more. */
function forgetLastRun(tree: TreeModel): void {
  closeSandbox();
  held.value = null;
  ranModel.value = tree;
  resetMoments(tree, liveProgram.value !== null);
  forgetUntold();
  skipEffects();
  runReason.value = null;
  demonstrated.value = null;
  compared(null);
  codeProblems.value = [];
  clearConsole();
}

/** The program's script, or null for stand-ins, and what there is to say about it; null where the host has to be asked. */
function bundleAtHand(options: StartOptions): { script: string | null; notes: readonly string[] } | null {
  const shows = options.demonstration?.shows ?? null;
  const steered = shows !== null && !shownByPrograms(shows);
  if (steered && mode.value === "code") {
    const why = t("Shown with stand-ins: a program cannot be made to call somebody at a given moment.");
    return { script: null, notes: [why] };
  }
  if (liveProgram.value !== null || mode.value !== "code") return { script: null, notes: [] };
  return options.code === undefined ? null : { script: options.code, notes: [] };
}

const listener = {
  onEvent: heard,
  onNote: (text: string) => {
    notes.value = [...notes.value, text];
  },
  onStopped: stopped,
  onModel: (tree: TreeModel) => {
    source.value = tree;
    ranModel.value = tree;
  },
};

/** The first thing that happens in a run that is loaded. */
async function begin(driver: RunDriver, { inputs: given, until, seq, byTime, demonstration }: StartOptions) {
  if (driver.can.clock === "recorded") {
    take(await driver.advance(0));
    showUpTo(Number.POSITIVE_INFINITY);
    lookAt(askedFor());
  } else if (given !== undefined) {
    const end = until ?? given[given.length - 1] ?? { at: 0, step: 0 };
    take(await driver.replay(given, end, seq, byTime));
    replaying = false;
    showUpTo(seq ?? Number.POSITIVE_INFINITY);
    if (seq === undefined) {
      passTime(end.at);
    } else {
      inputs.value = given.slice(0, status?.inputs ?? 0);
    }
  } else if (demonstration !== undefined && demonstration !== null) {
    await demonstrate(driver, demonstration);
  } else {
    take(await driver.advance(0));
  }
}

/** Lets the engine find the faults' places and times, then tells that run at the usual pace. */
async function demonstrate(driver: RunDriver, demonstration: Demonstration): Promise<void> {
  const outcome = await driver.demonstrate(demonstration);
  if (driver !== running.value) {
    return;
  }
  demonstrated.value = outcome;
  inputs.value = outcome.run.inputs;
  take(await driver.replay(outcome.run.inputs, outcome.run.until));
}

/** Shows the moment right after an event of a recording, and gets the part in which it is. */
export function goTo(seq: number): void {
  want(seq);
  void startRun();
}

/** Keeps a run as data without running it, and says why. Playing runs it. */
export function hold(saved: SavedRun, reason: string): void {
  closeSandbox();
  held.value = saved;
  inputs.value = saved.inputs;
  runReason.value = reason;
  runState.value = "stopped";
}

/** Ends the sandbox; the picture of the run stays. */
export function closeSandbox(): void {
  const old = running.value;
  running.value = null;
  status = null;
  owed = 0;
  advancing = false;
  old?.close();
}

function heard(event: SandboxEvent): void {
  switch (event.type) {
    case "trace":
      if (event.reset) {
        clearConsole();
        forgetUntold();
        resetMoments(model.peek(), liveProgram.value !== null);
      }
      toTell(event.events);
      if (replaying) {
        showUpTo(replayedUpTo);
      }
      return;
    case "status":
      take(event.status);
      return;
    case "bound":
      runReason.value = event.message;
      post({ type: "log", level: "warning", message: event.message });
      return;
    case "console":
      addConsoleLine(event);
      return;
    case "ready":
    case "failed":
    case "progress":
    case "mark":
      return;
  }
}

function stopped(why: SandboxStopped): void {
  if (why.why === "closed") {
    return;
  }
  running.value = null;
  runState.value = "stopped";
  runReason.value = why.message;
  post({ type: "log", level: "warning", message: why.message });
}

function take(next: RunStatus): void {
  status = next;
  if (next.state === "failed" || next.state === "bounded") {
    runReason.value = runReason.value ?? next.reason;
  }
}

/** Gives an input; it is logged, so that the run can be repeated. */
export async function give(action: RunAction): Promise<void> {
  const driver = running.value;
  if (driver === null) {
    return;
  }
  lookAt(null);
  const mine = generation;
  try {
    const answer = await driver.input(action);
    if (mine !== generation) {
      return;
    }
    inputs.value = [...inputs.value, answer.input];
    take(answer.status);
    if (runState.value === "running") {
      take(await driver.advance(0));
    }
  } catch (error) {
    if (mine === generation) {
      const message = error instanceof Error ? error.message : String(error);
      notes.value = [...notes.value, message];
      post({ type: "log", level: "warning", message });
    }
  }
}

export function play(): void {
  lookAt(null);
  if (runState.value === "paused") {
    runState.value = "running";
  } else if (held.value !== null) {
    void startRun({ inputs: held.value.inputs, until: held.value.until });
  } else if (runState.value !== "running" && runState.value !== "starting") {
    void startRun();
  }
}

/** The person chose what runs for the present tree: a run begins anew, or the one that is kept goes on with it. */
export function switchMode(next: RunMode): void {
  chooseMode(next);
  if (held.value !== null) play();
  else if (runState.value !== "idle") void startRun();
}

export function pause(): void {
  if (runState.value === "running") {
    presentNow();
    runState.value = "paused";
  }
}

/** Shows the next structural event; asks the sandbox for more when none waits. */
export async function step(): Promise<void> {
  lookAt(null);
  if (runState.value === "idle") {
    await startRun({ paused: true });
    return;
  }
  pause();
  if (untold() === 0 && running.value !== null) {
    const mine = generation;
    take(await running.value.step());
    if (mine !== generation) {
      return;
    }
  }
  tellStep();
}

/** Looks at one structural event earlier. */
export function stepBack(): void {
  pause();
  const events = shownEvents();
  const from = (viewing.value === null ? events.length : viewing.value - keptFrom() + 1) - 1;
  for (let i = Math.min(from, events.length) - 1; i >= 0; i--) {
    const type = events[i]!.type;
    if (type === "exit" || type === "decision" || type === "child_started" || type === "child_stopping") {
      lookAt(events[i]!.seq);
      return;
    }
  }
  lookAt(keptFrom());
}

/** Drops everything after the moment that is looked at, and goes on from there. */
export async function continueFromHere(): Promise<void> {
  const seq = viewing.value;
  if (seq === null) {
    return;
  }
  const end = status === null ? undefined : { at: status.now, step: status.step };
  const until = end === undefined ? {} : { until: end };
  await startRun({ inputs: inputs.value, ...until, seq, paused: true, ...sameProgram() });
}

/** Going on with a run means the program that it has run, whatever was saved meanwhile. */
const sameProgram = (): Pick<StartOptions, "code"> => (program === null ? {} : { code: program });

/** The program was saved: builds it again, and replays the same inputs. */
export async function replaySaved(): Promise<void> {
  if (mode.value !== "code" || status === null || program === null) return;
  const mine = generation;
  const code = await requestCode();
  if (mine !== generation || code.script === program) return;
  codeProblems.value = code.problems;
  if (code.script !== null)
    await replayCompared(code.script, t("Saved, built again and replayed with the same inputs"));
}

/** A child of a program is to run as its stand-in, or itself again: the same inputs are replayed with that. */
export async function switchStandIn(key: string, name: string, on: boolean): Promise<void> {
  const keys = new Set(standIns.value);
  if (on) keys.add(key);
  else keys.delete(key);
  standIns.value = keys;
  if (mode.value !== "code" || runState.value === "idle") return;
  const because = on
    ? t("Replayed with the same inputs and a stand-in for {0}", name)
    : t("Replayed with the same inputs and the real code of {0}", name);
  const goes = runState.value === "running" || runState.value === "paused";
  if (goes && program !== null && status !== null) await replayCompared(program, because);
  else await startRun(sameProgram());
}

/** Plays the inputs of this run again in one that is changed, and marks what is different. */
async function replayCompared(script: string, because: string): Promise<void> {
  if (status === null) return;
  const before = { events: [...shownEvents(), ...takeUntold()], sentences: told.value.sentences };
  const until = { at: status.now, step: status.step };
  const paused = runState.value !== "running";
  await startRun({ inputs: inputs.value, until, paused, code: script, byTime: true });
  if (program === script)
    compared(because, before, { events: shownEvents(), sentences: told.value.sentences });
}

/** The run as data, null when there is none. */
export function savedRun(): SavedRun | null {
  if (held.value !== null) {
    return held.value;
  }
  if (status === null || live.value === null || running.value?.can.replay === false) {
    return null;
  }
  return {
    format: 1,
    // Everything has no key.
    root: root.value ?? "",
    mode: program === null ? "simulated" : "code",
    seed: seed.value,
    inputs: [...inputs.value],
    ...(program === null || standIns.value.size === 0 ? {} : { standIns: [...standIns.value] }),
    until: { at: status.now, step: status.step },
  };
}

/** What the sandbox knows of a process; null when it does not answer or no longer knows it. */
export async function inspect(pid: number): Promise<ProcessView | null> {
  try {
    return (await running.value?.inspect(pid)) ?? null;
  } catch {
    return null;
  }
}

/** Ends every motion, and shows at once what has happened. */
export function skip(): void {
  skipEffects();
  if (runState.value === "running" && viewing.value === null) {
    showUpTo(Number.POSITIVE_INFINITY);
  }
}

let lastFrame = 0;
/** Called once per animation frame while the page is visible. */
export function frame(time: number): void {
  const elapsed = Math.min(200, time - lastFrame);
  lastFrame = time;
  if (runState.value !== "running" || viewing.value !== null) {
    return;
  }
  // What really happens is shown when it happens.
  const real = running.value?.can.clock !== "virtual";
  if (showing.value) {
    tell(real ? Number.POSITIVE_INFINITY : elapsed, speed.value);
    if (!real) return;
  }
  if (
    status !== null &&
    (status.state === "ended" || status.state === "bounded" || status.state === "failed")
  ) {
    runState.value = status.state === "ended" ? "ended" : "failed";
    runReason.value = runReason.value ?? status.reason;
    return;
  }
  owed += elapsed * speed.value;
  passTime(Math.max(reached.peek(), (status?.now ?? 0) + owed));
  if (owed >= 60 && !advancing && running.value !== null) {
    const ms = Math.floor(owed);
    owed -= ms;
    advancing = true;
    const mine = generation;
    running.value
      .advance(ms)
      .then((next) => mine === generation && take(next))
      .catch((error: unknown) => {
        if (mine === generation) {
          notes.value = [...notes.value, error instanceof Error ? error.message : String(error)];
        }
      })
      .finally(() => {
        if (mine === generation) {
          advancing = false;
        }
      });
  }
}
