/** What the toolbar and the timeline drive a run with. */
import type { RunMode } from "../../model/index.ts";
import { skipEffects } from "../effects/effects.ts";
import { chooseMode } from "./code.ts";
import { keptFrom, lookAt, shownEvents, viewing } from "./moments.ts";
import { generation, held, inputs, running, runState, status, take } from "./present.ts";
import { want } from "./recorded.ts";
import { sameProgram } from "./replay.ts";
import { startRun } from "./start.ts";
import { presentNow, showUpTo, tellStep, untold } from "./telling.ts";

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
    const mine = generation.peek();
    take(await running.value.step());
    if (mine !== generation.peek()) {
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
  const end = status.peek();
  const until = end === null ? {} : { until: { at: end.now, step: end.step } };
  await startRun({ inputs: inputs.value, ...until, seq, paused: true, ...sameProgram() });
}

/** Shows the moment right after an event of a recording, and gets the part in which it is. */
export function goTo(seq: number): void {
  want(seq);
  void startRun();
}

/** Ends every motion, and shows at once what has happened. */
export function skip(): void {
  skipEffects();
  if (runState.value === "running" && viewing.value === null) {
    showUpTo(Number.POSITIVE_INFINITY);
  }
}
