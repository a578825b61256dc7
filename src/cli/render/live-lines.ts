/** What happens in a running program, line by line: as events, or as sentences. */
import { LiveTrace } from "../../live/index.ts";
import { printable, printableJson } from "../../model/index.ts";
import type { LiveSnapshot } from "../../runtime/live-protocol.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import { Narrator, TRANSCRIPT_KINDS } from "../../trace/narrate.ts";
import { Timeline } from "../../trace/timeline.ts";
import type { Io } from "../io.ts";

/** Each event as a line of JSON; first of all those that lead to what lives. */
export class EventLines {
  readonly #io: Io;
  #trace = new LiveTrace();

  constructor(io: Io, snapshot: LiveSnapshot) {
    this.#io = io;
    this.#print(this.#trace.begin(snapshot));
  }

  next(events: readonly TraceEvent[]): void {
    this.#print(this.#trace.next(events));
  }

  /** A line that is no event; then numbers begin anew, with what lives. */
  gap(snapshot: LiveSnapshot, lost: number | null): void {
    this.#io.out(`${JSON.stringify({ gap: { lost } })}\n`);
    this.#trace = new LiveTrace();
    this.#print(this.#trace.begin(snapshot));
  }

  #print(events: readonly TraceEvent[]): void {
    for (const event of events) this.#io.out(`${printableJson(event, 0)}\n`);
  }
}

/** Events after which those that were told are forgotten. */
const MOST_KEPT = 20_000;

/** Milliseconds that an incident has to come to its end, before it is told as far as it is known. */
const SETTLING = 1_000;

/** What happens, in sentences with the time of day. */
export class Sentences {
  readonly #io: Io;
  readonly #messages: boolean;
  /** What the system's clock began at, in milliseconds since 1970. */
  readonly #start: number;
  /** Which of several systems; empty where there is one. */
  readonly #of: string;
  #trace = new LiveTrace();
  #narrator = new Narrator();
  #timeline = new Timeline(null, this.#narrator);
  #told = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(io: Io, snapshot: LiveSnapshot, messages: boolean, of: string) {
    this.#io = io;
    this.#of = of === "" ? "" : `${printable(of)}: `;
    this.#messages = messages;
    this.#start = snapshot.time - snapshot.at;
    this.#begin(snapshot);
  }

  #begin(snapshot: LiveSnapshot): void {
    // How it came to be as it is was before our time.
    this.#timeline.push(this.#trace.begin(snapshot));
    this.#told = this.#narrator.sentences.length;
  }

  gap(snapshot: LiveSnapshot, lost: number | null): void {
    this.#tell(true);
    const missing = lost === null ? "Events are" : `${lost.toLocaleString("en")} events are`;
    this.#io.out(`${new Date(snapshot.time).toISOString()}  (${missing} missing here.)\n`);
    this.#trace = new LiveTrace();
    this.#narrator = new Narrator();
    this.#timeline = new Timeline(null, this.#narrator);
    this.#begin(snapshot);
  }

  next(events: readonly TraceEvent[]): void {
    this.#timeline.push(this.#trace.next(events));
    this.#tell(false);
    if (this.#told < this.#narrator.sentences.length)
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        this.#tell(true);
      }, SETTLING);
    else if (this.#timeline.events.length > MOST_KEPT) this.#forget();
  }

  /** A watch of days must not fill the memory: all was told, so what lives is enough to go on with. */
  #forget(): void {
    const base = this.#timeline.now;
    this.#narrator = new Narrator(base);
    this.#timeline = new Timeline(null, this.#narrator, base);
    this.#told = 0;
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#tell(true);
  }

  #tell(all: boolean): void {
    const { sentences } = this.#narrator;
    for (let sentence = sentences[this.#told]; sentence !== undefined; sentence = sentences[++this.#told]) {
      if (!sentence.over && !all) return;
      if (!TRANSCRIPT_KINDS.has(sentence.kind) && !this.#messages) continue;
      const time = new Date(this.#start + sentence.at).toISOString();
      this.#io.out(`${time}  ${this.#of}${printable(sentence.text)}\n`);
    }
  }
}
