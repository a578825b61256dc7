/** `suptree attach` and the sessions under it, with real programs under a real inspector. */

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import path from "node:path";
import Ajv from "ajv/dist/2020.js";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  compare,
  LiveTrace,
  modelOf,
  openProgram,
  type ProgramSession,
  type SessionMessage,
  titleOf,
  urlAt,
} from "../../src/live/index.ts";
import type { LiveSnapshot } from "../../src/runtime/live-protocol.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { createReducer, EMPTY_LIVE } from "../../src/trace/live.ts";
import { project, suptree } from "../cli/cli.ts";
import { GATEWAY, type Running, root, start } from "./program.ts";

const contract = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(path.join(root, "schema", "tree-model.schema.json"), "utf8")) as object,
);

async function open(program: Running) {
  const [host = "", port = ""] = program.address.split(":");
  const heard: SessionMessage[] = [];
  let end: (reason: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const session = await openProgram(await urlAt({ host, port: Number(port) }), {
    heard: (message) => void heard.push(message),
    ended: end,
  });
  onTestFinished(() => session.close());
  return { session, heard, ended };
}

async function first(session: ProgramSession): Promise<number> {
  const systems = await session.systems();
  return systems[0]?.system ?? 0;
}

/** What a command has printed so far. */
function heardOut(): { out(text: string): void; text(): string } {
  let all = "";
  return {
    out: (text) => {
      all += text;
    },
    text: () => all,
  };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

const eventsOf = (heard: readonly SessionMessage[]): TraceEvent[] =>
  heard.flatMap((message) => (message.type === "events" ? message.events : []));

const child = (snapshot: LiveSnapshot, id: string) => snapshot.list.find(({ childId }) => childId === id);

describe("a session with a program", () => {
  it("sees the tree, follows it, gives commands, and leaves the program as it was", async () => {
    const program = await start(GATEWAY);
    await program.says("is up");
    const { session, heard, ended } = await open(program);
    expect(session.program).toMatchObject({ pid: program.pid, host: `Node ${process.version}` });
    const system = await first(session);
    const before = await session.watch(system, "structure");
    const presence = child(before, "presence");
    expect(presence).toMatchObject({ className: "Presence", restarts: 0 });
    await session.command(system, { do: "crash", pid: presence?.id ?? 0, reason: "asked" });
    await expect.poll(() => eventsOf(heard).map(({ type }) => type)).toContain("child_started");
    const after = await session.watch(system, "none");
    expect(child(after, "presence")).toMatchObject({ restarts: 1 });
    expect((await session.inspect(system, child(after, "presence")?.id ?? 0))?.state).toBeDefined();
    await expect(session.command(system, { do: "kill", pid: presence?.id ?? 0 })).rejects.toThrow(
      "does not run any more",
    );

    // Snapshot and events are one trace: what they lead to is what lives.
    const trace = new LiveTrace();
    const reduce = createReducer(null);
    const state = reduce(reduce(EMPTY_LIVE, trace.begin(before)), trace.next(eventsOf(heard)));
    const living = [...state.nodes.values()].flatMap(({ pid }) => (pid === null ? [] : [pid]));
    expect(living.sort()).toEqual(after.list.map(({ id }) => id).sort());

    expect(
      await session.evaluate("Object.keys(globalThis).filter((k) => k.startsWith('suptree_')).length"),
    ).toBe(2);
    await session.close();
    const again = await open(program);
    expect(
      await again.session.evaluate("Object.keys(globalThis).filter((k) => k.startsWith('suptree_')).length"),
    ).toBe(2);
    expect(await again.session.evaluate("globalThis[Symbol.for('suptree.tools')].length")).toBe(1);
    program.child.stdin?.end();
    expect(await again.ended).toBe("The program has ended.");
    expect(await program.exited).toBe(0);
    expect(await Promise.race([ended, null])).toBeNull();
  });

  it("is there before the first System, and hears of it", async () => {
    const program = await start(`
      import { GenServer, System } from "suptree";
      console.log("ready");
      process.stdin.once("data", async () => {
        class Late extends GenServer {}
        const system = new System({ name: "late" });
        await system.start(Late);
        console.log("made");
      });
    `);
    await program.says("ready");
    const { session, heard } = await open(program);
    expect(await session.systems()).toEqual([]);
    await expect(session.watch(1, "all")).rejects.toThrow("no System yet");
    program.child.stdin?.write("go\n");
    await program.says("made");
    await expect.poll(() => heard).toMatchObject([{ type: "system", system: { name: "late" } }]);
    expect(await session.systems()).toMatchObject([{ name: "late", processes: 1 }]);
  });

  it("is called by its file, also when that is known later only, as in workers that were entered before their first line", async () => {
    const program = await start(`
      import { System } from "suptree";
      process.argv.splice(1, 1);
      console.log("up");
      process.stdin.once("data", () => {
        process.argv.splice(1, 0, "/app/pool.ts");
        new System({ name: "pool" });
      });
    `);
    await program.says("up");
    const { session } = await open(program);
    expect(titleOf(session.program)).toBe(`process ${program.pid}`);
    program.child.stdin?.write("go\n");
    await expect.poll(() => titleOf(session.program)).toBe(`pool.ts (${program.pid})`);
  });

  it.each([
    ["process.exit(3)", "The program has ended."],
    ["setTimeout(() => { throw new Error('last words'); })", "The program has ended."],
    ["process.abort()", "gone without a word: it was killed, has crashed"],
    ["console.log('kill me')", "gone without a word"],
    ["process.getBuiltinModule('node:inspector').close()", "or its inspector was closed"],
  ])("says how it ended, as far as that is known: %s", async (end, words) => {
    const program = await start(`
      import { GenServer, System } from "suptree";
      class Last extends GenServer {}
      const system = new System({ name: "ends", logger: null });
      await system.start(Last);
      console.log("up");
      process.stdin.once("data", async () => {
        await system.start(Last);
        // What has just happened is told in portions.
        await new Promise((resolve) => setTimeout(resolve, 200));
        ${end}
      });
    `);
    await program.says("up");
    const { session, heard, ended } = await open(program);
    await session.watch(await first(session), "structure");
    program.child.stdin?.write("go\n");
    // From outside: a program that kills itself says so before.
    if (end.includes("kill")) void program.says("kill me").then(() => program.child.kill("SIGKILL"));
    expect(await ended).toContain(words);
    // What it did before is there, whatever came of it.
    expect(eventsOf(heard).map(({ type }) => type)).toContain("running");
    // Whoever asks now is told, and does not wait.
    await expect(session.watch(1, "structure")).rejects.toThrow("not seen any more");
  });

  it("says so when the library speaks another protocol, or is too old", async () => {
    for (const [live, sentence] of [
      ["undefined", "too old to be watched"],
      [
        "{ protocol: { oldest: 7, newest: 9 }, library: '9.0.0', open: () => ({ ask: () => '' }) }",
        "(9.0.0) speaks versions 7 to 9",
      ],
    ] as const) {
      const program = await start(`
        globalThis[Symbol.for("suptree.systems")] = { version: 1, systems: new Set(), live: ${live} };
        setInterval(() => {}, 1000);
        console.log("up");
      `);
      await program.says("up");
      const { session } = await open(program);
      await expect(session.systems()).rejects.toThrow(sentence);
    }
  });

  it("believes nothing that a program says", async () => {
    for (const answer of [
      "'x'",
      '\'{"ok":[{"system":"one"}]}\'',
      "'{\"ok\":7}'",
      "(() => { throw new Error('no') })()",
      "7",
    ]) {
      const program = await start(`
        globalThis[Symbol.for("suptree.systems")] = { version: 1, systems: new Set(), live: {
          protocol: { oldest: 1, newest: 1 }, library: "1", open: () => ({ ask: () => ${answer} }) } };
        setInterval(() => {}, 1000);
        console.log("up");
      `);
      await program.says("up");
      const { session } = await open(program);
      if (answer === "7") expect(await session.systems()).toEqual([]);
      else await expect(session.systems()).rejects.toThrow(/program/);
    }
    const liar = await start(`
      globalThis[Symbol.for("suptree.systems")] = { version: 1, systems: new Set(), live: {
        protocol: { oldest: 1, newest: 1 }, library: "1",
        open: (tell) => { setTimeout(() => tell('{"type":"events","system":1,"events":[{"type":"lie"}],"left":0}'), 50); return { ask: () => '{"ok":[]}' }; } } };
      setInterval(() => {}, 1000);
      console.log("up");
    `);
    await liar.says("up");
    const { session, ended } = await open(liar);
    expect(await session.systems()).toEqual([]);
    expect(await ended).toContain("said what is no message");
  });
});

describe("suptree attach", () => {
  it("prints the tree as it is, as text and as the tree model with live facts", async () => {
    const program = await start(GATEWAY);
    await program.says("is up");
    const text = await suptree(root, ["attach", program.address, "--snapshot"]);
    expect(text).toMatchObject({ code: 0, err: "" });
    expect(text.out).toContain("GatewaySup rest_for_one · 0 of 3 restarts in 5 s");
    expect(text.out).toMatch(/├─ presence Presence · permanent {2}<\d+> \d+ handled/);
    expect(text.out).toMatch(/├─ room-lobby Room · permanent · "room:lobby" {2}<\d+> \d+ handled/);
    expect(text.out).toMatch(/… \d+ more, all running/);
    const json = JSON.parse((await suptree(root, ["attach", program.address, "--snapshot", "--json"])).out);
    expect(contract(json), JSON.stringify(contract.errors)).toBe(true);
    expect(json).toMatchObject({
      schemaVersion: 1,
      live: { program: { pid: program.pid, library: "0.1.0" }, system: { name: "gateway" } },
    });
    const presence = json.supervisors.flatMap(({ children }: { children: { id: string; key: string }[] }) =>
      children.filter(({ id }) => id === "presence"),
    )[0];
    expect(json.live.processes[presence.key]).toMatchObject({ className: "Presence" });
  });

  it("compares with the source, and finds what was changed there", async () => {
    const program = await start(GATEWAY);
    await program.says("is up");
    const same = await suptree(root, ["attach", program.address, "--drift", "examples/gateway"]);
    expect(same.out).toMatch(/^\d+ supervisors run as in the source\.\n$/);
    expect(same.code).toBe(0);

    const folder = project({});
    cpSync(path.join(root, "examples", "gateway"), folder, { recursive: true });
    const file = path.join(folder, "src", "gateway-sup.ts");
    const source = readFileSync(file, "utf8")
      .replace('strategy: "rest_for_one"', 'strategy: "one_for_all"')
      .replace("intensity: 3", "intensity: 4")
      .replace('{ id: "listener", start: [Listener, { port: 8080 }], name: LISTENER },', "")
      .replace(
        '{ id: "presence", start: [Presence], name: PRESENCE },',
        '{ id: "audience", start: [Presence], name: PRESENCE, restart: "transient" },',
      );
    writeFileSync(file, source);
    const drift = await suptree(folder, ["attach", program.address, "--drift", "."]);
    expect(drift.code).toBe(1);
    expect(drift.out.split("\n").map((line) => line.replace(/ \(.*/, ""))).toEqual([
      "GatewaySup: strategy is rest_for_one in the program and one_for_all in the source",
      "GatewaySup: intensity is 3 in the program and 4 in the source",
      "GatewaySup/listener: runs, and is not in the source",
      "GatewaySup/presence: runs, and is not in the source",
      "GatewaySup/audience: is in the source, and does not run",
      "",
    ]);
  });

  it("tells what happens until the program ends, in sentences or as events", async () => {
    const program = await start(GATEWAY);
    await program.says("is up");
    const { session } = await open(program);
    const system = await first(session);
    const [story, lines] = [heardOut(), heardOut()];
    const told = suptree(root, ["attach", program.address], { out: story.out });
    const events = suptree(root, ["attach", program.address, "--json"], { out: lines.out });
    // Both watch: each has shown what lives.
    await expect.poll(story.text, { timeout: 20_000 }).toContain("Ctrl+C leaves the program");
    await expect.poll(lines.text, { timeout: 20_000 }).toContain("child_started");
    const snapshot = await session.watch(system, "none");
    await session.command(system, { do: "crash", pid: child(snapshot, "metrics")?.id ?? 0, reason: "asked" });
    await expect.poll(async () => child(await session.watch(system, "none"), "metrics")?.restarts).toBe(1);
    await session.close();
    program.child.stdin?.end();
    const { err, code } = await told;
    expect(story.text()).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}metrics crashed \(asked\)\. .*rest_for_one: /m,
    );
    expect(err).toContain("The program has ended.");
    expect(code).toBe(0);
    await events;
    const read = lines
      .text()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as TraceEvent);
    expect(read.map(({ seq }) => seq)).toEqual(read.map((_, index) => index + 1));
    expect(read.map(({ type }) => type)).toContain("decision");
  });

  it("asks a process to open its inspector, only with consent, and closes it again", async () => {
    const program = await start(GATEWAY, { inspect: false });
    await program.says("is up");
    const unasked = await suptree(root, ["attach", String(program.pid), "--snapshot"]);
    expect(unasked.code).toBe(2);
    expect(unasked.err).toContain("every user of this machine can run code in it");
    const taken = await listens(9229);
    if (!taken) {
      const other = createServer((_, response) => response.end("no inspector"));
      await new Promise<void>((resolve) => other.listen(9229, "127.0.0.1", resolve));
      const refused = await suptree(root, ["attach", String(program.pid), "--snapshot", "--yes"]);
      await new Promise((resolve) => other.close(resolve));
      expect(refused.err).toContain("taken by something that is no inspector");
      expect(program.printed()).not.toContain("inspector on");
    }
    const asked = await suptree(root, ["attach", String(program.pid), "--snapshot", "--yes"]);
    if (taken) {
      expect(asked.err).toContain("Another inspector is open");
      return;
    }
    expect(asked.out).toContain("GatewaySup");
    await program.says("Debugger ending on");
    await expect.poll(() => listens(9229)).toBe(false);
  });

  it.each([
    [["attach", "127.0.0.1:1"], "Nothing answers at 127.0.0.1:1"],
    [["attach", "nobody"], "nobody is no target"],
    [["attach", "127.0.0.1:99999"], "is no target"],
    [
      ["attach", "1", "--yes"],
      /Process 1 is .*, not Node: it is left alone|There is no process 1, or it is somebody else's/,
    ],
    [["attach", "2147483646", "--yes"], "There is no process 2147483646"],
    [["attach", "--snapshot", "--drift", "."], "cannot be used with"],
  ] as const)("%j says what is wrong", async (argv, sentence) => {
    const { code, err } = await suptree(root, [...argv]);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
  });

  it("says so when what answers is no inspector, or has no System", async () => {
    const server = createServer((_, response) => response.end("{}"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect((await suptree(root, ["attach", `127.0.0.1:${port}`])).err).toContain(
      "does not say what can be debugged",
    );
    const program = await start("setInterval(() => {}, 1000);");
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 500);
    const { err } = await suptree(root, ["attach", program.address], { signal: interrupt.signal });
    expect(err).toContain("has made no System of suptree");
  });
});

describe("drift", () => {
  it("is none between a model and itself, and none where the source does not know", async () => {
    const program = await start(GATEWAY);
    await program.says("is up");
    const { session } = await open(program);
    const snapshot = await session.watch(await first(session), "none");
    const { model } = modelOf(snapshot);
    expect(compare(snapshot, model)).toMatchObject({ drift: [], unmatched: [], elsewhere: [] });
    const blank = {
      ...model,
      supervisors: model.supervisors.map((each) => ({
        ...each,
        strategy: null,
        intensity: null,
        period: null,
        autoShutdown: null,
        children: [],
        unknown: [{ field: "children", reason: "computed" }],
      })),
    };
    expect(compare(snapshot, blank).drift).toEqual([]);
  });
});
