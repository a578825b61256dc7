/** The flight recorder: what it keeps, when it writes, and that what it writes is what has happened. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { LiveTrace, type Recording, readRecording } from "../../src/live/index.ts";
import {
  defineApplication,
  GenServer,
  type Observer,
  record,
  Supervisor,
  type SupervisorSpec,
  System,
} from "../../src/runtime/index.ts";
import { createReducer, EMPTY_LIVE } from "../../src/trace/live.ts";
import { start } from "../live/program.ts";

class Worker extends GenServer {
  secret = "s3cret";
  override formatStatus() {
    return { shown: "yes" };
  }
}

class Root extends Supervisor {
  override init(): SupervisorSpec {
    return {
      intensity: 1_000_000,
      period: 1,
      children: [
        { id: "a", start: [Worker], name: "a" },
        { id: "b", start: [Worker], name: "b" },
      ],
    };
  }
}

class Frail extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 1, period: 5, children: [{ id: "a", start: [Worker], name: "a" }] };
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Whoever lives after all that a recording tells, from its beginning, or from the last gap. */
async function livingAfter(recording: Recording): Promise<number[]> {
  const [track] = recording.tracks;
  if (track === undefined) throw new Error("no system");
  const reduce = createReducer(null);
  let trace = new LiveTrace();
  let state = EMPTY_LIVE;
  for await (const { keyframe, events } of recording.parts(track)) {
    if (keyframe !== null) {
      trace = new LiveTrace();
      state = reduce(EMPTY_LIVE, trace.begin(keyframe.snapshot));
    }
    state = reduce(state, trace.next(events));
  }
  return [...state.nodes.values()].flatMap(({ pid }) => (pid === null ? [] : [pid])).sort((a, b) => a - b);
}

const livingIn = (system: System): number[] => system.listProcesses().map(({ id }) => id);

describe("the flight recorder", () => {
  it("keeps the last events, bounded, from a moment on whose whole state it knows", async () => {
    const system = new System({ clock: "virtual", logger: null });
    await system.start(Root);
    const recorder = record(system, { last: 200 });
    let seen = 0;
    const count: Observer = () => {
      seen += 1;
    };
    system.observe("supervision", count);
    for (let n = 0; n < 400; n++) {
      system.crash(n % 3 === 0 ? "a" : "b", `crash ${n}`);
      await system.idle();
      if (n % 10 === 0) await turn();
    }
    expect(seen).toBeGreaterThan(2_000);
    const recording = await readRecording(await recorder.bytes());
    const [track] = recording.tracks;
    expect(track?.events).toBeGreaterThanOrEqual(200);
    expect(track?.events).toBeLessThan(500);
    expect(track?.keyframes[0]?.lost).toBeGreaterThan(1_000);
    expect(await livingAfter(recording)).toEqual(livingIn(system));
    recorder.stop();
    system.crash("a", "unseen");
    await system.idle();
    expect((await readRecording(await recorder.bytes())).tracks[0]?.events).toBe(0);
  });

  it("says how many events are missing where so many come at once that there is no moment to look", async () => {
    const system = new System({ clock: "virtual", logger: null });
    await system.start(Root);
    const recorder = record(system, { last: 50 });
    for (let n = 0; n < 100; n++) {
      system.crash("a", "flood");
      system.settle();
    }
    await turn();
    system.crash("b", "after");
    await system.idle();
    const recording = await readRecording(await recorder.bytes());
    const lost = recording.tracks[0]?.keyframes.map((each) => each.lost ?? 0) ?? [];
    expect(lost.some((n) => n > 100)).toBe(true);
    expect(await livingAfter(recording)).toEqual(livingIn(system));
  });

  it("gives the recording when an application ends by itself, and not when it is stopped", async () => {
    const system = new System({ clock: "virtual", logger: null, name: "shop" });
    const shop = defineApplication({ name: "shop", start: [Frail] });
    const got: { reason: string; bytes: Uint8Array }[] = [];
    record(system, { onWritten: (bytes, reason) => got.push({ bytes, reason }) });
    await system.startApplication(shop);
    await system.stopApplication(shop);
    await turn();
    expect(got).toEqual([]);
    await system.startApplication(shop);
    for (let n = 0; n < 2; n++) {
      system.crash("a", "boom");
      await system.idle();
    }
    await turn();
    await turn();
    expect(got.length).toBe(1);
    const recording = await readRecording(got[0]?.bytes ?? new Uint8Array());
    expect(recording.ends[0]?.reason).toBe(got[0]?.reason);
    expect(got[0]?.reason).toMatch(/gave up after a had ended: .*boom|Application shop ended by itself/);
    expect(recording.tracks[0]?.system.name).toBe("shop");
    expect(await livingAfter(recording)).toEqual([]);
  });

  it("notices a supervisor that gives up without an application around it", async () => {
    const system = new System({ clock: "virtual", logger: null });
    const got: string[] = [];
    await system.start(Frail);
    record(system, { onWritten: (_, reason) => got.push(reason) });
    for (let n = 0; n < 2; n++) {
      system.crash("a", "boom");
      await system.idle();
    }
    await turn();
    expect(got).toEqual(["A supervisor gave up after a had ended: Error: boom."]);
  });

  it("keeps states only when asked, and those that formatStatus shows", async () => {
    const system = new System({ clock: "virtual", logger: null });
    await system.start(Root);
    for (const states of [false, true]) {
      const bytes = await record(system, { states }).bytes();
      const recording = await readRecording(bytes);
      const [track] = recording.tracks;
      const end = track === undefined ? null : await recording.lastKeyframe(track);
      const a = system.listProcesses().find(({ childId }) => childId === "a")?.id ?? 0;
      expect(end?.states?.[a]).toEqual(states ? { shown: '"yes"' } : undefined);
      expect(JSON.stringify(end)).not.toContain("s3cret");
    }
  });

  it("refuses options that make no sense", () => {
    const system = new System({ clock: "virtual", logger: null });
    const wrong = (options: object) => () => record(system, options);
    expect(wrong({ last: 0 })).toThrow("last is a number of events above 0, not 0");
    expect(wrong({ last: "7" })).toThrow("last is a number");
    expect(wrong({ detail: "some" })).toThrow('detail is "structure" or "all"');
    expect(wrong({ file: 7 })).toThrow("file is a name or a function");
    expect(wrong({ onWritten: 7 })).toThrow("onWritten is a function");
  });
});

const PROGRAM = (file: string, end: string) => `
  import { System, GenServer, Supervisor, record, run, defineApplication } from "suptree";
  class Worker extends GenServer {}
  class Root extends Supervisor { init() { return { intensity: 1, children: [{ id: "a", start: [Worker], name: "a" }] }; } }
  const app = defineApplication({ name: "app", start: [Root] });
  const system = new System({ logger: null, name: "program" });
  const recorder = record(system, { file: ${JSON.stringify(file)} });
  await system.startApplication(app);
  system.crash("a", "first");
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log("ready");
  ${end}
`;

describe("the flight recorder of a program", () => {
  it.each([
    [
      "an exception that nobody catches",
      "setTimeout(() => { throw new Error('outside') }, 1);",
      1,
      "Nobody caught Error: outside.",
    ],
    ["another exit code", "process.exit(7);", 7, "The program ended with code 7."],
    [
      "a supervisor that gives up",
      "system.crash('a', 'second'); setTimeout(() => process.exit(1), 200);",
      1,
      "gave up",
    ],
    ["whoever asks", "await recorder.write('because'); process.exit(0);", 0, "because"],
  ])("writes at the end by %s", async (_, end, code, reason) => {
    const folder = mkdtempSync(path.join(tmpdir(), "suptree-record-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, "flight.suprec");
    const program = await start(PROGRAM(file, end), { inspect: false });
    expect(await program.exited).toBe(code);
    const recording = await readRecording(readFileSync(file));
    expect(recording.cutOff).toBe(false);
    expect(recording.ends[0]?.reason).toContain(reason);
    expect(recording.tracks[0]?.program).toMatchObject({ title: "program.mjs", pid: program.pid, thread: 0 });
    expect(recording.tracks[0]?.events).toBeGreaterThan(10);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it("writes nothing when the program ends in order", async () => {
    const file = path.join(tmpdir(), `suptree-none-${process.pid}.suprec`);
    const program = await start(PROGRAM(file, "await system.stop(); process.exit(0);"), { inspect: false });
    expect(await program.exited).toBe(0);
    expect(existsSync(file)).toBe(false);
  });
});
