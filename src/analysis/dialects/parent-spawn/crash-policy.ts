/** What nact's `onCrash` decides. */
import { callFunction } from "../../evaluate/calls.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import {
  type At,
  alternatives,
  type Entry,
  lit,
  record,
  unknown,
  type Value,
} from "../../evaluate/values.ts";
import type { Expr } from "../../ir.ts";
import type { ChildDraft } from "../../link/unresolved-definitions.ts";
import type { Fields } from "../fields.ts";
import { decisions, lastDecision } from "./decisions.ts";

/** What a policy makes of a child. */
export type AfterCrash = Pick<ChildDraft, "restart" | "mayEnd" | "goesOn">;

const ACTIONS = [
  ...["stop", "stopAll", "stopChild", "stopAllChildren", "escalate"],
  ...["resume", "reset", "resetAll", "resetChild", "resetAllChildren"],
];

/** What a policy does if it always does that. */
const ALWAYS = new Map([
  ["resume", "a failure is ignored: the actor goes on with its state"],
  ["escalate", "a failure becomes the parent's own"],
  ["resetAll", "a failure restarts the actor and all of its siblings"],
  ["stopAll", "a failure stops the actor and all of its siblings"],
]);

/** What `onCrash` decides: known when it always decides the same. */
export function afterCrash(v: Value, at: At, I: Interpreter, fields: Fields): AfterCrash {
  const byFunction = "decided at run time by the function onCrash";
  if (v.kind !== "function") {
    fields.note("restart", v.kind === "unknown" ? `${byFunction}: ${v.why}` : byFunction, at);
    return { restart: null };
  }
  const place = v.scope.module.at(v.func);
  const entry = (n: string): [string, Entry] => [n, { value: lit(n), at: place, maybe: false }];
  const context = record(new Map(ACTIONS.map(entry)), place, unknown("the context of a failure", place));
  const [, decided] = I.journal.branch(() =>
    callFunction(I, v, [unknown("the message", place), unknown("the error", place), context], v.self, at),
  );
  const all = new Set(alternatives(decided).map((a) => (a.kind === "literal" ? String(a.value) : "?")));
  const only = all.size === 1 ? [...all][0]! : "?";
  // An actor that stops by itself is not started again.
  if (only === "reset") return { restart: "transient" };
  if (only === "stop") return { restart: "temporary" };
  const action = (x: Expr): string | null => (x.kind === "get" && ACTIONS.includes(x.name) ? x.name : null);
  const ways = decisions(v.func, action);
  fields.note("restart", ALWAYS.get(only) ?? (ways === null ? byFunction : `${byFunction}: ${ways}`), place);
  // An error that the policy names may never come.
  const otherwise = lastDecision(v.func, action);
  if (only === "resume") return { restart: null, goesOn: true };
  return { restart: null, ...(otherwise === "stop" || otherwise === "stopAll" ? { mayEnd: true } : {}) };
}
