/** A recording that can be looked into: what it holds is known from its index, and only what is asked for is read. */

import type { LiveSnapshot } from "../../runtime/live-protocol.ts";
import {
  type IndexEntry,
  type Keyframe,
  LOCATOR,
  type Marks,
  type MemberPlace,
  RECORDING_FORMAT,
  type RecordedProgram,
  type RecordedSystem,
  type RecordingEnd,
  type RecordingHead,
  type Summary,
} from "../../runtime/recording-format.ts";
import type { TraceEvent } from "../../runtime/trace.ts";
import { LiveError } from "../session.ts";
import { type ByteSource, bytesIn, openFile } from "./bytes.ts";
import { memberAt, readIndex, readLine, readSummary } from "./lines.ts";

/** Parts that a file may have. */
const MOST_MEMBERS = 1_000_000;

type Of<K extends Summary["kind"]> = Extract<Summary, { kind: K }> & MemberPlace;

/** One system, by what the index says. */
export interface Track {
  system: RecordedSystem;
  program: RecordedProgram;
  keyframes: Of<"keyframe">[];
  chunks: Of<"events">[];
  /** How many events there are. */
  events: number;
}

/** A part of a recording without a gap: what lives at its beginning, and what happens then. */
export interface Stretch {
  /** Null where it begins with nothing. */
  keyframe: Keyframe | null;
  /** Events that the recording has before it. */
  after: number;
  events: TraceEvent[];
  left: number;
}

/** Some of what happened, for an overview. */
export interface Slice {
  /** Events before it, and of it. */
  after: number;
  events: number;
  /** Milliseconds on the system's clock. */
  from: number;
  to: number;
  marks: Marks;
  left: number;
  /** Events that are missing before it; null: nobody has counted them. */
  lost: number | null;
}

/** Opens a file. @throws LiveError with one sentence about what is wrong with it */
export async function openRecording(path: string): Promise<Recording> {
  const source = await openFile(path);
  return await Recording.read(source).catch(async (error: unknown) => {
    await source.close();
    throw error;
  });
}

/** The same for bytes. @throws LiveError */
export const readRecording = (bytes: Uint8Array): Promise<Recording> => Recording.read(bytesIn(bytes));

/** What a file says of itself before anything that happened is read. */
interface About {
  head: RecordingHead;
  tracks: readonly Track[];
  ends: readonly RecordingEnd[];
  /** It was not finished: what there is can be read. */
  cutOff: boolean;
}

export class Recording implements About {
  readonly head: RecordingHead;
  readonly tracks: readonly Track[];
  readonly ends: readonly RecordingEnd[];
  readonly cutOff: boolean;
  readonly #source: ByteSource;

  constructor(source: ByteSource, { head, tracks, ends, cutOff }: About) {
    this.#source = source;
    this.head = head;
    this.tracks = tracks;
    this.ends = ends;
    this.cutOff = cutOff;
  }

  /** @throws LiveError */
  static async read(source: ByteSource): Promise<Recording> {
    const first = await memberAt(source, 0);
    if (first === null || readSummary(first.summary, "it")?.kind !== "recording")
      throw new LiveError("it is no recording of suptree, or not even its beginning was written");
    const head = await readLine(source, first, "recording");
    if (head.format > RECORDING_FORMAT)
      throw new LiveError(
        `it was written by ${head.writer}, in version ${head.format} of the format; this tool reads up to ${RECORDING_FORMAT}: update it`,
      );
    // What an index says can be found out without it.
    const index = await indexOf(source).catch(() => null);
    const entries = index ?? (await walk(source));
    const of = <K extends Summary["kind"]>(kind: K) =>
      entries.flatMap(({ summary, ...place }) =>
        summary.kind === kind ? [{ ...summary, ...place }] : [],
      ) as Of<K>[];
    const programs = new Map<number, RecordedProgram>();
    for (const place of of("program")) {
      const program = await readLine(source, place, "program");
      programs.set(program.program, program);
    }
    const tracks: Track[] = [];
    for (const place of of("system")) {
      const system = await readLine(source, place, "system");
      const program = programs.get(system.program);
      if (program === undefined)
        throw new LiveError(
          `its system ${system.system} is of program ${system.program}, which it does not have`,
        );
      if (tracks.some((track) => track.system.system === system.system))
        throw new LiveError(`it has two systems with the number ${system.system}`);
      tracks.push({ system, program, keyframes: [], chunks: [], events: 0 });
    }
    const byNumber = new Map(tracks.map((track) => [track.system.system, track]));
    for (const { summary, ...place } of entries) {
      if (summary.kind !== "keyframe" && summary.kind !== "events") continue;
      const track = byNumber.get(summary.system);
      if (track === undefined)
        throw new LiveError(`it tells of system ${summary.system}, which it does not have`);
      if (summary.kind === "keyframe") {
        if (summary.after !== track.events) throw new LiveError("its parts do not follow each other");
        track.keyframes.push({ ...summary, ...place });
      } else {
        if (summary.first !== track.events + 1 || summary.last < summary.first)
          throw new LiveError("its parts do not follow each other");
        track.events = summary.last;
        track.chunks.push({ ...summary, ...place });
      }
    }
    const ends: RecordingEnd[] = [];
    for (const place of of("end")) ends.push(await readLine(source, place, "end"));
    return new Recording(source, { head, tracks, ends, cutOff: index === null });
  }

  /**
   * About `most` events without a gap around the moment right after event `seq`, from a keyframe on; everything where that is not more.
   * Half of them are before it, so that there is something to look back at.
   * @throws LiveError where the file is damaged
   */
  async stretch({ keyframes, chunks, events }: Track, seq: number, most: number): Promise<Stretch> {
    let at = keyframes.findLastIndex(({ after }) => after <= seq);
    const begin = (position: number): number => keyframes[position]?.after ?? 0;
    const far = (position: number): boolean => events > most && seq - begin(position) > most / 2;
    while (at > 0 && keyframes[at]?.lost === 0 && (!far(at - 1) || seq - begin(at) < most / 10)) at -= 1;
    const place = keyframes[at];
    const after = begin(at);
    // The next gap ends it.
    const gap = keyframes.findIndex(({ lost }, position) => position > at && lost !== 0);
    const end = gap < 0 ? Number.POSITIVE_INFINITY : begin(gap);
    const stretch: Stretch = {
      keyframe: place === undefined ? null : await readLine(this.#source, place, "keyframe"),
      after,
      events: [],
      left: 0,
    };
    for (const chunk of chunks) {
      if (chunk.last <= after) continue;
      if (chunk.first > end || (stretch.events.length >= most && chunk.first > seq)) break;
      const { events, left } = await this.#events(chunk);
      stretch.left += left;
      for (const event of events) stretch.events.push(event);
    }
    return stretch;
  }

  /** Everything from the beginning on, one stretch or part of a stretch after the other, without holding all of it. */
  async *parts({ keyframes, chunks }: Track): AsyncGenerator<Stretch> {
    const marks: (Of<"keyframe"> | Of<"events">)[] = [...keyframes, ...chunks].sort(
      (a, b) => a.offset - b.offset,
    );
    let after = 0;
    let begun = false;
    for (const place of marks) {
      if (place.kind === "events") {
        const { events, left } = await this.#events(place);
        yield { keyframe: null, after, events, left };
        after = place.last;
      } else if (!begun || place.lost !== 0)
        yield { keyframe: await readLine(this.#source, place, "keyframe"), after, events: [], left: 0 };
      begun = true;
    }
  }

  /** The last keyframe of a system in which anything lives; null when it has none. */
  async lastKeyframe({ keyframes }: Track): Promise<Keyframe | null> {
    const place = keyframes.findLast(({ processes }) => processes > 0) ?? keyframes.at(-1);
    return place === undefined ? null : await readLine(this.#source, place, "keyframe");
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  async #events(chunk: Of<"events">) {
    const read = await readLine(this.#source, chunk, "events");
    if (read.system !== chunk.system || read.events.length !== chunk.last - chunk.first + 1)
      throw new LiveError(
        `the part at byte ${chunk.offset} is damaged: it does not hold what the index says`,
      );
    return read;
  }
}

/** What a track holds, in at most `most` slices. Nothing is read for it. */
export function overviewOf({ keyframes, chunks }: Track, most: number): Slice[] {
  const gaps = new Map(
    keyframes.filter(({ lost }, n) => lost !== 0 && n > 0).map((each) => [each.after, each.lost]),
  );
  const per = Math.max(1, Math.ceil(chunks.length / most));
  const slices: Slice[] = [];
  let inLast = 0;
  for (const { first, last, from, to, marks, left } of chunks) {
    const lost = gaps.has(first - 1) ? (gaps.get(first - 1) ?? null) : 0;
    const before = slices.at(-1);
    if (before === undefined || lost !== 0 || inLast === per) {
      slices.push({ after: first - 1, events: last - first + 1, from, to, marks: { ...marks }, left, lost });
      inLast = 1;
      continue;
    }
    before.events += last - first + 1;
    before.to = to;
    before.left += left;
    for (const kind of Object.keys(marks) as (keyof Marks)[]) before.marks[kind] += marks[kind];
    inLast += 1;
  }
  return slices;
}

/** An empty system, for what begins with nothing. */
export function nothing({ system }: Track): LiveSnapshot {
  const { system: number, name, virtual } = system;
  return { system: number, name, virtual, processes: 0, at: 0, time: 0, applications: [], list: [] };
}

/** The index at the end; null when the file ends without one. @throws LiveError for one that is damaged */
async function indexOf(source: ByteSource): Promise<IndexEntry[] | null> {
  if (source.size < LOCATOR) return null;
  const locator = await memberAt(source, source.size - LOCATOR);
  if (locator === null) return null;
  const summary = readSummary(locator.summary, "its end");
  if (summary?.kind !== "locator") return null;
  const at = await memberAt(source, summary.index);
  return at === null ? null : readIndex(source, at);
}

/** The same from the parts themselves, as far as they are whole. */
async function walk(source: ByteSource): Promise<IndexEntry[]> {
  const entries: IndexEntry[] = [];
  for (let offset = 0; offset < source.size; ) {
    const member = await memberAt(source, offset);
    if (member === null) break;
    if (entries.length >= MOST_MEMBERS) throw new LiveError("it has more parts than a recording can have");
    const summary = readSummary(member.summary, `the part at byte ${offset}`);
    const { size, plain } = member;
    if (summary !== null) entries.push({ offset, size, plain, summary });
    offset += size;
  }
  return entries;
}
