/** What page and host say to each other about a program that runs elsewhere: the page looks on. */
import * as v from "valibot";
import type { Location, TreeModel } from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { locationSchema, treeModelSchema } from "./model-schema.ts";
import { type ProcessView, processViewSchema } from "./sandbox.ts";
import { traceEventsSchema } from "./trace-schema.ts";

/** The program that the page looks at. */
export interface LiveProgram {
  /** E.g. "gateway.ts (4711)". */
  title: string;
  /** Faults can be given, once the person has allowed it. */
  commands: boolean;
  /** The person has allowed it. */
  allowed: boolean;
  /** What it is a recording of; null for a program that runs. */
  recording: RecordedOverview | null;
}

/** A part of a recording, for an overview. */
export interface RecordedSlice {
  /** Events before it, and in it. */
  after: number;
  events: number;
  /** Milliseconds on the system's clock. */
  from: number;
  to: number;
  marks: { start: number; restart: number; fault: number; crash: number; giveUp: number };
  /** Messages that were left out. */
  left: number;
  /** Events that are missing before it; null: nobody has counted them. */
  lost: number | null;
}

/** What a page knows of a recording without having it. */
export interface RecordedOverview {
  slices: RecordedSlice[];
  events: number;
  /** When the system's clock was 0, in milliseconds since 1970; null where that is not known. */
  clock: number | null;
  /** How it ended, in a sentence. */
  end: string;
}

/** A system that can be looked at instead. */
export interface LiveChoice {
  id: string;
  /** E.g. "gateway · serve.ts (4711), worker 2". */
  name: string;
}

/** What is known of all processes at one moment without asking them: parallel lists. */
export interface FiguresMessage {
  type: "liveFigures";
  /** Milliseconds on the system's clock. */
  at: number;
  ids: number[];
  mailbox: number[];
  /** Messages that it has handled so far. */
  handled: number[];
  /** -1 where it is not waiting in the midst of a callback. */
  busySince: number[];
  /** How often it was started again. */
  restarts: number[];
}

/** Where the running tree and the source differ, or may not be compared. */
export interface PageDrift {
  kind: "not_in_source" | "not_running" | "differs" | "several";
  /** Child ids from the root down, joined by "/". */
  path: string;
  /** "strategy", "order", "class", ...; null for a whole child. */
  field: string | null;
  running: string | null;
  source: string | null;
  /** The process that it is about, or its supervisor where it does not run; null for what is not there at all. */
  pid: number | null;
  location: Location | null;
}

export const LIVE_FAULTS = ["crash", "exit", "kill", "hang", "resume"] as const;
export type LiveFault = (typeof LIVE_FAULTS)[number];

export type LiveHostMessage =
  /**
   * Before all that follows: the tree as it was, when the system's clock was 0 (milliseconds since 1970), and how many events this
   * page has missed before (null: it was told all).
   */
  | { type: "liveBegan"; model: TreeModel; clock: number; missed: number | null }
  | FiguresMessage
  /** Null where there is no source to compare with. */
  | {
      type: "liveDrift";
      drift: PageDrift[] | null;
      compared: number;
      elsewhere: string[];
      problem: string | null;
    }
  /** The tree as it is now, for what if. */
  | { type: "liveModel"; id: number; model: TreeModel | null; problem: string | null }
  /** What lives, as the trace that leads to it (`reset`), and what happens then. `left`: messages that were left out. */
  | { type: "liveEvents"; reset: boolean; events: TraceEvent[]; left: number }
  /**
   * Of a recording: the events that come now follow so many others and are so many; so many more lead to what lived then. `at`: the one
   * among them that was asked for.
   */
  | { type: "liveWindow"; after: number; events: number; begun: number; at: number }
  | { type: "liveProcess"; id: number; view: ProcessView | null }
  /** A sentence for the person: how a command went. */
  | { type: "liveNote"; text: string }
  /** A debugger holds the program: nothing happens in it, and nothing of it is slow. */
  | { type: "livePaused"; paused: boolean }
  /** What else runs, and what of it is shown. */
  | { type: "liveSystems"; systems: LiveChoice[]; shown: string | null }
  | { type: "liveEnded"; reason: string };

export type LivePageMessage =
  | { type: "liveWatch" }
  /** The part of a recording in which this event is. */
  | { type: "liveSeek"; seq: number }
  /** The page has shown everything up to this event: it may be told more. */
  | { type: "liveRead"; seq: number }
  /** The person looks, or does not: figures are only taken for somebody. */
  | { type: "liveLook"; looks: boolean }
  | { type: "liveModel"; id: number }
  /** Another of the systems. */
  | { type: "liveChoose"; system: string }
  | { type: "liveInspect"; id: number; pid: number }
  /** The person allows commands for as long as this page is open, or does no more. */
  | { type: "liveAllow"; commands: boolean }
  | { type: "liveCommand"; id: number; fault: LiveFault; pid: number; reason: string };

const text = v.string();
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const slice = v.object({
  after: whole,
  events: whole,
  from: v.number(),
  to: v.number(),
  marks: v.object({ start: whole, restart: whole, fault: whole, crash: whole, giveUp: whole }),
  left: whole,
  lost: v.nullable(whole),
});
const recording = v.object({
  slices: v.array(slice),
  events: whole,
  clock: v.nullable(v.number()),
  end: text,
});

export const liveProgramSchema = v.object({
  title: text,
  commands: v.boolean(),
  allowed: v.boolean(),
  recording: v.nullable(recording),
});

const wholes = v.array(whole);
const drift = v.object({
  kind: v.picklist(["not_in_source", "not_running", "differs", "several"]),
  path: text,
  field: v.nullable(text),
  running: v.nullable(text),
  source: v.nullable(text),
  pid: v.nullable(whole),
  location: v.nullable(locationSchema),
});

export const liveHostMessages = [
  v.object({
    type: v.literal("liveBegan"),
    model: treeModelSchema,
    clock: v.number(),
    missed: v.nullable(whole),
  }),
  v.object({
    type: v.literal("liveFigures"),
    at: v.number(),
    ids: wholes,
    mailbox: wholes,
    handled: wholes,
    busySince: v.array(v.number()),
    restarts: wholes,
  }),
  v.object({
    type: v.literal("liveDrift"),
    drift: v.nullable(v.array(drift)),
    compared: whole,
    elsewhere: v.array(text),
    problem: v.nullable(text),
  }),
  v.object({
    type: v.literal("liveModel"),
    id: whole,
    model: v.nullable(treeModelSchema),
    problem: v.nullable(text),
  }),
  v.object({ type: v.literal("liveEvents"), reset: v.boolean(), events: traceEventsSchema, left: whole }),
  v.object({ type: v.literal("liveWindow"), after: whole, events: whole, begun: whole, at: whole }),
  v.object({ type: v.literal("liveProcess"), id: whole, view: v.nullable(processViewSchema) }),
  v.object({ type: v.literal("liveNote"), text }),
  v.object({ type: v.literal("livePaused"), paused: v.boolean() }),
  v.object({
    type: v.literal("liveSystems"),
    systems: v.array(v.object({ id: text, name: text })),
    shown: v.nullable(text),
  }),
  v.object({ type: v.literal("liveEnded"), reason: text }),
] as const;

export const livePageMessages = [
  v.object({ type: v.literal("liveWatch") }),
  v.object({ type: v.literal("liveSeek"), seq: whole }),
  v.object({ type: v.literal("liveRead"), seq: whole }),
  v.object({ type: v.literal("liveLook"), looks: v.boolean() }),
  v.object({ type: v.literal("liveModel"), id: whole }),
  v.object({ type: v.literal("liveChoose"), system: text }),
  v.object({ type: v.literal("liveInspect"), id: whole, pid: whole }),
  v.object({ type: v.literal("liveAllow"), commands: v.boolean() }),
  v.object({
    type: v.literal("liveCommand"),
    id: whole,
    fault: v.picklist(LIVE_FAULTS),
    pid: whole,
    reason: v.pipe(text, v.maxLength(1_000)),
  }),
] as const;
