/** The inputs of a run once more, in a program or with stand-ins that are others: what is different then is marked. */
import { t } from "../state/strings.ts";
import { codeProblems, mode, requestCode, standIns } from "./code.ts";
import { compared } from "./difference.ts";
import { shownEvents, told } from "./moments.ts";
import { generation, inputs, program, runState, status } from "./present.ts";
import { type StartOptions, startRun } from "./start.ts";
import { takeUntold } from "./telling.ts";

/** Going on with a run means the program that it has run, whatever was saved meanwhile. */
export function sameProgram(): Pick<StartOptions, "code"> {
  const code = program.peek();
  return code === null ? {} : { code };
}

/** The program was saved: builds it again, and replays the same inputs. */
export async function replaySaved(): Promise<void> {
  if (mode.value !== "code" || status.peek() === null || program.peek() === null) return;
  const mine = generation.peek();
  const code = await requestCode();
  if (mine !== generation.peek() || code.script === program.peek()) return;
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
  const script = program.peek();
  if (goes && script !== null && status.peek() !== null) await replayCompared(script, because);
  else await startRun(sameProgram());
}

/** Plays the inputs of this run again in one that is changed, and marks what is different. */
async function replayCompared(script: string, because: string): Promise<void> {
  const end = status.peek();
  if (end === null) return;
  const before = { events: [...shownEvents(), ...takeUntold()], sentences: told.value.sentences };
  const until = { at: end.now, step: end.step };
  const paused = runState.value !== "running";
  await startRun({ inputs: inputs.value, until, paused, code: script, byTime: true });
  if (program.peek() === script)
    compared(because, before, { events: shownEvents(), sentences: told.value.sentences });
}
