/**
 * Validation of trace events. They arrive by the thousand, so the schema of an event is looked up by its type
 * and not searched for.
 */
import * as v from "valibot";
import type { TraceEvent, TraceEventOf, TraceEventType } from "../runtime/trace.ts";
import { checkOf, type SchemaOf, schemaOf } from "./check.ts";

const text = v.string();
const number = v.number();
const pid = v.number();
const child = v.object({ supervisor: pid, id: text });
const via = v.picklist(["link", "exit_signal", "parent"]);
const messageKind = v.picklist(["call", "reply", "cast", "info"]);
const head = { seq: number, at: number };
const cause = v.exactOptional(number);

const event = <T extends TraceEventType, E extends v.ObjectEntries>(type: T, entries: E) =>
  v.object({ ...head, type: v.literal(type), ...entries });
const between = { a: pid, b: pid };
const watch = { watcher: pid, target: pid, ref: number };

const schemas: { [T in TraceEventType]: SchemaOf<TraceEventOf<T>> } = {
  spawn: schemaOf<TraceEventOf<"spawn">>()(
    event("spawn", {
      pid,
      parent: v.nullable(pid),
      kind: v.picklist(["worker", "supervisor", "process"]),
      label: text,
      linked: v.boolean(),
    }),
  ),
  child_starting: schemaOf<TraceEventOf<"child_starting">>()(
    event("child_starting", { child, incarnation: number }),
  ),
  child_started: schemaOf<TraceEventOf<"child_started">>()(
    event("child_started", {
      child,
      incarnation: number,
      pid: v.nullable(pid),
      result: v.picklist(["ok", "ignore", "error"]),
      reason: v.exactOptional(text),
      cause,
    }),
  ),
  child_stopping: schemaOf<TraceEventOf<"child_stopping">>()(
    event("child_stopping", {
      child,
      pid,
      how: v.picklist(["shutdown", "kill"]),
      timeout: v.nullable(number),
      cause,
    }),
  ),
  child_removed: schemaOf<TraceEventOf<"child_removed">>()(event("child_removed", { child })),
  running: schemaOf<TraceEventOf<"running">>()(event("running", { pid })),
  terminate: schemaOf<TraceEventOf<"terminate">>()(event("terminate", { pid, reason: text })),
  exit: schemaOf<TraceEventOf<"exit">>()(
    event("exit", {
      pid,
      reason: text,
      normal: v.boolean(),
      origin: v.variant("type", [
        v.object({ type: v.literal("stop") }),
        v.object({ type: v.literal("error"), message: text }),
        v.object({ type: v.literal("signal"), from: pid, via }),
      ]),
    }),
  ),
  decision: schemaOf<TraceEventOf<"decision">>()(
    event("decision", {
      child,
      pid: v.nullable(pid),
      reason: text,
      strategy: text,
      decision: v.picklist(["restart", "keep", "remove", "give_up", "auto_shutdown"]),
      affected: v.array(text),
      budget: v.object({ used: number, intensity: number, period: number }),
      cause,
    }),
  ),
  link: schemaOf<TraceEventOf<"link">>()(event("link", between)),
  unlink: schemaOf<TraceEventOf<"unlink">>()(event("unlink", between)),
  monitor: schemaOf<TraceEventOf<"monitor">>()(event("monitor", watch)),
  demonitor: schemaOf<TraceEventOf<"demonitor">>()(event("demonitor", watch)),
  down: schemaOf<TraceEventOf<"down">>()(event("down", { ...watch, reason: text })),
  exit_signal: schemaOf<TraceEventOf<"exit_signal">>()(
    event("exit_signal", {
      from: pid,
      to: pid,
      reason: text,
      via,
      effect: v.picklist(["exits", "message", "ignored"]),
    }),
  ),
  trap_exit: schemaOf<TraceEventOf<"trap_exit">>()(event("trap_exit", { pid, value: v.boolean() })),
  register: schemaOf<TraceEventOf<"register">>()(event("register", { pid, name: text })),
  unregister: schemaOf<TraceEventOf<"unregister">>()(event("unregister", { pid, name: text })),
  send: schemaOf<TraceEventOf<"send">>()(
    event("send", {
      from: pid,
      to: v.nullable(pid),
      name: v.exactOptional(text),
      kind: messageKind,
      ref: v.exactOptional(number),
      message: text,
    }),
  ),
  receive: schemaOf<TraceEventOf<"receive">>()(
    event("receive", { pid, kind: messageKind, ref: v.exactOptional(number), message: text }),
  ),
  call_end: schemaOf<TraceEventOf<"call_end">>()(
    event("call_end", {
      pid,
      to: v.nullable(pid),
      ref: number,
      outcome: v.picklist(["reply", "down", "timeout"]),
      detail: text,
    }),
  ),
  timer: schemaOf<TraceEventOf<"timer">>()(
    event("timer", {
      pid,
      ref: number,
      action: v.picklist(["set", "fired", "cancelled"]),
      ms: v.exactOptional(number),
    }),
  ),
  application: schemaOf<TraceEventOf<"application">>()(
    event("application", {
      name: text,
      state: v.picklist(["starting", "started", "stopping", "stopped", "failed"]),
      reason: v.exactOptional(text),
    }),
  ),
  report: schemaOf<TraceEventOf<"report">>()(
    event("report", { pid, kind: v.picklist(["crash", "supervisor", "progress", "error"]), text }),
  ),
  note: schemaOf<TraceEventOf<"note">>()(
    event("note", {
      pid: v.nullable(pid),
      text,
      fault: v.exactOptional(v.picklist(["crash", "exit", "kill", "hang", "resume", "stop", "send"])),
    }),
  ),
};

const checks = Object.fromEntries(
  Object.entries(schemas).map(([type, schema]) => [type, checkOf(schema)]),
) as Record<TraceEventType, (value: unknown) => boolean>;

function isTraceEvent(value: unknown): value is TraceEvent {
  if (typeof value !== "object" || value === null || !("type" in value)) return false;
  const { type } = value;
  if (typeof type !== "string" || !Object.hasOwn(schemas, type)) return false;
  return checks[type as TraceEventType](value);
}

/** A batch of events in the order in which they happened. */
export const traceEventsSchema = v.custom<TraceEvent[]>(
  (value) => Array.isArray(value) && value.every(isTraceEvent),
  "not a batch of trace events",
);
