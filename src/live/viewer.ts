/** One page that looks at a running program: what it asks, and what it may. The same in every host. */
import type { HostMessage, LiveHostMessage, LivePageMessage } from "../protocol/index.ts";
import type { LiveSource } from "./source.ts";

export class LiveViewer {
  readonly #source: LiveSource;
  readonly #tell: (message: HostMessage) => void;
  readonly #heard: (message: LiveHostMessage) => void;
  /** The person has allowed commands, in this page and for as long as it is open. */
  #allowed: boolean;

  /** @param allowed the person has allowed commands for this session before */
  constructor(source: LiveSource, tell: (message: HostMessage) => void, allowed = false) {
    this.#allowed = allowed && source.program.commands;
    this.#source = source;
    this.#tell = tell;
    this.#heard = (message) => tell(message);
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
      const text = error instanceof Error ? error.message : String(error);
      if (message.type === "liveInspect") this.#tell({ type: "liveProcess", id: message.id, view: null });
      else if (message.type === "liveCommand")
        this.#tell({ type: "done", id: message.id, ok: false, message: text });
      else this.#tell({ type: "liveEnded", reason: text });
    }
  }

  /** The page has gone. */
  leave(): void {
    this.#source.leave(this.#heard);
  }
}
