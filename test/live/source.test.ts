/** What pages are told of a running program, and what they must not change for others who look through the same session. */
import { expect, it } from "vitest";
import { type LiveSession, LiveSource } from "../../src/live/index.ts";
import type { LiveHostMessage } from "../../src/protocol/index.ts";
import type { LiveDetail } from "../../src/runtime/live-protocol.ts";

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
    [1, 2],
    [1, 2, "liveEnded"],
  ]);
});
