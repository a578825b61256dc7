/** One run in the sandbox: a simulation with its bounds, and the user code that is at work in it. */
import type { TreeModel } from "../model/index.ts";
import type {
  ConsoleLine,
  LoadRequest,
  RunningCallback,
  RunStatus,
  SandboxEvent,
  SourceFrame,
} from "../protocol/index.ts";
import { describeTerm, type ProcessClass, type Report, type TraceEvent } from "../runtime/index.ts";
import { type Reshaped, Simulation, type SimulationOptions } from "../simulation/index.ts";
import { BoundExceeded, BoundsWatch } from "./bounds.ts";
import { errorText, RunConsole } from "./code/console.ts";
import { Program, type ProgramRoot, type UserCode } from "./code/program.ts";
import type { TraceFeed } from "./feed.ts";
import type { VirtualWorld } from "./lock/virtual.ts";
import type { CallbackMarks } from "./marks.ts";
import { Refusal } from "./refusal.ts";
import { shorten } from "./shorten.ts";
import { OpenCallbacks, statusOf } from "./status.ts";

/** What the runs of a worker have in common. */
export interface RunsWorker {
  /** The clock, timers and randomness that user code finds. */
  readonly world: VirtualWorld;
  /** Evaluates user code anew for each run, and says which classes run in the place of which stand-ins. */
  readonly real: (() => ReadonlyMap<string, ProcessClass>) | null;
  /** The bundle that came with the worker's script, for mode "code". */
  readonly code: () => UserCode | null;
  /** Called before each evaluation: what the run before has left in the worker goes. */
  readonly tidy: () => void;
  readonly feed: TraceFeed;
  readonly marks: CallbackMarks;
  readonly tell: (event: SandboxEvent) => void;
}

/** Stands for user code that runs before any of its processes does. */
const MODULE: RunningCallback = { pid: 0, name: "the module", callback: "the top level" };

export class Run {
  readonly bounds: BoundsWatch;
  /** Null until the module of user code has run, and when it was stopped. */
  simulation: Simulation | null = null;
  readonly #request: LoadRequest;
  readonly #worker: RunsWorker;
  readonly #open = new OpenCallbacks();
  /** Callbacks are announced: always where user code runs. */
  readonly #marked: boolean;
  /** Who has set the timer that rings. */
  #acting: number | null = null;

  /** `onHit` is called once, at the moment when a bound is hit. */
  constructor(request: LoadRequest, worker: RunsWorker, onHit: () => void) {
    this.#request = request;
    this.#worker = worker;
    this.#marked = request.marks || worker.real !== null || request.mode === "code";
    this.bounds = new BoundsWatch(request.bounds, () => this.#now(), onHit);
    worker.marks.begin();
  }

  /** The run of what was loaded, not started yet. User code finds its clock and its timers from now on. */
  make(root: string | null, options: SimulationOptions): Simulation {
    const { model, mode, seed, dynamicChildren } = this.#request;
    const real = this.#evaluate();
    const program = mode === "code" ? this.#programOf(root) : null;
    const { bounds } = this;
    const { marks } = this.#worker;
    const marked = this.#marked;
    const simulation = new Simulation(model, root, {
      ...options,
      seed,
      dynamicChildren,
      // Whoever has a pid can reach it.
      guard: Object.freeze({
        entering: (pid: number, callback: "init" | "handleContinue") => {
          if (marked) marks.entering(pid, callback);
        },
        waiting: (count: number) => bounds.timers(count),
      }),
      ...(real === null ? {} : { real }),
      ...(program === null ? {} : { program, ...reshapedBy(this.#request) }),
    });
    this.simulation = simulation;
    this.#enterWorld(simulation);
    return simulation;
  }

  /** Takes an event in, and tells it. */
  observe(event: TraceEvent): void {
    this.bounds.see(event);
    this.#worker.feed.take(event, (next) => {
      this.#open.see(next);
      if (this.#marked) this.#worker.marks.see(next);
    });
  }

  /** Takes an event in that nobody is told. */
  observeSilently(event: TraceEvent): void {
    this.bounds.see(event);
    this.#worker.marks.see(event);
  }

  /** User code's own part: its module runs, before any of its processes does. */
  #evaluate(): ReadonlyMap<string, ProcessClass> | null {
    const { real, marks } = this.#worker;
    if (real === null) return null;
    marks.tell(MODULE);
    try {
      return real();
    } catch (error) {
      if (BoundExceeded.is(error)) throw error;
      throw new Refusal(`The module failed when it was loaded: ${describeTerm(error)}`);
    }
  }

  /**
   * Whose code runs. Between two turns it may be what follows an `await`: then it is the one process that is in a callback and
   * does not wait for a reply, where there is only one, and else nobody who is known.
   */
  #author(): number | null {
    const { simulation } = this;
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
    const { simulation } = this;
    if (simulation === null || this.bounds.hit !== null) return;
    this.bounds.line();
    // Behind the events that have come before it.
    this.#worker.feed.flush();
    const { system, seq } = simulation;
    this.#worker.tell({
      type: "console",
      seq,
      at: system.now(),
      pid: by,
      level,
      text: shorten(text),
      frames,
    });
  }

  /** Something that user code has thrown, and nobody has caught. @throws BoundExceeded */
  uncaught(what: string, error: unknown): void {
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

  /** User code's clock and timers are the run's from now on. */
  #enterWorld(simulation: Simulation): void {
    const { system } = simulation;
    const console = new RunConsole(() => system.now());
    this.#worker.world.begin(
      {
        now: () => system.now(),
        after: (ms, ring) => system.after(ms, ring),
        waiting: () => (simulation.program instanceof Program ? simulation.program.waiting : "answers"),
        timer: (waiting) => this.bounds.timers(waiting),
        console: (method, values) => {
          const written = console.call(method, values);
          if (written !== null)
            this.#write(written.level, written.text, this.#author(), this.#framesOf(written.error));
        },
        author: () => this.#author(),
        guarded: (what, callback, by) => {
          this.bounds.fired(system.now());
          const before = this.#acting;
          this.#acting = by;
          try {
            callback();
          } catch (error) {
            if (!BoundExceeded.is(error)) this.uncaught(`Not caught in ${what}`, error);
          } finally {
            this.#acting = before;
          }
        },
      },
      this.#request.seed,
    );
  }

  #programOf(root: string | null): Program | null {
    const { world, marks } = this.#worker;
    const code = this.#worker.code();
    if (code === null) return null;
    this.#worker.tidy();
    marks.tell(MODULE);
    return new Program({
      code,
      root: rootOf(this.#request.model, root),
      tell: (text) => this.#write("warn", text),
      onReport: (report) => this.#report(report),
      // Not before what happens now is over: who yields again and again would else never let go.
      afterTurnOfLoop: (fn, handled = 0) =>
        void Promise.resolve().then(() => {
          this.bounds.elsewhere(this.simulation?.system.now() ?? 0, handled);
          if (this.bounds.hit === null) world.set("the event loop", fn, 0, [], false);
        }),
    });
  }

  #framesOf(error: unknown): SourceFrame[] {
    const program = this.simulation?.program;
    return program instanceof Program ? program.stacks.frames(error) : [];
  }

  /** What runs now, or ran last. */
  #now(): RunningCallback | null {
    const { simulation } = this;
    const current = simulation?.system.current ?? null;
    const program = simulation?.program ?? null;
    if (simulation === null || (program !== null && current === null && !simulation.booted))
      return this.#worker.real === null && program === null ? null : MODULE;
    if (current === null) return null;
    const after = current.inTurn ? null : this.#goingOn(simulation);
    if (after !== null) return after;
    const { id } = current.pid;
    return { pid: id, name: this.nameOf(id), callback: current.callback ?? "its turn" };
  }

  /** The name of a process, by its number. */
  nameOf(number: number): string {
    return this.simulation?.targets.nameOfNumber(number) ?? `<${number}>`;
  }

  /** `failure`: why the engine could not go on with it. */
  status(simulation: Simulation, failure: string | null): RunStatus {
    return statusOf(simulation, this.#open, this.bounds.hit?.message ?? null, failure);
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
  const asItIs = { startName: null, given: [] };
  if (application !== undefined) return { ...asItIs, key: root, name: application.name, kind: "application" };
  const supervisor = model.supervisors.find(({ key }) => key === root);
  if (supervisor === undefined) throw new Refusal(`There is no tree ${root} in the model.`);
  const { name, startName = null, given = [] } = supervisor;
  return { key: root, name, kind: "supervisor", startName, given };
}
