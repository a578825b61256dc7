/** The sequence chart: who sent what to whom, who died, who was told. */
import "./Sequence.css";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type ArrowKind, type SequenceChart, sequence, sequenceToMermaid } from "../../trace/sequence.ts";
import { saveText } from "../export/save.ts";
import { gaps } from "../run/gaps.ts";
import { shownEvents, shownSeq, viewing } from "../run/moments.ts";
import { t } from "../state/strings.ts";
import { live, model, selectedNode } from "../state/view.ts";
import { type Row, SequenceDrawing } from "./SequenceDrawing.tsx";

/** Rows that are drawn; the rest of a long run is a range away. */
const ROWS = 300;

export function Sequence() {
  const [onlySelected, setOnlySelected] = useState(false);
  const [starts, setStarts] = useState(false);
  const to = viewing.value ?? shownSeq.value;
  if (live.value === null) {
    return <p class="pane-empty quiet">{t("Run the tree to see who talks to whom.")}</p>;
  }
  const without = new Set<ArrowKind>(starts ? ["demonitor"] : ["demonitor", "link"]);
  const chart = sequence(shownEvents(), model.value, { to, without });
  const rows = rowsOf(chart, starts, onlySelected ? pidsNear(selectedNode.value?.path ?? null) : null, to);
  const shown = rows.slice(-ROWS);
  return (
    <div class="sequence">
      <div class="pane-bar">
        <Choice chosen={onlySelected} choose={setOnlySelected}>
          {t("only the selected process")}
        </Choice>
        <Choice chosen={starts} choose={setStarts}>
          {t("starts and links")}
        </Choice>
        {shown.length < rows.length && (
          <span class="quiet">{t("the last {0} of {1}", shown.length, rows.length)}</span>
        )}
        <span class="spring" />
        <button
          type="button"
          class="link-button"
          onClick={() => void saveText("sequence.mmd", "text/vnd.mermaid", sequenceToMermaid(chart))}
        >
          {t("Export as Mermaid")}
        </button>
      </div>
      {shown.length === 0 ? (
        <p class="pane-empty quiet">{t("No messages yet.")}</p>
      ) : (
        <SequenceDrawing lifelines={chart.lifelines} rows={shown} to={to} />
      )}
    </div>
  );
}

function Choice(props: { chosen: boolean; choose: (chosen: boolean) => void; children: ComponentChildren }) {
  const { chosen, choose, children } = props;
  return (
    <label>
      <input type="checkbox" checked={chosen} onChange={(event) => choose(event.currentTarget.checked)} />{" "}
      {children}
    </label>
  );
}

/** What the chart tells in lines, one below the other; `pids`: of these processes only. */
function rowsOf(chart: SequenceChart, starts: boolean, pids: ReadonlySet<number> | null, to: number): Row[] {
  const names = new Map(chart.lifelines.map((line) => [line.pid, line.name]));
  // Of the starts, those that bring somebody back are part of the story.
  const told = chart.arrows
    .filter((arrow) => arrow.kind !== "start" || starts || /#\d+$/.test(names.get(arrow.to) ?? ""))
    .map((arrow) =>
      arrow.kind === "start" ? { ...arrow, label: t("starts {0}", names.get(arrow.to) ?? "") } : arrow,
    );
  return [
    ...told
      .filter((arrow) => pids === null || pids.has(arrow.from) || pids.has(arrow.to))
      .map((arrow) => ({ seq: arrow.seq, at: arrow.at, arrow })),
    ...chart.marks
      .filter((mark) => (pids === null || pids.has(mark.pid)) && mark.kind !== "timer")
      .map((mark) => ({ seq: mark.seq, at: mark.at, mark })),
    ...gaps.value
      .filter(({ before }) => before <= to + 1)
      .map(({ before, text }) => ({ seq: before - 0.5, at: null, gap: text })),
  ].sort((a, b) => a.seq - b.seq);
}

/** Every life of the selected place. */
function pidsNear(path: string | null): Set<number> {
  const found = new Set<number>();
  for (const [pid, key] of live.value?.byPid ?? []) {
    if (key === path) {
      found.add(pid);
    }
  }
  return found;
}
