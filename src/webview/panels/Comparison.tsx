/** Every crash with an experiment and without it: a verdict, then why. */
import { signal } from "@preact/signals";
import type { Effect } from "../../model/index.ts";
import { presentCode } from "../run/code.ts";
import { liveProgram, modelNow } from "../run/live.ts";
import { MatrixWork } from "../run/matrix.ts";
import {
  type Comparison,
  compare,
  type Difference,
  type Experiments,
  type Group,
  groups,
  type Verdict,
  verdictOf,
  withExperiments,
} from "../scene/experiment.ts";
import { t } from "../state/strings.ts";
import { experiments, model, root, source } from "../state/view.ts";
import { Crashing } from "./Matrix.tsx";
import { ending, SIGN, shortNames } from "./matrix-words.ts";

/** Crashing every process takes a while. */
export const work = new MatrixWork();
const compared = signal<{ experiments: Experiments; comparison: Comparison } | null>(null);

/** Of the program as it is at this moment. */
async function compareWithProgram(): Promise<void> {
  const tried = experiments.value;
  try {
    const before = await modelNow();
    const after = withExperiments(before, tried);
    const made = await work.compute(
      [before, after].map((tree) => ({ tree, code: null, asInModel: [] })),
      null,
    );
    if (made !== null) compared.value = { experiments: tried, comparison: compare(made[0]!, made[1]!) };
  } catch (error) {
    work.problem.value = error instanceof Error ? error.message : String(error);
  }
}

export async function compareNow(): Promise<void> {
  if (liveProgram.value !== null) return await compareWithProgram();
  const [before, after] = [source.value, model.value];
  if (before === null || after === null) {
    return;
  }
  const tried = experiments.value;
  let code: string | null;
  try {
    code = await presentCode();
  } catch (error) {
    work.problem.value = error instanceof Error ? error.message : String(error);
    return;
  }
  const asInModel = code === null ? [] : [...tried.keys()];
  const made = await work.compute(
    [
      { tree: before, code, asInModel: [] },
      { tree: after, code, asInModel },
    ],
    root.value,
  );
  if (made !== null) {
    compared.value = { experiments: tried, comparison: compare(made[0]!, made[1]!) };
  }
}

export function Outcome() {
  const done = work.done.value;
  if (done !== null) {
    return (
      <p class="quiet">
        <Crashing done={done} />
      </p>
    );
  }
  if (work.problem.value !== null) {
    return <p role="status">{work.problem.value}</p>;
  }
  const made = compared.value;
  if (made === null || made.experiments !== experiments.value) {
    return null;
  }
  return <Compared comparison={made.comparison} />;
}

const SHOWN = 30;

/** The change in one sentence. */
function sayVerdict({ is, of, by }: Verdict): string {
  const worse = is === "worse";
  switch (of) {
    case "starts":
      return worse ? t("Worse: {0} more do not start.", by) : t("Better: {0} more start.", by);
    case "ends":
      return worse
        ? t("Worse: {0} more crashes end the whole tree.", by)
        : t("Better: {0} fewer crashes end the whole tree.", by);
    case "lost":
      return worse
        ? t("Worse: {0} more processes do not come back.", by)
        : t("Better: {0} fewer processes stay away.", by);
    case "stops":
      return worse ? t("Worse: {0} more processes stop.", by) : t("Better: {0} fewer processes stop.", by);
    default:
      return t("No better and no worse.");
  }
}

function Compared({ comparison }: { comparison: Comparison }) {
  const { differences, same, stops, failedBoots } = comparison;
  const shown = groups(differences);
  const verdict = verdictOf(comparison);
  const names = shortNames(
    differences
      .flatMap(({ path, effects }) => [path, ...effects.map((effect) => effect.path)])
      .filter(unique),
  );
  return (
    <div class="compared" role="status">
      <p class={`verdict ${verdict.is}`}>{sayVerdict(verdict)}</p>
      <Boots {...failedBoots} />
      {differences.length === 0 && failedBoots.after.length === 0 && (
        <p>{t("Every crash ends as before.")}</p>
      )}
      {differences.length > 0 && (
        <p>
          {t(
            "{0} of {1} crashes end otherwise. Stopped over all of them: {2} before, {3} now.",
            differences.length,
            differences.length + same,
            stops.before,
            stops.after,
          )}
        </p>
      )}
      <ul class="plain">
        {shown.slice(0, SHOWN).map((group) => (
          <Changed key={group.like.fault + group.like.path} group={group} names={names} />
        ))}
      </ul>
      {shown.length > SHOWN && <p class="quiet">{t("and {0} more", shown.length - SHOWN)}</p>}
    </div>
  );
}

function unique(path: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(path) === at;
}

function Boots({ before, after }: Comparison["failedBoots"]) {
  return (
    <>
      {after.map(({ label, reason }) => (
        <p key={label} class="worse">
          {t("{0} does not start: {1}", label, reason)}
        </p>
      ))}
      {before
        .filter(({ label }) => !after.some((one) => one.label === label))
        .map(({ label }) => (
          <p key={label}>{t("{0}, which does not start as written, starts.", label)}</p>
        ))}
    </>
  );
}

const NAMED = 3;

function Changed({ group, names }: { group: Group; names: ReadonlyMap<string, string> }) {
  const { before, after, effects } = group.like;
  const named = group.paths.slice(0, NAMED).map((path) => names.get(path) ?? path);
  const others = group.paths.length - named.length;
  if (others > 0) {
    named.push(t("and {0} more", others));
  }
  const end = (row: Difference["before"]) => (row === null ? t("it is not there") : ending(row, names));
  const word = (effect: Effect) => (effect === "none" ? t("unaffected") : t(SIGN[effect].word));
  return (
    <li>
      {group.paths.length === 1
        ? t("When {0} crashes:", named[0] ?? "")
        : t("When one of these crashes: {0}", named.join(", "))}
      <ul>
        {end(before) !== end(after) && (
          <li>
            {end(before)} → <b>{end(after)}</b>
          </li>
        )}
        {effects.map((effect) => (
          <li key={effect.path}>
            {names.get(effect.path) ?? effect.path}: {word(effect.before)} → <b>{word(effect.after)}</b>
          </li>
        ))}
      </ul>
    </li>
  );
}
