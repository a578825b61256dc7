/**
 * A run of the model: stand-ins in the real runtime, on a virtual clock, turn by turn. The same model, root, seed
 * and inputs give the same trace; an input's place is the clock and the number of turns taken before it.
 */
import type {
  Assumption,
  Outside,
  OutsideMode,
  RunAction,
  RunInput,
  RunPosition,
  TreeModel,
  WaitingMode,
} from "../model/index.ts";
import { Proc } from "../runtime/core/proc.ts";
import {
  type Application,
  defineApplication,
  type Guard,
  type InjectedFault,
  type Logger,
  type Observer,
  type Pid,
  type ProcessClass,
  System,
  type TraceEventOf,
} from "../runtime/index.ts";
import { relate } from "../runtime/inspect.ts";
import { perform, SimulationError, startMore } from "./inputs.ts";
import type { Plan, PlannedRoot, PlannedSupervisor } from "./plan-types.ts";
import { plan } from "./planning/make-plan.ts";
import { Reshape, type Reshaped } from "./reshape.ts";
import { childSpec, notPastLimit, Order, standIn, standInSupervisor, USE_ALL } from "./stand-in.ts";
import { Targets } from "./targets.ts";
import { World } from "./world.ts";

export { SimulationError } from "./inputs.ts";

export interface SimulationOptions {
  seed?: number;
  observer?: Observer;
  /** Stand-ins for an unknown number of children, and for each dynamic supervisor (default 3). */
  dynamicChildren?: number;
  /** Bounds that hold while a callback runs. */
  guard?: Guard;
  /** Classes to run in the place of stand-ins, by the model's key. */
  real?: ReadonlyMap<string, ProcessClass>;
  /** Supervisors whose trees do not run: whoever uses them finds nobody. */
  absent?: readonly string[];
  /** What runs in the place of everything that the model says. */
  program?: OwnProgram;
  /** Where the program's own supervisors start something else than they say. */
  reshaped?: Reshaped;
}

/** A program whose own definitions run. */
export interface OwnProgram {
  /** Gets the system's reports. */
  readonly logger: Logger | null;
  /** Starts what is to run, one after the other. */
  start(system: System, starting: Starting): Promise<void>;
  /** What the world around it does from now on. */
  outside(change: Outside): void;
}

const OUTSIDE_WORDS: Record<OutsideMode, string> = {
  absent: "fetch is not there",
  answers: "fetch answers",
  slow: "fetch answers after 30 s",
  fails: "fetch fails",
};
const WAITING_WORDS: Record<WaitingMode, string> = {
  answers: "waiting takes as long as it is written",
  slow: "waiting takes 30 s longer",
  fails: "waiting fails",
};

/** Keeps how each part of a program came up. */
export interface Starting {
  /** False when it has failed. */
  boot(key: string, label: string, start: () => Promise<unknown>): Promise<boolean>;
}

/** Why a stretch of a run ended. */
export type Halt = "quiet" | "until" | "stopped";

/** How far to go at most, and who may stop it. */
export interface Limits {
  /** Asked before every turn; true stops there. */
  stop?: () => boolean;
  /** Asked when all that is due has been done, so in the middle of nobody's work; true stops there. */
  enough?: () => boolean;
}

/** Turns of stand-ins that nobody else limits, and more for each process: one that never rests holds nobody up. */
const MOST_TURNS = 20_000;
const MORE_TURNS = 20;
const MOST_TURNS_OF_ALL = 300_000;

/** How a root came up. */
export interface BootResult {
  key: string;
  label: string;
  /** "waiting": its start has begun and has not ended. */
  state: "waiting" | "running" | "failed";
  reason: string | null;
}

/** Lets promises that are settled have their effect, all of them, before the next turn. */
const afterPromises: () => Promise<void> =
  typeof setImmediate === "function" ? viaLoop(setImmediate) : viaChannel();

/** Takes Node's function now: where a program runs, it is gone later. */
function viaLoop(native: (resolve: () => void) => unknown): () => Promise<void> {
  return () => new Promise((resolve) => void native(resolve));
}

function viaChannel(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}

const failedBy = (error: unknown): Pick<BootResult, "state" | "reason"> => ({
  state: "failed",
  reason: error instanceof Error ? error.message : String(error),
});

export class Simulation {
  readonly plan: Plan;
  readonly system: System;
  readonly world: World;
  readonly targets: Targets;
  readonly boots: BootResult[] = [];
  /** Those of applications, by name. */
  readonly #applicationBoots = new Map<string, BootResult>();
  /** What runs in the place of stand-ins. */
  readonly program: OwnProgram | null;
  readonly #inputs: RunInput[] = [];
  #step = 0;
  #seq = 0;
  #booted = false;
  #programEnds = false;

  /** @throws PlanError when the model has no such root. */
  constructor(model: TreeModel, root: string | null, options: SimulationOptions = {}) {
    this.plan = plan(model, root, {
      dynamicChildren: options.dynamicChildren ?? 3,
      absent: options.absent ?? [],
    });
    const { observer, reshaped } = options;
    const program = options.program ?? null;
    this.program = program;
    const standIns = program === null ? null : (reshaped?.standIns ?? new Set<string>());
    this.world = new World(
      this.plan,
      { standIn, standInSupervisor, childSpec, notPastLimit },
      options.real,
      standIns,
    );
    const guard = program === null || reshaped === undefined ? options.guard : this.#reshaping(options);
    this.system = new System({
      clock: "virtual",
      seed: options.seed ?? 1,
      logger: program === null ? null : (report) => program.logger?.(report),
      ...(guard === undefined ? {} : { guard }),
      observer: (event) => {
        const told = event.type === "decision" ? this.world.decided(event) : event;
        this.#seq = told.seq;
        this.targets.see(told);
        if (event.type === "application") this.#seeApplication(event);
        if (event.type === "decision" && event.decision === "give_up") this.#gaveUp(event.child.supervisor);
        observer?.(told);
      },
    });
    this.world.source = {
      now: () => this.system.now(),
      random: () => this.system.random(),
      after: (ms, ring) => this.system.after(ms, ring),
    };
    this.system.pause();
    this.targets = new Targets(this.system, this.world, program === null ? null : model);
  }

  #reshaping({ guard, reshaped }: SimulationOptions): Guard {
    const shape = new Reshape(
      reshaped as Reshaped,
      this.world,
      (supervisor) => this.targets.supervisorAt(supervisor),
      (text) => this.note(text),
    );
    return Object.freeze({
      entering: (pid, callback) => guard?.entering(pid, callback),
      waiting: (count) => guard?.waiting(count),
      starting: (supervisor, what, given) => shape.starting(supervisor, what, given),
    } satisfies Guard);
  }

  /** Says in the trace what was done from outside. */
  note(text: string, pid: Pid | null = null, fault: InjectedFault | null = null): void {
    this.system.note({ text, pid: pid?.id ?? null, ...(fault === null ? {} : { fault }) });
  }

  get assumptions(): readonly Assumption[] {
    return this.plan.assumptions;
  }

  get position(): RunPosition {
    return { at: this.system.now(), step: this.#step };
  }

  /** The last event's number. */
  get seq(): number {
    return this.#seq;
  }

  /** The inputs so far, in their order. */
  inputs(): RunInput[] {
    return [...this.#inputs];
  }

  /** True once everything was started, or has failed to. */
  get booted(): boolean {
    return this.#booted;
  }

  /** True once it has booted and no process is left. */
  get ended(): boolean {
    return this.#booted && this.system.processCount === 0;
  }

  // ---- starting ----

  /** Begins to start everything. Nothing has happened yet when it returns. */
  async start(): Promise<void> {
    void this.#boot().then(() => {
      this.#booted = true;
    });
    await this.#rest();
  }

  async #boot(): Promise<void> {
    const { plan, program, system } = this;
    if (program !== null) {
      await program.start(system, { boot: (key, label, start) => this.#bootOne(key, label, start) });
      return;
    }
    await this.#bootApplications();
    for (const root of plan.roots) {
      const name = root.startName === null ? {} : { name: root.startName };
      await this.#bootOne(root.key, root.label, () => system.start(this.#startOf(root), name));
    }
    await this.#bootOrphans();
    for (const tree of [...plan.applications.flatMap((app) => app.top ?? []), ...plan.roots]) {
      await this.#fillDynamic(tree);
      this.#spend(tree);
    }
  }

  #startOf(root: PlannedRoot) {
    return [standInSupervisor(root, this.world, null), ...structuredClone(root.given)] as const;
  }

  /** As a program does it: who needs others brings them up, and stops them again where it does not come up itself. */
  async #bootApplications(): Promise<void> {
    const { plan, system } = this;
    const all = new Map<string, Application>();
    for (const { name, top, dependencies } of plan.applications) {
      const applications = dependencies.flatMap((each) => all.get(each) ?? []);
      const start = top === null ? {} : { start: this.#startOf(top) };
      all.set(name, defineApplication({ name, applications, ...start }));
    }
    const needed = new Set(plan.applications.flatMap(({ dependencies }) => dependencies));
    for (const [name, application] of all) {
      if (needed.has(name)) continue;
      try {
        await system.startApplication(application);
      } catch (error) {
        const failed = this.boots.find(({ state }) => state === "waiting");
        if (failed !== undefined) Object.assign(failed, failedBy(error));
      }
    }
    const missing = new Set<string>();
    for (const { name, dependencies } of plan.applications) {
      const begun = this.#applicationBoots.get(name);
      if (begun?.state === "running") continue;
      missing.add(name);
      const needs = dependencies.find((each) => missing.has(each));
      if (begun === undefined && needs !== undefined)
        this.note(`Application ${name} was not started: it needs ${needs}`);
    }
  }

  #seeApplication({ name, state }: TraceEventOf<"application">): void {
    const planned = this.plan.applications.find((each) => each.name === name);
    if (planned === undefined || this.program !== null) return;
    const known = this.#applicationBoots.get(name);
    if (known !== undefined) {
      if (state === "started") known.state = "running";
      return;
    }
    const { key, top } = planned;
    const boot: BootResult = {
      key: top?.key ?? key,
      label: top?.label ?? name,
      state: "waiting",
      reason: null,
    };
    this.#applicationBoots.set(name, boot);
    this.boots.push(boot);
  }

  /** What a running tree has left of its budgets is what it has here. */
  #spend(tree: PlannedSupervisor): void {
    const pid = this.world.find(tree.key);
    if (tree.restartsAgo.length > 0 && pid instanceof Proc) pid.extra?.supervision?.spend(tree.restartsAgo);
    for (const { process } of tree.children) if (process.kind === "supervisor") this.#spend(process);
  }

  async #bootOne(key: string, label: string, start: () => Promise<unknown>): Promise<boolean> {
    const boot: BootResult = { key, label, state: "waiting", reason: null };
    this.boots.push(boot);
    try {
      await start();
      boot.state = "running";
      return true;
    } catch (error) {
      Object.assign(boot, failedBy(error));
      return false;
    }
  }

  /** Processes outside any tree that nobody has started by now. */
  async #bootOrphans(): Promise<void> {
    const { plan, system, world } = this;
    for (const orphan of plan.orphans) {
      if (orphan.begins === "itself") continue;
      const starter = orphan.begins === "outside" ? null : this.#starterOf(orphan.key);
      if (starter !== null) system.send(starter, new Order({ kind: "start", key: orphan.key }) as never);
      else
        await this.#bootOne(orphan.key, orphan.label, () => {
          const args = (orphan.code === null ? [] : (orphan.given ?? [])) as never[];
          return system.start([standIn(orphan, world, orphan.given !== null), ...args] as never);
        });
    }
  }

  /** A living process that starts another on some message. */
  #starterOf(key: string): Pid | null {
    for (const by of this.world.startersOf(key)) {
      const pid = this.world.find(by);
      if (pid !== null) return pid;
    }
    return null;
  }

  /** Gives dynamic supervisors some children to show. */
  async #fillDynamic(tree: PlannedSupervisor): Promise<void> {
    const pid = this.world.find(tree.key);
    if (pid !== null) {
      for (const template of tree.templates) {
        await startMore(this.system, this.world, pid, tree, template, template.invented);
      }
    }
    for (const child of tree.children) {
      if (child.process.kind === "supervisor") await this.#fillDynamic(child.process);
    }
  }

  // ---- going on ----

  async #rest(): Promise<void> {
    await afterPromises();
    // As soon as nobody has anything to do, what the code does a moment after init is done.
    if (!this.system.runnable && this.world.wanting.size > 0 && this.world.establish()) await afterPromises();
  }

  /** The limits of one stretch where nobody says others: a program has its own. */
  patience(): Limits {
    if (this.program !== null) return {};
    let turns = 0;
    return {
      stop: () => {
        turns++;
        return turns > Math.min(MOST_TURNS + MORE_TURNS * this.system.processCount, MOST_TURNS_OF_ALL);
      },
    };
  }

  /** One turn of one process. False when nobody wanted one. */
  async step(): Promise<boolean> {
    if (!this.system.step()) return false;
    this.#step += 1;
    await this.#rest();
    if (this.#programEnds) this.#endProgram();
    return true;
  }

  #gaveUp(supervisor: number): void {
    this.#programEnds ||= this.world.supervisor(this.world.at(supervisor)?.key ?? "")?.endsProgram === true;
  }

  /** Every process ends, as in a program that fails with an error that nobody handles. */
  #endProgram(): void {
    this.#programEnds = false;
    this.note("The program ends: past its limit of restarts the supervisor fails, and nobody handles that");
    for (const { pid, parent } of this.targets.all()) if (parent === null) this.system.kill(pid);
  }

  /** Everything that happens without the clock moving. */
  async runInstant(limits: Limits = this.patience()): Promise<Halt> {
    while (this.system.runnable) {
      if (limits.stop?.() === true) return "stopped";
      await this.step();
    }
    return "quiet";
  }

  /** Moves the clock to the next moment at which something is due, and no further. False when nothing is. */
  async toNextDeadline(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    const next = this.system.nextDeadline();
    if (next === null || next > until) return false;
    this.system.advanceTo(next);
    await this.#rest();
    return true;
  }

  /** Lets `ms` of virtual time pass, and everything happen that does in it. */
  async advance(ms: number, limits: Limits = this.patience()): Promise<Halt> {
    const until = this.system.now() + ms;
    do {
      if ((await this.runInstant(limits)) === "stopped") return "stopped";
    } while (await this.toNextDeadline(until));
    this.system.advanceTo(until);
    await this.#rest();
    return "until";
  }

  /** Runs until nothing more would happen by itself, at most `ms` of virtual time. */
  async settle(ms = 600_000, given?: Limits): Promise<Halt> {
    const until = this.system.now() + ms;
    const limits = given ?? this.patience();
    do {
      if ((await this.runInstant(limits)) === "stopped") {
        // What has begun at this moment is over before anybody looks.
        if (given === undefined) await this.runInstant();
        return "stopped";
      }
      if (limits.enough?.() === true) return "stopped";
    } while (await this.toNextDeadline(until));
    return this.system.nextDeadline() === null ? "quiet" : "until";
  }

  /** Goes on to a position of a former run with the same beginning. */
  async goTo(position: RunPosition, limits: Limits = {}): Promise<Halt> {
    while (this.#step < position.step) {
      if (limits.stop?.() === true) return "stopped";
      if (this.system.runnable) await this.step();
      else if (!(await this.toNextDeadline(position.at))) break;
    }
    while (this.system.now() < position.at && !this.system.runnable) {
      if (limits.stop?.() === true) return "stopped";
      if (!(await this.toNextDeadline(position.at))) break;
    }
    if (limits.stop?.() === true) return "stopped";
    if (this.system.now() < position.at) {
      this.system.advanceTo(position.at);
      await this.#rest();
    }
    return "until";
  }

  /**
   * Plays a former run's inputs, each at its place, up to `until`. `byTime`: what runs is another than it was, so that turns
   * say nothing: each input comes when all is done that happens until then.
   */
  async replay(
    inputs: readonly RunInput[],
    until: RunPosition,
    limits: Limits = {},
    byTime = false,
  ): Promise<Halt> {
    const goTo = (position: RunPosition): Promise<Halt> =>
      byTime
        ? this.advance(Math.max(0, position.at - this.system.now()), limits)
        : this.goTo(position, limits);
    const later = (input: RunInput): boolean =>
      byTime
        ? input.at > until.at
        : input.step > until.step || (input.step === until.step && input.at > until.at);
    for (const input of inputs) {
      if (later(input)) break;
      if ((await goTo(input)) === "stopped" || limits.stop?.() === true) return "stopped";
      try {
        await this.input(input.action);
      } catch (error) {
        // The model has changed since: the run goes on without.
        this.note(`Left out: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return goTo(until);
  }

  // ---- inputs ----

  /**
   * Does something to the run from outside, now.
   * @throws SimulationError when the target does not live or cannot be treated so.
   */
  async input(action: RunAction): Promise<RunInput> {
    if (action.kind === "outside") return this.#outside(action);
    const pid = this.targets.resolve(action.target);
    const info = pid === null ? undefined : relate(pid as Proc);
    if (pid === null || info === undefined) {
      throw new SimulationError(`${this.targets.describe(action.target)} does not run now.`);
    }
    const input: RunInput = { ...this.position, action };
    perform(action, pid, info, this);
    this.#inputs.push(input);
    await this.#rest();
    return input;
  }

  /** Changes the world around a program. @throws SimulationError where stand-ins run */
  async #outside(action: RunAction & { kind: "outside" }): Promise<RunInput> {
    if (this.program === null)
      throw new SimulationError("Stand-ins use nothing of the world around a program.");
    const input: RunInput = { ...this.position, action };
    const { fetch, waiting } = action;
    if (fetch !== undefined) this.note(OUTSIDE_WORDS[fetch]);
    if (waiting !== undefined) this.note(WAITING_WORDS[waiting]);
    this.program.outside(action);
    this.#inputs.push(input);
    await this.#rest();
    return input;
  }

  /** Lets one stand-in use these, as the real process does after its init. */
  makeUse(pid: Pid, goals: ReadonlySet<string>): void {
    this.system.send(pid, new Order({ kind: "as read", goals }) as never);
  }

  /** Lets every stand-in, or those of these keys, do once what the real process does with others, and records what fails. */
  async probe(keys: ReadonlySet<string> | null = null): Promise<void> {
    for (const { pid } of this.world.probed(keys)) this.system.send(pid, USE_ALL as never);
    await this.#rest();
  }
}
