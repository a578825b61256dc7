/**
 * Tells a trace in short sentences: one for each incident, with everything that followed from it, and one for
 * each other thing worth saying. The event list, the transcript and screen readers use the same sentences.
 */
import type { TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { Narrator } from "./narrator.ts";
import type { Sentence, SentenceKind } from "./sentences.ts";
import { Timeline } from "./timeline.ts";
import { clock } from "./words.ts";

export { Narrator } from "./narrator.ts";
export type { IncidentStep, Sentence, SentenceKind } from "./sentences.ts";

/** Tells a whole trace. */
export function narrate(events: readonly TraceEvent[], model: TreeModel | null): Sentence[] {
  const narrator = new Narrator();
  new Timeline(model, narrator).push(events);
  return [...narrator.sentences];
}

export interface TranscriptOptions {
  kinds?: ReadonlySet<SentenceKind>;
  /** Incidents with everything that happened in them, numbered. */
  steps?: boolean;
}

/** A transcript: one line per sentence, with the run's clock. */
export function transcript(sentences: readonly Sentence[], options: TranscriptOptions = {}): string {
  const { kinds = TRANSCRIPT_KINDS, steps = false } = options;
  return sentences
    .filter((sentence) => kinds.has(sentence.kind))
    .map((sentence) => {
      const lines = steps
        ? sentence.steps.map((step, i) => `${stepLine(sentence, i, clock(step.at))}\n`)
        : [];
      return `${clock(sentence.at)}  ${sentence.text}\n${lines.join("")}`;
    })
    .join("");
}

function stepLine(sentence: Sentence, index: number, time: string): string {
  const total = String(sentence.steps.length);
  return `${time}    ${String(index + 1).padStart(total.length)} of ${total}: ${sentence.steps[index]!.text}`;
}

/** The step of an incident that an event is, or that came last before it; null before the first. */
export function stepAt(sentence: Sentence, seq: number): number | null {
  const index = sentence.steps.findLastIndex((step) => step.seq <= seq);
  return index < 0 ? null : index;
}

/** What a transcript holds unless asked otherwise. */
export const TRANSCRIPT_KINDS: ReadonlySet<SentenceKind> = new Set([
  "boot",
  "incident",
  "start",
  "stop",
  "input",
  "application",
]);
