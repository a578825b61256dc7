import { addUnder, type Edge, timeoutOfCall } from "../../model/index.ts";
import { type Arc, stronglyConnected } from "../graph.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { startNeeds } from "../start-needs.ts";
import { isStatic, type TreeIndex } from "../tree-index.ts";
import { childName, list, noproc, quote } from "../words.ts";

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
      text: "{members} need each other while they start ({circle}). Whichever order {supervisor} starts them in, the first one finds no process{noproc}, and the start fails. One of them must wait until after its init.",
    },
    callEachOther: {
      severity: "warning",
      text: "{members} call each other ({circle}). A server that waits for a reply answers nobody: when these calls are under way at once, each waits for the next {end}. {remedy}, or reply later.",
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
    // Whoever spawns actors waits for none of them.
    if (tree.traits(supervisor).definition === "spawn") continue;
    const hard = startNeeds(tree, supervisor.key);
    if (hard.length === 0) continue;
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
          noproc: noproc(tree.traits(supervisor)),
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
          shows: { kind: "no start", of: [...new Set(inside.map(({ edge }) => edge.from))] },
        },
      });
    }
  }
}

/** Single processes, each of which calls the next one while it runs: each group of them once. */
function callCycles({ model, tree, report }: Context): void {
  const calls = new Map<string, Edge>();
  const { keys, arcs } = numbered(
    amongCircles(model.edges.filter(isWaitingCall)).filter((edge) => {
      const key = `${edge.from}\0${edge.to}`;
      if (!isSingle(tree, edge.from) || !isSingle(tree, edge.to) || calls.has(key)) return false;
      calls.set(key, edge);
      return true;
    }),
  );
  for (const members of stronglyConnected(keys.length, arcs)) {
    if (members.length < 2) continue;
    const inside = arcs.filter(([from, to]) => members.includes(from) && members.includes(to));
    for (const circle of circlesOf(members, inside)) {
      const steps = circle.map(
        (from, i) => calls.get(`${keys[from]}\0${keys[circle[(i + 1) % circle.length]!]}`)!,
      );
      const names = circle.map((member) => tree.name(keys[member]!));
      const [there, ...others] = steps as [Edge, ...Edge[]];
      const traits = tree.traits(tree.step(there.from)!.supervisor);
      const isForGood = steps.every(
        ({ from, location }) => timeoutOfCall(tree.facts(from), location) === "infinity",
      );
      report({
        messageId: "callEachOther",
        data: {
          members: list(names.map(quote)),
          circle: [...names, names[0]].join(" → "),
          end: isForGood
            ? "for good"
            : `until the timeout, and ${traits.failureEnds ? "they crash" : "they fail"}`,
          remedy:
            traits.definition === "spawn"
              ? "Send one of the requests as a message instead"
              : "Turn one of the calls into a cast",
        },
        location: there.location,
        related: others.map((edge) => ({
          message: `${quote(tree.name(edge.from))} calls ${quote(tree.name(edge.to))} here`,
          location: edge.location,
        })),
        // Whether the calls ever meet depends on the traffic.
        certainty: "best effort",
        supervisor: tree.step(there.from)!.supervisor,
        children: circle.map((member) => keys[member]!),
        demonstration: {
          root: tree.root(tree.paths(there.from)[0]!, there.from)!.key,
          faults: [],
          expect: `${list(names.map(quote))} wait for each other ${isForGood ? "for good" : "until one of their calls runs into its timeout"}.`,
          shows: { kind: "call each other", circle: circle.map((member) => keys[member]!) },
        },
      });
    }
  }
}

const isWaitingCall = ({ kind, phase, guarded, from, to }: Edge): boolean =>
  kind === "call" && phase !== "init" && guarded !== true && from !== to;

function isSingle(tree: TreeIndex, key: string): boolean {
  const step = tree.step(key);
  return step !== null && isStatic(step) && step.child.cardinality !== "many" && tree.paths(key).length === 1;
}

/** The processes at the ends of edges, in the order of the edges, and the edges between their numbers. */
function numbered(edges: readonly Edge[]): { keys: string[]; arcs: Arc[] } {
  const index = new Map<string, number>();
  const placeOf = (key: string): number => {
    const known = index.get(key);
    if (known !== undefined) return known;
    index.set(key, index.size);
    return index.size - 1;
  };
  const arcs = edges.map(({ from, to }): Arc => [placeOf(from), placeOf(to)]);
  return { keys: [...index.keys()], arcs };
}

/** Those of the edges that are part of some circle: most programs have none, and there is nothing more to ask. */
function amongCircles(edges: readonly Edge[]): Edge[] {
  const { keys, arcs } = numbered(edges);
  const groupOf = new Map<number, number>();
  for (const [group, members] of stronglyConnected(keys.length, arcs).entries())
    if (members.length > 1) for (const member of members) groupOf.set(member, group);
  if (groupOf.size === 0) return [];
  return edges.filter((_, i) => {
    const [from, to] = arcs[i]!;
    return groupOf.has(from) && groupOf.get(from) === groupOf.get(to);
  });
}

/**
 * The circles to tell of a group: every pair that calls each other, else the shortest circle. Each begins with the key
 * that was seen first.
 */
function circlesOf(members: readonly number[], arcs: readonly Arc[]): number[][] {
  const next = new Map<number, number[]>();
  for (const [from, to] of arcs) addUnder(next, from, to);
  const pairs = arcs.filter(([a, b]) => a < b && next.get(b)?.includes(a) === true);
  if (pairs.length > 0) return pairs.map(([a, b]) => [a, b]);
  let shortest: number[] | null = null;
  for (const start of members) {
    // Breadth first: the first way back is the shortest.
    const ways: number[][] = [[start]];
    const seen = new Set([start]);
    for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
      const following = next.get(way.at(-1)!) ?? [];
      if (following.includes(start)) {
        if (shortest === null || way.length < shortest.length) shortest = way;
        break;
      }
      for (const one of following) {
        if (seen.has(one)) continue;
        seen.add(one);
        ways.push([...way, one]);
      }
    }
  }
  return shortest === null ? [] : [shortest];
}
