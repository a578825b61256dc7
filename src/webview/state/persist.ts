/** Reads back the view's part of the kept state. It may be of another version, or of nobody: all is checked. */
import * as v from "valibot";
import { STRATEGIES } from "../scene/experiment.ts";

const viewState = v.object({
  selection: v.nullable(v.string()),
  opened: v.array(v.tuple([v.string(), v.number()])),
  closed: v.array(v.string()),
  camera: v.nullable(
    v.object({
      x: v.pipe(v.number(), v.finite()),
      y: v.pipe(v.number(), v.finite()),
      k: v.pipe(v.number(), v.minValue(0.01)),
    }),
  ),
  treeView: v.optional(v.nullable(v.picklist(["diagram", "outline", "table"])), null),
  tab: v.picklist(["tree", "sequence", "matrix", "events"]),
  inspectorOpen: v.boolean(),
  relationsShown: v.boolean(),
  experiments: v.optional(
    v.array(
      v.tuple([
        v.string(),
        v.object({ order: v.array(v.string()), strategy: v.nullable(v.picklist(STRATEGIES)) }),
      ]),
    ),
    [],
  ),
});

/** True when the page that kept this had something under way, and never said that it had ended. */
export function wasGoing(state: unknown): boolean {
  return v.is(v.object({ going: v.literal(true) }), state);
}

export type ViewState = v.InferOutput<typeof viewState>;

export function readViewState(state: unknown): ViewState | null {
  const kept = v.safeParse(v.object({ view: viewState }), state);
  return kept.success ? kept.output.view : null;
}
