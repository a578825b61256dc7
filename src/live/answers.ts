/** Reads what a program says: it is somebody's program, so nothing of it is believed before it was looked at. */
import * as v from "valibot";
import { traceEventsSchema } from "../protocol/index.ts";
import type {
  LiveAnswers,
  LiveFigures,
  LiveMessage,
  LiveProcess,
  LiveSnapshot,
  LiveSystem,
} from "../runtime/live-protocol.ts";
import { LiveError } from "./session.ts";

/** Checks that a schema describes a type of the library, whose texts are any text. */
export const describes =
  <T>() =>
  <S extends v.GenericSchema<unknown, T>>(schema: S): v.GenericSchema<unknown, T> =>
    schema;

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());

const system = {
  system: count,
  name: v.nullable(text),
  processes: count,
  virtual: v.boolean(),
};
const systemSchema = describes<LiveSystem>()(v.object(system));

const fieldRow = v.object({ depth: count, name: text, text });

const supervision = v.object({
  strategy: text,
  autoShutdown: text,
  budget: v.object({ used: count, intensity: count, period: v.number() }),
  // Version 1 does not tell: then they are counted from now on.
  restartedAt: v.optional(v.array(time), []),
  children: v.array(
    v.object({
      id: text,
      pid: v.nullable(count),
      state: v.picklist(["running", "restarting", "undefined"]),
      incarnation: count,
      restart: text,
      shutdown: v.union([v.pipe(v.number(), v.minValue(0)), v.picklist(["infinity", "brutal_kill"])]),
      type: v.picklist(["worker", "supervisor"]),
      significant: v.boolean(),
    }),
  ),
});

const process = {
  id: count,
  label: text,
  className: v.nullable(text),
  kind: v.picklist(["worker", "supervisor", "process"]),
  status: v.picklist(["starting", "idle", "runnable", "running", "busy"]),
  callback: v.nullable(text),
  parent: v.nullable(count),
  childId: v.nullable(text),
  registeredNames: v.array(text),
  mailboxLength: count,
  startedAt: time,
  busySince: v.nullable(time),
  handled: count,
  restarts: count,
  childRestarts: count,
  trapsExit: v.boolean(),
  links: v.array(count),
  monitors: v.array(v.object({ ref: count, target: count })),
  supervision: v.nullable(supervision),
};
const processSchema = describes<LiveProcess>()(v.object(process));

export const snapshotSchema = describes<LiveSnapshot>()(
  v.object({
    ...system,
    at: time,
    time,
    applications: v.array(text),
    backlog: v.exactOptional(traceEventsSchema),
    list: v.array(processSchema),
  }),
);

const schemas: { [K in keyof LiveAnswers]: v.GenericSchema<unknown, LiveAnswers[K]> } = {
  systems: v.array(systemSchema),
  watch: snapshotSchema,
  inspect: v.nullable(
    v.object({
      ...process,
      ancestors: v.array(count),
      monitoredBy: v.array(count),
      mailbox: v.array(text),
      callers: v.array(v.object({ ref: count, from: count, request: text })),
      state: v.record(text, text),
      fields: v.optional(v.array(fieldRow)),
    }),
  ),
  figures: describes<LiveFigures>()(
    v.object({
      at: time,
      took: time,
      ids: v.array(count),
      mailbox: v.array(count),
      handled: v.array(count),
      busySince: v.array(time),
      restarts: v.array(count),
    }),
  ),
  command: v.null(),
  flush: v.null(),
  close: v.null(),
};

const messageSchema = describes<LiveMessage>()(
  v.variant("type", [
    v.object({ type: v.literal("system"), system: systemSchema }),
    v.object({ type: v.literal("events"), system: count, events: traceEventsSchema, left: count }),
    v.object({ type: v.literal("outcome"), system: count, text }),
  ]),
);

/** @throws LiveError with the program's refusal, or for what is no answer */
export function readAnswer<K extends keyof LiveAnswers>(to: K, answer: string): LiveAnswers[K] {
  const { ok, error } = Object(parse(answer, `answer to ${to}`)) as { ok?: unknown; error?: unknown };
  if (typeof error === "string") throw new LiveError(error);
  const schema: v.GenericSchema<unknown, LiveAnswers[K]> = schemas[to];
  const read = v.safeParse(schema, ok);
  if (!read.success) throw new LiveError(`The program's answer to ${to} is none: ${read.issues[0].message}`);
  return read.output;
}

/** @throws LiveError */
export function readMessage(message: string): LiveMessage {
  const read = v.safeParse(messageSchema, parse(message, "message"));
  if (read.success) return read.output;
  throw new LiveError(`The program said what is no message: ${read.issues[0].message}`);
}

function parse(given: string, what: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new LiveError(`The program's ${what} is no JSON.`);
  }
}
