import type { Child, Supervisor } from "../../model/index.ts";
import { headOf } from "../established.ts";
import { defineRule } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { budget, childName, count, list, quote } from "../words.ts";

const OPTIONS = {
  /** A period of so many seconds looks like milliseconds. */
  longestPeriod: 1000,
};

export const restartBudget = defineRule({
  id: "restart-budget",
  severity: "warning",
  description:
    "One crash spends more restarts than the supervisor allows, or the window is not what it seems.",
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
      text: "{users} {are} linked to {target}. When {target} crashes, {they} exit with it, and {supervisor} counts {total}. It allows {allowed}, so one crash of {target} stops {supervisor} and everything under it. Raise the intensity to at least {needed}, or put {target} and what is linked to it under a one_for_all supervisor, where that is one restart.",
    },
    periodInMilliseconds: {
      severity: "warning",
      text: "The period of {supervisor} is {period} seconds ({human}); OTP counts it in seconds. If milliseconds were meant, {allowed} in {human} is far stricter than intended: write {seconds}.",
    },
  },
  options: OPTIONS,
  check({ model, tree, options, report }) {
    for (const supervisor of model.supervisors) {
      const { intensity, period } = supervisor;
      if (period !== null && period >= options.longestPeriod && supervisor.dialect === "suptree") {
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
      // Under the other strategies what falls together is started again together: one restart.
      if (supervisor.strategy !== "one_for_one" || intensity === null || supervisor.dynamic) continue;
      for (const { target, users, total } of linkedGroups(tree, supervisor)) {
        if (total <= intensity) continue;
        report({
          messageId: "oneCrashIsTooMuch",
          data: {
            users: list(
              users.map((user) => quote(childName(user))),
              4,
            ),
            are: users.length > 1 ? "are" : "is",
            they: users.length > 1 ? "they" : "it",
            target: quote(childName(target)),
            supervisor: quote(supervisor.name),
            total: count(total, "restart"),
            needed: total,
            allowed: budget(supervisor) ?? String(intensity),
          },
          location: target.location,
          related: distinctPlaces(users).map((user) => ({
            message: `${quote(childName(user))} is linked to ${quote(childName(target))}`,
            location: user.location,
          })),
          supervisor,
          children: [target.key, ...users.map((user) => user.key)],
          demonstration: {
            root: tree.paths(supervisor.key)[0]?.[0]?.supervisor.key ?? supervisor.key,
            faults: [{ child: target.key, kind: "crash" }],
            expect: `${quote(supervisor.name)} gives up: ${count(total, "restart")} are needed, ${intensity} allowed.`,
          },
        });
      }
    }
  },
});

const isRestarted = (child: Child): boolean => child.restart === "permanent" || child.restart === "transient";

/** For each child: its siblings that exit with it along a link, and how many restarts that is. */
function linkedGroups(tree: TreeIndex, supervisor: Supervisor) {
  const siblings = new Map(supervisor.children.map((child) => [child.key, child]));
  const partners = new Map<Child, Set<Child>>();
  for (const edge of supervisor.children.flatMap((child) => tree.edgesFrom(child.key))) {
    if (edge.kind !== "link") continue;
    const a = siblings.get(edge.from);
    const b = siblings.get(edge.to);
    if (!a || !b || a === b) continue;
    // A link has no direction.
    partners.set(a, (partners.get(a) ?? new Set()).add(b));
    partners.set(b, (partners.get(b) ?? new Set()).add(a));
  }
  return [...partners].flatMap(([target, linked]) => {
    if (!isRestarted(target) || target.cardinality === "many") return [];
    const users = [...linked].filter(
      (user) =>
        isRestarted(user) &&
        !user.dynamic &&
        tree.facts(user.key)?.trapsExit === false &&
        user.cardinality !== "maybe",
    );
    const restarts = users.reduce(
      (sum, user) => sum + (user.cardinality === "many" ? (user.count ?? 1) : 1),
      1,
    );
    // Two that are linked to each other are one pair: told once, from the one that is used.
    const isUsed = tree.edgesTo(target.key).some((edge) => edge.kind === "link");
    return users.length > 0 && isUsed ? [{ target, users, total: restarts }] : [];
  });
}

/** One of each place, at most five: a pool has one line of source. */
const distinctPlaces = (users: readonly Child[]): Child[] =>
  [...new Map(users.map((user) => [JSON.stringify(user.location), user])).values()].slice(0, 5);

function duration(seconds: number): string {
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 360) / 10} hours`;
}
