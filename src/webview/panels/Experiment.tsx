/** Order experiments: children are moved, another strategy is tried, and every crash is compared with before. */
import "./Experiment.css";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Child, type Supervisor, sameList } from "../../model/index.ts";
import { liveProgram } from "../run/live.ts";
import { runState } from "../run/present.ts";
import { startRun } from "../run/start.ts";
import {
  baseline,
  type Experiment,
  type Experiments,
  moved,
  orderedChildren,
  STRATEGIES,
  type TriedStrategy,
  withExperiment,
} from "../scene/experiment.ts";
import { ask } from "../state/host.ts";
import { t } from "../state/strings.ts";
import { experiments, source } from "../state/view.ts";
import { compareNow, Outcome, work } from "./Comparison.tsx";
import { IconButton, Section } from "./controls.tsx";

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
    const order = sameList(experiment.order, base.order) ? null : [...experiment.order];
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
  const [said, setSaid] = useState("");
  const byKey = new Map(orderedChildren(supervisor).map((child) => [child.key, child]));
  const focusAfterMove = useFocusAfterMove(list);
  const move = (from: number, to: number) => {
    if (from === to) {
      return;
    }
    const name = nameOf(byKey.get(order[from]!)!);
    setSaid(t("{0} is number {1} of {2} now", name, to + 1, order.length));
    onChange(moved(order, from, to));
  };
  const drag = useRowDrag(move);
  return (
    <>
      <ol class="order" ref={list} aria-label={t("Start order")}>
        {order.map((key, i) => {
          const name = nameOf(byKey.get(key)!);
          const step = (by: number) => () => {
            focusAfterMove(key, by);
            move(i, i + by);
          };
          return (
            <li key={key} data-key={key} class={`order-row ${drag.classOf(i)}`} {...drag.row(i, name)}>
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

/** The browser takes the focus from a row that is moved: whoever says so before has it back on the button pressed. */
function useFocusAfterMove(list: RefObject<HTMLOListElement | null>): (key: string, step: number) => void {
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
  return (key, step) => {
    focus.current = { key, step };
  };
}

/** Rows of a list that are dragged to the place of another. */
function useRowDrag(move: (from: number, to: number) => void) {
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return {
    /** On which side of a row the one that is dragged would come. */
    classOf(i: number): string {
      const place = over === i && dragged !== null && dragged !== i ? (dragged < i ? "below" : "above") : "";
      return `${i === dragged ? "dragged" : ""} ${place}`;
    },
    row: (i: number, name: string) => ({
      draggable: true,
      onDragStart(event: DragEvent) {
        event.dataTransfer?.setData("text/plain", name);
        setDragged(i);
      },
      onDragOver(event: DragEvent) {
        if (dragged === null) return;
        event.preventDefault();
        setOver(i);
      },
      onDrop(event: DragEvent) {
        event.preventDefault();
        if (dragged !== null) move(dragged, i);
        end();
      },
      onDragEnd: end,
    }),
  };
}
