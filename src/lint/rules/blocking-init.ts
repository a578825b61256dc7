import type { ProcessFacts } from "../../model/index.ts";
import { allowsRestarts } from "../established.ts";
import { processClasses } from "../processes.ts";
import { defineRule } from "../rule.ts";
import { isStatic, type Step } from "../tree-index.ts";
import { childName, list, listChildren, quote } from "../words.ts";

const awaitsOf = ({ initAwaits }: ProcessFacts) => initAwaits;

export const blockingInit = defineRule({
  id: "blocking-init",
  severity: "warning",
  description: "A child's init waits for something outside, and holds the start of the tree.",
  docs: "docs/rules/blocking-init.md",
  otp: [
    {
      title: "gen_server: init and handle_continue",
      url: "https://www.erlang.org/doc/apps/stdlib/gen_server.html#c:handle_continue/2",
    },
  ],
  messages: {
    holdsStart: {
      severity: "warning",
      text: "{child} waits for {what} in its init. {supervisor} starts one child at a time{busy}: {held}{restarts}. {remedy}",
    },
    holdsDynamic: {
      severity: "warning",
      text: "{child} waits for {what} in its init. {supervisor} does nothing else meanwhile: everybody who asks it for a child waits in line. Do it in handleContinue.",
    },
  },
  options: {},
  check({ tree, report }) {
    for (const { facts, steps } of processClasses(tree, awaitsOf)) {
      // Those that are certain first.
      const [first, ...others] = [...facts.initAwaits].sort(
        (a, b) => Number(a.possible ?? false) - Number(b.possible ?? false),
      );
      const step = steps[0];
      if (!first || !step) continue;
      const fixed = isStatic(step);
      const { busyStarting, definition } = tree.traits(step.supervisor);
      // Whoever spawns an actor does not wait for it; where supervisors are no processes, only who asks for a child waits.
      if (definition === "spawn" || (!fixed && !busyStarting)) continue;
      report({
        messageId: fixed ? "holdsStart" : "holdsDynamic",
        data: {
          child: quote(childName(step.child)),
          what: list(facts.initAwaits.map(({ what }) => what)),
          supervisor: quote(step.supervisor.name),
          held: heldBy(step),
          busy: busyStarting ? " and does nothing else meanwhile" : "",
          restarts: busyStarting && allowsRestarts(tree, step.supervisor) ? atRestarts(step) : "",
          remedy: busyStarting
            ? "Do it in handleContinue."
            : "Do it when the process has started: in a message that it gets then.",
        },
        location: first.location,
        related: [
          { message: `${quote(childName(step.child))} is started here`, location: step.child.location },
          ...others.map(({ what, location }) => ({ message: `waits for ${what} too`, location })),
        ],
        certainty: first.possible ? "best effort" : "exact",
        supervisor: step.supervisor,
        children: steps.map((each) => each.child.key),
        // Whether the condition holds is not for a run to say.
        demonstration: first.possible
          ? null
          : {
              root: tree.paths(step.child.key)[0]?.[0]?.supervisor.key ?? step.supervisor.key,
              faults: [],
              expect: `While ${quote(childName(step.child))} waits in its init, ${quote(step.supervisor.name)} starts nothing else.`,
              shows: { kind: "holds start", child: step.child.key },
            },
      });
    }
  },
});

/** What its restarts hold up: what else runs under its supervisor. */
function atRestarts({ supervisor, child }: Step): string {
  const isRestarted = child.restart === "permanent" || child.restart === "transient";
  if (!isRestarted || supervisor.children.length < 2) return "";
  return `, and at every restart of ${quote(childName(child))} the crashes of its siblings wait too`;
}

/** What does not start until the child's init is over. */
function heldBy({ supervisor, index }: Step): string {
  const later = supervisor.children.slice(index + 1).filter((child) => !child.dynamic);
  return later.length > 0
    ? `${listChildren(later, 4)} ${later.length > 1 || later[0]!.cardinality === "many" ? "start" : "starts"} only when it is over`
    : "its own start ends only when that is over";
}
