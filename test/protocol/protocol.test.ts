import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunAction, SavedRun } from "../../src/model/index.ts";
import {
  DEFAULT_BOUNDS,
  DEFAULT_SETTINGS,
  type FromSandbox,
  type HostMessage,
  type PageMessage,
  PROTOCOL_VERSION,
  ProtocolError,
  parseFromSandbox,
  parseHostMessage,
  parsePageMessage,
  parseToSandbox,
  type RunStatus,
  type ToSandbox,
} from "../../src/protocol/index.ts";
import { location, sampleFinding, sampleModel } from "./samples.ts";

const saved: SavedRun = {
  format: 1,
  root: "src/app.ts#AppSup",
  mode: "simulated",
  seed: 42,
  inputs: [
    { at: 10, step: 5, action: { kind: "crash", target: { path: "AppSup/http" }, reason: "boom" } },
    { at: 10, step: 5, action: { kind: "hang", target: { pid: 3 } } },
  ],
  until: { at: 20, step: 9 },
};

const actions: RunAction[] = [
  { kind: "exit", target: { child: "k" }, reason: "shutdown" },
  { kind: "kill", target: { pid: 1 } },
  { kind: "hang", target: { pid: 1 }, ms: 5 },
  { kind: "resume", target: { pid: 1 } },
  { kind: "stop", target: { pid: 1 } },
  { kind: "send", target: { pid: 1 }, message: "hi" },
  { kind: "use", target: { pid: 1 }, to: { pid: 2 }, how: "call" },
  { kind: "start_child", target: { pid: 1 }, count: 3 },
  { kind: "delete_child", target: { pid: 1 }, id: "a" },
  { kind: "outside", fetch: "slow" },
];

const hostMessages: HostMessage[] = [
  {
    type: "init",
    protocol: PROTOCOL_VERSION,
    host: "web",
    model: sampleModel,
    findings: [sampleFinding],
    root: null,
    demonstration: sampleFinding.demonstration,
    realCode: [],
    noCode: null,
    seed: 1,
    settings: DEFAULT_SETTINGS,
    strings: { Crash: "Absturz" },
    saved,
    lost: true,
    live: { title: "gateway.ts (4711)", commands: true, allowed: false, recording: null },
  },
  { type: "model", model: sampleModel, findings: [] },
  { type: "settings", settings: DEFAULT_SETTINGS, noCode: null },
  { type: "run", root: "r", demonstration: null, seed: null },
  { type: "select", key: "k" },
  {
    type: "code",
    id: 3,
    code: { script: null, notes: [], problems: [{ message: "no fs here", location: null, chain: [] }] },
  },
  { type: "codeChanged" },
  { type: "done", id: 1, ok: false, message: "it was changed meanwhile" },
  {
    type: "excerpt",
    key: "k",
    excerpt: {
      title: "a.ts:1",
      lines: ["x"],
      first: 1,
      marked: { from: 1, to: 1 },
      editor: "vscode://file/a.ts:1:1",
    },
  },
  { type: "areYouThere", id: 7 },
  { type: "error", message: "m" },
];

const pageMessages: PageMessage[] = [
  { type: "alive", id: 7 },
  { type: "ready", protocol: PROTOCOL_VERSION },
  { type: "reveal", location },
  { type: "save", id: 2, name: "tree.svg", mime: "image/svg+xml", encoding: "utf8", content: "<svg/>" },
  { type: "state", saved },
  { type: "runChanged", root: null, state: "idle", summary: "" },
  { type: "log", level: "warning", message: "m" },
  { type: "needCode", id: 3, root: "r" },
  { type: "mode", root: "r", mode: "code" },
  { type: "applyFix", id: 1, rule: "child-order", title: "Move", location },
  { type: "applyExperiment", id: 1, supervisor: "s", order: ["b", "a"], strategy: null },
  { type: "selected", key: "k" },
  { type: "help", rule: "child-order" },
];

const status: RunStatus = {
  state: "running",
  now: 1.5,
  step: 2,
  seq: 3,
  busy: false,
  inputs: 0,
  nextDeadline: null,
  processes: 4,
  running: [{ pid: 1, name: "http", callback: "handleCall" }],
  reason: null,
};

const requests: ToSandbox[] = [
  ...actions.map((action, id): ToSandbox => ({ kind: "request", id, request: { type: "input", action } })),
  {
    kind: "request",
    id: 1,
    request: {
      type: "load",
      model: sampleModel,
      root: null,
      seed: 1,
      mode: "simulated",
      dynamicChildren: 3,
      bounds: DEFAULT_BOUNDS,
      standIns: [],
      asInModel: [],
      marks: false,
    },
  },
  { kind: "request", id: 2, request: { type: "advance", ms: 0.5 } },
  { kind: "request", id: 2, request: { type: "step", unit: "instant" } },
  { kind: "request", id: 2, request: { type: "replay", inputs: saved.inputs, until: saved.until } },
  { kind: "request", id: 2, request: { type: "inspect", pid: 7 } },
  { kind: "request", id: 2, request: { type: "stop" } },
  { kind: "ping", id: 3 },
  { kind: "cancel", id: 4 },
];

const answers: FromSandbox[] = [
  { kind: "event", event: { type: "ready" } },
  { kind: "event", event: { type: "status", status } },
  {
    kind: "event",
    event: {
      type: "trace",
      reset: true,
      events: [
        { seq: 1, at: 0, type: "spawn", pid: 1, parent: null, kind: "supervisor", label: "A", linked: false },
        { seq: 2, at: 0, type: "exit", pid: 1, reason: "boom", normal: false, origin: { type: "stop" } },
        { seq: 3, at: 0, type: "note", pid: null, text: "n", fault: "crash" },
      ],
    },
  },
  { kind: "event", event: { type: "bound", bound: "events", limit: 10, message: "m", pid: null } },
  { kind: "answer", id: 1, type: "advance", result: status },
  { kind: "refusal", id: 2, message: "m" },
  { kind: "pong", id: 3 },
];

const channels = [
  { name: "host", parse: parseHostMessage as (m: unknown) => unknown, messages: hostMessages as object[] },
  { name: "page", parse: parsePageMessage as (m: unknown) => unknown, messages: pageMessages as object[] },
  {
    name: "to the sandbox",
    parse: parseToSandbox as (m: unknown) => unknown,
    messages: requests as object[],
  },
  {
    name: "from the sandbox",
    parse: parseFromSandbox as (m: unknown) => unknown,
    messages: answers as object[],
  },
];

/** Every place in a message, as a path. */
function paths(value: unknown, prefix: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, [...prefix, key]));
}

function withValue(message: object, path: (string | number)[], value: unknown): object {
  const copy = structuredClone(message) as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1)!] = value;
  return copy;
}

describe.each(channels)("messages $name", ({ parse, messages }) => {
  it("pass whole: nothing is dropped or changed on the way", () => {
    for (const message of messages) expect(parse(structuredClone(message))).toStrictEqual(message);
  });

  it("are refused when any one field is of another type", () => {
    for (const message of messages) {
      for (const path of paths(message).filter((path) => path[0] !== "result")) {
        const wrong = withValue(message, path, Symbol.for("wrong"));
        expect(() => parse(wrong), path.join(".")).toThrow(ProtocolError);
      }
    }
  });

  it("never fail but by a ProtocolError, whatever comes", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          parse(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

it("says where a message is wrong", () => {
  expect(() => parsePageMessage({ type: "reveal", location: { ...location, line: "3" } })).toThrow(
    /page message at location\.line/,
  );
});
