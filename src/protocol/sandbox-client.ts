/**
 * The page's side of the sandbox: starts it, asks it, hears its events, and stops it when it no longer answers.
 * Every request settles, also when the sandbox dies while it is under way.
 */
import * as v from "valibot";
import { readSandboxSource } from "./page.ts";
import {
  type Bounds,
  DEFAULT_BOUNDS,
  type FromSandbox,
  parseFromSandbox,
  type RunningCallback,
  resultSchemas,
  type SandboxEvent,
  type SandboxRequest,
  type SandboxResults,
  type ToSandbox,
} from "./sandbox.ts";
import { frameDocument } from "./sandbox-frame.ts";
import { tooLarge } from "./sandbox-size.ts";

/** A request that the sandbox refused, or that it did not live to answer. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

/** Why a sandbox is no more. */
export interface SandboxStopped {
  /** "bounded": it hit a bound and went on all the same. */
  why: "closed" | "unresponsive" | "failed" | "bounded";
  message: string;
  /** The callback that was running, when it is known. */
  callback: RunningCallback | null;
}

export interface SandboxClientOptions {
  document: Document;
  onEvent(event: SandboxEvent): void;
  /** Called once. The client cannot be used afterwards; make another. */
  onStopped(stopped: SandboxStopped): void;
  /** Milliseconds without an answer to a ping after which the sandbox is stopped. */
  patience?: number;
  /** Milliseconds between pings. */
  pingEvery?: number;
}

/** A sandbox that hit a bound in the midst of a callback may have to be ended, and soon. */
const BOUNDED_PATIENCE = 1_000;
/** Messages between two answers to pings; an engine that gives the event loop its turn answers long before. */
const MOST_MESSAGES = 20_000;
/** Messages that wait to be read. */
const MOST_WAITING = 20_000;
/** Milliseconds of reading after which the page gets its turn. */
const BREATH = 8;
/** Characters of a message that only the frame can send. */
const MOST_WORDS = 500;

type Requested<T extends SandboxRequest["type"]> = Extract<SandboxRequest, { type: T }>;

/** One iframe with one worker in it. */
export class SandboxClient {
  readonly #frame: HTMLIFrameElement;
  readonly #options: SandboxClientOptions;
  readonly #port: MessagePort;
  readonly #pending = new Map<
    number,
    { type: keyof SandboxResults; resolve: (result: never) => void; reject: (error: Error) => void }
  >();
  readonly #window: Window;
  readonly #onWindowMessage: (event: MessageEvent) => void;
  #timer: number | undefined;
  #nextId = 1;
  /** When the ping was sent that has no answer yet. */
  #unanswered: { id: number; since: number } | null = null;
  #lastMark: RunningCallback | null = null;
  /** The sentence of the bound that the run has hit. */
  #bounded: string | null = null;
  #bounds: Bounds = DEFAULT_BOUNDS;
  /** The last event's number and moment. */
  #last = { seq: 0, at: 0 };
  #messages = 0;
  /** Messages that wait until the page has had its turn; they are not read before. */
  #waiting: MessageEvent[] = [];
  #breathing = false;
  /** Milliseconds of reading since the page has had its turn. */
  #read = 0;
  #stopped: SandboxStopped | null = null;

  /** Starts a sandbox in the page, from the worker text that the page carries. */
  constructor(options: SandboxClientOptions) {
    this.#options = options;
    const { document } = options;
    const view = document.defaultView;
    if (view === null) throw new SandboxError("The document is not shown.");
    this.#window = view;
    const { source, nonce } = readSandboxSource(document);
    const channel = new MessageChannel();
    this.#port = channel.port1;
    this.#port.onmessage = (event) => this.#queue(event);

    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    frame.title = "Sandbox";
    frame.hidden = true;
    frame.srcdoc = frameDocument(nonce);
    this.#frame = frame;
    this.#onWindowMessage = (event) => {
      if (event.source !== frame.contentWindow || typeof event.data !== "object" || event.data === null)
        return;
      if (event.data.type === "frameReady") {
        // The frame's origin is opaque, hence "*"; the source check above says whom it goes to.
        frame.contentWindow?.postMessage({ type: "start", source }, "*", [channel.port2]);
      } else if (event.data.type === "workerFailed") {
        this.#stop("failed", `The sandbox failed: ${String(event.data.message).slice(0, MOST_WORDS)}`);
      }
    };
    view.addEventListener("message", this.#onWindowMessage);
    document.body.append(frame);
    this.#timer = view.setInterval(() => this.#watch(), options.pingEvery ?? 500);
  }

  /** True until `onStopped` was called. */
  get alive(): boolean {
    return this.#stopped === null;
  }

  /**
   * Asks the engine. `signal` gives up a long request.
   * @throws SandboxError when the engine refuses, or the sandbox stops before it answers.
   */
  request<T extends SandboxRequest["type"]>(
    request: Requested<T>,
    signal?: AbortSignal,
  ): Promise<SandboxResults[T]> {
    const stopped = this.#stopped;
    if (stopped !== null) return Promise.reject(new SandboxError(stopped.message));
    const id = this.#nextId++;
    const asked: SandboxRequest = request;
    if (asked.type === "load") this.#bounds = asked.bounds;
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#post({ kind: "cancel", id });
      const settle = () => signal?.removeEventListener("abort", onAbort);
      this.#pending.set(id, {
        type: request.type,
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#post({ kind: "request", id, request });
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener("abort", onAbort);
    });
  }

  /** Ends the sandbox with everything in it. */
  close(): void {
    this.#stop("closed", "The sandbox was closed.");
  }

  #post(message: ToSandbox): void {
    this.#port.postMessage(message);
  }

  /** Reads a message now, or after the page has had its turn: however much comes, the page goes on answering. */
  #queue(event: MessageEvent): void {
    if (this.#stopped !== null) return;
    if (++this.#messages > MOST_MESSAGES || this.#waiting.length > MOST_WAITING) {
      this.#stop("failed", "The sandbox floods the page with messages.");
      return;
    }
    if (this.#breathing) this.#waiting.push(event);
    else this.#readNow(event);
  }

  #readNow(event: MessageEvent): void {
    const { performance } = this.#window;
    const begin = performance.now();
    this.#receive(event.data);
    this.#read += performance.now() - begin;
    if (this.#read < BREATH) return;
    this.#breathing = true;
    this.#window.setTimeout(() => this.#goOn(), 0);
  }

  #goOn(): void {
    this.#breathing = false;
    this.#read = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    let at = 0;
    while (at < waiting.length && !this.#breathing && this.#stopped === null) {
      this.#readNow(waiting[at++] as MessageEvent);
    }
    this.#waiting = waiting.slice(at);
  }

  #receive(data: unknown): void {
    if (this.#stopped !== null) return;
    let message: FromSandbox;
    try {
      const large = tooLarge(data);
      if (large !== null) throw new SandboxError(`Refused a sandbox message: it holds ${large}.`);
      message = parseFromSandbox(data);
      if (message.kind === "event" && message.event.type === "trace") this.#check(message.event);
    } catch (error) {
      // The engine speaks the protocol; whatever else comes is user code that got hold of the port.
      this.#stop("failed", error instanceof Error ? error.message : String(error));
      return;
    }
    switch (message.kind) {
      case "pong":
        if (this.#unanswered?.id === message.id) this.#answered();
        return;
      case "event":
        this.#hear(message.event);
        return;
      case "refusal": {
        const pending = this.#pending.get(message.id);
        this.#pending.delete(message.id);
        pending?.reject(new SandboxError(message.message));
        return;
      }
      case "answer": {
        const pending = this.#pending.get(message.id);
        if (pending === undefined) return;
        this.#pending.delete(message.id);
        const result = v.safeParse(resultSchemas[pending.type], message.result);
        if (message.type === pending.type && result.success) pending.resolve(result.output as never);
        else pending.reject(new SandboxError(`The sandbox gave no proper answer to ${pending.type}.`));
      }
    }
  }

  /** Events come in their order, each once, and no more of them than the run may have. @throws SandboxError */
  #check({ reset, events }: Extract<SandboxEvent, { type: "trace" }>): void {
    if (reset) {
      this.#last = { seq: 0, at: 0 };
      this.#bounded = null;
    }
    for (const { seq, at } of events) {
      const expected = this.#last.seq + 1;
      if (seq !== expected)
        throw new SandboxError(`The sandbox sent event ${seq} where event ${expected} was due.`);
      if (!(at >= this.#last.at)) throw new SandboxError(`The sandbox sent event ${seq} out of its time.`);
      this.#last = { seq, at };
    }
    if (this.#last.seq > this.#bounds.events)
      throw new SandboxError(
        `The sandbox sent more than ${this.#bounds.events.toLocaleString("en")} events.`,
      );
  }

  #hear(event: SandboxEvent): void {
    if (event.type === "mark") this.#lastMark = event.callback;
    else if (event.type === "failed") this.#stop("failed", event.message);
    else {
      if (event.type === "bound") {
        this.#bounded ??= event.message;
        // It may be in the midst of a callback that goes on all the same: whether it answers is asked at once.
        this.#ping();
      }
      try {
        this.#options.onEvent(event);
      } catch (error) {
        // Each event is valid, and yet they cannot follow each other.
        const what = error instanceof Error ? error.message : String(error);
        this.#stop(
          "failed",
          `The sandbox sent events that contradict each other: ${what.slice(0, MOST_WORDS)}`,
        );
      }
    }
  }

  #answered(): void {
    this.#unanswered = null;
    this.#messages = 0;
  }

  #watch(): void {
    // Timers of a hidden page are slowed down, and so may be the worker: silence means nothing then.
    if (this.#window.document.hidden) {
      this.#answered();
      return;
    }
    const patience = this.#options.patience ?? 4_000;
    // What was said and not yet read may be the answer.
    if (this.#waiting.length > 0) return;
    if (this.#unanswered === null) {
      this.#ping();
      return;
    }
    const silent = this.#window.performance.now() - this.#unanswered.since;
    if (this.#bounded !== null && silent > Math.min(patience, BOUNDED_PATIENCE))
      this.#stop("bounded", this.#bounded);
    else if (silent > patience) {
      const mark = this.#lastMark;
      const where =
        mark === null
          ? ""
          : ` ${mark.callback} of ${mark.name} (<${mark.pid}>) was running and did not return.`;
      this.#stop("unresponsive", `The sandbox stopped answering and was ended.${where}`);
    }
  }

  /** The number cannot be guessed: only an engine whose turn it is can answer. */
  #ping(): void {
    const [high = 0, low = 0] = this.#window.crypto.getRandomValues(new Uint32Array(2));
    const id = (high >>> 11) * 2 ** 32 + low;
    this.#unanswered = { id, since: this.#window.performance.now() };
    this.#post({ kind: "ping", id });
  }

  #stop(why: SandboxStopped["why"], message: string): void {
    if (this.#stopped !== null) return;
    const stopped: SandboxStopped = { why, message, callback: this.#lastMark };
    this.#stopped = stopped;
    this.#window.clearInterval(this.#timer);
    this.#window.removeEventListener("message", this.#onWindowMessage);
    this.#port.close();
    // Removing the frame ends its worker, even one that never returns.
    this.#frame.remove();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new SandboxError(message));
    this.#options.onStopped(stopped);
  }
}
