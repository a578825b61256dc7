/** The inspector without a selection: the tree as a whole, and how to go on. */
import { nameOfPlace } from "../../model/index.ts";
import { consoleLines, mode } from "../run/code.ts";
import { type Figures, figures } from "../run/figures.ts";
import { liveProgram, mayFault, recording } from "../run/live.ts";
import { viewing } from "../run/moments.ts";
import { assumptions } from "../run/present.ts";
import type { SceneNode } from "../scene/types.ts";
import { reveal } from "../state/reveal.ts";
import { t } from "../state/strings.ts";
import { findings, live, scene } from "../state/view.ts";
import { Supposed } from "../views/Supposed.tsx";
import { Console } from "./Console.tsx";
import { Fact, Section } from "./controls.tsx";
import { KeyList } from "./Keys.tsx";

/** Processes of a running program that stand out. */
const MOST = 5;

function HotSpots() {
  const measured = viewing.value === null ? figures.value : null;
  const state = live.value;
  if (measured === null || state === null) {
    return null;
  }
  const all = [...measured.of];
  const top = (title: string, value: (of: Figures) => number, text: (of: Figures) => string) => {
    const found = all
      .filter(([, of]) => value(of) > 0)
      .sort(([, a], [, b]) => value(b) - value(a))
      .slice(0, MOST)
      .flatMap(([pid, of]) => {
        const path = state.byPid.get(pid);
        return path === undefined ? [] : [{ path, name: nameOfPlace(path, 2), of }];
      });
    return found.length === 0 ? null : (
      <Section title={title}>
        <ul class="plain hot">
          {found.map(({ path, name, of }) => (
            <li key={path}>
              <button type="button" class="link-button" title={path} onClick={() => reveal(path, false)}>
                {name}
              </button>
              <span class="quiet">{text(of)}</span>
            </li>
          ))}
        </ul>
      </Section>
    );
  };
  return (
    <>
      {top(
        t("Busiest"),
        (of) => of.rate ?? 0,
        (of) => t("{0} handled per second", (of.rate ?? 0).toFixed((of.rate ?? 0) < 10 ? 1 : 0)),
      )}
      {top(
        t("Longest mailboxes"),
        (of) => of.mailbox,
        (of) => t("{0} wait", of.mailbox),
      )}
      {top(
        t("In a callback for long"),
        (of) => (of.busySince === null ? 0 : Math.max(1, measured.at - of.busySince)),
        (of) => t("{0} s", ((measured.at - (of.busySince ?? 0)) / 1000).toFixed(1)),
      )}
      {top(
        t("Started again"),
        (of) => of.restarts,
        (of) => (of.restarts === 1 ? t("once") : t("{0} times", of.restarts)),
      )}
    </>
  );
}

/** Without a selection: the tree as a whole. */
export function Overview() {
  const shown = scene.value;
  const roles = countRoles(shown?.roots ?? []);
  const problems = findings.value.length;
  const rows: [string, string | number][] = [
    [t("supervisors"), roles.supervisor],
    [t("dynamic supervisors"), roles.pool],
    [t("workers"), roles.worker],
    [t("unsupervised"), roles.process],
    [t("findings"), problems],
  ];
  if (live.value !== null) {
    rows.push(
      [t("alive"), live.value.alive],
      [
        t("what runs"),
        recording.value !== null
          ? t("a recording")
          : liveProgram.value !== null
            ? t("the program")
            : mode.value === "code"
              ? t("your code")
              : t("stand-ins"),
      ],
    );
  }
  return (
    <>
      <h2>
        <span class="name">
          {shown?.roots
            .map((node) => node.label)
            .slice(0, 3)
            .join(", ")}
        </span>
      </h2>
      <dl class="overview-facts">
        {rows
          .filter(([, value]) => value !== 0)
          .map(([name, value]) => (
            <Fact key={name} name={name} value={value} />
          ))}
      </dl>
      <HotSpots />
      <Console lines={consoleLines.value} named />
      <Section title={t("Select a process")}>
        <p class="quiet">
          {mayFault.value
            ? t("to see its state and why it runs, and to make it fail.")
            : t("to see its state and why it runs.")}
        </p>
        <KeyList />
      </Section>
      {live.value !== null && assumptions.value.length > 0 && (
        <Section title={t("The simulation supposes")}>
          <Supposed all={assumptions.value} />
        </Section>
      )}
    </>
  );
}

type Roles = Record<SceneNode["role"], number>;

/** A node that has not changed is the same object: its part is counted once. */
const counted = new WeakMap<SceneNode, Roles>();

function countRoles(nodes: readonly SceneNode[]): Roles {
  const sum: Roles = { supervisor: 0, pool: 0, worker: 0, process: 0 };
  for (const node of nodes) {
    sum[node.role] += 1;
    if (node.children.length === 0) continue;
    let below = counted.get(node);
    if (below === undefined) {
      below = countRoles(node.children);
      counted.set(node, below);
    }
    sum.supervisor += below.supervisor;
    sum.pool += below.pool;
    sum.worker += below.worker;
    sum.process += below.process;
  }
  return sum;
}
