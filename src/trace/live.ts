/** Reads a trace into the state to draw: a pure reducer over batches of events. */
import type { TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { LiveDraft } from "./live-draft.ts";
import { applyEvent } from "./live-events.ts";
import type { LiveNode, LiveState } from "./live-types.ts";
import { indexModel } from "./model-index.ts";
import { Table } from "./table.ts";

export { linkKey } from "./live-draft.ts";
export type * from "./live-types.ts";

/** The state before anything happened. */
export const EMPTY_LIVE: LiveState = {
  seq: 0,
  at: 0,
  nodes: new Table(),
  roots: [],
  byPid: new Table(),
  links: new Table(),
  monitors: new Table(),
  applications: [],
  signals: [],
  alive: 0,
};

/** Applies a batch of events to a state; the state itself is left as it was. */
export type Reducer = (state: LiveState, events: readonly TraceEvent[]) => LiveState;

/**
 * Makes the reducer for traces of one model. With null it knows only what the trace says: no places that wait
 * for their first start, no keys of the model.
 */
export function createReducer(model: TreeModel | null): Reducer {
  const index = indexModel(model);
  return (state, events) => {
    if (events.length === 0) return state.signals.length === 0 ? state : { ...state, signals: [] };
    const draft = new LiveDraft(state);
    for (const event of events) applyEvent(draft, index, event);
    return draft.finish();
  };
}

/** Restarts that a supervisor's window counts at a moment: OTP compares whole seconds. */
export function usedBudget(node: LiveNode, at: number): number {
  const budget = node.budget;
  if (budget === null) return 0;
  const now = Math.floor(at / 1000);
  return budget.restarts.filter((time) => now - Math.floor(time / 1000) <= budget.period).length;
}
