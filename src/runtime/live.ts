/**
 * The program's end of a connection to a tool. It costs nothing until a tool opens one, and nothing per event that the tool
 * does not ask for; what it keeps for the tool is bounded.
 */
import { shownState } from "./core/appearance.ts";
import { Proc } from "./core/proc.ts";
import { fieldRows } from "./fields.ts";
import type {
  LiveAccess,
  LiveAdministration,
  LiveAnswer,
  LiveAnswers,
  LiveCommand,
  LiveConnection,
  LiveDetail,
  LiveFigures,
  LiveMessage,
  LiveRequest,
  LiveSnapshot,
  LiveSystem,
} from "./live-protocol.ts";
import { nodeProcess } from "./node-process.ts";
import type { Pid } from "./pid.ts";
import { describeTerm } from "./reason.ts";
import type { System } from "./system.ts";
import { EVENT_TYPES, plainEvent, STRUCTURE_EVENTS, type TraceEvent, type TraceEventType } from "./trace.ts";
import { VERSION } from "./version.ts";

const STRUCTURAL = new Set<TraceEventType>(STRUCTURE_EVENTS);
/** Events that wait for the next portion; above the first number messages are left out, at the second all are told at once. */
const MOST_MESSAGES = 2_000;
const MOST_EVENTS = 5_000;

/** What changed a tree before somebody looked is kept for so many milliseconds, and so many events. */
const BACKLOG = 5_000;
const MOST_BACKLOG = 5_000;

const backlogs = new WeakMap<System, Backlog>();

/** Has what changes a new system's tree kept for a while, for a tool that comes a little late. */
export function keepBacklog(system: System): void {
  backlogs.set(system, new Backlog(system));
}

class Backlog {
  events: TraceEvent[] | undefined = [];
  readonly #off: () => void;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(system: System) {
    this.#off = system.observe(STRUCTURE_EVENTS, (event) => {
      this.events?.push(plainEvent(event));
      if ((this.events?.length ?? 0) > MOST_BACKLOG) this.drop();
    });
    this.#timer = setTimeout(() => this.drop(), BACKLOG);
    unref(this.#timer);
  }

  drop(): void {
    this.events = undefined;
    clearTimeout(this.#timer);
    this.#off();
  }
}

/** Who is looked at does not live longer for that. */
function unref(timer: unknown): void {
  if (typeof timer === "object" && timer !== null) (timer as { unref?(): void }).unref?.();
}

/** What the list of systems gives to connections. */
export interface SystemsSource {
  list(): System[];
  /** Returns what takes the listener back. */
  onNew(listener: (system: System) => void): () => void;
}

/** How tools get at the systems that `source` lists. */
export function liveAccess(source: SystemsSource): LiveAccess {
  return {
    protocol: { oldest: 1, newest: 2 },
    library: VERSION,
    open: (tell, every) => new Connection(source, tell, every),
  };
}

/** Plain data of all live processes. */
export function snapshotOf(system: System, id: number): LiveSnapshot {
  return {
    ...describe(system, id),
    at: system.now(),
    time: Date.now(),
    applications: system.applications.map(({ name }) => name),
    list: system.relatedProcesses().map(({ pid: _pid, ...shown }) => shown),
  };
}

/** Reads what a light list has; no process is asked. */
function figuresOf(system: System): LiveFigures {
  const begun = performance.now();
  const figures: LiveFigures = {
    at: system.now(),
    took: 0,
    ids: [],
    mailbox: [],
    handled: [],
    busySince: [],
    restarts: [],
  };
  for (const { id, mailboxLength, handled, busySince, restarts } of system.listProcesses()) {
    figures.ids.push(id);
    figures.mailbox.push(mailboxLength);
    figures.handled.push(handled);
    figures.busySince.push(busySince ?? -1);
    figures.restarts.push(restarts);
  }
  figures.took = performance.now() - begun;
  return figures;
}

function describe(system: System, id: number): LiveSystem {
  return { system: id, name: system.name, processes: system.processCount, virtual: system.virtual };
}

/** One system that is watched. */
class Watch {
  readonly #id: number;
  readonly #connection: Connection;
  #off: (() => void) | null = null;
  #events: TraceEvent[] = [];
  #messages = 0;
  #left = 0;

  constructor(id: number, connection: Connection) {
    this.#id = id;
    this.#connection = connection;
  }

  follow(system: System, detail: LiveDetail): void {
    this.#off?.();
    this.#off = null;
    if (detail === "none") return;
    this.#off = system.observe(detail === "all" ? EVENT_TYPES : STRUCTURE_EVENTS, (event) =>
      this.#see(event),
    );
  }

  #see(event: TraceEvent): void {
    if (!STRUCTURAL.has(event.type) && ++this.#messages > MOST_MESSAGES) this.#left += 1;
    else this.#events.push(plainEvent(event));
    if (this.#events.length >= MOST_EVENTS) this.flush();
    else this.#connection.soon();
  }

  flush(): void {
    if (this.#events.length === 0 && this.#left === 0) return;
    const events = this.#events;
    const left = this.#left;
    this.#events = [];
    this.#messages = 0;
    this.#left = 0;
    this.#connection.tell({ type: "events", system: this.#id, events, left });
  }

  close(): void {
    this.#off?.();
    this.#off = null;
  }
}

class Connection implements LiveConnection {
  readonly #source: SystemsSource;
  readonly #every: number;
  readonly #numbers = new WeakMap<System, number>();
  readonly #watches = new Map<number, Watch>();
  readonly #offNew: () => void;
  /** The last words of a program that ends by itself would wait for a portion that never comes. */
  readonly #atExit = () => this.#flush();
  #tell: ((message: string) => void) | null;
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(source: SystemsSource, tell: (message: string) => void, every: number) {
    this.#source = source;
    this.#tell = tell;
    this.#every = every;
    nodeProcess()?.on("exit", this.#atExit);
    this.#offNew = source.onNew((system) =>
      this.tell({ type: "system", system: describe(system, this.#numberOf(system)) }),
    );
  }

  ask(request: string): string {
    let answer: LiveAnswer;
    try {
      if (this.#tell === null) throw new Error("The connection was closed.");
      answer = { ok: this.#answer(JSON.parse(request) as LiveRequest) };
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) };
    }
    return JSON.stringify(answer);
  }

  #answer(request: LiveRequest): LiveAnswers[keyof LiveAnswers] {
    switch (request.ask) {
      case "systems":
        return this.#source.list().map((system) => describe(system, this.#numberOf(system)));
      case "watch": {
        const system = this.#systemOf(request.system);
        const watch = this.#watches.get(request.system) ?? new Watch(request.system, this);
        this.#watches.set(request.system, watch);
        // What happened before is part of the snapshot, not of what follows it.
        watch.flush();
        watch.follow(system, request.detail);
        const backlog = request.detail === "none" ? undefined : backlogs.get(system);
        const { events } = backlog ?? {};
        backlog?.drop();
        return {
          ...snapshotOf(system, request.system),
          ...(events === undefined ? {} : { backlog: events }),
        };
      }
      case "inspect": {
        const info = this.#systemOf(request.system).processInfo(request.pid);
        if (info === undefined) return null;
        const { pid, ...shown } = info;
        return { ...shown, fields: pid instanceof Proc ? fieldRows(shownState(pid)) : [] };
      }
      case "figures":
        return figuresOf(this.#systemOf(request.system));
      case "command":
        this.#command(request.system, request.command);
        return null;
      case "flush":
        this.#flush();
        return null;
      case "close":
        this.#close();
        return null;
      default:
        throw new Error(`This library (${VERSION}) does not know ${JSON.stringify(request)}.`);
    }
  }

  #command(id: number, command: LiveCommand): void {
    const system = this.#systemOf(id);
    const find = (number: number) => {
      const pid = system.pid(number);
      if (pid === undefined) throw new Error(`<${number}> does not run any more.`);
      return pid;
    };
    if ("supervisor" in command) {
      this.#administer(id, system, find(command.supervisor), command);
      return;
    }
    const pid = find(command.pid);
    const reason = command.reason ?? "asked from outside";
    const text = command.do === "crash" || command.do === "exit" ? `${command.do}: ${reason}` : command.do;
    const fault = command.do === "suspend" ? undefined : command.do;
    system.note({ text, pid: command.pid, ...(fault === undefined ? {} : { fault }) });
    switch (command.do) {
      case "crash":
        system.crash(pid, reason);
        return;
      case "exit":
        system.exit(pid, reason);
        return;
      case "kill":
      case "hang":
        system[command.do](pid);
        return;
      case "suspend":
        this.#tellOutcome(id, text, system.suspendProcess(pid));
        return;
      case "resume":
        this.#tellOutcome(id, text, system.resumeProcess(pid));
    }
  }

  #administer(id: number, system: System, supervisor: Pid, command: LiveAdministration): void {
    const { child } = command;
    system.note({ text: `${command.do} ${child}`, pid: command.supervisor });
    const work: Promise<{ ok?: unknown; error?: unknown }> = system[command.do](supervisor, child);
    this.#tellOutcome(
      id,
      `${command.do} ${child}`,
      work.then(({ error }) => {
        if (error !== undefined) throw new Error(typeof error === "string" ? error : describeTerm(error));
      }),
    );
  }

  #tellOutcome(id: number, what: string, work: Promise<unknown>): void {
    const told = (how: string) => this.tell({ type: "outcome", system: id, text: `${what}: ${how}` });
    work.then(
      () => told("done"),
      (error: unknown) => told(error instanceof Error ? error.message : String(error)),
    );
  }

  #systemOf(number: number): System {
    const found = this.#source.list().find((system) => this.#numberOf(system) === number);
    if (found === undefined) throw new Error(`There is no system ${number} any more.`);
    return found;
  }

  #numberOf(system: System): number {
    const number = this.#numbers.get(system) ?? this.#next++;
    this.#numbers.set(system, number);
    return number;
  }

  /** Asks for the next portion. */
  soon(): void {
    if (this.#timer !== null || this.#tell === null) return;
    this.#timer = setTimeout(() => this.#flush(), this.#every);
    unref(this.#timer);
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const watch of this.#watches.values()) watch.flush();
  }

  tell(message: LiveMessage): void {
    try {
      this.#tell?.(JSON.stringify(message));
    } catch {
      // Whoever listened has gone.
      this.#close();
    }
  }

  #close(): void {
    this.#tell = null;
    nodeProcess()?.off("exit", this.#atExit);
    this.#offNew();
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
