/** What pages are told of a running program, and what they must not change for others who look through the same session. */
import { expect, it } from "vitest";
import { type LiveSession, LiveSource, LiveTrace } from "../../src/live/index.ts";
import type { LiveHostMessage } from "../../src/protocol/index.ts";
import type { LiveDetail, LiveSnapshot } from "../../src/runtime/live-protocol.ts";
import type { TraceEvent } from "../../src/runtime/trace.ts";

function session(): { session: LiveSession; asked: LiveDetail[] } {
  const asked: LiveDetail[] = [];
  const nothing = async () => undefined;
  return {
    asked,
    session: {
      program: { title: "app.ts", pid: 7, host: "Node", library: "0.1.0" },
      can: { commands: true, follow: true, state: true, messages: true },
      systems: async () => [],
      watch: async (system, detail) => {
        asked.push(detail);
        return {
          system,
          name: null,
          processes: 0,
          virtual: false,
          at: 5,
          time: 0,
          applications: [],
          list: [],
        };
      },
      inspect: async () => null,
      command: nothing,
      close: nothing,
    },
  };
}

it.each(["structure", "all"] as const)(
  "a page that opens watches %s as the terminal does",
  async (detail) => {
    const { session: through, asked } = session();
    const source = new LiveSource(through, 1, detail);
    await source.watch(() => {});
    await source.watch(() => {});
    // The second is told what the first was.
    expect(asked).toEqual([detail]);
    await source.rest();
    await source.watch(() => {});
    expect(asked).toEqual([detail, "none", detail]);
  },
);

it("who looks after the end sees what there was", async () => {
  const { session: through, asked } = session();
  const source = new LiveSource(through, 1, "structure");
  await source.model();
  source.heard({
    type: "events",
    system: 1,
    left: 0,
    events: [{ seq: 90, at: 6, type: "register", pid: 1, name: "a" }],
  });
  source.ended("over");
  const told: LiveHostMessage[] = [];
  await source.watch((message) => void told.push(message));
  expect((await source.model()).supervisors).toEqual([]);
  expect(told).toMatchObject([
    { type: "liveBegan", clock: -5, missed: null },
    { type: "liveEvents", reset: true, events: [{ seq: 1, type: "register" }] },
    { type: "liveEnded", reason: "over" },
  ]);
  expect(asked).toEqual(["structure"]);
});

it("each page gets its own numbers, and nobody who has left anything", async () => {
  const source = new LiveSource(session().session, 1, "structure");
  const told: LiveHostMessage[][] = [[], []];
  const tell = told.map((list) => (message: LiveHostMessage) => void list.push(message));
  await source.watch(tell[0]!);
  source.heard({
    type: "events",
    system: 1,
    left: 2,
    events: [{ seq: 90, at: 6, type: "register", pid: 1, name: "a" }],
  });
  await source.watch(tell[1]!);
  source.heard({
    type: "events",
    system: 1,
    left: 0,
    events: [{ seq: 91, at: 7, type: "register", pid: 1, name: "b" }],
  });
  source.heard({
    type: "events",
    system: 2,
    left: 0,
    events: [{ seq: 92, at: 8, type: "register", pid: 1, name: "c" }],
  });
  source.leave(tell[0]!);
  source.ended("over");
  const seqs = told.map((list) =>
    list.flatMap((message): (number | string)[] =>
      message.type === "liveEvents" ? message.events.map(({ seq }) => seq) : [message.type],
    ),
  );
  // Who comes later is told what has happened since the first looked.
  expect(seqs).toEqual([
    ["liveBegan", 1, 2],
    ["liveBegan", 1, 2, "liveEnded"],
  ]);
});

const BATCH = 1_000;

/** So many events of the program, of which every second is a message. */
function batch(from: number): TraceEvent[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const seq = from + i;
    return i % 2 === 0
      ? { seq, at: seq, type: "register", pid: 1, name: `n${seq}` }
      : { seq, at: seq, type: "receive", pid: 1, kind: "cast", message: "tick" };
  });
}

it("a page that falls behind keeps what changes the tree, loses messages first, and is told how many", async () => {
  const source = new LiveSource(session().session, 1, "all");
  const slow: LiveHostMessage[] = [];
  const quick: LiveHostMessage[] = [];
  const tellSlow = (message: LiveHostMessage) => void slow.push(message);
  const tellQuick = (message: LiveHostMessage) => {
    quick.push(message);
    const last = message.type === "liveEvents" ? message.events.at(-1) : undefined;
    if (last !== undefined) source.read(tellQuick, last.seq);
  };
  await source.watch(tellSlow);
  await source.watch(tellQuick);
  const count = (list: LiveHostMessage[], type: string) =>
    list
      .flatMap((each) => (each.type === "liveEvents" ? each.events : []))
      .filter((each) => each.type === type).length;
  const left = (list: LiveHostMessage[]) =>
    list.reduce((sum, each) => sum + (each.type === "liveEvents" ? each.left : 0), 0);
  for (let n = 0; n < 60; n++) source.heard({ type: "events", system: 1, left: 0, events: batch(n * BATCH) });
  expect(count(quick, "register") + count(quick, "receive")).toBe(60 * BATCH);
  // What is on its way to a page that shows nothing has a bound.
  const onTheWay = count(slow, "register") + count(slow, "receive");
  expect(onTheWay).toBeLessThanOrEqual(22_000);
  source.read(tellSlow, onTheWay);
  expect(count(slow, "register")).toBe(30 * BATCH);
  expect(count(slow, "receive") + left(slow)).toBe(30 * BATCH);
  expect(left(slow)).toBeGreaterThan(0);
  // Numbers go on without a gap.
  const seqs = slow.flatMap((each) => (each.type === "liveEvents" ? each.events.map(({ seq }) => seq) : []));
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
});

it("a page that is too far behind begins anew when it reads again, and is told what it has missed", async () => {
  const { session: through, asked } = session();
  const source = new LiveSource(through, 1, "structure");
  const told: LiveHostMessage[] = [];
  const tell = (message: LiveHostMessage) => void told.push(message);
  await source.watch(tell);
  for (let n = 0; n < 300; n++)
    source.heard({ type: "events", system: 1, left: 0, events: batch(n * BATCH) });
  const events = told.flatMap((each) => (each.type === "liveEvents" ? each.events : []));
  expect(events.length).toBeLessThan(30_000);
  expect(asked).toEqual(["structure"]);
  source.read(tell, events.length);
  await expect.poll(() => told.filter(({ type }) => type === "liveBegan")).toHaveLength(2);
  expect(told.findLast(({ type }) => type === "liveBegan")).toMatchObject({ missed: expect.any(Number) });
  expect(asked).toEqual(["structure", "structure"]);
  const again = told.length;
  source.heard({ type: "events", system: 1, left: 0, events: batch(0) });
  expect(told[again]).toMatchObject({ type: "liveEvents", reset: false });
});

it("figures are asked for while somebody looks, and never by two pages twice", async () => {
  let asked = 0;
  const figures = async () => {
    asked += 1;
    return { at: asked, took: 0, ids: [1], mailbox: [2], handled: [3], busySince: [-1], restarts: [0] };
  };
  const source = new LiveSource({ ...session().session, figures }, 1, "structure");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toBe(0);
  const told: LiveHostMessage[] = [];
  const first = (message: LiveHostMessage) => void told.push(message);
  const second = () => {};
  await source.watch(first);
  await source.watch(second);
  // Once a second at most.
  await expect
    .poll(() => told.filter(({ type }) => type === "liveFigures").length, { timeout: 20_000 })
    .toBeGreaterThan(1);
  const since = asked;
  expect(since).toBeLessThanOrEqual(told.filter(({ type }) => type === "liveFigures").length);
  source.look(first, false);
  source.leave(second);
  const then = asked;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(asked).toBe(then);
});

it("what a program had begun to tell when a debugger stopped it in the midst of a start is told from what lives", () => {
  const process = {
    id: 1,
    label: "Only",
    className: "Only",
    kind: "worker",
    status: "idle",
    callback: null,
    parent: null,
    childId: null,
    registeredNames: [],
    mailboxLength: 0,
    startedAt: 1,
    handled: 0,
    busySince: null,
    childRestarts: 0,
    trapsExit: false,
    links: [],
    monitors: [],
    monitoredBy: [],
    supervision: null,
  } as unknown as LiveSnapshot["list"][number];
  const snapshot: LiveSnapshot = {
    system: 1,
    name: null,
    processes: 1,
    virtual: false,
    at: 5,
    time: 0,
    applications: [],
    list: [process],
    backlog: [],
  };
  expect(new LiveTrace().begin(snapshot).map(({ type }) => type)).toEqual(["spawn", "running"]);
});
