import { isUnread } from "../established.ts";
import { isStrategysMatter } from "../kept-pids.ts";
import { hasLinks, headOfProcess, processClasses } from "../processes.ts";
import { defineRule } from "../rule.ts";
import { list, quote } from "../words.ts";

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
        ? facts.handlesDown
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
      });
    }
  },
});
