/** actor-ts's `SupervisorStrategy`: whom a failure concerns, what is decided, how often. */

import { callFunction } from "../../evaluate/calls.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { property } from "../../evaluate/objects.ts";
import { type At, alternatives, isLit, lit, type Value } from "../../evaluate/values.ts";
import type { Expr } from "../../ir.ts";
import type { ChildDraft, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { asNumber, Fields, reasonOf } from "../fields.ts";
import { PACKAGES as KNOWN } from "../packages.ts";
import type { AfterCrash } from "./crash-policy.ts";
import { decisions, lastDecision } from "./decisions.ts";

export const ACTOR_TS: readonly string[] = KNOWN["actor-ts"];

/** A strategy object of the program, or the library's default. */
export type Strategy =
  | { kind: "default" }
  | { kind: "made"; scope: "one_for_one" | "one_for_all"; decider: Value; options: Value; at: At }
  | { kind: "unknown"; reason: string; at: At };

/** What the constants of the library stand for: the decision, without a limit. */
const CONSTANTS = new Map([
  ["stoppingStrategy", "Stop"],
  ["escalatingStrategy", "Escalate"],
]);

const SCOPES = new Map([
  ["OneForOneStrategy", "one_for_one" as const],
  ["AllForOneStrategy", "one_for_all" as const],
]);

export function strategyOf(v: Value, at: At): Strategy {
  if (isLit(v, undefined)) return { kind: "default" };
  if (v.kind === "external" && ACTOR_TS.includes(v.pkg)) {
    const name = v.path.join(".");
    if (name === "defaultStrategy") return { kind: "default" };
    const decision = CONSTANTS.get(name);
    if (decision !== undefined) {
      const decider: Value = { kind: "external", pkg: v.pkg, path: ["Directive", decision] };
      return { kind: "made", scope: "one_for_one", decider, options: lit(undefined), at };
    }
  }
  const made =
    v.kind === "instance" && v.cls.kind === "external" && ACTOR_TS.includes(v.cls.pkg)
      ? v.cls.path[0]
      : undefined;
  const scope = SCOPES.get(made ?? "");
  if (v.kind === "instance" && scope !== undefined) {
    const [decider, options] = v.args;
    return {
      kind: "made",
      scope,
      decider: decider ?? lit(undefined),
      options: options ?? lit(undefined),
      at: v.at,
    };
  }
  return { kind: "unknown", reason: reasonOf(v), at: v.kind === "unknown" ? v.at : at };
}

/** What an actor's own `supervisorStrategy()` says about its children. */
export function strategyOfActor(self: Value, I: Interpreter, at: At): Strategy {
  const method = property(I, self, "supervisorStrategy", at);
  if (method.kind !== "function")
    return method.kind === "externalMethod" ? { kind: "default" } : strategyOf(method, at);
  const [, v] = I.journal.branch(() => callFunction(I, method, [], self, at));
  return strategyOf(v, method.scope.module.at(method.func));
}

/** The library's default, 10 in 60 seconds: it grants one more than `maxRetries`. */
const BUDGET = { intensity: 11, period: 60 };

/** The parent's strategy, in the fields of a supervisor. */
export function readStrategy(
  strategy: Strategy,
  fields: Fields,
): Pick<SupervisorDraft, "strategy" | "intensity" | "period"> {
  if (strategy.kind === "default") {
    fields.defaults.push("strategy", "intensity", "period");
    return { strategy: "one_for_one", ...BUDGET };
  }
  if (strategy.kind === "unknown") {
    for (const field of ["strategy", "intensity", "period"]) fields.note(field, strategy.reason, strategy.at);
    return { strategy: null, intensity: null, period: null };
  }
  const { options, at } = strategy;
  const unlimited = "restarts are not limited: maxRetries is absent or negative";
  if (isLit(options, undefined)) {
    for (const field of ["intensity", "period"]) fields.note(field, unlimited, at);
    return { strategy: strategy.scope, intensity: null, period: null };
  }
  const intensity = fields.read(options, "maxRetries", "intensity", asNumber, null, unlimited);
  const period = fields.read(
    options,
    "withinTimeRangeMs",
    "period",
    asNumber,
    null,
    "restarts are counted without a window",
  );
  if (intensity !== null && intensity < 0) fields.note("intensity", unlimited, at);
  if (period === 0) fields.note("period", "restarts are counted without a window", at);
  if (options.kind !== "record") {
    for (const field of ["intensity", "period"])
      if (fields.unknown.every((u) => u.field !== field)) fields.because(field, options, at);
  }
  return {
    strategy: strategy.scope,
    intensity: intensity === null || intensity < 0 ? null : intensity + 1,
    period: period === null || period === 0 ? null : period / 1000,
  };
}

/**
 * The limit that a child's own strategy sets. A typed behaviour counts its restarts itself and grants as many as
 * `maxRetries` says, the other actors' parents grant one more.
 */
export function ownLimit(strategy: Strategy, at: At, typed: boolean): NonNullable<ChildDraft["ownLimit"]> {
  const { intensity, period } = readStrategy(strategy, new Fields(at));
  return { intensity: intensity !== null && typed ? intensity - 1 : intensity, period };
}

/** What the strategy decides about a child: known when it decides the same for every error. */
export function readRestart(strategy: Strategy, I: Interpreter, fields: Fields): AfterCrash {
  if (strategy.kind === "default") {
    fields.defaults.push("restart");
    return { restart: "transient" };
  }
  if (strategy.kind === "unknown") {
    fields.note("restart", `decided by the strategy: ${strategy.reason}`, strategy.at);
    return { restart: null };
  }
  const { decider, at } = strategy;
  let decision = decider;
  if (decider.kind === "term" && decider.tag === "decider") decision = decider.data.of ?? decider;
  if (decider.kind === "function") {
    const error: Value = { kind: "unknown", why: "the error", at };
    [, decision] = I.journal.branch(() => callFunction(I, decider, [error], decider.self, at));
  }
  const all = new Set(alternatives(decision).map(directive));
  const only = all.size === 1 ? [...all][0] : undefined;
  // An actor that stops by itself is not started again.
  if (only === "Restart") return { restart: "transient" };
  if (only === "Stop") return { restart: "temporary" };
  fields.note(
    "restart",
    only === "Resume"
      ? "a failure is ignored: the actor goes on with its state"
      : only === "Escalate"
        ? "a failure becomes the parent's own"
        : `decided at run time by the strategy's function${waysOf(decider, all)}`,
    decider.kind === "function" ? decider.scope.module.at(decider.func) : at,
  );
  if (only === "Resume") return { restart: null, goesOn: true };
  return { restart: null, ...(otherwise(decider) === "Stop" ? { mayEnd: true } : {}) };
}

/** What is decided about an error that is none of those which the decider names. */
function otherwise(decider: Value): string | null {
  if (decider.kind === "function") return lastDecision(decider.func, namedDirective);
  return decider.kind === "term" && decider.data.otherwise !== undefined
    ? directive(decider.data.otherwise)
    : null;
}

const namedDirective = (x: Expr): string | null =>
  x.kind === "get" && x.object.kind === "identifier" && DIRECTIVES.has(x.name) ? x.name : null;

/** `: Restart if error instanceof Timeout, Stop otherwise`, or only which decisions there are. */
function waysOf(decider: Value, all: ReadonlySet<string | null>): string {
  const ways = decider.kind === "function" ? decisions(decider.func, namedDirective) : null;
  if (ways !== null) return `: ${ways}`;
  return all.has(null) || all.size === 0 ? "" : `: ${[...all].join(" or ")}`;
}

const DIRECTIVES = new Set(["Restart", "Resume", "Stop", "Escalate"]);

function directive(v: Value): string | null {
  if (v.kind === "literal" && typeof v.value === "string")
    return v.value.slice(0, 1).toUpperCase() + v.value.slice(1);
  return v.kind === "external" && v.path[0] === "Directive" ? (v.path[1] ?? null) : null;
}
