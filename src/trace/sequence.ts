/**
 * A part of a trace as a sequence chart: one lifeline per process, arrows for messages, signals and starts, in
 * the order in which they happened. Data to draw, and the same as Mermaid text.
 */
import { addUnder, type TreeModel } from "../model/index.ts";
import type { PidNumber, TraceEvent, TraceEventOf, TraceEventType } from "../runtime/trace.ts";
import { EMPTY_LIVE } from "./live.ts";
import { LiveDraft } from "./live-draft.ts";
import { applyEvent } from "./live-events.ts";
import { indexModel } from "./model-index.ts";
import { OUTSIDE } from "./outside.ts";
import { Names } from "./sentences.ts";

export interface Lifeline {
  pid: PidNumber;
  name: string;
  kind: "worker" | "supervisor" | "process";
  /** Event numbers: null when it lived before the part, or still lives after it. */
  born: number | null;
  died: number | null;
}

export type ArrowKind =
  | "call"
  | "reply"
  | "cast"
  | "info"
  | "monitor"
  | "demonitor"
  | "down"
  | "exit" // along a link, or sent
  | "stop" // a supervisor's exit signal to its child
  | "link"
  | "start";

export interface Arrow {
  seq: number;
  at: number;
  kind: ArrowKind;
  from: PidNumber;
  to: PidNumber;
  label: string;
  /** The message's reference: a call, its monitor, its reply and its DOWN share it. */
  ref: number | null;
  /** A signal that ends who gets it: it is neither trapped nor ignored. */
  ends: boolean;
  /** When the receiver took it from its mailbox; null for what never was received. */
  received: { seq: number; at: number } | null;
}

/** Something that happens to one process alone. */
export interface Mark {
  seq: number;
  at: number;
  pid: PidNumber;
  /** "end" is an exit that was asked for, or normal. */
  kind: "exit" | "end" | "timeout" | "fault" | "terminate" | "timer";
  label: string;
}

export interface SequenceChart {
  lifelines: Lifeline[];
  arrows: Arrow[];
  marks: Mark[];
}

export interface SequenceOptions {
  /** Event numbers, both included. Default: everything. */
  from?: number;
  to?: number;
  /** Only arrows between these processes, and only their lifelines. Default: everybody who takes part. */
  only?: ReadonlySet<PidNumber>;
  /** Arrows to leave out, e.g. the demonitor of each call that was answered. */
  without?: ReadonlySet<ArrowKind>;
}

/** Makes the chart. `events` must begin at the run's first event, so that names are known. */
export function sequence(
  events: readonly TraceEvent[],
  model: TreeModel | null,
  options: SequenceOptions = {},
): SequenceChart {
  const { from = 1, to = Number.POSITIVE_INFINITY } = options;
  const draft = new LiveDraft(EMPTY_LIVE);
  const names = new Names({ draft });
  const index = indexModel(model);
  const lives = new Map<PidNumber, Lifeline>();
  const chart = new ChartDraft(options);
  for (const event of events) {
    if (event.seq > to) break;
    applyEvent(draft, index, event);
    draft.signals.length = 0;
    if (event.type === "spawn") {
      const key = draft.byPid.get(event.pid);
      if (key !== undefined) names.learn(key);
      lives.set(event.pid, {
        pid: event.pid,
        name: names.ofPid(event.pid),
        kind: event.kind,
        born: event.seq < from ? null : event.seq,
        died: null,
      });
    }
    if (event.type === "exit") {
      const life = lives.get(event.pid);
      if (life !== undefined) life.died = event.seq;
    }
    if (event.seq >= from) chart.add(event);
  }
  const { arrows, marks } = chart;
  const taking = new Set<PidNumber>(options.only);
  for (const arrow of arrows) taking.add(arrow.from).add(arrow.to);
  for (const entry of marks) taking.add(entry.pid);
  // Code outside any process takes part where it sends or is answered.
  const outside: Lifeline = {
    pid: OUTSIDE,
    name: names.ofPid(OUTSIDE),
    kind: "process",
    born: null,
    died: null,
  };
  const lifelines = [...lives.values(), outside].filter(
    (life) => taking.has(life.pid) && !(life.died !== null && life.died < from),
  );
  return { lifelines, arrows, marks };
}

/** Arrows and marks as the events bring them. */
class ChartDraft {
  readonly arrows: Arrow[] = [];
  readonly marks: Mark[] = [];
  readonly #options: SequenceOptions;
  /** Arrows that nobody has received yet, by receiver, kind and reference. */
  readonly #underWay = new Map<string, Arrow[]>();

  constructor(options: SequenceOptions) {
    this.#options = options;
  }

  add(event: TraceEvent): void {
    (this.#handlers[event.type] as ((event: TraceEvent) => void) | undefined)?.(event);
  }

  #draw(
    event: TraceEvent,
    kind: ArrowKind,
    from: PidNumber,
    to: PidNumber,
    label: string,
    ref?: number,
  ): Arrow | null {
    const { only, without } = this.#options;
    if (only !== undefined && !(only.has(from) && only.has(to))) return null;
    if (without?.has(kind) === true) return null;
    const arrow: Arrow = {
      seq: event.seq,
      at: event.at,
      kind,
      from,
      to,
      label,
      ref: ref ?? null,
      ends: event.type === "exit_signal" && event.effect === "exits",
      received: null,
    };
    this.arrows.push(arrow);
    return arrow;
  }

  #send(arrow: Arrow | null, kind: string): void {
    if (arrow === null) return;
    const key = `${arrow.to} ${kind} ${arrow.ref ?? ""}`;
    addUnder(this.#underWay, key, arrow);
  }

  #mark({ seq, at }: TraceEvent, pid: PidNumber | null, kind: Mark["kind"], label: string): void {
    const { only } = this.#options;
    if (pid === null || (only !== undefined && !only.has(pid))) return;
    this.marks.push({ seq, at, pid, kind, label });
  }

  readonly #handlers: { [T in TraceEventType]?: (event: TraceEventOf<T>) => void } = {
    spawn: (event) => {
      if (event.parent !== null) this.#draw(event, "start", event.parent, event.pid, "start");
    },
    send: (event) => {
      if (event.to === null)
        return this.#mark(event, event.from, "fault", `no process is called ${event.name ?? "that"}`);
      this.#send(this.#draw(event, event.kind, event.from, event.to, event.message, event.ref), event.kind);
    },
    receive: (event) => {
      const arrow = this.#underWay.get(`${event.pid} ${event.kind} ${event.ref ?? ""}`)?.shift();
      if (arrow !== undefined) arrow.received = { seq: event.seq, at: event.at };
    },
    monitor: (event) => void this.#draw(event, "monitor", event.watcher, event.target, "monitor", event.ref),
    demonitor: (event) =>
      void this.#draw(event, "demonitor", event.watcher, event.target, "demonitor", event.ref),
    down: (event) =>
      void this.#draw(event, "down", event.target, event.watcher, `DOWN ${event.reason}`, event.ref),
    link: (event) => void this.#draw(event, "link", event.a, event.b, "link"),
    exit_signal: (event) => {
      const effect = event.effect === "exits" ? "" : event.effect === "message" ? " (trapped)" : " (ignored)";
      const kind = event.via === "parent" ? "stop" : "exit";
      this.#draw(event, kind, event.from, event.to, `exit ${event.reason}${effect}`);
    },
    call_end: (event) => {
      if (event.outcome === "timeout") this.#mark(event, event.pid, "timeout", "timeout");
    },
    exit: (event) => {
      const asked = event.normal || (event.origin.type === "signal" && event.origin.via === "parent");
      this.#mark(event, event.pid, asked ? "end" : "exit", event.reason);
    },
    terminate: (event) => this.#mark(event, event.pid, "terminate", `terminate(${event.reason})`),
    timer: (event) => {
      if (event.action === "fired") this.#mark(event, event.pid, "timer", "timer");
    },
    note: (event) => this.#mark(event, event.pid, "fault", event.text),
  };
}

/** A cross is the end of who gets it. */
const mermaidArrow = (arrow: Arrow): string => (arrow.ends ? "-x" : MERMAID_ARROW[arrow.kind]);

const MERMAID_ARROW: Record<ArrowKind, string> = {
  call: "->>",
  reply: "-->>",
  cast: "-)",
  info: "-)",
  monitor: "-->",
  demonitor: "-->",
  down: "--)",
  exit: "-)",
  stop: "-)",
  link: "->",
  start: "->>",
};

/** The chart as a Mermaid `sequenceDiagram`. */
export function sequenceToMermaid(chart: SequenceChart): string {
  const lines = ["sequenceDiagram"];
  for (const life of chart.lifelines) lines.push(`  participant p${life.pid} as ${escapeMermaid(life.name)}`);
  const known = new Set(chart.lifelines.map((life) => life.pid));
  const parts = [
    ...chart.arrows
      .filter((arrow) => known.has(arrow.from) && known.has(arrow.to))
      .map((arrow) => ({
        seq: arrow.seq,
        line: `  p${arrow.from}${mermaidArrow(arrow)}p${arrow.to}: ${escapeMermaid(arrow.label)}`,
      })),
    ...chart.marks.map((mark) => ({
      seq: mark.seq,
      line: `  Note over p${mark.pid}: ${escapeMermaid(mark.kind === "exit" || mark.kind === "end" ? `exits (${mark.label})` : mark.label)}`,
    })),
  ].sort((a, b) => a.seq - b.seq);
  for (const { line } of parts) lines.push(line);
  return `${lines.join("\n")}\n`;
}

/** What would end a label in Mermaid goes in as an entity. */
function escapeMermaid(text: string): string {
  return text.replaceAll(/[#;:<>{}"\n\r%]/g, (character) => `#${character.charCodeAt(0)};`) || " ";
}
