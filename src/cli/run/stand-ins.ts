/** A run of the model with stand-ins, in this process: nothing of the workspace is executed. */
import type { TreeModel } from "../../model/index.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import { Simulation, SimulationError } from "../../simulation/index.ts";
import { CannotGive, MOST_EVENTS, type RunDriver } from "./driver.ts";

export async function standIns(
  model: TreeModel,
  root: string,
  seed: number,
  signal: AbortSignal,
): Promise<RunDriver> {
  const events: TraceEvent[] = [];
  const run = new Simulation(model, root, { seed, observer: (event) => void events.push(event) });
  const limits = { stop: () => events.length > MOST_EVENTS || signal.aborted };
  await run.start();
  return {
    mode: "simulated",
    events,
    console: [],
    notes: run.plan.notes,
    assumptions: run.assumptions,
    boots: run.boots,
    get inputs() {
      return run.inputs();
    },
    get position() {
      return run.position;
    },
    get ended() {
      return run.ended;
    },
    get stopped() {
      return events.length > MOST_EVENTS ? `the run was stopped after ${MOST_EVENTS} events` : null;
    },
    places: () => run.targets.all(),
    replay: async (inputs, until) => void (await run.replay(inputs, until, limits)),
    settle: async (ms) => void (await run.settle(ms, limits)),
    advance: async (ms) => void (await run.advance(ms, limits)),
    async input(action) {
      try {
        await run.input(action);
      } catch (error) {
        if (error instanceof SimulationError) throw new CannotGive(error.message);
        throw error;
      }
    },
    close: async () => {},
  };
}
