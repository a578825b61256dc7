/** The timeline: the run's clock, what happened when, and any earlier moment at a drag. */
import "./Timeline.css";
import { useRef } from "preact/hooks";
import { clock } from "../../trace/words.ts";
import {
  lookAt,
  type Moment,
  moments,
  reached,
  sentences,
  seqAt,
  shownEvents,
  shownSeq,
  viewing,
} from "../run/moments.ts";
import { isStructural } from "../run/player.ts";
import { continueFromHere, pause } from "../run/run.ts";
import { t } from "../state/strings.ts";
import { live, now } from "../state/view.ts";

/** The axis is at least this long, so that a young run does not jump about. */
const LEAST = 5000;
const RANK: Record<Moment["kind"], number> = { start: 0, restart: 1, crash: 2, "give-up": 3 };
const ICON: Record<Moment["kind"], string> = {
  start: "debug-start",
  restart: "debug-restart",
  crash: "error",
  "give-up": "flame",
};

interface Cluster {
  /** Part of the axis, 0 to 1. */
  x: number;
  seq: number;
  kind: Moment["kind"];
  count: number;
}

/** Moments closer than this part of the axis are one mark, of the most serious kind. */
function clusters(all: readonly Moment[], end: number): Cluster[] {
  const near = 0.014;
  const found: Cluster[] = [];
  for (const moment of all) {
    const x = moment.at / end;
    const last = found[found.length - 1];
    if (last !== undefined && x - last.x < near) {
      last.count += 1;
      last.seq = moment.seq;
      if (RANK[moment.kind] > RANK[last.kind]) {
        last.kind = moment.kind;
      }
    } else {
      found.push({ x, seq: moment.seq, kind: moment.kind, count: 1 });
    }
  }
  return found;
}

export function Timeline() {
  const track = useRef<HTMLDivElement>(null);
  const end = Math.max(LEAST, reached.value);
  const idle = live.value === null;
  const seek = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || idle || event.buttons !== 1) {
      return;
    }
    const part = (event.clientX - box.x) / Math.max(1, box.width);
    const at = part * end;
    lookAt(at >= reached.value ? null : Math.max(1, seqAt(at)));
  };
  const position = Math.min(1, now.value / end);
  return (
    <div class={`timeline ${idle ? "idle" : ""}`}>
      <div
        class="track"
        ref={track}
        role="slider"
        tabIndex={0}
        aria-label={t("Timeline; left and right go from event to event")}
        aria-valuemin={0}
        aria-valuemax={shownSeq.value}
        aria-valuenow={viewing.value ?? shownSeq.value}
        aria-valuetext={clock(now.value)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seek(event);
        }}
        onPointerMove={seek}
        onKeyDown={(event) => {
          if (slide(event.key)) {
            event.preventDefault();
          }
        }}
      >
        <Ticks end={end} />
        <div class="past" style={{ width: `${Math.min(1, reached.value / end) * 100}%` }} />
        {clusters(moments.value, end).map((mark) => (
          <button
            key={`${mark.seq}`}
            type="button"
            tabIndex={-1}
            class={`moment ${mark.kind}`}
            style={{ left: `${mark.x * 100}%` }}
            title={describe(mark)}
            onPointerDown={(event) => event.stopPropagation()}
            onClick={() => lookAt(mark.seq)}
          >
            <i class={`codicon codicon-${ICON[mark.kind]}`} aria-hidden="true" />
          </button>
        ))}
        <div
          class={`playhead ${viewing.value === null ? "" : "past-moment"}`}
          style={{ left: `${position * 100}%` }}
        />
      </div>
      <div class="clock" aria-hidden="true">
        {clock(now.value)} <span class="quiet">{t("of {0}", clock(reached.value))}</span>
      </div>
    </div>
  );
}

function describe(mark: Cluster): string {
  const sentence = sentences.value.findLast((s) => s.seq <= mark.seq && s.last >= mark.seq);
  const more = mark.count > 1 ? ` (${t("{0} events", mark.count)})` : "";
  return `${sentence?.text ?? mark.kind}${more}`;
}

/** Whole seconds, or as many as fit. */
function Ticks({ end }: { end: number }) {
  const steps = [500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 3_600_000];
  const step = steps.find((candidate) => end / candidate <= 8) ?? end / 10;
  const ticks = [];
  for (let at = step; at < end * 0.985; at += step) {
    ticks.push(
      <div key={at} class="tick" style={{ left: `${(at / end) * 100}%` }}>
        <span>{at % 1000 === 0 ? `${at / 1000} s` : `${at} ms`}</span>
      </div>,
    );
  }
  return <div aria-hidden="true">{ticks}</div>;
}

/** From one structural event to the next. */
function slide(key: string): boolean {
  const events = shownEvents();
  const at = viewing.value ?? shownSeq.value;
  if (events.length === 0) {
    return false;
  }
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      for (let i = at - 2; i >= 0; i--) {
        if (isStructural(events[i]!)) {
          lookAt(i + 1);
          return true;
        }
      }
      lookAt(1);
      return true;
    case "ArrowRight":
    case "ArrowUp": {
      const next = events.findIndex((event, i) => i >= at && isStructural(event));
      lookAt(next < 0 ? null : next + 1);
      return true;
    }
    case "Home":
      lookAt(1);
      return true;
    case "End":
    case "Escape":
      lookAt(null);
      return true;
    default:
      return false;
  }
}

/** Shown over the tree while a past moment is looked at. */
export function PastBanner() {
  if (viewing.value === null) {
    return null;
  }
  return (
    <div class="banner" role="status">
      <i class="codicon codicon-history" aria-hidden="true" />
      <span>{t("Viewing {0}", clock(now.value))}</span>
      <button type="button" class="link-button" onClick={() => lookAt(null)}>
        {t("Back to now")}
      </button>
      <button
        type="button"
        class="link-button"
        title={t("Forget what came after this moment and go on from here")}
        onClick={() => {
          pause();
          void continueFromHere();
        }}
      >
        {t("Continue from here")}
      </button>
    </div>
  );
}
