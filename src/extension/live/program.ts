/**
 * A program that is seen: its session, its systems, and whether its debugger holds it. What carries the session is the debugger's
 * own connection (through its proxy), or an inspector that somebody named.
 */
import type * as vscode from "vscode";
import {
  hiding,
  type LiveChoices,
  LiveError,
  openProgram,
  type ProgramOptions,
  type ProgramSession,
  SessionChoices,
  type SessionMessage,
  type SessionSystem,
  titleOf,
} from "../../live/index.ts";
import { hiddenNames } from "../settings.ts";

export interface ProgramListener {
  /** It has made a System; nothing else is known of it before it is entered. */
  found(): void;
  ended(): void;
  /** A sentence for the person. */
  remark(text: string): void;
}

/** Systems of a thread that are watched from their beginning. */
const EARLY = 4;

export class SeenProgram {
  readonly #name: string;
  readonly #choices: LiveChoices;
  readonly #listener: ProgramListener;
  #session: ProgramSession | null = null;
  #systems: SessionChoices | null = null;
  #entered = false;
  #found = false;
  #paused = false;
  #ended: string | null = null;
  /** Nobody wants to see it any more. */
  #left = false;

  /**
   * @param name how the debugger calls it; empty where nobody does
   * @param choices where its systems are offered
   */
  constructor(name: string, choices: LiveChoices, listener: ProgramListener) {
    this.#name = name;
    this.#choices = choices;
    this.#listener = listener;
  }

  /** It has made a System. */
  get found(): boolean {
    return this.#found;
  }

  get ended(): string | null {
    return this.#ended;
  }

  /**
   * Connects through VS Code's JavaScript debugger.
   * @param agreed the person has agreed before: what the program does first is seen too
   * @throws what the debugger or the program says
   */
  async throughDebugger(session: vscode.DebugSession, agreed: boolean): Promise<void> {
    const proxy: unknown = await session.customRequest("requestCDPProxy");
    const { host, port, path } = Object(proxy) as Record<string, unknown>;
    if (typeof host !== "string" || typeof port !== "number")
      throw new LiveError("This debugger shares no connection.");
    const url = `ws://${host}:${port}${typeof path === "string" ? path : ""}`;
    await this.#open(url, { shared: true, early: agreed ? EARLY : 0 });
  }

  /** Connects to inspectors. @throws LiveError */
  async through(urls: readonly string[]): Promise<void> {
    await this.#open(urls, { below: true });
  }

  async #open(url: string | readonly string[], options: ProgramOptions): Promise<void> {
    const early: SessionMessage[] = [];
    const session = await openProgram(
      url,
      {
        found: () => {
          this.#found = true;
          this.#listener.found();
        },
        heard: (message) => {
          if (this.#systems === null) early.push(message);
          else this.#hear(message);
        },
        ended: (reason) => this.#end(reason),
      },
      { hide: hiding(hiddenNames()), ...options },
    );
    this.#session = session;
    this.#systems = new SessionChoices(session, this.#choices, {
      detail: "structure",
      nameOf: (system) => this.#nameOf(system),
    });
    this.#systems.hold(this.#paused);
    for (const message of early) this.#hear(message);
    // It went while it was connected to, or the person agreed.
    if (this.#left) await session.close();
    else if (this.#ended !== null) {
      await session.finish(this.#ended);
      this.#systems.ended(this.#ended);
    } else if (this.#entered) await this.#list(session);
  }

  #hear(message: SessionMessage): void {
    if (message.type === "remark") this.#listener.remark(message.text);
    this.#systems?.heard(message);
  }

  /** From now on its systems are known: the person has agreed. */
  async enter(): Promise<void> {
    if (this.#entered || this.#ended !== null) return;
    this.#entered = true;
    if (this.#session !== null) await this.#list(this.#session);
  }

  async #list(session: ProgramSession): Promise<void> {
    for (const system of await session.systems()) this.#systems?.add(system);
  }

  /** The debugger has stopped it, or lets it go on. */
  hold(paused: boolean): void {
    if (this.#paused === paused || this.#ended !== null) return;
    this.#paused = paused;
    // Timers stand still now: what it keeps for the next portion has to be fetched.
    if (paused && this.#entered) this.#session?.flush().catch(() => undefined);
    this.#systems?.hold(paused);
  }

  /** The debugger says that it has ended. */
  async finish(reason: string): Promise<void> {
    if (this.#session !== null) await this.#session.finish(reason);
    this.#end(reason);
  }

  /** Leaves it as it was. */
  async leave(): Promise<void> {
    const session = this.#session;
    this.#left = true;
    this.#end("It is not looked at any more.");
    await session?.close();
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#systems?.ended(reason);
    this.#listener.ended();
  }

  /** E.g. "gateway · serve.ts [4711], worker 2". */
  #nameOf({ name, thread }: SessionSystem): string {
    const program = this.#name || (this.#session === null ? "" : titleOf(this.#session.program));
    return [name, [program, thread].filter(Boolean).join(", ")].filter(Boolean).join(" · ");
  }
}
