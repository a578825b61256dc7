/**
 * A run of the tree begins and ends. Its seed and its inputs are all there is to it; with them every moment can be computed
 * again.
 */
import {
  type Demonstration,
  type RunInput,
  type RunPosition,
  shownByPrograms,
  type TreeModel,
} from "../../model/index.ts";
import { DEFAULT_BOUNDS, type SandboxEvent, type SandboxStopped } from "../../protocol/index.ts";
import { skipEffects } from "../effects/effects.ts";
import { post } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { experiments, model, root, source } from "../state/view.ts";
import { addConsoleLine, clearConsole, codeProblems, mode, requestCode, standIns } from "./code.ts";
import { compared } from "./difference.ts";
import { type RunDriver, sandboxDriver } from "./driver.ts";
import { liveProgram } from "./live.ts";
import { LiveDriver } from "./live-driver.ts";
import { lookAt, passTime, resetMoments } from "./moments.ts";
import { forgetPace } from "./pace.ts";
import {
  assumptions,
  demonstrated,
  generation,
  held,
  inputs,
  notes,
  program,
  ranModel,
  running,
  runReason,
  runState,
  seed,
  settings,
  status,
  take,
} from "./present.ts";
import { askedFor } from "./recorded.ts";
import { forgetUntold, showUpTo, toTell } from "./telling.ts";

/** A replay's events are shown at once, up to this one. */
let replaying = false;
let replayedUpTo = Number.POSITIVE_INFINITY;

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
  const mine = generation.peek() + 1;
  generation.value = mine;
  forgetLastRun(tree);
  inputs.value = options.inputs ?? [];
  runState.value = "starting";
  try {
    let bundle = bundleAtHand(options);
    if (bundle === null) {
      const asked = await requestCode();
      if (mine !== generation.peek()) {
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
    program.value = script;
    replaying = options.inputs !== undefined;
    replayedUpTo = options.seq ?? Number.POSITIVE_INFINITY;
    const driver = liveProgram.value === null ? sandboxDriver(script, listener) : new LiveDriver(listener);
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
    if (mine !== generation.peek()) {
      return;
    }
    assumptions.value = loaded.assumptions;
    notes.value = [...bundle.notes, ...loaded.notes];
    await begin(driver, options);
    if (mine === generation.peek() && runState.peek() === "starting") {
      runState.value = options.paused === true ? "paused" : "running";
    }
  } catch (error) {
    // A stopped sandbox has said why by itself.
    if (mine === generation.peek() && running.value !== null) {
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
      inputs.value = given.slice(0, status.peek()?.inputs ?? 0);
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

/** Ends the sandbox; the picture of the run stays. */
export function closeSandbox(): void {
  const old = running.value;
  running.value = null;
  status.value = null;
  forgetPace();
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
    case "supposed":
      assumptions.value = event.assumptions;
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
