import type { Edge } from "../../model/index.ts";
import { type Arc, stronglyConnected } from "../graph.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { isStatic } from "../tree-index.ts";
import { childName, list, quote } from "../words.ts";

type MessageId = "neverStarts" | "callEachOther";

export const dependencyCycle = defineRule({
  id: "dependency-cycle",
  severity: "error",
  description:
    "Processes need each other in a circle: no start order is right, or calls wait for each other.",
  docs: "docs/rules/dependency-cycle.md",
  saysOfTests: true,
  otp: [
    {
      title: "gen_server:call/3: the caller waits, and answers nobody meanwhile",
      url: "https://www.erlang.org/doc/apps/stdlib/gen_server.html#call/3",
    },
    {
      title: "Supervision principles: start order",
      url: "https://www.erlang.org/doc/system/sup_princ.html#starting-a-supervisor",
    },
  ],
  messages: {
    neverStarts: {
      severity: "error",
      text: "{members} need each other while they start ({circle}). Whichever order {supervisor} starts them in, the first one finds no process (noproc), and the start fails. One of them must wait until after its init.",
    },
    callEachOther: {
      severity: "warning",
      text: "{members} call each other ({circle}). A server that waits for a reply answers nobody: when both calls are under way at once, each waits for the other until the timeout, and both crash. Turn one of the calls into a cast, or reply later.",
    },
  },
  options: {},
  check(context) {
    startCycles(context);
    callCycles(context);
  },
});

type Context = RuleContext<MessageId, Record<string, never>>;

/** Siblings whose inits need each other. */
function startCycles({ model, tree, report }: Context): void {
  for (const supervisor of model.supervisors) {
    const hard = tree.uses(supervisor.key).filter(({ edge, user, target, userPath, alternatives }) => {
      const needs = edge.kind === "call" || edge.kind === "start" || edge.kind === "link";
      const startsWithTree = userPath.slice(userPath.indexOf(user)).every(isStatic);
      return (
        needs &&
        edge.phase === "init" &&
        !edge.guarded &&
        startsWithTree &&
        isStatic(target) &&
        alternatives.length === 0
      );
    });
    const arcs = hard.map((use): Arc => [use.user.index, use.target.index]);
    for (const members of stronglyConnected(supervisor.children.length, arcs)) {
      if (members.length < 2) continue;
      const children = members.map((index) => supervisor.children[index]!);
      const inside = hard.filter(
        (use) => members.includes(use.user.index) && members.includes(use.target.index),
      );
      report({
        messageId: "neverStarts",
        data: {
          members: list(children.map((child) => quote(childName(child)))),
          circle: inside
            .map((use) => `${childName(use.user.child)} → ${childName(use.target.child)}`)
            .slice(0, 6)
            .join(", "),
          supervisor: quote(supervisor.name),
        },
        location: children[0]!.location,
        related: inside.map((use) => ({
          message: `${quote(tree.name(use.edge.from))} needs ${quote(tree.name(use.edge.to))} in init`,
          location: use.edge.location,
        })),
        supervisor,
        children: children.map((child) => child.key),
        demonstration: {
          root: inside[0]!.root.key,
          faults: [],
          expect: `The start of ${quote(inside[0]!.root.name)} fails.`,
        },
      });
    }
  }
}

/** Two single processes, each of which calls the other while it runs. */
function callCycles({ model, tree, report }: Context): void {
  const calls = new Map<string, Edge>();
  const isSingle = (key: string) => {
    const step = tree.step(key);
    return (
      step !== null && isStatic(step) && step.child.cardinality !== "many" && tree.paths(key).length === 1
    );
  };
  for (const edge of model.edges) {
    if (edge.kind !== "call" || edge.phase === "init" || edge.guarded || edge.from === edge.to) continue;
    if (!isSingle(edge.from) || !isSingle(edge.to)) continue;
    const key = `${edge.from}\0${edge.to}`;
    if (!calls.has(key)) calls.set(key, edge);
  }
  for (const there of calls.values()) {
    const back = calls.get(`${there.to}\0${there.from}`);
    // Each pair once, from the key that sorts first.
    if (!back || there.from > there.to) continue;
    const names = [there.from, there.to].map((key) => tree.name(key));
    const step = tree.step(there.from)!;
    report({
      messageId: "callEachOther",
      data: { members: list(names.map(quote)), circle: `${names[0]} → ${names[1]} → ${names[0]}` },
      location: there.location,
      related: [{ message: `${quote(names[1]!)} calls ${quote(names[0]!)} here`, location: back.location }],
      // Whether the two calls ever meet depends on the traffic.
      certainty: "best effort",
      supervisor: step.supervisor,
      children: [there.from, there.to],
    });
  }
}
