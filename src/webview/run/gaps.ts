/** What of a running program's past, or of a recording, is not shown, where that was, and why: said wherever the past is shown. */
import { computed } from "@preact/signals";
import { t } from "../state/strings.ts";
import { moment } from "./clock.ts";
import { leftAt } from "./left-out.ts";
import { missed, recording } from "./live.ts";
import { axis, forgotten, keptFrom, shownSeq } from "./moments.ts";
import { part } from "./recorded.ts";

export interface Gap {
  /** It is right before this event. */
  before: number;
  text: string;
  /** Only messages are missing: whatever changes the tree is there. */
  messages: boolean;
}

/** Null where everything is shown that the page was told since it looks. */
export function gapWords(): string | null {
  const fell = missed.value;
  if (fell !== null)
    return t(
      "A gap: this page fell behind, and {0} events before {1} are not shown. What lives is.",
      fell.toLocaleString(),
      moment(axis.start),
    );
  return forgotten.value > 0
    ? t("What was before {0} is no longer kept: the page keeps the last 100,000 events.", moment(axis.start))
    : null;
}

/** All of them, in their order. */
export const gaps = computed((): readonly Gap[] => {
  // Numbers of events are others when some were forgotten or came.
  const last = shownSeq.value;
  const first = keptFrom();
  const found: Gap[] = [];
  const kept = gapWords();
  if (kept !== null) found.push({ before: first, text: kept, messages: false });
  const now = part.value;
  if (now !== null) {
    const lost = lostBefore(now.after);
    if (lost !== undefined)
      found.push({
        before: now.begun + 1,
        messages: false,
        text:
          lost === null
            ? t("events before this are missing")
            : t("{0} events before this are missing", lost.toLocaleString()),
      });
    const then = lostBefore(now.after + now.events);
    if (then !== undefined)
      found.push({
        before: last + 1,
        messages: false,
        text:
          then === null
            ? t("events after this are missing")
            : t("{0} events after this are missing", then.toLocaleString()),
      });
  }
  for (const { before, count } of leftAt.value)
    if (before >= first)
      found.push({ before, text: t("{0} messages left out", count.toLocaleString()), messages: true });
  return found.sort((a, b) => a.before - b.before);
});

/** So many events of the recording are missing after the first `after` (null: nobody counted them); undefined: none. */
function lostBefore(after: number): number | null | undefined {
  if (after === 0) return undefined;
  const slice = recording.value?.slices.find((each) => each.after === after);
  return slice === undefined || slice.lost === 0 ? undefined : slice.lost;
}
