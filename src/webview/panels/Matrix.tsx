/** The crash matrix: for every process, what its crash does to all the others. Computed by running the model. */
import "./Matrix.css";
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CrashMatrix, TreeModel } from "../../model/index.ts";
import { timeOfDay } from "../run/clock.ts";
import { codeVersion, mode, presentCode, standIns } from "../run/code.ts";
import { liveProgram, modelNow } from "../run/live.ts";
import { MatrixWork } from "../run/matrix.ts";
import { withExperiments } from "../scene/experiment.ts";
import { t } from "../state/strings.ts";
import { experiments, model, root } from "../state/view.ts";
import { MatrixTable } from "./MatrixTable.tsx";

const matrix = signal<CrashMatrix | null>(null);
const work = new MatrixWork();
/** What the present matrix was made from. */
let madeFrom: { tree: TreeModel; root: string | null; program: string } | null = null;

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
    return <MatrixTable made={soFar} above={progress} />;
  }
  if (soFar !== null && soFar.rows.length > 0) {
    return <MatrixTable made={soFar} above={<Stopped />} />;
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
  return <MatrixTable made={made} above={takenAt.value === null ? null : <Taken />} />;
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
