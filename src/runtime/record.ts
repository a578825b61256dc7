/** The flight recorder: the last events of a system, kept in memory, and written when it ends by itself. */
import { ProcessError } from "./errors.ts";
import { snapshotOf } from "./live.ts";
import { builtinModule, type NodeProcess, nodeProcess } from "./node-process.ts";
import { describeTerm, formatReason } from "./reason.ts";
import {
  type Deflate,
  encodeMemberLater,
  type Keyframe,
  RECORDING_FORMAT,
  RecordingBuilder,
  type RecordingLine,
  storedDeflate,
} from "./recording-format.ts";
import type { System } from "./system.ts";
import { EVENT_TYPES, type PidNumber, plainEvent, STRUCTURE_EVENTS, type TraceEvent } from "./trace.ts";
import { VERSION } from "./version.ts";

/** Options of {@link record}. */
export interface RecordOptions {
  /** So many events are kept at least, the last ones (default 10,000); at most a quarter more, or as many more as processes live. */
  last?: number;
  /**
   * `"structure"` (default): what changes the tree (lives, deaths, decisions, links, names). `"all"`: messages, calls and timers as
   * well, which costs something with each of them.
   */
  detail?: "structure" | "all";
  /** In Node: where to. It replaces what is there; a function may give a name for each. Ends in `.suprec`, so that editors know it. */
  file?: string | ((reason: string) => string);
  /** Gets the recording when it is written, and why: for browsers, and for whoever sends it elsewhere. */
  onWritten?: (recording: Uint8Array, reason: string) => void;
  /** Write the state of the processes that still live too, as `formatStatus` shows it (default false). */
  states?: boolean;
}

/** What {@link record} gives. */
export interface FlightRecorder {
  /** The recording as it would be written now. */
  bytes(): Promise<Uint8Array>;
  /** Writes it now. Rejects with what the file system says. */
  write(reason?: string): Promise<void>;
  /** Forgets everything, and records no more. */
  stop(): void;
}

/**
 * Keeps the last events of `system` in memory and writes them as a recording, which `suptree attach FILE`, `suptree serve --run FILE` and
 * the editor open:
 *
 * - when an application, or a supervisor that was started by itself, ends without having been stopped;
 * - in Node, after an exception or rejection that nobody has caught, and when the program exits with another code than 0;
 * - when `write` of the {@link FlightRecorder} is called.
 *
 * What ends a program without letting it run once more writes nothing: SIGKILL, a signal that nobody listens to, an abort, memory that is
 * used up; nor does the end of a browser's page.
 * @throws ProcessError `badarg` for options that make no sense
 */
export function record(system: System, options: RecordOptions = {}): FlightRecorder {
  checkOptions(options);
  return new Recorder(system, options);
}

function checkOptions({ last, detail, file, onWritten }: RecordOptions): void {
  const wrong = (what: string, found: unknown): ProcessError =>
    new ProcessError("badarg", `${what}, not ${describeTerm(found)}`);
  if (last !== undefined && !(Number.isSafeInteger(last) && last > 0))
    throw wrong("last is a number of events above 0", last);
  if (detail !== undefined && detail !== "structure" && detail !== "all")
    throw wrong('detail is "structure" or "all"', detail);
  if (file !== undefined && typeof file !== "string" && typeof file !== "function")
    throw wrong("file is a name or a function", file);
  if (onWritten !== undefined && typeof onWritten !== "function")
    throw wrong("onWritten is a function", onWritten);
  if (file !== undefined && nodeProcess() === null)
    throw new ProcessError("badarg", "there are no files here: take the recording with onWritten");
}

/** Events from one moment on whose state is known. */
interface Segment {
  keyframe: Keyframe & { lost: number };
  events: TraceEvent[];
}

interface Files {
  writeFileSync(file: string, bytes: Uint8Array): void;
  renameSync(from: string, to: string): void;
}

class Recorder implements FlightRecorder {
  readonly #system: System;
  readonly #options: RecordOptions;
  readonly #last: number;
  readonly #begun = Date.now();
  readonly #forget: (() => void)[] = [];
  #segments: Segment[] = [];
  /** Events that are kept. */
  #kept = 0;
  /** Events that have been forgotten. */
  #forgotten = 0;
  /** Events that came since, when there was no moment to look at the whole; they are not kept. */
  #lost = 0;
  #due = false;
  /** Supervisors that nobody supervises, and those of them that have decided to end. */
  readonly #roots = new Set<PidNumber>();
  readonly #doomed = new Map<PidNumber, string>();
  /** Why it is to be written, or was. */
  #reason: string | null = null;
  #written = 0;
  #seen = 0;

  constructor(system: System, options: RecordOptions) {
    this.#system = system;
    this.#options = options;
    this.#last = options.last ?? 10_000;
    const filter = options.detail === "all" ? EVENT_TYPES : STRUCTURE_EVENTS;
    this.#forget.push(
      system.observe(filter, (event) => this.#see(event)),
      system.onApplicationEnd((application, reason, asked) => {
        if (!asked) this.#ends(`Application ${application.name} ended by itself: ${formatReason(reason)}.`);
      }),
    );
    this.#begin();
    for (const { id, parent, supervision } of this.#segments[0]?.keyframe.snapshot.list ?? [])
      if (parent === null && supervision !== null) this.#roots.add(id);
    const node = nodeProcess();
    if (node !== null) this.#forget.push(atEndOf(node, (reason) => this.#crashed(reason)));
    void loadNode();
  }

  async bytes(): Promise<Uint8Array> {
    const lines = this.#lines(this.#reason ?? "It was asked for.");
    const builder = new RecordingBuilder();
    const deflate = await deflateHere();
    const parts: Uint8Array[] = [];
    for (const line of lines) {
      const summary = builder.summarize(line);
      parts.push(builder.add(await encodeMemberLater(summary, line, deflate), summary, line));
    }
    // The index is small.
    return joined([...parts, ...builder.finish(storedDeflate)]);
  }

  async write(reason = "It was asked for."): Promise<void> {
    const { file, onWritten } = this.#options;
    this.#reason = reason;
    await loadNode();
    if (file !== undefined) this.#put();
    onWritten?.(await this.bytes(), reason);
  }

  stop(): void {
    for (const forget of this.#forget.splice(0)) forget();
    this.#segments = [];
    this.#kept = 0;
  }

  #see(event: TraceEvent): void {
    this.#seen += 1;
    this.#watch(event);
    const segment = this.#segments.at(-1);
    if (segment === undefined || this.#lost > 0) {
      this.#lost += 1;
      return;
    }
    segment.events.push(plainEvent(event));
    this.#kept += 1;
    // A picture of everything costs as much as there are processes: so many events pay for it.
    const enough = Math.max(Math.ceil(this.#last / 4), this.#system.processCount);
    if (segment.events.length < enough) return;
    if (segment.events.length >= 2 * Math.max(this.#last, enough)) {
      this.#lost = segment.events.length;
      this.#kept -= segment.events.length;
      segment.events = [];
    }
    if (this.#due) return;
    this.#due = true;
    // Not in the midst of what happens now.
    soon(() => {
      this.#due = false;
      if (this.#forget.length > 0) this.#begin();
    });
  }

  /** A new segment; the oldest ones go. */
  #begin(): void {
    this.#segments.push({ keyframe: this.#keyframe(this.#lost), events: [] });
    this.#lost = 0;
    for (let oldest = this.#segments[0]; oldest !== undefined; oldest = this.#segments[0]) {
      if (this.#segments.length < 2 || this.#kept - oldest.events.length < this.#last) return;
      this.#kept -= oldest.events.length;
      this.#forgotten += oldest.events.length + oldest.keyframe.lost;
      this.#segments.shift();
    }
  }

  #keyframe(lost: number): Segment["keyframe"] {
    return { kind: "keyframe", system: 1, lost, snapshot: snapshotOf(this.#system, 1) };
  }

  /** Notices that a supervisor ends which nobody starts again. */
  #watch(event: TraceEvent): void {
    if (event.type === "spawn") {
      if (event.parent === null && event.kind === "supervisor") this.#roots.add(event.pid);
    } else if (event.type === "decision") {
      const { decision, child, reason } = event;
      const ends = decision === "give_up" || decision === "auto_shutdown";
      if (ends && this.#roots.has(child.supervisor)) {
        const why = decision === "give_up" ? "gave up" : "shut down by itself";
        this.#doomed.set(child.supervisor, `A supervisor ${why} after ${child.id} had ended: ${reason}.`);
      }
    } else if (event.type === "exit" && this.#roots.delete(event.pid)) {
      const crashed = event.origin.type === "error" ? `A supervisor failed: ${event.reason}.` : undefined;
      const reason = this.#doomed.get(event.pid) ?? crashed;
      this.#doomed.delete(event.pid);
      if (reason !== undefined) this.#ends(reason);
    }
  }

  /** It ends by itself: what belongs to that is waited for, as far as the program lives. */
  #ends(reason: string): void {
    if (this.#reason !== null && this.#written === 0) return;
    this.#reason = reason;
    this.#written = 0;
    soon(() => {
      if (this.#written === 0 && this.#forget.length > 0) this.#deliver(reason);
    });
  }

  /** The program ends now. `reason` is null when it ends in order. */
  #crashed(reason: string | null): void {
    if (reason === null && this.#reason === null) return;
    this.#reason ??= reason;
    // What came since belongs to it.
    if (this.#written < this.#seen || this.#written === 0) this.#deliver(this.#reason ?? "");
  }

  #deliver(reason: string): void {
    this.#written = Math.max(1, this.#seen);
    try {
      if (this.#options.file !== undefined) this.#put();
      const { onWritten } = this.#options;
      if (onWritten === undefined) return;
      if (builtins.deflate !== null) onWritten(this.#build(), reason);
      else
        void this.bytes().then(
          (bytes) => onWritten(bytes, reason),
          (error: unknown) => this.#system.reportUncaught(error),
        );
    } catch (error) {
      this.#system.reportUncaught(error);
    }
  }

  #put(): void {
    const { file } = this.#options;
    const { files } = builtins;
    if (files === null || file === undefined) throw new ProcessError("badarg", "there are no files here yet");
    const name = typeof file === "function" ? file(this.#reason ?? "") : file;
    // Whole, or as it was before.
    files.writeFileSync(`${name}.part`, this.#build());
    files.renameSync(`${name}.part`, name);
  }

  #build(): Uint8Array {
    const deflate = builtins.deflate ?? storedDeflate;
    const builder = new RecordingBuilder();
    const parts = this.#lines(this.#reason ?? "").map((line) => builder.member(line, deflate));
    return joined([...parts, ...builder.finish(deflate)]);
  }

  #lines(reason: string): RecordingLine[] {
    const { detail = "structure", states = false } = this.#options;
    const { name, virtual } = this.#system;
    const lines: RecordingLine[] = [
      { kind: "recording", format: RECORDING_FORMAT, writer: `suptree ${VERSION}`, time: this.#begun },
      { kind: "program", program: 1, library: VERSION, ...whereWeAre() },
      { kind: "system", system: 1, program: 1, name, virtual, detail },
    ];
    for (const [position, { keyframe, events }] of this.#segments.entries()) {
      lines.push(position === 0 ? { ...keyframe, lost: this.#forgotten } : keyframe);
      if (events.length > 0) lines.push({ kind: "events", system: 1, left: 0, events });
    }
    const end: Keyframe = this.#keyframe(this.#lost);
    if (states) end.states = statesOf(this.#system);
    lines.push(end, { kind: "end", program: 1, time: Date.now(), reason });
    return lines;
  }
}

function statesOf(system: System): Record<string, Record<string, string>> {
  const states: Record<string, Record<string, string>> = {};
  for (const { id, state } of system.processes()) states[id] = state;
  return states;
}

/** Runs soon, outside everybody's turn; nobody's program is kept alive by that. */
function soon(run: () => void): void {
  const timer: { unref?(): void } | number = setTimeout(run, 0);
  if (typeof timer === "object") timer.unref?.();
}

/** What is used of Node, as soon as it is there: a crash does not wait. */
const builtins: { files: Files | null; deflate: Deflate | null } = { files: null, deflate: null };

interface Zlib {
  deflateRawSync(bytes: Uint8Array): Uint8Array;
}

/** Before Node 20.16 its modules can only be imported. */
async function loadNode(): Promise<void> {
  if (builtins.files !== null || nodeProcess() === null) return;
  const load = async <M>(name: string): Promise<M> =>
    builtinModule<M>(name) ?? ((await import(/* webpackIgnore: true */ /* @vite-ignore */ name)) as M);
  take(builtinModule<Files>("node:fs"), builtinModule<Zlib>("node:zlib"));
  if (builtins.files === null) take(await load<Files>("node:fs"), await load<Zlib>("node:zlib"));
}

function take(files: Files | null, zlib: Zlib | null): void {
  if (files === null || zlib === null) return;
  builtins.files = files;
  builtins.deflate = (plain) => zlib.deflateRawSync(plain);
}

/** Node's, the browser's, or none. */
async function deflateHere(): Promise<(plain: Uint8Array) => Promise<Uint8Array>> {
  await loadNode();
  const { deflate } = builtins;
  if (deflate !== null) return async (plain) => deflate(plain);
  if (typeof CompressionStream !== "function") return async (plain) => storedDeflate(plain);
  return async (plain) => {
    const packed = new Blob([plain as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new CompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(packed).arrayBuffer());
  };
}

function whereWeAre(): { title: string; pid: number | null; thread: number; host: string } {
  const node = nodeProcess() as (NodeProcess & { argv?: string[]; version?: string }) | null;
  if (node !== null) {
    const title = (node.argv?.[1] ?? "node").split(/[\\/]/).at(-1) ?? "";
    const threads = builtinModule<{ threadId: number }>("node:worker_threads");
    return { title, pid: node.pid, thread: threads?.threadId ?? 0, host: `Node ${node.version ?? ""}` };
  }
  const { document } = globalThis as { document?: { title?: string } };
  return { title: document?.title ?? "", pid: null, thread: 0, host: "a browser" };
}

/** Who is told when the program ends; with one pair of listeners for all. */
const enders = new Set<(reason: string | null) => void>();

function atEndOf(node: NodeProcess, ender: (reason: string | null) => void): () => void {
  if (enders.size === 0) {
    node.on("uncaughtExceptionMonitor", onUncaught);
    node.on("exit", onExit);
  }
  enders.add(ender);
  return () => {
    if (!enders.delete(ender) || enders.size > 0) return;
    node.off("uncaughtExceptionMonitor", onUncaught);
    node.off("exit", onExit);
  };
}

function onUncaught(error: unknown): void {
  for (const ender of enders) ender(`Nobody caught ${describeTerm(error)}.`);
}

function onExit(code: number): void {
  for (const ender of enders) ender(code === 0 ? null : `The program ended with code ${code}.`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const part of parts) {
    whole.set(part, to);
    to += part.length;
  }
  return whole;
}
