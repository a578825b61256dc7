import {
  addUnder,
  type Child,
  type Location,
  occasionSign,
  type ProcessFacts,
  type Supervisor,
  sentToItself,
  stopsAt,
} from "../../model/index.ts";
import { allowsRestarts } from "../established.ts";
import { processClasses } from "../processes.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { isStatic, type Step, type TreeIndex, type Use } from "../tree-index.ts";
import { budget, childName, list, listChildren, noproc, quote, verb } from "../words.ts";

type MessageId = "permanentStops" | "temporaryNeeded";

export const restartPolicy = defineRule({
  id: "restart-policy",
  severity: "warning",
  description: "A child's restart type does not fit how it ends or who needs it.",
  docs: "docs/rules/restart-policy.md",
  otp: [
    {
      title: "supervisor: restart types",
      url: "https://www.erlang.org/doc/system/sup_princ.html#child-specification",
    },
  ],
  messages: {
    permanentStops: {
      severity: "warning",
      text: "{child} {stops} with {reason}, but {is} permanent: {supervisor} takes every end for a failure, {follows}. If the work is done then, make it transient.",
    },
    temporaryNeeded: {
      severity: "warning",
      text: "{child} is temporary: after its first crash {supervisor} forgets it. {users} {verb} it, and will find no process{noproc} from then on. {remedy}, or let them do without.",
    },
  },
  options: {},
  check(context) {
    permanentStops(context);
    temporaryNeeded(context);
  },
});

type Context = RuleContext<MessageId, Record<string, never>>;

const NORMAL: ReadonlySet<string | null> = new Set(["normal", "shutdown"]);

const isConditional = ({ child }: Step): boolean => child.cardinality === "maybe";

const stopsOf = ({ stopsItself }: ProcessFacts) => stopsItself;

function permanentStops({ tree, report }: Context): void {
  for (const { facts, steps } of processClasses(tree, stopsOf)) {
    const stops = facts.stopsItself.filter(
      ({ reason, location }) =>
        NORMAL.has(reason) && !(reason !== "normal" && isForAnothers(facts, location)),
    );
    const isPossible = (one: (typeof stops)[number]) =>
      one.possible === true || isSentPerhaps(facts, one.location);
    const stop = stops.find((one) => !isPossible(one)) ?? stops[0];
    const permanent = steps.filter(({ child }) => child.restart === "permanent");
    const step = permanent[0];
    if (!stop || !step) continue;
    const { supervisor, child } = step;
    const named = sameSupervisor(permanent, supervisor);
    const assumed = child.defaults.includes("restart") ? "Permanent is the default here." : "";
    report({
      messageId: "permanentStops",
      data: {
        child: listChildren(named, 3),
        stops: named.length > 1 ? "stop themselves" : "stops itself",
        is: named.length > 1 ? "are" : "is",
        // `shutdown`, or `{ shutdown: … }`.
        reason: stop.reason === "shutdown" ? "a shutdown" : `the reason ${quote("normal")}`,
        supervisor: quote(supervisor.name),
        follows: whatFollows(tree, supervisor),
      },
      location: child.location,
      related: [{ message: `stops here${assumed === "" ? "" : `. ${assumed}`}`, location: stop.location }],
      certainty: isPossible(stop) || permanent.every(isConditional) ? "best effort" : "exact",
      supervisor,
      children: permanent.map((each) => each.child.key),
    });
  }
}

/**
 * Whether it stops there only because another process has ended. Whoever then says `shutdown` has not done its work: it
 * asks to be started again beside a new one.
 */
function isForAnothers({ reactions = [] }: ProcessFacts, stop: Location): boolean {
  const there = reactions.filter(({ acts }) => stopsAt(acts, stop));
  return there.length > 0 && there.every(({ on }) => on.event === "EXIT" || on.event === "DOWN");
}

/** Whether it stops there only on what it sends itself on a condition that is not known. */
function isSentPerhaps({ reactions = [] }: ProcessFacts, stop: Location): boolean {
  const there = reactions.filter(({ acts }) => stopsAt(acts, stop));
  if (there.length === 0) return false;
  const sent = sentToItself(reactions);
  return there.every(({ on }) => sent.get(occasionSign(on) ?? "") === false);
}

/** What a supervisor does about an end that it takes for a failure. */
function whatFollows(tree: TreeIndex, supervisor: Supervisor): string {
  const limit = budget(supervisor);
  if (!allowsRestarts(tree, supervisor))
    return tree.traits(supervisor).pastLimit === "program_ends"
      ? "and fails, and the program with it: it allows no restart"
      : "and ends, with everything under it: it allows no restart";
  return `starts the child again and counts a restart${limit === null ? "" : ` (it allows ${limit})`}`;
}

const sameSupervisor = (steps: readonly Step[], supervisor: Supervisor): Child[] =>
  steps.filter((step) => step.supervisor === supervisor).map((step) => step.child);

/** Uses of a temporary child of the list, wherever the users are. */
function needsOfTemporary({ model, tree }: Context): Map<Child, Use[]> {
  const byTarget = new Map<Child, Use[]>();
  for (const use of model.supervisors.flatMap(({ key }) => tree.uses(key))) {
    const { edge, target, targetPath, alternatives } = use;
    const isNeed = edge.kind === "call" || edge.kind === "start";
    if (edge.possible === "found" || edge.possible === "alive") continue;
    if (!isNeed || edge.guarded || alternatives.length > 0) continue;
    const below = targetPath.slice(targetPath.indexOf(target));
    const end = below.at(-1);
    if (end?.child.restart !== "temporary" || !below.every(isStatic) || isStartedAnew(end)) continue;
    // A user that is temporary too may be meant to end with it.
    if (use.user.child.restart === "temporary") continue;
    addUnder(byTarget, end.child, use);
  }
  return byTarget;
}

/** Whether somebody asks its supervisor for another one of its id or name. */
const isStartedAnew = ({ supervisor, child: { id, name } }: Step): boolean =>
  supervisor.children.some(
    (other) =>
      other.dynamic &&
      ((other.id !== null && other.id === id) || (other.name !== null && other.name === name)),
  );

function temporaryNeeded(context: Context): void {
  const { tree, report } = context;
  for (const [child, uses] of needsOfTemporary(context)) {
    const { supervisor } = uses[0]!.targetPath.at(-1)!;
    const users = [...new Set(uses.map(({ userPath }) => childName(userPath.at(-1)!.child)))];
    report({
      messageId: "temporaryNeeded",
      data: {
        child: quote(childName(child)),
        supervisor: quote(supervisor.name),
        noproc: noproc(tree.traits(supervisor)),
        remedy:
          tree.traits(supervisor).definition === "spawn" ? "Let a crash start it again" : "Make it permanent",
        users: list(users.map(quote), 4),
        verb:
          users.length > 1
            ? uses[0]!.edge.kind === "call"
              ? "call"
              : "start children of"
            : verb(uses[0]!.edge.kind),
      },
      location: child.location,
      related: uses.slice(0, 5).map(({ edge }) => ({
        message: `${quote(tree.name(edge.from))} ${verb(edge.kind)} it here`,
        location: edge.location,
      })),
      certainty: uses.every(({ edge }) => edge.possible) ? "best effort" : "exact",
      supervisor,
      children: [child.key, ...new Set(uses.map(({ edge }) => edge.from))],
      demonstration: {
        root: uses[0]!.root.key,
        faults: [{ child: child.key, kind: "crash" }],
        expect: `${quote(childName(child))} does not come back; ${users.length > 1 ? `${users.length} processes that need it find` : "the process that needs it finds"} nobody.`,
        shows: { kind: "stays away", child: child.key },
      },
    });
  }
}
