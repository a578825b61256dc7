/** The table of a crash matrix: a row for each crash, a column for each process or how many it hits. A row can be run. */
import "./MatrixNarrow.css";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CrashMatrix, CrashRow, Effect } from "../../model/index.ts";
import { mode } from "../run/code.ts";
import { give } from "../run/give.ts";
import { liveProgram } from "../run/live.ts";
import { startRun } from "../run/start.ts";
import { groupRows } from "../scene/harm.ts";
import { t } from "../state/strings.ts";
import { pageWidth, select, selection, tab } from "../state/view.ts";
import { Space } from "../views/Space.tsx";
import { Supposed } from "../views/Supposed.tsx";
import { useVirtualRows } from "../views/virtual-rows.ts";
import { SCROLLS } from "./controls.tsx";
import { outcome, SIGN, shortNames } from "./matrix-words.ts";

/** `above`: what is said over it. */
export function MatrixTable({ made, above = null }: { made: CrashMatrix; above?: ComponentChildren }) {
  const [byHarm, setByHarm] = useState(true);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const box = useRef<HTMLElement>(null);
  const names = useMemo(() => shortNames(made.processes.map((process) => process.path)), [made]);
  const groups = useMemo(() => groupRows(made.rows, byHarm), [made, byHarm]);
  const lines = groups.flatMap((group) =>
    group.rows.length > 1 && open.has(group.row.path)
      ? group.rows.map((row, i) => ({ row, group: i === 0 ? group : null }))
      : [{ row: group.row, group }],
  );
  const narrow = pageWidth.value <= NARROW;
  const { row: height, head } = narrow ? SIZES.narrow : SIZES.wide;
  const { from, to } = useVirtualRows(box, lines.length, height, head);
  const toggle = (path: string) => {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  };
  return (
    <div class="matrix">
      {above}
      <Legend made={made} byHarm={byHarm} setByHarm={setByHarm} />
      <section class="matrix-box" ref={box} {...SCROLLS} aria-label={t("Crash matrix")}>
        <table class={narrow ? "narrow" : ""}>
          <thead>
            <tr>
              <th class="corner" scope="col">
                {t("when this crashes")}
              </th>
              {narrow ? <th scope="col">{t("what it does")}</th> : <Columns made={made} names={names} />}
            </tr>
          </thead>
          <tbody>
            <Space rows={from} height={height} />
            {lines.slice(from, to).map(({ row, group }) => (
              <Row
                key={row.path + row.fault}
                row={row}
                others={group === null ? 0 : group.rows.length - 1}
                open={open.has(row.path)}
                toggle={() => toggle(row.path)}
                made={made}
                names={names}
                narrow={narrow}
              />
            ))}
            <Space rows={lines.length - to} height={height} />
          </tbody>
        </table>
      </section>
    </div>
  );
}

/** What the signs mean, the order of the rows, and what is to be known of them all. */
function Legend(props: { made: CrashMatrix; byHarm: boolean; setByHarm: (byHarm: boolean) => void }) {
  const { made, byHarm, setByHarm } = props;
  return (
    <div class="pane-bar">
      {(["fails", "restarted", "stopped", "blocked", "lost"] as const).map((effect) => (
        <span key={effect} class={`legend effect ${effect}`}>
          <i class={`codicon codicon-${SIGN[effect].icon}`} aria-hidden="true" /> {t(SIGN[effect].word)}
        </span>
      ))}
      <label>
        <input
          type="checkbox"
          checked={byHarm}
          onChange={(event) => setByHarm(event.currentTarget.checked)}
        />{" "}
        {t("worst first")}
      </label>
      {mode.value === "code" && (
        <span
          class="quiet"
          title={t(
            "Who is blocked is seen where somebody waited for an answer in vain, and not asked of anybody.",
          )}
        >
          {t("Real code: every row is a run of its own, followed for 10 s of its time.")}
        </span>
      )}
      {made.assumptions.length > 0 && (
        <details>
          <summary>
            {made.assumptions.length === 1
              ? t("1 supposition")
              : t("{0} suppositions", made.assumptions.length)}
          </summary>
          <Supposed all={made.assumptions} />
        </details>
      )}
      {made.alike > 0 && (
        <span
          class="quiet"
          title={t("What is started at one place in the code fails alike: the first stands for all.")}
        >
          {t("{0} more, like those shown", made.alike)}
        </span>
      )}
      {made.omitted > 0 && <span class="quiet">{t("{0} rows not computed", made.omitted)}</span>}
    </div>
  );
}

/** Up to this width of the page a column for every process would be out of sight, and how a crash ends with it. */
const NARROW = 600;
/** Heights of a row and of the head, in pixels: where there is room the head has upright names. */
const SIZES = { wide: { row: 25, head: 140 }, narrow: { row: 58, head: 28 } };

function Columns({ made, names }: Pick<RowProps, "made" | "names">) {
  return (
    <>
      <th scope="col" class="sum">
        {t("stops")}
      </th>
      <th scope="col" class="sum wide">
        {t("outcome")}
      </th>
      {made.processes.map((process) => (
        <th key={process.path} scope="col" class="column" title={process.path}>
          <span>{names.get(process.path)}</span>
        </th>
      ))}
    </>
  );
}

interface RowProps {
  row: CrashRow;
  /** Rows that say the same and are folded into this one. */
  others: number;
  open: boolean;
  toggle: () => void;
  made: CrashMatrix;
  names: ReadonlyMap<string, string>;
  narrow: boolean;
}

function Row({ row, others, open, toggle, made, names, narrow }: RowProps) {
  const name = names.get(row.path) ?? row.path;
  // A click anywhere in the row runs it; by keyboard its name does.
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    const run = (event: Event) => {
      if (event.target instanceof Element && event.target.closest("td.effect, td.told") !== null)
        void show(row);
    };
    const element = line.current!;
    element.addEventListener("click", run);
    return () => element.removeEventListener("click", run);
  }, [row]);
  return (
    <tr ref={line} class={row.path === selection.value ? "selected" : ""}>
      <th scope="row" title={row.path}>
        {others > 0 && (
          <button
            type="button"
            class="row-fold"
            aria-expanded={open}
            aria-label={t("Rows that say the same")}
            onClick={toggle}
          >
            <i class={`codicon codicon-chevron-${open ? "down" : "right"}`} aria-hidden="true" />
          </button>
        )}
        <button
          type="button"
          class="row-name"
          title={t("Run the tree and crash {0}", name)}
          onClick={() => void show(row)}
        >
          <span class="row-title">{name}</span>
          {others > 0 && !open && <span class="quiet">{t("and {0} like it", others)}</span>}
          {row.fault === "kill" && <span class="quiet">{t("(killed)")}</span>}
        </button>
      </th>
      {narrow ? <Told row={row} names={names} /> : <Hits row={row} made={made} names={names} />}
    </tr>
  );
}

/** How many are hit, how it ends, and a column for each of them. */
function Hits({ row, made, names }: Pick<RowProps, "row" | "made" | "names">) {
  const effects = new Map(row.effects.map(({ path, effect }) => [path, effect]));
  return (
    <>
      <td class="sum">{row.blast.length}</td>
      <td class="sum wide">{outcome(row, names)}</td>
      {made.processes.map(({ path }) => {
        const effect = path === row.path ? "fails" : (effects.get(path) ?? "none");
        return (
          <td
            key={path}
            class={`effect ${effect}`}
            title={effect === "none" ? "" : `${names.get(path)}: ${t(SIGN[effect].word)}`}
          >
            {effect !== "none" && (
              <i
                class={`codicon codicon-${SIGN[effect].icon}`}
                role="img"
                aria-label={t(SIGN[effect].word)}
              />
            )}
          </td>
        );
      })}
    </>
  );
}

/** How many are hit and how, and how it ends. */
function Told({ row, names }: Pick<RowProps, "row" | "names">) {
  const counts = new Map<Effect, number>([["fails", 1]]);
  for (const { path, effect } of row.effects)
    if (path !== row.path && effect !== "none") counts.set(effect, (counts.get(effect) ?? 0) + 1);
  return (
    <td class="told">
      <div class="counts">
        {[...counts].map(([effect, count]) => (
          <span key={effect} class={`effect ${effect}`}>
            <i class={`codicon codicon-${SIGN[effect].icon}`} role="img" aria-label={t(SIGN[effect].word)} />{" "}
            {count}
          </span>
        ))}
      </div>
      <div class="ends" title={outcome(row, names)}>
        {outcome(row, names)}
      </div>
    </td>
  );
}

/** Runs the tree anew and lets the row's fault happen, before the person's eyes. */
async function show(row: CrashRow): Promise<void> {
  tab.value = "tree";
  // What would happen is asked of stand-ins: the program that is looked at is not touched.
  if (liveProgram.value !== null) {
    select(row.path);
    return;
  }
  await startRun();
  select(row.path);
  const target = { path: row.path };
  await give(row.fault === "crash" ? { kind: "crash", target, reason: "crash" } : { kind: "kill", target });
}
