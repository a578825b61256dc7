/** A run as data: its seed and its inputs are all there is to it. */
import type { SavedRun } from "../../model/index.ts";
import { live, root } from "../state/view.ts";
import { standIns } from "./code.ts";
import { held, inputs, program, running, runReason, runState, seed, status } from "./present.ts";
import { closeSandbox } from "./start.ts";

/** Keeps a run as data without running it, and says why. Playing runs it. */
export function hold(saved: SavedRun, reason: string): void {
  closeSandbox();
  held.value = saved;
  inputs.value = saved.inputs;
  runReason.value = reason;
  runState.value = "stopped";
}

/** The run as data, null when there is none. */
export function savedRun(): SavedRun | null {
  if (held.value !== null) {
    return held.value;
  }
  const [now, script] = [status.peek(), program.peek()];
  if (now === null || live.value === null || running.value?.can.replay === false) {
    return null;
  }
  return {
    format: 1,
    // Everything has no key.
    root: root.value ?? "",
    mode: script === null ? "simulated" : "code",
    seed: seed.value,
    inputs: [...inputs.value],
    ...(script === null || standIns.value.size === 0 ? {} : { standIns: [...standIns.value] }),
    until: { at: now.now, step: now.step },
  };
}
