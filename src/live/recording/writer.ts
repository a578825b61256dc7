/** Writes a recording to a file as it comes in: what was written can be read, whatever happens to the writer. */
import { closeSync, openSync, writeSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import type { LiveSnapshot } from "../../runtime/live-protocol.ts";
import {
  type EventsOf,
  RECORDING_FORMAT,
  type RecordedProgram,
  type RecordedSystem,
  RecordingBuilder,
  type RecordingLine,
} from "../../runtime/recording-format.ts";
import type { TraceEvent } from "../../runtime/trace.ts";

/** Events of one part: so few that a moment is found quickly, and so many that they compress well. */
const CHUNK = 4_000;

const deflate = (plain: Uint8Array): Uint8Array => deflateRawSync(plain);

interface Open {
  /** What waits to be written. */
  events: TraceEvent[];
  left: number;
  /** Missing before the next keyframe. */
  lost: number | null;
}

export class RecordingWriter {
  readonly #file: number;
  readonly #builder = new RecordingBuilder();
  readonly #open = new Map<number, Open>();
  #finished = false;
  /** Events so far. */
  events = 0;

  /** Makes a new file. @throws what the file system says, also when there is one */
  constructor(path: string, writer: string) {
    this.#file = openSync(path, "wx", 0o600);
    this.#write({ kind: "recording", format: RECORDING_FORMAT, writer, time: Date.now() });
  }

  /** Bytes so far. */
  get size(): number {
    return this.#builder.size;
  }

  get systems(): number {
    return this.#open.size;
  }

  program(program: Omit<RecordedProgram, "kind">): void {
    this.#write({ kind: "program", ...program });
  }

  system(system: Omit<RecordedSystem, "kind">): void {
    this.#open.set(system.system, { events: [], left: 0, lost: 0 });
    this.#write({ kind: "system", ...system });
  }

  /** What lives now, after all events so far. */
  keyframe(system: number, snapshot: LiveSnapshot): void {
    const open = this.#open.get(system);
    if (open === undefined) return;
    this.#flush(system, open);
    this.#write({ kind: "keyframe", system, lost: open.lost, snapshot: { ...snapshot, system } });
    open.lost = 0;
  }

  happened(system: number, events: readonly TraceEvent[], left: number): void {
    const open = this.#open.get(system);
    if (open === undefined) return;
    for (const event of events) {
      open.events.push(event);
      if (open.events.length >= CHUNK) this.#flush(system, open);
    }
    open.left += left;
    this.events += events.length;
  }

  /** From here on nothing follows what was before, until there is a keyframe. */
  gap(system: number): void {
    const open = this.#open.get(system);
    if (open !== undefined) open.lost = null;
  }

  end(program: number, reason: string): void {
    this.flush();
    this.#write({ kind: "end", program, time: Date.now(), reason });
  }

  /** Writes what waits. */
  flush(): void {
    for (const [system, open] of this.#open) this.#flush(system, open);
  }

  /** Writes what waits, and the index. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.flush();
    for (const member of this.#builder.finish(deflate)) this.#put(member);
    closeSync(this.#file);
  }

  #flush(system: number, open: Open): void {
    if (open.events.length === 0) return;
    const line: EventsOf = { kind: "events", system, left: open.left, events: open.events };
    open.events = [];
    open.left = 0;
    this.#write(line);
  }

  #write(line: RecordingLine): void {
    this.#put(this.#builder.member(line, deflate));
  }

  #put(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
  }
}
