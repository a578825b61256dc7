/**
 * The file format of recordings (docs/recording-format.md): a gzip file whose members are a line of JSON each, so that any tool
 * prints it. Each member says in its gzip header how long it is and what it holds, so that a reader finds its way without
 * decompressing, and the last ones are an index. Pure functions of bytes, and the types of what the lines hold.
 */
import type { LiveDetail, LiveSnapshot } from "./live-protocol.ts";
import type { TraceEvent } from "./trace.ts";

/** The version of the format: grows with what an older reader would read wrongly. */
export const RECORDING_FORMAT = 1;

/** The first line. */
export interface RecordingHead {
  kind: "recording";
  format: number;
  /** Who has written it: a name and a version. */
  writer: string;
  /** When it was begun, in milliseconds since 1970. */
  time: number;
}

/** A program, or one of its threads. */
export interface RecordedProgram {
  kind: "program";
  /** Its number in this file. */
  program: number;
  /** E.g. "gateway.ts". */
  title: string;
  pid: number | null;
  /** 0 for the main thread. */
  thread: number;
  /** E.g. "Node v24.1.0". */
  host: string;
  /** The version of its library. */
  library: string | null;
}

export interface RecordedSystem {
  kind: "system";
  /** Its number in this file. */
  system: number;
  program: number;
  name: string | null;
  virtual: boolean;
  detail: Exclude<LiveDetail, "none">;
}

/** Everything that lives at one moment; what happens then follows. */
export interface Keyframe {
  kind: "keyframe";
  system: number;
  /** So many events of this system have happened before it and are not in the file; null where nobody has counted. 0: no gap. */
  lost: number | null;
  snapshot: LiveSnapshot;
  /** The state of processes as text, by number and field; absent where nobody asked for it. */
  states?: Record<string, Record<string, string>>;
}

/** What happened, in order, with the program's own numbers. */
export interface EventsOf {
  kind: "events";
  system: number;
  /** So many messages and timers among these were left out. */
  left: number;
  events: TraceEvent[];
}

/** How it ended. */
export interface RecordingEnd {
  kind: "end";
  program: number;
  /** Milliseconds since 1970. */
  time: number;
  /** For people. */
  reason: string;
}

/** What a line holds. */
export type RecordingLine =
  | RecordingHead
  | RecordedProgram
  | RecordedSystem
  | Keyframe
  | EventsOf
  | RecordingEnd
  | { kind: "index"; members: IndexEntry[] };

/** What kinds of moments a chunk of events holds, and how many of each: for an overview without reading it. */
export interface Marks {
  start: number;
  restart: number;
  fault: number;
  crash: number;
  giveUp: number;
}

/** What a member says of itself outside its compressed line. */
export type Summary =
  | { kind: "recording" | "program" | "system" | "end" | "index" }
  /** `after`: events of its system that the file has before it. */
  | {
      kind: "keyframe";
      system: number;
      after: number;
      at: number;
      time: number;
      processes: number;
      lost: number | null;
    }
  /** `first` and `last`: numbers of events, counted from 1 for each system; `from` and `to`: the system's clock. */
  | {
      kind: "events";
      system: number;
      first: number;
      last: number;
      from: number;
      to: number;
      left: number;
      marks: Marks;
    }
  /** The last member: where the index begins. */
  | { kind: "locator"; index: number };

/** Where a member is. */
export interface MemberPlace {
  offset: number;
  /** Bytes of it in the file. */
  size: number;
  /** Bytes of its line. */
  plain: number;
}

export interface IndexEntry extends MemberPlace {
  summary: Summary;
}

/** Raw deflate (RFC 1951). */
export type Deflate = (plain: Uint8Array) => Uint8Array;

/** Bytes of a member's gzip header before its comment. */
export const HEADER = 28;
/** Bytes after the compressed line: its checksum and length. */
const FOOTER = 8;
/** A summary is never longer. */
const MOST_SUMMARY = 4_096;
const LOCATOR_COMMENT = 48;
/** Bytes of the last member, whatever it says. */
export const LOCATOR = HEADER + LOCATOR_COMMENT + 1 + 2 + FOOTER;

const FLAGS = 0x04 | 0x10;

/** One member: `line` is compressed by `deflate`, `summary` stands before it as it is. */
function encodeMember(summary: Summary, line: RecordingLine | null, deflate: Deflate): Uint8Array {
  const plain = new TextEncoder().encode(line === null ? "" : `${JSON.stringify(line)}\n`);
  return frame(summary, plain, plain.length === 0 ? new Uint8Array([3, 0]) : deflate(plain));
}

/** The same where compressing takes time. */
export async function encodeMemberLater(
  summary: Summary,
  line: RecordingLine,
  deflate: (plain: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const plain = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  return frame(summary, plain, await deflate(plain));
}

function frame(summary: Summary, plain: Uint8Array, packed: Uint8Array): Uint8Array {
  let text = ascii(JSON.stringify(summary));
  if (summary.kind === "locator") text = text.padEnd(LOCATOR_COMMENT);
  const size = HEADER + text.length + 1 + packed.length + FOOTER;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set([0x1f, 0x8b, 8, FLAGS, 0, 0, 0, 0, 0, 255]);
  view.setUint16(10, 16, true);
  bytes.set([0x53, 0x54], 12);
  view.setUint16(14, 12, true);
  view.setUint32(16, size, true);
  view.setUint32(20, plain.length, true);
  view.setUint32(24, text.length, true);
  for (let i = 0; i < text.length; i++) bytes[HEADER + i] = text.charCodeAt(i);
  bytes.set(packed, HEADER + text.length + 1);
  view.setUint32(size - 8, crc32(plain), true);
  view.setUint32(size - 4, plain.length, true);
  return bytes;
}

/** A member's header, as far as it is there. */
export interface MemberHeader {
  size: number;
  plain: number;
  /** Bytes of the comment, without the NUL behind it. */
  comment: number;
}

/** Null for what does not begin a member of ours. */
export function readHeader(bytes: Uint8Array): MemberHeader | null {
  if (bytes.length < HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ours =
    view.getUint32(0, false) === (0x1f8b0800 | FLAGS) >>> 0 &&
    view.getUint16(10, true) === 16 &&
    view.getUint16(12, false) === 0x5354 &&
    view.getUint16(14, true) === 12;
  if (!ours) return null;
  const header = {
    size: view.getUint32(16, true),
    plain: view.getUint32(20, true),
    comment: view.getUint32(24, true),
  };
  const fits = header.comment <= MOST_SUMMARY && header.size >= HEADER + header.comment + 1 + FOOTER;
  return fits ? header : null;
}

/** JSON of characters that a gzip comment can hold. */
function ascii(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The kinds of moments among some events. */
function marksOf(events: readonly TraceEvent[]): Marks {
  const marks: Marks = { start: 0, restart: 0, fault: 0, crash: 0, giveUp: 0 };
  for (const event of events) {
    if (event.type === "child_started") {
      if (event.result !== "ok") marks.crash += event.result === "error" ? 1 : 0;
      else if (event.incarnation > 1) marks.restart += 1;
      else marks.start += 1;
    } else if (event.type === "exit") marks.crash += event.normal || event.origin.type === "signal" ? 0 : 1;
    else if (event.type === "decision") marks.giveUp += event.decision === "give_up" ? 1 : 0;
    else if (event.type === "note") marks.fault += event.fault === undefined ? 0 : 1;
  }
  return marks;
}

/** Of events that follow `before` others of their system. */
function summaryOf({ system, events, left }: EventsOf, before: number): Summary {
  return {
    kind: "events",
    system,
    first: before + 1,
    last: before + events.length,
    from: events[0]?.at ?? 0,
    to: events.at(-1)?.at ?? 0,
    left,
    marks: marksOf(events),
  };
}

/** Of a keyframe that follows `after` events of its system. */
function keyframeSummary({ system, lost, snapshot }: Keyframe, after: number): Summary {
  const { at, time, list } = snapshot;
  return { kind: "keyframe", system, after, at, time, processes: list.length, lost };
}

/** Deflate without compressing, for where nothing can: blocks of up to 65,535 bytes as they are. */
export const storedDeflate: Deflate = (plain) => {
  const most = 0xffff;
  const blocks = Math.max(1, Math.ceil(plain.length / most));
  const out = new Uint8Array(plain.length + blocks * 5);
  const view = new DataView(out.buffer);
  let to = 0;
  for (let block = 0; block < blocks; block++) {
    const part = plain.subarray(block * most, (block + 1) * most);
    out[to] = block === blocks - 1 ? 1 : 0;
    view.setUint16(to + 1, part.length, true);
    view.setUint16(to + 3, ~part.length & 0xffff, true);
    out.set(part, to + 5);
    to += 5 + part.length;
  }
  return out;
};

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** The checksum of gzip. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++)
    crc = (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Puts members one after the other and keeps their places: what is to be the index. */
export class RecordingBuilder {
  readonly #index: IndexEntry[] = [];
  #offset = 0;
  /** Events so far, by system. */
  readonly #events = new Map<number, number>();

  /** Bytes so far. */
  get size(): number {
    return this.#offset;
  }

  /** What the member says of itself. */
  summarize(line: RecordingLine): Summary {
    if (line.kind === "events") return summaryOf(line, this.#events.get(line.system) ?? 0);
    if (line.kind === "keyframe") return keyframeSummary(line, this.#events.get(line.system) ?? 0);
    return { kind: line.kind };
  }

  /** Takes in a member that is written now. */
  add(member: Uint8Array, summary: Summary, line: RecordingLine): Uint8Array {
    const plain = readHeader(member)?.plain ?? 0;
    this.#index.push({ offset: this.#offset, size: member.length, plain, summary });
    this.#offset += member.length;
    if (line.kind === "events")
      this.#events.set(line.system, (this.#events.get(line.system) ?? 0) + line.events.length);
    return member;
  }

  /** The member of a line. */
  member(line: RecordingLine, deflate: Deflate): Uint8Array {
    const summary = this.summarize(line);
    return this.add(encodeMember(summary, line, deflate), summary, line);
  }

  /** The index and where it is: the end of the file. */
  finish(deflate: Deflate): Uint8Array[] {
    const at = this.#offset;
    const index = encodeMember({ kind: "index" }, { kind: "index", members: this.#index }, deflate);
    return [index, encodeMember({ kind: "locator", index: at }, null, deflate)];
  }
}
