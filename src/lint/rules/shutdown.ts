import {
  type Act,
  addUnder,
  type Child,
  type Demonstration,
  type Location,
  type Supervisor,
} from "../../model/index.ts";
import { headOf } from "../established.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { seconds, stopTime, sumInWords, usesItsTime } from "../shutdown-time.ts";
import type { TreeIndex } from "../tree-index.ts";
import { childName, listChildren, quote } from "../words.ts";

/** What a terminate does and goes on. */
const HARMLESS: ReadonlySet<Act["does"]> = new Set(["wait", "set", "answer", "forget", "message"]);

const OPTIONS = {
  /** Milliseconds that a whole tree may take to stop; Kubernetes waits as long by default, and then kills. */
  maxTotal: 30_000,
};

export const shutdown = defineRule({
  id: "shutdown",
  severity: "warning",
  description:
    "A child has less time to shut down than it may need, or no chance to; or a tree takes too long.",
  docs: "docs/rules/shutdown.md",
  otp: [
    {
      title: "supervisor: the shutdown of a child specification",
      url: "https://www.erlang.org/doc/apps/stdlib/supervisor.html#t:child_spec/0",
    },
  ],
  messages: {
    supervisorCutOff: {
      severity: "warning",
      text: "{child} is a supervisor with {given} to shut down, but its children may take {needed}{order}. {when} {supervisor} kills it: the children that are still running end with it, without an orderly stop. {remedy}",
    },
    treeTakesLong: {
      severity: "warning",
      text: "The shutdown limits under {root} allow its stop to take {total}, one child after the other: {sum}. Whoever waits no longer than {limit} for the program (shutdown.maxTotal) kills it then, and those that are left end without an orderly stop. Shorten the limits.",
    },
    terminateSkipped: {
      severity: "warning",
      text: "{child} is killed at shutdown (brutal_kill), so its terminate never runs then. Give it a time, or remove terminate.",
    },
    terminateCutOff: {
      severity: "warning",
      text: "{child} has {given} to shut down, but its terminate waits {needed}. When the time is over, {supervisor} kills it, and what terminate does after that is not done. Give it more time, or wait less.",
    },
  },
  options: OPTIONS,
  check(context) {
    const { model, tree } = context;
    for (const key of model.roots) {
      const root = tree.supervisor(key);
      if (root !== null) treeTakesLong(context, root);
    }
    for (const supervisor of model.supervisors) {
      // Children that one expression makes are one finding.
      const skipped = new Map<string, Child[]>();
      const slow = new Map<string, Child[]>();
      for (const child of supervisor.children) {
        const given = child.shutdown === "brutal_kill" ? 0 : child.shutdown;
        const inner = child.supervisor === null ? null : tree.supervisor(child.supervisor);
        if (inner && typeof given === "number") supervisorCutOff(context, supervisor, child, inner, given);
        else if (child.shutdown === "brutal_kill" && child.process?.hasTerminate)
          addUnder(skipped, JSON.stringify(child.location), child);
        else if (typeof given === "number" && isCutOff(given, waitsOf(tree, supervisor, child)))
          addUnder(slow, JSON.stringify(child.location), child);
      }
      for (const children of skipped.values()) terminateSkipped(context, supervisor, children);
      for (const children of slow.values()) terminateCutOff(context, supervisor, children);
    }
  },
});

type Context = RuleContext<
  "supervisorCutOff" | "treeTakesLong" | "terminateSkipped" | "terminateCutOff",
  typeof OPTIONS
>;

function treeTakesLong({ tree, options, report }: Context, root: Supervisor): void {
  const { total, terms } = stopTime(tree, root);
  if (total <= options.maxTotal) return;
  report({
    messageId: "treeTakesLong",
    data: {
      root: quote(root.name),
      total: total === Number.POSITIVE_INFINITY ? "as long as it likes" : `up to ${seconds(total)}`,
      sum: sumInWords(terms),
      limit: seconds(options.maxTotal),
    },
    location: headOf(root),
    supervisor: root,
    children: [],
    demonstration: {
      root: root.key,
      faults: [...hanging(tree, root), { child: root.key, kind: "crash" }],
      expect: `When all of them use their time, the stop of ${quote(root.name)} takes longer than ${seconds(options.maxTotal)}.`,
      shows: { kind: "takes long", supervisor: root.key, ms: options.maxTotal },
    },
  });
}

/** A child that is the supervisor `inner`, and is given some milliseconds. */
function supervisorCutOff(
  { tree, report }: Context,
  supervisor: Supervisor,
  child: Child,
  inner: Supervisor,
  given: number,
): void {
  const needed = timeNeeded(tree, inner, new Set([supervisor.key]));
  if (needed === null || needed <= given) return;
  report({
    messageId: "supervisorCutOff",
    data: {
      child: quote(childName(child)),
      when: given === 0 ? "At shutdown" : "When the time is over,",
      given: timeGiven(given),
      order: inner.dynamic ? "" : ", one after the other",
      needed: needed === Number.POSITIVE_INFINITY ? "as long as they like" : `up to ${seconds(needed)}`,
      supervisor: quote(supervisor.name),
      remedy: remedy(tree, supervisor, needed),
    },
    location: child.location,
    related: [
      {
        message: `its children: ${listChildren(inner.children, 6)}`,
        location: inner.nameLocation ?? inner.location,
      },
    ],
    supervisor,
    children: [child.key],
    demonstration: {
      root: rootAbove(tree, child, supervisor),
      faults: [...hanging(tree, inner), { child: supervisor.key, kind: "crash" }],
      expect: `${quote(childName(child))} is killed while its children still stop.`,
      shows: { kind: "cut off", child: child.key },
    },
  });
}

function terminateSkipped(
  { tree, report }: Context,
  supervisor: Supervisor,
  children: readonly Child[],
): void {
  const [child] = children as readonly [Child];
  report({
    messageId: "terminateSkipped",
    data: { child: listChildren(children, 4) },
    location: child.location,
    related: [
      { message: `${quote(child.process!.symbol)} has a terminate`, location: child.process!.location },
    ],
    supervisor,
    children: children.map((each) => each.key),
    demonstration: {
      root: rootAbove(tree, child, supervisor),
      faults: [{ child: supervisor.key, kind: "crash" }],
      expect: `When ${quote(supervisor.name)} shuts down, ${quote(childName(child))} is killed, and its terminate does not run.`,
      shows: { kind: "no terminate", child: child.key },
    },
  });
}

function terminateCutOff(
  { tree, report }: Context,
  supervisor: Supervisor,
  children: readonly Child[],
): void {
  const [child] = children as readonly [Child];
  const waits = waitsOf(tree, supervisor, child);
  report({
    messageId: "terminateCutOff",
    data: {
      child: listChildren(children, 4),
      given: timeGiven(child.shutdown as number),
      needed: seconds(sum(waits)),
      supervisor: quote(supervisor.name),
    },
    location: child.location,
    related: waits
      .slice(0, 1)
      .map(({ location }) => ({ message: `${quote(child.process!.symbol)} waits here`, location })),
    supervisor,
    children: children.map((each) => each.key),
    demonstration: {
      root: rootAbove(tree, child, supervisor),
      faults: [{ child: supervisor.key, kind: "crash" }],
      expect: `When ${quote(supervisor.name)} shuts down, ${quote(childName(child))} is killed before its terminate is done.`,
      shows: { kind: "cut off", child: child.key },
    },
  });
}

interface Wait {
  ms: number;
  location: Location;
}

/** The waits that a child's terminate comes to for certain when its supervisor stops it. */
function waitsOf(tree: TreeIndex, supervisor: Supervisor, child: Child): Wait[] {
  const facts = tree.facts(child.key);
  if (!tree.traits(supervisor).terminateNeedsTrapExit || facts?.trapsExit !== true) return [];
  const acts = facts.reactions?.find(({ on }) => on.event === "terminate")?.acts ?? [];
  // What may fail may end it before.
  const end = acts.findIndex((act) => !isHarmless(act));
  return (end < 0 ? acts : acts.slice(0, end)).flatMap((act) =>
    act.does !== "wait" || act.possible || act.ms === null || act.computed !== undefined
      ? []
      : [{ ms: act.ms, location: act.location }],
  );
}

const sum = (waits: readonly Wait[]): number => waits.reduce((total, { ms }) => total + ms, 0);

/** Less than nothing is no time: OTP refuses it. */
const isCutOff = (given: number, waits: readonly Wait[]): boolean => given >= 0 && sum(waits) > given;

const timeGiven = (ms: number): string => (ms === 0 ? "no time" : seconds(ms));

const isHarmless = (act: Act): boolean =>
  act.does === "use" ? act.kind === "cast" || act.kind === "send" : HARMLESS.has(act.does);

/** The key of the root of a tree in which a child is; that of its supervisor where no path to it is known. */
function rootAbove(tree: TreeIndex, child: Child, supervisor: Supervisor): string {
  return tree.paths(child.key)[0]?.[0]?.supervisor.key ?? supervisor.key;
}

/** Faults that make every worker below a supervisor use all the time that it has to shut down. */
function hanging(
  tree: TreeIndex,
  supervisor: Supervisor,
  above: ReadonlySet<string> = new Set(),
): Demonstration["faults"] {
  if (above.has(supervisor.key)) return [];
  const inside = new Set(above).add(supervisor.key);
  return supervisor.children.flatMap((child): Demonstration["faults"] => {
    const inner = child.supervisor === null ? null : tree.supervisor(child.supervisor);
    return inner ? hanging(tree, inner, inside) : [{ child: child.key, kind: "hang" }];
  });
}

function remedy(tree: TreeIndex, supervisor: Supervisor, needed: number): string {
  if (tree.traits(supervisor).supervisorShutdown === "infinity")
    return "Leave out shutdown: a supervisor's default is infinity.";
  return needed === Number.POSITIVE_INFINITY
    ? "Give its children limits, and it more than these together."
    : `Give it more than ${seconds(needed)}, or its children less.`;
}

/**
 * Milliseconds that a supervisor's children may take to stop, at most; null when that is not known. Children of the
 * list stop one after the other; those of a dynamic supervisor all at once.
 */
function timeNeeded(tree: TreeIndex, supervisor: Supervisor, above: ReadonlySet<string>): number | null {
  if (above.has(supervisor.key)) return null;
  const inside = new Set(above).add(supervisor.key);
  let sum = 0;
  let longest = 0;
  for (const child of supervisor.children) {
    const one = timeOf(tree, supervisor, child, inside);
    if (one === null) return null;
    // An unknown number is at least one.
    const n = child.cardinality === "many" ? (child.count ?? 1) : child.cardinality === "maybe" ? 0 : 1;
    if (one > 0 && n > 0) sum += one * n;
    longest = Math.max(longest, one);
  }
  return supervisor.dynamic ? longest : sum;
}

function timeOf(
  tree: TreeIndex,
  supervisor: Supervisor,
  child: Child,
  inside: ReadonlySet<string>,
): number | null {
  // Whoever does not trap exits ends at once, whatever time it is given by default.
  if (child.type === "worker" && !usesItsTime(tree, supervisor, child)) return 0;
  if (child.shutdown === "brutal_kill") return 0;
  if (child.shutdown === null) return null;
  const inner = child.supervisor === null ? null : tree.supervisor(child.supervisor);
  const needed = inner && timeNeeded(tree, inner, inside);
  // A supervisor that has stopped its children ends, whatever it was given.
  if (typeof child.shutdown === "number") return Math.min(child.shutdown, needed ?? child.shutdown);
  if (child.supervisor === null) return child.type === "worker" ? Number.POSITIVE_INFINITY : null;
  return needed;
}
