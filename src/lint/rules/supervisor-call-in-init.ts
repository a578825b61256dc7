import { type Act, type Edge, partsOf, type Supervisor, sourcePlace } from "../../model/index.ts";
import { defineRule } from "../rule.ts";
import type { Path, TreeIndex } from "../tree-index.ts";
import { childName, quote, verb } from "../words.ts";

export const supervisorCallInInit = defineRule({
  id: "supervisor-call-in-init",
  severity: "error",
  description: "A child calls a supervisor that is waiting for it to start.",
  docs: "docs/rules/supervisor-call-in-init.md",
  saysOfTests: true,
  otp: [
    {
      title: "gen_server:start_link: the starter waits until init has returned",
      url: "https://www.erlang.org/doc/apps/stdlib/gen_server.html#start_link/4",
    },
  ],
  messages: {
    mayDeadlock: {
      severity: "warning",
      text: "On a condition that the code does not decide, {child} {verb} {supervisor} in its init, while {supervisor} waits for {waits}. Where it holds neither goes on: {ends}. Do it in handleContinue, when {supervisor} is free again.",
    },
    deadlock: {
      severity: "error",
      text: "{child} {verb} {supervisor} in its init, while {supervisor} waits for {waits}. Neither goes on: {ends}. Do it in handleContinue, when {supervisor} is free again.",
    },
  },
  options: {},
  check({ model, tree, report }) {
    const seen = new Set<string>();
    for (const edge of model.edges) {
      if (edge.phase !== "init" || (edge.kind !== "call" && edge.kind !== "start")) continue;
      if (edge.unawaited) continue;
      const found = waitingSupervisor(tree, edge);
      if (!found || seen.has(`${edge.from} ${found.at}`)) continue;
      seen.add(`${edge.from} ${found.at}`);
      const { path, at } = found;
      const child = path.at(-1)!.child;
      const step = path[at]!;
      const name = quote(step.supervisor.name);
      report({
        messageId: edge.possible ? "mayDeadlock" : "deadlock",
        certainty: edge.possible ? "best effort" : "exact",
        data: {
          child: quote(childName(child)),
          verb: verb(edge.kind),
          supervisor: name,
          waits:
            step.child === child
              ? `this init to end`
              : `${quote(childName(step.child))}, which ${quote(childName(child))} runs under`,
          ends:
            edge.kind === "start"
              ? "startChild has no timeout, so the tree hangs there for good"
              : asksForChildren(tree, edge, step.supervisor)
                ? "what a supervisor is asked about its children has no timeout, so the tree hangs there for good"
                : edge.guarded
                  ? `the call runs into its timeout, and the whole tree waits for that`
                  : `the call runs into its timeout, ${quote(childName(child))} crashes, and the start fails`,
        },
        location: edge.location,
        related: [
          {
            message: `${name} starts ${quote(childName(step.child))} here, and waits`,
            location: step.child.location,
          },
        ],
        supervisor: step.supervisor,
        children: [child.key],
        // Whether the condition holds is not for a run to say.
        demonstration: edge.possible
          ? null
          : {
              root: path[0]!.supervisor.key,
              faults: [],
              expect: `${quote(path[0]!.supervisor.name)} does not come up: ${quote(childName(child))} and ${name} wait for each other.`,
              shows: { kind: "no start", of: [child.key] },
            },
      });
    }
  },
});

/** A supervisor of ours is asked about its children, or is sent a message of the program's, which has a `type`. */
function asksForChildren(tree: TreeIndex, edge: Edge, supervisor: Supervisor): boolean {
  if (!tree.traits(supervisor).otpReasons) return false;
  const place = sourcePlace(edge.location);
  const isMessage = (act: Act): boolean =>
    (act.does === "use" && act.type !== undefined && sourcePlace(act.location) === place) ||
    partsOf(act).some(isMessage);
  return !tree.facts(edge.from)?.reactions?.some(({ acts }) => acts.some(isMessage));
}

/** The supervisor above the user that the edge leads to, when the user's start is part of its own wait. */
function waitingSupervisor(tree: TreeIndex, edge: Edge): { path: Path; at: number } | null {
  const target = tree.step(edge.to)?.child.supervisor ?? edge.to;
  if (!tree.supervisor(target)) return null;
  const paths = tree.paths(edge.from).filter((path) => path.length > 0);
  const places = paths.map((path) => path.findIndex((step) => step.supervisor.key === target));
  // In a tree where it also runs elsewhere, the call may reach another supervisor of that class.
  // In other libraries whoever asks for a child starts it, and nobody waits for the supervisor.
  if (!tree.traits(tree.supervisor(target)!).busyStarting) return null;
  if (places.length === 0 || places.some((at) => at < 0) || tree.paths(target).length > 1) return null;
  return { path: paths[0]!, at: places[0]! };
}
