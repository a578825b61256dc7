/**
 * The page's side of the sandbox: starts it, asks it, hears its events, and stops it when it no longer answers.
 * Every request settles, also when the sandbox dies while it is under way.
 */
import { readWorkerSources } from "./page.ts";
import type {
  FromSandbox,
  RunningCallback,
  SandboxEvent,
  SandboxRequest,
  SandboxResults,
  ToSandbox,
} from "./sandbox.ts";
import { frameDocument } from "./sandbox-frame.ts";
import type { FromGuard, ToGuard } from "./sandbox-guard.ts";
import { Silence } from "./silence.ts";

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
  /** A bundle of real code: it follows the engine's script, and runs in mode "code". */
  code?: string | null;
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
/** Characters of a message that only the frame can send. */
const MOST_WORDS = 500;

type Requested<T extends SandboxRequest["type"]> = Extract<SandboxRequest, { type: T }>;

function startGuard(source: string): Worker {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url, { name: "suptree guard" });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** One iframe with one worker in it, and the guard that reads what that worker says. */
export class SandboxClient {
  readonly #frame: HTMLIFrameElement;
  readonly #options: SandboxClientOptions;
  readonly #guard: Worker;
  readonly #pending = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  readonly #window: Window;
  readonly #onWindowMessage: (event: MessageEvent) => void;
  #timer: number | undefined;
  #nextId = 1;
  readonly #silence: Silence;
  #lastMark: RunningCallback | null = null;
  /** The sentence of the bound that the run has hit. */
  #bounded: string | null = null;
  #stopped: SandboxStopped | null = null;

  /** Starts a sandbox in the page, from the worker text that the page carries. */
  constructor(options: SandboxClientOptions) {
    this.#options = options;
    const { document, pingEvery = 500 } = options;
    this.#silence = new Silence(2 * pingEvery);
    const view = document.defaultView;
    if (view === null) throw new SandboxError("The document is not shown.");
    this.#window = view;
    const { sandbox: source, guard, nonce } = readWorkerSources(document);
    const channel = new MessageChannel();
    this.#guard = startGuard(guard);
    this.#guard.onmessage = ({ data }: MessageEvent<FromGuard>) => this.#receive(data);
    this.#guard.onerror = (event) => this.#stop("failed", `The sandbox's guard failed: ${event.message}`);
    this.#tell({ type: "port" }, [channel.port1]);

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
        const script = options.code == null ? source : `${source}\n${options.code}`;
        frame.contentWindow?.postMessage({ type: "start", source: script }, "*", [channel.port2]);
      } else if (event.data.type === "workerFailed") {
        this.#stop("failed", `The sandbox failed: ${String(event.data.message).slice(0, MOST_WORDS)}`);
      }
    };
    view.addEventListener("message", this.#onWindowMessage);
    document.body.append(frame);
    this.#timer = view.setInterval(() => this.#watch(), pingEvery);
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
    this.#tell({ type: "send", message });
  }

  #tell(message: ToGuard, ports: Transferable[] = []): void {
    this.#guard.postMessage(message, ports);
  }

  #receive(said: FromGuard): void {
    if (this.#stopped !== null) return;
    if (said.type === "refused") {
      this.#stop("failed", said.message);
      return;
    }
    for (const message of said.messages) {
      if (this.#stopped !== null) return;
      this.#take(message);
    }
    // The page gets its turn before more comes.
    this.#window.setTimeout(() => {
      if (this.#stopped === null) this.#tell({ type: "taken" });
    }, 0);
  }

  #take(message: FromSandbox): void {
    if (message.kind === "pong") {
      this.#silence.answered(message.id);
      return;
    }
    if (message.kind === "event") {
      this.#hear(message.event);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === "answer") pending?.resolve(message.result as never);
    else pending?.reject(new SandboxError(message.message));
  }

  #hear(event: SandboxEvent): void {
    if (event.type === "mark") this.#lastMark = event.callback;
    else if (event.type === "failed") this.#stop("failed", event.message);
    else {
      if (event.type === "trace" && event.reset) this.#bounded = null;
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

  #watch(): void {
    // Timers of a hidden page are slowed down, and so may be the worker: silence means nothing then.
    if (this.#window.document.hidden) {
      this.#silence.forget();
      return;
    }
    const patience = this.#options.patience ?? 4_000;
    const silent = this.#silence.look(this.#window.performance.now());
    if (silent === null) this.#ping();
    else if (this.#bounded !== null && silent > Math.min(patience, BOUNDED_PATIENCE))
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
    this.#silence.asked(id, this.#window.performance.now());
    this.#post({ kind: "ping", id });
  }

  #stop(why: SandboxStopped["why"], message: string): void {
    if (this.#stopped !== null) return;
    const stopped: SandboxStopped = { why, message, callback: this.#lastMark };
    this.#stopped = stopped;
    this.#window.clearInterval(this.#timer);
    this.#window.removeEventListener("message", this.#onWindowMessage);
    this.#guard.terminate();
    // Removing the frame ends its worker, even one that never returns.
    this.#frame.remove();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new SandboxError(message));
    this.#options.onStopped(stopped);
  }
}
