import { addUnder, type ProcessFacts } from "../../model/index.ts";
import { processClasses } from "../processes.ts";
import { defineRule } from "../rule.ts";
import { childName, quote } from "../words.ts";

const changesOf = ({ changedArguments }: ProcessFacts) => changedArguments;

export const sharedStartArgument = defineRule({
  id: "shared-start-argument",
  severity: "warning",
  description: "A process changes an argument of its start, which all its incarnations share.",
  docs: "docs/rules/shared-start-argument.md",
  otp: [
    {
      title: "supervisor: child specification",
      url: "https://www.erlang.org/doc/system/sup_princ.html#child-specification",
    },
  ],
  messages: {
    changed: {
      severity: "warning",
      text: "{process} changes {what}, which comes with the argument {argument} of its start. Every incarnation gets the same object: after a crash the next one finds what this one has left, and with it perhaps what made it crash. Copy it in init.",
    },
  },
  options: {},
  check({ tree, report }) {
    for (const { facts, steps } of processClasses(tree, changesOf)) {
      const restarted = steps.filter(
        ({ child }) => child.restart === "permanent" || child.restart === "transient",
      );
      const step = restarted[0];
      if (step === undefined) continue;
      // However often it is changed, it is one thing that is shared.
      const changes = new Map<string, NonNullable<ProcessFacts["changedArguments"]>>();
      for (const each of facts.changedArguments ?? [])
        addUnder(changes, `${each.argument} ${each.what}`, each);
      for (const [first, ...more] of changes.values()) {
        if (first === undefined) continue;
        const { argument, what, location } = first;
        report({
          messageId: "changed",
          data: { process: quote(facts.symbol), what: quote(what), argument: quote(argument) },
          location,
          related: [
            { message: `${quote(childName(step.child))} gets it here`, location: step.child.location },
            ...more.map((each) => ({ message: "it is changed here too", location: each.location })),
          ],
          supervisor: step.supervisor,
          children: restarted.map((each) => each.child.key),
        });
      }
    }
  },
});
