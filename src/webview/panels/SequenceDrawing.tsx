/** The drawing of a sequence chart: lifelines side by side, and what happens between them one below the other. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Arrow, ArrowKind, Lifeline, Mark } from "../../trace/sequence.ts";
import { cutMiddle } from "../layout/index.ts";
import { moment } from "../run/clock.ts";
import { lookAt, viewing } from "../run/moments.ts";
import { t } from "../state/strings.ts";
import { fonts, live, select } from "../state/view.ts";
import { SCROLLS } from "./controls.tsx";

const LANE = 132;
const ROW = 26;
const HEAD = 40;
const LEFT = 74;
/** Room for a label: a row has one, so it may reach over the next lifelines. */
const LABEL = { least: 190, most: 300 };
export type Row =
  | { seq: number; at: number; arrow: Arrow }
  | { seq: number; at: number; mark: Mark }
  /** Something is missing before an event: its number lies between two. */
  | { seq: number; at: null; gap: string };

/** `to`: the event up to which it is shown; the run is followed as it goes on. */
export function SequenceDrawing({
  lifelines,
  rows,
  to,
}: {
  lifelines: readonly Lifeline[];
  rows: readonly Row[];
  to: number;
}) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = box.current;
    element?.addEventListener("click", lookAtRow);
    return () => element?.removeEventListener("click", lookAtRow);
  }, []);
  useEffect(() => {
    if (box.current !== null && viewing.value === null) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [to]);
  const taking = new Set(
    rows.flatMap((row) =>
      "arrow" in row ? [row.arrow.from, row.arrow.to] : "mark" in row ? [row.mark.pid] : [],
    ),
  );
  const lines = lifelines.filter((line) => taking.has(line.pid));
  const lane = new Map(lines.map((line, i) => [line.pid, LEFT + LANE / 2 + i * LANE]));
  const height = HEAD + rows.length * ROW + 20;
  const small = fonts.value?.small ?? ((text: string) => text.length * 6);
  const width = Math.max(
    LEFT + lines.length * LANE + LABEL.least - LANE / 2,
    ...rows.map((row) => ("gap" in row ? small(row.gap) + 16 : 0)),
  );
  const y = (index: number) => HEAD + 14 + index * ROW;
  const rowOf = (seq: number) => rows.findIndex((row) => row.seq >= seq);
  return (
    <section class="sequence-box" ref={box} {...SCROLLS} aria-label={t("Sequence chart")}>
      <svg width={width} height={height} class="chart" role="img" aria-label={t("Sequence chart")}>
        <Markers />
        {lines.map((line) => {
          const x = lane.get(line.pid)!;
          const from = line.born === null ? 0 : Math.max(0, rowOf(line.born));
          const died = line.died === null ? -1 : rowOf(line.died);
          return (
            <line
              key={line.pid}
              class={`lifeline ${line.kind}`}
              x1={x}
              x2={x}
              y1={line.born === null || from === 0 ? HEAD - 6 : y(from) - 10}
              y2={died < 0 ? height - 6 : y(died) + 4}
            />
          );
        })}
        {rows.map((row, i) =>
          "gap" in row ? (
            <GapRow key={`${row.seq} ${i}`} text={row.gap} y={y(i)} width={width} />
          ) : (
            <g key={`${row.seq}`} class="seq-row" data-seq={row.seq}>
              <rect class="hit" x={0} y={y(i) - 16} width={width} height={ROW} />
              <text class="small quiet" x={8} y={y(i) + 3}>
                {newTime(rows[i - 1]?.at ?? null, row.at)}
              </text>
              {"arrow" in row ? (
                <ArrowLine arrow={row.arrow} y={y(i)} lane={lane} small={small} />
              ) : (
                <MarkView mark={row.mark} y={y(i)} x={lane.get(row.mark.pid) ?? LEFT} small={small} />
              )}
            </g>
          ),
        )}
      </svg>
      <LaneHeads lines={lines} lane={lane} width={width} />
    </section>
  );
}

/** How arrows end: at whoever gets a message, or at nobody. */
function Markers() {
  return (
    <defs>
      <Marker id="seq-full" refX={9} size={7}>
        <path class="seq-head" d="M1 1L9 5L1 9Z" />
      </Marker>
      <Marker id="seq-cross" refX={5} size={9}>
        <path class="seq-cross" d="M2 2L8 8M8 2L2 8" />
      </Marker>
    </defs>
  );
}

function Marker(props: { id: string; refX: number; size: number; children: ComponentChildren }) {
  const { id, refX, size, children } = props;
  return (
    <marker
      id={id}
      viewBox="0 0 10 10"
      refX={refX}
      refY="5"
      markerWidth={size}
      markerHeight={size}
      orient="auto"
    >
      {children}
    </marker>
  );
}

/** The names above the lifelines, which stay while the rows scroll. */
function LaneHeads(props: { lines: readonly Lifeline[]; lane: ReadonlyMap<number, number>; width: number }) {
  const { lines, lane, width } = props;
  const label = fonts.value?.label ?? fonts.value?.small ?? ((text: string) => text.length * 6);
  return (
    <div class="lane-heads" style={{ width: `${width}px` }}>
      {lines.map((line) => (
        <button
          key={line.pid}
          type="button"
          class={`lane-head ${line.kind}`}
          style={{ left: `${lane.get(line.pid)! - LANE / 2 + 4}px`, width: `${LANE - 8}px` }}
          title={line.name}
          onClick={() => select(live.value?.byPid.get(line.pid) ?? null)}
        >
          {cutMiddle(line.name, LANE - 22, label)}
        </button>
      ))}
    </div>
  );
}

/** The time of a row, where it is not read from the row above. */
function newTime(before: number | null, at: number): string {
  const time = moment(at);
  return before !== null && moment(before) === time ? "" : time;
}

/** A click on a row of the chart looks at its moment. */
function lookAtRow(event: MouseEvent): void {
  const row = event.target instanceof Element ? event.target.closest("[data-seq]") : null;
  if (row !== null) {
    lookAt(Number(row.getAttribute("data-seq")));
  }
}

function ArrowLine(props: {
  arrow: Arrow;
  y: number;
  lane: ReadonlyMap<number, number>;
  small: (text: string) => number;
}) {
  const { arrow, y, lane, small } = props;
  const a = lane.get(arrow.from)!;
  const b = lane.get(arrow.to)!;
  const self = a === b;
  // The whole text is on hover.
  const room = Math.min(LABEL.most, Math.max(LABEL.least, Math.abs(b - a) - 20));
  const text = cutMiddle(arrow.label, room, small);
  // At the left end, which is in sight before anything is scrolled.
  const left = self ? a + 28 : Math.min(a, b) + 11;
  const d = self ? `M${a} ${y - 5}h22v10h-20` : `M${a} ${y}L${b + (b > a ? -2 : 2)} ${y}`;
  // Who traps exits is told of one, as of anything else.
  const killing = (arrow.kind === "exit" || arrow.kind === "stop") && arrow.ends;
  return (
    <g class={`arrow ${arrow.kind} ${arrow.received === null && isMessage(arrow.kind) ? "unread" : ""}`}>
      <title>{`${arrow.kind}: ${arrow.label}`}</title>
      <path d={d} marker-end={killing ? "url(#seq-cross)" : "url(#seq-full)"} />
      <text class="small" x={left} y={y - 4}>
        {text}
      </text>
    </g>
  );
}

/** Nobody knows what happened here. */
function GapRow({ text, y, width }: { text: string; y: number; width: number }) {
  return (
    <g class="seq-gap">
      <line x1={8} x2={width - 8} y1={y + 8} y2={y + 8} />
      <text class="small" x={8} y={y + 3}>
        {text}
      </text>
    </g>
  );
}

function isMessage(kind: ArrowKind): boolean {
  return kind === "call" || kind === "reply" || kind === "cast" || kind === "info";
}

function MarkView({
  mark,
  y,
  x,
  small,
}: {
  mark: Mark;
  y: number;
  x: number;
  small: (text: string) => number;
}) {
  const label = cutMiddle(
    mark.kind === "exit" || mark.kind === "end" ? t("exits ({0})", mark.label) : mark.label,
    LABEL.most,
    small,
  );
  const width = small(label) + 14;
  // It does not lie over the times.
  const middle = Math.max(x, LEFT + width / 2);
  return (
    <g class={`seq-mark ${mark.kind}`}>
      <title>{mark.label}</title>
      <rect x={middle - width / 2} y={y - 8} width={width} height={17} rx={8} />
      <text class="small" x={middle} y={y + 4} text-anchor="middle">
        {label}
      </text>
    </g>
  );
}
