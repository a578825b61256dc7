import type { Child, Demonstration, Fix, Supervisor } from "../../model/index.ts";
import { certainOf, dynamicVictims } from "../dynamic-victims.ts";
import { allowsRestarts, childrenAreKnown, headOf, possibleUses } from "../established.ts";
import { extractGroup } from "../fixes/extract-group.ts";
import { changeStrategy } from "../fixes/strategy.ts";
import { type Crash, Followers, pullsOthers } from "../followers.ts";
import { type Arc, connectedComponents, reachable } from "../graph.ts";
import { addSizes, processes, type Size, sizeOf } from "../process-count.ts";
import { defineRule, type RuleContext, type SourceReader } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { childName, list, listChildren, quote } from "../words.ts";

type MessageId = "unrelatedUnderOneForAll" | "dynamicInGroup" | "nothingFollows" | "takesUnrelated";

const OPTIONS = {
  /** Under rest_for_one: so many processes that are stopped needlessly are too many. */
  minUnneeded: 5,
};

/** Supervisors with more children than this are too large to compare every pair: `overloaded-supervisor` speaks. */
const MAX_CHILDREN = 200;

export const blastRadius = defineRule({
  id: "blast-radius",
  severity: "warning",
  description: "One crash stops more processes than need to stop: the strategy does not fit who uses whom.",
  docs: "docs/rules/blast-radius.md",
  otp: [
    {
      title: "Restart strategy: one_for_one, one_for_all and rest_for_one",
      url: "https://www.erlang.org/doc/system/sup_princ.html#restart-strategy",
    },
  ],
  messages: {
    unrelatedUnderOneForAll: {
      severity: "warning",
      text: "{supervisor} is one_for_all, but {members} do not use each other. A crash of {crashed} stops {total} under {supervisor}, and {unneeded} of them {have} nothing to do with it{dynamic}. {remedy}",
    },
    dynamicInGroup: {
      severity: "warning",
      text: "{dynamic} holds children that are started at run time, in the one_for_all group of {unrelated}, which is {needs} from there. A crash of {anyOf} stops every process under {dynamic}, and those are not started again. Take them apart.",
    },
    nothingFollows: {
      severity: "info",
      text: "{supervisor} is rest_for_one, but none of its children uses another. A crash of {crashed} stops {stopped} that {start} after it without, as far as the code shows, needing it. With one_for_one only the one that crashed is started again.",
    },
    takesUnrelated: {
      severity: "warning",
      text: "Under rest_for_one a crash of {crashed} stops {stopped} that {start} after it. {unneeded} of them ({members}) do not use it{needed}. {remedy}",
    },
  },
  options: OPTIONS,
  check(context) {
    for (const supervisor of context.model.supervisors) {
      const { strategy, children } = supervisor;
      if (supervisor.dynamic || (strategy !== "one_for_all" && strategy !== "rest_for_one")) continue;
      if (children.length > MAX_CHILDREN || !childrenAreKnown(supervisor)) continue;
      if (!allowsRestarts(context.tree, supervisor)) continue;
      if (strategy === "rest_for_one") restForOne(context, supervisor);
      else if (!oneForAll(context, supervisor)) dynamicInGroup(context, supervisor);
    }
  },
});

type Context = RuleContext<MessageId, typeof OPTIONS>;

/** Many of one kind, that are alike and are listed as one. */
const isPool = (child: Child): boolean => child.cardinality === "many" && (child.count ?? 2) > 1;

const sizes = (tree: TreeIndex, children: readonly Child[]): Size =>
  addSizes(children.map((child) => sizeOf(tree, child)));

/** Under one_for_all: groups that do not use each other. True when there is something to say. */
function oneForAll(context: Context, supervisor: Supervisor): boolean {
  const { tree, report } = context;
  const { children } = supervisor;
  const arcs = possibleUses(tree, supervisor);
  const groups = connectedComponents(children.length, arcs).map((members) =>
    members.map((index) => children[index]!),
  );
  const pools = children.filter(
    (child, index) => isPool(child) && !arcs.some(([from, to]) => from === index && to === index),
  );
  const isLonePool = (group: readonly Child[]) => group.length === 1 && pools.includes(group[0]!);
  if (groups.length < 2 && !groups.some(isLonePool)) return false;
  const total = sizes(tree, children);
  let worst: { crashed: Child; unneeded: Size } | null = null;
  for (const group of groups) {
    for (const crashed of group.filter(pullsOthers)) {
      const others = children.filter((child) => !group.includes(child)).map((child) => sizeOf(tree, child));
      if (isLonePool(group)) others.push(restOfPool(tree, crashed));
      const unneeded = addSizes(others);
      if (worst === null || unneeded.least > worst.unneeded.least) worst = { crashed, unneeded };
    }
  }
  if (worst === null || worst.unneeded.least === 0) return false;
  const { crashed, unneeded } = worst;
  const failing = certainOf([crashed, ...children.filter(pullsOthers)]);
  const loners = groups.every((group) => group.length === 1);
  const name = quote(supervisor.name);
  const alone = groups.length === 1 ? ` (${quote(childName(crashed))}, each by itself)` : "";
  report({
    messageId: "unrelatedUnderOneForAll",
    data: {
      supervisor: name,
      members: groups.length === 1 ? `its children${alone}` : groupWords(groups),
      crashed: groups.length === 1 ? `one ${quote(childName(crashed))}` : quote(childName(crashed)),
      total: total.open ? `everything (${processes(total)})` : allOf(total),
      unneeded: bare(unneeded),
      have: unneeded.least === 1 ? "has" : "have",
      dynamic: dynamicWords(
        tree,
        children.filter((child) => child !== crashed),
      ),
      remedy: loners
        ? "With one_for_one only the one that crashed is started again."
        : `Make ${name} one_for_one, and give each group a supervisor of its own.`,
    },
    location: headOf(supervisor),
    related: groups.slice(0, 8).map((group) => ({
      message: `${listChildren(group)}: ${processes(sizes(tree, group))}, used by none of the others`,
      location: group[0]!.location,
    })),
    certainty: certaintyOf(children),
    supervisor,
    children: children.map((child) => child.key),
    fixes: (sources) => narrow(tree, supervisor, groups, sources),
    demonstration: demonstration(
      tree,
      supervisor,
      failing,
      children.filter((child) => child !== failing),
      `${total.open ? `all ${processes(total)}` : allOf(total)} stop`,
    ),
  });
  return true;
}

/** One of them crashes: the others. */
function restOfPool(tree: TreeIndex, pool: Child): Size {
  const size = sizeOf(tree, pool);
  const one = sizeOf(tree, { ...pool, cardinality: "one" });
  return { least: size.least - one.least, open: size.open };
}

/** one_for_one, when that is all; with a supervisor for the one group that belongs together. */
function narrow(
  tree: TreeIndex,
  supervisor: Supervisor,
  groups: readonly Child[][],
  sources: SourceReader,
): Fix[] {
  const traits = tree.traits(supervisor);
  const strategy = changeStrategy(supervisor, traits, "one_for_one", sources);
  if (!strategy) return [];
  const together = groups.filter((group) => group.length > 1);
  if (together.length === 0) return [strategy];
  const extract = together.length === 1 ? extractGroup(supervisor, traits, together[0]!, sources) : null;
  if (!extract) return [];
  const title = `${extract.title}, and make ${quote(supervisor.name)} one_for_one`;
  return [{ title, edits: [...extract.edits, ...strategy.edits], safe: false }];
}

function dynamicInGroup({ tree, report }: Context, supervisor: Supervisor): void {
  for (const { child, unrelated, words } of dynamicVictims(tree, supervisor)) {
    report({
      messageId: "dynamicInGroup",
      data: words,
      location: child.location,
      related: unrelated.map((other) => ({
        message: `a crash of ${quote(childName(other))} stops ${quote(childName(child))}`,
        location: other.location,
      })),
      certainty: certaintyOf([child, ...unrelated]),
      supervisor,
      children: [child.key, ...unrelated.map((other) => other.key)],
      demonstration: demonstration(
        tree,
        supervisor,
        certainOf(unrelated),
        [child],
        `${quote(childName(child))} is stopped with all that runs under it`,
      ),
    });
  }
}

/** Under rest_for_one: those that start later and do not use the one that crashed. */
function restForOne(context: Context, supervisor: Supervisor): void {
  const { tree, options, report } = context;
  const followers = new Followers(tree, supervisor);
  const nothing = followers.arcs.length === 0;
  const isFar = ({ size, needed }: Crash) =>
    nothing || (size.least >= options.minUnneeded && size.least > sizes(tree, needed).least);
  const far = followers.crashes().filter(isFar);
  const worst = far.sort((a, b) => b.size.least - a.size.least)[0];
  if (!worst) return;
  const { crashed, later, unneeded, needed } = worst;
  const group = [crashed, ...needed];
  report({
    messageId: nothing ? "nothingFollows" : "takesUnrelated",
    data: {
      supervisor: quote(supervisor.name),
      crashed: quote(childName(crashed)),
      stopped: processes(sizes(tree, later)),
      start: sizes(tree, later).least === 1 ? "starts" : "start",
      unneeded: bare(sizes(tree, unneeded)),
      members: listChildren(unneeded),
      needed: whoNeeds(tree, supervisor, worst),
      remedy: rearrangement(followers, supervisor, worst, isFar),
    },
    location: nothing ? headOf(supervisor) : crashed.location,
    related: [
      ...unneeded.slice(0, 6).map((child) => ({
        message: `${quote(childName(child))} (${processes(sizeOf(tree, child))}) is stopped when ${quote(childName(crashed))} crashes, and does not use it`,
        location: child.location,
      })),
      ...far.slice(1, 5).map((other) => ({
        message: `a crash of ${quote(childName(other.crashed))} stops ${bare(other.size)} that do not use it`,
        location: other.crashed.location,
      })),
    ],
    certainty: certaintyOf([crashed, ...later]),
    supervisor,
    children: [crashed.key, ...unneeded.map((child) => child.key)],
    fixes: (sources) => {
      if (!nothing && (needed.length === 0 || followers.mayUse(group, unneeded))) return [];
      if (!nothing && !standsAlone(followers, supervisor, group))
        return asList(extractGroup(supervisor, tree.traits(supervisor), group, sources));
      return narrow(tree, supervisor, nothing ? [] : [group], sources);
    },
    demonstration: demonstration(
      tree,
      supervisor,
      crashed,
      unneeded,
      `${listChildren(unneeded, 4)} ${unneeded.length > 1 ? "are" : "is"} stopped and started again as well`,
    ),
  });
}

const asList = (fix: Fix | null): Fix[] => (fix === null ? [] : [fix]);

/** Whether nobody uses anybody once the group is one child. */
function standsAlone(followers: Followers, { children }: Supervisor, group: readonly Child[]): boolean {
  const others = children.filter((child) => !group.includes(child));
  return (
    followers.areUnrelated(others) && !followers.mayUse(group, others) && !followers.mayUse(others, group)
  );
}

/** What to do: start those that do not need it before it, where that does not only turn the tables. */
function rearrangement(
  followers: Followers,
  supervisor: Supervisor,
  { crashed, unneeded, needed }: Crash,
  isFar: (crash: Crash) => boolean,
): string {
  const rest = supervisor.children.filter((child) => !unneeded.includes(child));
  rest.splice(rest.indexOf(crashed), 0, ...unneeded);
  const group = [crashed, ...needed];
  const own = `${listChildren(group)} a supervisor of ${group.length > 1 ? "their" : "its"} own`;
  if (!followers.crashes(rest).some(isFar))
    return `Start ${listChildren(unneeded)} before ${quote(childName(crashed))}, or give ${own}.`;
  if (needed.length > 0 && standsAlone(followers, supervisor, group))
    return `Give ${own}, and make ${quote(supervisor.name)} one_for_one.`;
  const alike = [crashed, ...unneeded];
  return followers.areUnrelated(alike)
    ? `Give ${listChildren(alike)} a supervisor of their own that is one_for_one.`
    : `Give ${own}.`;
}

/** Those of which it is only not established that they do not use it are not said to. */
function whoNeeds(tree: TreeIndex, { key, children }: Supervisor, { crashed, needed }: Crash): string {
  if (needed.length === 0) return "";
  const uses = tree.uses(key).map((use): Arc => [use.user.index, use.target.index]);
  const reach = reachable(children.length, uses);
  const sure = needed.every((child) => reach[children.indexOf(child)]!.has(children.indexOf(crashed)));
  return `; ${sure ? "only" : "at most"} ${listChildren(needed)} ${needed.length > 1 ? "do" : "does"}`;
}

const groupWords = (groups: readonly Child[][]): string =>
  list(groups.map((group) => (group.length > 1 ? `(${listChildren(group)})` : listChildren(group))));

/** Processes that only run because somebody asked for them are gone for good. */
function dynamicWords(tree: TreeIndex, children: readonly Child[]): string {
  const dynamic = children.filter((child) => child.supervisor && tree.supervisor(child.supervisor)?.dynamic);
  if (dynamic.length === 0) return "";
  return `; what was started at run time under ${listChildren(dynamic)} is not started again`;
}

const allOf = (size: Size): string => (size.least === 2 ? "both processes" : `all ${processes(size)}`);

const bare = ({ least, open }: Size): string => (open ? `at least ${least}` : String(least));

const certaintyOf = (children: readonly Child[]) =>
  children.some((child) => child.cardinality === "maybe") ? "best effort" : "exact";

function demonstration(
  tree: TreeIndex,
  supervisor: Supervisor,
  crashed: Child,
  others: readonly Child[],
  effect: string,
): Demonstration {
  const root = tree.paths(supervisor.key)[0]?.[0]?.supervisor ?? supervisor;
  return {
    root: root.key,
    faults: [{ child: crashed.key, kind: "crash" }],
    expect: `When ${quote(childName(crashed))} crashes, ${effect}.`,
    // Of a pool it is its other members.
    shows: { kind: "goes down", children: (others.length > 0 ? others : [crashed]).map(({ key }) => key) },
  };
}
