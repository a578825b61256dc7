/** The engine in a thread of this Node, for real code: asked and heard as the page does it with its sandbox. */
import { Worker } from "node:worker_threads";
import { safeParse } from "valibot";
import {
  type FromSandbox,
  parseFromSandbox,
  type RunningCallback,
  resultSchemas,
  type SandboxEvent,
  type SandboxRequest,
  type SandboxResults,
  Silence,
  unpack,
} from "../../protocol/index.ts";

/** The thread is no more; the message says why. */
class ThreadEnded extends Error {
  override readonly name = "ThreadEnded";
}

/** The engine refused what it was asked. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Lines before the engine's script: what it needs of Node, before its locks take everything. */
const PRELUDE = `{
  const { parentPort } = require("node:worker_threads");
  const node = process;
  globalThis.suptreeThread = {
    post: (message) => parentPort.postMessage(message),
    listen: (receive) => void parentPort.on("message", receive),
    onUncaught(tell) {
      node.on("uncaughtException", tell);
      node.on("unhandledRejection", tell);
    },
  };
}
`;

/** Milliseconds without an answer to a ping after which the thread is ended. */
const PATIENCE = 4_000;
/** Milliseconds between looks at whether it answers. */
const LOOKS = 250;
/** Megabytes of its heap. */
const HEAP = 1_024;

type Requested<T extends SandboxRequest["type"]> = Extract<SandboxRequest, { type: T }>;

export class CodeThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, { resolve(message: FromSandbox): void; reject(error: Error): void }>();
  readonly #onEvent: (event: SandboxEvent) => void;
  readonly #timer: NodeJS.Timeout;
  #nextId = 1;
  readonly #silence = new Silence(2 * LOOKS);
  #lastMark: RunningCallback | null = null;
  #ended: ThreadEnded | null = null;

  /** `engine` is the script of the engine, `bundle` the one of the program. */
  constructor(engine: string, bundle: string, onEvent: (event: SandboxEvent) => void) {
    this.#onEvent = onEvent;
    this.#worker = new Worker(`${PRELUDE}${engine}\n${bundle}`, {
      eval: true,
      // Nothing of this process is the program's.
      env: {},
      stdin: false,
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    this.#worker.on("message", (message: unknown) => this.#receive(message));
    this.#worker.on("error", (error) => {
      const { code } = error as NodeJS.ErrnoException;
      const why =
        code === "ERR_WORKER_OUT_OF_MEMORY"
          ? `used more than ${HEAP} MB of memory and was ended`
          : `failed: ${error.message}`;
      this.#end(`The program's thread ${why}.${this.#where()}`);
    });
    this.#worker.on("exit", () => this.#end("The program's thread has ended."));
    this.#timer = setInterval(() => this.#watch(), LOOKS);
  }

  /** @throws Refused | ThreadEnded */
  async request<T extends SandboxRequest["type"]>(request: Requested<T>): Promise<SandboxResults[T]> {
    if (this.#ended !== null) throw this.#ended;
    const id = this.#nextId++;
    const answer = new Promise<FromSandbox>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#worker.postMessage({ kind: "request", id, request });
    const message = await answer;
    if (message.kind === "refusal") throw new Refused(message.message);
    const result = message.kind === "answer" ? safeParse(resultSchemas[request.type], message.result) : null;
    if (result?.success !== true) throw new Refused(`The engine gave no proper answer to ${request.type}.`);
    return result.output as SandboxResults[T];
  }

  async close(): Promise<void> {
    this.#end("The run was closed.");
    await this.#worker.terminate();
  }

  #receive(data: unknown): void {
    if (this.#ended !== null) return;
    let message: FromSandbox;
    try {
      message = parseFromSandbox(unpack(data));
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error));
      return;
    }
    if (message.kind === "pong") {
      this.#silence.answered(message.id);
    } else if (message.kind === "event") {
      if (message.event.type === "mark") this.#lastMark = message.event.callback;
      else if (message.event.type === "failed") this.#end(message.event.message);
      else this.#onEvent(message.event);
    } else {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      pending?.resolve(message);
    }
  }

  #watch(): void {
    const silent = this.#silence.look(performance.now());
    if (silent === null) {
      const id = Math.floor(Math.random() * 2 ** 48);
      this.#silence.asked(id, performance.now());
      this.#worker.postMessage({ kind: "ping", id });
    } else if (silent > PATIENCE) {
      this.#end(`The program does not answer, and was ended.${this.#where()}`);
    }
  }

  #where(): string {
    const mark = this.#lastMark;
    if (mark === null) return "";
    const who = mark.pid === 0 ? mark.name : `${mark.name} (<${mark.pid}>)`;
    return ` ${mark.callback} of ${who} was running and did not return.`;
  }

  #end(message: string): void {
    if (this.#ended !== null) return;
    this.#ended = new ThreadEnded(message);
    clearInterval(this.#timer);
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
    void this.#worker.terminate();
  }
}
