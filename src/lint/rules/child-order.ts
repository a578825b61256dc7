import { addUnder, type Fix } from "../../model/index.ts";
import { planReorder, type ReorderPlan } from "../fixes/reorder-children.ts";
import { type Arc, reaches } from "../graph.ts";
import { demonstrationOf, lastKey, relatedPlaces, wordsOf } from "../order-words.ts";
import { defineRule, type RuleContext, type SourceReader } from "../rule.ts";
import { startNeeds } from "../start-needs.ts";
import { isStatic, type Use } from "../tree-index.ts";
import { childName, noproc, quote, verb } from "../words.ts";

type MessageId =
  | "bootFails"
  | "ownChildInInit"
  | "guardedInInit"
  | "lostInInit"
  | "notFoundInInit"
  | "monitorInInit"
  | "perhapsInInit"
  | "continueRace"
  | "usedLater"
  | "lostLater";

/** From most to least serious: one finding per pair of children says the worst. */
const ORDER: readonly MessageId[] = [
  "bootFails",
  "perhapsInInit",
  "continueRace",
  "notFoundInInit",
  "guardedInInit",
  "monitorInInit",
  "lostInInit",
  "usedLater",
  "lostLater",
];

export const childOrder = defineRule({
  id: "child-order",
  severity: "error",
  description: "A child uses a sibling that starts after it.",
  docs: "docs/rules/child-order.md",
  saysOfTests: true,
  otp: [
    {
      title: "supervisor: children are started in the order of the list and stopped in the reverse order",
      url: "https://www.erlang.org/doc/system/sup_princ.html#starting-a-supervisor",
    },
    {
      title: "gen_server:call/3 exits with noproc when there is no such process",
      url: "https://www.erlang.org/doc/apps/stdlib/gen_server.html#call/3",
    },
  ],
  messages: {
    bootFails: {
      severity: "error",
      text: "{user} {verb} {target} in its init, but {target} starts after it{nesting}. So when {supervisor} starts, {user} finds no process{noproc} and crashes, and the start of {supervisor} fails{reason}{consequence}.",
    },
    ownChildInInit: {
      severity: "error",
      text: "{supervisor} {verb} {target} in its own init, before it starts its first child. {target} cannot be running then{noproc}: the init crashes, and {supervisor} never starts.",
    },
    guardedInInit: {
      severity: "warning",
      text: "{user} {verb} {target} in its init, but {target} starts after it{nesting}. That fails at every start of {supervisor}{noproc}; {user} {ignores}, so it {begins}.",
    },
    perhapsInInit: {
      severity: "warning",
      text: "Perhaps {user} {verb} {target} in its init, as something decides that is not known; but {target} starts after it{nesting}. Where it does when {supervisor} starts, {atStart}.",
    },
    lostInInit: {
      severity: "warning",
      text: "{user} {verb} {target} in its init, but {target} starts after it{nesting}. At every start of {supervisor} there is nobody to receive the message, and it is lost.",
    },
    notFoundInInit: {
      severity: "warning",
      text: "{user} {verb} {target} in its init, but {target} starts after it{nesting}. At every start of {supervisor} the name is not registered yet, so {user} finds nothing.",
    },
    monitorInInit: {
      severity: "warning",
      text: "{user} {verb} {target} in its init, but {target} starts after it{nesting}. At every start of {supervisor} the monitor fires at once{noproc}, and {user} does not watch the {target} that starts afterwards.",
    },
    continueRace: {
      severity: "warning",
      text: "{user} {verb} {target} in handleContinue, right after its init, while {supervisor} is still starting the children after it, {target} among them{nesting}. Whether {target} runs by then is a race at every start; when it does not, {user} crashes with noproc and spends a restart.",
    },
    usedLater: {
      severity: "warning",
      text: "{user} {verb} {target}, which starts after it{nesting}. At every start of {supervisor} {user} already runs while {target} does not, and at every stop {target} is gone before {user}: in that window {effect}.{strategy}",
    },
    lostLater: {
      severity: "info",
      text: "{user} {verb} {target}, which starts after it{nesting}. At every start of {supervisor} {user} already runs while {target} does not, and at every stop {target} is gone before {user}: messages sent in that window are lost.{strategy}",
    },
  },
  options: {},
  check(context) {
    for (const supervisor of context.model.supervisors) {
      // Who spawns actors waits for none of them before the next, and stops them all at once.
      if (context.tree.traits(supervisor).definition === "spawn") continue;
      const uses = context.tree.uses(supervisor.key);
      const arcOf = ({ user, target }: Use): Arc => [user.index, target.index];
      const arcs = uses.map(arcOf);
      const needs = startNeeds(context.tree, supervisor.key).map(arcOf);
      let plan: ReorderPlan | null | undefined;
      const planOnce = (sources: SourceReader) => {
        plan = plan === undefined ? planReorder(context.tree, supervisor, sources) : plan;
        return plan;
      };
      for (const group of groupByPair(uses)) reportPair(context, group, arcs, needs, planOnce);
      reportOwnChildren(context, supervisor.key);
    }
  },
});

type Context = RuleContext<MessageId, Record<string, never>>;
type Judged = { use: Use; messageId: MessageId };

/** Uses that go against the start order, by the pair of children of the common supervisor. */
function groupByPair(uses: readonly Use[]): Use[][] {
  const groups = new Map<string, Use[]>();
  for (const use of uses) {
    if (!isStatic(use.user) || !isStatic(use.target)) continue;
    const last = Math.min(use.target.index, ...use.alternatives.map((step) => step.index));
    if (last <= use.user.index) continue;
    const key = `${use.user.index}-${use.target.index}`;
    addUnder(groups, key, use);
  }
  return [...groups.values()];
}

function reportPair(
  context: Context,
  uses: readonly Use[],
  arcs: readonly Arc[],
  needs: readonly Arc[],
  plan: (sources: SourceReader) => ReorderPlan | null,
): void {
  const size = uses[0]!.supervisor.children.length;
  // Whoever looks first whether it is there is prepared for finding nobody.
  const tests = uses.filter(({ edge }) => edge.possible === "found" || edge.possible === "alive");
  // Later tests do not help `init`.
  const isTested = ({ edge: { phase } }: Use) =>
    phase === "init" ? tests.some(({ edge }) => edge.phase === "init") : tests.length > 0;
  const judged = uses
    .map((use): Judged | null => {
      const messageId = judge(use, isTested(use));
      return messageId && { use, messageId };
    })
    .filter((entry): entry is Judged => entry !== null)
    .sort((a, b) => ORDER.indexOf(a.messageId) - ORDER.indexOf(b.messageId));
  const worst = judged[0];
  if (!worst) return;
  const { use, messageId } = worst;
  const tested = isTested(use);
  const needsOrder = messageId !== "usedLater" && messageId !== "lostLater";
  // When the other one needs this one too, no order is right: that is a cycle, and not for this rule to say.
  const back = messageId === "bootFails" ? needs : needsOrder ? [] : arcs;
  if (reaches(size, back, use.target.index, use.user.index)) return;
  const { supervisor, user, target } = use;
  context.report({
    messageId,
    data: wordsOf(context.tree, use),
    location: user.child.location,
    related: relatedPlaces(
      context.tree,
      judged.map((each) => each.use),
    ),
    certainty: isCertain(use) && !tested ? "exact" : "best effort",
    supervisor,
    children: [
      ...new Set([user.child.key, target.child.key, lastKey(use.userPath), lastKey(use.targetPath)]),
    ],
    fixes: (sources): Fix[] => {
      if (use.edge.possible !== undefined || tested) return [];
      const reorder = plan(sources);
      return reorder?.answers(user, target) ? [reorder.fix] : [];
    },
    demonstration: use.edge.possible ? null : demonstrationOf(context.tree, use, messageId === "bootFails"),
  });
}

/** What comes of a use against the start order; null when nothing does. */
function judge({ edge, userPath, user }: Use, tested: boolean): MessageId | null {
  if (edge.possible === "found" || edge.possible === "alive") return null;
  const below = userPath.slice(userPath.indexOf(user));
  const startsWithTree = below.every(isStatic);
  // While the others are being started nothing but what needs an answer is certain to come too early.
  const waits = edge.kind === "call" || edge.kind === "link" || edge.kind === "start";
  const atStart = startsWithTree && (edge.phase === "init" || (edge.phase === "continue" && waits));
  if (!atStart) {
    if (edge.kind === "monitor" || edge.kind === "link") return null;
    if (edge.kind === "lookup" && tested) return null;
    return edge.kind === "cast" || edge.kind === "send" ? "lostLater" : "usedLater";
  }
  if (edge.possible !== undefined) return edge.phase === "init" ? "perhapsInInit" : "usedLater";
  switch (edge.kind) {
    case "cast":
    case "send":
      return "lostInInit";
    case "monitor":
      return "monitorInInit";
    case "lookup":
      if (edge.throws !== true || edge.phase !== "init") return "notFoundInInit";
      return edge.guarded ? "guardedInInit" : "bootFails";
    case "call":
    case "link":
    case "start":
      if (edge.phase === "continue") return edge.guarded ? "usedLater" : "continueRace";
      return edge.guarded ? "guardedInInit" : "bootFails";
  }
}

function isCertain(use: Use): boolean {
  const steps = [...use.userPath, ...use.targetPath];
  return (
    use.edge.possible === undefined &&
    use.alternatives.length === 0 &&
    steps.every((step) => step.child.cardinality !== "maybe")
  );
}

/** A supervisor that needs one of its own children before it has started any. */
function reportOwnChildren(context: Context, supervisorKey: string): void {
  const { tree } = context;
  const supervisor = tree.supervisor(supervisorKey)!;
  const keys = [supervisorKey, ...tree.starters(supervisorKey).map((step) => step.child.key)];
  const seen = new Set<string>();
  for (const edge of keys.flatMap((key) => tree.edgesFrom(key))) {
    if (edge.phase !== "init" || edge.kind !== "call" || edge.guarded || edge.possible || seen.has(edge.to))
      continue;
    const paths = tree.paths(edge.to);
    const inside = paths.map((path) => path.find((step) => step.supervisor.key === supervisorKey));
    const step = inside[0];
    if (!step || inside.includes(undefined)) continue;
    seen.add(edge.to);
    context.report({
      messageId: "ownChildInInit",
      data: {
        supervisor: quote(supervisor.name),
        verb: verb(edge.kind),
        target: quote(tree.name(edge.to)),
        noproc: noproc(tree.traits(supervisor)),
      },
      location: edge.location,
      related: [
        {
          message: `${quote(childName(step.child))} is a child of ${quote(supervisor.name)}`,
          location: step.child.location,
        },
      ],
      supervisor,
      children: [...new Set([step.child.key, edge.to])],
      demonstration: {
        root: tree.root(paths[0]!, edge.to)?.key ?? supervisor.key,
        faults: [],
        expect: `The start of ${quote(supervisor.name)} fails: none of its children runs yet.`,
        shows: { kind: "no start", of: keys, missing: edge.to },
      },
    });
  }
}
