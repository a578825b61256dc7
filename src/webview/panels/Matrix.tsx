/** The crash matrix: for every process, what its crash does to all the others. Computed by running the model. */
import "./Matrix.css";
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type CrashMatrix, type CrashRow, type Effect, NO_LIMIT, type TreeModel } from "../../model/index.ts";
import { timeOfDay } from "../run/clock.ts";
import { codeVersion, mode, presentCode, standIns } from "../run/code.ts";
import { give } from "../run/give.ts";
import { liveProgram, modelNow } from "../run/live.ts";
import { MatrixWork } from "../run/matrix.ts";
import { startRun } from "../run/start.ts";
import { withExperiments } from "../scene/experiment.ts";
import { groupRows } from "../scene/harm.ts";
import { t } from "../state/strings.ts";
import { experiments, model, root, select, selection, tab } from "../state/view.ts";
import { Space } from "../views/Space.tsx";
import { Supposed } from "../views/Supposed.tsx";
import { useVirtualRows } from "../views/virtual-rows.ts";
import { SCROLLS } from "./controls.tsx";

const matrix = signal<CrashMatrix | null>(null);
const work = new MatrixWork();
/** What the present matrix was made from. */
let madeFrom: { tree: TreeModel; root: string | null; program: string } | null = null;

export const SIGN: Record<Effect, { icon: string; word: string }> = {
  fails: { icon: "error", word: "fails" },
  restarted: { icon: "debug-restart", word: "restarted" },
  stopped: { icon: "debug-stop", word: "stopped" },
  blocked: { icon: "watch", word: "blocked" },
  lost: { icon: "trash", word: "lost" },
  none: { icon: "blank", word: "" },
};

/** When the tree was taken from the running program; null where it is the source's. */
const takenAt = signal<number | null>(null);

/** Asked of the program as it is at this moment: budgets, links and monitors as they are now. */
async function computeOfProgram(): Promise<void> {
  if (work.done.value !== null) return;
  let tree: TreeModel;
  try {
    tree = withExperiments(await modelNow(), experiments.value);
  } catch (error) {
    work.problem.value = error instanceof Error ? error.message : String(error);
    return;
  }
  takenAt.value = Date.now();
  const made = await work.compute([{ tree, code: null, asInModel: [] }], null);
  if (made !== null) {
    matrix.value = made[0]!;
    work.soFar.value = null;
  }
}

/** Over the matrix of a running program. */
function Taken() {
  const at = takenAt.value;
  return at === null ? null : (
    <div class="pane-bar quiet" role="status">
      {t(
        "Stand-ins crash one by one, from the tree as it was at {0}: its links, its monitors, and what its budgets had left. The program is not touched.",
        timeOfDay(at),
      )}{" "}
      <button type="button" class="link-button" onClick={() => void computeOfProgram()}>
        {t("As it is now")}
      </button>
    </div>
  );
}

async function compute(): Promise<void> {
  if (liveProgram.peek() !== null && liveProgram.peek()?.recording === null) return await computeOfProgram();
  const tree = model.value;
  const program = programNow();
  if (
    tree === null ||
    (madeFrom?.tree === tree && madeFrom.root === root.value && madeFrom.program === program)
  ) {
    return;
  }
  const from = { tree, root: root.value, program };
  madeFrom = from;
  let code: string | null;
  try {
    code = await presentCode();
  } catch (error) {
    work.problem.value = error instanceof Error ? error.message : String(error);
    madeFrom = null;
    return;
  }
  if (madeFrom !== from) return;
  const made = await work.compute(
    [{ tree, code, asInModel: code === null ? [] : [...experiments.value.keys()] }],
    root.value,
  );
  if (made !== null) {
    matrix.value = made[0]!;
    work.soFar.value = null;
  } else if (madeFrom === from) {
    madeFrom = null;
  }
}

/** Which program a matrix is of: its last save, and who stands in for whom; empty for stand-ins. */
const programNow = (): string =>
  mode.value === "code" ? `${codeVersion.value} ${[...standIns.value].sort().join("\n")}` : "";

/** How far the crashes are that a matrix is made of. */
export function Crashing({ done }: { done: number }) {
  return (
    <>
      {t("Crashing every process once…")} <progress value={done} max={1} aria-label={t("Part done")} />
    </>
  );
}

export function Matrix() {
  const tree = model.value;
  const which = root.value;
  const program = programNow();
  const tried = liveProgram.value === null ? null : experiments.value;
  useEffect(() => {
    void compute();
  }, [liveProgram.value === null ? tree : tried, which, program]);
  const done = work.done.value;
  const soFar = work.soFar.value;
  if (done !== null) {
    const progress = (
      <div class={soFar === null ? "pane-empty quiet" : "pane-bar quiet"}>
        <Crashing done={done} />{" "}
        <button type="button" class="link-button" onClick={() => work.cancel()}>
          {t("Cancel")}
        </button>
      </div>
    );
    if (soFar === null || soFar.rows.length === 0) return progress;
    return <Table made={soFar} above={progress} />;
  }
  if (soFar !== null && soFar.rows.length > 0) {
    return <Table made={soFar} above={<Stopped />} />;
  }
  if (work.problem.value !== null) {
    return (
      <p class="pane-empty">
        {work.problem.value}{" "}
        <button type="button" class="link-button" onClick={() => void compute()}>
          {t("Try again")}
        </button>
      </p>
    );
  }
  const made = matrix.value;
  if (made === null || made.rows.length === 0) {
    return <p class="pane-empty quiet">{t("There is nothing to crash.")}</p>;
  }
  return <Table made={made} above={takenAt.value === null ? null : <Taken />} />;
}

/** Shortest ends of the paths that are still different from each other. */
export function shortNames(paths: readonly string[]): Map<string, string> {
  const last = (path: string, parts: number) => path.split("/").slice(-parts).join("/");
  const seen = new Map<string, number>();
  for (const path of paths) {
    seen.set(last(path, 1), (seen.get(last(path, 1)) ?? 0) + 1);
  }
  return new Map(paths.map((path) => [path, last(path, seen.get(last(path, 1)) === 1 ? 1 : 2)]));
}

/** Above the rows that there were when it was cancelled. */
function Stopped() {
  return (
    <div class="pane-bar quiet" role="status">
      {t("Stopped before every process had been crashed.")}{" "}
      <button type="button" class="link-button" onClick={() => void compute()}>
        {t("Go on")}
      </button>
    </div>
  );
}

function Table({ made, above = null }: { made: CrashMatrix; above?: ComponentChildren }) {
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
  const { from, to } = useVirtualRows(box, lines.length, ROW, HEAD);
  const toggle = (path: string) => {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  };
  return (
    <div class="matrix">
      {above}
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
            <summary>{t("{0} suppositions", made.assumptions.length)}</summary>
            <Supposed all={made.assumptions} />
          </details>
        )}
        {made.omitted > 0 && <span class="quiet">{t("{0} rows are left out", made.omitted)}</span>}
      </div>
      <section class="matrix-box" ref={box} {...SCROLLS} aria-label={t("Crash matrix")}>
        <table>
          <thead>
            <tr>
              <th class="corner" scope="col">
                {t("when this crashes")}
              </th>
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
            </tr>
          </thead>
          <tbody>
            <Space rows={from} height={ROW} />
            {lines.slice(from, to).map(({ row, group }) => (
              <Row
                key={row.path + row.fault}
                row={row}
                others={group === null ? 0 : group.rows.length - 1}
                open={open.has(row.path)}
                toggle={() => toggle(row.path)}
                made={made}
                names={names}
              />
            ))}
            <Space rows={lines.length - to} height={ROW} />
          </tbody>
        </table>
      </section>
    </div>
  );
}

/** Height of a row, and of the head with its upright names, in pixels. */
const ROW = 25;
const HEAD = 140;

interface RowProps {
  row: CrashRow;
  /** Rows that say the same and are folded into this one. */
  others: number;
  open: boolean;
  toggle: () => void;
  made: CrashMatrix;
  names: ReadonlyMap<string, string>;
}

function Row({ row, others, open, toggle, made, names }: RowProps) {
  const name = names.get(row.path) ?? row.path;
  // A click anywhere in the row runs it; by keyboard its name does.
  const line = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    const run = (event: Event) => {
      if (event.target instanceof Element && event.target.closest("td.effect") !== null) void show(row);
    };
    const element = line.current!;
    element.addEventListener("click", run);
    return () => element.removeEventListener("click", run);
  }, [row]);
  const effects = new Map(row.effects.map(({ path, effect }) => [path, effect]));
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
    </tr>
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

/** How the crash of a row ends, in a few words. */
export function outcome(row: CrashRow, names: ReadonlyMap<string, string>): string {
  const parts = [ending(row, names)];
  for (const { path, used, intensity, period } of row.budget)
    if (intensity !== NO_LIMIT)
      parts.push(t("{0}: {1} of {2} in {3} s", names.get(path) ?? path, used, intensity, period));
  return parts.join("; ");
}

/** The same without the restarts that it costs. */
export function ending(row: CrashRow, names: ReadonlyMap<string, string>): string {
  const parts = [
    row.treeEnded ? t("the whole tree ends") : row.recovered ? t("recovers") : t("does not come back"),
  ];
  if (row.escalated.length > 0) {
    parts.push(t("{0} gives up", row.escalated.map((path) => names.get(path) ?? path).join(", ")));
  }
  return parts.join("; ");
}
