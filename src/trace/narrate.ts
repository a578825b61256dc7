/**
 * Tells a trace in short sentences: one for each incident, with everything that followed from it, and one for
 * each other thing worth saying. The event list, the transcript and screen readers use the same sentences.
 */
import type { TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import type { Sentence, SentenceKind } from "./book.ts";
import { Narrator } from "./narrator.ts";
import { clock } from "./words.ts";

export type { Sentence, SentenceKind } from "./book.ts";
export { Narrator } from "./narrator.ts";

/** Tells a whole trace. */
export function narrate(events: readonly TraceEvent[], model: TreeModel | null): Sentence[] {
  const narrator = new Narrator(model);
  narrator.push(events);
  return [...narrator.sentences];
}

/** A transcript: one line per sentence, with the run's clock. */
export function transcript(
  sentences: readonly Sentence[],
  kinds: ReadonlySet<SentenceKind> = TRANSCRIPT_KINDS,
): string {
  return sentences
    .filter((sentence) => kinds.has(sentence.kind))
    .map((sentence) => `${clock(sentence.at)}  ${sentence.text}\n`)
    .join("");
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
