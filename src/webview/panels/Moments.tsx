/** What stands along the timeline: marks of what happened, differences, times. */
import { Component } from "preact";
import type { Sentence } from "../../trace/narrate.ts";
import { tick } from "../run/clock.ts";
import { difference } from "../run/difference.ts";
import { gaps } from "../run/gaps.ts";
import type { Mark, MarkKind, Marks } from "../run/marks.ts";
import { axis, keptFrom, lastWeighty, lookAt, told, weightyUpTo } from "../run/moments.ts";
import { t } from "../state/strings.ts";
import { pageWidth } from "../state/view.ts";

const ICON: Record<MarkKind, string> = {
  start: "debug-start",
  restart: "debug-restart",
  fault: "zap",
  crash: "error",
  "give-up": "flame",
};

interface MomentsProps {
  of: Marks;
  /** So that it is drawn anew when there are more. */
  count: number;
  from: number;
  to: number;
  /** Part of the axis that a mark takes. */
  near: number;
}

/** The marks stand still while the run's clock goes on. */
export class Moments extends Component<MomentsProps> {
  override shouldComponentUpdate(next: MomentsProps): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof MomentsProps)[]).some((name) => next[name] !== now[name]);
  }

  override render({ of, from, to, near }: MomentsProps) {
    return (
      <div class="moments">
        {of.between(from, to, near).map((mark) => (
          <button
            key={`${mark.seq}`}
            type="button"
            tabIndex={-1}
            class={`moment ${mark.kind}`}
            style={{ left: `${mark.x * 100}%` }}
            aria-label={countWords(mark)}
            onPointerEnter={(event) => {
              event.currentTarget.title = describe(mark);
            }}
            onPointerDown={(event) => event.stopPropagation()}
            onClick={() => lookAt(mark.seq)}
          >
            <i class={`codicon codicon-${ICON[mark.kind]}`} aria-hidden="true" />
          </button>
        ))}
      </div>
    );
  }
}

const WORDS: Record<MarkKind, string> = {
  start: "start",
  restart: "restart",
  fault: "injected fault",
  crash: "crash",
  "give-up": "a supervisor gives up",
};

function countWords(mark: Mark): string {
  return mark.count > 1 ? `${t(WORDS[mark.kind])} (${t("{0} events", mark.count)})` : t(WORDS[mark.kind]);
}

function describe(mark: Mark): string {
  const sentence = weightyBefore(mark.seq, ({ last }) => last >= mark.seq);
  const more = mark.count > 1 ? ` (${t("{0} events", mark.count)})` : "";
  return `${sentence?.text ?? t(WORDS[mark.kind])}${more}`;
}

/** As far back as a sentence may have begun that still goes on. */
const RECENT = 400;

/** The last sentence, other than talk, that begins at or before an event and for which `is` holds. */
export function weightyBefore(seq: number, is: (sentence: Sentence) => boolean): Sentence | undefined {
  return lastWeighty(told.value, RECENT, weightyUpTo(told.value, seq)).findLast(is);
}

/** Differences closer than this part of the axis are one mark. */
const NEAR = 0.004;

interface OnAxis {
  from: number;
  to: number;
  /** The axis's last event: what is on it is drawn anew when it has grown. */
  upTo: number;
}

/** Where this run is another than the one before it. */
export function Differences({ from, to }: OnAxis) {
  const all = difference.value?.all ?? [];
  const places = new Map<number, { seq: number; x: number }>();
  for (const { seq } of all) {
    const x = (axis.placeOf(seq) - from) / (to - from);
    const slot = Math.round(x / NEAR);
    if (x >= 0 && x <= 1 && !places.has(slot)) places.set(slot, { seq, x });
  }
  return (
    <div class="moments">
      {[...places.values()].map(({ seq, x }) => (
        <button
          key={seq}
          type="button"
          tabIndex={-1}
          class="different"
          style={{ left: `${x * 100}%` }}
          aria-label={t("differs from the run before")}
          title={t("differs from the run before")}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => lookAt(seq)}
        />
      ))}
    </div>
  );
}

/** Where something is missing. */
export function Gaps({ from, to }: { from: number; to: number }) {
  const places = new Map<number, { x: number; texts: string[] }>();
  for (const { before, text } of gaps.value) {
    // The axis has a place for what has happened: what is missing was right behind that.
    const place = before <= keptFrom() ? 0 : axis.placeOf(before - 1);
    const x = (place - from) / (to - from);
    if (x < 0 || x > 1) continue;
    const slot = Math.round(x / NEAR);
    const there = places.get(slot);
    if (there === undefined) places.set(slot, { x, texts: [text] });
    else there.texts.push(text);
  }
  return (
    <>
      {[...places].map(([slot, { x, texts }]) => (
        <div
          key={slot}
          class="gap"
          style={{ left: `${x * 100}%` }}
          title={texts.length > 3 ? t("{0} gaps: {1}, ...", texts.length, texts[0] ?? "") : texts.join("\n")}
        />
      ))}
    </>
  );
}

/** Labels at the ends of the ruler stand within it. */
const edge = (part: number): string => (part < 0.04 ? "first" : part > 0.96 ? "last" : "");

/** Times where idle time leaves room for them. */
export function Ticks({ from, to }: OnAxis) {
  return (
    <div aria-hidden="true">
      {axis
        .ticks(from, to, Math.max(3, Math.min(8, Math.floor(pageWidth.value / 120))))
        .filter(({ at }, i, all) => i === 0 || tick(at) !== tick(all[i - 1]!.at))
        .map(({ at, place }) => (
          <div
            key={at}
            class={`tick ${edge((place - from) / (to - from))}`}
            style={{ left: `${((place - from) / (to - from)) * 100}%` }}
          >
            <span>{tick(at)}</span>
          </div>
        ))}
    </div>
  );
}
