/**
 * A program that is seen: its session, its systems, and whether its debugger holds it. What carries the session is the debugger's
 * own connection (through its proxy), or an inspector that somebody named.
 */
import type * as vscode from "vscode";
import {
  hiding,
  LiveError,
  LiveSource,
  openProgram,
  type ProgramOptions,
  type ProgramSession,
  type SessionMessage,
  type SessionSystem,
} from "../../live/index.ts";
import { hiddenNames } from "../settings.ts";

export interface ProgramListener {
  /** It has made a System; nothing else is known of it before it is entered. */
  found(): void;
  /** Its systems are others than before. */
  changed(): void;
  paused(): void;
  /** A sentence for the person. */
  remark(text: string): void;
}

/** A system, for as long as its program is seen and for a look back. */
export interface SeenSystem {
  readonly id: string;
  readonly program: SeenProgram;
  readonly source: LiveSource;
  system: SessionSystem;
  /** Why it is over; null while it goes on. */
  ended: string | null;
}

/** Systems of a thread that are watched from their beginning. */
const EARLY = 4;

let programs = 0;

export class SeenProgram {
  /** In order. */
  readonly systems: SeenSystem[] = [];
  readonly #number = ++programs;
  readonly #name: string;
  readonly #listener: ProgramListener;
  #session: ProgramSession | null = null;
  #entered = false;
  #found = false;
  #paused = false;
  #ended: string | null = null;

  /** @param name how the debugger calls it; empty where nobody does */
  constructor(name: string, listener: ProgramListener) {
    this.#name = name;
    this.#listener = listener;
  }

  /** It has made a System. */
  get found(): boolean {
    return this.#found;
  }

  get paused(): boolean {
    return this.#paused;
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
          if (this.#session === null) early.push(message);
          else this.#hear(message);
        },
        ended: (reason) => this.#end(reason),
      },
      { hide: hiding(hiddenNames()), ...options },
    );
    this.#session = session;
    for (const message of early) this.#hear(message);
    // It went while it was connected to, or the person agreed.
    if (this.#ended !== null) await session.close();
    else if (this.#entered) await this.#list(session);
  }

  #hear(message: SessionMessage): void {
    if (message.type === "system") this.#add(message.system);
    else if (message.type === "remark") this.#listener.remark(message.text);
    else if (message.type === "gone") this.#gone(message.system, message.reason);
    else this.#of(message.system)?.source.heard(message);
  }

  /** From now on its systems are known: the person has agreed. */
  async enter(): Promise<void> {
    if (this.#entered || this.#ended !== null) return;
    this.#entered = true;
    if (this.#session !== null) await this.#list(this.#session);
  }

  async #list(session: ProgramSession): Promise<void> {
    for (const system of await session.systems()) this.#add(system);
  }

  /** The debugger has stopped it, or lets it go on. */
  hold(paused: boolean): void {
    if (this.#paused === paused || this.#ended !== null) return;
    this.#paused = paused;
    // Timers stand still now: what it keeps for the next portion has to be fetched.
    if (paused && this.#entered) this.#session?.flush().catch(() => undefined);
    this.#listener.paused();
  }

  /** The debugger says that it has ended. */
  async finish(reason: string): Promise<void> {
    if (this.#session !== null) await this.#session.finish(reason);
    this.#end(reason);
  }

  /** Leaves it as it was. */
  async leave(): Promise<void> {
    const session = this.#session;
    this.#end("It is not looked at any more.");
    await session?.close();
  }

  #of(system: number): SeenSystem | undefined {
    return this.systems.find((each) => each.system.system === system);
  }

  #add(system: SessionSystem): void {
    const known = this.#of(system.system);
    if (known !== undefined) known.system = system;
    else if (this.#session !== null) {
      const source = new LiveSource(this.#session, system.system, "structure");
      // It is watched already: what it tells from now on is not to be missed.
      const begun = this.#session.takeBegun(system.system);
      if (begun !== null) source.begin(begun);
      this.systems.push({
        id: `${this.#number}.${system.system}`,
        program: this,
        source,
        system,
        ended: null,
      });
    }
    this.#listener.changed();
  }

  #gone(system: number, reason: string): void {
    const seen = this.#of(system);
    if (seen === undefined || seen.ended !== null) return;
    seen.ended = reason;
    seen.source.ended(reason);
    this.#listener.changed();
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    for (const seen of this.systems) {
      if (seen.ended !== null) continue;
      seen.ended = reason;
      seen.source.ended(reason);
    }
    this.#listener.changed();
  }

  /** E.g. "gateway · serve.ts [4711], worker 2". */
  nameOf({ system }: SeenSystem): string {
    const { title = "", pid = null } = this.#session?.program ?? {};
    const program = this.#name || (pid === null ? title : `${title} (${pid})`);
    return [system.name, [program, system.thread].filter(Boolean).join(", ")].filter(Boolean).join(" · ");
  }
}
