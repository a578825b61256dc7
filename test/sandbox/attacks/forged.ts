/** A worker that is hostile as a whole, as if all its locks had failed: what the page takes from it is bounded all the same. */
import type { Attack } from "../attack.ts";

const forged = (name: string, code: string, sentence: RegExp): Attack => ({
  name,
  code,
  where: "engine",
  must: { sentence },
  unlocked: { stopped: "the page's checks are no lock of the worker" },
});

const events = (list: string): string => `event({ type: "trace", reset: true, events: ${list} });`;
/** As the engine itself sends them. */
const packed = (text: string): string => `say({ kind: "trace", reset: true, events: ${text} });`;
const note = (seq: string, text: string): string =>
  `{ seq: ${seq}, at: 0, type: "note", pid: null, text: ${text} }`;

export const forgeries: Attack[] = [
  forged(
    "one event of 50 MB",
    events(`[${note("1", '"x".repeat(5e7)')}]`),
    /a text of 50,000,000 characters/,
  ),
  forged(
    "50 MB in a thousand events",
    events(`Array.from({ length: 1000 }, (_, at) => (${note("at + 1", '"x".repeat(50000)')}))`),
    /more than 8,000,000 characters/,
  ),
  forged(
    "a million events at once",
    events(`Array.from({ length: 1e6 }, (_, at) => (${note("at + 1", '"x"')}))`),
    /a list of 1,000,000|more than 400,000 values|stopped answering/,
  ),
  forged(
    "a million events in parts",
    `for (let from = 0; from < 1e6; from += 1000) event({ type: "trace", reset: from === 0, events: Array.from({ length: 1000 }, (_, at) => (${note("from + at + 1", '"x"')})) });`,
    /more than 200,000 events/,
  ),
  forged(
    "resets without end",
    `for (let at = 0; at < 6e4; at++) ${events(`[${note("1", '"x"')}]`)}`,
    // On a slow machine it is the silence that ends it.
    /floods the page|stopped answering/,
  ),
  forged("a text of events of 50 MB", packed('"x".repeat(5e7)'), /no text that may come/),
  forged("a text of events that is none", packed('"[".repeat(1e6)'), /events cannot be read/),
  forged("no text of events", packed("[{}]"), /no text that may come/),
  forged(
    "a text of events of any depth",
    packed('"[".repeat(3e6) + "]".repeat(3e6)'),
    /more than 32 levels|events cannot be read|stopped answering/,
  ),
  forged(
    "a text of a million empty events",
    packed('"[" + "{},".repeat(1e6) + "{}]"'),
    /a list of 1,000,001|stopped answering/,
  ),
  forged(
    "a text of events with a prototype",
    packed(
      `'[{"seq":1,"at":0,"type":"note","pid":null,"text":"x","__proto__":{"toJSON":1}},{"seq":3,"at":0,"type":"note","pid":null,"text":"x"}]'`,
    ),
    /event 3 where event 2 was due/,
  ),
  forged(
    "texts of events without end",
    `for (let at = 0; at < 6e4; at++) ${packed(`JSON.stringify([${note("1", '"x"')}])`)}`,
    /floods the page|stopped answering/,
  ),
  forged("events out of order", events(`[${note("2", '"x"')}]`), /event 2 where event 1 was due/),
  forged(
    "processes that never began",
    events(
      `[{ seq: 1, at: 0, type: "exit", pid: 99, reason: "x", normal: false, origin: { type: "stop" } }, { seq: 9, at: 0, type: "down", watcher: 1, target: 2, ref: 3, reason: "x" }]`,
    ),
    /event 9 where event 2 was due/,
  ),
  forged(
    "a kind of message that there is not",
    `say({ kind: "eval", code: "1" });`,
    /Refused a sandbox message/,
  ),
  forged("a circle", "const a = []; a.push(a); say(a);", /more than 32 levels/),
  forged(
    "a depth",
    "let a = []; for (let at = 0; at < 1000; at++) a = [a]; say({ kind: 'answer', id: 1, type: 'stop', result: a });",
    /more than 32 levels/,
  ),
  forged(
    "bytes",
    "say({ kind: 'answer', id: 1, type: 'stop', result: new Uint8Array(5e7) });",
    /no plain data/,
  ),
  forged("a file", "say({ kind: 'answer', id: 1, type: 'stop', result: new Blob(['x']) });", /no plain data/),
  forged(
    "the prototype of all objects",
    `say(JSON.parse('{"kind":"event","event":{"type":"mark","callback":{"pid":1,"name":"x"}},"__proto__":{"owned":1}}'));`,
    /Refused a sandbox message/,
  ),
  forged(
    "pongs for pings that were not sent, and a loop",
    "for (let id = 0; id < 5000; id++) say({ kind: 'pong', id }); for (;;);",
    /stopped answering/,
  ),
  forged(
    "pongs for the pings that are guessed, and a loop",
    "port.onmessage = ({ data }) => { if (data.kind !== 'ping') return; for (let id = 1; id < 5000; id++) say({ kind: 'pong', id: data.id + id }); for (;;); };",
    /stopped answering/,
  ),
  forged(
    "an end with a long reason",
    "event({ type: 'failed', message: 'x'.repeat(1e6) });",
    /a text of 1,000,000 characters/,
  ),
  forged("a worker that falls", "throw new Error('x'.repeat(1e6));", /^The sandbox failed: .{1,500}$/),
  forged("silence", "for (;;);", /stopped answering/),
];
