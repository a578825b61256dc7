/** How `child-order` words a use that goes against the start order. */
import { type Act, type Demonstration, type RelatedLocation, shortened } from "../model/index.ts";
import { allowsRestarts } from "./established.ts";
import { isStatic, type Path, type TreeIndex, type Use } from "./tree-index.ts";
import { childName, listChildren, noproc, quote, verb } from "./words.ts";

/** The key of the process at the end of a path. */
export const lastKey = (path: Path): string => path.at(-1)!.child.key;

/** The values that the rule's messages take. */
export function wordsOf(tree: TreeIndex, use: Use): Record<string, string> {
  const { supervisor, user, edge } = use;
  const userName = quote(childName(use.userPath.at(-1)!.child));
  const target = targetName(tree, use);
  const stopped = supervisor.children.slice(0, user.index).filter((child) => !child.dynamic);
  const above = use.userPath.slice(0, use.userPath.indexOf(user)).map((step) => step.supervisor);
  let consequence = "";
  if (stopped.length > 0) {
    consequence += `; ${listChildren(stopped, 4)}, running already, ${stopped.length > 1 ? "are" : "is"} stopped again`;
  }
  if (above.length > 0) consequence += `; with it fails the start of ${quote(above[0]!.name)}`;
  return {
    user: userName,
    target,
    verb: verb(edge.kind),
    supervisor: quote(supervisor.name),
    nesting: nesting(use),
    noproc: noproc(tree.traits(supervisor)),
    reason: tree.traits(supervisor).otpReasons
      ? ` with {shutdown, {failed_to_start_child, ${shortened(childName(user.child))}, …}}`
      : "",
    consequence,
    effect: effect(tree, use, userName),
    ignores: edge.unawaited ? "does not wait for it" : "catches it",
    begins: mayIgnore(tree, use)
      ? `begins without ${target}, or not at all`
      : `always begins without ${target}`,
    atStart: effectAtStart(tree, use, userName),
    strategy: allowsRestarts(tree, supervisor) ? strategyEffect(use, userName, target) : "",
  };
}

/** Whether the user may give up its start without failing. */
function mayIgnore(tree: TreeIndex, { userPath }: Use): boolean {
  const reactions = tree.facts(lastKey(userPath))?.reactions ?? [];
  return reactions.some(({ on, acts }) => on.event === "init" && acts.some(ignores));
}

function ignores(act: Act): boolean {
  if (act.does === "try") return [...act.acts, ...act.otherwise].some(ignores);
  return act.does === "end" && act.how === "ignore";
}

/** The process used: for "start" the supervisor that is asked, not the child that it then starts. */
function targetName(tree: TreeIndex, { edge, targetPath }: Use): string {
  const last = targetPath.at(-1)!;
  if (edge.kind === "start" && !isStatic(last)) return quote(last.supervisor.name);
  return quote(targetPath.length > 0 ? childName(last.child) : tree.name(edge.to));
}

/** Says which children of the common supervisor are meant when the processes run deeper. */
function nesting({ supervisor, user, target, userPath, targetPath }: Use): string {
  if (userPath.at(-1) === user && targetPath.at(-1) === target) return "";
  const a = quote(childName(user.child));
  const b = quote(childName(target.child));
  return ` (${quote(supervisor.name)} starts ${a}${userPath.at(-1) === user ? "" : ", which it runs under,"} before ${b}${targetPath.at(-1) === target ? "" : `, which the other runs under`})`;
}

function effect(tree: TreeIndex, { edge, supervisor }: Use, user: string): string {
  const { failureEnds, otpReasons } = tree.traits(supervisor);
  const ending = failureEnds ? `crashes ${user}` : `so does what ${user} is doing then`;
  const fails = otpReasons ? "exits with noproc" : "fails";
  const and = failureEnds ? " and " : ", and ";
  switch (edge.kind) {
    case "lookup":
      return "the lookup finds nothing";
    case "start":
      return edge.guarded
        ? `nothing can be started there${noproc(tree.traits(supervisor))}`
        : `starting a child there fails${otpReasons ? " with noproc" : ""}${and}${ending}`;
    default:
      return edge.guarded
        ? `its calls fail${otpReasons ? " with noproc" : ""}`
        : `a call ${fails}${and}${ending}`;
  }
}

/** What comes of a use in init when nobody is there. */
function effectAtStart(tree: TreeIndex, { edge, supervisor }: Use, user: string): string {
  const why = noproc(tree.traits(supervisor));
  switch (edge.kind) {
    case "cast":
    case "send":
      return "there is nobody to receive the message, and it is lost";
    case "lookup":
      return "it finds nothing";
    case "monitor":
      return `the monitor fires at once${why}`;
    default:
      return edge.guarded
        ? `that fails${why}, and ${user} begins without`
        : `it finds no process${why} and crashes, and the start of ${quote(supervisor.name)} fails`;
  }
}

function strategyEffect({ supervisor, user, target }: Use, userName: string, targetNameText: string): string {
  const moved = quote(childName(user.child));
  const used = quote(childName(target.child));
  switch (supervisor.strategy) {
    case "rest_for_one":
      return ` And when ${used} crashes, rest_for_one restarts it and what starts after it, but not ${moved}: ${userName} goes on with what it knows of the dead ${targetNameText}.`;
    case "one_for_all":
      return ` Under one_for_all a crash of any child repeats that.`;
    default:
      return "";
  }
}

/** The sibling's place, and every use. @param uses the most serious first */
export function relatedPlaces(tree: TreeIndex, uses: readonly Use[]): RelatedLocation[] {
  const use = uses[0]!;
  const name = (key: string) => quote(tree.name(key));
  const target = use.target.child;
  const places: RelatedLocation[] = [
    {
      message: `${quote(childName(target))} starts here, after ${quote(childName(use.user.child))}`,
      location: target.location,
    },
  ];
  for (const each of uses.slice(0, 10)) {
    const phase = { init: " in init", continue: " in handleContinue", later: "" }[each.edge.phase];
    places.push({
      message: `${name(each.edge.from)} ${verb(each.edge.kind)} ${name(each.edge.to)} here${phase} (${each.edge.via})`,
      location: each.edge.location,
    });
  }
  return places;
}

/** What to run to see it: the start of the tree; null when nothing fails. */
export function demonstrationOf(tree: TreeIndex, use: Use, failsBoot: boolean): Demonstration | null {
  const from = [lastKey(use.userPath)];
  const to = use.targetPath.length > 0 ? lastKey(use.targetPath) : use.edge.to;
  const user = quote(childName(use.userPath.at(-1)!.child));
  const target = targetName(tree, use);
  if (failsBoot) {
    return {
      root: use.root.key,
      faults: [],
      expect: `The start of ${quote(use.root.name)} fails: ${user} finds no ${target}.`,
      shows: { kind: "no start", of: from, missing: to },
    };
  }
  // A call and a start fail, what is sent is lost: that somebody is looked up or monitored is seen by nobody else.
  const { kind } = use.edge;
  if (kind !== "call" && kind !== "start" && kind !== "cast" && kind !== "send") return null;
  const { root, supervisor } = use;
  const runs = use.edge.phase === "later" ? `${user} already runs and` : user;
  return {
    root: root.key,
    faults: [],
    expect: `While ${quote(supervisor.name)} starts, ${runs} finds no ${target}.`,
    shows: { kind: "use fails", from, to, when: "starting" },
  };
}
