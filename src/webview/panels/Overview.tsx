/** The inspector without a selection: the tree as a whole, and how to go on. */
import { consoleLines, mode } from "../run/code.ts";
import { assumptions } from "../run/run.ts";
import type { SceneNode } from "../scene/types.ts";
import { t } from "../state/strings.ts";
import { findings, live, scene } from "../state/view.ts";
import { Console } from "./Console.tsx";
import { Fact, Section } from "./controls.tsx";
import { KeyList } from "./Keys.tsx";

/** Without a selection: the tree as a whole. */
export function Overview() {
  const shown = scene.value;
  const nodes = [...(shown?.byPath.values() ?? [])];
  const of = (role: SceneNode["role"]) => nodes.filter((node) => node.role === role).length;
  const problems = findings.value.length;
  const rows: [string, string | number][] = [
    [t("supervisors"), of("supervisor")],
    [t("dynamic supervisors"), of("pool")],
    [t("workers"), of("worker")],
    [t("unsupervised"), of("process")],
    [t("findings"), problems],
  ];
  if (live.value !== null) {
    rows.push(
      [t("alive"), live.value.alive],
      [t("mode"), mode.value === "code" ? t("your code") : t("simulated")],
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
          <ul class="plain">
            {assumptions.value.slice(0, 30).map((assumption) => (
              <li key={assumption.about + assumption.field}>
                {assumption.about.split("#").pop()}: {assumption.assumed}{" "}
                <span class="quiet">({assumption.why})</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
