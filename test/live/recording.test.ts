/** Recordings: what other tools write is read, any moment is found, and what is damaged, cut off or hostile is a sentence. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  LiveError,
  LiveTrace,
  openRecording,
  overviewOf,
  type Recording,
  readRecording,
  type Stretch,
  type Track,
} from "../../src/live/index.ts";
import type { LiveSnapshot } from "../../src/runtime/live-protocol.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { createReducer, EMPTY_LIVE } from "../../src/trace/live.ts";
import { project } from "../cli/cli.ts";
import { events, fileOf, head, keyframe, made, member, program, restart, system } from "./made-recording.ts";

const only = (recording: Recording): Track => {
  const [track] = recording.tracks;
  if (track === undefined) throw new Error("no system");
  return track;
};

/** Who lives right after event `seq`, by what a stretch of the recording says. */
function living(
  { keyframe, after, events }: Pick<Stretch, "keyframe" | "after" | "events">,
  seq: number,
): string {
  const reduce = createReducer(null);
  const trace = new LiveTrace();
  const snapshot = keyframe?.snapshot as LiveSnapshot;
  const state = reduce(reduce(EMPTY_LIVE, trace.begin(snapshot)), trace.next(events.slice(0, seq - after)));
  return [...state.nodes.values()]
    .map(({ key, pid, incarnation, state }) => `${key} ${pid} #${incarnation} ${state}`)
    .sort()
    .join("\n");
}

const all = async (recording: Recording): Promise<TraceEvent[]> => {
  const list: TraceEvent[] = [];
  for (const track of recording.tracks)
    for await (const { events } of recording.parts(track)) list.push(...events);
  return list;
};

/** Any seed gives the same numbers. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe("a recording that another tool has written", () => {
  it("is a gzip file of JSON lines, and is read", async () => {
    const bytes = fileOf(made(250, 10, 1));
    const folder = project({});
    const file = path.join(folder, "made.suprec");
    writeFileSync(file, bytes);
    const lines = execFileSync("gzip", ["-dc"], { input: bytes, encoding: "utf8" }).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      "recording",
      "program",
      "system",
      "keyframe",
      "events",
      "keyframe",
      "events",
      "keyframe",
      "events",
      "keyframe",
      "end",
      "index",
    ]);
    const recording = await openRecording(file);
    expect(recording.head.writer).toBe("another tool 2.0");
    expect(recording.cutOff).toBe(false);
    expect(only(recording).events).toBe(1_750);
    expect((await all(recording)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 1_750 }, (_, n) => n + 1),
    );
    expect(overviewOf(only(recording), 2)).toMatchObject([
      { after: 0, events: 1_400, marks: { crash: 200, restart: 200 }, lost: 0 },
      { after: 1_400, events: 350, to: 2_490 },
    ]);
    await recording.close();
  });

  it("has the same state at any moment, from whichever keyframe it is found", async () => {
    const recording = await readRecording(fileOf(made(500, 10, 1)));
    const track = only(recording);
    const whole: Stretch = await recording.stretch(track, 0, 1_000_000);
    const pick = random(7);
    for (const seq of [
      0,
      1,
      699,
      700,
      701,
      1_400,
      track.events,
      ...Array.from({ length: 30 }, () => Math.floor(pick() * track.events)),
    ]) {
      const near = await recording.stretch(track, seq, 100);
      expect(near.after).toBeLessThanOrEqual(seq);
      expect(near.after + near.events.length).toBeGreaterThanOrEqual(seq);
      expect(living(near, seq)).toBe(living(whole, seq));
    }
  });

  it("ends a stretch at a gap, and begins anew behind it", async () => {
    const parts = [
      head(),
      program(),
      system(),
      keyframe(0, 0, 3),
      events(restart(1, 10, 0, 2, 5, 2), 1),
      keyframe(7, 50, 3, 1_234, 9),
      events(restart(2_000, 60, 1, 27, 30, 10), 8, 5),
    ];
    const recording = await readRecording(fileOf(parts));
    const track = only(recording);
    expect(await recording.stretch(track, 3, 1_000)).toMatchObject({
      after: 0,
      events: { length: 7 },
      left: 0,
    });
    expect(await recording.stretch(track, 8, 1_000)).toMatchObject({
      after: 7,
      events: { length: 7 },
      left: 5,
    });
    expect(overviewOf(track, 100)).toMatchObject([{ lost: 0 }, { lost: 1_234, left: 5 }]);
  });

  it("may say more than this version knows", async () => {
    const parts = made(20, 10, 1);
    parts.splice(3, 0, { summary: { kind: "weather", cloud: 7 }, line: { kind: "weather", rain: true } });
    expect((await all(await readRecording(fileOf(parts)))).length).toBe(140);
  });
});

describe("a recording that was cut off", () => {
  it("is read as far as it goes, wherever it was cut", async () => {
    const bytes = fileOf(made(300, 10, 1));
    const whole = await all(await readRecording(bytes));
    const pick = random(3);
    const cuts = [
      bytes.length - 1,
      bytes.length - 103,
      ...Array.from({ length: 40 }, () => Math.floor(pick() * bytes.length)),
    ];
    for (const cut of cuts) {
      const read = await readRecording(bytes.subarray(0, cut)).catch((error: unknown) => error);
      if (read instanceof LiveError) {
        // Not even its first part.
        expect(cut).toBeLessThan(member(head()).length);
        continue;
      }
      const recording = read as Recording;
      expect(recording.cutOff).toBe(true);
      if (recording.tracks.length > 0) {
        const events = await all(recording);
        expect(events).toEqual(whole.slice(0, events.length));
      }
    }
  });

  it("is read without its index where that is damaged", async () => {
    const bytes = fileOf(made(100, 10, 1));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 150) ^ 0xff, bytes.length - 150);
    const recording = await readRecording(bytes);
    expect(recording.cutOff).toBe(true);
    expect((await all(recording)).length).toBe(700);
  });
});

describe("a file that is no recording", () => {
  const sentence = async (bytes: Uint8Array): Promise<string> => {
    try {
      await all(await readRecording(bytes));
    } catch (error) {
      if (error instanceof LiveError) return error.message;
      throw error;
    }
    return "read";
  };

  it("is refused in one sentence", async () => {
    expect(await sentence(Buffer.alloc(0))).toBe(
      "it is no recording of suptree, or not even its beginning was written",
    );
    expect(await sentence(Buffer.from("{}"))).toContain("no recording");
    expect(await sentence(Buffer.alloc(5_000, 0x1f))).toContain("no recording");
    expect(await sentence(fileOf([head(2)]))).toBe(
      "it was written by another tool 2.0, in version 2 of the format; this tool reads up to 1: update it",
    );
    expect(await sentence(fileOf([head(), system()]))).toContain("is of program 1, which it does not have");
    expect(await sentence(fileOf([head(), program(), keyframe(0, 0, 1)]))).toContain("tells of system 1");
    expect(await sentence(fileOf([head(), program(), system(), system()]))).toContain(
      "two systems with the number 1",
    );
    const later = [head(), program(), system(), events(restart(1, 0, 0, 2, 3, 2), 2)];
    expect(await sentence(fileOf(later))).toContain("do not follow each other");
    const lies = [
      head(),
      program(),
      system(),
      { summary: { ...events(restart(1, 0, 0, 2, 3, 2), 1).summary, last: 70 }, line: events([], 1).line },
    ];
    expect(await sentence(fileOf(lies))).toContain("does not hold what the index says");
    const noEvent = [
      head(),
      program(),
      system(),
      {
        ...events(restart(1, 0, 0, 2, 3, 2), 1),
        line: { kind: "events", system: 1, left: 0, events: [{ type: "lie" }] },
      },
    ];
    expect(await sentence(fileOf(noEvent))).toContain("holds what is no events");
  });

  it("unpacks no more than it says it holds, and not more than can be", async () => {
    const bomb = member(head());
    const comment = bomb.readUInt32LE(24);
    const packed = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    const bytes = Buffer.concat([bomb.subarray(0, 28 + comment + 1), packed, bomb.subarray(-8)]);
    bytes.writeUInt32LE(bytes.length, 16);
    const before = process.memoryUsage().arrayBuffers;
    expect(await sentence(bytes)).toBe("the part at byte 0 is damaged: it cannot be unpacked");
    bytes.writeUInt32LE(0xffff_fff0, 20);
    expect(await sentence(bytes)).toContain("claims to hold 4096 MB: it is not read");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });

  it("is never more than a sentence, whichever bytes are wrong", { timeout: 60_000 }, async () => {
    const good = fileOf(made(40, 10, 1));
    const pick = random(11);
    let refused = 0;
    for (let n = 0; n < 400; n++) {
      const bytes = Buffer.from(good);
      for (let wrong = 0; wrong <= n % 3; wrong++) {
        const at = Math.floor(pick() * bytes.length);
        bytes[at] = Math.floor(pick() * 256);
      }
      const said = await sentence(bytes);
      if (said !== "read") refused += 1;
      expect(said).not.toContain("\n");
    }
    expect(refused).toBeGreaterThan(100);
  });
});
