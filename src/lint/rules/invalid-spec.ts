import type { Child } from "../../model/index.ts";
import { headOf } from "../established.ts";
import { defineRule } from "../rule.ts";
import { childName, quote } from "../words.ts";

export const invalidSpec = defineRule({
  id: "invalid-spec",
  severity: "error",
  description: "OTP refuses this specification: the supervisor does not start.",
  docs: "docs/rules/invalid-spec.md",
  saysOfTests: true,
  otp: [
    {
      title: "supervisor: child_spec() and sup_flags()",
      url: "https://www.erlang.org/doc/apps/stdlib/supervisor.html#t:child_spec/0",
    },
    {
      title: "supervisor: automatic shutdown",
      url: "https://www.erlang.org/doc/apps/stdlib/supervisor.html#module-automatic-shutdown",
    },
  ],
  messages: {
    duplicateId: {
      severity: "error",
      text: "{supervisor} has two children with the id {id}. Ids are how a supervisor tells its children apart: it refuses to start with duplicate_child_name.",
    },
    significantPermanent: {
      severity: "error",
      text: "{child} is significant and permanent. A permanent child is always restarted, so its end can never shut {supervisor} down: OTP refuses that with bad_combination. Make it transient or temporary.",
    },
    significantNever: {
      severity: "error",
      text: "{child} is significant, but the autoShutdown of {supervisor} is never: OTP refuses that with bad_combination. Set autoShutdown to any_significant or all_significant.",
    },
    badIntensity: {
      severity: "error",
      text: "The intensity of {supervisor} is {value}; OTP takes a whole number from 0 up and refuses to start with anything else.",
    },
    badPeriod: {
      severity: "error",
      text: "The period of {supervisor} is {value}; OTP takes a whole number of seconds from 1 up and refuses to start with anything else.",
    },
    badShutdown: {
      severity: "error",
      text: "The shutdown of {child} is {value}; OTP takes whole milliseconds from 0 up, infinity or brutal_kill, and {supervisor} refuses to start with anything else.",
    },
  },
  options: {},
  check({ model, tree, report }) {
    for (const supervisor of model.supervisors) {
      if (!tree.traits(supervisor).refusesAsOtp) continue;
      const name = quote(supervisor.name);
      const { intensity, period } = supervisor;
      const flag = (messageId: "badIntensity" | "badPeriod", value: number) =>
        report({
          messageId,
          data: { supervisor: name, value },
          location: headOf(supervisor),
          supervisor,
          children: [],
        });
      if (intensity !== null && (!Number.isInteger(intensity) || intensity < 0))
        flag("badIntensity", intensity);
      if (period !== null && (!Number.isInteger(period) || period <= 0)) flag("badPeriod", period);
      const byId = new Map<string, Child>();
      for (const child of supervisor.children) {
        const data = { child: quote(childName(child)), supervisor: name };
        const place = { location: child.location, supervisor, children: [child.key] };
        if (child.significant === true && child.restart === "permanent")
          report({ messageId: "significantPermanent", data, ...place });
        else if (child.significant === true && supervisor.autoShutdown === "never")
          report({ messageId: "significantNever", data, ...place });
        if (typeof child.shutdown === "number" && (!Number.isInteger(child.shutdown) || child.shutdown < 0)) {
          report({ messageId: "badShutdown", data: { ...data, value: child.shutdown }, ...place });
        }
        // Of two conditional ones perhaps only one is there; patterns stand for many ids; a template has none.
        if (child.id === null || child.cardinality !== "one" || child.dynamic || supervisor.dynamic) continue;
        const first = byId.get(child.id);
        if (!first) {
          byId.set(child.id, child);
          continue;
        }
        report({
          messageId: "duplicateId",
          data: { supervisor: name, id: quote(child.id) },
          ...place,
          related: [{ message: `the first ${quote(child.id)}`, location: first.location }],
          children: [first.key, child.key],
        });
      }
    }
  },
});
