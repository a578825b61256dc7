/** One page that looks at a running program: what it asks, and what it may. The same in every host. */
import { errorText, type TreeModel } from "../model/index.ts";
import type {
  HostMessage,
  LiveFault,
  LiveHostMessage,
  LivePageMessage,
  LiveProgram,
  ProcessView,
} from "../protocol/index.ts";

/** What one page is told. */
export type Tell = (message: LiveHostMessage) => void;

/** What pages look at: one system, whoever tells of it. */
export interface PageSource {
  readonly program: LiveProgram;
  /** What pages know of its places. @throws LiveError */
  model(): Promise<TreeModel>;
  /** From now on the page is told what happens; of a recording, the part in which its event `seq` is. */
  watch(tell: Tell, seq?: number): Promise<void>;
  leave(tell: Tell): void;
  /** Nobody looks any more. */
  rest(): Promise<void>;
  /** What it tells of has ended. */
  ended?(reason: string): void;
  command(fault: LiveFault, pid: number, reason: string): Promise<void>;
  inspect(pid: number): Promise<ProcessView | null>;
  /** A page has shown everything up to an event. */
  read?(tell: Tell, seq: number): void;
  /** Whether the person of a page looks. */
  look?(tell: Tell, looks: boolean): void;
  /** What to compare with; null when nobody knows. */
  compareWith?(source: TreeModel | null): void;
  /** The tree as it is at this moment, to be run by stand-ins. @throws LiveError */
  whatIf?(): Promise<TreeModel>;
}

/** Milliseconds without a new process after which a tree that boots is taken to stand. */
const SETTLED = 200;
/** Milliseconds for that in all. */
const BOOTING = 5_000;

export class LiveViewer {
  readonly #source: PageSource;
  readonly #tell: (message: HostMessage) => void;
  readonly #heard: Tell;
  /** Until then a tree may boot. */
  readonly #booting = Date.now() + BOOTING;
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** The page was told of the end: it does not listen any more. */
  #over = false;
  /** The person has allowed commands, in this page and for as long as it is open. */
  #allowed: boolean;

  /** @param allowed the person has allowed commands for this session before */
  constructor(source: PageSource, tell: (message: HostMessage) => void, allowed = false) {
    this.#allowed = allowed && source.program.commands;
    this.#source = source;
    this.#tell = tell;
    this.#heard = (message) => {
      tell(message);
      this.#told(message);
    };
  }

  /** What a page knows of places it has from the model: while a tree boots, that grows. */
  #told(message: LiveHostMessage): void {
    if (message.type === "liveEnded") this.#over = true;
    if (message.type !== "liveEvents" || message.reset || Date.now() > this.#booting) return;
    if (!message.events.some(({ type }) => type === "child_started")) return;
    clearTimeout(this.#settling);
    // A program that has gone meanwhile says so by itself.
    this.#settling = setTimeout(() => void this.#grow().catch(() => undefined), SETTLED);
  }

  /** The page is told again what has happened, with the places that there are now. */
  async #grow(): Promise<void> {
    const timer = this.#settling;
    await this.#source.model();
    if (timer === this.#settling && !this.#over) await this.handle({ type: "liveWatch" });
  }

  get allowed(): boolean {
    return this.#allowed;
  }

  /** Does what the page asks for, and says there how it went. */
  async handle(message: LivePageMessage): Promise<void> {
    const source = this.#source;
    try {
      switch (message.type) {
        case "liveWatch":
          return await source.watch(this.#heard);
        case "liveSeek":
          return await source.watch(this.#heard, message.seq);
        case "liveRead":
          return source.read?.(this.#heard, message.seq);
        case "liveLook":
          return source.look?.(this.#heard, message.looks);
        case "liveModel":
          return this.#tell({
            type: "liveModel",
            id: message.id,
            model: (await source.whatIf?.()) ?? (await source.model()),
            problem: null,
          });
        case "liveChoose":
          // Which systems there are is the host's business.
          return;
        case "liveAllow":
          this.#allowed = message.commands && source.program.commands;
          return;
        case "liveInspect":
          return this.#tell({ type: "liveProcess", id: message.id, view: await source.inspect(message.pid) });
        case "liveCommand":
          if (!this.#allowed) throw new Error("Allow commands first: the program is only looked at.");
          await source.command(message.fault, message.pid, message.reason);
          return this.#tell({ type: "done", id: message.id, ok: true, message: null });
      }
    } catch (error) {
      const text = errorText(error);
      if (message.type === "liveInspect") this.#tell({ type: "liveProcess", id: message.id, view: null });
      else if (message.type === "liveModel")
        this.#tell({ type: "liveModel", id: message.id, model: null, problem: text });
      else if (message.type === "liveCommand")
        this.#tell({ type: "done", id: message.id, ok: false, message: text });
      else this.#tell({ type: "liveEnded", reason: text });
    }
  }

  /** The page has gone. */
  leave(): void {
    clearTimeout(this.#settling);
    this.#settling = undefined;
    this.#source.leave(this.#heard);
  }
}
