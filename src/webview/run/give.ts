/** What is asked of the present run: faults, and a look into a process. */
import type { RunAction } from "../../model/index.ts";
import type { ProcessView } from "../../protocol/index.ts";
import { post } from "../state/host.ts";
import { lookAt } from "./moments.ts";
import { generation, inputs, notes, running, runState, take } from "./present.ts";

/** Gives an input; it is logged, so that the run can be repeated. */
export async function give(action: RunAction): Promise<void> {
  const driver = running.value;
  if (driver === null) {
    return;
  }
  lookAt(null);
  const mine = generation.peek();
  try {
    const answer = await driver.input(action);
    if (mine !== generation.peek()) {
      return;
    }
    inputs.value = [...inputs.value, answer.input];
    take(answer.status);
    if (runState.value === "running") {
      take(await driver.advance(0));
    }
  } catch (error) {
    if (mine === generation.peek()) {
      const message = error instanceof Error ? error.message : String(error);
      notes.value = [...notes.value, message];
      post({ type: "log", level: "warning", message });
    }
  }
}

/** What the sandbox knows of a process; null when it does not answer or no longer knows it. */
export async function inspect(pid: number): Promise<ProcessView | null> {
  try {
    return (await running.value?.inspect(pid)) ?? null;
  } catch {
    return null;
  }
}
