/** `suptree record`: real commands with real programs in them, and what is written down of those. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openRecording, type Recording } from "../../src/live/index.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { project, suptree } from "../cli/cli.ts";
import { events, fileOf, head, keyframe, program, restart, system } from "./made-recording.ts";
import { bundle, GATEWAY, root } from "./program.ts";

const CLI = path.join(root, "src", "cli", "main.ts");

interface Recorded {
  child: ChildProcess;
  file: string;
  out(): string;
  err(): string;
  says(text: string): Promise<void>;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs `suptree record` with a program, as a shell would. */
async function recorded(
  source: string,
  args: readonly string[] = [],
  options: readonly string[] = [],
): Promise<Recorded> {
  const program = await bundle(source);
  const folder = project({});
  const file = path.join(folder, "run.suprec");
  const child = spawn(
    process.execPath,
    ["--no-warnings", CLI, "record", "-o", file, ...options, "--", process.execPath, program, ...args],
    { cwd: folder, stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const text = { out: "", err: "" };
  const listeners = new Set<() => void>();
  for (const name of ["out", "err"] as const)
    child[`std${name}`]?.on("data", (data) => {
      text[name] += data;
      for (const listener of listeners) listener();
    });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal })),
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const says = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => (text.out.includes(wanted) ? resolve() : undefined);
      listeners.add(look);
      void exited.then(() => reject(new Error(`it ended without saying ${wanted}:\n${text.out}${text.err}`)));
      look();
    });
  return { child, file, out: () => text.out, err: () => text.err, says, exited };
}

async function open(file: string): Promise<Recording> {
  const recording = await openRecording(file);
  onTestFinished(() => recording.close());
  return recording;
}

async function eventsOf(recording: Recording, position = 0): Promise<TraceEvent[]> {
  const list: TraceEvent[] = [];
  const track = recording.tracks[position];
  if (track !== undefined) for await (const { events } of recording.parts(track)) list.push(...events);
  return list;
}

const leftOver = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("suptree-record-"));

const CRASH = `
  import { System, GenServer, Supervisor } from "suptree";
  class Worker extends GenServer {}
  class Root extends Supervisor { init() { return { children: [{ id: "a", start: [Worker], name: "a" }] }; } }
  const system = new System({ logger: null, name: "crash" });
  await system.start(Root);
  process.stdin.once("data", (data) => {
    console.log("heard " + String(data).trim(), process.argv[2]);
    console.error("on stderr");
    system.crash("a", "boom");
    setTimeout(() => process.exit(5), 50);
  });
  console.log("ready");
`;

/** Lives until it is asked to end, and says how. */
const PATIENT = `
  import { System, GenServer } from "suptree";
  class Worker extends GenServer {}
  const system = new System({ logger: null, name: "patient" });
  for (let n = 0; n < 20; n++) await system.start(Worker);
  process.on("SIGTERM", async () => { await system.stop(); console.log("in order"); process.exit(0); });
  process.on("SIGINT", () => { console.log("interrupted"); process.exit(9); });
  setInterval(() => {}, 1000);
  console.log("pid " + process.pid + ".");
`;

const pidIn = (text: string): number => Number(/pid (\d+)\./.exec(text)?.[1]);

const WAIT = { timeout: 30_000 };

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("suptree record", () => {
  it("passes everything on, and writes down what happened up to the exit", async () => {
    const run = await recorded(CRASH, ["argument"]);
    await run.says("ready");
    run.child.stdin?.end("this\n");
    expect(await run.exited).toEqual({ code: 5, signal: null });
    expect(run.out()).toBe("ready\nheard this argument\n");
    expect(run.err()).toMatch(/^on stderr\nrun\.suprec: \d+ events of 1 system, \d+ kB\n$/);
    const recording = await open(run.file);
    expect(recording.cutOff).toBe(false);
    expect(recording.tracks[0]).toMatchObject({
      system: { name: "crash", detail: "structure" },
      program: { thread: 0 },
    });
    const types = (await eventsOf(recording)).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["spawn", "exit", "decision", "child_started"]));
    expect(types).not.toContain("send");
    expect(recording.ends.map(({ reason }) => reason)).toEqual(["program.mjs ended with code 5."]);
  });

  it("records worker threads and child processes, and messages where they are asked for", async () => {
    const run = await recorded(
      `
      import { Worker, isMainThread, workerData } from "node:worker_threads";
      import { spawn } from "node:child_process";
      import { System, GenServer, reply } from "suptree";
      class Echo extends GenServer { handleCall(request) { return reply(request, request); } }
      const where = isMainThread ? process.argv[2] ?? "main" : workerData;
      const system = new System({ logger: null, name: where });
      const pid = await system.start(Echo);
      await system.call(pid, { type: "hello", from: where });
      if (where === "main") {
        const worker = new Worker(new URL(import.meta.url), { workerData: "worker" });
        await new Promise((resolve) => worker.once("exit", resolve));
        const child = spawn(process.execPath, [process.argv[1], "child"], { stdio: "inherit" });
        await new Promise((resolve) => child.once("exit", resolve));
      }
      `,
      [],
      ["--messages"],
    );
    expect((await run.exited).code).toBe(0);
    const recording = await open(run.file);
    const named = recording.tracks.map(({ system, program }) => [system.name, program.thread > 0]);
    expect(named.sort()).toEqual([
      ["child", false],
      ["main", false],
      ["worker", true],
    ]);
    for (const position of [0, 1, 2])
      expect((await eventsOf(recording, position)).map(({ type }) => type)).toContain("call_end");
    expect(recording.ends.length).toBe(3);
    const all = await suptree(root, ["attach", run.file]);
    expect(all.code).toBe(0);
    for (const name of ["main", "worker", "child"]) expect(all.out).toContain(name);
    const one = await suptree(root, ["attach", run.file, "--json"]);
    expect(one.code).toBe(2);
    expect(one.err).toContain("has 3 systems: choose one with --system");
    expect((await suptree(root, ["attach", run.file, "--system", "worker", "--messages"])).out).toContain(
      "hello",
    );
  });

  it("passes signals on, and finishes the file", async () => {
    for (const [signal, code, said] of [
      ["SIGTERM", 0, "in order"],
      ["SIGINT", 9, "interrupted"],
    ] as const) {
      const run = await recorded(PATIENT);
      await run.says("pid ");
      run.child.kill(signal);
      expect(await run.exited).toEqual({ code, signal: null });
      expect(run.out()).toContain(said);
      expect((await open(run.file)).cutOff).toBe(false);
    }
  });

  it("finishes the file when the program is killed, and says so", async () => {
    const run = await recorded(PATIENT);
    await run.says("pid ");
    // What a program has not told yet goes with it.
    await expect.poll(async () => (await eventsOf(await open(run.file))).length, WAIT).toBeGreaterThan(20);
    process.kill(pidIn(run.out()), "SIGKILL");
    expect(await run.exited).toEqual({ code: 137, signal: null });
    const recording = await open(run.file);
    expect(recording.cutOff).toBe(false);
    expect(recording.ends.map(({ reason }) => reason)).toEqual(["program.mjs was ended by SIGKILL."]);
    expect((await eventsOf(recording)).filter(({ type }) => type === "spawn").length).toBe(20);
  });

  it("leaves what can be read when it is killed itself, and the program goes on unwatched", async () => {
    const before = leftOver();
    const run = await recorded(PATIENT);
    await run.says("pid ");
    const pid = pidIn(run.out());
    // As much as was written down until now; nothing of that is ever taken back.
    await expect.poll(async () => (await eventsOf(await open(run.file))).length, WAIT).toBeGreaterThan(20);
    run.child.kill("SIGKILL");
    await new Promise((resolve) => run.child.once("exit", resolve));
    expect((await open(run.file)).cutOff).toBe(true);
    expect(lives(pid)).toBe(true);
    process.kill(pid, "SIGTERM");
    // Whoever holds its output has gone.
    await run.exited;
    expect(run.out()).toContain("in order");
    // Its folder is all that it leaves: no port, no process.
    expect(leftOver().length).toBeLessThanOrEqual(before.length + 1);
    expect((await suptree(root, ["attach", run.file])).err).toContain("it was never finished");
  });

  it("says what is wrong before it begins", async () => {
    const folder = project({ "there.suprec": "mine" });
    const node = process.execPath;
    const there = await suptree(folder, ["record", "-o", "there.suprec", "--", node, "-v"]);
    expect(there).toMatchObject({
      code: 2,
      err: "suptree: there.suprec: it is there already, and is not overwritten\n",
    });
    expect(readFileSync(path.join(folder, "there.suprec"), "utf8")).toBe("mine");
    const nowhere = await suptree(folder, ["record", "-o", "no/where.suprec", "--", node, "-v"]);
    expect(nowhere).toMatchObject({
      code: 2,
      err: "suptree: no/where.suprec: it cannot be written (ENOENT)\n",
    });
    const none = await suptree(folder, ["record", "-o", "none.suprec", "--", "suptree-no-such-command"]);
    expect(none.code).toBe(2);
    expect(none.err).toContain("suptree-no-such-command: there is no such command");
    expect((await suptree(folder, ["record"])).code).toBe(2);
    const empty = await suptree(folder, ["record", "-o", "empty.suprec", "--", node, "-e", "0"]);
    expect(empty).toMatchObject({ code: 0 });
    expect(empty.err).toContain("empty.suprec: no System of suptree was made");
    expect(existsSync(path.join(folder, "empty.suprec"))).toBe(true);
  });
});

describe("suptree attach FILE", () => {
  it("tells a recording as it tells a program: sentences, events, the tree, and the drift", async () => {
    const run = await recorded(`
      ${GATEWAY}
      const presence = system.listProcesses().find(({ childId }) => childId === "presence");
      system.crash(presence.pid, "asked");
      setTimeout(() => process.exit(0), 200);
    `);
    expect((await run.exited).code).toBe(0);
    const told = await suptree(root, ["attach", run.file]);
    expect(told.out).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}presence crashed \(asked\)\. rest_for_one: /m);
    expect(told.out).toMatch(/Application gateway started/);
    expect(told).toMatchObject({ code: 0 });
    const lines = (await suptree(root, ["attach", run.file, "--json"])).out.trim().split("\n");
    const happened = lines.map((line) => JSON.parse(line) as TraceEvent);
    expect(happened.map(({ seq }) => seq)).toEqual(happened.map((_, index) => index + 1));
    expect(happened.map(({ type }) => type)).toContain("decision");
    const tree = JSON.parse((await suptree(root, ["attach", run.file, "--snapshot", "--json"])).out);
    expect(tree).toMatchObject({
      schemaVersion: 1,
      live: { program: { title: "program.mjs", library: "0.1.0" } },
    });
    expect((await suptree(root, ["attach", run.file, "--drift", "examples/gateway"])).code).toBe(0);
  });

  it("says where events are missing", async () => {
    const parts = [head(), program(), system(), keyframe(0, 0, 3), events(restart(1, 10, 0, 2, 5, 2), 1)];
    parts.push(keyframe(7, 50, 3, 1_234, 9), events(restart(2_000, 60, 1, 27, 30, 10), 8, 5));
    const folder = project({});
    writeFileSync(path.join(folder, "gap.suprec"), fileOf(parts));
    const { out, err } = await suptree(folder, ["attach", "gap.suprec"]);
    expect(out.split("\n").map((line) => line.replace(/^\S+ {2}/, ""))).toEqual([
      "c0 crashed (boom). one_for_one: started c0 #2. 1 of 3 restarts in 5 s.",
      "(1,234 events are missing here.)",
      "c1 #9 crashed (boom). one_for_one: started c1 #10. 1 of 3 restarts in 5 s.",
      "",
    ]);
    expect(err).toContain("5 messages were left out");
    const json = (await suptree(folder, ["attach", "gap.suprec", "--json"])).out.split("\n");
    expect(json).toContain('{"gap":{"lost":1234}}');
  });

  it("says what is no recording", async () => {
    const folder = project({ "a.suprec": "nothing", "b.txt": "text" });
    for (const file of ["a.suprec", "b.txt"])
      expect(await suptree(folder, ["attach", file])).toMatchObject({
        code: 2,
        err: `suptree: ${file}: it is no recording of suptree, or not even its beginning was written\n`,
      });
    expect((await suptree(folder, ["attach", "gone.suprec"])).err).toContain(
      "gone.suprec: there is no such file",
    );
    writeFileSync(path.join(folder, "c.run.json"), "{}");
    expect((await suptree(folder, ["attach", "c.run.json"])).code).toBe(2);
  });
});
