/** The inspector without a selection: the tree as a whole, and how to go on. */
import { consoleLines, mode } from "../run/code.ts";
import { liveProgram } from "../run/live.ts";
import { assumptions } from "../run/run.ts";
import type { SceneNode } from "../scene/types.ts";
import { t } from "../state/strings.ts";
import { findings, live, scene } from "../state/view.ts";
import { Supposed } from "../views/Supposed.tsx";
import { Console } from "./Console.tsx";
import { Fact, Section } from "./controls.tsx";
import { KeyList } from "./Keys.tsx";

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
        t("mode"),
        liveProgram.value !== null ? t("live") : mode.value === "code" ? t("your code") : t("simulated"),
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
      <Console lines={consoleLines.value} named />
      <Section title={t("Select a process")}>
        <p class="quiet">{t("to see its state and why it runs, and to make it fail.")}</p>
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
