import {
  type Act,
  type Demonstration,
  type Orphan,
  orphanLinks,
  partsOf,
  sourcePlace,
} from "../../model/index.ts";
import { defineRule } from "../rule.ts";
import type { TreeIndex } from "../tree-index.ts";
import { quote } from "../words.ts";

export const unsupervisedProcess = defineRule({
  id: "unsupervised-process",
  severity: "warning",
  description: "A process is started outside any tree and linked to nothing.",
  docs: "docs/rules/unsupervised-process.md",
  otp: [
    {
      title: "Supervision trees",
      url: "https://www.erlang.org/doc/system/design_principles.html#supervision-trees",
    },
    {
      title: "gen_server:start_link/4 and start/4",
      url: "https://www.erlang.org/doc/apps/stdlib/gen_server.html#start_link/4",
    },
  ],
  messages: {
    startedByProcess: {
      severity: "warning",
      text: "{starter} starts {process} outside any tree and without a link. When {process} crashes, {untold}nothing restarts it{andSo} Make it a child of a supervisor.",
    },
    startedAndMonitored: {
      severity: "warning",
      text: "{starter} starts {process} outside any tree and monitors it, but is not linked to it. {so} Make it a child of a supervisor, or link to it.",
    },
    startedOutside: {
      severity: "warning",
      text: "{process} is started outside any tree, linked to nothing. When it crashes, {untold}nothing restarts it, and no supervisor stops it. Make it a child of a supervisor.",
    },
    monitoredOutside: {
      severity: "warning",
      text: "{process} is started outside any tree, linked to nothing. When it crashes, whoever monitors it is told, but no supervisor restarts it, and none stops it. Make it a child of a supervisor.",
    },
  },
  options: {},
  check({ model, tree, report }) {
    // A start that hands out a process started earlier is watched from then on; strategy-mismatch says what is wrong.
    const handedOut = new Set(
      model.supervisors.flatMap(({ children }) =>
        children.flatMap(({ startedBefore }) => (startedBefore ? [JSON.stringify(startedBefore)] : [])),
      ),
    );
    const linked = orphanLinks(model);
    // Where a library tells anybody who listens what becomes of every process, nobody knows who does. Without a supervisor
    // it is not known which library it is.
    const { dialects } = model;
    const isHeard = dialects.length === 0 || dialects.some(({ endListener }) => endListener !== null);
    for (const orphan of model.orphans) {
      if (linked(orphan) !== false || handedOut.has(JSON.stringify(orphan.location))) continue;
      const starter = tree.edgesTo(orphan.key).find((edge) => edge.kind === "start");
      const by = starter ? tree.name(starter.from) : orphan.startedBy;
      const starterKey = starter?.from ?? childOf(tree, by);
      report({
        messageId: messageFor(by !== undefined, isMonitored(tree, orphan)),
        data: {
          process: quote(orphan.name),
          starter: quote(by ?? ""),
          untold: isHeard ? "" : "nobody is told and ",
          ...fateOf(tree, orphan, starterKey, by ?? ""),
        },
        location: orphan.location,
        related: orphan.process
          ? [{ message: `${quote(orphan.name)} is defined here`, location: orphan.process.location }]
          : [],
        supervisor: starter ? (tree.step(starter.from)?.supervisor ?? null) : null,
        children: starter ? [orphan.key, starter.from] : [orphan.key],
        demonstration: demonstrationOf(tree, orphan, starterKey),
      });
    }
  },
});

/** What becomes of it when its starter ends, after a sentence and in one of its own. */
function fateOf(
  tree: TreeIndex,
  orphan: Orphan,
  starterKey: string | null,
  by: string,
): Record<"andSo" | "so", string> {
  const [starter, process] = [quote(by), quote(orphan.name)];
  if (hearsOf(tree, orphan, starterKey))
    return { andSo: ".", so: `When it crashes, nothing restarts it but what ${starter} does then.` };
  const ends =
    starterKey !== null && stopsOthers(tree, starterKey) ? "is killed, without its terminate" : "ends";
  const next = `goes on running, and the next ${starter} starts another.`;
  return {
    andSo: `; when ${starter} ${ends}, it ${next}`,
    so: `When ${starter} ${ends}, ${process} ${next}`,
  };
}

/** Whether it is told when its starter ends, and does something about it. */
const hearsOf = (tree: TreeIndex, { key, process }: Orphan, starter: string | null): boolean =>
  process?.handlesDown === true &&
  tree.edgesFrom(key).some(({ kind, to }) => kind === "monitor" && to === starter);

function messageFor(byProcess: boolean, monitored: boolean) {
  if (byProcess) return monitored ? "startedAndMonitored" : "startedByProcess";
  return monitored ? "monitoredOutside" : "startedOutside";
}

/** A child that runs the code of this name; null where there is none, or several codes have it. */
function childOf({ model }: TreeIndex, symbol: string | undefined): string | null {
  const running = model.supervisors
    .flatMap(({ children }) => children)
    .filter(({ process }) => symbol !== undefined && process?.symbol === symbol);
  const codes = new Set(running.map(({ process }) => sourcePlace(process!.location)));
  return codes.size === 1 ? running[0]!.key : null;
}

/** Whether a process stops somebody in its terminate, or may. */
function stopsOthers(tree: TreeIndex, key: string): boolean {
  const facts = tree.facts(key);
  if (facts?.hasTerminate !== true) return false;
  const stops = (act: Act): boolean =>
    (act.does === "use" && (act.manner?.how === "exit" || act.manner?.how === "stop")) ||
    partsOf(act).some(stops);
  const { reactions } = facts;
  return (
    reactions === undefined || reactions.some(({ on, acts }) => on.event === "terminate" && acts.some(stops))
  );
}

/** Who has started it crashes; where nobody in a tree has, or it hears of that, it crashes itself. */
function demonstrationOf(tree: TreeIndex, orphan: Orphan, starter: string | null): Demonstration {
  const { key, name } = orphan;
  const root = starter === null ? undefined : tree.paths(starter)[0]?.[0]?.supervisor.key;
  if (starter === null || root === undefined || hearsOf(tree, orphan, starter))
    return {
      root: root ?? key,
      faults: [{ child: key, kind: "crash" }],
      expect: `${quote(name)} is gone, and nobody starts it again.`,
      shows: { kind: "stays away", child: key },
    };
  return {
    root,
    faults: [{ child: starter, kind: stopsOthers(tree, starter) ? "kill" : "crash" }],
    expect: `${quote(tree.name(starter))} is gone, and the ${quote(name)} that it has started runs on.`,
    shows: { kind: "runs on", child: key, of: starter },
  };
}

const isMonitored = (tree: TreeIndex, { key }: Orphan): boolean =>
  tree.edgesTo(key).some(({ kind }) => kind === "monitor");
