/**
 * What recordings cost and how quickly they open. Synthetic: one system of 1,000 children under one supervisor, which crash one after the
 * other; four of five events are messages. Floors are measured in the same run: unpacking and parsing of the same parts, unvalidated.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { LiveTrace, openRecording, overviewOf, RecordingWriter } from "../../src/live/index.ts";
import { type Call, GenServer, record, reply, System } from "../../src/runtime/index.ts";
import type { LiveSnapshot } from "../../src/runtime/live-protocol.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { createReducer, EMPTY_LIVE } from "../../src/trace/live.ts";
import { keyframe, restart } from "../../test/live/made-recording.ts";
import { atLeast, atMost } from "../shared/targets.ts";
import { inTurns, median, stopwatch, timed } from "../shared/timing.ts";

const EVENTS = 1_000_000;
const CHILDREN = 1_000;
/** Events that belong to one restart, its messages included. */
const GROUP = 35;

function write(file: string): void {
  const writer = new RecordingWriter(file, "bench");
  writer.program({ program: 1, title: "bench", pid: null, thread: 0, host: "bench", library: null });
  writer.system({ system: 1, program: 1, name: "bench", virtual: false, detail: "all" });
  const picture = (after: number, round: number): LiveSnapshot =>
    (keyframe(after, after, CHILDREN, 0, round + 1).line as { snapshot: LiveSnapshot }).snapshot;
  writer.keyframe(1, picture(0, 0));
  let seq = 0;
  for (let n = 0; seq < EVENTS; n++) {
    const round = Math.floor(n / CHILDREN);
    const child = n % CHILDREN;
    if (n > 0 && child === 0) writer.keyframe(1, picture(seq, round));
    const pid = 2 + child + round * CHILDREN;
    const events = restart(seq + 1, seq, child, pid, pid + CHILDREN, round + 2) as TraceEvent[];
    while (events.length < GROUP) {
      const next = seq + events.length + 1;
      const message = `{ type: "work", item: ${next} }`;
      events.push({ seq: next, at: seq, type: "send", from: 1, to: pid + CHILDREN, kind: "cast", message });
      events.push({ seq: next + 1, at: seq, type: "receive", pid: pid + CHILDREN, kind: "cast", message });
    }
    writer.happened(1, events, 0);
    seq += events.length;
  }
  writer.end(1, "The bench has ended.");
  writer.finish();
}

/** Opens it, finds moments, and follows one to its state. */
async function reading(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "suptree-bench-"));
  try {
    const file = path.join(folder, "bench.suprec");
    write(file);
    const since = stopwatch();
    const recording = await openRecording(file);
    const [track] = recording.tracks;
    if (track === undefined) throw new Error("no system");
    const slices = overviewOf(track, 240).length;
    const opened = since();
    const megabytes = Math.round(statSync(file).size / 1e6);
    atMost(
      `${track.events.toLocaleString("en")} events open`,
      opened,
      1_000,
      "ms",
      `${megabytes} MB, with an overview of ${slices} parts`,
    );
    const moments: number[] = [];
    const floors: number[] = [];
    const whole = readFileSync(file);
    let heap = 0;
    for (let n = 0; n < 12; n++) {
      const seq = Math.floor(((n + 0.5) / 12) * track.events);
      const inMoment = stopwatch();
      const stretch = await recording.stretch(track, seq, 20_000);
      const trace = new LiveTrace();
      const reduce = createReducer(null);
      const snapshot = stretch.keyframe?.snapshot as LiveSnapshot;
      reduce(
        reduce(EMPTY_LIVE, trace.begin(snapshot)),
        trace.next(stretch.events.slice(0, seq - stretch.after)),
      );
      moments.push(inMoment());
      heap = Math.max(heap, process.memoryUsage().heapUsed);
      const last = stretch.after + stretch.events.length;
      const parts = track.chunks.filter((chunk) => chunk.first > stretch.after && chunk.last <= last);
      floors.push(
        await timed(() => {
          for (const { offset, size } of parts)
            JSON.parse(gunzipSync(whole.subarray(offset, offset + size)).toString("utf8"));
        }),
      );
    }
    atMost(
      "any moment, with 20,000 events around it, at worst",
      Math.max(...moments),
      1_000,
      "ms",
      `median ${median(moments).toFixed(0)} ms, ${(median(moments) / median(floors)).toFixed(1)} times unpacking and parsing alone`,
    );
    atMost("memory of whoever reads it, heap", heap / 1e6, 500, "MB");
    await recording.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Asked {
  calls: Call<{ type: "ask" }, number>;
}

class Answers extends GenServer<Asked> {
  override handleCall(message: Asked["calls"]) {
    return reply(message, 1);
  }
}

/** What the flight recorder costs: the same calls with it and without it, in turns. */
async function recorder(detail: "structure" | "all", least: number): Promise<void> {
  const system = new System({ logger: null });
  const pid = await system.start(Answers);
  const rate = async (): Promise<number> => {
    const since = stopwatch();
    let calls = 0;
    while (since() < 400) {
      for (let n = 0; n < 200; n++) await system.call(pid, { type: "ask" });
      calls += 200;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return calls / since();
  };
  await rate();
  const { alone, recorded } = await inTurns(7, {
    alone: rate,
    recorded: async () => {
      const flight = record(system, { detail });
      const calls = await rate();
      flight.stop();
      return calls;
    },
  });
  await system.stop();
  atLeast(
    `calls with the flight recorder keeping ${detail}: of their speed`,
    median(recorded.map((calls, round) => calls / alone[round]!)),
    least,
  );
}

export async function recordings(): Promise<void> {
  await reading();
  await recorder("structure", 0.9);
  // Five events for each call, each with its text: it is as costly as any observer of everything.
  await recorder("all", 0.05);
}
