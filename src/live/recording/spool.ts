/** Reads what recorded programs write into a folder, and makes a recording of it. */

import { closeSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { errorText } from "../../model/index.ts";
import { readAnswer, readMessage } from "../answers.ts";
import { refusalOf } from "../versions.ts";
import type { RecordingWriter } from "./writer.ts";

const helloSchema = v.object({
  pid: v.number(),
  thread: v.number(),
  title: v.string(),
  host: v.string(),
  library: v.optional(v.string()),
  oldest: v.optional(v.number()),
  newest: v.optional(v.number()),
});
const endSchema = v.object({
  code: v.nullish(v.union([v.number(), v.string()])),
  failure: v.nullable(v.string()),
});

/** Bytes that are read at once. */
const READ = 1024 * 1024;

/** One thread of a program. */
interface Writer {
  /** Its number in the recording; 0 before it has introduced itself. */
  program: number;
  title: string;
  segment: string;
  offset: number;
  /** Of a line whose end was not written yet. */
  rest: Buffer;
  /** Its numbers of systems, and the recording's. */
  systems: Map<number, number>;
  ended: boolean;
}

export class Spool {
  readonly #folder: string;
  readonly #recording: RecordingWriter;
  readonly #detail: "structure" | "all";
  readonly #complain: (text: string) => void;
  readonly #writers = new Map<string, Writer>();
  #programs = 0;
  #systems = 0;

  constructor(
    folder: string,
    recording: RecordingWriter,
    detail: "structure" | "all",
    complain: (text: string) => void,
  ) {
    this.#folder = folder;
    this.#recording = recording;
    this.#detail = detail;
    this.#complain = complain;
  }

  /** Takes what was written since. */
  read(): void {
    const segments = readdirSync(this.#folder)
      .filter((name) => name.endsWith(".spool"))
      .sort();
    for (const [position, segment] of segments.entries()) {
      const of = segment.replace(/-\d+\.spool$/, "");
      const writer = this.#writers.get(of) ?? newWriter();
      this.#writers.set(of, writer);
      // One that could not be deleted.
      if (segment < writer.segment) continue;
      if (writer.segment !== segment) {
        writer.segment = segment;
        writer.offset = 0;
      }
      this.#drain(writer);
      // The next one is begun when this one is full.
      if (segments[position + 1]?.startsWith(`${of}-`)) rmSync(join(this.#folder, segment), { force: true });
    }
  }

  /** Says of each program how it ended. `reason` is what is known of those that said nothing. */
  end(reason: string): void {
    for (const { program, ended, title } of this.#writers.values())
      if (program !== 0 && !ended) this.#recording.end(program, `${title} ${reason}`);
  }

  #drain(writer: Writer): void {
    const file = openSync(join(this.#folder, writer.segment), "r");
    try {
      for (;;) {
        const bytes = Buffer.allocUnsafe(READ);
        const length = readSync(file, bytes, 0, READ, writer.offset);
        if (length === 0) return;
        writer.offset += length;
        let from = 0;
        for (let end = bytes.indexOf(10); end >= 0 && end < length; end = bytes.indexOf(10, from)) {
          const line = Buffer.concat([writer.rest, bytes.subarray(from, end)]).toString("utf8");
          writer.rest = Buffer.alloc(0);
          from = end + 1;
          this.#take(writer, line);
        }
        writer.rest = Buffer.concat([writer.rest, bytes.subarray(from, length)]);
      }
    } finally {
      closeSync(file);
    }
  }

  #take(writer: Writer, line: string): void {
    try {
      const body = line.slice(1);
      if (line[0] === "h") this.#greeted(writer, v.parse(helloSchema, JSON.parse(body)));
      else if (line[0] === "m") this.#heard(writer, body);
      else if (line[0] === "w") this.#watched(writer, body);
      else if (line[0] === "e") this.#ended(writer, v.parse(endSchema, JSON.parse(body)));
    } catch (error) {
      this.#complain(`${writer.title || "a program"}: ${errorText(error)}`);
    }
  }

  #greeted(writer: Writer, hello: v.InferOutput<typeof helloSchema>): void {
    const { pid, thread, title, host, library } = hello;
    writer.title = title;
    const refusal = refusalOf(hello);
    if (refusal !== null) {
      this.#complain(`${title} (${pid}): ${refusal}`);
      return;
    }
    writer.program = ++this.#programs;
    this.#recording.program({ program: writer.program, title, pid, thread, host, library: library ?? null });
  }

  #heard(writer: Writer, text: string): void {
    const message = readMessage(text);
    if (message.type === "system") {
      this.#systemOf(writer, message.system.system, message.system);
      return;
    }
    const system = writer.systems.get(message.system);
    if (message.type === "events" && system !== undefined)
      this.#recording.happened(system, message.events, message.left);
  }

  #watched(writer: Writer, body: string): void {
    const space = body.indexOf(" ");
    const snapshot = readAnswer("watch", body.slice(space + 1));
    const system = this.#systemOf(writer, Number(body.slice(0, space)), snapshot);
    this.#recording.keyframe(system, snapshot);
  }

  #ended(writer: Writer, { code, failure }: v.InferOutput<typeof endSchema>): void {
    writer.ended = true;
    const after = failure === null ? "" : ` after ${failure}`;
    this.#recording.end(writer.program, `${writer.title} ended with code ${code ?? 0}${after}.`);
  }

  #systemOf(writer: Writer, number: number, about: { name: string | null; virtual: boolean }): number {
    const known = writer.systems.get(number);
    if (known !== undefined) return known;
    const system = ++this.#systems;
    writer.systems.set(number, system);
    const { name, virtual } = about;
    this.#recording.system({ system, program: writer.program, name, virtual, detail: this.#detail });
    return system;
  }
}

const newWriter = (): Writer => ({
  program: 0,
  title: "",
  segment: "",
  offset: 0,
  rest: Buffer.alloc(0),
  systems: new Map(),
  ended: false,
});
