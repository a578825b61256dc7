import type { Demonstration, ProcessFacts } from "../../model/index.ts";
import { isUnread } from "../established.ts";
import { hasLinks, headOfProcess, type ProcessClass, processClasses, sinceWhenLinked } from "../processes.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { quote } from "../words.ts";

/** Its partner crashes, or somebody sends it an exit signal: it goes on as if nothing had happened. */
function dropsExit(tree: TreeIndex, keys: readonly string[]): Demonstration | null {
  for (const child of keys) {
    const root = tree.paths(child)[0]?.[0]?.supervisor.key;
    if (root === undefined) continue;
    const link = tree.edgesFrom(child).find(({ kind }) => kind === "link");
    const back = tree.edgesTo(child).find(({ kind }) => kind === "link");
    const partner = link?.to ?? back?.from;
    const name = quote(tree.name(child));
    return {
      root,
      faults: [
        partner === undefined ? { child, kind: "exit", reason: "lost" } : { child: partner, kind: "crash" },
      ],
      expect: `${name} gets an EXIT message and goes on as before.`,
      shows: { kind: "drops", child, message: "EXIT" },
    };
  }
  return null;
}

/** Where it is killed at once in all its places, the rule `shutdown` says so. */
function terminateNotRun(
  tree: TreeIndex,
  { facts, steps, keys }: ProcessClass,
  report: RuleContext<"terminateNotRun", Record<string, never>>["report"],
): void {
  const step = steps.find(({ child }) => child.shutdown !== "brutal_kill");
  if (!step || !tree.traits(step.supervisor).terminateNeedsTrapExit) return;
  const { child, supervisor } = step;
  report({
    messageId: "terminateNotRun",
    data: { process: quote(facts.symbol), supervisor: quote(supervisor.name) },
    location: headOfProcess(facts),
    related: [{ message: "it is started here", location: child.location }],
    supervisor,
    children: keys,
    demonstration: {
      root: tree.paths(child.key)[0]?.[0]?.supervisor.key ?? supervisor.key,
      faults: [{ child: supervisor.key, kind: "crash" }],
      expect: `When ${quote(supervisor.name)} shuts down, ${quote(facts.symbol)} ends without its terminate.`,
      shows: { kind: "no terminate", child: child.key },
    },
  });
}

const aspect = ({ trapsExit, mayTrapExit, hasTerminate, handlesExit, unread }: ProcessFacts) => [
  trapsExit,
  mayTrapExit,
  hasTerminate,
  handlesExit,
  unread?.length,
];

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
      text: "{process} traps exits and {linked}, but handles no EXIT. When one of them crashes, {process} neither ends with it nor does anything about it: it goes on beside a dead partner. Handle EXIT in handleInfo, or do not trap.",
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
    for (const each of processClasses(tree, aspect)) {
      const { facts, steps } = each;
      const step = steps[0];
      if (isUnread(facts)) continue;
      if (facts.trapsExit && !facts.handlesExit) {
        const linked = hasLinks(tree, each);
        report({
          messageId: linked ? "dropsExits" : "handlesNoExit",
          data: {
            process: quote(facts.symbol),
            ...(linked ? { linked: sinceWhenLinked(tree, each) } : {}),
          },
          location: headOfProcess(facts),
          related: step ? [{ message: "it is started here", location: step.child.location }] : [],
          supervisor: step?.supervisor ?? null,
          children: each.keys,
          demonstration: dropsExit(tree, each.keys),
        });
      }
      if (facts.hasTerminate && !facts.trapsExit && !facts.mayTrapExit) terminateNotRun(tree, each, report);
    }
  },
});
