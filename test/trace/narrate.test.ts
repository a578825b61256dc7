import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Narrator, narrate, type SentenceKind, transcript } from "../../src/trace/narrate.ts";
import { sequence, sequenceToMermaid } from "../../src/trace/sequence.ts";
import { Timeline } from "../../src/trace/timeline.ts";
import { stories } from "./stories.ts";

const everything = new Set<SentenceKind>([
  "boot",
  "incident",
  "start",
  "stop",
  "input",
  "application",
  "message",
  "relation",
]);

describe("sentences", () => {
  it("tell the stories as the golden transcript has them", async () => {
    const told = Object.entries(stories).map(
      ([name, make]) => `== ${name}\n${transcript(narrate(make().events, null), { kinds: everything })}`,
    );
    await expect(told.join("\n")).toMatchFileSnapshot("golden/stories.txt");
  });

  it("open into numbered steps, as the golden transcript has them", async () => {
    const told = Object.entries(stories)
      .map(([name, make]) => ({ name, sentences: narrate(make().events, null) }))
      .filter(({ sentences }) => sentences.some(({ steps }) => steps.length > 0))
      .map(({ name, sentences }) => {
        const kinds = new Set<SentenceKind>(["incident"]);
        return `== ${name}\n${transcript(sentences, { kinds, steps: true })}`;
      });
    await expect(told.join("\n")).toMatchFileSnapshot("golden/steps.txt");
  });

  it("are the same however the trace arrives, and say from where they changed", () => {
    for (const make of Object.values(stories)) {
      const { events } = make();
      const whole = narrate(events, null);
      fc.assert(
        fc.property(fc.array(fc.nat({ max: events.length })), (cuts) => {
          const narrator = new Narrator();
          const timeline = new Timeline(null, narrator);
          let from = 0;
          for (const to of [...cuts].sort((a, b) => a - b).concat(events.length)) {
            const before = [...narrator.sentences];
            narrator.takeChanged();
            timeline.push(events.slice(from, to));
            const changed = narrator.takeChanged();
            expect(narrator.sentences.slice(0, changed)).toEqual(before.slice(0, changed));
            from = to;
          }
          expect(narrator.sentences).toEqual(whole);
        }),
        { numRuns: 20 },
      );
    }
  });

  it("each end with a full stop and name the events that they tell", () => {
    for (const make of Object.values(stories)) {
      const { events } = make();
      for (const sentence of narrate(events, null)) {
        expect(sentence.text).toMatch(/^\S.*\.$/);
        expect(sentence.text).not.toMatch(/undefined|\.\.|<\d+>/);
        expect(events[sentence.seq - 1]?.at).toBe(sentence.at);
        expect(sentence.last).toBeGreaterThanOrEqual(sentence.seq);
      }
    }
  });
});

describe("the sequence chart", () => {
  it("shows the three outcomes of a call", async () => {
    const script = stories["the three outcomes of a call"]?.();
    const first = script?.events.find((event) => event.type === "send")?.seq ?? 0;
    const chart = sequence(script?.events ?? [], null, { from: first });
    expect(chart.lifelines.map((life) => life.name)).toEqual(["conn_sup", "registry", "http", "outside"]);
    await expect(sequenceToMermaid(chart)).toMatchFileSnapshot("golden/call.mmd");
  });

  it("pairs each message with its receipt, and keeps to the processes asked for", () => {
    const script = stories["the three outcomes of a call"]?.();
    if (script === undefined) throw new Error("no story");
    const sent = script.add({ type: "send", from: 4, to: 3, kind: "cast", message: "a" });
    script.add({ type: "send", from: 4, to: 3, kind: "cast", message: "b" });
    const received = script.add({ type: "receive", pid: 3, kind: "cast", message: "a" });
    const chart = sequence(script.events, null, { from: sent, only: new Set([3, 4]) });
    expect(chart.arrows.map((arrow) => [arrow.label, arrow.received?.seq ?? null])).toEqual([
      ["a", received],
      ["b", null],
    ]);
    expect(chart.lifelines.map((life) => life.pid)).toEqual([3, 4]);
  });
});
