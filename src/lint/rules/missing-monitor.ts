import type { Demonstration } from "../../model/index.ts";
import { isUnread } from "../established.ts";
import { isStrategysMatter } from "../kept-pids.ts";
import { hasLinks, headOfProcess, type ProcessClass, processClasses } from "../processes.ts";
import { defineRule } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { list, quote } from "../words.ts";

/** One of those whose pids it keeps crashes; null where it is not known who that is. */
function demonstrationOf(
  tree: TreeIndex,
  keys: readonly string[],
  messageId: "keepsDeadPid" | "keepsDeadPids" | "dropsDown",
): Demonstration | null {
  for (const child of keys) {
    const kinds = messageId === "dropsDown" ? ["monitor"] : ["call", "cast", "send", "lookup"];
    const edge = tree.edgesFrom(child).find(({ kind, to }) => kinds.includes(kind) && tree.step(to) !== null);
    const root = tree.paths(child)[0]?.[0]?.supervisor.key;
    if (edge === undefined || root === undefined) continue;
    const names = { one: quote(tree.name(child)), other: quote(tree.name(edge.to)) };
    return {
      root,
      faults: [{ child: edge.to, kind: "crash" }],
      expect:
        messageId === "dropsDown"
          ? `${names.one} gets the news that ${names.other} has ended, and does nothing about it.`
          : `${names.one} is not told that ${names.other} has ended.`,
      shows:
        messageId === "dropsDown"
          ? { kind: "drops", child, message: "DOWN" }
          : { kind: "not told", child, of: edge.to },
    };
  }
  return null;
}

/** Whether a monitor tells by a message, as OTP's do: other libraries have listeners, which may be anywhere. */
function isToldByMessage(tree: TreeIndex, { steps }: ProcessClass): boolean {
  return steps.length > 0
    ? steps.every(({ supervisor }) => tree.traits(supervisor).otpReasons)
    : tree.model.dialects.every(({ otpReasons }) => otpReasons);
}

export const missingMonitor = defineRule({
  id: "missing-monitor",
  severity: "warning",
  description: "A process keeps pids and is not told when they end, or is told and drops it.",
  docs: "docs/rules/missing-monitor.md",
  otp: [
    { title: "Monitors", url: "https://www.erlang.org/doc/system/ref_man_processes.html#monitors" },
    { title: "erlang:monitor/2", url: "https://www.erlang.org/doc/apps/erts/erlang.html#monitor/2" },
  ],
  messages: {
    keepsDeadPids: {
      severity: "warning",
      text: "{process} keeps pids in {fields}, but neither monitors nor links to them. When one of these processes ends, its pid stays until something else removes it: calls to it exit with noproc, and sends vanish. Monitor each pid and remove it on DOWN.",
    },
    keepsDeadPid: {
      severity: "warning",
      text: "{process} keeps a pid in {fields}, but neither monitors it nor links to it. When that process ends, {process} goes on with the pid of a dead one: calls to it exit with noproc, and sends vanish. Monitor it and get another pid on DOWN, or look it up where it is used.",
    },
    dropsDown: {
      severity: "warning",
      text: "{process} keeps pids in {fields} and sets monitors, but handles no DOWN: the news that one has ended is dropped, and its pid stays. Handle DOWN in handleInfo.",
    },
  },
  options: {},
  check({ tree, report }) {
    for (const each of processClasses(tree)) {
      const { facts, steps } = each;
      const kept = facts.keepsPids.filter(({ field }) => !isStrategysMatter(tree, each.keys, field));
      const first = kept[0];
      if (!first || isUnread(facts)) continue;
      const unseen = facts.unresolved.some(({ kind }) => kind === "monitor" || kind === "link");
      const messageId = facts.monitors
        ? facts.handlesDown || !isToldByMessage(tree, each)
          ? null
          : "dropsDown"
        : unseen || hasLinks(tree, each)
          ? null
          : kept.some(({ many }) => many)
            ? "keepsDeadPids"
            : "keepsDeadPid";
      if (messageId === null) continue;
      report({
        messageId,
        data: {
          process: quote(facts.symbol),
          fields: list(kept.map(({ field }) => quote(field))),
        },
        location: first.location,
        related: [{ message: `in ${quote(facts.symbol)}`, location: headOfProcess(facts) }],
        supervisor: steps[0]?.supervisor ?? null,
        children: each.keys,
        demonstration: demonstrationOf(tree, each.keys, messageId),
      });
    }
  },
});
