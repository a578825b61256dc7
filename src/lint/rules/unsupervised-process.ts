import { type Orphan, orphanLinks } from "../../model/index.ts";
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
      text: "{starter} starts {process} outside any tree and without a link. When {process} crashes, nobody is told and nothing restarts it; when {starter} ends, it goes on running, and the next {starter} starts another. Make it a child of a supervisor.",
    },
    startedAndMonitored: {
      severity: "warning",
      text: "{starter} starts {process} outside any tree and monitors it, but is not linked to it. When {starter} ends, {process} goes on running, and the next {starter} starts another. Make it a child of a supervisor, or link to it.",
    },
    startedOutside: {
      severity: "warning",
      text: "{process} is started outside any tree, linked to nothing. When it crashes, nobody is told and nothing restarts it, and no supervisor stops it. Make it a child of a supervisor.",
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
    for (const orphan of model.orphans) {
      if (linked(orphan) !== false || handedOut.has(JSON.stringify(orphan.location))) continue;
      const starter = tree.edgesTo(orphan.key).find((edge) => edge.kind === "start");
      const by = starter ? tree.name(starter.from) : orphan.startedBy;
      report({
        messageId: messageFor(by !== undefined, isMonitored(tree, orphan)),
        data: { process: quote(orphan.name), starter: quote(by ?? "") },
        location: orphan.location,
        related: orphan.process
          ? [{ message: `${quote(orphan.name)} is defined here`, location: orphan.process.location }]
          : [],
        supervisor: starter ? (tree.step(starter.from)?.supervisor ?? null) : null,
        children: starter ? [orphan.key, starter.from] : [orphan.key],
        demonstration: {
          root: (starter && tree.paths(starter.from)[0]?.[0]?.supervisor.key) || orphan.key,
          faults: [{ child: orphan.key, kind: "crash" }],
          expect: `${quote(orphan.name)} is gone, and nobody starts it again.`,
          shows: { kind: "stays away", child: orphan.key },
        },
      });
    }
  },
});

function messageFor(byProcess: boolean, monitored: boolean) {
  if (byProcess) return monitored ? "startedAndMonitored" : "startedByProcess";
  return monitored ? "monitoredOutside" : "startedOutside";
}

const isMonitored = (tree: TreeIndex, { key }: Orphan): boolean =>
  tree.edgesTo(key).some(({ kind }) => kind === "monitor");
