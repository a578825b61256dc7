import type { Child, Edge, ProcessFacts, Supervisor } from "../../model/index.ts";
import { childrenAreKnown, headOf, isUnread } from "../established.ts";
import { isAtStart } from "../processes.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { seconds, usesItsTime } from "../shutdown-time.ts";
import type { TreeIndex } from "../tree-index.ts";
import { budget, childName, count, list, quote } from "../words.ts";

const OPTIONS = {
  /** A period of so many seconds looks like milliseconds. */
  longestPeriod: 1000,
  /** So many restarts a second for each child hide an error that comes back every time. */
  maxPerSecond: 10,
};

/** Nobody means 3.6 s by 3600: an hour, and other whole minutes, are what they are unless they are rounder as milliseconds. */
const isOfMilliseconds = (period: number, longest: number): boolean =>
  period >= longest && (period % 60 !== 0 || period % 500 === 0);

export const restartBudget = defineRule({
  id: "restart-budget",
  severity: "warning",
  description:
    "One crash spends more restarts than the supervisor allows, or the limit or its window is not what it seems.",
  docs: "docs/rules/restart-budget.md",
  otp: [
    {
      title: "Maximum restart intensity, and how to tune it",
      url: "https://www.erlang.org/doc/system/sup_princ.html#tuning-the-intensity-and-period",
    },
  ],
  messages: {
    oneCrashIsTooMuch: {
      severity: "warning",
      text: "{users} {are} linked to {target}{through}{since}. When {target} crashes{after}, {they} with it, and {supervisor} counts {total}. It allows {allowed}, so one crash of {target} {fate}. Raise the intensity to at least {needed}, or put {target} and what is linked to it under a one_for_all supervisor, where that is one restart.",
    },
    hidesPersistentError: {
      severity: "warning",
      text: "{supervisor} allows {allowed}{shared}, which is {rate} a second for ever. A child that fails {when} each of its starts is started again and again, and {above} hears of it. Allow a few restarts: an error that comes back every time is not cured by more.",
    },
    shutdownOutlastsPeriod: {
      severity: "warning",
      text: "{child} may take {shutdown} to stop, longer than the {period} s over which {supervisor} counts restarts. Under {strategy} a crash of {crashed} waits for it: when it takes its time, no two restarts fall into {period} s, so the limit of {allowed} is never reached, and {crashed}, should it crash after every start, is started again for ever. Make the period longer than the shutdown.",
    },
    periodInMilliseconds: {
      severity: "warning",
      text: "The period of {supervisor} is {period} seconds ({human}); it is counted in seconds. If milliseconds were meant, {allowed} in {human} is far stricter than intended: write {seconds}.",
    },
  },
  options: OPTIONS,
  check(context) {
    const { model, tree, options, report } = context;
    for (const supervisor of model.supervisors) {
      const { intensity, period } = supervisor;
      if (
        period !== null &&
        isOfMilliseconds(period, options.longestPeriod) &&
        tree.traits(supervisor).periodUnit === "s"
      ) {
        report({
          messageId: "periodInMilliseconds",
          data: {
            supervisor: quote(supervisor.name),
            period,
            human: duration(period),
            allowed: intensity === null ? "the allowed number of restarts" : count(intensity, "restart"),
            seconds: period / 1000,
          },
          location: headOf(supervisor),
          supervisor,
          children: [],
        });
      }
      hidesPersistentError(context, supervisor);
      shutdownOutlastsPeriod(context, supervisor);
      // Under the other strategies what falls together is started again together: one restart.
      if (supervisor.strategy !== "one_for_one" || intensity === null || supervisor.dynamic) continue;
      // Where it goes on past its limit, no crash stops it.
      if (tree.traits(supervisor).pastLimit === "children_stop") continue;
      const ends = tree.traits(supervisor).pastLimit === "program_ends";
      for (const { target, users, total, isDirect, isLater } of tooManyLinked(tree, supervisor, intensity)) {
        report({
          messageId: "oneCrashIsTooMuch",
          data: {
            users: list(
              users.map((user) => quote(childName(user))),
              4,
            ),
            are: users.length > 1 ? "are" : "is",
            through: isDirect ? "" : ", directly or through others",
            since: isLater ? ", as soon as messages have made it so" : "",
            after: isLater ? " after that" : "",
            they: users.length > 1 ? "they exit" : "it exits",
            target: quote(childName(target)),
            supervisor: quote(supervisor.name),
            fate: ends
              ? `makes ${quote(supervisor.name)} fail, and ends the program`
              : `stops ${quote(supervisor.name)} and everything under it`,
            total: count(total, "restart"),
            needed: total,
            allowed: budget(supervisor) ?? String(intensity),
          },
          location: target.location,
          related: distinctPlaces(users).map((user) => ({
            message: `${quote(childName(user))} exits with ${quote(childName(target))}`,
            location: user.location,
          })),
          supervisor,
          children: [target.key, ...users.map((user) => user.key)],
          demonstration: {
            root: tree.paths(supervisor.key)[0]?.[0]?.supervisor.key ?? supervisor.key,
            faults: [{ child: target.key, kind: "crash" }],
            expect: `${quote(supervisor.name)} ${ends ? "fails, and the program ends" : "gives up"}: ${count(total, "restart")} are needed, ${intensity} allowed.`,
            shows: { kind: "gives up", supervisor: supervisor.key },
          },
        });
      }
    }
  },
});

type Context = RuleContext<
  "oneCrashIsTooMuch" | "hidesPersistentError" | "shutdownOutlastsPeriod" | "periodInMilliseconds",
  typeof OPTIONS
>;

/** Fewer restarts, over a second or more, are what a burst may need. */
const BURST = 10;

function hidesPersistentError({ tree, options, report }: Context, supervisor: Supervisor): void {
  const { intensity, period, children } = supervisor;
  if (intensity === null || period === null || period <= 0 || intensity <= BURST) return;
  // Where there may be any number of children, many restarts may be many children's.
  if (supervisor.dynamic || children.some((child) => child.dynamic) || !childrenAreKnown(supervisor)) return;
  const restarted = children.filter(isRestarted);
  const n = restarted.reduce(
    (sum, child) => sum + (child.cardinality === "many" ? (child.count ?? Infinity) : 1),
    0,
  );
  const rate = intensity / period;
  if (n === 0 || rate / n < options.maxPerSecond) return;
  const interval = (period * 1000) / intensity;
  const failing = restarted.find(staysUp) ?? restarted[0]!;
  const [starter] = tree.starters(supervisor.key);
  report({
    messageId: "hidesPersistentError",
    data: {
      supervisor: quote(supervisor.name),
      allowed: budget(supervisor)!,
      shared: n > 1 ? ` to its ${count(n, "child", "children")}` : "",
      when: interval < 0.1 ? "after" : `${Math.round(interval * 10) / 10} ms or more after`,
      rate: Math.round(rate),
      above:
        starter && tree.traits(supervisor).pastLimit === "supervisor_stops"
          ? `${quote(starter.supervisor.name)} never`
          : "nobody ever",
    },
    location: headOf(supervisor),
    supervisor,
    children: restarted.map((child) => child.key),
    demonstration: {
      root: tree.paths(supervisor.key)[0]?.[0]?.supervisor.key ?? supervisor.key,
      faults: Array.from({ length: BURST }, () => ({ child: failing.key, kind: "crash" as const })),
      expect: `${quote(childName(failing))} fails ${BURST} times in no time at all, and ${quote(supervisor.name)} goes on.`,
      shows: { kind: "silence" },
    },
  });
}

/** Whether it is there for sure as long as nobody stops it. */
const staysUp = ({ cardinality, process }: Child): boolean =>
  cardinality !== "maybe" && (process?.stopsItself.length ?? 0) === 0;

function shutdownOutlastsPeriod({ tree, report }: Context, supervisor: Supervisor): void {
  const { strategy, intensity, period, children } = supervisor;
  // With no restart at all the first crash ends it.
  if (period === null || intensity === null || intensity < 1) return;
  if (strategy !== "one_for_all" && strategy !== "rest_for_one") return;
  const seen = new Set<string>();
  for (const [index, child] of children.entries()) {
    const { shutdown } = child;
    if (child.dynamic || child.supervisor !== null || child.type !== "worker") continue;
    if (shutdown === null || shutdown === "brutal_kill") continue;
    const ms = shutdown === "infinity" ? Number.POSITIVE_INFINITY : shutdown;
    if (ms <= period * 1000 || !usesItsTime(tree, supervisor, child)) continue;
    const crashed = children.find(
      (other, at) => other !== child && isRestarted(other) && (strategy === "one_for_all" || at < index),
    );
    const place = JSON.stringify(child.location);
    if (!crashed || seen.has(place)) continue;
    seen.add(place);
    report({
      messageId: "shutdownOutlastsPeriod",
      data: {
        child: quote(childName(child)),
        shutdown: ms === Number.POSITIVE_INFINITY ? "as long as it likes" : `up to ${seconds(ms)}`,
        period,
        supervisor: quote(supervisor.name),
        strategy,
        crashed: quote(childName(crashed)),
        allowed: budget(supervisor)!,
      },
      location: child.location,
      related: [
        {
          message: `a crash of ${quote(childName(crashed))} stops ${quote(childName(child))} first`,
          location: crashed.location,
        },
      ],
      certainty:
        isUnsure(tree.facts(child.key)) || [child, crashed].some(({ cardinality }) => cardinality === "maybe")
          ? "best effort"
          : "exact",
      supervisor,
      children: [child.key, crashed.key],
    });
  }
}

/** Whether it is not certain that it can use its time. */
const isUnsure = (facts: ProcessFacts | null): boolean =>
  facts === null || (!facts.trapsExit && facts.mayTrapExit === true);

const isRestarted = (child: Child): boolean => child.restart === "permanent" || child.restart === "transient";

/** Does an exit signal end it for certain? */
const exitsWithOthers = (facts: ProcessFacts | null): boolean =>
  facts !== null && !facts.trapsExit && !facts.mayTrapExit && !isUnread(facts);

interface Linked {
  target: Child;
  /** Its siblings that exit with it along links. */
  users: Child[];
  /** How many restarts that is. */
  total: number;
  /** Whether each of them is linked to it itself. */
  isDirect: boolean;
  /** Whether some of that is so after a message only. */
  isLater: boolean;
}

/** What one crash takes along is more than the supervisor allows. Those that are linked to each other are told of once. */
function tooManyLinked(tree: TreeIndex, supervisor: Supervisor, intensity: number): Linked[] {
  const partners = linksAmong(tree, supervisor);
  const atStart = linksAmong(tree, supervisor, isAtStart);
  const groups = [...partners.keys()].flatMap((target) => linkedTo(tree, target, partners, atStart));
  const tooMany = groups.filter(({ total }) => total > intensity);
  // Of two that are linked to each other it is the one that is used.
  const isUsed = ({ target }: Linked) => tree.edgesTo(target.key).some(({ kind }) => kind === "link");
  const found = tooMany.filter((group) => group.isDirect && isUsed(group));
  const told = new Set(found.flatMap(({ target, users }) => [target, ...users]));
  for (const group of tooMany.sort((a, b) => Number(b.isDirect) - Number(a.isDirect))) {
    const members = [group.target, ...group.users];
    const { key, cardinality } = group.target;
    const isKnown = tree.facts(key) !== null && cardinality !== "maybe";
    if (!isKnown || members.some((child) => told.has(child))) continue;
    for (const child of members) told.add(child);
    found.push(group);
  }
  return found;
}

type Links = Map<Child, Set<Child>>;

/** Siblings by those that they are linked to, by the links that count. */
function linksAmong(
  tree: TreeIndex,
  supervisor: Supervisor,
  counts: (edge: Edge) => boolean = () => true,
): Links {
  const siblings = new Map(supervisor.children.map((child) => [child.key, child]));
  const partners = new Map<Child, Set<Child>>();
  for (const edge of supervisor.children.flatMap((child) => tree.edgesFrom(child.key))) {
    // What is linked to when it runs is linked to: it was started before, or will be.
    if (edge.kind !== "link" || (edge.possible && edge.possible !== "alive") || !counts(edge)) continue;
    const a = siblings.get(edge.from);
    const b = siblings.get(edge.to);
    if (!a || !b || a === b) continue;
    // Whoever links to what does not run yet ends in its init: there never is such a link.
    if (edge.phase === "init" && supervisor.children.indexOf(a) < supervisor.children.indexOf(b)) continue;
    // A link has no direction.
    partners.set(a, (partners.get(a) ?? new Set()).add(b));
    partners.set(b, (partners.get(b) ?? new Set()).add(a));
  }
  return partners;
}

/** Those that exit with one that crashes, and those that exit with them in turn. */
function linkedTo(tree: TreeIndex, target: Child, partners: Links, atStart: Links): Linked[] {
  if (!isRestarted(target) || target.cardinality === "many") return [];
  const users = fallWith(tree, target, partners);
  if (users.size === 0) return [];
  const sizeOf = (user: Child) => (user.cardinality === "many" ? (user.count ?? 1) : 1);
  return [
    {
      target,
      users: [...users],
      total: [...users].reduce((sum, user) => sum + sizeOf(user), 1),
      isDirect: [...users].every((user) => partners.get(target)?.has(user) === true),
      isLater: fallWith(tree, target, atStart).size < users.size,
    },
  ];
}

function fallWith(tree: TreeIndex, target: Child, partners: Links): Set<Child> {
  const users = new Set<Child>();
  const falls = (user: Child) =>
    user !== target &&
    isRestarted(user) &&
    !user.dynamic &&
    exitsWithOthers(tree.facts(user.key)) &&
    user.cardinality !== "maybe";
  const todo = [target];
  for (let at = todo.pop(); at !== undefined; at = todo.pop())
    for (const user of partners.get(at) ?? [])
      if (falls(user) && !users.has(user)) {
        users.add(user);
        todo.push(user);
      }
  return users;
}

/** One of each place, at most five: a pool has one line of source. */
const distinctPlaces = (users: readonly Child[]): Child[] =>
  [...new Map(users.map((user) => [JSON.stringify(user.location), user])).values()].slice(0, 5);

function duration(seconds: number): string {
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 360) / 10} hours`;
}
