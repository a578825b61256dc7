/** actor-ts: actors of the library itself that have children: routers, and those that start one again after a while. */
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { type At, isLit, lit, type Term, unknown, type Value } from "../../evaluate/values.ts";
import type { ChildDraft, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { blankChild } from "../children.ts";
import { asText, Fields, reasonOf } from "../fields.ts";
import { codeOf, madeBy, NO_LIMIT, parent, policyOf } from "./actors.ts";

export function isParentOfLibrary(v: Value | null | undefined): v is Term {
  return v?.kind === "term" && (v.tag === "router" || v.tag === "backoff");
}

export function nameOfParent({ tag, data }: Term): string {
  if (tag === "backoff") return "BackoffSupervisor";
  return data.how?.kind === "literal" ? `Router.${String(data.how.value)}` : "Router";
}

/** It is called as the spawn says. */
export function parentOfLibrary(
  of: Term,
  { at, args: [, given] }: CallSite,
  I: Interpreter,
): SupervisorDraft {
  const name = given?.kind === "literal" && typeof given.value === "string" ? given.value : nameOfParent(of);
  const draft = parent(at, name, { kind: "default" }, false);
  return of.tag === "router" ? withRoutees(draft, of, at, I) : withOneAgain(draft, of, at, I);
}

/** A router is the parent of its routees. */
function withRoutees(draft: SupervisorDraft, pool: Term, at: At, I: Interpreter): SupervisorDraft {
  const fields = new Fields(at);
  const { size, options } = pool.data;
  const count = size?.kind === "literal" && typeof size.value === "number" ? size.value : null;
  const policy = policyOf(options ?? lit(undefined), { kind: "default" }, at, I, fields);
  fields.defaults.push("id");
  draft.children.push({
    ...actor(pool.data.routee, pool.at, fields, at, I),
    id: "routee-*",
    ...policy,
    cardinality: "many",
    count,
  });
  return draft;
}

function actor(given: Value | undefined, place: At, fields: Fields, at: At, I: Interpreter): ChildDraft {
  const code = codeOf(madeBy(given, I, at) ?? given, I);
  if (code === null) fields.because("start", given ?? unknown("no actor is given", at), at);
  fields.note("shutdown", NO_LIMIT, at);
  fields.defaults.push("type", "significant");
  return {
    ...blankChild(place, fields),
    type: "worker",
    significant: false,
    code: code ?? { symbol: null, at: null, key: null, type: "worker" },
  };
}

/**
 * `BackoffSupervisor.factory({ child, childName, triggerOn })` stops a child that fails, and starts another one under the next
 * name after a while that grows, however often. Where `triggerOn` leaves out how the child has ended, it ends as well.
 */
function withOneAgain(
  draft: SupervisorDraft,
  { data, at: place }: Term,
  at: At,
  I: Interpreter,
): SupervisorDraft {
  const options = data.options ?? lit(undefined);
  draft.intensity = null;
  draft.period = null;
  draft.defaults = draft.defaults.filter((field) => field !== "intensity" && field !== "period");
  const own = new Fields(place);
  for (const field of ["intensity", "period"])
    own.note(field, "restarts are not limited: each comes later than the one before", place);
  draft.unknown.push(...own.unknown);
  const fields = new Fields(place);
  const name = fields.read(options, "childName", "id", asText, { is: "child" as string | null });
  const trigger = Fields.raw(options, "triggerOn");
  const on = trigger === null || isLit(trigger.value, undefined) ? lit("any") : trigger.value;
  const restart = isLit(on, "any") ? "permanent" : isLit(on, "failure") ? "transient" : null;
  if (restart === null)
    fields.note(
      "restart",
      isLit(on, "stop") ? "only when it stops by itself; a failure ends its supervisor" : reasonOf(on),
      trigger?.at ?? place,
    );
  draft.children.push({
    ...actor(Fields.raw(options, "child")?.value, place, fields, at, I),
    id: name === null ? null : `${name}-*`,
    restart,
    ...(restart === "permanent" ? {} : { mayEnd: true as const }),
  });
  return draft;
}
