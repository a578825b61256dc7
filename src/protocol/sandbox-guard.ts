/**
 * What stands between the sandbox and the page, in a worker of the page's own: it reads what the sandbox says, and
 * passes on what the protocol allows, as fast as the page takes it. However much a hostile program says, the page's own
 * thread reads none of it.
 */
import * as v from "valibot";
import {
  type Bounds,
  DEFAULT_BOUNDS,
  type FromSandbox,
  parseFromSandbox,
  resultSchemas,
  type SandboxEvent,
  type SandboxResults,
  type ToSandbox,
  unpack,
} from "./sandbox.ts";
import { sizeOf } from "./sandbox-size.ts";

export type ToGuard =
  /** First of all, with the port to the sandbox. */
  | { type: "port" }
  | { type: "send"; message: ToSandbox }
  /** What was passed on last has been read. */
  | { type: "taken" };

export type FromGuard =
  | { type: "heard"; messages: FromSandbox[] }
  /** The sandbox said what it must not; nothing more is read. */
  | { type: "refused"; message: string };

/** Messages without an answer between them; an engine that gives the event loop its turn answers long before. */
const MOST_MESSAGES = 20_000;
/** Characters that wait for the page. */
const MOST_CHARACTERS = 32_000_000;
/** What the page reads in one turn: messages, and trace events in them. */
const PORTION = { messages: 200, events: 2_000 };

/** As much of a MessagePort as the guard needs. */
export interface GuardedPort {
  postMessage(message: ToSandbox): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export class Guard {
  readonly #port: GuardedPort;
  readonly #tell: (message: FromGuard) => void;
  readonly #asked = new Map<number, keyof SandboxResults>();
  #ping: number | null = null;
  #bounds: Bounds = DEFAULT_BOUNDS;
  /** The last event's number and moment. */
  #last = { seq: 0, at: 0 };
  /** Messages since the last answer. */
  #messages = 0;
  #waiting: FromSandbox[] = [];
  /** Characters of what waits. */
  #characters = 0;
  #pageReads = false;
  #closed = false;

  constructor(port: GuardedPort, tell: (message: FromGuard) => void) {
    this.#port = port;
    this.#tell = tell;
    port.onmessage = (event) => this.#hear(event);
  }

  /** Passes on what the page asks. */
  send(message: ToSandbox): void {
    if (message.kind === "request") {
      this.#asked.set(message.id, message.request.type);
      if (message.request.type === "load") this.#bounds = message.request.bounds;
    } else if (message.kind === "ping") this.#ping = message.id;
    this.#port.postMessage(message);
  }

  /** The page has read what it was told last. */
  taken(): void {
    this.#pageReads = false;
    this.#passOn();
  }

  #hear(event: MessageEvent): void {
    if (this.#closed) return;
    try {
      if (++this.#messages > MOST_MESSAGES) throw new Error("The sandbox floods the page with messages.");
      const data = unpack(event.data);
      const size = sizeOf(data);
      if (typeof size === "string") throw new Error(`Refused a sandbox message: it holds ${size}.`);
      const message = this.#allowed(parseFromSandbox(data));
      if (message === null) return;
      this.#characters += size;
      if (this.#characters > MOST_CHARACTERS) throw new Error("The sandbox floods the page with text.");
      this.#waiting.push(message);
    } catch (error) {
      // The engine speaks the protocol; whatever else comes is user code that got hold of the port.
      this.#closed = true;
      this.#port.close();
      this.#tell({ type: "refused", message: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#passOn();
  }

  /** What the page may get of it. @throws for what contradicts what was said before */
  #allowed(message: FromSandbox): FromSandbox | null {
    if (message.kind === "pong") {
      if (message.id !== this.#ping) return null;
      this.#ping = null;
      this.#messages = 0;
    } else if (message.kind === "event") {
      if (message.event.type === "trace") this.#check(message.event);
    } else {
      const type = this.#asked.get(message.id);
      if (type === undefined) return null;
      this.#asked.delete(message.id);
      this.#messages = 0;
      if (message.kind === "answer") {
        const result = v.safeParse(resultSchemas[type], message.result);
        if (message.type !== type || !result.success) {
          const text = `The sandbox gave no proper answer to ${type}.`;
          return { kind: "refusal", id: message.id, message: text };
        }
        return { ...message, result: result.output };
      }
    }
    return message;
  }

  /** Events come in their order, each once, and no more of them than the run may have. */
  #check({ reset, events }: Extract<SandboxEvent, { type: "trace" }>): void {
    if (reset) this.#last = { seq: 0, at: 0 };
    for (const { seq, at } of events) {
      const expected = this.#last.seq + 1;
      if (seq !== expected) throw new Error(`The sandbox sent event ${seq} where event ${expected} was due.`);
      if (!(at >= this.#last.at)) throw new Error(`The sandbox sent event ${seq} out of its time.`);
      this.#last = { seq, at };
    }
    if (this.#last.seq > this.#bounds.events)
      throw new Error(`The sandbox sent more than ${this.#bounds.events.toLocaleString("en")} events.`);
  }

  /** One portion at a time: the page has its turn between two of them. */
  #passOn(): void {
    if (this.#pageReads || this.#waiting.length === 0) return;
    let count = 0;
    let events = 0;
    while (count < this.#waiting.length && count < PORTION.messages && events < PORTION.events) {
      const message = this.#waiting[count++] as FromSandbox;
      if (message.kind === "event" && message.event.type === "trace") events += message.event.events.length;
    }
    const messages = this.#waiting.splice(0, count);
    if (this.#waiting.length === 0) this.#characters = 0;
    this.#pageReads = true;
    this.#tell({ type: "heard", messages });
  }
}
