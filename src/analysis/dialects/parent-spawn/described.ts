/** actor-ts: options, deciders, routers and policies that are put together by calls of the library. */
import type { CallSite } from "../../evaluate/interpreter.ts";
import { type At, choice, lit, type Term, unknown, type Value } from "../../evaluate/values.ts";
import { Fields } from "../fields.ts";
import { ACTOR_TS } from "./strategy.ts";

/** What is decided where nothing else is said. */
const RESTART: Value = { kind: "external", pkg: ACTOR_TS[0]!, path: ["Directive", "Restart"] };

/** Whether functions are put together to a typed behaviour, by which some actor acts later. */
export function isBehaviour({ callee }: CallSite): boolean {
  return callee.kind === "external" && ACTOR_TS.includes(callee.pkg) && callee.path[0] === "Behaviors";
}

export function described({ callee, args, at }: CallSite): Value | null {
  if (callee.kind === "external") {
    if (!ACTOR_TS.includes(callee.pkg)) return null;
    const name = callee.path.join(".");
    // Older releases wrap what makes an actor.
    if (name === "Props.create") return args[0] ?? null;
    if (name === "ActorOptions.create") return { kind: "term", tag: "actor options", data: {}, at };
    if (name === "ClusterBootstrapOptions.create")
      return {
        kind: "term",
        tag: "system options",
        data: { name: args[0] ?? unknown("no name is given", at) },
        at,
      };
    if (callee.path[0] === "Router" && callee.path.length === 2) {
      const [size, routee, third, fourth] = args;
      const how = callee.path[1]!;
      const options = how === "custom" || how.startsWith("scatterGather") ? fourth : third;
      const d = { size, routee, options, how: lit(how) };
      const given = Object.entries(d).flatMap(([n, v]) => (v === undefined ? [] : [[n, v] as const]));
      return { kind: "term", tag: "router", data: Object.fromEntries(given), at };
    }
    if (name === "BackoffSupervisor.factory" && args[0] !== undefined)
      return { kind: "term", tag: "backoff", data: { options: args[0] }, at };
    const [cases, fallback = RESTART] = args;
    if (name === "Behaviors.supervise")
      return {
        kind: "term",
        tag: "behaviour",
        data: { of: args[0] ?? unknown("no behaviour is given", at) },
        at,
      };
    if (name !== "decideBy" || cases?.kind !== "list") return null;
    const why = unknown("depends on the error", at);
    const of = cases.contents.items.map((item) => Fields.raw(item.value, "then")?.value ?? why);
    return {
      kind: "term",
      tag: "decider",
      data: { of: of.reduce((a, b) => choice(a, b, why), fallback), otherwise: fallback },
      at,
    };
  }
  const { self, name: n } = callee;
  if (self.kind === "term" && self.tag === "behaviour" && n === "onFailure")
    return withStrategy(self, args[0], at);
  if (self.kind !== "term") return null;
  // Everything else that is set returns the builder.
  if (self.tag === "system options" && n.startsWith("with")) return self;
  if (self.tag !== "actor options") return null;
  if (n !== "withSupervisorStrategy") return self;
  return withStrategy(self, args[0], at);
}

const withStrategy = (of: Term, given: Value | undefined, at: At): Value => ({
  ...of,
  data: { ...of.data, supervisorStrategy: given ?? unknown("no strategy is given", at) },
});
