/**
 * The engine in the sandbox: takes requests one after the other, runs the simulation, and posts its trace. It
 * knows nothing of workers; whoever owns it brings the messages and takes the answers.
 */
import type { RunAction, RunInput, RunPosition } from "../model/index.ts";
import {
  type FromSandbox,
  isTrace,
  type LoadRequest,
  type LoadResult,
  ProtocolError,
  parseToSandbox,
  type RunStatus,
  type SandboxEvent,
  type SandboxRequest,
  type SandboxResults,
} from "../protocol/index.ts";
import type { TraceEvent } from "../runtime/index.ts";
import {
  crashMatrix,
  demonstrate,
  PlanError,
  type Simulating,
  type Simulation,
  SimulationError,
} from "../simulation/index.ts";
import { BoundExceeded } from "./bounds.ts";
import { TraceFeed } from "./feed.ts";
import type { Memory } from "./lock/allocation.ts";
import { VirtualWorld } from "./lock/virtual.ts";
import { CallbackMarks } from "./marks.ts";
import { Refusal } from "./refusal.ts";
import { RowFeed } from "./row-feed.ts";
import { Run, type RunsWorker } from "./run.ts";
import { shorten } from "./shorten.ts";
import { view } from "./view.ts";

type Requested<T extends SandboxRequest["type"]> = Extract<SandboxRequest, { type: T }>;

/** What an engine may have beside its wire. */
export type EngineOptions = Partial<Pick<RunsWorker, "world" | "real" | "code" | "tidy">>;

export class Engine {
  readonly #post: (message: FromSandbox) => void;
  /** Requests are answered in their order. */
  #tail: Promise<void> = Promise.resolve();
  readonly #cancelled = new Set<number>();
  #current = 0;
  #loaded: LoadRequest | null = null;
  /** The last one that was begun; it may have been stopped. */
  #run: Run | null = null;
  #told = false;
  /** How many suppositions the page knows of. */
  #supposed = 0;
  #failure: string | null = null;
  readonly #feed = new TraceFeed((event) => this.#event(event));
  readonly #worker: RunsWorker;

  constructor(post: (message: FromSandbox) => void, options: EngineOptions = {}) {
    // Events are shortened when they are recorded.
    this.#post = (message) => post(isTrace(message) ? message : shorten(message));
    this.#worker = {
      world: options.world ?? new VirtualWorld(),
      real: options.real ?? null,
      code: options.code ?? (() => null),
      tidy: options.tidy ?? (() => {}),
      feed: this.#feed,
      marks: new CallbackMarks(
        (callback) => this.#event({ type: "mark", callback }),
        (pid) => this.#run?.nameOf(pid) ?? `<${pid}>`,
      ),
      tell: (event) => this.#event(event),
    };
  }

  /** Asked by the worker's built-ins before they take memory. */
  readonly memory: Memory = {
    take: (what, bytes) => this.#run?.bounds.take(what, bytes),
    hold: (bytes) => this.#run?.bounds.hold(bytes),
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
      this.#tellSupposed();
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
      const hit = (): boolean => loaded.mode === "code" && this.#run?.bounds.hit != null;
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
      if (this.#run !== null) this.#run.simulation = null;
      return { ...status, state: "ended", busy: false, nextDeadline: null, reason: "stopped" };
    },
  };

  // ---- the run ----

  async #load(request: LoadRequest): Promise<LoadResult> {
    if (request.mode === "code" && this.#worker.code() === null)
      throw new Refusal("No code has come to be run.");
    this.#loaded = request;
    this.#failure = null;
    await this.#begin(request);
    const simulation = this.#running();
    const { assumptions, notes } = simulation.plan;
    this.#supposed = assumptions.length;
    return request.mode === "code"
      ? { status: this.#status(), assumptions: [], notes: [] }
      : { status: this.#status(), assumptions, notes };
  }

  /** What cannot be followed is met while the run goes on. */
  #tellSupposed(): void {
    const assumptions = this.#run?.simulation?.plan.assumptions ?? [];
    if (this.#loaded?.mode === "code" || assumptions.length === this.#supposed) return;
    this.#supposed = assumptions.length;
    this.#event({ type: "supposed", assumptions });
  }

  async #begin(request: LoadRequest): Promise<void> {
    this.#feed.begin();
    this.#told = false;
    const run = new Run(request, this.#worker, () => this.#flush());
    this.#run = run;
    await this.#within(async () => {
      const observer = (event: TraceEvent): void => {
        run.observe(event);
        // Also within one callback: what comes in small parts is read in small parts.
        if (this.#feed.isFull) this.#flush();
      };
      await run.make(request.root, { observer }).start();
    });
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
        const run = new Run(request, this.#worker, () => {});
        this.#run = run;
        const observer = (event: TraceEvent): void => {
          run.observeSilently(event);
          options.observer?.(event);
        };
        return run.make(root, { ...options, observer });
      },
    };
  }

  /** What a bound has stopped has no result. */
  #complete<T>(result: T): T {
    const hit = this.#run?.bounds.hit;
    if (this.#loaded?.mode === "code" && hit != null) throw new Refusal(hit.message);
    return result;
  }

  /** Something that user code has thrown, and nobody has caught. */
  uncaught(error: unknown): void {
    if (BoundExceeded.is(error)) return;
    try {
      this.#run?.uncaught("Not caught", error);
    } catch {
      // The bound that this hits has told so itself.
    }
  }

  /** Does something with the run; a bound that is hit meanwhile ends it, and is in the status. */
  async #within(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      if (this.#feed.hasGap) this.#run?.bounds.lost();
    } catch (error) {
      if (!BoundExceeded.is(error)) throw error;
    }
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
        const run = this.#run;
        if (run === null || run.simulation === null) return true;
        run.bounds.step(run.simulation.system.now());
        if (this.#feed.isDue) this.#flush();
        return run.bounds.hit !== null || this.#cancelled.has(request);
      },
    };
  }

  #request(): LoadRequest {
    if (this.#loaded === null) throw new Refusal("Nothing was loaded.");
    return this.#loaded;
  }

  #running(): Simulation {
    const simulation = this.#run?.simulation;
    if (simulation == null) throw new Refusal("Nothing runs.");
    return simulation;
  }

  get #goesOn(): boolean {
    const run = this.#run;
    return run !== null && run.bounds.hit === null && run.simulation !== null && !run.simulation.ended;
  }

  #status(): RunStatus {
    const simulation = this.#running();
    return this.#run!.status(simulation, this.#failure);
  }

  // ---- telling ----

  #flush(): void {
    this.#feed.flush();
    const hit = this.#run?.bounds.hit ?? null;
    if (hit !== null && !this.#told) {
      this.#told = true;
      this.#event({ type: "bound", ...hit });
    }
  }

  #event(event: SandboxEvent): void {
    this.#post({ kind: "event", event });
  }
}
