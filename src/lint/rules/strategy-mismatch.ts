import { addUnder, type Child, type DialectTraits, type Fix, type Supervisor } from "../../model/index.ts";
import { dynamicVictims } from "../dynamic-victims.ts";
import { changeStrategy } from "../fixes/strategy.ts";
import { Followers } from "../followers.ts";
import { deadUses, type KeptUse, restartingStep } from "../kept-pids.ts";
import { addSizes, sizeOf } from "../process-count.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { isStatic, type TreeIndex } from "../tree-index.ts";
import { budget, childName, list, quote, verb } from "../words.ts";
import { blastRadius } from "./blast-radius.ts";

type MessageId = "keepsDeadPid" | "givenDeadPid" | "handsOutDeadProcess";

export const strategyMismatch = defineRule({
  id: "strategy-mismatch",
  severity: "warning",
  description:
    "After a restart somebody goes on with a process that is dead: the strategy, or the start, does not renew it.",
  docs: "docs/rules/strategy-mismatch.md",
  otp: [
    {
      title: "rest_for_one: for children that depend on those that start before them",
      url: "https://www.erlang.org/doc/system/sup_princ.html#rest_for_one",
    },
    {
      title: "supervisor: the start of a child specification starts a process, each time",
      url: "https://www.erlang.org/doc/system/sup_princ.html#child-specification",
    },
  ],
  messages: {
    keepsDeadPid: {
      severity: "warning",
      text: "{users} {get} the {reference} of {target} in init and {keep} it in {field}. When {target} crashes, {restarter} starts it again alone{strategy}: {users} {have} the {reference} of the dead one, and {consequence}. {remedy}",
    },
    givenDeadPid: {
      severity: "warning",
      text: "{users} {get} the {reference} of {target} as {field}. When {target} crashes, {restarter} starts it again alone{strategy}: {users} {have} the {reference} of the dead one, and {consequence}. {parent} starts {them} with the same arguments each time. {remedy}",
    },
    handsOutDeadProcess: {
      severity: "warning",
      text: "The start of {child} starts nothing: it hands out a process that was started before. When that one ends, {supervisor} calls start again and gets the same process, which is dead. {consequence} Start the process inside start.",
    },
  },
  options: {},
  check(context) {
    for (const supervisor of context.model.supervisors) {
      for (const uses of groups(deadUses(context.tree, supervisor.key))) reportKept(context, uses);
      for (const child of supervisor.children) reportHandedOut(context, supervisor, child);
    }
  },
});

type Context = RuleContext<MessageId, Record<string, never>>;

/** Uses of one process through one pid; a pool that runs the same code is one finding. */
function groups(uses: readonly KeptUse[]): KeptUse[][] {
  const found = new Map<string, KeptUse[]>();
  for (const use of uses) {
    const { keptPid, to } = use.edge;
    const key = JSON.stringify([to, keptPid.location, keptPid.field ?? keptPid.name]);
    addUnder(found, key, use);
  }
  return [...found.values()];
}

/** What is lost for good is worse than what crashes and is repaired. */
function isWorse(use: KeptUse, than: KeptUse): boolean {
  const rank = ({ edge }: KeptUse) => (edge.kind !== "call" ? 2 : edge.guarded ? 1 : 0);
  return rank(use) > rank(than);
}

function reportKept({ tree, report }: Context, uses: readonly KeptUse[]): void {
  const use = uses.reduce((worst, each) => (isWorse(each, worst) ? each : worst));
  const { supervisor, userPath, targetPath, edge, root } = use;
  const { keptPid } = edge;
  const users = [...new Set(uses.map((each) => each.userPath.at(-1)!.child))];
  const several = users.length > 1 || users[0]!.cardinality === "many";
  const target = targetPath.at(-1)!;
  const names = list(
    users.map((child) => quote(childName(child))),
    4,
  );
  const parent = userPath.at(-1)!.supervisor;
  const byArgument = keptPid.by === "argument";
  const { processReference: reference } = tree.traits(userPath.at(-1)!.supervisor);
  report({
    messageId: byArgument ? "givenDeadPid" : "keepsDeadPid",
    data: {
      users: names,
      get: several ? "get" : "gets",
      keep: several ? "keep" : "keeps",
      have: several ? "still have" : "still has",
      them: several ? "them" : "it",
      target: quote(childName(target.child)),
      reference,
      field: byArgument ? keptPid.name.replace(/\bits\b/, several ? "their" : "its") : quote(keptPid.name),
      ...restarter(tree, use),
      consequence: consequence(tree, use, several),
      parent: quote(parent.name),
      remedy: remedy(tree, use, several),
    },
    location: keptPid.location,
    related: [
      ...users.slice(0, 3).map((child) => ({
        message: `${quote(childName(child))} is started here`,
        location: child.location,
      })),
      { message: `${quote(childName(target.child))} is started here`, location: target.child.location },
      ...[...new Map(uses.map((each) => [JSON.stringify(each.edge.location), each.edge])).values()]
        .slice(0, 5)
        .map((each) => ({
          message: `${quote(tree.name(each.from))} ${verb(each.kind)} the kept ${reference} here`,
          location: each.location,
        })),
    ],
    certainty:
      uses.every(({ edge: { possible } }) => possible === "undecided") ||
      [...userPath, ...targetPath].some(({ child }) => child.cardinality === "maybe")
        ? "best effort"
        : "exact",
    supervisor,
    children: [...users.map((child) => child.key), target.child.key],
    fixes: (sources): Fix[] => {
      if (uses.every((each) => each.edge.possible)) return [];
      const fix =
        restForOneHelps(tree, use) &&
        changeStrategy(supervisor, tree.traits(supervisor), "rest_for_one", sources);
      return fix ? [fix] : [];
    },
    demonstration: {
      root: root.key,
      faults: [{ child: target.child.key, kind: "crash" }],
      expect: `${quote(childName(target.child))} comes back as incarnation 2; ${names} ${several ? "use" : "uses"} the ${reference} of the first.`,
      shows: {
        kind: "use fails",
        from: [...new Set(uses.map((each) => each.edge.from))],
        to: target.child.key,
        when: "afterwards",
      },
    },
  });
}

/** Who starts it again: the one above a supervisor that allows no restart. */
function restarter(tree: TreeIndex, use: KeptUse): { restarter: string; strategy: string } {
  const { supervisor } = restartingStep(tree, use)!;
  const own = use.targetPath.at(-1)!.supervisor;
  return {
    restarter:
      supervisor === own
        ? quote(own.name)
        : `${quote(own.name)}, which allows no restart, ends, and ${quote(supervisor.name)}`,
    strategy: supervisor.strategy === "one_for_one" ? " (one_for_one)" : "",
  };
}

function consequence(
  tree: TreeIndex,
  { edge, userPath, supervisor, user, target, targetPath }: KeptUse,
  several: boolean,
): string {
  const they = several ? "they" : "it";
  const their = several ? "their" : "its";
  if (edge.kind !== "call")
    return `everything that ${they} ${several ? "send" : "sends"} it from then on is lost, without a word`;
  const { deadReference, failureEnds } = tree.traits(userPath.at(-1)!.supervisor);
  const why = deadReference === null ? "" : ` (${deadReference})`;
  // Who survives its failures is never started again, and gets no other.
  if (!failureEnds && !edge.guarded)
    return `${their} calls fail from then on${why}, and with them what ${several ? "they are" : "it is"} asked for`;
  if (edge.guarded)
    return `${their} calls fail from then on${why}; ${they} ${several ? "catch" : "catches"} that and ${several ? "go" : "goes"} on without`;
  const next = `${their} next call ${deadReference === "noproc" ? "exits with noproc" : `fails${why}`} and crashes ${several ? "them" : "it"} too`;
  if (edge.keptPid.by === "argument") {
    const { supervisor: parent, child } = userPath.at(-1)!;
    const { pastLimit } = tree.traits(parent);
    const stops = pastLimit === "children_stop";
    return child.restart === "permanent" || child.restart === "transient"
      ? `${next}, after every restart again, until ${stops ? `${they} ${several ? "are" : "is"} not started any more` : pastLimitWords(quote(parent.name), pastLimit)}`
      : next;
  }
  const direct = userPath.at(-1) === user && targetPath.at(-1) === target;
  const limit = budget(supervisor);
  const total = 2;
  const { intensity } = supervisor;
  if (!direct || several || limit === null || intensity === null) return next;
  return intensity < total
    ? `${next}: ${total} restarts for one failure, where ${quote(supervisor.name)} allows ${limit}`
    : `${next}: ${total} restarts for one failure (${quote(supervisor.name)} allows ${limit})`;
}

/** What becomes of a supervisor past its limit of restarts. */
function pastLimitWords(supervisor: string, pastLimit: DialectTraits["pastLimit"]): string {
  return pastLimit === "program_ends"
    ? `${supervisor} fails, and the program with it`
    : `${supervisor} gives up`;
}

function remedy(tree: TreeIndex, use: KeptUse, several: boolean): string {
  const { child } = use.targetPath.at(-1)!;
  const name = child.name ?? tree.facts(child.key)?.registers[0] ?? null;
  const { processReference: reference } = tree.traits(use.supervisor);
  const lookUp =
    name === null
      ? `Give it a registered name, and use that in place of the ${reference}`
      : `Use the registered name ${quote(name)} in place of the ${reference}`;
  if (!restForOneHelps(tree, use))
    return `${lookUp}, or ${tree.traits(use.supervisor).otpReasons ? "monitor it and look it up again on DOWN" : "look it up again when it has ended"}.`;
  return `${lookUp}; or make ${quote(use.supervisor.name)} rest_for_one, so that ${several ? "they start" : "it starts"} again as well.`;
}

/** Would rest_for_one restart the user with the process used, and not much else? */
function restForOneHelps(tree: TreeIndex, { supervisor, user, target, targetPath }: KeptUse): boolean {
  if (supervisor.strategy !== "one_for_one" || !isStatic(user) || targetPath.at(-1) !== target) return false;
  if (user.index <= target.index) return false;
  const changed: Supervisor = { ...supervisor, strategy: "rest_for_one" };
  if (dynamicVictims(tree, changed).length > 0) return false;
  const { minUnneeded } = blastRadius.options;
  return !new Followers(tree, changed)
    .crashes()
    .some(
      ({ size, needed }) =>
        size.least >= minUnneeded && size.least > addSizes(needed.map((child) => sizeOf(tree, child))).least,
    );
}

/** A start that hands out what was started before: our own dialect has none, its start is data. */
function reportHandedOut({ tree, report }: Context, supervisor: Supervisor, child: Child): void {
  const { startedBefore, restart, takenForDead } = child;
  // A temporary child's start is called once. A supervisor is taken for dead as it is: that is invalid-spec's.
  if (!startedBefore || takenForDead || (restart !== "permanent" && restart !== "transient")) return;
  const limit = budget(supervisor);
  const { pastLimit } = tree.traits(supervisor);
  const root = tree.paths(supervisor.key)[0]?.[0]?.supervisor ?? supervisor;
  report({
    messageId: "handsOutDeadProcess",
    data: {
      child: quote(childName(child)),
      supervisor: quote(supervisor.name),
      consequence: `It takes that for another crash, until its restarts${limit === null ? "" : ` (${limit})`} are used up, and then ${pastLimit === "program_ends" ? "fails, and the program with it" : "gives up"}.`,
    },
    location: child.location,
    related: [{ message: "the process is started here, once", location: startedBefore }],
    certainty: child.cardinality === "maybe" ? "best effort" : "exact",
    supervisor,
    children: [child.key],
    demonstration: {
      root: root.key,
      faults: [{ child: child.key, kind: "crash" }],
      expect: `${pastLimitWords(quote(supervisor.name), pastLimit)}: ${quote(childName(child))} is dead after every restart.`,
      shows: { kind: "gives up", supervisor: supervisor.key },
    },
  });
}
