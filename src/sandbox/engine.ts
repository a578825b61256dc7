/**
 * The engine in the sandbox: takes requests one after the other, runs the simulation, and posts its trace. It
 * knows nothing of workers; whoever owns it brings the messages and takes the answers.
 */
import type { RunAction, RunInput, RunPosition, TreeModel } from "../model/index.ts";
import {
  type ConsoleLine,
  type FromSandbox,
  isTrace,
  type LoadRequest,
  type LoadResult,
  ProtocolError,
  parseToSandbox,
  type RunningCallback,
  type RunStatus,
  type SandboxEvent,
  type SandboxRequest,
  type SandboxResults,
  type SourceFrame,
} from "../protocol/index.ts";
import { describeTerm, type ProcessClass, type Report, type TraceEvent } from "../runtime/index.ts";
import {
  crashMatrix,
  demonstrate,
  PlanError,
  type Reshaped,
  type Simulating,
  Simulation,
  SimulationError,
  type SimulationOptions,
} from "../simulation/index.ts";
import { BoundExceeded, BoundsWatch } from "./bounds.ts";
import { errorText, RunConsole } from "./code/console.ts";
import { Program, type ProgramRoot, type UserCode } from "./code/program.ts";
import { TraceFeed } from "./feed.ts";
import type { Memory } from "./lock/allocation.ts";
import { VirtualWorld } from "./lock/virtual.ts";
import { CallbackMarks } from "./marks.ts";
import { RowFeed } from "./row-feed.ts";
import { shorten } from "./shorten.ts";
import { OpenCallbacks, statusOf } from "./status.ts";
import { view } from "./view.ts";

type Requested<T extends SandboxRequest["type"]> = Extract<SandboxRequest, { type: T }>;

/** A request that cannot be answered; the message is for people. */
class Refusal extends Error {}

/** What an engine may have beside its wire. */
export interface EngineOptions {
  /** The clock, timers and randomness that user code finds. */
  world?: VirtualWorld;
  /** Evaluates user code anew for each run, and says which classes run in the place of which stand-ins. */
  real?: (() => ReadonlyMap<string, ProcessClass>) | null;
  /** The bundle that came with the worker's script, for mode "code". */
  code?: () => UserCode | null;
  /** Called before each evaluation: what the run before has left in the worker goes. */
  tidy?: () => void;
}

/** Stands for user code that runs before any of its processes does. */
const MODULE: RunningCallback = { pid: 0, name: "the module", callback: "the top level" };

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
  /** Who has set the timer that rings. */
  #acting: number | null = null;
  readonly #feed = new TraceFeed((event) => this.#event(event));
  readonly #open = new OpenCallbacks();
  readonly #marks = new CallbackMarks(
    (callback) => this.#event({ type: "mark", callback }),
    (pid) => this.#nameOf(pid),
  );
  readonly #world: VirtualWorld;
  readonly #real: (() => ReadonlyMap<string, ProcessClass>) | null;
  readonly #code: () => UserCode | null;
  readonly #tidy: () => void;

  constructor(post: (message: FromSandbox) => void, options: EngineOptions = {}) {
    // Events are shortened when they are recorded.
    this.#post = (message) => post(isTrace(message) ? message : shorten(message));
    this.#world = options.world ?? new VirtualWorld();
    this.#real = options.real ?? null;
    this.#code = options.code ?? (() => null);
    this.#tidy = options.tidy ?? (() => {});
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
    settle: async ({ ms }) => {
      const simulation = this.#running();
      if (this.#goesOn) await this.#within(() => simulation.settle(ms, this.#limits()));
      return this.#status();
    },
    step: async ({ unit }) => {
      const simulation = this.#running();
      if (this.#goesOn) await this.#within(() => this.#stepOnce(simulation, unit));
      return this.#status();
    },
    replay: ({ inputs, until, seq, byTime }) => this.#replay(inputs, until, seq, byTime),
    inspect: async ({ pid }) => view(this.#running(), pid),
    matrix: async ({ root }) => {
      const loaded = this.#request();
      const { model, seed, dynamicChildren } = loaded;
      const request = this.#current;
      const hit = (): boolean => loaded.mode === "code" && this.#bounds?.hit != null;
      const rows = new RowFeed((begins, some) => this.#event({ type: "rows", request, begins, rows: some }));
      const matrix = await crashMatrix(model, root, {
        seed,
        dynamicChildren,
        ...this.#simulating(loaded),
        stop: () => this.#cancelled.has(request) || hit(),
        onBoot: (begins) => rows.begin(begins),
        onRow: (row) => rows.add(row),
        onProgress: (done) => this.#event({ type: "progress", request, done }),
      });
      rows.flush();
      return this.#complete(matrix);
    },
    demonstrate: async ({ demonstration }) => {
      const loaded = this.#request();
      const { model, seed, dynamicChildren } = loaded;
      const options = { seed, dynamicChildren, ...this.#simulating(loaded) };
      return this.#complete(await demonstrate(model, demonstration, options));
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
    if (request.mode === "code" && this.#code() === null) throw new Refusal("No code has come to be run.");
    this.#loaded = request;
    this.#failure = null;
    await this.#begin(request);
    const simulation = this.#running();
    const { assumptions, notes } = simulation.plan;
    return request.mode === "code"
      ? { status: this.#status(), assumptions: [], notes: [] }
      : { status: this.#status(), assumptions, notes };
  }

  async #begin(request: LoadRequest): Promise<void> {
    this.#feed.begin();
    this.#open.begin();
    this.#marks.begin();
    this.#told = false;
    this.#simulation = null;
    const bounds = new BoundsWatch(
      request.bounds,
      () => this.#now(),
      () => this.#flush(),
    );
    this.#bounds = bounds;
    await this.#within(async () => {
      const simulation = this.#make(request, bounds, request.root, {
        observer: (event) => this.#observe(event, bounds, this.#marked(request)),
      });
      await simulation.start();
    });
  }

  /** Whether callbacks are announced: always where user code runs. */
  #marked({ marks, mode }: LoadRequest): boolean {
    return marks || this.#real !== null || mode === "code";
  }

  /** A run of what was loaded, not started yet. User code finds its clock and its timers from now on. */
  #make(
    request: LoadRequest,
    bounds: BoundsWatch,
    root: string | null,
    options: SimulationOptions,
  ): Simulation {
    const real = this.#evaluate();
    const program = request.mode === "code" ? this.#programOf({ ...request, root }) : null;
    const marks = this.#marked(request);
    const simulation = new Simulation(request.model, root, {
      ...options,
      seed: request.seed,
      dynamicChildren: request.dynamicChildren,
      // Whoever has a pid can reach it.
      guard: Object.freeze({
        entering: (pid: number, callback: "init" | "handleContinue") => {
          if (marks) this.#marks.entering(pid, callback);
        },
        waiting: (count: number) => bounds.timers(count),
      }),
      ...(real === null ? {} : { real }),
      ...(program === null ? {} : { program, ...reshapedBy(request) }),
    });
    this.#simulation = simulation;
    this.#enterWorld(simulation, bounds, request.seed);
    return simulation;
  }

  /**
   * How further runs of a loaded program are made: a crash matrix has many, a demonstration one. They are not told, and the run that
   * was loaded is gone with the first of them.
   */
  #simulating(request: LoadRequest): Simulating {
    if (request.mode !== "code") return {};
    return {
      limits: this.#limits(),
      simulate: (_model, root, options) => {
        this.#open.begin();
        this.#marks.begin();
        const bounds = new BoundsWatch(
          request.bounds,
          () => this.#now(),
          () => {},
        );
        this.#bounds = bounds;
        return this.#make(request, bounds, root, {
          ...options,
          observer: (event) => {
            bounds.see(event);
            this.#marks.see(event);
            options.observer?.(event);
          },
        });
      },
    };
  }

  /** What a bound has stopped has no result. */
  #complete<T>(result: T): T {
    if (this.#loaded?.mode === "code" && this.#bounds?.hit != null)
      throw new Refusal(this.#bounds.hit.message);
    return result;
  }

  #programOf({ model, root }: LoadRequest): Program | null {
    const code = this.#code();
    if (code === null) return null;
    this.#tidy();
    this.#marks.tell(MODULE);
    return new Program({
      code,
      root: rootOf(model, root),
      tell: (text) => this.#write("warn", text),
      onReport: (report) => this.#report(report),
      afterTurnOfLoop: (fn) => void this.#world.set("the event loop", fn, 0, [], false),
    });
  }

  /** User code's own part: its module runs, before any of its processes does. */
  #evaluate(): ReadonlyMap<string, ProcessClass> | null {
    if (this.#real === null) return null;
    this.#marks.tell(MODULE);
    try {
      return this.#real();
    } catch (error) {
      if (BoundExceeded.is(error)) throw error;
      throw new Refusal(`The module failed when it was loaded: ${describeTerm(error)}`);
    }
  }

  /** Something that user code has thrown, and nobody has caught. */
  uncaught(error: unknown): void {
    if (BoundExceeded.is(error)) return;
    try {
      this.#uncaught("Not caught", error);
    } catch {
      // The bound that this hits has told so itself.
    }
  }

  #uncaught(what: string, error: unknown): void {
    this.#write("error", `${what}: ${errorText(error)}`, this.#author(), this.#framesOf(error));
  }

  /** A process has ended by an error of the program: where that was thrown. */
  #report(report: Report): void {
    if (report.kind !== "crash") return;
    const { reason } = report;
    const error = typeof reason === "object" && reason !== null && "raised" in reason ? reason.raised : null;
    const frames = this.#framesOf(error);
    if (frames.length > 0) this.#write("error", errorText(error), report.pid.id, frames);
  }

  #framesOf(error: unknown): SourceFrame[] {
    const program = this.#simulation?.program;
    return program instanceof Program ? program.stacks.frames(error) : [];
  }

  /**
   * Whose code runs. Between two turns it may be what follows an `await`: then it is the one process that is in a callback and
   * does not wait for a reply, where there is only one, and else nobody who is known.
   */
  #author(): number | null {
    const simulation = this.#simulation;
    if (simulation === null) return null;
    const { current } = simulation.system;
    if (current?.inTurn === true && current.callback !== null) return current.pid.id;
    return this.#acting ?? this.#goingOn(simulation)?.pid ?? null;
  }

  /** The one process that can be going on after an `await`. */
  #goingOn(simulation: Simulation): RunningCallback | null {
    const [only, other] = this.#open.in(simulation, true);
    return only === undefined || other !== undefined ? null : only;
  }

  /** A line of the run's console. It is no part of the trace, which is the same whoever listens. */
  #write(
    level: ConsoleLine["level"],
    text: string,
    by: number | null = this.#author(),
    frames: SourceFrame[] = [],
  ): void {
    const simulation = this.#simulation;
    if (simulation === null || this.#bounds?.hit != null) return;
    this.#bounds?.line();
    this.#feed.flush();
    const { system, seq } = simulation;
    this.#event({
      type: "console",
      seq,
      at: system.now(),
      pid: by,
      level,
      text: shorten(text),
      frames,
    });
  }

  /** User code's clock and timers are the run's from now on. */
  #enterWorld(simulation: Simulation, bounds: BoundsWatch, seed: number): void {
    const { system } = simulation;
    const console = new RunConsole(() => system.now());
    this.#acting = null;
    this.#world.begin(
      {
        now: () => system.now(),
        after: (ms, ring) => system.after(ms, ring),
        waiting: () => (simulation.program instanceof Program ? simulation.program.waiting : "answers"),
        timer: (waiting) => bounds.timers(waiting),
        console: (method, values) => {
          const written = console.call(method, values);
          if (written !== null)
            this.#write(written.level, written.text, this.#author(), this.#framesOf(written.error));
        },
        author: () => this.#author(),
        guarded: (what, callback, by) => {
          bounds.fired(system.now());
          const before = this.#acting;
          this.#acting = by;
          try {
            callback();
          } catch (error) {
            if (!BoundExceeded.is(error)) this.#uncaught(`Not caught in ${what}`, error);
          } finally {
            this.#acting = before;
          }
        },
      },
      seed,
    );
  }

  #observe(event: TraceEvent, bounds: BoundsWatch, marks: boolean): void {
    bounds.see(event);
    this.#feed.take(event, (next) => {
      this.#open.see(next);
      if (marks) this.#marks.see(next);
    });
    // Also within one callback: what comes in small parts is read in small parts.
    if (this.#feed.isFull) this.#flush();
  }

  /** Does something with the run; a bound that is hit meanwhile ends it, and is in the status. */
  async #within(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      if (this.#feed.hasGap) this.#bounds?.lost();
    } catch (error) {
      if (!BoundExceeded.is(error)) throw error;
    }
  }

  /** What runs now, or ran last. */
  #now(): RunningCallback | null {
    const current = this.#simulation?.system.current ?? null;
    const program = this.#simulation?.program ?? null;
    if (this.#simulation === null || (program !== null && current === null && !this.#simulation.booted))
      return this.#real === null && program === null ? null : MODULE;
    if (current === null) return null;
    const after = current.inTurn ? null : this.#goingOn(this.#simulation);
    if (after !== null) return after;
    const { id } = current.pid;
    return { pid: id, name: this.#nameOf(id), callback: current.callback ?? "its turn" };
  }

  #nameOf(number: number): string {
    return this.#simulation?.targets.nameOfNumber(number) ?? `<${number}>`;
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
    byTime = false,
  ): Promise<RunStatus> {
    await this.#begin(this.#request());
    const simulation = this.#running();
    const limits = this.#limits();
    const stop = (): boolean => simulation.seq >= seq || limits.stop();
    if (this.#goesOn) await this.#within(() => simulation.replay(inputs, until, { stop }, byTime));
    return this.#status();
  }

  /** Asked before every turn: keeps the bounds, posts what has happened, heeds a cancel. */
  #limits(): { stop: () => boolean } {
    const request = this.#current;
    return {
      stop: () => {
        const simulation = this.#simulation;
        if (simulation === null) return true;
        this.#bounds?.step(simulation.system.now());
        if (this.#feed.isDue) this.#flush();
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
    return statusOf(this.#running(), this.#open, this.#bounds?.hit?.message ?? null, this.#failure);
  }

  // ---- telling ----

  #flush(): void {
    this.#feed.flush();
    const hit = this.#bounds?.hit ?? null;
    if (hit !== null && !this.#told) {
      this.#told = true;
      this.#event({ type: "bound", ...hit });
    }
  }

  #event(event: SandboxEvent): void {
    this.#post({ kind: "event", event });
  }
}

/** Nothing where the program runs as it is written. */
function reshapedBy({ standIns, asInModel }: LoadRequest): { reshaped?: Reshaped } {
  if (standIns.length + asInModel.length === 0) return {};
  return { reshaped: { standIns: new Set(standIns), asInModel: new Set(asInModel) } };
}

/** What a program is asked for; null for its module alone. */
function rootOf(model: TreeModel, root: string | null): ProgramRoot | null {
  if (root === null) return null;
  const application = model.applications.find(({ key, name }) => key === root || name === root);
  if (application !== undefined) return { key: root, name: application.name, kind: "application" };
  const supervisor = model.supervisors.find(({ key }) => key === root);
  if (supervisor === undefined) throw new Refusal(`There is no tree ${root} in the model.`);
  return { key: root, name: supervisor.name, kind: "supervisor" };
}
