/** What a replay brought otherwise than the run before it. */
import { computed, signal } from "@preact/signals";
import type { TraceEvent } from "../../runtime/trace.ts";
import { compareRuns } from "../../trace/compare.ts";
import type { Sentence } from "../../trace/narrate.ts";
import { live } from "../state/view.ts";

/** One thing that is different, in words. */
export interface Different {
  /** The event to look at. */
  seq: number;
  /** It is there in the present run. */
  present: boolean;
  at: number;
  /** What happened there, before and now; null: nothing. */
  before: string | null;
  now: string | null;
}

export interface Found {
  /** What was done, as the beginning of a sentence. */
  because: string;
  all: readonly Different[];
  /** Events that only come at another time. */
  moved: number;
  /** Since when, in virtual milliseconds; null when nothing is different. */
  from: number | null;
  nodes: ReadonlySet<string>;
}

interface Told {
  events: readonly TraceEvent[];
  sentences: readonly Sentence[];
}

/** What the last replay brought; null when there was none, or nobody wants to see it any more. */
export const difference = signal<Found | null>(null);

/** Events of the present run that are different, in their order. */
const seqs = computed(() =>
  (difference.value?.all ?? []).filter(({ present }) => present).map(({ seq }) => seq),
);

/** Whether something from one event to another is different. */
export function differsBetween(from: number, to: number): boolean {
  const all = seqs.value;
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return (all[low] ?? Number.POSITIVE_INFINITY) <= to;
}

/** Keeps what is different between two runs; without runs, forgets it. */
export function compared(because: string | null, before?: Told, now?: Told): void {
  if (because === null || before === undefined || now === undefined) {
    difference.value = null;
    return;
  }
  const { differences, moved, from } = compareRuns(before.events, now.events);
  const [old, fresh] = [wordsOf(before), wordsOf(now)];
  const all = differences
    .map(({ before: was, now: is, at, seq }) => ({
      seq,
      at,
      present: is !== null,
      before: was === null ? null : old(was),
      now: is === null ? null : fresh(is),
    }))
    .sort((a, b) => a.seq - b.seq);
  const nodes = new Set(differences.flatMap((each) => each.nodes.slice(0, 1)));
  difference.value = { because, all, moved, from, nodes };
}

/** Puts events into words: those of the story where it tells of them. */
function wordsOf({ sentences, events }: Told): (event: TraceEvent) => string {
  const told = new Map<number, string>();
  for (const { seq, text, steps } of sentences) {
    for (const step of steps) told.set(step.seq, step.text);
    if (!told.has(seq)) told.set(seq, text);
  }
  const names = new Map<number, string>();
  for (const event of events) {
    if (event.type === "spawn") names.set(event.pid, event.label);
    else if (event.type === "child_started" && event.pid !== null) names.set(event.pid, event.child.id);
  }
  const nameOf = (pid: number): string => {
    const path = live.peek()?.byPid.get(pid);
    return (
      (path === undefined ? undefined : live.peek()?.nodes.get(path)?.name) ?? names.get(pid) ?? `<${pid}>`
    );
  };
  return (event) => told.get(event.seq)?.replace(/\.$/, "") ?? eventWords(event, nameOf);
}

const VERBS: Partial<Record<TraceEvent["type"], string>> = {
  register: "takes the name",
  unregister: "gives up the name",
  link: "is linked to",
  unlink: "unlinks",
  monitor: "monitors",
  demonitor: "monitors no more:",
  down: "hears of the end of",
  send: "sends to",
  receive: "gets",
  running: "has started",
  call_end: "has its answer from",
};

/** An event that the story does not tell of, in a few words. */
function eventWords(event: TraceEvent, nameOf: (pid: number) => string): string {
  const fields = event as Partial<Record<string, unknown>>;
  const who = [fields.pid, fields.from, fields.watcher, fields.a].find((each) => typeof each === "number");
  const other = [fields.to, fields.target, fields.b].find((each) => typeof each === "number");
  const child = "child" in event ? event.child.id : null;
  const what = [fields.name, fields.message, fields.label, fields.reason, fields.text].find(
    (each) => typeof each === "string",
  );
  const ms =
    event.type === "timer" ? `${event.action}${event.ms === undefined ? "" : `, ${event.ms} ms`}` : null;
  return [
    typeof who === "number" ? nameOf(who) : child,
    VERBS[event.type] ?? event.type.replaceAll("_", " "),
    ms,
    typeof other === "number" ? nameOf(other) : null,
    what,
  ]
    .filter((each) => each != null)
    .join(" ");
}
