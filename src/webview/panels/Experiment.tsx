/** Order experiments: children are moved, another strategy is tried, and every crash is compared with before. */
import "./Experiment.css";
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Child, Effect, Supervisor } from "../../model/index.ts";
import { presentCode } from "../run/code.ts";
import { liveProgram, modelNow } from "../run/live.ts";
import { MatrixWork } from "../run/matrix.ts";
import { runState, startRun } from "../run/run.ts";
import {
  baseline,
  type Comparison,
  compare,
  type Difference,
  type Experiment,
  type Experiments,
  type Group,
  groups,
  moved,
  orderedChildren,
  STRATEGIES,
  sameOrder,
  type TriedStrategy,
  type Verdict,
  verdictOf,
  withExperiment,
  withExperiments,
} from "../scene/experiment.ts";
import { ask } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { experiments, model, root, source } from "../state/view.ts";
import { IconButton, Section } from "./controls.tsx";
import { Crashing, ending, SIGN, shortNames } from "./Matrix.tsx";

/** Shows the trees as they would be; a run begins anew, so that it runs what is shown. */
function tryOut(next: Experiments): void {
  experiments.value = next;
  // What runs elsewhere goes on as it is.
  if (runState.value !== "idle" && liveProgram.value === null) {
    void startRun();
  }
}

/** Says that what is shown is not what is written. */
export function ExperimentBanner() {
  const tried = [...experiments.value.keys()];
  if (tried.length === 0) {
    return null;
  }
  const names = new Map(source.value?.supervisors.map(({ key, name }) => [key, name]));
  return (
    <div class="banner" role="status">
      <i class="codicon codicon-beaker" aria-hidden="true" />
      <span>
        {liveProgram.value === null
          ? t(
              "An experiment: {0} differs from the source.",
              tried.map((key) => names.get(key) ?? key).join(", "),
            )
          : t(
              "An experiment: what if {0} were different. The program is not touched.",
              tried.map((key) => names.get(key) ?? key).join(", "),
            )}
      </span>
      <button type="button" class="link-button" onClick={() => tryOut(new Map())}>
        {liveProgram.value === null ? t("Back to the source") : t("As it runs")}
      </button>
    </div>
  );
}

/** The part of the inspector in which the children of a supervisor are put into another order. */
export function ExperimentSection({ supervisorKey }: { supervisorKey: string }) {
  const written = source.value?.supervisors.find(({ key }) => key === supervisorKey);
  const base = written === undefined ? null : baseline(written);
  if (written === undefined || base === null) {
    return null;
  }
  const experiment = experiments.value.get(supervisorKey) ?? base;
  return <ExperimentForm key={supervisorKey} supervisor={written} base={base} experiment={experiment} />;
}

/** More children than this nobody orders by hand. */
const MOST = 200;

function nameOf({ id, start, key }: Child): string {
  return id ?? start.symbol ?? key.split("/").pop() ?? key;
}

function ExperimentForm(props: { supervisor: Supervisor; base: Experiment; experiment: Experiment }) {
  const { supervisor, base, experiment } = props;
  const changed = experiments.value.has(supervisor.key);
  const change = (next: Experiment) => tryOut(withExperiment(experiments.value, supervisor, next));
  const [answer, setAnswer] = useState<string | null>(null);
  const write = () => {
    const order = sameOrder(experiment.order, base.order) ? null : [...experiment.order];
    const strategy = experiment.strategy === base.strategy ? null : experiment.strategy;
    void ask({ type: "applyExperiment", supervisor: supervisor.key, order, strategy }).then((done) =>
      setAnswer(done.ok ? null : (done.message ?? t("not done"))),
    );
  };
  return (
    <Section title={t("Experiment")}>
      <label class="field">
        {t("strategy")}
        <select
          value={experiment.strategy ?? ""}
          onChange={(event) =>
            change({ ...experiment, strategy: (event.currentTarget.value || null) as TriedStrategy | null })
          }
        >
          {base.strategy === null && <option value="">{t("unknown")}</option>}
          {STRATEGIES.map((strategy) => (
            <option key={strategy} value={strategy}>
              {strategy}
            </option>
          ))}
        </select>
      </label>
      {experiment.order.length > MOST ? (
        <p class="quiet">{t("{0} children are too many to be moved here.", experiment.order.length)}</p>
      ) : (
        <Order
          supervisor={supervisor}
          order={experiment.order}
          onChange={(order) => change({ ...experiment, order })}
        />
      )}
      {changed && (
        <div class="actions">
          <button
            type="button"
            class="button"
            onClick={() => void compareNow()}
            disabled={work.done.value !== null}
          >
            {t("Compare")}
          </button>
          {liveProgram.value === null && (
            <button type="button" class="button secondary" onClick={write}>
              {t("Write into the source")}
            </button>
          )}
          <IconButton
            icon="discard"
            label={liveProgram.value === null ? t("As in the source") : t("As it runs")}
            onClick={() => change(base)}
          />
        </div>
      )}
      {answer !== null && (
        <p class="quiet" role="status">
          {answer}
        </p>
      )}
      {changed && <Outcome />}
    </Section>
  );
}

/** The children by place: dragged, or moved by their buttons. */
function Order(props: {
  supervisor: Supervisor;
  order: readonly string[];
  onChange: (order: string[]) => void;
}) {
  const { supervisor, order, onChange } = props;
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const byKey = new Map(orderedChildren(supervisor).map((child) => [child.key, child]));
  // The browser takes the focus from a row that is moved.
  const focus = useRef<{ key: string; step: number } | null>(null);
  useEffect(() => {
    const wanted = focus.current;
    focus.current = null;
    const row = [...(list.current?.children ?? [])].find(
      (item) => item instanceof HTMLElement && item.dataset.key === wanted?.key,
    );
    const buttons = [...(row?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
    if (wanted !== null && wanted.step > 0) {
      buttons.reverse();
    }
    buttons.find((button) => !button.disabled)?.focus();
  });
  const move = (from: number, to: number) => {
    if (from === to) {
      return;
    }
    const name = nameOf(byKey.get(order[from]!)!);
    setSaid(t("{0} is number {1} of {2} now", name, to + 1, order.length));
    onChange(moved(order, from, to));
  };
  const endDrag = () => {
    setDragged(null);
    setOver(null);
  };
  return (
    <>
      <ol class="order" ref={list} aria-label={t("Start order")}>
        {order.map((key, i) => {
          const name = nameOf(byKey.get(key)!);
          const step = (by: number) => () => {
            focus.current = { key, step: by };
            move(i, i + by);
          };
          const place =
            over === i && dragged !== null && dragged !== i ? (dragged < i ? "below" : "above") : "";
          return (
            <li
              key={key}
              data-key={key}
              class={`order-row ${i === dragged ? "dragged" : ""} ${place}`}
              draggable
              onDragStart={(event) => {
                event.dataTransfer?.setData("text/plain", name);
                setDragged(i);
              }}
              onDragOver={(event) => {
                if (dragged !== null) {
                  event.preventDefault();
                  setOver(i);
                }
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged !== null) {
                  move(dragged, i);
                }
                endDrag();
              }}
              onDragEnd={endDrag}
            >
              <i class="codicon codicon-gripper" aria-hidden="true" />
              <span class="place">{i + 1}</span>
              <span class="order-name" title={name}>
                {name}
              </span>
              <IconButton
                icon="chevron-up"
                label={t("Start {0} earlier", name)}
                disabled={i === 0}
                onClick={step(-1)}
              />
              <IconButton
                icon="chevron-down"
                label={t("Start {0} later", name)}
                disabled={i === order.length - 1}
                onClick={step(1)}
              />
            </li>
          );
        })}
      </ol>
      <p class="sr-only" role="status">
        {said}
      </p>
    </>
  );
}

const work = new MatrixWork();
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

async function compareNow(): Promise<void> {
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

function Outcome() {
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
