/**
 * The page's side of the sandbox: starts it, asks it, hears its events, and stops it when it no longer answers.
 * Every request settles, also when the sandbox dies while it is under way.
 */
import * as v from "valibot";
import { readSandboxSource } from "./page.ts";
import {
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

/** A request that the sandbox refused, or that it did not live to answer. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
}

/** Why a sandbox is no more. */
export interface SandboxStopped {
  why: "closed" | "unresponsive" | "failed";
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
    this.#port.onmessage = (event) => this.#receive(event.data);

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
        this.#stop("failed", `The sandbox failed: ${String(event.data.message)}`);
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

  #receive(data: unknown): void {
    if (this.#stopped !== null) return;
    let message: FromSandbox;
    try {
      message = parseFromSandbox(data);
    } catch (error) {
      // The engine speaks the protocol; whatever else comes is user code that got hold of the port.
      this.#stop("failed", error instanceof Error ? error.message : String(error));
      return;
    }
    switch (message.kind) {
      case "pong":
        if (this.#unanswered?.id === message.id) this.#unanswered = null;
        return;
      case "event":
        if (message.event.type === "mark") this.#lastMark = message.event.callback;
        else if (message.event.type === "failed") this.#stop("failed", message.event.message);
        else this.#options.onEvent(message.event);
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

  #watch(): void {
    // Timers of a hidden page are slowed down, and so may be the worker: silence means nothing then.
    if (this.#window.document.hidden) {
      this.#unanswered = null;
      return;
    }
    const now = this.#window.performance.now();
    if (this.#unanswered === null) {
      const id = this.#nextId++;
      this.#unanswered = { id, since: now };
      this.#post({ kind: "ping", id });
    } else if (now - this.#unanswered.since > (this.#options.patience ?? 4_000)) {
      const mark = this.#lastMark;
      const where =
        mark === null
          ? ""
          : ` ${mark.callback} of ${mark.name} (<${mark.pid}>) was running and did not return.`;
      this.#stop("unresponsive", `The sandbox stopped answering and was ended.${where}`);
    }
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
