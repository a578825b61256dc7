import type { Child, Fix, Supervisor } from "../../model/index.ts";
import { certainOf, dynamicVictims } from "../dynamic-victims.ts";
import { childrenAreKnown, headOf, usesAreKnown } from "../established.ts";
import { extractGroup } from "../fixes/extract-group.ts";
import { type Arc, connectedComponents } from "../graph.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { budget, childName, count, list, listChildren, quote } from "../words.ts";

type MessageId =
  | "tooManyChildren"
  | "unrelatedGroups"
  | "staticAndDynamic"
  | "dynamicBehindUnrelated"
  | "workInInit";

const OPTIONS = {
  /** More static children than this on one supervisor are too many. */
  maxChildren: 12,
};

export const overloadedSupervisor = defineRule({
  id: "overloaded-supervisor",
  severity: "warning",
  description: "Too much depends on one supervisor: many, unrelated or dynamic children, or work of its own.",
  docs: "docs/rules/overloaded-supervisor.md",
  otp: [
    {
      title: "Supervision principles: the restart intensity is shared by all children of a supervisor",
      url: "https://www.erlang.org/doc/system/sup_princ.html#maximum-restart-intensity",
    },
    {
      title: "simple_one_for_one: a supervisor of its own for children that are added at run time",
      url: "https://www.erlang.org/doc/system/sup_princ.html#simplified-one_for_one-supervisors",
    },
  ],
  messages: {
    tooManyChildren: {
      severity: "warning",
      text: "{supervisor} starts {count} children itself (more than {limit}). {fate}. Give what belongs together a supervisor of its own.",
    },
    unrelatedGroups: {
      severity: "warning",
      text: "{supervisor} holds {groups} groups of children that do not use each other: {members}. {fate}. Each group needs a supervisor of its own.",
    },
    staticAndDynamic: {
      severity: "warning",
      text: "{supervisor} starts {static} itself and gets {dynamic} at run time, as many as are asked for. {fate}. Put {dynamic} under {own}.",
    },
    dynamicBehindUnrelated: {
      severity: "warning",
      text: "{dynamic} holds children that are started at run time, on the same rest_for_one supervisor as {unrelated}, which is {needs} from there. A crash of {anyOf} stops every process under {dynamic}, and those are not started again. Take them apart.",
    },
    workInInit: {
      severity: "warning",
      text: "{supervisor} waits for {what} in its own init. Until that is over none of its children starts; if it fails, the whole tree fails to start, because nobody restarts a supervisor that never ran. Let a first child do it.",
    },
  },
  options: OPTIONS,
  check(context) {
    for (const supervisor of context.model.supervisors) {
      const fixed = supervisor.children.filter((child) => !child.dynamic);
      tooManyChildren(context, supervisor, fixed);
      if (supervisor.dynamic) continue;
      unrelatedGroups(context, supervisor, fixed);
      staticAndDynamic(context, supervisor, fixed);
      dynamicBehindUnrelated(context, supervisor);
    }
    for (const supervisor of context.model.supervisors) workInInit(context, supervisor);
  },
});

type Context = RuleContext<MessageId, typeof OPTIONS>;

/** Past the limit only the child that has crashed stops: a library's own way, where OTP stops the supervisor. */
const stopsAlone = (tree: TreeIndex, supervisor: Supervisor): boolean =>
  tree.traits(supervisor).pastLimit === "children_stop" && supervisor.strategy !== "one_for_all";

/** What sharing this supervisor means for its children. */
function sharedFate(tree: TreeIndex, supervisor: Supervisor): string {
  const limit = budget(supervisor);
  const { intensity } = supervisor;
  const shared =
    limit === null || intensity === null
      ? "They share one restart budget"
      : `They share one restart budget (${limit}): ${
          stopsAlone(tree, supervisor)
            ? `when it is used up, by whichever children, the next that crashes in that time is not started again`
            : `${count(intensity + 1, "crash", "crashes")} in that time, of whichever children, ${
                tree.traits(supervisor).pastLimit === "program_ends"
                  ? `${intensity === 0 ? "ends" : "end"} the program`
                  : `${intensity === 0 ? "stops" : "stop"} them all`
              }`
        }`;
  switch (supervisor.strategy) {
    case "one_for_all":
      return `Under one_for_all a crash of any one restarts all of them. ${shared}`;
    case "rest_for_one":
      return `Under rest_for_one a crash of one restarts all that come after it, related or not. ${shared}`;
    default:
      return shared;
  }
}

function tooManyChildren(
  { options, tree, report }: Context,
  supervisor: Supervisor,
  all: readonly Child[],
): void {
  // A pool made by one expression (`.map`, a loop, a helper) is one thing to a reader.
  // Of those that are there on a condition some may take the place of others.
  const certain = all.filter(({ cardinality }) => cardinality !== "maybe");
  if (certain.length <= options.maxChildren) return;
  const fixed = [...new Map(certain.map((child) => [JSON.stringify(child.location), child])).values()];
  if (fixed.length <= options.maxChildren) return;
  report({
    messageId: "tooManyChildren",
    data: {
      supervisor: quote(supervisor.name),
      count: fixed.length,
      limit: options.maxChildren,
      fate: sharedFate(tree, supervisor),
    },
    location: headOf(supervisor),
    related: fixed.slice(options.maxChildren, options.maxChildren + 1).map((child) => ({
      message: `child ${options.maxChildren + 1} of ${fixed.length}`,
      location: child.location,
    })),
    supervisor,
    children: [],
  });
}

function unrelatedGroups(context: Context, supervisor: Supervisor, fixed: readonly Child[]): void {
  const { tree, report } = context;
  if (fixed.length < 4 || !childrenAreKnown(supervisor)) return;
  const uses = tree.uses(supervisor.key);
  if (uses.length < 2) return;
  const groups = connectedComponents(
    supervisor.children.length,
    uses.flatMap((use): Arc[] =>
      [use.target, ...use.alternatives].map((step) => [use.user.index, step.index]),
    ),
  )
    .map((members) => members.map((index) => supervisor.children[index]!))
    .filter((members) => members.length > 1);
  if (groups.length < 2) return;
  // That there is no edge is a fact only when all edges are known.
  if (!supervisor.children.every((child) => usesAreKnown(tree, child))) return;
  const members = groups.map((group) => `(${listChildren(group)})`);
  const smallestFirst = groups.slice(1).sort((a, b) => a.length - b.length);
  report({
    messageId: "unrelatedGroups",
    data: {
      supervisor: quote(supervisor.name),
      groups: groups.length,
      members: list(members),
      fate: sharedFate(tree, supervisor),
    },
    location: headOf(supervisor),
    related: groups.map((group, index) => ({
      message: `group ${index + 1}: ${listChildren(group)}`,
      location: group[0]!.location,
    })),
    supervisor,
    children: groups.flat().map((child) => child.key),
    fixes: (sources): Fix[] =>
      smallestFirst.flatMap(
        (group) => extractGroup(supervisor, tree.traits(supervisor), group, sources) ?? [],
      ),
  });
}

function staticAndDynamic({ tree, report }: Context, supervisor: Supervisor, fixed: readonly Child[]): void {
  // One that is asked for under an id of its own is there once at most.
  const added = supervisor.children.filter((child) => child.dynamic && child.cardinality !== "maybe");
  if (added.length === 0 || fixed.length === 0) return;
  const pullsIn = supervisor.strategy === "one_for_all" || supervisor.strategy === "rest_for_one";
  // A temporary child is not restarted: it neither spends the budget nor pulls others in.
  const restarted = added.filter((child) => child.restart === "permanent" || child.restart === "transient");
  if (restarted.length === 0) return;
  const names = listChildren(restarted);
  const limit = budget(supervisor);
  const { intensity } = supervisor;
  const need = `Crashes of ${names} spend the restart budget`;
  let fate: string;
  if (limit === null || intensity === null) fate = `${need} that ${listChildren(fixed)} need`;
  else if (stopsAlone(tree, supervisor))
    fate = `${need} (${limit}) of ${listChildren(fixed)} too: when it is used up, the next that crashes is not started again`;
  else
    fate = `They share one restart budget (${limit}): ${count(intensity + 1, "crash", "crashes")} of ${names} in that time ${intensity === 0 ? "takes" : "take"} ${listChildren(fixed)} down too`;
  if (pullsIn) fate += `; and ${supervisor.strategy} restarts siblings with each of them`;
  report({
    messageId: "staticAndDynamic",
    data: {
      supervisor: quote(supervisor.name),
      static: listChildren(fixed),
      dynamic: names,
      fate,
      own: tree.traits(supervisor).definition === "class" ? "a DynamicSupervisor" : "a supervisor of its own",
    },
    location: headOf(supervisor),
    related: restarted.map((child) => ({
      message: `${quote(childName(child))} is started at run time here`,
      location: child.location,
    })),
    supervisor,
    children: restarted.map((child) => child.key),
    demonstration: null,
  });
}

/** Under rest_for_one; in a one_for_all group the strategy is at fault, and `blast-radius` says so. */
function dynamicBehindUnrelated({ tree, report }: Context, supervisor: Supervisor): void {
  if (supervisor.strategy !== "rest_for_one") return;
  for (const { child, unrelated, words } of dynamicVictims(tree, supervisor)) {
    report({
      messageId: "dynamicBehindUnrelated",
      data: words,
      location: child.location,
      related: unrelated.map((other) => ({
        message: `a crash of ${quote(childName(other))} stops ${quote(childName(child))}`,
        location: other.location,
      })),
      supervisor,
      children: [child.key, ...unrelated.map((other) => other.key)],
      demonstration: demonstrate(tree, supervisor, certainOf(unrelated), child),
    });
  }
}

function demonstrate(tree: TreeIndex, supervisor: Supervisor, crashed: Child, stopped: Child) {
  const root = tree.paths(supervisor.key)[0]?.[0]?.supervisor ?? supervisor;
  return {
    root: root.key,
    faults: [{ child: crashed.key, kind: "crash" as const }],
    expect: `${quote(childName(stopped))} is stopped with all that runs under it, though it does not use ${quote(childName(crashed))}.`,
    shows: { kind: "goes down" as const, children: [stopped.key] },
  };
}

function workInInit({ report }: Context, supervisor: Supervisor): void {
  const [first, ...others] = supervisor.process?.initAwaits ?? [];
  if (!first) return;
  report({
    messageId: "workInInit",
    data: {
      supervisor: quote(supervisor.name),
      what: list([first, ...others].map(({ what }) => what)),
    },
    location: first.location,
    related: others.map(({ what, location }) => ({ message: `waits for ${what} too`, location })),
    certainty: first.possible ? "best effort" : "exact",
    supervisor,
    children: [],
  });
}
