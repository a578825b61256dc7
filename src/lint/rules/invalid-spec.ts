import type { Child, Demonstration, Misfit, Supervisor } from "../../model/index.ts";
import { headOf } from "../established.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { isStatic, type Step, type TreeIndex } from "../tree-index.ts";
import { childName, quote } from "../words.ts";

export const invalidSpec = defineRule({
  id: "invalid-spec",
  severity: "error",
  description: "OTP refuses this specification, or a child's init does not take the arguments of its start.",
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
    duplicateName: {
      severity: "error",
      text: "{child} and {first} both take the registered name {name}. The second one to start fails (the name is taken), and with it the start of {supervisor}.",
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
    startArguments: {
      severity: "warning",
      text: "{child} is not started as its init wants it: {what}.",
    },
    badShutdown: {
      severity: "error",
      text: "The shutdown of {child} is {value}; OTP takes whole milliseconds from 0 up, infinity or brutal_kill, and {supervisor} refuses to start with anything else.",
    },
  },
  options: {},
  check(context) {
    const { model, tree } = context;
    for (const key of model.roots)
      for (const twice of namesTakenTwice(tree, key)) duplicateName(context, twice);
    for (const supervisor of model.supervisors)
      if (tree.traits(supervisor).refusesAsOtp) {
        supervisorFlags(context, supervisor);
        childSpecs(context, supervisor);
      }
  },
});

type Context = RuleContext<
  | "duplicateId"
  | "duplicateName"
  | "significantPermanent"
  | "significantNever"
  | "badIntensity"
  | "badPeriod"
  | "startArguments"
  | "badShutdown",
  Record<string, never>
>;

function duplicateName({ report }: Context, { first, second, name }: TakenTwice): void {
  report({
    messageId: "duplicateName",
    data: {
      child: quote(childName(second.child)),
      first: first.child === second.child ? "another of its kind" : quote(childName(first.child)),
      name: quote(name),
      supervisor: quote(second.supervisor.name),
    },
    location: second.child.location,
    related: [
      {
        message: `${quote(childName(first.child))} takes ${quote(name)}`,
        location: first.child.location,
      },
    ],
    supervisor: second.supervisor,
    children: [...new Set([first.child.key, second.child.key])],
  });
}

/** What is shown of a supervisor that OTP refuses. */
function noStart(tree: TreeIndex, supervisor: Supervisor): Demonstration {
  return {
    root: tree.paths(supervisor.key)[0]?.[0]?.supervisor.key ?? supervisor.key,
    faults: [],
    expect: `${quote(supervisor.name)} does not start.`,
    shows: { kind: "no start" },
  };
}

function supervisorFlags({ tree, report }: Context, supervisor: Supervisor): void {
  const { intensity, period } = supervisor;
  const refuse = (messageId: "badIntensity" | "badPeriod", value: number) =>
    report({
      messageId,
      data: { supervisor: quote(supervisor.name), value },
      location: headOf(supervisor),
      supervisor,
      children: [],
      demonstration: noStart(tree, supervisor),
    });
  if (intensity !== null && (!Number.isInteger(intensity) || intensity < 0))
    refuse("badIntensity", intensity);
  if (period !== null && (!Number.isInteger(period) || period <= 0)) refuse("badPeriod", period);
}

function childSpecs({ tree, report }: Context, supervisor: Supervisor): void {
  const name = quote(supervisor.name);
  const demonstration = noStart(tree, supervisor);
  const byId = new Map<string, Child>();
  for (const child of supervisor.children) {
    const data = { child: quote(childName(child)), supervisor: name };
    const place = { location: child.location, supervisor, children: [child.key], demonstration };
    if (child.significant === true && child.restart === "permanent")
      report({ messageId: "significantPermanent", data, ...place });
    else if (child.significant === true && supervisor.autoShutdown === "never")
      report({ messageId: "significantNever", data, ...place });
    if (typeof child.shutdown === "number" && (!Number.isInteger(child.shutdown) || child.shutdown < 0))
      report({ messageId: "badShutdown", data: { ...data, value: child.shutdown }, ...place });
    if (child.misfit !== undefined) {
      report({
        messageId: "startArguments",
        data: { child: data.child, what: misfitText(child.misfit) },
        location: child.location,
        supervisor,
        children: [child.key],
      });
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

function misfitText(misfit: Misfit): string {
  switch (misfit.kind) {
    case "missing":
      return `${quote(misfit.argument)} is missing`;
    case "surplus":
      return `it takes ${misfit.takes} arguments and gets ${misfit.given}`;
    case "type":
      return `${quote(misfit.argument)} is a ${misfit.expected} and gets a value of another kind (${misfit.given})`;
  }
}

/** Trees that start more supervisors than that are not followed to their end. */
const MAX_VISITS = 1000;

interface TakenTwice {
  first: Step;
  second: Step;
  name: string;
}

/** Children of one tree, all of which are there from the start on, that take one registered name. */
function namesTakenTwice(tree: TreeIndex, root: string): TakenTwice[] {
  const takers = new Map<string, Step>();
  const found: TakenTwice[] = [];
  let visits = 0;
  // A supervisor that is started in two places starts its children twice.
  const visit = (key: string, above: readonly string[]): void => {
    if (above.includes(key) || ++visits > MAX_VISITS) return;
    for (const [index, child] of (tree.supervisor(key)?.children ?? []).entries()) {
      const step: Step = { supervisor: tree.supervisor(key)!, child, index };
      if (!tree.traits(step.supervisor).refusesAsOtp || !isStatic(step) || child.cardinality === "maybe")
        continue;
      if (child.supervisor !== null) visit(child.supervisor, [...above, key]);
      const own = child.name === null ? [] : [child.name];
      for (const name of new Set([...own, ...(child.process?.registersInInit ?? [])])) {
        if (name.includes("*")) continue;
        const first = takers.get(name);
        if (first !== undefined) {
          if (!found.some((each) => each.name === name && each.second.child === child))
            found.push({ first, second: step, name });
        } else if (child.cardinality === "many" && (child.count ?? 0) > 1)
          found.push({ first: step, second: step, name });
        if (first === undefined) takers.set(name, step);
      }
    }
  };
  visit(root, []);
  return found;
}
