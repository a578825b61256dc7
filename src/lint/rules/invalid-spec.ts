import type { Child, Demonstration, Misfit, Supervisor } from "../../model/index.ts";
import { headOf } from "../established.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { isStatic, type Step, type TreeIndex } from "../tree-index.ts";
import { budget, childName, quote } from "../words.ts";

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
      text: "{supervisor} has two children with the id {id}. Ids are how a supervisor tells its children apart: it refuses to start{reason}.",
    },
    duplicateName: {
      severity: "error",
      text: "{child} and {first} both take the registered name {name}. The second one to start fails (the name is taken), and with it the start of {supervisor}.",
    },
    nameTaken: {
      severity: "error",
      text: "{supervisor} has a child of the name {name} already when this one is spawned: the spawn throws, nothing is started here, and what follows is not run.",
    },
    supervisorAsChild: {
      severity: "error",
      text: "The start of {child} gives a supervisor, and {supervisor} looks after servers alone: it takes {child} for dead as soon as it looks, and {again}. That is repeated until there are more than {limit}, and then the program ends. Let a server start it in its init and stop it in its terminate, or start it beside {supervisor}.",
    },
    supervisorForgotten: {
      severity: "warning",
      text: "The start of {child} gives a supervisor, and {supervisor} looks after servers alone: it takes {child} for dead as soon as it looks, and forgets it. From then on nobody stops {child} when {supervisor} stops. Let a server start it in its init and stop it in its terminate.",
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
    for (const supervisor of model.supervisors) {
      const { refusesAsOtp, refusesTwins } = tree.traits(supervisor);
      if (refusesAsOtp) {
        supervisorFlags(context, supervisor);
        childSpecs(context, supervisor);
      }
      if (refusesTwins) sameIds(context, supervisor);
      for (const child of supervisor.children) {
        nameTaken(context, supervisor, child);
        supervisorAsChild(context, supervisor, child);
      }
    }
  },
});

type Context = RuleContext<
  | "duplicateId"
  | "duplicateName"
  | "nameTaken"
  | "supervisorAsChild"
  | "supervisorForgotten"
  | "significantPermanent"
  | "significantNever"
  | "badIntensity"
  | "badPeriod"
  | "startArguments"
  | "badShutdown",
  Record<string, never>
>;

function duplicateName({ tree, report }: Context, { first, second, name }: TakenTwice): void {
  report({
    messageId: "duplicateName",
    data: {
      child: takerName(second, first),
      first: first.child === second.child ? "another of its kind" : takerName(first, second),
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
    // Stand-ins are started as OTP starts them.
    demonstration: tree.traits(second.supervisor).refusesAsOtp
      ? noStart(tree, second.supervisor, second.child.key)
      : null,
  });
}

/** With its supervisor's name, where the other one is called the same. */
function takerName({ child, supervisor }: Step, other: Step): string {
  const name = quote(childName(child));
  const isClear = child === other.child || childName(child) !== childName(other.child);
  return isClear ? name : `${name} under ${quote(supervisor.name)}`;
}

function nameTaken({ report }: Context, supervisor: Supervisor, child: Child): void {
  if (child.nameTaken === undefined) return;
  const name = quote(childName(child));
  report({
    messageId: "nameTaken",
    data: { supervisor: quote(supervisor.name), name },
    location: child.location,
    related: [{ message: `${name} is taken here`, location: child.nameTaken }],
    supervisor,
    children: [child.key],
  });
}

function supervisorAsChild({ report }: Context, supervisor: Supervisor, child: Child): void {
  if (child.takenForDead === undefined || child.restart === null) return;
  report({
    messageId: child.restart === "temporary" ? "supervisorForgotten" : "supervisorAsChild",
    data: {
      supervisor: quote(supervisor.name),
      child: quote(childName(child)),
      again: child.startedBefore
        ? "its start gives the same one again"
        : "starts another one while the first runs on, looked after by nobody",
      limit: budget(supervisor) ?? "it allows",
    },
    location: child.location,
    certainty: child.cardinality === "maybe" ? "best effort" : "exact",
    supervisor,
    children: [child.key],
  });
}

/** What is shown of a supervisor that OTP refuses; or that does not start for one of its children, by its key. */
function noStart(tree: TreeIndex, supervisor: Supervisor, child?: string): Demonstration {
  return {
    root: tree.paths(supervisor.key)[0]?.[0]?.supervisor.key ?? supervisor.key,
    faults: [],
    expect: `${quote(supervisor.name)} does not start.`,
    shows: { kind: "no start", of: child === undefined ? [supervisor.key] : [child, supervisor.key] },
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
  }
}

function sameIds({ tree, report }: Context, supervisor: Supervisor): void {
  const { otpReasons, refusesAsOtp } = tree.traits(supervisor);
  const byId = new Map<string, Child>();
  for (const child of supervisor.children) {
    // Of two conditional ones perhaps only one is there; patterns stand for many ids; a template has none.
    if (child.id === null || child.cardinality !== "one" || child.dynamic || supervisor.dynamic) continue;
    const first = byId.get(child.id);
    if (!first) {
      byId.set(child.id, child);
      continue;
    }
    report({
      messageId: "duplicateId",
      data: {
        supervisor: quote(supervisor.name),
        id: quote(child.id),
        reason: otpReasons ? " with duplicate_child_name" : "",
      },
      location: child.location,
      supervisor,
      // Stand-ins are started as OTP starts them.
      demonstration: refusesAsOtp ? noStart(tree, supervisor) : null,
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
    const supervisor = tree.supervisor(key);
    if (supervisor === null || !tree.traits(supervisor).refusesTwins) return;
    for (const [index, child] of supervisor.children.entries()) {
      const step: Step = { supervisor, child, index };
      if (!isStatic(step) || child.cardinality === "maybe") continue;
      if (child.supervisor !== null) visit(child.supervisor, [...above, key]);
      const own = child.name === null ? [] : [child.name];
      const registered = child.process?.registersInInit ?? [];
      for (const name of registered.length === 0 ? own : new Set([...own, ...registered])) {
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
