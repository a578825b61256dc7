/** The timeline: the run's clock, what happened when, and any earlier moment at a drag. */
import "./Timeline.css";
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { moment } from "../run/clock.ts";
import { clockStart } from "../run/live.ts";
import { axis, keptFrom, lookAt, marks, reached, shownEvents, shownSeq, viewing } from "../run/moments.ts";
import { isStructural } from "../run/player.ts";
import { t } from "../state/strings.ts";
import { live, now, pageWidth } from "../state/view.ts";
import { IconButton } from "./controls.tsx";
import { Differences, Gaps, Moments, Ticks, weightyBefore } from "./Moments.tsx";

/** The axis is at least this long, in its own places, so that a young run does not jump about. */
const LEAST = 30;
/** As wide as a mark is seen. */
const MARK_PX = 13;
/** The axis's own width, about: the clock stands beside it. To measure it in every frame would be a layout in every frame. */
const trackWidth = (): number => Math.max(120, pageWidth.value - (pageWidth.value > 760 ? 200 : 115));

/** The axis grows in steps, so that marks stand still between them. */
function stepped(end: number): number {
  const step = 1.08;
  return LEAST * step ** Math.max(0, Math.ceil(Math.log(end / LEAST) / Math.log(step)));
}

/** The part of the axis that is shown; null shows all of it. */
const range = signal<{ from: number; to: number } | null>(null);

export function Timeline() {
  const end = stepped(axis.end(reached.value));
  // A run that has begun anew may not have come so far.
  const chosen = range.value !== null && range.value.to <= end ? range.value : null;
  const { from, to } = chosen ?? { from: 0, to: end };
  return (
    <div class={`timeline ${live.value === null ? "idle" : ""}`}>
      <div class="track-room">
        <Track from={from} to={to} end={end} />
        <Differences from={from} to={to} upTo={shownSeq.value} />
        <Moments of={marks} count={marks.count} from={from} to={to} near={MARK_PX / trackWidth()} />
      </div>
      {chosen !== null && (
        <IconButton
          icon="screen-full"
          label={t("Show the whole run")}
          onClick={() => {
            range.value = null;
          }}
        />
      )}
      <div class="clock" aria-hidden="true">
        {moment(now.value)}{" "}
        {clockStart.value === null && <span class="quiet">{t("of {0}", moment(reached.value))}</span>}
      </div>
    </div>
  );
}

/** The part of the axis from `from` to `to`, of which `end` is the end: sought by pointer and keys, zoomed by the wheel. */
function Track({ from, to, end }: { from: number; to: number; end: number }) {
  const track = useRef<HTMLDivElement>(null);
  const idle = live.value === null;
  const part = (place: number) => Math.min(1, Math.max(0, (place - from) / (to - from)));
  const placeUnder = (event: MouseEvent): number | null => {
    const box = track.current?.getBoundingClientRect();
    return box === undefined || idle
      ? null
      : from + ((event.clientX - box.x) / Math.max(1, box.width)) * (to - from);
  };
  const seek = (event: PointerEvent) => {
    const place = placeUnder(event);
    if (place !== null && event.buttons === 1) {
      lookAt(place >= axis.end(reached.value) ? null : Math.max(1, axis.seqAt(place)));
    }
  };
  useEffect(() => {
    const element = track.current!;
    const wheel = (event: WheelEvent) => {
      const place = placeUnder(event);
      if (place === null) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(event.deltaY / 240), place, end);
      else if (range.value !== null) pan(((event.deltaX + event.deltaY) / 400) * (to - from), end);
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  });
  const at = viewing.value === null ? axis.placeOfTime(now.value) : axis.placeOf(viewing.value);
  return (
    <div
      class="track"
      ref={track}
      role="slider"
      tabIndex={0}
      aria-label={t("Timeline; left and right go from event to event, plus and minus zoom")}
      aria-valuemin={0}
      aria-valuemax={shownSeq.value}
      aria-valuenow={viewing.value ?? shownSeq.value}
      aria-valuetext={moment(now.value)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={seek}
      onDblClick={(event) => zoomToIncident(placeUnder(event), end)}
      onKeyDown={(event) => {
        const step = event.key === "+" || event.key === "=" ? 1 / 1.6 : event.key === "-" ? 1.6 : 0;
        if (step !== 0) {
          zoom(step, at, end);
          event.preventDefault();
        } else if (slide(event.key)) {
          event.preventDefault();
        }
      }}
    >
      <Gaps from={from} to={to} />
      <Ticks from={from} to={to} upTo={shownSeq.value} />
      <div class="past" style={{ width: `${part(axis.end(reached.value)) * 100}%` }} />
      <div
        class={`playhead ${viewing.value === null ? "" : "past-moment"}`}
        style={{ left: `${part(at) * 100}%` }}
      />
    </div>
  );
}

/** Shows `factor` times as much of the axis, with `place` where it is. */
function zoom(factor: number, place: number, end: number): void {
  const { from, to } = range.value ?? { from: 0, to: end };
  setRange(place - (place - from) * factor, place + (to - place) * factor, end);
}

function pan(by: number, end: number): void {
  const { from, to } = range.value ?? { from: 0, to: end };
  const shift = Math.max(-from, Math.min(by, end - to));
  setRange(from + shift, to + shift, end);
}

/** The incident at a place, or the latest before it, fills the axis. */
function zoomToIncident(place: number | null, end: number): void {
  if (place === null) {
    return;
  }
  const incident = weightyBefore(axis.seqAt(place), (sentence) => sentence.kind === "incident");
  if (incident !== undefined) {
    const [from, to] = [axis.placeOf(incident.seq), axis.placeOf(incident.last)];
    const air = Math.max(2, (to - from) * 0.1);
    setRange(from - air, to + air, end);
  }
}

function setRange(from: number, to: number, end: number): void {
  const [low, high] = [Math.max(0, from), Math.min(end, to)];
  range.value = high - low < 1 ? range.value : low <= 0 && high >= end ? null : { from: low, to: high };
}

/** From one structural event to the next. */
function slide(key: string): boolean {
  const events = shownEvents();
  const before = keptFrom() - 1;
  const at = (viewing.value ?? shownSeq.value) - before;
  if (events.length === 0) {
    return false;
  }
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      for (let i = at - 2; i >= 0; i--) {
        if (isStructural(events[i]!)) {
          lookAt(before + i + 1);
          return true;
        }
      }
      lookAt(before + 1);
      return true;
    case "ArrowRight":
    case "ArrowUp": {
      const next = events.findIndex((event, i) => i >= at && isStructural(event));
      lookAt(next < 0 ? null : before + next + 1);
      return true;
    }
    case "Home":
      lookAt(before + 1);
      return true;
    case "End":
    case "Escape":
      lookAt(null);
      return true;
    default:
      return false;
  }
}
