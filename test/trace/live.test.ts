import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TraceEvent } from "../../src/runtime/trace.ts";
import { createReducer, EMPTY_LIVE, type LiveState, linkKey, usedBudget } from "../../src/trace/live.ts";
import { Timeline } from "../../src/trace/timeline.ts";
import { child, model, supervisor } from "../protocol/samples.ts";
import { app, Script } from "./script.ts";

const read = (script: Script): LiveState => createReducer(null)(EMPTY_LIVE, script.events);
const states = (state: LiveState) =>
  Object.fromEntries([...state.nodes].map(([key, node]) => [key, `${node.state} #${node.incarnation}`]));

/** registry crashes, rest_for_one takes http with it; ends in the middle of the restart. */
function crash(script: Script, until: "exit" | "decision" | "stopped" | "restarted"): number {
  script.wait(100).crash(3, "boom");
  if (until === "exit") return 0;
  const cause = script.decide(1, "registry", 3, { strategy: "rest_for_one", affected: ["registry", "http"] });
  if (until === "decision") return cause;
  script.stop(1, "http", 4, cause);
  if (until === "stopped") return cause;
  script.child(1, "registry", 5, { incarnation: 2, cause }).child(1, "http", 6, { incarnation: 2, cause });
  return cause;
}

describe("the live state", () => {
  it("has a node per place in start order", () => {
    const state = read(app());
    expect(state.roots).toEqual(["AppSup"]);
    expect(state.nodes.get("AppSup")?.children).toEqual([
      "AppSup/conn_sup",
      "AppSup/registry",
      "AppSup/http",
    ]);
    expect(states(state)).toEqual({
      AppSup: "running #1",
      "AppSup/conn_sup": "running #1",
      "AppSup/registry": "running #1",
      "AppSup/http": "running #1",
    });
    expect(state.alive).toBe(4);
    expect(state.nodes.get("AppSup/http")?.why).toMatchObject({ kind: "boot", supervisor: "AppSup" });
  });

  it("follows a crash and a group restart through every stage", () => {
    const stage = (until: Parameters<typeof crash>[1]) => {
      const script = app();
      crash(script, until);
      return read(script);
    };
    expect(states(stage("exit"))["AppSup/registry"]).toBe("crashed #1");
    expect(states(stage("decision"))).toMatchObject({
      "AppSup/registry": "restarting #1",
      "AppSup/http": "running #1",
    });
    expect(states(stage("stopped"))["AppSup/http"]).toBe("restarting #1");
    const after = stage("restarted");
    expect(states(after)).toMatchObject({
      "AppSup/conn_sup": "running #1",
      "AppSup/registry": "running #2",
      "AppSup/http": "running #2",
    });
    const http = after.nodes.get("AppSup/http");
    expect(http?.why).toMatchObject({
      kind: "restart",
      strategy: "rest_for_one",
      trigger: { node: "AppSup/registry", incarnation: 1, reason: "boom" },
      affected: ["AppSup/registry", "AppSup/http"],
      budget: { used: 1, intensity: 3, period: 5 },
    });
    expect(http?.last).toMatchObject({ pid: 4, incarnation: 1, reason: "shutdown", normal: true });
    expect(after.byPid.get(4)).toBe("AppSup/http");
    expect(after.alive).toBe(4);
  });

  it("counts the restarts of the window by OTP's whole seconds", () => {
    const script = app();
    crash(script, "restarted");
    const node = read(script).nodes.get("AppSup");
    expect(node && usedBudget(node, 100)).toBe(1);
    expect(node && usedBudget(node, 5_999)).toBe(1);
    expect(node && usedBudget(node, 6_000)).toBe(0);
  });

  it("tells which links carried an exit, hop by hop", () => {
    const script = app();
    script.add({ type: "link", a: 3, b: 2 }, { type: "link", a: 2, b: 4 });
    expect(read(script).links.get(linkKey(2, 3))).toEqual({ a: 3, b: 2, structural: false });
    expect(read(script).links.get(linkKey(1, 3))?.structural).toBe(true);
    script.crash(3, "boom");
    const die = (pid: number, from: number) =>
      script.add({
        type: "exit",
        pid,
        reason: "boom",
        normal: false,
        origin: { type: "signal", from, via: "link" },
      });
    die(2, 3);
    die(4, 2);
    const state = read(script);
    expect(state.nodes.get("AppSup/http")?.last?.chain.map((hop) => [hop.from, hop.to])).toEqual([
      ["AppSup/registry", "AppSup/conn_sup"],
      ["AppSup/conn_sup", "AppSup/http"],
    ]);
    expect([...state.links.keys()]).toEqual([]);
    expect(state.nodes.get("AppSup")?.links).toEqual([]);
  });

  it("keeps monitors until their DOWN, and counts the mailbox", () => {
    const script = app();
    script.add({ type: "monitor", watcher: 4, target: 3, ref: 9 });
    expect(read(script).nodes.get("AppSup/registry")?.monitoredBy).toEqual([9]);
    script.crash(3, "boom");
    script.add({ type: "down", watcher: 4, target: 3, ref: 9, reason: "boom" });
    const state = read(script);
    expect(state.monitors.size).toBe(0);
    expect(state.nodes.get("AppSup/http")?.monitors).toEqual([]);
    expect(state.signals.at(-1)).toMatchObject({
      kind: "down",
      from: "AppSup/registry",
      to: "AppSup/http",
    });
    script.add({ type: "send", from: 2, to: 4, kind: "call", ref: 1, message: "hi" });
    const calling = read(script);
    expect(calling.nodes.get("AppSup/http")?.mailbox).toBe(1);
    expect(calling.nodes.get("AppSup/conn_sup")?.waitingFor).toMatchObject({ ref: 1, to: 4, message: "hi" });
    script.add(
      { type: "receive", pid: 4, kind: "call", ref: 1, message: "hi" },
      { type: "call_end", pid: 2, to: 4, ref: 1, outcome: "reply", detail: "ok" },
    );
    expect(read(script).nodes.get("AppSup/http")?.mailbox).toBe(0);
    expect(read(script).nodes.get("AppSup/conn_sup")?.waitingFor).toBeNull();
  });

  it("shows a hang until it is over, and an injected fault in the ending", () => {
    const script = app();
    script.add({ type: "note", pid: 4, text: "http hangs", fault: "hang" });
    expect(states(read(script))["AppSup/http"]).toBe("hanging #1");
    script.add({ type: "note", pid: 4, text: "http goes on", fault: "resume" });
    expect(states(read(script))["AppSup/http"]).toBe("running #1");
    script.add({ type: "note", pid: 4, text: "crash http", fault: "crash" });
    script.crash(4, "boom");
    expect(read(script).nodes.get("AppSup/http")?.last?.fault).toBe("crash");
  });

  it("empties a dynamic supervisor that starts anew", () => {
    const script = new Script().root(1, "Top");
    script.child(1, "pool", 2, { kind: "supervisor" }).running(1);
    script.child(2, "conn-1", 3).child(2, "conn-2", 4);
    expect(states(read(script))).toMatchObject({ "Top/pool/conn-2": "running #1" });
    expect(read(script).nodes.get("Top/pool/conn-1")?.why?.kind).toBe("dynamic");
    script.crash(2, "killed");
    for (const pid of [3, 4]) {
      script.add({
        type: "exit",
        pid,
        reason: "killed",
        normal: false,
        origin: { type: "signal", from: 2, via: "parent" },
      });
    }
    const cause = script.decide(1, "pool", 2, { reason: "killed" });
    script.child(1, "pool", 5, { kind: "supervisor", incarnation: 2, cause });
    expect(states(read(script))).toEqual({ Top: "running #1", "Top/pool": "running #2" });
  });

  it("knows from the model what waits, and where", () => {
    const key = "src/app.ts#AppSup";
    const known = model([
      supervisor("AppSup", [
        child(key, "first"),
        child(key, "perhaps", { cardinality: "maybe" }),
        child(key, "shard-*", { cardinality: "many", count: 2 }),
        child(key, "last"),
      ]),
    ]);
    const script = new Script().root(1, "AppSup").child(1, "first", 2).child(1, "perhaps", 3);
    const state = createReducer(known)(EMPTY_LIVE, script.events);
    const top = state.nodes.get("AppSup");
    expect(top?.children.map((each) => state.nodes.get(each)?.name)).toEqual([
      "first",
      "perhaps",
      "shard-1",
      "shard-2",
      "last",
    ]);
    expect(top?.children.map((each) => state.nodes.get(each)?.order)).toEqual([1, 2, 3, 4, 5]);
    expect(state.nodes.get("AppSup/last")?.state).toBe("waiting");
    expect(state.nodes.get("AppSup/shard-2")?.model).toBe(`${key}/shard-*`);
  });

  it("shows a start that failed, and forgets what a supervisor removes", () => {
    const script = new Script().root(1, "Top");
    script.add(
      { type: "child_starting", child: { supervisor: 1, id: "a" }, incarnation: 1 },
      { type: "spawn", pid: 2, parent: 1, kind: "worker", label: "A", linked: true },
      { type: "exit", pid: 2, reason: "noproc", normal: false, origin: { type: "error", message: "noproc" } },
      {
        type: "child_started",
        child: { supervisor: 1, id: "a" },
        incarnation: 1,
        pid: null,
        result: "error",
        reason: "noproc",
      },
    );
    expect(read(script).nodes.get("Top/a")).toMatchObject({ state: "crashed", last: { reason: "noproc" } });
    script.add({ type: "child_removed", child: { supervisor: 1, id: "a" } });
    expect(read(script).nodes.has("Top/a")).toBe(false);
    expect(read(script).nodes.get("Top")?.children).toEqual([]);
  });
});

describe("batches and moments", () => {
  const script = app();
  crash(script, "restarted");
  script.add({ type: "monitor", watcher: 6, target: 5, ref: 1 }, { type: "note", pid: 6, text: "n" });
  script.wait(50).crash(6, "late");
  const plain = ({ signals: _, ...state }: LiveState) => state;

  it("give the same state however the trace is cut", () => {
    const whole = plain(read(script));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: script.events.length })), (cuts) => {
        const reduce = createReducer(null);
        let state = EMPTY_LIVE;
        let from = 0;
        for (const to of [...cuts].sort((a, b) => a - b).concat(script.events.length)) {
          const before = structuredClone(plain(state));
          const next = reduce(state, script.events.slice(from, to));
          expect(plain(state)).toEqual(before); // what was handed out stays as it was
          state = next;
          from = to;
        }
        expect(plain(state)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it("can be asked for in any order", () => {
    const timeline = new Timeline(null);
    for (const event of script.events) timeline.push([event]);
    for (const seq of [0, 7, 3, script.events.length, 20]) {
      const expected = createReducer(null)(EMPTY_LIVE, script.events.slice(0, seq));
      expect(plain(timeline.stateAt(seq))).toEqual(plain(expected));
    }
    expect(() => timeline.push(script.events)).toThrow(RangeError);
  });

  it("finds any moment of a long run, however one moves about", () => {
    const cast = (seq: number): TraceEvent => ({
      seq,
      at: seq,
      type: "send",
      from: 1,
      to: 2,
      kind: "cast",
      message: "x",
    });
    const start = script.events.length;
    const events = [...script.events, ...Array.from({ length: 40_000 }, (_, i) => cast(start + i + 1))];
    const timeline = new Timeline(null);
    for (let i = 0; i < events.length; i += 300) timeline.push(events.slice(i, i + 300));
    const mail = (state: LiveState) =>
      [...state.nodes.values()].map(({ key, mailbox }) => `${key} ${mailbox}`).sort();
    const all = createReducer(null);
    for (const seq of [
      39_000, 38_999, 12_345, 12_400, 12_346, 2_000, 39_500, 12_344, 0, 21_000, 20_000, 20_001,
    ]) {
      const found = timeline.stateAt(seq);
      expect(found.seq).toBe(seq);
      expect(mail(found)).toEqual(mail(all(EMPTY_LIVE, events.slice(0, seq))));
    }
  });
});
