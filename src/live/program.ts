/** A session with a program through its inspector. */
import { randomBytes } from "node:crypto";
import { win32 } from "node:path";
import type {
  LiveAnswers,
  LiveCommand,
  LiveDetail,
  LiveRequest,
  LiveSnapshot,
  LiveSystem,
} from "../runtime/live-protocol.ts";
import { readAnswer, readMessage } from "./answers.ts";
import { type Inspector, openInspector } from "./inspector.ts";
import {
  type Capabilities,
  LiveError,
  type LiveListener,
  type LiveSession,
  type Program,
} from "./session.ts";

/** Milliseconds between two portions of events. */
const EVERY = 20;
/** The versions of the live protocol that this tool speaks. */
const SPEAKS = { oldest: 1, newest: 1 };

interface Hello {
  oldest?: number;
  newest?: number;
  library?: string;
}

/** Opens a session with the program behind a debugger's WebSocket. @throws LiveError */
export async function openProgram(url: string, listener: LiveListener): Promise<ProgramSession> {
  const name = `suptree_${randomBytes(6).toString("hex")}`;
  let session: ProgramSession | null = null;
  const early: string[] = [];
  const inspector = await openInspector(url, {
    onBinding: (binding, payload) => {
      if (binding !== name) return;
      if (session === null) early.push(payload);
      else session.heard(payload);
    },
    onEnd: (reason) => session?.ended(reason),
  });
  // All at once: the program goes on meanwhile. Browsers know nothing of NodeRuntime.
  const [, , , about] = await Promise.all([
    inspector.send("Runtime.addBinding", { name }),
    inspector.send("Runtime.enable"),
    inspector.send("NodeRuntime.notifyWhenWaitingForDisconnect", { enabled: true }).catch(() => null),
    inspector.evaluate(`(${connect.toString()})(${JSON.stringify(name)}, ${EVERY})`),
  ]);
  session = new ProgramSession(name, inspector, listener, readAbout(about));
  for (const payload of early) session.heard(payload);
  return session;
}

/*
 * Runs in the program, as text: it must not use anything of this module. The library calls it when it comes later. What is told
 * begins with what it is: "hello" or "live".
 */
function connect(name: string, every: number): object {
  const scope = globalThis as unknown as Record<string | symbol, unknown>;
  const tell = scope[name] as (text: string) => void;
  const connections: { ask(text: string): string }[] = [];
  type Live = {
    protocol: { oldest: number; newest: number };
    library: string;
    open(tell: (text: string) => void, every: number): { ask(text: string): string };
  };
  const tool = ({ live }: { live?: Live }) => {
    tell(`hello ${JSON.stringify(live === undefined ? {} : { ...live.protocol, library: live.library })}`);
    if (live !== undefined) connections.push(live.open((text) => tell(`live ${text}`), every));
  };
  const key = Symbol.for("suptree.tools");
  const tools = (scope[key] ?? []) as unknown[];
  scope[key] = tools;
  tools.push(tool);
  scope[`${name}_`] = {
    ask: (text: string) => connections[0]?.ask(text) ?? null,
    leave: () => {
      tools.splice(tools.indexOf(tool), 1);
      if (tools.length === 0) delete scope[key];
      delete scope[`${name}_`];
      for (const each of connections) each.ask('{"ask":"close"}');
    },
  };
  const record = scope[Symbol.for("suptree.systems")];
  if (record !== undefined) tool(record as { live?: Live });
  const host = scope.process as { pid?: number; version?: string; argv?: string[] } | undefined;
  return {
    pid: host?.pid ?? null,
    host: host?.version === undefined ? "" : `Node ${host.version}`,
    title: host?.argv?.[1] ?? "",
  };
}

function readAbout(about: unknown): Program {
  const { pid, host, title } = Object(about) as Record<string, unknown>;
  return {
    pid: typeof pid === "number" ? pid : null,
    host: typeof host === "string" && host !== "" ? host : "a browser",
    title: typeof title === "string" ? win32.basename(title) : "",
    library: null,
  };
}

export class ProgramSession implements LiveSession {
  readonly can: Capabilities = { commands: true, state: true, messages: true };
  readonly program: Program;
  readonly #name: string;
  readonly #inspector: Inspector;
  readonly #listener: LiveListener;
  /** Why the program cannot be watched. */
  #refused: string | null = null;
  #over = false;

  constructor(name: string, inspector: Inspector, listener: LiveListener, program: Program) {
    this.#name = name;
    this.#inspector = inspector;
    this.#listener = listener;
    this.program = program;
  }

  async systems(): Promise<LiveSystem[]> {
    return (await this.#ask({ ask: "systems" })) ?? [];
  }

  async watch(system: number, detail: LiveDetail): Promise<LiveSnapshot> {
    return this.#must(await this.#ask({ ask: "watch", system, detail }));
  }

  async inspect(system: number, pid: number): Promise<LiveAnswers["inspect"]> {
    return this.#must(await this.#ask({ ask: "inspect", system, pid }));
  }

  async command(system: number, command: LiveCommand): Promise<void> {
    await this.#ask({ ask: "command", system, command });
  }

  /** What the program keeps for the next portion comes at once: where a debugger holds it, timers stand still. */
  async flush(): Promise<void> {
    await this.#ask({ ask: "flush" });
  }

  /** An expression's value in the program. @throws LiveError */
  evaluate(expression: string): Promise<unknown> {
    return this.#inspector.evaluate(expression);
  }

  async close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    try {
      await this.#inspector.evaluate(`globalThis[${JSON.stringify(`${this.#name}_`)}]?.leave()`);
      await this.#inspector.send("Runtime.removeBinding", { name: this.#name });
      await this.#inspector.evaluate(`delete globalThis[${JSON.stringify(this.#name)}]`);
    } catch {
      // The program has ended meanwhile.
    }
    this.#inspector.close();
  }

  /** From the program. */
  heard(payload: string): void {
    const space = payload.indexOf(" ");
    const body = payload.slice(space + 1);
    try {
      if (payload.slice(0, space) === "hello") this.#greeted(JSON.parse(body) as Hello);
      else this.#listener.heard(readMessage(body));
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** The connection has ended. */
  ended(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#listener.ended(reason);
  }

  #greeted({ oldest, newest, library }: Hello): void {
    const version = typeof library === "string" ? library : "an older version";
    this.program.library = version;
    if (typeof oldest === "number" && typeof newest === "number") {
      if (oldest <= SPEAKS.newest && newest >= SPEAKS.oldest) return;
      this.#refused = `The program's library (${version}) speaks versions ${oldest} to ${newest} of the live protocol, this tool ${SPEAKS.oldest} to ${SPEAKS.newest}: update the ${oldest > SPEAKS.newest ? "tool" : "library"}.`;
    } else this.#refused = "The program's library is too old to be watched: update it.";
  }

  #fail(reason: string): void {
    if (this.#over) return;
    void this.close();
    this.#listener.ended(reason);
  }

  /** Undefined when the program has made no System yet. */
  async #ask<K extends keyof LiveAnswers>(
    request: Extract<LiveRequest, { ask: K }>,
  ): Promise<LiveAnswers[K] | undefined> {
    if (this.#refused !== null) throw new LiveError(this.#refused);
    const text = JSON.stringify(JSON.stringify(request));
    const answer = await this.#inspector.evaluate(
      `globalThis[${JSON.stringify(`${this.#name}_`)}].ask(${text})`,
    );
    if (this.#refused !== null) throw new LiveError(this.#refused);
    return typeof answer === "string" ? readAnswer<K>(request.ask, answer) : undefined;
  }

  #must<T>(answer: T | undefined): T {
    if (answer === undefined) throw new LiveError("The program has made no System yet.");
    return answer;
  }
}
