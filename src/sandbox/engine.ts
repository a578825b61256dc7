/**
 * The engine in the sandbox: takes requests one after the other, runs the simulation, and posts its trace. It
 * knows nothing of workers; whoever owns it brings the messages and takes the answers.
 */
import type { RunAction, RunInput, RunPosition } from "../model/index.ts";
import {
  type FromSandbox,
  type LoadRequest,
  type LoadResult,
  type ProcessView,
  ProtocolError,
  parseToSandbox,
  type RunningCallback,
  type RunStatus,
  type SandboxEvent,
  type SandboxRequest,
  type SandboxResults,
} from "../protocol/index.ts";
import { describeTerm, type ProcessClass, type TraceEvent } from "../runtime/index.ts";
import { crashMatrix, demonstrate, PlanError, Simulation, SimulationError } from "../simulation/index.ts";
import { BoundExceeded, BoundsWatch } from "./bounds.ts";
import type { Memory } from "./lock/allocation.ts";
import { realNow } from "./lock/natives.ts";
import { VirtualWorld } from "./lock/virtual.ts";
import { shorten } from "./shorten.ts";
import { view } from "./view.ts";

/** Events are posted in batches of this size, or when this many milliseconds have gone by. */
const BATCH = 1_000;
const BATCH_MS = 25;
/** Callbacks that are announced within half a second. */
const MOST_MARKS = 1_000;
/** Values of one line of the console. */
const MOST_VALUES = 20;
/** Open callbacks that a status lists. */
const MOST_CALLBACKS = 20;

type Requested<T extends SandboxRequest["type"]> = Extract<SandboxRequest, { type: T }>;

/** A request that cannot be answered; the message is for people. */
class Refusal extends Error {}

/** What an engine may have beside its wire. */
export interface EngineOptions {
  /** The clock, timers and randomness that user code finds. */
  world?: VirtualWorld;
  /** Evaluates user code anew for each run, and says which classes run in the place of which stand-ins. */
  real?: (() => ReadonlyMap<string, ProcessClass>) | null;
}

/** Stands for user code that runs before any of its processes does. */
const MODULE: RunningCallback = { pid: 0, name: "the module", callback: "its top level" };

export class Engine {
  readonly #post: (message: FromSandbox) => void;
  /** Requests are answered in their order. */
  #tail: Promise<void> = Promise.resolve();
  readonly #cancelled = new Set<number>();
  #current = 0;
  #loaded: LoadRequest | null = null;
  #simulation: Simulation | null = null;
  #bounds: BoundsWatch | null = null;
  #told = false;
  #failure: string | null = null;
  #batch: TraceEvent[] = [];
  #batchSince = 0;
  #reset = false;
  readonly #maybeBusy = new Set<number>();
  readonly #unmarked = new Set<number>();

  /** Events that came before the ones that they follow: a value that is described may do things itself. */
  readonly #early = new Map<number, TraceEvent>();
  #lastSeq = 0;
  #marks = 0;
  #marksSince = 0;
  readonly #world: VirtualWorld;
  readonly #real: (() => ReadonlyMap<string, ProcessClass>) | null;

  constructor(post: (message: FromSandbox) => void, options: EngineOptions = {}) {
    // Events are shortened when they are recorded.
    this.#post = (message) =>
      post(message.kind === "event" && message.event.type === "trace" ? message : shorten(message));
    this.#world = options.world ?? new VirtualWorld();
    this.#real = options.real ?? null;
  }

  /** Asked by the worker's built-ins before they take memory. */
  readonly memory: Memory = {
    take: (what, bytes) => this.#bounds?.take(what, bytes),
    hold: (bytes) => this.#bounds?.hold(bytes),
  };

  /** Says that requests can come. */
  ready(): void {
    this.#event({ type: "ready" });
  }

  /** Takes one message of the page, whatever it is. */
  receive(data: unknown): void {
    let message: ReturnType<typeof parseToSandbox>;
    try {
      message = parseToSandbox(data);
    } catch (error) {
      this.#refuseUnread(
        data,
        error instanceof ProtocolError ? error.message : "The request cannot be read.",
      );
      return;
    }
    if (message.kind === "ping") this.#post({ kind: "pong", id: message.id });
    else if (message.kind === "cancel") this.#cancelled.add(message.id);
    else {
      const { id, request } = message;
      this.#tail = this.#tail.then(() => this.#answer(id, request));
    }
  }

  /** A request settles even when it cannot be read, if only its id can. */
  #refuseUnread(data: unknown, message: string): void {
    const id = typeof data === "object" && data !== null && "id" in data ? data.id : undefined;
    if (typeof id === "number" && Number.isInteger(id) && id >= 0)
      this.#post({ kind: "refusal", id, message });
    else this.#event({ type: "failed", message });
  }

  async #answer(id: number, request: SandboxRequest): Promise<void> {
    this.#current = id;
    try {
      const handler = this.#handlers[request.type] as (request: SandboxRequest) => Promise<unknown>;
      const result = await handler(request);
      this.#flush();
      this.#post({ kind: "answer", id, type: request.type, result });
    } catch (error) {
      this.#flush();
      const known =
        error instanceof Refusal || error instanceof SimulationError || error instanceof PlanError;
      const message = error instanceof Error ? error.message : String(error);
      if (!known) this.#failure = message;
      this.#post({ kind: "refusal", id, message: known ? message : `The sandbox failed: ${message}` });
    } finally {
      this.#cancelled.delete(id);
    }
  }

  readonly #handlers: {
    [T in SandboxRequest["type"]]: (request: Requested<T>) => Promise<SandboxResults[T]>;
  } = {
    load: (request) => this.#load(request),
    input: (request) => this.#input(request.action),
    advance: async ({ ms }) => {
      const simulation = this.#running();
      if (this.#goesOn) await this.#within(() => simulation.advance(ms, this.#limits()));
      return this.#status();
    },
    step: async ({ unit }) => {
      const simulation = this.#running();
      if (this.#goesOn) await this.#within(() => this.#stepOnce(simulation, unit));
      return this.#status();
    },
    replay: ({ inputs, until, seq }) => this.#replay(inputs, until, seq),
    inspect: async ({ pid }) => this.#inspect(pid),
    matrix: async ({ root }) => {
      const { model, seed, dynamicChildren } = this.#request();
      const request = this.#current;
      return crashMatrix(model, root, {
        seed,
        dynamicChildren,
        stop: () => this.#cancelled.has(request),
        onProgress: (done) => this.#event({ type: "progress", request, done }),
      });
    },
    demonstrate: async ({ demonstration }) => {
      const { model, seed, dynamicChildren } = this.#request();
      return demonstrate(model, demonstration, { seed, dynamicChildren });
    },
    stop: async () => {
      this.#running();
      const status = this.#status();
      this.#simulation = null;
      return { ...status, state: "ended", busy: false, nextDeadline: null, reason: "stopped" };
    },
  };

  // ---- the run ----

  async #load(request: LoadRequest): Promise<LoadResult> {
    if (request.mode === "code") throw new Refusal("Real code cannot be run here; the simulated mode can.");
    this.#loaded = request;
    this.#failure = null;
    await this.#begin(request);
    const simulation = this.#running();
    const { assumptions, notes } = simulation.plan;
    return { status: this.#status(), assumptions, notes };
  }

  async #begin(request: LoadRequest): Promise<void> {
    this.#batch = [];
    this.#early.clear();
    this.#lastSeq = 0;
    this.#unmarked.clear();
    this.#maybeBusy.clear();
    this.#reset = true;
    this.#told = false;
    this.#simulation = null;
    const bounds = new BoundsWatch(
      request.bounds,
      () => this.#now(),
      () => this.#flush(),
    );
    this.#bounds = bounds;
    await this.#within(async () => {
      const real = this.#evaluate();
      const marks = request.marks || real !== null;
      const simulation = new Simulation(request.model, request.root, {
        seed: request.seed,
        dynamicChildren: request.dynamicChildren,
        observer: (event) => this.#observe(event, bounds, marks),
        guard: {
          entering: (pid, callback) => {
            if (marks && !this.#unmarked.has(pid)) this.#tellMark({ pid, name: this.#nameOf(pid), callback });
          },
          waiting: (count) => bounds.timers(count),
        },
        ...(real === null ? {} : { real }),
      });
      this.#simulation = simulation;
      this.#enterWorld(simulation, bounds, request.seed);
      await simulation.start();
    });
  }

  /** User code's own part: its module runs, before any of its processes does. */
  #evaluate(): ReadonlyMap<string, ProcessClass> | null {
    if (this.#real === null) return null;
    this.#tellMark(MODULE);
    try {
      return this.#real();
    } catch (error) {
      if (error instanceof BoundExceeded) throw error;
      throw new Refusal(`The module failed when it was loaded: ${describeTerm(error)}`);
    }
  }

  /** Something that user code has thrown, and nobody has caught. */
  uncaught(error: unknown): void {
    if (error instanceof BoundExceeded) return;
    try {
      this.#note(`Not caught: ${describeTerm(error)}`);
    } catch {
      // The bound that this hits has told so itself.
    }
  }

  /** A remark in the trace of the run. */
  #note(text: string): void {
    const system = this.#simulation?.system;
    if (system === undefined || this.#bounds?.hit != null) return;
    system.note({ text: shorten(text), pid: system.current?.pid.id ?? null });
  }

  /** User code's clock and timers are the run's from now on. */
  #enterWorld(simulation: Simulation, bounds: BoundsWatch, seed: number): void {
    const { system } = simulation;
    this.#world.begin(
      {
        now: () => system.now(),
        after: (ms, ring) => system.after(ms, ring),
        timer: (waiting) => bounds.timers(waiting),
        console: (level, values) =>
          this.#note(
            `console.${level}: ${values
              .slice(0, MOST_VALUES)
              .map((each) => (typeof each === "string" ? shorten(each) : describeTerm(each)))
              .join(" ")}`,
          ),
        guarded: (what, callback) => {
          bounds.fired(system.now());
          try {
            callback();
          } catch (error) {
            if (!(error instanceof BoundExceeded))
              this.#note(`Not caught in ${what}: ${describeTerm(error)}`);
          }
        },
      },
      seed,
    );
  }

  #observe(event: TraceEvent, bounds: BoundsWatch, marks: boolean): void {
    bounds.see(event);
    if (event.seq !== this.#lastSeq + 1) {
      this.#early.set(event.seq, event);
      return;
    }
    for (let next: TraceEvent | undefined = event; next !== undefined; next = this.#early.get(next.seq + 1)) {
      this.#early.delete(next.seq);
      this.#lastSeq = next.seq;
      this.#batch.push(shorten(next));
      if (next.type === "spawn" || next.type === "receive") this.#maybeBusy.add(next.pid);
      if (marks) this.#mark(next);
    }
    // Also within one callback: what comes in small parts is read in small parts.
    if (this.#batch.length >= BATCH) this.#flush();
  }

  /** Does something with the run; a bound that is hit meanwhile ends it, and is in the status. */
  async #within(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      if (this.#early.size > 0) this.#bounds?.lost();
    } catch (error) {
      if (!(error instanceof BoundExceeded)) throw error;
    }
  }

  /** What runs now, or ran last. */
  #now(): RunningCallback | null {
    const current = this.#simulation?.system.current ?? null;
    if (this.#simulation === null) return this.#real === null ? null : MODULE;
    if (current === null) return null;
    const { id } = current.pid;
    return { pid: id, name: this.#nameOf(id), callback: current.callback ?? "its turn" };
  }

  #nameOf(number: number): string {
    const pid = this.#simulation?.targets.living(number) ?? null;
    return pid === null ? `<${number}>` : (this.#simulation?.targets.nameOf(pid) ?? "");
  }

  async #input(action: RunAction): Promise<SandboxResults["input"]> {
    const simulation = this.#running();
    if (!this.#goesOn) throw new Refusal("The run is over.");
    const input = await simulation.input(action);
    return { input, status: this.#status() };
  }

  async #stepOnce(simulation: Simulation, unit: "step" | "instant"): Promise<void> {
    if (!simulation.system.runnable) await simulation.toNextDeadline();
    if (unit === "step") {
      if (this.#limits().stop()) return;
      await simulation.step();
      return;
    }
    await simulation.runInstant(this.#limits());
  }

  async #replay(
    inputs: readonly RunInput[],
    until: RunPosition,
    seq = Number.POSITIVE_INFINITY,
  ): Promise<RunStatus> {
    await this.#begin(this.#request());
    const simulation = this.#running();
    const limits = this.#limits();
    const stop = (): boolean => simulation.seq >= seq || limits.stop();
    if (this.#goesOn) await this.#within(() => simulation.replay(inputs, until, { stop }));
    return this.#status();
  }

  #inspect(pid: number): ProcessView | null {
    return view(this.#running(), pid);
  }

  /** Asked before every turn: keeps the bounds, posts what has happened, heeds a cancel. */
  #limits(): { stop: () => boolean } {
    const request = this.#current;
    return {
      stop: () => {
        const simulation = this.#simulation;
        if (simulation === null) return true;
        this.#bounds?.step(simulation.system.now());
        const now = realNow();
        if (this.#batch.length >= BATCH || now - this.#batchSince > BATCH_MS) this.#flush();
        return this.#bounds?.hit != null || this.#cancelled.has(request);
      },
    };
  }

  #request(): LoadRequest {
    if (this.#loaded === null) throw new Refusal("Nothing was loaded.");
    return this.#loaded;
  }

  #running(): Simulation {
    if (this.#simulation === null) throw new Refusal("Nothing runs.");
    return this.#simulation;
  }

  get #goesOn(): boolean {
    return this.#bounds?.hit == null && this.#simulation !== null && !this.#simulation.ended;
  }

  #status(): RunStatus {
    const simulation = this.#running();
    const { system } = simulation;
    const hit = this.#bounds?.hit ?? null;
    const ended = simulation.ended;
    const failed = simulation.boots.find((boot) => boot.state === "failed");
    return {
      state: this.#failure !== null ? "failed" : hit !== null ? "bounded" : ended ? "ended" : "running",
      now: simulation.position.at,
      step: simulation.position.step,
      seq: simulation.seq,
      inputs: simulation.inputs().length,
      busy: system.runnable,
      nextDeadline: system.nextDeadline(),
      processes: system.processCount,
      running: this.#runningCallbacks(simulation),
      reason: this.#failure ?? hit?.message ?? (ended ? (failed?.reason ?? "no process is left") : null),
    };
  }

  /** Only a callback that waits is open between two turns; whoever has had a turn since may be in one. */
  #runningCallbacks(simulation: Simulation): RunStatus["running"] {
    const running: RunStatus["running"] = [];
    for (const number of this.#maybeBusy) {
      const pid = simulation.targets.living(number);
      const info = pid === null ? undefined : simulation.system.processInfo(pid);
      const open = info?.callback != null && (info.status === "busy" || info.status === "starting");
      if (pid === null || !open) this.#maybeBusy.delete(number);
      else if (running.length < MOST_CALLBACKS && info.callback !== null) {
        running.push({ pid: number, name: simulation.targets.nameOf(pid), callback: info.callback });
      }
    }
    return running;
  }

  // ---- telling ----

  #flush(): void {
    this.#batchSince = realNow();
    if (this.#batch.length > 0 || this.#reset) {
      const events = this.#batch;
      this.#batch = [];
      this.#event({ type: "trace", reset: this.#reset, events });
      this.#reset = false;
    }
    const hit = this.#bounds?.hit ?? null;
    if (hit !== null && !this.#told) {
      this.#told = true;
      this.#event({ type: "bound", ...hit });
    }
  }

  /** Supervisors run no callbacks of the workspace between their starts. */
  #mark(event: TraceEvent): void {
    if (event.type === "spawn" && event.kind === "supervisor") this.#unmarked.add(event.pid);
    if (event.type === "terminate" && !this.#unmarked.has(event.pid)) {
      this.#tellMark({ pid: event.pid, name: this.#nameOf(event.pid), callback: "terminate" });
    }
    if (event.type !== "receive" || event.kind === "reply" || this.#unmarked.has(event.pid)) return;
    const callback = { call: "handleCall", cast: "handleCast", info: "handleInfo" }[event.kind];
    this.#tellMark({ pid: event.pid, name: this.#nameOf(event.pid), callback });
  }

  /** Not more of them than the page takes: beyond that it knows an earlier callback at worst. */
  #tellMark(callback: RunningCallback): void {
    const now = realNow();
    if (now - this.#marksSince > 500) {
      this.#marksSince = now;
      this.#marks = 0;
    }
    if (++this.#marks > MOST_MARKS) return;
    this.#event({ type: "mark", callback });
  }

  #event(event: SandboxEvent): void {
    this.#post({ kind: "event", event });
  }
}
