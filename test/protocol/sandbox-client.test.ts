import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  DEFAULT_BOUNDS,
  type FromSandbox,
  type LoadRequest,
  SandboxClient,
  SandboxError,
  type ToSandbox,
} from "../../src/protocol/index.ts";
import { WORKERS_ID } from "../../src/protocol/page.ts";
import { type FromGuard, Guard, type ToGuard } from "../../src/protocol/sandbox-guard.ts";
import { sampleModel } from "./samples.ts";

/** As much of a page as the client touches; the frame's side is played by the test. */
function page() {
  const listeners = new Set<(event: object) => void>();
  const frameWindow = { postMessage: vi.fn() };
  const frame = { setAttribute: vi.fn(), remove: vi.fn(), contentWindow: frameWindow };
  const view = {
    document: { hidden: false },
    performance,
    crypto,
    setTimeout: (fn: () => void, ms: number) => setTimeout(fn, ms),
    setInterval: (fn: () => void, ms: number) => setInterval(fn, ms),
    clearInterval: (timer: NodeJS.Timeout) => clearInterval(timer),
    addEventListener: (_: string, listener: (event: object) => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: (event: object) => void) => listeners.delete(listener),
  };
  const block = Object.assign(Object.create(HTMLScriptElement.prototype), {
    textContent: JSON.stringify({ sandbox: "/* worker */", guard: "/* guard */" }),
    nonce: "n",
  });
  const document = {
    defaultView: view,
    createElement: () => frame,
    body: { append: vi.fn() },
    getElementById: (id: string) => (id === WORKERS_ID ? block : null),
  };
  const say = (data: unknown, source: object = frameWindow) => {
    for (const listener of listeners) listener({ data, source });
  };
  return { document: document as unknown as Document, view, frame, frameWindow, say };
}

class HTMLScriptElement {}

/** The guard without a thread of its own: what it says comes a turn later, as from a worker. */
class GuardWorker {
  onmessage: ((event: { data: FromGuard }) => void) | null = null;
  #guard: Guard | null = null;
  #port: MessagePort | null = null;
  #ended = false;

  postMessage(message: ToGuard, [port]: MessagePort[] = []): void {
    setImmediate(() => {
      if (this.#ended) return;
      if (message.type === "send") this.#guard?.send(message.message);
      else if (message.type === "taken") this.#guard?.taken();
      else if (port !== undefined) {
        this.#port = port;
        this.#guard = new Guard(port, (data) =>
          setImmediate(() => {
            if (!this.#ended) this.onmessage?.({ data });
          }),
        );
      }
    });
  }

  terminate(): void {
    this.#ended = true;
    this.#port?.close();
  }
}

beforeEach(() => {
  vi.stubGlobal("HTMLScriptElement", HTMLScriptElement);
  vi.stubGlobal("Worker", GuardWorker);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open(patience = 60_000, pingEvery = 60_000) {
  const host = page();
  const events: unknown[] = [];
  const stopped: unknown[] = [];
  const client = new SandboxClient({
    document: host.document,
    onEvent: (event) => events.push(event),
    onStopped: (why) => stopped.push(why),
    patience,
    pingEvery,
  });
  host.say({ type: "frameReady" });
  const [message, target, [port]] = host.frameWindow.postMessage.mock.calls[0] as [
    object,
    string,
    [MessagePort],
  ];
  const received: ToSandbox[] = [];
  let wake = () => {};
  port.onmessage = (event) => {
    received.push(event.data);
    wake();
  };
  const next = async (): Promise<ToSandbox> => {
    while (received.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return received.shift() as ToSandbox;
  };
  const answer = (reply: FromSandbox | object) => port.postMessage(reply);
  return { ...host, client, events, stopped, message, target, next, answer, port };
}

const LOAD: LoadRequest = {
  type: "load",
  model: sampleModel,
  root: null,
  seed: 1,
  mode: "simulated",
  dynamicChildren: 1,
  bounds: DEFAULT_BOUNDS,
  standIns: [],
  asInModel: [],
  marks: false,
};

const status = {
  state: "running",
  now: 0,
  step: 0,
  seq: 0,
  busy: false,
  inputs: 0,
  nextDeadline: null,
  processes: 0,
  running: [],
  reason: null,
};

describe("the page's side of the sandbox", () => {
  it("starts a frame without rights, and gives the worker's text to that frame only", () => {
    const { frame, message, client, frameWindow, say } = open();
    expect(frame.setAttribute).toHaveBeenCalledWith("sandbox", "allow-scripts");
    expect(message).toEqual({ type: "start", source: "/* worker */" });
    say({ type: "frameReady" }, { postMessage: vi.fn() });
    expect(frameWindow.postMessage).toHaveBeenCalledTimes(1);
    client.close();
  });

  it("settles requests by their answers and refusals, whatever their order", async () => {
    const { client, next, answer } = open();
    const first = client.request({ type: "advance", ms: 1 });
    const second = client.request({ type: "inspect", pid: 1 });
    const [a, b] = [await next(), await next()];
    answer({ kind: "refusal", id: b.id, message: "no such process" });
    answer({ kind: "answer", id: a.id, type: "advance", result: status });
    await expect(second).rejects.toThrow("no such process");
    await expect(first).resolves.toEqual(status);
    const third = client.request({ type: "advance", ms: 1 });
    answer({ kind: "answer", id: (await next()).id, type: "advance", result: { ...status, now: "soon" } });
    await expect(third).rejects.toThrow(SandboxError);
    client.close();
  });

  it("rejects what is under way when it is closed, and everything after", async () => {
    const { client, stopped, frame } = open();
    const open1 = client.request({ type: "stop" });
    client.close();
    await expect(open1).rejects.toThrow("The sandbox was closed.");
    await expect(client.request({ type: "stop" })).rejects.toThrow(SandboxError);
    expect(stopped).toMatchObject([{ why: "closed" }]);
    expect(frame.remove).toHaveBeenCalledTimes(1);
    client.close();
    expect(stopped).toHaveLength(1);
  });

  it("ends on what is no message, and when the worker fails", async () => {
    const bad = open();
    const request = bad.client.request({ type: "stop" });
    bad.answer({ kind: "event", event: { type: "trace", reset: true, events: [{ type: "nonsense" }] } });
    await expect(request).rejects.toThrow("Refused a sandbox message");
    expect(bad.stopped).toMatchObject([{ why: "failed" }]);
    const failed = open();
    failed.say({ type: "workerFailed", message: "SyntaxError" });
    expect(failed.stopped).toMatchObject([
      { why: "failed", message: expect.stringContaining("SyntaxError") },
    ]);
  });

  it("asks for a cancel when the signal says so", async () => {
    const { client, next } = open();
    const abort = new AbortController();
    const request = client.request({ type: "matrix", root: null }, abort.signal);
    const sent = await next();
    abort.abort();
    expect(await next()).toEqual({ kind: "cancel", id: sent.id });
    client.close();
    await expect(request).rejects.toThrow(SandboxError);
  });

  it("ends a worker that does not answer, naming the callback that ran; a hidden page waits", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const { client, stopped, answer, next, events, view } = open(4_000, 500);
    const request = client.request({ type: "advance", ms: 1 });
    const sent = await next();
    answer({
      kind: "event",
      event: { type: "mark", callback: { pid: 7, name: "registry", callback: "handleCall" } },
    });
    answer({ kind: "event", event: { type: "ready" } });
    await vi.waitUntil(() => events.length === 1);
    view.document.hidden = true;
    vi.advanceTimersByTime(60_000);
    expect(client.alive).toBe(true);
    view.document.hidden = false;
    vi.advanceTimersByTime(500);
    const ping = await next();
    expect(ping.kind).toBe("ping");
    answer({ kind: "pong", id: ping.id });
    answer({ kind: "event", event: { type: "ready" } });
    await vi.waitUntil(() => events.length === 2);
    vi.advanceTimersByTime(4_000);
    expect(client.alive).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(stopped).toEqual([
      {
        why: "unresponsive",
        message:
          "The sandbox stopped answering and was ended. handleCall of registry (<7>) was running and did not return.",
        callback: { pid: 7, name: "registry", callback: "handleCall" },
      },
    ]);
    await expect(request).rejects.toThrow("stopped answering");
    expect(sent.kind).toBe("request");
  });

  it("is not blamed for the time in which the page itself had no turn, as when the machine slept", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const { client, next, answer, stopped, view } = open(4_000, 1_000);
    let slept = 0;
    Object.assign(view, { performance: { now: () => performance.now() + slept } });
    vi.advanceTimersByTime(1_000);
    const ping = await next();
    slept = 3_600_000;
    vi.advanceTimersByTime(1_000);
    expect(stopped).toEqual([]);
    answer({ kind: "pong", id: ping.id });
    await new Promise((resolve) => setTimeout(resolve, 20));
    vi.advanceTimersByTime(1_000);
    expect((await next()).kind).toBe("ping");
    // Whoever does not answer while it is listened to is ended all the same.
    vi.advanceTimersByTime(5_000);
    expect(stopped).toMatchObject([{ why: "unresponsive" }]);
    expect(client.alive).toBe(false);
  });

  const note = (seq: number, at = 0, text = "x") => ({ seq, at, type: "note", pid: null, text });
  const trace = (events: object[], reset = false) => ({
    kind: "event",
    event: { type: "trace", reset, events },
  });

  it.each([
    ["a gap", [trace([note(1)], true), trace([note(3)])], "event 3 where event 2 was due"],
    ["an event twice", [trace([note(1), note(1)], true)], "event 1 where event 2 was due"],
    ["time that goes back", [trace([note(1, 5), note(2, 4)], true)], "event 2 out of its time"],
    ["time that is no number", [trace([note(1, Number.NaN)], true)], "Refused a sandbox message"],
    ["a long text", [trace([note(1, 0, "x".repeat(20_000_000))], true)], "a text of 20,000,000 characters"],
    [
      "many long texts",
      [
        trace(
          Array.from({ length: 300 }, (_, at) => note(at + 1, 0, "x".repeat(90_000))),
          true,
        ),
      ],
      "more than 8,000,000 characters",
    ],
    [
      "a list without end",
      [{ kind: "answer", id: 1, type: "stop", result: new Array(50_000_000) }],
      "a list of 50,000,000",
    ],
    [
      "many values",
      [{ kind: "answer", id: 1, type: "stop", result: Array.from({ length: 390_000 }, () => [1]) }],
      "more than 400,000 values",
    ],
    ["a buffer", [{ kind: "answer", id: 1, type: "stop", result: new ArrayBuffer(8) }], "no plain data"],
    ["a map", [{ kind: "answer", id: 1, type: "stop", result: new Map([[1, 2]]) }], "no plain data"],
    [
      "depth",
      [JSON.parse(`{"kind":"answer","id":1,"type":"stop","result":${"[".repeat(500)}${"]".repeat(500)}}`)],
      "more than 32 levels",
    ],
  ])("ends on %s, before it keeps any of it", async (_, messages, sentence) => {
    const { answer, stopped, events, client } = open();
    for (const message of messages) answer(message);
    await vi.waitUntil(() => stopped.length === 1);
    expect(stopped).toMatchObject([{ why: "failed", message: expect.stringContaining(sentence) }]);
    expect(events.length).toBe(messages.length - 1);
    expect(client.alive).toBe(false);
  });

  it("refuses more events than the run may have, and more messages than anybody reads", async () => {
    const { client, next, answer, stopped } = open();
    const bounds = { ...DEFAULT_BOUNDS, events: 3 };
    client.request({ ...LOAD, bounds }).catch(() => {});
    await next();
    answer(
      trace(
        [1, 2, 3, 4].map((seq) => note(seq)),
        true,
      ),
    );
    await vi.waitUntil(() => stopped.length === 1);
    expect(stopped).toMatchObject([{ message: "The sandbox sent more than 3 events." }]);

    const flood = open();
    for (let sent = 0; sent < 20_001; sent++) flood.answer({ kind: "pong", id: sent });
    await vi.waitUntil(() => flood.stopped.length === 1, 20_000);
    expect(flood.stopped).toMatchObject([{ message: "The sandbox floods the page with messages." }]);
  });

  it("says so when events contradict each other, and lives on", async () => {
    const host = page();
    const stopped: { message: string }[] = [];
    new SandboxClient({
      document: host.document,
      onEvent: () => {
        throw new Error("there is no process 7");
      },
      onStopped: (why) => stopped.push(why),
    });
    host.say({ type: "frameReady" });
    const [[, , [port]]] = host.frameWindow.postMessage.mock.calls as [[object, string, [MessagePort]]];
    port.postMessage(trace([note(1)], true));
    await vi.waitUntil(() => stopped.length === 1);
    expect(stopped[0]?.message).toBe(
      "The sandbox sent events that contradict each other: there is no process 7",
    );
  });

  it("asks by numbers that nobody can guess, and takes no other for an answer", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const { client, stopped, answer, next, events } = open(4_000, 500);
    vi.advanceTimersByTime(500);
    const ping = await next();
    expect(ping.id).toBeGreaterThan(1_000);
    for (let id = 0; id < 1_000; id++) answer({ kind: "pong", id });
    answer({ kind: "event", event: { type: "ready" } });
    await vi.waitUntil(() => events.length === 1);
    vi.advanceTimersByTime(5_000);
    expect(client.alive).toBe(false);
    expect(stopped).toMatchObject([{ why: "unresponsive" }]);
  });

  it("waits no longer for a run that has hit a bound, and keeps the bound's sentence", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    const { stopped, answer, events } = open(60_000, 500);
    const message = "The run was stopped: a took 512 MB.";
    answer({ kind: "event", event: { type: "bound", bound: "memory", limit: 1, message, pid: 3 } });
    await vi.waitUntil(() => events.length === 1);
    vi.advanceTimersByTime(2_000);
    expect(stopped).toMatchObject([{ why: "bounded", message }]);
  });
});
