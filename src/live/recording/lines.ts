/** Reads what a recording says: it is somebody's file, so nothing of it is believed before it was looked at. */
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import * as v from "valibot";
import { traceEventsSchema } from "../../protocol/index.ts";
import {
  crc32,
  HEADER,
  type IndexEntry,
  type Keyframe,
  type MemberPlace,
  type RecordedProgram,
  type RecordedSystem,
  type RecordingEnd,
  type RecordingHead,
  readHeader,
  type Summary,
} from "../../runtime/recording-format.ts";
import { describes, snapshotSchema } from "../answers.ts";
import { LiveError } from "../session.ts";
import type { ByteSource } from "./bytes.ts";

/** Bytes that one line may have: a snapshot of 200,000 processes. What claims more is not read. */
const MOST_PLAIN = 128 * 1024 * 1024;

const text = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const lost = v.nullable(count);

const marks = v.object({ start: count, restart: count, fault: count, crash: count, giveUp: count });

const summarySchema: v.GenericSchema<unknown, Summary> = describes<Summary>()(
  v.variant("kind", [
    v.object({ kind: v.picklist(["recording", "program", "system", "end", "index"]) }),
    v.object({
      kind: v.literal("keyframe"),
      system: count,
      after: count,
      at: time,
      time,
      processes: count,
      lost,
    }),
    v.object({
      kind: v.literal("events"),
      system: count,
      first: count,
      last: count,
      from: time,
      to: time,
      left: count,
      marks,
    }),
    v.object({ kind: v.literal("locator"), index: count }),
  ]),
);

const place = { offset: count, size: count, plain: count };
const indexSchema = v.object({
  kind: v.literal("index"),
  members: v.array(v.object({ ...place, summary: v.unknown() })),
});

const lineSchemas = {
  recording: describes<RecordingHead>()(
    v.object({ kind: v.literal("recording"), format: count, writer: text, time }),
  ),
  program: describes<RecordedProgram>()(
    v.object({
      kind: v.literal("program"),
      program: count,
      title: text,
      pid: v.nullable(count),
      thread: count,
      host: text,
      library: v.nullable(text),
    }),
  ),
  system: describes<RecordedSystem>()(
    v.object({
      kind: v.literal("system"),
      system: count,
      program: count,
      name: v.nullable(text),
      virtual: v.boolean(),
      detail: v.picklist(["structure", "all"]),
    }),
  ),
  keyframe: describes<Keyframe>()(
    v.object({
      kind: v.literal("keyframe"),
      system: count,
      lost,
      snapshot: snapshotSchema,
      states: v.exactOptional(v.record(text, v.record(text, text))),
    }),
  ),
  events: v.object({ kind: v.literal("events"), system: count, left: count, events: traceEventsSchema }),
  end: describes<RecordingEnd>()(v.object({ kind: v.literal("end"), program: count, time, reason: text })),
  index: indexSchema,
};

type Lines = { [K in keyof typeof lineSchemas]: v.InferOutput<(typeof lineSchemas)[K]> };

/** What a member says of itself; null for kinds that this version does not know. @throws LiveError */
export function readSummary(json: unknown, where: string): Summary | null {
  const { kind } = Object(json) as { kind?: unknown };
  const read = v.safeParse(summarySchema, json);
  if (read.success) return read.output;
  if (typeof kind === "string" && !(kind in lineSchemas) && kind !== "locator") return null;
  throw new LiveError(`${where} says nothing that can be read: ${read.issues[0].message}`);
}

/** The member at `offset`; null when the file ends within it, or something else stands there. */
export async function memberAt(source: ByteSource, offset: number): Promise<Member | null> {
  const start = await source.read(offset, 512);
  const header = readHeader(start);
  if (header === null || offset + header.size > source.size) return null;
  const { size, plain, comment } = header;
  const bytes = HEADER + comment > start.length ? await source.read(offset, HEADER + comment) : start;
  const said = new TextDecoder().decode(bytes.subarray(HEADER, HEADER + comment));
  return { offset, size, plain, summary: parse(said, `the part at byte ${offset}`) };
}

export interface Member extends MemberPlace {
  /** As it was found. */
  summary: unknown;
}

/** The line of a member. @throws LiveError when it is not what it says it is */
export async function readLine<K extends keyof Lines>(
  source: ByteSource,
  { offset, size }: MemberPlace,
  kind: K,
): Promise<Lines[K]> {
  const where = `the part at byte ${offset}`;
  const bytes = await source.read(offset, size);
  const header = readHeader(bytes);
  if (header === null || header.size !== size)
    throw new LiveError(`${where} is damaged: it does not begin as one`);
  const { plain, comment } = header;
  if (plain > MOST_PLAIN)
    throw new LiveError(`${where} claims to hold ${Math.round(plain / 1024 / 1024)} MB: it is not read`);
  const unpacked = await inflate(bytes.subarray(HEADER + comment + 1, size - 8), plain, where);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (unpacked.length !== plain || view.getUint32(size - 8, true) !== crc32(unpacked))
    throw new LiveError(`${where} is damaged: its checksum is wrong`);
  const read = v.safeParse(lineSchemas[kind], parse(new TextDecoder().decode(unpacked), where));
  if (read.success) return read.output as Lines[K];
  throw new LiveError(`${where} holds what is no ${kind}: ${read.issues[0].message}`);
}

/** Never more than was said beforehand. */
async function inflate(packed: Uint8Array, plain: number, where: string): Promise<Uint8Array> {
  try {
    return await promisify(inflateRaw)(packed, { maxOutputLength: Math.max(1, plain) });
  } catch {
    throw new LiveError(`${where} is damaged: it cannot be unpacked`);
  }
}

function parse(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new LiveError(`${where} is damaged: it is no JSON`);
  }
}

/** The places that an index names, in order and inside the file. @throws LiveError */
export async function readIndex(source: ByteSource, at: MemberPlace): Promise<IndexEntry[]> {
  const { members } = await readLine(source, at, "index");
  const entries: IndexEntry[] = [];
  let from = 0;
  for (const { offset, size, plain, summary } of members) {
    if (offset < from || offset + size > source.size) throw new LiveError("its index leads out of the file");
    from = offset + size;
    const known = readSummary(summary, "its index");
    if (known !== null) entries.push({ offset, size, plain, summary: known });
  }
  return entries;
}
