/**
 * A session with a program through its inspector: its main thread, its worker threads, the processes that it has started under an
 * inspector of their own, or the pages and workers of a browser. Each has its own systems; here they have numbers of their own.
 */

import { randomBytes } from "node:crypto";
import { errorText } from "../model/index.ts";
import type {
  LiveAnswers,
  LiveCommand,
  LiveDetail,
  LiveFigures,
  LiveSnapshot,
} from "../runtime/live-protocol.ts";
import { HIDDEN_NAMES } from "./hidden-names.ts";
import { type Hiding, hiding } from "./hide.ts";
import { CLOSED, Inspector, openInspector } from "./inspector.ts";
import { childrenOf, inspectorOf } from "./processes.ts";
import {
  type Capabilities,
  LiveError,
  type LiveListener,
  type LiveSession,
  type Program,
  type SessionSystem,
} from "./session.ts";
import { Thread } from "./thread.ts";

/** What the debugger's proxy is asked to tell. */
const HEARD = [
  "Runtime.bindingCalled",
  "Runtime.executionContextCreated",
  "Runtime.executionContextDestroyed",
  "Runtime.executionContextsCleared",
];
/** Milliseconds without a word after which nothing more is expected of a program that has ended. */
const QUIET = 100;
/** Milliseconds for the last words at most. */
const LAST_WORDS = 1_000;

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface ProgramOptions {
  /**
   * Worker threads, and processes that it starts, are looked at as well, where they can be. A debugger has sessions of its own
   * for them: there they are left alone.
   */
  below?: boolean;
  /** The connection is VS Code's debugger's own, which it shares: its proxy tells nothing that was not asked for. */
  shared?: boolean;
  /**
   * So many systems of a thread are watched from their beginning, without a question: what fails at once is over before anybody can
   * ask. Only where the person has agreed before.
   */
  early?: number;
  /** Fields of what names are hidden; null hides nothing. Default: what HIDDEN_NAMES says. */
  hide?: Hiding | null;
}

/** Opens a session with the program behind a debugger's WebSocket. @throws LiveError */
export async function openProgram(
  url: string | readonly string[],
  listener: LiveListener,
  options: ProgramOptions = {},
): Promise<ProgramSession> {
  const [first, ...others] = typeof url === "string" ? [url] : url;
  const session = new ProgramSession(listener, options);
  await session.begin(first ?? "");
  for (const each of others) await session.add(each, null).catch(() => undefined);
  return session;
}

/** A thread that is looked at. */
interface Entry {
  label: string | null;
  inspector: Inspector;
  thread: Thread;
  /** The thread's numbers of systems, and the session's. */
  numbers: Map<number, number>;
  /** Threads and processes that end with it. */
  below: Set<Entry>;
  /** The world of globals that it is, in the thread that it belongs to; null for a thread's own. */
  context: number | null;
  /** Its other worlds of globals. */
  contexts: Map<number, Entry>;
  /** Takes it apart from what carries it. */
  detach: () => void;
}

export class ProgramSession implements LiveSession {
  readonly can: Capabilities = { commands: true, follow: true, state: true, messages: true };
  readonly #listener: LiveListener;
  readonly #below: boolean;
  readonly #shared: boolean;
  readonly #early: number;
  readonly #hide: Hiding | null;
  readonly #name = `suptree_${randomBytes(6).toString("hex")}`;
  readonly #entries = new Set<Entry>();
  readonly #where = new Map<number, { entry: Entry; system: number }>();
  /** Numbers of processes that are or were looked at. */
  readonly #pids = new Set<number>();
  #main: Entry | null = null;
  /** Somebody wants to know what there is. Nothing is looked at before. */
  #asked = false;
  #heardAt = 0;
  #next = 1;
  #over = false;

  constructor(
    listener: LiveListener,
    { below = false, shared = false, early = 0, hide = hiding(HIDDEN_NAMES) }: ProgramOptions,
  ) {
    this.#early = early;
    this.#asked = early > 0;
    this.#hide = hide;
    this.#listener = listener;
    this.#below = below;
    this.#shared = shared;
  }

  /** What was attached to: the main thread. */
  get program(): Program {
    return this.#main?.thread.program ?? { pid: null, host: "", title: "", library: null };
  }

  /** Enters the main thread. @throws LiveError */
  async begin(url: string): Promise<void> {
    await this.add(url, null, true);
  }

  /** Enters one more process or page. @throws LiveError */
  async add(url: string, label: string | null, main = false): Promise<void> {
    let entry: Entry | null = null;
    const inspector = await openInspector(url, {
      onEvent: (method, params) => entry !== null && this.#event(entry, method, params),
      onEnd: (reason) =>
        entry !== null && this.#ended(entry, reason === CLOSED ? goneWords(entry.thread.program) : reason),
    });
    entry = this.#entry(label, inspector, () => inspector.close());
    if (main) this.#main = entry;
    try {
      await this.#enter(entry, false);
    } catch (error) {
      inspector.close();
      throw error;
    }
    const { program } = entry.thread;
    if (!main && label === null) entry.label = program.title || url;
    if (program.pid !== null) this.#pids.add(program.pid);
    if (!this.#below || program.pid === null) return;
    for (const pid of await childrenOf(program.pid)) void this.#child(entry, pid);
  }

  #entry(
    label: string | null,
    inspector: Inspector,
    detach: () => void,
    context: number | null = null,
  ): Entry {
    const entry: Entry = {
      label,
      inspector,
      detach,
      numbers: new Map(),
      below: new Set(),
      context,
      contexts: new Map(),
      thread: new Thread(
        this.#name,
        inspector,
        {
          heard: (message) => {
            if (message.type === "system") {
              // Whoever has asked for systems at the same time has it from there.
              if (entry.numbers.has(message.system.system)) return;
              const system = this.#shown(entry, message.system);
              this.#listener.heard({ type: "system", system });
            } else {
              const system = this.#numberOf(entry, message.system);
              const hide = this.#hide;
              if (message.type === "events" && hide !== null)
                this.#listener.heard({
                  ...message,
                  system,
                  events: message.events.map((each) => hide.event(each)),
                });
              else this.#listener.heard({ ...message, system });
            }
          },
          begun: (own) => {
            // One that is not known yet is asked for it when it is: a debugger's proxy may tell answers before what came before them.
            const system = entry.numbers.get(own);
            if (system !== undefined) this.#listener.heard({ type: "begun", system });
          },
          child: (pid) => void this.#child(entry, pid),
          found: () => {
            this.#listener.found?.();
            void this.#found(entry).catch(() => undefined);
          },
          again: () => {
            for (const each of entry.contexts.values()) this.#ended(each, "The page was loaded again.");
            this.#gone(entry, "The page was loaded again.");
          },
          context: (id, there) => this.#context(entry, id, there),
          failed: (reason) => this.#ended(entry, reason),
        },
        { context, early: this.#early },
      ),
    };
    this.#entries.add(entry);
    return entry;
  }

  /** Workers are told of by what they belong to: Node's inspector and a browser's each in its own way. */
  async #enter(entry: Entry, worker: boolean): Promise<void> {
    const { inspector, thread } = entry;
    const may = (method: string, params: object) => inspector.send(method, params).catch(() => null);
    if (this.#shared) {
      await Promise.all([may("JsDebug.subscribe", { events: HEARD }), thread.enter()]);
      return;
    }
    await Promise.all([
      thread.enter(),
      // Node does not end as long as a debugger is there, unless that goes in time. A worker that waited for that would hold its
      // main thread, through which it is to be told.
      worker ? null : may("NodeRuntime.notifyWhenWaitingForDisconnect", { enabled: true }),
    ]);
    if (this.#over || !this.#below) return;
    await may("NodeWorker.enable", { waitForDebuggerOnStart: false });
    if (thread.program.pid === null)
      await may("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  }

  #event(entry: Entry, method: string, params: Record<string, unknown>): void {
    this.#heardAt = performance.now();
    entry.thread.onEvent(method, params);
    for (const each of entry.contexts.values()) each.thread.onEvent(method, params);
    switch (method) {
      case "NodeRuntime.waitingForDisconnect":
        this.#ended(entry, "The program has ended.");
        return;
      case "NodeWorker.attachedToWorker":
        this.#worker(entry, "NodeWorker", String(params.sessionId), Object(params.workerInfo));
        return;
      case "Target.attachedToTarget":
        this.#worker(entry, "Target", String(params.sessionId), Object(params.targetInfo));
        return;
      case "NodeWorker.receivedMessageFromWorker":
      case "Target.receivedMessageFromTarget":
        this.#carried.get(entry)?.get(String(params.sessionId))?.inspector.hear(String(params.message));
        return;
      case "NodeWorker.detachedFromWorker":
      case "Target.detachedFromTarget":
        this.#carried.get(entry)?.get(String(params.sessionId))?.inspector.end("The worker has ended.");
    }
  }

  /** Workers by what carries them. */
  readonly #carried = new Map<Entry, Map<string, Entry>>();

  #worker(parent: Entry, domain: "NodeWorker" | "Target", sessionId: string, info: object): void {
    if (this.#over) return;
    const method = domain === "NodeWorker" ? "NodeWorker.sendMessageToWorker" : "Target.sendMessageToTarget";
    const detach = () => {
      const what = domain === "NodeWorker" ? "NodeWorker.detach" : "Target.detachFromTarget";
      parent.inspector.send(what, { sessionId }).catch(() => null);
    };
    let entry: Entry | null = null;
    const inspector: Inspector = new Inspector(
      {
        send: (message) =>
          void parent.inspector
            .send(method, { sessionId, message })
            .catch((error: unknown) => inspector.end(errorText(error))),
        close: detach,
      },
      {
        onEvent: (event, params) => entry !== null && this.#event(entry, event, params),
        onEnd: (reason) => entry !== null && this.#ended(entry, reason),
      },
    );
    const label = [parent.label, workerName(info)].filter((each) => each !== null).join(", ");
    entry = this.#entry(label, inspector, detach);
    parent.below.add(entry);
    const carried = this.#carried.get(parent) ?? new Map<string, Entry>();
    this.#carried.set(parent, carried.set(sessionId, entry));
    this.#enter(entry, true)
      .then(() => this.#found(entry))
      .catch((error: unknown) => this.#ended(entry, errorText(error)));
  }

  /** Another world of globals: tests are run in such ones. */
  #context(parent: Entry, id: number, there: boolean): void {
    const known = parent.contexts.get(id);
    if (!there) {
      parent.contexts.delete(id);
      if (known !== undefined) this.#ended(known, "Its world of globals is gone.");
    } else if (known === undefined && !this.#over) {
      const entry = this.#entry(parent.label, parent.inspector, () => undefined, id);
      parent.contexts.set(id, entry);
      parent.below.add(entry);
      entry.thread
        .enter()
        .then(() => this.#found(entry))
        .catch((error: unknown) => this.#ended(entry, errorText(error)));
    }
  }

  /** A process that was started by one that is looked at. */
  async #child(parent: Entry, pid: number): Promise<void> {
    if (!this.#below || this.#over || this.#pids.has(pid)) return;
    this.#pids.add(pid);
    const found = await inspectorOf(pid);
    if (this.#over || found === null) return;
    if (found.url === null) {
      this.#listener.heard({ type: "remark", text: found.why });
      return;
    }
    try {
      await this.add(found.url, `process ${pid}${found.title === "" ? "" : ` (${found.title})`}`);
    } catch (error) {
      this.#listener.heard({ type: "remark", text: `Process ${pid} is not seen: ${errorText(error)}` });
      return;
    }
    const entry = [...this.#entries].find(({ thread }) => thread.program.pid === pid);
    if (entry === undefined) return;
    parent.below.add(entry);
    await this.#found(entry);
  }

  /** Tells of the systems that a thread has when it is entered, to whoever has asked for systems before. */
  async #found(entry: Entry): Promise<void> {
    if (!this.#asked) return;
    for (const system of await entry.thread.systems()) {
      const known = entry.numbers.has(system.system);
      const shown = this.#shown(entry, system);
      if (!known) this.#listener.heard({ type: "system", system: shown });
    }
  }

  async systems(): Promise<SessionSystem[]> {
    this.#asked = true;
    const list: SessionSystem[] = [];
    for (const entry of [...this.#entries]) {
      const found = await entry.thread.systems().catch((error: unknown) => {
        if (entry === this.#main) throw error;
        return [];
      });
      list.push(...found.map((system) => this.#shown(entry, system)));
    }
    return list;
  }

  /** What lived when a system was watched without a question, see `early`; told once. */
  takeBegun(system: number): LiveSnapshot | null {
    const place = this.#where.get(system);
    const begun = place?.entry.thread.takeBegun(place.system) ?? null;
    return begun === null ? null : { ...begun, system };
  }

  async watch(system: number, detail: LiveDetail): Promise<LiveSnapshot> {
    const { entry, system: own } = this.#place(system);
    return { ...(await entry.thread.watch(own, detail)), system };
  }

  async inspect(system: number, pid: number): Promise<LiveAnswers["inspect"]> {
    const { entry, system: own } = this.#place(system);
    const info = await entry.thread.inspect(own, pid);
    return this.#hide === null ? info : this.#hide.process(info);
  }

  /** @throws LiveError for a library before version 2 of the protocol */
  async figures(system: number): Promise<LiveFigures> {
    const { entry, system: own } = this.#place(system);
    return entry.thread.figures(own);
  }

  async command(system: number, command: LiveCommand): Promise<void> {
    const { entry, system: own } = this.#place(system);
    await entry.thread.command(own, command);
  }

  /** What threads keep for the next portion comes at once: where a debugger holds them, timers stand still. */
  async flush(): Promise<void> {
    await Promise.all([...this.#entries].map(({ thread }) => thread.flush()));
  }

  /** An expression's value in the main thread. @throws LiveError */
  async evaluate(expression: string): Promise<unknown> {
    return this.#main?.inspector.evaluate(expression);
  }

  /** The program has ended, as its debugger knows: what is still under way is heard first. */
  async finish(reason: string): Promise<void> {
    // What the debugger's proxy has sent comes before what it answers now.
    const answered = this.#main?.inspector.send("JsDebug.subscribe", { events: [] }).catch(() => null);
    await Promise.race([answered, after(LAST_WORDS)]);
    const until = performance.now() + LAST_WORDS;
    while (!this.#over && performance.now() < until) {
      await after(QUIET);
      if (performance.now() - this.#heardAt >= QUIET) break;
    }
    if (this.#main !== null) this.#ended(this.#main, reason);
  }

  async close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    // Those that others carry first.
    const entries = [...this.#entries].reverse();
    // Who is held up does not answer.
    await Promise.race([Promise.all(entries.map(({ thread }) => thread.leave())), after(LAST_WORDS)]);
    for (const entry of entries) entry.detach();
    this.#entries.clear();
  }

  #shown(entry: Entry, system: Omit<SessionSystem, "thread">): SessionSystem {
    return { ...system, system: this.#numberOf(entry, system.system), thread: entry.label };
  }

  #numberOf(entry: Entry, system: number): number {
    const number = entry.numbers.get(system) ?? this.#next++;
    entry.numbers.set(system, number);
    this.#where.set(number, { entry, system });
    return number;
  }

  /** Before anything was asked, numbers are those that the main thread gives. */
  #place(number: number): { entry: Entry; system: number } {
    const found = this.#where.get(number);
    if (found !== undefined) return found;
    if (this.#main === null || this.#over) throw new LiveError("The program is not seen any more.");
    throw new LiveError(
      this.#where.size === 0
        ? "The program has made no System yet."
        : `There is no system ${number} any more.`,
    );
  }

  /** Its systems are gone. */
  #gone(entry: Entry, reason: string): void {
    const numbers = [...entry.numbers.values()];
    entry.numbers.clear();
    for (const system of numbers) {
      this.#where.delete(system);
      if (!this.#over) this.#listener.heard({ type: "gone", system, reason });
    }
  }

  #ended(entry: Entry, reason: string): void {
    if (!this.#entries.delete(entry)) return;
    this.#carried.delete(entry);
    for (const each of entry.below) this.#ended(each, reason);
    if (entry.context === null) entry.inspector.end(reason);
    entry.detach();
    this.#gone(entry, reason);
    if (this.#entries.size > 0 || this.#over) return;
    this.#over = true;
    this.#listener.ended(reason);
  }
}

/** Its connection has ended, and nobody knows why: Node says so before it ends in order, others do not. */
const goneWords = ({ host }: Program): string =>
  host.startsWith("Node")
    ? "The program is gone without a word: it was killed, has crashed (as by an abort, or out of memory), or its inspector was closed. What it had told until then is shown."
    : "The connection has ended: the program or page has ended, was closed or has crashed. What it had told until then is shown.";

/** Node says "[worker 1] pool"; browsers have a title or an address. */
function workerName(info: object): string {
  const { title, url } = info as { title?: unknown; url?: unknown };
  const named = /^\[worker (\d+)\](?: (?!WorkerThread)(.+))?$/.exec(String(title ?? ""));
  if (named !== null)
    return named[2] === undefined ? `worker ${named[1]}` : `worker ${named[1]} (${named[2]})`;
  return `worker ${String(title || url || "")}`.trim();
}
