import { isUnread } from "../established.ts";
import { hasLinks, headOfProcess, processClasses } from "../processes.ts";
import { defineRule } from "../rule.ts";
import { quote } from "../words.ts";

export const trapExit = defineRule({
  id: "trap-exit",
  severity: "warning",
  description: "A process traps exits and drops them, or has a terminate that a shutdown does not run.",
  docs: "docs/rules/trap-exit.md",
  otp: [
    {
      title: "gen_server: terminate is called at shutdown only when exits are trapped",
      url: "https://www.erlang.org/doc/apps/stdlib/gen_server.html#c:terminate/2",
    },
    {
      title: "Errors: receiving exit signals",
      url: "https://www.erlang.org/doc/system/ref_man_processes.html#receiving-exit-signals",
    },
  ],
  messages: {
    dropsExits: {
      severity: "warning",
      text: "{process} traps exits and is linked to others, but handles no EXIT. When one of them crashes, {process} neither ends with it nor does anything about it: it goes on beside a dead partner. Handle EXIT in handleInfo, or do not trap.",
    },
    handlesNoExit: {
      severity: "info",
      text: "{process} traps exits but handles no EXIT. Nothing is linked to it that the analysis saw, so only its supervisor's shutdown reaches it; the exit of anything that is linked to it later will be dropped. Handle EXIT in handleInfo.",
    },
    terminateNotRun: {
      severity: "warning",
      text: "{process} has a terminate but does not trap exits. When {supervisor} shuts it down, the exit signal ends it at once and terminate does not run; it only runs when {process} stops itself or one of its callbacks fails. Call this.trapExit(true) in init.",
    },
  },
  options: {},
  check({ tree, report }) {
    for (const each of processClasses(tree)) {
      const { facts, steps } = each;
      const step = steps[0];
      if (isUnread(facts)) continue;
      if (facts.trapsExit && !facts.handlesExit) {
        report({
          messageId: hasLinks(tree, each) ? "dropsExits" : "handlesNoExit",
          data: { process: quote(facts.symbol) },
          location: headOfProcess(facts),
          related: step ? [{ message: "it is started here", location: step.child.location }] : [],
          supervisor: step?.supervisor ?? null,
          children: each.keys,
        });
      }
      if (!facts.hasTerminate || facts.trapsExit || facts.mayTrapExit || !step) continue;
      if (!tree.traits(step.supervisor).terminateNeedsTrapExit) continue;
      if (steps.every(({ child }) => child.shutdown === "brutal_kill")) continue; // the rule shutdown says that
      report({
        messageId: "terminateNotRun",
        data: { process: quote(facts.symbol), supervisor: quote(step.supervisor.name) },
        location: headOfProcess(facts),
        related: [{ message: "it is started here", location: step.child.location }],
        supervisor: step.supervisor,
        children: each.keys,
      });
    }
  },
});
