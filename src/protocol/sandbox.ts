/**
 * Messages between the page and the engine in the sandbox's worker, over one MessagePort. A request carries an
 * id and is always settled: by its answer, by an error, or by the end of the sandbox. Events come by themselves.
 */
import * as v from "valibot";
import type {
  Assumption,
  CrashMatrix,
  CrashRow,
  Demonstration,
  DemonstrationOutcome,
  RunAction,
  RunInput,
  RunMode,
  RunPosition,
  TreeModel,
} from "../model/index.ts";
import type { TraceEvent } from "../runtime/trace.ts";
import { ProtocolError, parseMessage, schemaOf } from "./check.ts";
import { demonstrationSchema, treeModelSchema } from "./model-schema.ts";
import {
  assumptionSchema,
  crashMatrixSchema,
  crashRowSchema,
  demonstrationOutcomeSchema,
  runActionSchema,
  runInputSchema,
  runModeSchema,
  runPositionSchema,
} from "./run-schema.ts";
import { traceEventsSchema } from "./trace-schema.ts";

/** Sizes at which a run is stopped with a `bound` event. */
export interface Bounds {
  processes: number;
  /** Messages waiting in one mailbox. */
  mailbox: number;
  /** Events since the run's start. */
  events: number;
  /** Scheduler steps within one instant of virtual time: more is a loop. */
  stepsPerInstant: number;
  /** Timers and sleeps that wait. */
  timers: number;
  /** Bytes that may be asked for at once; eight times as many within one turn. */
  memory: number;
}

export const DEFAULT_BOUNDS: Bounds = {
  processes: 20_000,
  mailbox: 10_000,
  events: 200_000,
  stepsPerInstant: 200_000,
  timers: 50_000,
  memory: 64_000_000,
};

/** The longest text in what the engine says. */
export const MOST_TEXT = 2_000;

export interface RunningCallback {
  pid: number;
  /** The process's name in sentences. */
  name: string;
  /** E.g. "handleCall". */
  callback: string;
}

export interface RunStatus {
  /** "idle": nothing was loaded. "ended": no process is left. "bounded": a bound was hit. */
  state: "idle" | "running" | "ended" | "bounded" | "failed";
  /** Virtual milliseconds since the start. */
  now: number;
  /** Scheduler steps since the start. */
  step: number;
  /** The last event's number. */
  seq: number;
  /** How many inputs were given. */
  inputs: number;
  /** Something can happen at once, without the clock moving. */
  busy: boolean;
  /** When the next timer fires; null when nothing is waiting for time. */
  nextDeadline: number | null;
  processes: number;
  /** Callbacks that have begun and not ended. */
  running: RunningCallback[];
  /** Why it ended or failed. */
  reason: string | null;
}

/** One field of a process, or of something in a field. */
export interface FieldRow {
  /** 0 for the process's own. */
  depth: number;
  name: string;
  text: string;
}

/** What the inspector shows of one process, living or dead. */
export interface ProcessView {
  pid: number;
  alive: boolean;
  name: string;
  label: string;
  /** The model's key, null for processes that the model does not know. */
  key: string | null;
  registered: string[];
  links: number[];
  monitors: { ref: number; target: number }[];
  monitoredBy: number[];
  trapExit: boolean;
  /** The first messages that wait, and how many there are. */
  mailbox: { length: number; first: string[] };
  /** Its fields with what is in them, each followed by what is inside it; null for a stand-in. */
  fields: FieldRow[] | null;
  /** The callback that it is in, and since when on the run's clock; null between messages. */
  callback: { name: string; since: number } | null;
  /** What a stand-in does: one line each. */
  behaviour: string[];
}

export interface LoadRequest {
  type: "load";
  model: TreeModel;
  /** A supervisor's or application's key; null runs everything: applications, other roots, orphans. */
  root: string | null;
  seed: number;
  /** In mode "code" the bundle runs that came with the worker's script. */
  mode: RunMode;
  dynamicChildren: number;
  bounds: Bounds;
  /** In mode "code": keys of children in whose place their stand-ins run. */
  standIns: string[];
  /** In mode "code": keys of supervisors that start their children in the model's order, by the model's strategy. */
  asInModel: string[];
  /** Announce every callback before it runs, so that one that never ends can be named. */
  marks: boolean;
}

export type SandboxRequest =
  | LoadRequest
  /** Gives an input now; the answer says where it was put. */
  | { type: "input"; action: RunAction }
  /** Lets virtual time pass. */
  | { type: "advance"; ms: number }
  /** Runs until nothing more would happen by itself, at most so long. */
  | { type: "settle"; ms: number }
  /** One scheduler step, or everything up to and including the next instant at which something happens. */
  | { type: "step"; unit: "step" | "instant" }
  /** Starts the loaded run again from its beginning, with these inputs. */
  /** With `seq` it stops in the turn that brings the event of that number, and gives no input that comes later. */
  /** `byTime`: what runs was changed, so each input comes at its time, whichever turn that is. */
  | {
      type: "replay";
      inputs: RunInput[];
      until: RunPosition;
      seq?: number | undefined;
      byTime?: boolean | undefined;
    }
  | { type: "inspect"; pid: number }
  | { type: "matrix"; root: string | null }
  | { type: "demonstrate"; demonstration: Demonstration }
  | { type: "stop" };

export interface LoadResult {
  status: RunStatus;
  assumptions: Assumption[];
  /** Stand-ins whose start is known to be impossible, and other things to say once. */
  notes: string[];
}

/** What each request is answered with. */
export interface SandboxResults {
  load: LoadResult;
  input: { status: RunStatus; input: RunInput };
  advance: RunStatus;
  settle: RunStatus;
  step: RunStatus;
  replay: RunStatus;
  inspect: ProcessView | null;
  matrix: CrashMatrix;
  demonstrate: DemonstrationOutcome;
  stop: RunStatus;
}

export type SandboxEvent =
  | { type: "ready" }
  /** `reset`: the events start anew from seq 1; the ones before are void. */
  | { type: "trace"; reset: boolean; events: TraceEvent[] }
  | { type: "status"; status: RunStatus }
  /** Everything that the run supposes by now, when that has become more since it was told. */
  | { type: "supposed"; assumptions: Assumption[] }
  /** A bound was hit; the run has been stopped. `message` says which, how much, and who. */
  | { type: "bound"; bound: keyof Bounds; limit: number; message: string; pid: number | null }
  /** The engine itself failed. */
  | { type: "failed"; message: string }
  /** Work that takes long: part done, from 0 to 1. */
  | { type: "progress"; request: number; done: number }
  /** Rows of a crash matrix as they come; with the first of them what is known of it before. */
  | { type: "rows"; request: number; begins: CrashMatrix | null; rows: CrashRow[] }
  | { type: "mark"; callback: RunningCallback }
  | ConsoleLine;

/** What user code has written on its console, and the errors that end its processes or that nobody catches. */
export interface ConsoleLine {
  type: "console";
  /** The event after which it was written. */
  seq: number;
  at: number;
  /** Who was running; null for the module and for code outside any process. */
  pid: number | null;
  level: "log" | "info" | "warn" | "error" | "debug";
  text: string;
  /** Where an error comes from, innermost first. */
  frames: SourceFrame[];
}

/** A place of a stack, in the program's own sources. */
export interface SourceFrame {
  file: string;
  line: number;
  column: number;
  /** The function; empty where it has no name. */
  name: string;
}

export type ToSandbox =
  | { kind: "request"; id: number; request: SandboxRequest }
  | { kind: "ping"; id: number }
  /** Gives up a request that takes long. */
  | { kind: "cancel"; id: number };

export type FromSandbox =
  | { kind: "answer"; id: number; type: keyof SandboxResults; result: unknown }
  | { kind: "refusal"; id: number; message: string }
  | { kind: "pong"; id: number }
  | { kind: "event"; event: SandboxEvent };

/** A message on its way. Events come by the thousand and travel as JSON, which costs both sides less than objects. */
export type Packed = Exclude<FromSandbox, TraceMessage> | { kind: "trace"; reset: boolean; events: string };
type TraceMessage = { kind: "event"; event: Extract<SandboxEvent, { type: "trace" }> };

export const isTrace = (message: FromSandbox): message is TraceMessage =>
  message.kind === "event" && message.event.type === "trace";

/** Characters of the events of one message. */
const MOST_PACKED = 8_000_000;

/** What came, as it was before it was packed; whether it is any message of the protocol has still to be seen. @throws ProtocolError */
export function unpack(data: unknown): unknown {
  if (typeof data !== "object" || data === null || !("kind" in data) || data.kind !== "trace") return data;
  const { reset, events } = data as { reset?: unknown; events?: unknown };
  if (typeof events !== "string" || events.length > MOST_PACKED)
    throw new ProtocolError("Refused a sandbox message: its events are no text that may come.");
  try {
    return { kind: "event", event: { type: "trace", reset, events: JSON.parse(events) as unknown } };
  } catch {
    throw new ProtocolError("Refused a sandbox message: its events cannot be read.");
  }
}

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const boundsSchema = v.object({
  processes: count,
  mailbox: count,
  events: count,
  stepsPerInstant: count,
  timers: count,
  memory: count,
});
const callback = v.object({ pid: count, name: text, callback: text });

const status = v.object({
  state: v.picklist(["idle", "running", "ended", "bounded", "failed"]),
  now: v.number(),
  step: count,
  seq: count,
  inputs: count,
  busy: v.boolean(),
  nextDeadline: v.nullable(v.number()),
  processes: count,
  running: v.array(callback),
  reason: v.nullable(text),
});

const request = v.variant("type", [
  v.object({
    type: v.literal("load"),
    model: treeModelSchema,
    root: v.nullable(text),
    seed: count,
    mode: runModeSchema,
    dynamicChildren: count,
    bounds: boundsSchema,
    standIns: v.array(text),
    asInModel: v.array(text),
    marks: v.boolean(),
  }),
  v.object({ type: v.literal("input"), action: runActionSchema }),
  v.object({ type: v.literal("advance"), ms: v.pipe(v.number(), v.finite(), v.minValue(0)) }),
  v.object({ type: v.literal("settle"), ms: v.pipe(v.number(), v.finite(), v.minValue(0)) }),
  v.object({ type: v.literal("step"), unit: v.picklist(["step", "instant"]) }),
  v.object({
    type: v.literal("replay"),
    inputs: v.array(runInputSchema),
    until: runPositionSchema,
    seq: v.optional(count),
    byTime: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal("inspect"), pid: count }),
  v.object({ type: v.literal("matrix"), root: v.nullable(text) }),
  v.object({ type: v.literal("demonstrate"), demonstration: demonstrationSchema }),
  v.object({ type: v.literal("stop") }),
]);

const sandboxEvent = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("trace"), reset: v.boolean(), events: traceEventsSchema }),
  v.object({ type: v.literal("status"), status }),
  v.object({ type: v.literal("supposed"), assumptions: v.array(assumptionSchema) }),
  v.object({
    type: v.literal("bound"),
    bound: v.picklist(["processes", "mailbox", "events", "stepsPerInstant", "timers", "memory"]),
    limit: count,
    message: text,
    pid: v.nullable(count),
  }),
  v.object({ type: v.literal("failed"), message: text }),
  v.object({ type: v.literal("progress"), request: count, done: v.number() }),
  v.object({
    type: v.literal("rows"),
    request: count,
    begins: v.nullable(crashMatrixSchema),
    rows: v.array(crashRowSchema),
  }),
  v.object({ type: v.literal("mark"), callback }),
  v.object({
    type: v.literal("console"),
    seq: count,
    at: v.number(),
    pid: v.nullable(count),
    level: v.picklist(["log", "info", "warn", "error", "debug"]),
    text,
    frames: v.array(v.object({ file: text, line: count, column: count, name: text })),
  }),
]);

const statusSchema = schemaOf<RunStatus>()(status);
export const processViewSchema = schemaOf<ProcessView>()(
  v.object({
    pid: count,
    alive: v.boolean(),
    name: text,
    label: text,
    key: v.nullable(text),
    registered: v.array(text),
    links: v.array(count),
    monitors: v.array(v.object({ ref: count, target: count })),
    monitoredBy: v.array(count),
    trapExit: v.boolean(),
    mailbox: v.object({ length: count, first: v.array(text) }),
    fields: v.nullable(v.array(v.object({ depth: count, name: text, text }))),
    callback: v.nullable(v.object({ name: text, since: v.number() })),
    behaviour: v.array(text),
  }),
);

/** Schema of every answer, by the request's type. */
export const resultSchemas: { [K in keyof SandboxResults]: v.GenericSchema<unknown, SandboxResults[K]> } = {
  load: schemaOf<LoadResult>()(
    v.object({ status, assumptions: v.array(assumptionSchema), notes: v.array(text) }),
  ),
  input: schemaOf<SandboxResults["input"]>()(v.object({ status, input: runInputSchema })),
  advance: statusSchema,
  settle: statusSchema,
  step: statusSchema,
  replay: statusSchema,
  inspect: v.nullable(processViewSchema),
  matrix: crashMatrixSchema,
  demonstrate: demonstrationOutcomeSchema,
  stop: statusSchema,
};

const toSandboxSchema = schemaOf<ToSandbox>()(
  v.variant("kind", [
    v.object({ kind: v.literal("request"), id: count, request }),
    v.object({ kind: v.literal("ping"), id: count }),
    v.object({ kind: v.literal("cancel"), id: count }),
  ]),
);

const resultType = v.picklist([
  "load",
  "input",
  "advance",
  "settle",
  "step",
  "replay",
  "inspect",
  "matrix",
  "demonstrate",
  "stop",
]);
const fromSandboxSchema = schemaOf<FromSandbox>()(
  v.variant("kind", [
    v.object({ kind: v.literal("answer"), id: count, type: resultType, result: v.unknown() }),
    v.object({ kind: v.literal("refusal"), id: count, message: text }),
    v.object({ kind: v.literal("pong"), id: count }),
    v.object({ kind: v.literal("event"), event: sandboxEvent }),
  ]),
);

/** Validates what the engine got. @throws ProtocolError */
export function parseToSandbox(message: unknown): ToSandbox {
  return parseMessage(toSandboxSchema, "sandbox request", message);
}

/** Validates what the page got from the engine. @throws ProtocolError */
export function parseFromSandbox(message: unknown): FromSandbox {
  return parseMessage(fromSandboxSchema, "sandbox", message);
}
