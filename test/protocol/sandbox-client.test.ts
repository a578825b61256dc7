import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FromSandbox, SandboxClient, SandboxError, type ToSandbox } from "../../src/protocol/index.ts";
import { SANDBOX_SOURCE_ID } from "../../src/protocol/page.ts";

/** As much of a page as the client touches; the frame's side is played by the test. */
function page() {
  const listeners = new Set<(event: object) => void>();
  const frameWindow = { postMessage: vi.fn() };
  const frame = { setAttribute: vi.fn(), remove: vi.fn(), contentWindow: frameWindow };
  const view = {
    document: { hidden: false },
    performance,
    setInterval: (fn: () => void, ms: number) => setInterval(fn, ms),
    clearInterval: (timer: NodeJS.Timeout) => clearInterval(timer),
    addEventListener: (_: string, listener: (event: object) => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: (event: object) => void) => listeners.delete(listener),
  };
  const block = Object.assign(Object.create(HTMLScriptElement.prototype), {
    textContent: JSON.stringify("/* worker */"),
    nonce: "n",
  });
  const document = {
    defaultView: view,
    createElement: () => frame,
    body: { append: vi.fn() },
    getElementById: (id: string) => (id === SANDBOX_SOURCE_ID ? block : null),
  };
  const say = (data: unknown, source: object = frameWindow) => {
    for (const listener of listeners) listener({ data, source });
  };
  return { document: document as unknown as Document, view, frame, frameWindow, say };
}

class HTMLScriptElement {}

beforeEach(() => {
  vi.stubGlobal("HTMLScriptElement", HTMLScriptElement);
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
});
