/** All of a recording in a strip: what happened when, where something is missing, and which part the page has. */
import "./Recorded.css";
import type { RecordedSlice } from "../../protocol/index.ts";
import { clock } from "../../trace/words.ts";
import { goTo } from "../run/controls.ts";
import { recording } from "../run/live.ts";
import { part, shownInRecording } from "../run/recorded.ts";
import { t } from "../state/strings.ts";
import { IconButton } from "./controls.tsx";

/** The strip; nothing where the page has everything. */
export function Recorded() {
  const all = recording.value;
  const now = part.value;
  if (all === null || now === null || now.events >= all.events) return null;
  const { slices, events } = all;
  const at = shownInRecording.value;
  const last = now.after + now.events;
  const seek = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    goTo(Math.round(((event.clientX - box.x) / Math.max(1, box.width)) * events));
  };
  const earlier = () => goTo(Math.max(0, now.after - 1));
  const later = () => goTo(Math.min(events, last + 1));
  return (
    <div class="recorded">
      <IconButton icon="chevron-left" label={t("Earlier")} onClick={earlier} disabled={now.after === 0} />
      <div
        class="recorded-strip"
        role="slider"
        tabIndex={0}
        aria-label={t("The recording; left and right get the part before and after")}
        aria-valuemin={0}
        aria-valuemax={events}
        aria-valuenow={at}
        aria-valuetext={t("event {0} of {1}", at.toLocaleString(), events.toLocaleString())}
        onClick={seek}
        onKeyDown={(event) => {
          const go = { ArrowLeft: earlier, ArrowRight: later, Home: () => goTo(0), End: () => goTo(events) }[
            event.key
          ];
          if (go === undefined) return;
          go();
          event.preventDefault();
        }}
      >
        {slices.map((slice) => (
          <Slice key={slice.after} slice={slice} />
        ))}
        <div
          class="recorded-part"
          style={{ left: `${(now.after / events) * 100}%`, width: `${(now.events / events) * 100}%` }}
        />
        <div class="recorded-head" style={{ left: `${(at / events) * 100}%` }} />
      </div>
      <IconButton icon="chevron-right" label={t("Later")} onClick={later} disabled={last >= events} />
      <span class="quiet recorded-count">
        {t("{0} of {1} events", now.events.toLocaleString(), events.toLocaleString())}
      </span>
    </div>
  );
}

function Slice({ slice }: { slice: RecordedSlice }) {
  const { marks, events, lost } = slice;
  const bad = marks.crash + marks.giveUp;
  const kind =
    marks.giveUp > 0 ? "give-up" : bad > 0 ? "crash" : marks.restart > 0 ? "restart" : "quiet-part";
  const height = bad === 0 ? 22 : Math.min(100, 34 + 12 * Math.log2(1 + bad));
  return (
    <div
      class={lost === 0 || slice.after === 0 ? "recorded-slice" : "recorded-slice after-gap"}
      style={{ flexGrow: events }}
      title={describe(slice)}
    >
      <i class={kind} style={{ height: `${height}%` }} />
    </div>
  );
}

function describe({ from, to, events, marks, left, lost, after }: RecordedSlice): string {
  const parts = [t("{0} to {1}: {2} events", clock(from), clock(to), events.toLocaleString())];
  if (marks.crash > 0) parts.push(t("{0} crashes", marks.crash));
  if (marks.giveUp > 0) parts.push(t("{0} supervisors give up", marks.giveUp));
  if (marks.fault > 0) parts.push(t("{0} injected faults", marks.fault));
  if (left > 0) parts.push(t("{0} messages left out", left.toLocaleString()));
  if (after > 0 && lost === null) parts.push(t("events before this are missing"));
  else if (after > 0 && lost !== 0)
    parts.push(t("{0} events before this are missing", Number(lost).toLocaleString()));
  return parts.join(", ");
}
