/** A session with one thread that runs JavaScript: a program's main thread, a worker, a browser's page. */

import { win32 } from "node:path";
import { errorText } from "../model/index.ts";
import type {
  LiveAnswers,
  LiveCommand,
  LiveDetail,
  LiveFigures,
  LiveMessage,
  LiveProcess,
  LiveRequest,
  LiveSnapshot,
  LiveSystem,
} from "../runtime/live-protocol.ts";
import { readAnswer, readMessage } from "./answers.ts";
import type { Inspector } from "./inspector.ts";
import { LiveError, type Program } from "./session.ts";
import { type Hello, libraryOf, refusalOf } from "./versions.ts";

/** Milliseconds between two portions of events. */
const EVERY = 20;

/** So often a snapshot is taken again that was taken in the midst of a start. */
const MOST_AGAIN = 5;

/** A debugger stops a program anywhere: nothing is known yet of a process that is being made. */
const isHalfMade = ({ className, status }: LiveProcess): boolean =>
  className === null && status === "starting";

export interface ThreadListener {
  heard(message: LiveMessage): void;
  /** What lived when a system was watched without a question has come: see `takeBegun`. */
  begun(system: number): void;
  /** The program has started another process. */
  child(pid: number): void;
  /** Its library is there: it has made a System. */
  found(): void;
  /** A page was loaded again: the systems of before are gone. */
  again(): void;
  /** There is another world of globals in it (`node:vm`), or no more. */
  context(id: number, there: boolean): void;
  /** What it says is not to be believed, so it was left. */
  failed(reason: string): void;
}

/*
 * Runs in the program, as text: it must not use anything of this module. The library calls it when it comes later. What is told
 * begins with what it is: "hello", "live", "begun" or "child".
 */
function connect(name: string, every: number, early: number): object {
  const scope = globalThis as unknown as Record<string | symbol, unknown>;
  const tell = scope[name] as (text: string) => void;
  type Connection = { ask(text: string): string };
  let connection: Connection | null = null;
  let open: (() => Connection) | null = null;
  let left = early;
  let asked = early > 0;
  type Live = {
    protocol: { oldest: number; newest: number };
    library: string;
    open(tell: (text: string) => void, every: number): { ask(text: string): string };
  };
  const tool = ({ live }: { live?: Live }) => {
    const library = live === undefined ? {} : { ...live.protocol, library: live.library };
    tell(`hello ${JSON.stringify({ ...library, title: title() })}`);
    if (live === undefined || open !== null) return;
    open = () =>
      live.open((text) => {
        // Watched before it does anything: it may be over before anybody can ask.
        const made = text.startsWith('{"type":"system"') && JSON.parse(text).system.system;
        if (typeof made === "number") watch(made);
        tell(`live ${text}`);
      }, every);
    if (!asked) return;
    connection = open();
    if (left === 0) return;
    const there = JSON.parse(connection.ask('{"ask":"systems"}')) as { ok?: { system: number }[] };
    for (const each of there.ok ?? []) {
      watch(each.system);
      tell(`live ${JSON.stringify({ type: "system", system: each })}`);
    }
  };
  const watch = (system: number) => {
    if (--left < 0) return;
    tell(`begun ${system} ${connection?.ask(`{"ask":"watch","system":${system},"detail":"structure"}`)}`);
  };
  const key = Symbol.for("suptree.tools");
  const tools = (scope[key] ?? []) as unknown[];
  scope[key] = tools;
  tools.push(tool);
  const host = scope.process as
    | { pid?: number; version?: string; argv?: string[]; getBuiltinModule?: (id: string) => unknown }
    | undefined;
  const channels = host?.getBuiltinModule?.("node:diagnostics_channel") as
    | Record<"subscribe" | "unsubscribe", (name: string, listener: (message: object) => void) => void>
    | undefined;
  // Its number is known when it was started.
  const started = (message: { process?: { pid?: number } }) =>
    queueMicrotask(() => {
      if (typeof message.process?.pid === "number") tell(`child ${message.process.pid}`);
    });
  channels?.subscribe("child_process", started);
  scope[`${name}_`] = {
    // Nothing is looked at before the first question.
    ask: (text: string) => {
      asked = true;
      connection ??= open?.() ?? null;
      return connection?.ask(text) ?? null;
    },
    leave: () => {
      channels?.unsubscribe("child_process", started);
      tools.splice(tools.indexOf(tool), 1);
      if (tools.length === 0) delete scope[key];
      delete scope[`${name}_`];
      connection?.ask('{"ask":"close"}');
    },
  };
  // A worker that was entered before its first line has no file yet; it has one when it makes a System.
  const title = () =>
    (scope.document as { title?: string } | undefined)?.title ||
    (host?.argv?.[1] ?? (scope.location as { href?: string } | undefined)?.href ?? "");
  const record = scope[Symbol.for("suptree.systems")];
  if (record !== undefined) tool(record as { live?: Live });
  const runtime = ["Deno", "Bun"].find((each) => each in scope);
  const version = (scope[runtime ?? ""] as { version?: unknown } | undefined)?.version;
  return {
    pid: host?.pid ?? null,
    host:
      runtime !== undefined
        ? `${runtime} ${typeof version === "string" ? version : ((version as { deno?: string })?.deno ?? "")}`
        : host?.version === undefined
          ? ""
          : `Node ${host.version}`,
    title: title(),
  };
}

function readAbout(about: unknown): Program {
  const { pid, host, title } = Object(about) as Record<string, unknown>;
  const number = typeof pid === "number" ? pid : null;
  return {
    pid: number,
    host: typeof host === "string" && host !== "" ? host : "a browser",
    title: readTitle(title, number),
    library: null,
  };
}

/** Programs are called by their file, pages by their title. */
function readTitle(title: unknown, pid: number | null): string {
  const named = typeof title === "string" ? title : "";
  return pid === null ? named : win32.basename(named);
}

export class Thread {
  /** Known once it was entered. */
  program: Program = { pid: null, host: "", title: "", library: null };
  readonly #name: string;
  readonly #inspector: Inspector;
  readonly #listener: ThreadListener;
  /** How it was called when it made its first System. */
  #greetedAs: unknown;
  /** Why it cannot be watched. */
  #refused: string | null = null;
  #over = false;
  /** A page has lost its world, and the next one is to be entered. */
  #lost = false;
  /** The world of globals that is entered; null for the thread's own. */
  readonly #context: number | null;
  /** So many systems are watched from their beginning. */
  readonly #early: number;
  /** What lived then. */
  readonly #begun = new Map<number, LiveSnapshot>();
  /** The other worlds. */
  readonly #contexts = new Set<number>();

  /** @param name of the binding, which nothing in the program has */
  constructor(
    name: string,
    inspector: Inspector,
    listener: ThreadListener,
    { context = null, early = 0 }: { context?: number | null; early?: number } = {},
  ) {
    this.#context = context;
    this.#early = early;
    this.#name = name;
    this.#inspector = inspector;
    this.#listener = listener;
  }

  /** All at once: the program goes on meanwhile. @throws LiveError */
  async enter(): Promise<void> {
    if (this.#context !== null) {
      await this.#connect();
      return;
    }
    const [, , about] = await Promise.all([
      this.#inspector.send("Runtime.addBinding", { name: this.#name }),
      this.#inspector.send("Runtime.enable"),
      this.#connect(),
    ]);
    const read = readAbout(about);
    const title = read.title || readTitle(this.#greetedAs, read.pid);
    this.program = { ...read, title, library: this.program.library };
  }

  #connect(): Promise<unknown> {
    return this.#evaluate(`(${connect.toString()})(${JSON.stringify(this.#name)}, ${EVERY}, ${this.#early})`);
  }

  #evaluate(expression: string): Promise<unknown> {
    return this.#inspector.evaluate(expression, this.#context);
  }

  async systems(): Promise<LiveSystem[]> {
    return (await this.#ask({ ask: "systems" })) ?? [];
  }

  /** What lived when a system was watched without a question; told once. */
  takeBegun(system: number): LiveSnapshot | null {
    const begun = this.#begun.get(system) ?? null;
    this.#begun.delete(system);
    return begun;
  }

  async watch(system: number, detail: LiveDetail): Promise<LiveSnapshot> {
    for (let again = 0; ; again++) {
      const snapshot = this.#must(await this.#ask({ ask: "watch", system, detail }));
      if (again === MOST_AGAIN || !snapshot.list.some(isHalfMade)) return snapshot;
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  }

  async inspect(system: number, pid: number): Promise<LiveAnswers["inspect"]> {
    return this.#must(await this.#ask({ ask: "inspect", system, pid }));
  }

  async figures(system: number): Promise<LiveFigures> {
    return this.#must(await this.#ask({ ask: "figures", system }));
  }

  async command(system: number, command: LiveCommand): Promise<void> {
    await this.#ask({ ask: "command", system, command });
  }

  async flush(): Promise<void> {
    await this.#ask({ ask: "flush" });
  }

  /** Leaves the thread as it was. */
  async leave(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    try {
      await this.#evaluate(`globalThis[${JSON.stringify(`${this.#name}_`)}]?.leave()`);
      if (this.#context === null) await this.#inspector.send("Runtime.removeBinding", { name: this.#name });
      await this.#evaluate(`delete globalThis[${JSON.stringify(this.#name)}]`);
    } catch {
      // It has ended meanwhile.
    }
  }

  /** An event of its inspector. */
  onEvent(method: string, params: Record<string, unknown>): void {
    switch (method) {
      case "Runtime.bindingCalled":
        if (params.name === this.#name && this.#isMine(params.executionContextId))
          this.#heard(String(params.payload));
        return;
      case "Runtime.executionContextsCleared":
        this.#contexts.clear();
        this.#lost = true;
        this.#refused = null;
        this.#listener.again();
        return;
      case "Runtime.executionContextCreated":
        this.#created(Object(params.context));
        return;
      case "Runtime.executionContextDestroyed":
        if (this.#contexts.delete(Number(params.executionContextId)))
          this.#listener.context(Number(params.executionContextId), false);
    }
  }

  #isMine(context: unknown): boolean {
    return this.#context === null ? !this.#contexts.has(Number(context)) : this.#context === context;
  }

  #created({ id, auxData }: { id?: unknown; auxData?: { isDefault?: unknown; type?: unknown } }): void {
    if (this.#over || this.#context !== null) return;
    // A browser's extensions have worlds of their own in a page: no program's.
    if (auxData?.isDefault === false && auxData.type !== "isolated") {
      if (this.#contexts.has(Number(id))) return;
      this.#contexts.add(Number(id));
      this.#listener.context(Number(id), true);
    } else if (this.#lost) {
      this.#lost = false;
      this.#connect().catch((error: unknown) => this.#fail(errorText(error)));
    }
  }

  #heard(payload: string): void {
    if (this.#over) return;
    const space = payload.indexOf(" ");
    const kind = payload.slice(0, space);
    const body = payload.slice(space + 1);
    try {
      if (kind === "hello") this.#greeted(Object(JSON.parse(body)) as Hello);
      else if (kind === "begun") {
        const end = body.indexOf(" ");
        const system = Number(body.slice(0, end));
        this.#begun.set(system, readAnswer("watch", body.slice(end + 1)));
        this.#listener.begun(system);
      } else if (kind !== "child") this.#listener.heard(readMessage(body));
      else if (/^\d{1,10}$/.test(body)) this.#listener.child(Number(body));
    } catch (error) {
      this.#fail(errorText(error));
    }
  }

  #greeted(hello: Hello): void {
    this.program.library = libraryOf(hello);
    this.#greetedAs = hello.title;
    this.program.title ||= readTitle(hello.title, this.program.pid);
    this.#refused = refusalOf(hello);
    this.#listener.found();
  }

  #fail(reason: string): void {
    if (this.#over) return;
    void this.leave();
    this.#listener.failed(reason);
  }

  /** Undefined when the program has made no System yet. */
  async #ask<K extends keyof LiveAnswers>(
    request: Extract<LiveRequest, { ask: K }>,
  ): Promise<LiveAnswers[K] | undefined> {
    if (this.#refused !== null) throw new LiveError(this.#refused);
    const text = JSON.stringify(JSON.stringify(request));
    const answer = await this.#evaluate(
      `globalThis[${JSON.stringify(`${this.#name}_`)}]?.ask(${text}) ?? null`,
    );
    if (this.#refused !== null) throw new LiveError(this.#refused);
    return typeof answer === "string" ? readAnswer<K>(request.ask, answer) : undefined;
  }

  #must<T>(answer: T | undefined): T {
    if (answer === undefined) throw new LiveError("The program has made no System yet.");
    return answer;
  }
}
