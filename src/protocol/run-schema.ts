/** Validation of runs as data: inputs, saved runs, assumptions, the crash matrix. */
import * as v from "valibot";
import type {
  Assumption,
  CrashMatrix,
  CrashRow,
  DemonstrationOutcome,
  RunInput,
  SavedRun,
} from "../model/index.ts";
import { OUTSIDE_MODES, WAITING_MODES } from "../model/index.ts";
import { schemaOf } from "./check.ts";

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0));

const target = v.union([
  v.strictObject({ path: text }),
  v.strictObject({ child: text }),
  v.strictObject({ pid: count }),
]);

export const runActionSchema = v.variant("kind", [
  v.object({
    kind: v.literal("outside"),
    fetch: v.exactOptional(v.picklist(OUTSIDE_MODES)),
    waiting: v.exactOptional(v.picklist(WAITING_MODES)),
  }),
  v.object({ kind: v.literal("crash"), target, reason: text }),
  v.object({ kind: v.literal("exit"), target, reason: text }),
  v.object({ kind: v.literal("kill"), target }),
  v.object({ kind: v.literal("hang"), target, ms: v.exactOptional(milliseconds) }),
  v.object({ kind: v.literal("resume"), target }),
  v.object({ kind: v.literal("stop"), target, reason: v.exactOptional(text) }),
  v.object({
    kind: v.literal("send"),
    target,
    message: text,
    how: v.exactOptional(v.picklist(["call", "cast"])),
  }),
  v.object({ kind: v.literal("use"), target, to: target, how: v.picklist(["call", "cast", "send"]) }),
  v.object({ kind: v.literal("start_child"), target, count: v.exactOptional(count) }),
  v.object({
    kind: v.picklist(["terminate_child", "restart_child", "delete_child"]),
    target,
    id: text,
  }),
]);

export const runPositionSchema = v.object({ at: milliseconds, step: count });
const input = v.object({ at: milliseconds, step: count, action: runActionSchema });
export const runModeSchema = v.picklist(["simulated", "code"]);

const saved = v.object({
  format: v.literal(1),
  root: text,
  mode: runModeSchema,
  seed: count,
  inputs: v.array(input),
  standIns: v.exactOptional(v.array(text)),
  until: runPositionSchema,
});

const assumption = v.object({ about: text, field: text, assumed: text, why: text });

const effect = v.picklist(["fails", "restarted", "stopped", "blocked", "lost", "none"]);
const budget = v.object({ path: text, used: v.number(), intensity: v.number(), period: v.number() });
const row = v.object({
  path: text,
  key: text,
  fault: v.picklist(["crash", "kill"]),
  recovered: v.boolean(),
  effects: v.array(v.object({ path: text, effect })),
  escalated: v.array(text),
  budget: v.array(budget),
  blast: v.array(text),
  settled: milliseconds,
  treeEnded: v.boolean(),
});
const matrix = v.object({
  root: text,
  seed: count,
  processes: v.array(
    v.object({ path: text, key: text, kind: v.picklist(["worker", "supervisor", "process"]) }),
  ),
  rows: v.array(row),
  failedBoots: v.array(v.object({ label: text, reason: text })),
  alike: count,
  omitted: count,
  assumptions: v.array(assumption),
});

const outcome = v.object({
  verdict: v.picklist(["shown", "not shown", "impossible"]),
  because: text,
  run: saved,
});

export const runInputSchema = schemaOf<RunInput>()(input);
export const savedRunSchema = schemaOf<SavedRun>()(saved);

/**
 * Reads a run, or says why a text is none.
 * @param within what `suptree run --json` printed holds a run too, and more
 */
export function parseSavedRun(text: string, within: boolean): SavedRun | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  const run = within && typeof value === "object" && value !== null && "run" in value ? value.run : value;
  const result = v.safeParse(savedRunSchema, run);
  return result.success ? result.output : `is not a saved run: ${result.issues[0].message}`;
}

export const assumptionSchema = schemaOf<Assumption>()(assumption);
export const crashRowSchema = schemaOf<CrashRow>()(row);
export const crashMatrixSchema = schemaOf<CrashMatrix>()(matrix);
export const demonstrationOutcomeSchema = schemaOf<DemonstrationOutcome>()(outcome);
