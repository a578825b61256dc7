/** The event list: the run in sentences, newest at the end. */
import "./Events.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Sentence, type SentenceKind, stepAt } from "../../trace/narrate.ts";
import { moment } from "../run/clock.ts";
import { differsBetween } from "../run/difference.ts";
import { type Gap, gaps } from "../run/gaps.ts";
import { lastWeighty, lookAt, shownSeq, told, viewing, weightyUpTo } from "../run/moments.ts";
import { t } from "../state/strings.ts";
import { select } from "../state/view.ts";
import { SCROLLS } from "./controls.tsx";

/** Rows that are in the page at once; earlier ones on request. */
const PAGE = 400;

const ICONS: Record<SentenceKind, string> = {
  boot: "play",
  incident: "error",
  start: "add",
  stop: "debug-stop",
  input: "zap",
  application: "package",
  message: "mail",
  relation: "link",
};

/** What failed has the sign of failure, whatever it was. */
const iconOf = ({ kind, severity }: Sentence): string =>
  severity === "error" ? ICONS.incident : ICONS[kind];

export function Events() {
  const [all, setAll] = useState(false);
  const [pages, setPages] = useState(1);
  const list = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const { sentences, weighty } = told.value;
  const count = all ? sentences.length : weighty.length;
  const rows = all ? sentences.slice(-PAGE * pages) : lastWeighty(told.value, PAGE * pages);
  useEffect(() => {
    if (stick.current && list.current !== null) {
      list.current.scrollTop = list.current.scrollHeight;
    }
  });
  return (
    <div class="events">
      <div class="pane-bar">
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />{" "}
          {t("messages, links and monitors too")}
        </label>
      </div>
      <div
        class="log"
        ref={list}
        role="log"
        aria-label={t("Events")}
        aria-live="off"
        {...SCROLLS}
        onScroll={(event) => {
          const element = event.currentTarget;
          stick.current = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
        }}
      >
        <ol>
          {rows.length < count && (
            <li class="earlier">
              <button type="button" class="link-button" onClick={() => setPages(pages + 1)}>
                {t("Show {0} earlier", Math.min(PAGE, count - rows.length))}
              </button>
            </li>
          )}
          {rows.length === 0 && <li class="quiet none">{t("Nothing has happened yet.")}</li>}
          {withGaps(rows, rows.length === count, all).map((row) =>
            "before" in row ? (
              <li key={`gap ${row.before} ${row.messages}`} class="quiet gap">
                {row.text}
              </li>
            ) : (
              <Row key={row.seq} sentence={row} />
            ),
          )}
        </ol>
      </div>
    </div>
  );
}

/** With what is missing, at its place. @param whole nothing earlier could be listed  @param messages they are listed as well */
function withGaps(rows: readonly Sentence[], whole: boolean, messages: boolean): (Sentence | Gap)[] {
  const from = whole ? 0 : (rows[0]?.seq ?? 0) + 1;
  const missing = gaps.value.filter((gap) => gap.before >= from && (messages || !gap.messages));
  const list: (Sentence | Gap)[] = [];
  let next = 0;
  for (const row of rows) {
    for (; next < missing.length && missing[next]!.before <= row.seq; next++) list.push(missing[next]!);
    list.push(row);
  }
  return [...list, ...missing.slice(next)];
}

const differsWords = (): string => t("differs from the run before");

/** Steps of an incident that are in the page at once; the others on request. */
const STEPS = 60;

function Row({ sentence }: { sentence: Sentence }) {
  const [open, setOpen] = useState(false);
  const here = viewing.value !== null && sentence.seq <= viewing.value && sentence.last >= viewing.value;
  const steps = sentence.steps.length;
  const differs = differsBetween(sentence.seq, sentence.last);
  return (
    <li
      class={`event ${sentence.severity} ${sentence.kind} ${here ? "here" : ""} ${differs ? "differs" : ""}`}
    >
      <button
        type="button"
        class="time"
        title={t("Look at this moment")}
        onClick={() => lookAt(sentence.last)}
      >
        {moment(sentence.at)}
      </button>
      <i class={`codicon codicon-${iconOf(sentence)}`} aria-hidden="true" />
      {sentence.node === null ? (
        <span class="what">{sentence.text}</span>
      ) : (
        <button type="button" class="what" onClick={() => select(sentence.node)}>
          {sentence.text}
        </button>
      )}
      {differs && (
        <i
          class="codicon codicon-git-compare differs-mark"
          role="img"
          aria-label={differsWords()}
          title={differsWords()}
        />
      )}
      {steps > 1 && (
        <button type="button" class="steps-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
          <i class={`codicon codicon-chevron-${open ? "down" : "right"}`} aria-hidden="true" />{" "}
          {t("{0} steps", steps)}
        </button>
      )}
      {open && <Steps sentence={sentence} />}
    </li>
  );
}

/** Everything that happened in an incident, in order; a click looks at the moment right after it. */
function Steps({ sentence }: { sentence: Sentence }) {
  const [shown, setShown] = useState(STEPS);
  const now = viewing.value === null ? null : stepAt(sentence, viewing.value);
  return (
    <ol class="steps">
      {sentence.steps.slice(0, shown).map((step, i) => (
        <li
          key={step.seq}
          class={`${i === now ? "here" : ""} ${differsBetween(step.seq, step.seq) ? "differs" : ""}`}
        >
          <button type="button" onClick={() => lookAt(step.seq)}>
            <span class="quiet">{t("{0} of {1}", i + 1, sentence.steps.length)}</span> {step.text}
          </button>
        </li>
      ))}
      {shown < sentence.steps.length && (
        <li>
          <button type="button" class="link-button" onClick={() => setShown(shown + 10 * STEPS)}>
            {t("Show {0} more", Math.min(10 * STEPS, sentence.steps.length - shown))}
          </button>
        </li>
      )}
    </ol>
  );
}

/** The latest thing worth saying, under the tree; in the middle of an incident, how far it has come. */
export function Story() {
  const upTo = viewing.value ?? shownSeq.value;
  const last = toldAt(upTo);
  const step = last === undefined || upTo >= last.last ? null : stepAt(last, upTo);
  const text =
    last === undefined
      ? ""
      : step === null
        ? last.text
        : `${t("{0} of {1}", step + 1, last.steps.length)}: ${last.steps[step]!.text}`;
  const differs = last !== undefined && differsBetween(last.seq, Math.min(last.last, upTo));
  return (
    <div class={`story ${last?.severity ?? "info"}`}>
      {last !== undefined && (
        <>
          {differs && (
            <i
              class="codicon codicon-git-compare differs-mark"
              role="img"
              aria-label={differsWords()}
              title={differsWords()}
            />
          )}
          <i class={`codicon codicon-${iconOf(last)}`} aria-hidden="true" />
          <span class="story-text" title={text}>
            {text}
          </span>
        </>
      )}
    </div>
  );
}

/** As far back as an incident may have begun that still goes on. */
const RECENT = 200;

/** The sentence that tells the event `seq`, or what came last before it. */
function toldAt(seq: number): Sentence | undefined {
  let found: Sentence | undefined;
  let closest = 0;
  for (const sentence of lastWeighty(told.value, RECENT, weightyUpTo(told.value, seq))) {
    const index = stepAt(sentence, seq);
    const near = index === null ? Math.min(seq, sentence.last) : sentence.steps[index]!.seq;
    if (near >= closest) {
      closest = near;
      found = sentence;
    }
  }
  return found;
}

/** Says incidents to screen readers, not more often than anybody can listen. */
export function LiveRegion() {
  const [said, setSaid] = useState("");
  const upTo = useRef(0);
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  const now = told.value;
  useEffect(() => {
    if (now.sentences.length === 0) {
      upTo.current = 0;
      return;
    }
    waiting.current ??= setTimeout(() => {
      waiting.current = null;
      const recent = lastWeighty(told.peek(), RECENT);
      const fresh = recent.filter(({ last, over }) => over && last > upTo.current);
      upTo.current = recent.reduce((most, sentence) => Math.max(most, sentence.last), upTo.current);
      if (fresh.length > 0) {
        setSaid(
          fresh
            .slice(-3)
            .map((sentence) => sentence.text)
            .join(" "),
        );
      }
    }, 700);
  }, [now]);
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {said}
    </div>
  );
}
