/** The sentences told so far, and what processes are called in them. */

import { nameOfPlace, placeAbove, printable, shortened } from "../model/index.ts";
import type { PidNumber, TraceEvent } from "../runtime/trace.ts";
import type { LiveDraft } from "./live-draft.ts";
import type { NodeKey } from "./live-types.ts";
import { OUTSIDE } from "./outside.ts";
import { named } from "./words.ts";

export type SentenceKind =
  | "boot" // a tree started, or did not
  | "incident"
  | "start" // a child was started at run time
  | "stop" // a child or a tree was stopped from outside
  | "input" // what the person or the script did
  | "application"
  | "message" // calls, casts, sends
  | "relation"; // links, monitors, names, trap_exit

/** One thing that happened in the course of an incident. */
export interface IncidentStep {
  seq: number;
  at: number;
  node: NodeKey | null;
  /** "rooms stops room-food": of one line, without a full stop. */
  text: string;
}

export interface Sentence {
  /** The events that it tells: the first, and the last so far. */
  seq: number;
  last: number;
  at: number;
  kind: SentenceKind;
  severity: "info" | "warning" | "error";
  /** Whom it is about. */
  node: NodeKey | null;
  /** Of one line, and safe to be shown anywhere. */
  text: string;
  /** The event that it all began with: see `Causes`. */
  cause: number;
  /** Of an incident, in the order in which they happened; empty for everything else. */
  steps: readonly IncidentStep[];
  /** False while something is still to happen because of it. */
  over: boolean;
}

/** What processes say to each other and how they are related: nothing that ends or starts anybody. */
const TALK: ReadonlySet<SentenceKind> = new Set(["message", "relation"]);

export class Sentences {
  readonly sentences: Sentence[] = [];
  /** The cause of the event that is told. */
  cause = 0;
  /** The first sentence that is new or was changed since this was set. */
  changed = 0;
  /** Places of the sentences that are more than talk between processes. */
  readonly weighty: number[] = [];

  add(
    event: TraceEvent,
    kind: SentenceKind,
    severity: Sentence["severity"],
    node: NodeKey | null,
    text: string,
  ): number {
    const { seq, at } = event;
    this.sentences.push({
      seq,
      last: seq,
      at,
      kind,
      severity,
      node,
      text: printable(text),
      cause: this.cause,
      steps: [],
      over: true,
    });
    const place = this.sentences.length - 1;
    if (!TALK.has(kind)) this.weighty.push(place);
    return place;
  }

  /** The last sentence that is more than talk. */
  get lastWeighty(): number {
    return this.weighty.at(-1) ?? -1;
  }

  /** Takes the last sentence, which is talk, back. */
  withdrawLast(): void {
    this.sentences.pop();
    this.changed = Math.min(this.changed, this.sentences.length);
  }

  /** Replaces what was said at a place; the old sentence object stays as it was. */
  change(place: number, event: TraceEvent, change: Partial<Sentence>): void {
    const sentence = this.sentences[place];
    if (sentence === undefined) return;
    const text = change.text === undefined ? sentence.text : printable(change.text);
    this.sentences[place] = { ...sentence, last: event.seq, ...change, text };
    this.changed = Math.min(this.changed, place);
  }
}

/** The state that names are looked up in: while a batch is read, the one under construction. */
export interface View {
  draft: LiveDraft;
}

/** Short names: the child id where it is unique, with its supervisor's where it is not. */
export class Names {
  readonly #view: View;
  /** Null for a name that several nodes have. */
  readonly #holders = new Map<string, NodeKey | null>();

  constructor(view: View) {
    this.#view = view;
  }

  learn(key: NodeKey): void {
    const name = this.#view.draft.nodes.get(key)?.name;
    if (name === undefined) return;
    const holder = this.#holders.get(name);
    if (holder === undefined) this.#holders.set(name, key);
    else if (holder !== key) this.#holders.set(name, null);
  }

  ofNode(key: NodeKey): string {
    const name = this.#view.draft.nodes.get(key)?.name;
    if (name === undefined) return shortened(nameOfPlace(key));
    const above = placeAbove(key);
    return this.#holders.get(name) === null
      ? `${above === "" ? "" : `${shortened(nameOfPlace(above))}/`}${shortened(nameOfPlace(key))}`
      : shortened(name);
  }

  /** With the incarnation from the second on. */
  ofPid(pid: PidNumber): string {
    if (pid === OUTSIDE) return "outside";
    const key = this.#view.draft.byPid.get(pid);
    if (key === undefined) return `<${pid}>`;
    const incarnation = this.#view.draft.nodes.get(key)?.incarnation ?? 1;
    return named(this.ofNode(key), incarnation);
  }
}
