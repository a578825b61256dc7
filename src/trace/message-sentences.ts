/** Sentences about what processes say to each other and how they are related: calls, casts, links, monitors. */
import type { PidNumber, TraceEvent, TraceEventOf, TraceEventType } from "../runtime/trace.ts";
import { linkKey } from "./live-draft.ts";
import type { LiveNode } from "./live-types.ts";
import { OUTSIDE } from "./outside.ts";
import type { Names, Sentence, SentenceKind, Sentences, View } from "./sentences.ts";
import { duration } from "./words.ts";

export class MessageSentences {
  readonly #book: Sentences;
  readonly #names: Names;
  readonly #view: View;
  readonly #calls = new Map<number, TraceEventOf<"send">>();
  /** The monitor that the event just before was about. */
  #lastMonitor: number | null = null;

  constructor(book: Sentences, names: Names, view: View) {
    this.#book = book;
    this.#names = names;
    this.#view = view;
  }

  /** True for the reference of a call that has no answer yet. */
  isCall(ref: number): boolean {
    return this.#calls.has(ref);
  }

  /** Tells an event that the draft has taken in. */
  tell(event: TraceEvent): void {
    const handler = this.#handlers[event.type] as ((event: TraceEvent) => void) | undefined;
    handler?.(event);
    this.#lastMonitor = event.type === "monitor" ? event.ref : null;
  }

  readonly #handlers: { [T in TraceEventType]?: (event: TraceEventOf<T>) => void } = {
    send: (event) => this.#send(event),
    call_end: (event) => this.#callEnd(event),
    link: (event) => {
      if (this.#view.draft.links.get(linkKey(event.a, event.b))?.structural !== false) return;
      const [a, b] = [this.#names.ofPid(event.a), this.#names.ofPid(event.b)];
      this.say(event, "relation", event.a, `${a} and ${b} are linked`);
    },
    monitor: (event) => {
      const [watcher, target] = [this.#names.ofPid(event.watcher), this.#names.ofPid(event.target)];
      this.say(event, "relation", event.watcher, `${watcher} monitors ${target}`);
    },
    trap_exit: (event) => {
      if (this.#node(event.pid)?.kind === "supervisor") return;
      const verb = event.value ? "traps exits" : "no longer traps exits";
      this.say(event, "relation", event.pid, `${this.#names.ofPid(event.pid)} ${verb}`);
    },
  };

  #send(event: TraceEventOf<"send">): void {
    if (event.kind === "reply") return;
    if (event.kind === "call" && event.ref !== undefined) {
      this.#calls.set(event.ref, event);
      // The monitor that a call begins with is part of the call.
      if (this.#lastMonitor === event.ref) this.#book.withdrawLast();
      return;
    }
    const to =
      event.to === null
        ? `${event.name ?? "nobody"}, which nobody has registered`
        : this.#names.ofPid(event.to);
    const verb = event.kind === "cast" ? "cast to" : "sent";
    const text =
      event.kind === "cast"
        ? `${this.#names.ofPid(event.from)} ${verb} ${to}: ${event.message}`
        : `${this.#names.ofPid(event.from)} ${verb} ${to} ${event.message}`;
    this.say(event, "message", event.from, text);
  }

  #callEnd(event: TraceEventOf<"call_end">): void {
    const call = this.#calls.get(event.ref);
    this.#calls.delete(event.ref);
    const administered = event.to !== null && this.#node(event.to)?.kind === "supervisor";
    // What an administration call does is told by itself.
    if (administered && event.pid === OUTSIDE) return;
    const name = call?.name ?? "a process that is gone";
    const to = event.to === null || event.to === OUTSIDE ? name : this.#names.ofPid(event.to);
    const request = administered ? /^\{ type: "(\w+)"/.exec(call?.message ?? "")?.[1] : undefined;
    const what = call === undefined ? "" : ` (${request ?? call.message})`;
    const took = call === undefined ? "" : ` after ${duration(event.at - call.at)}`;
    const outcome = {
      reply: `replied ${event.detail}`,
      down: `is down (${event.detail})`,
      timeout: `did not answer: timeout${took}`,
    }[event.outcome];
    const severity = event.outcome === "reply" ? "info" : "warning";
    const caller = this.#names.ofPid(event.pid);
    this.say(event, "message", event.pid, `${caller} called ${to}${what}: it ${outcome}`, severity);
  }

  /** Adds a sentence about a process. Returns its place. */
  say(
    event: TraceEvent,
    kind: SentenceKind,
    pid: PidNumber | null,
    text: string,
    severity: Sentence["severity"] = "info",
  ): number {
    const node = pid === null ? null : (this.#view.draft.byPid.get(pid) ?? null);
    return this.#book.add(event, kind, severity, node, text.endsWith(".") ? text : `${text}.`);
  }

  #node(pid: PidNumber): LiveNode | undefined {
    return this.#view.draft.nodes.get(this.#view.draft.byPid.get(pid) ?? "");
  }
}
