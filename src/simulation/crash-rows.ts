/** Trees that fail once, or once again: makes the rows of a crash matrix. */
import type { Assumption, CrashRow, Effect, TreeModel } from "../model/index.ts";
import type { TraceEvent, TraceEventOf } from "../runtime/index.ts";
import { BootedState } from "./booted-state.ts";
import type { Plan } from "./plan-types.ts";
import { type BootResult, type Limits, Simulation, type SimulationOptions } from "./simulation.ts";
import type { Placed } from "./targets.ts";
import { usersOf } from "./users.ts";

interface Options extends Simulating {
  seed?: number;
  dynamicChildren?: number;
  thorough?: boolean;
  /** How often `CALM` may pass while something still starts or ends. */
  calms?: number;
}

/** How runs are made; by default of stand-ins. */
export interface Simulating {
  /** Makes one that is not started yet. */
  simulate?: (model: TreeModel, root: string | null, options: SimulationOptions) => Simulation;
  limits?: Limits;
}

/** Virtual time in which nothing starts, ends or is decided, after which nothing more is waited for; and at most. */
export const CALM = 60_000;
/** A program of its own does much in that time. */
export const PROGRAM_CALM = 10_000;
export const CALMS = 3;
/** Turns, and more for each process, in which nothing starts, ends or is decided: who works without a pause brings nothing more. */
const CALM_TURNS = 3_000;
const MORE_CALM_TURNS = 10;
/** What starts and ends without a pause is let go on for so many starts and ends, and more for each process. */
const RESTLESS_LIVES = 1_000;
const MORE_RESTLESS_LIVES = 20;

/** When a tree is let be. A fault comes when nobody is in the middle of its work, if that ever is. */
export class CalmTurns {
  #known = -1;
  #turns = 0;
  readonly #before: number;
  readonly #lives: () => number;
  readonly #processes: () => number;
  readonly #restless: boolean;

  /** `lives` counts starts and ends; `restless`: they are known to come without a pause. */
  constructor(lives: () => number, processes: () => number, restless: boolean) {
    this.#lives = lives;
    this.#processes = processes;
    this.#restless = restless;
    this.#before = lives();
  }

  /** One turn more; true when what is due now will not be done in any time. */
  readonly stop = (): boolean => {
    if (this.#lives() !== this.#known) this.#turns = 0;
    this.#known = this.#lives();
    return ++this.#turns > 2 * this.#most();
  };

  /** Between two moments: nothing has started or ended for long, or so much that more says nothing new. */
  readonly enough = (): boolean => {
    if (this.#lives() === this.#known && this.#turns > this.#most()) return true;
    const most = RESTLESS_LIVES + MORE_RESTLESS_LIVES * this.#processes();
    return this.#restless && this.#lives() - this.#before > most;
  };

  #most(): number {
    return CALM_TURNS + MORE_CALM_TURNS * this.#processes();
  }
}

/** What says that a tree is not quiet. */
export const LIFE: ReadonlySet<TraceEvent["type"]> = new Set([
  "spawn",
  "exit",
  "decision",
  "child_started",
  "running",
]);

/** A tree that has booted. */
class Tree {
  readonly simulation: Simulation;
  /** Since its boot, or since the last fault began. */
  readonly events: TraceEvent[] = [];
  home: BootedState | null = null;
  readonly #limits: Limits;
  readonly #calms: number;
  #lives = 0;
  /** Something always starts or ends in it. */
  restless: boolean;

  constructor(model: TreeModel, root: string | null, options: Options) {
    const { seed, dynamicChildren } = options;
    const simulate = options.simulate ?? ((...args) => new Simulation(...args));
    this.#limits = options.limits ?? {};
    this.#calms = options.calms ?? CALMS;
    this.restless = this.#calms === 1;
    this.simulation = simulate(model, root, {
      ...(dynamicChildren === undefined ? {} : { dynamicChildren }),
      ...(seed === undefined ? {} : { seed }),
      observer: (event) => {
        if (LIFE.has(event.type)) this.#lives++;
        this.events.push(event);
        this.home?.see(event);
      },
    });
  }

  static async boot(model: TreeModel, root: string | null, options: Options): Promise<Tree> {
    const tree = new Tree(model, root, options);
    await tree.simulation.start();
    await tree.settle();
    // A fault that has spent what was left of a budget leaves another tree for the next one, whatever else comes back.
    const spent = model.supervisors.some(({ restartsAgo = [] }) => restartsAgo.length > 0);
    // What a program knows cannot be compared.
    const comparable =
      options.thorough !== true && !spent && !tree.restless && tree.simulation.program === null;
    if (comparable) tree.home = new BootedState(tree.simulation, tree.events);
    return tree;
  }

  /** Until nothing happens any more but what timers bring again and again. */
  async settle(): Promise<void> {
    const limits = this.#patience();
    for (let n = 0; n < this.#calms; n++) {
      const lives = this.#lives;
      const calm = this.simulation.program === null ? CALM : PROGRAM_CALM;
      const halt = await this.simulation.settle(calm, limits);
      if (halt !== "until" || lives === this.#lives) return;
    }
    this.restless = true;
  }

  /** A program has limits of its own; stand-ins have these. */
  #patience(): Limits {
    const { program, system } = this.simulation;
    if (program !== null) return this.#limits;
    const all = this.simulation.patience();
    const turns = new CalmTurns(
      () => this.#lives,
      () => system.processCount,
      this.restless,
    );
    return { stop: () => turns.stop() || all.stop?.() === true, enough: turns.enough };
  }

  /** Who finds nobody when it does what it does with others: their numbers. */
  async blocked(keys: ReadonlySet<string> | null): Promise<Set<number>> {
    const { world, program } = this.simulation;
    if (program !== null) return this.#unanswered();
    world.failedUses.length = 0;
    await this.simulation.probe(keys);
    await this.settle();
    return new Set(world.failedUses.filter(({ lost }) => lost !== true).map((use) => use.pid));
  }

  /** Who has waited in vain since: a program is not made to do anything. */
  #unanswered(): Set<number> {
    const { system } = this.simulation;
    return new Set(
      this.events.flatMap((event) =>
        event.type === "call_end" && event.outcome !== "reply" && system.pid(event.pid) !== undefined
          ? [event.pid]
          : [],
      ),
    );
  }
}

export class CrashRows {
  readonly all: readonly Placed[];
  readonly boots: readonly BootResult[];
  readonly plan: Plan;
  readonly #boot: () => Promise<Tree>;
  /** Ready for a fault; null when the last one has left something behind. */
  #tree: Tree | null;
  /** Paths of those who are blocked before anything has failed; null where to ask does harm. */
  readonly #blocked: ReadonlySet<string> | null;
  readonly #places: ReadonlyMap<string, Placed & { place: number }>;
  readonly #supposed = new Map<string, Assumption>();
  readonly #users: (keys: Iterable<string>) => ReadonlySet<string>;

  constructor(
    boot: () => Promise<Tree>,
    tree: Tree,
    all: readonly Placed[],
    blocked: ReadonlySet<string> | null,
  ) {
    this.#boot = boot;
    this.#blocked = blocked;
    this.all = all;
    this.#places = new Map(all.map((placed, place) => [placed.path, { ...placed, place }]));
    const { plan, boots } = tree.simulation;
    this.plan = plan;
    this.boots = boots;
    this.#users = usersOf(plan);
    this.#tree = tree;
    this.#suppose(tree);
  }

  static async of(model: TreeModel, root: string | null, options: Options): Promise<CrashRows> {
    let boot = () => Tree.boot(model, root, options);
    let tree = await boot();
    if (tree.restless) {
      // No waiting brings rest to it, before a fault or after.
      boot = () => Tree.boot(model, root, { ...options, calms: 1 });
      tree = await boot();
    }
    const all = tree.simulation.targets.all();
    if (tree.home === null) return new CrashRows(boot, tree, all, null);
    const blocked = await tree.blocked(null);
    const { targets } = tree.simulation;
    const paths = new Set([...blocked].map((pid) => targets.pathOf(pid) ?? ""));
    const harmless = tree.home.isBack();
    if (harmless) await tree.home.again();
    return new CrashRows(boot, harmless ? tree : await boot(), all, harmless ? paths : null);
  }

  async row(failing: Placed, fault: "crash" | "kill"): Promise<CrashRow> {
    const tree = this.#tree === null || this.#tree.home?.mayDiffer(failing.path) === true ? null : this.#tree;
    this.#tree = null;
    const used = tree ?? (await this.#boot());
    const row = await this.#fail(used, failing, fault);
    this.#suppose(used);
    const { home } = used;
    if (tree !== null && home?.differed === true) return this.row(failing, fault);
    if (home?.isBack() === true) {
      await home.again();
      this.#tree = used;
    }
    return row;
  }

  /** What the run of a row supposes that no other has. */
  #suppose({ simulation }: Tree): void {
    for (const each of simulation.assumptions) this.#supposed.set(`${each.about}\n${each.field}`, each);
  }

  /** What is supposed in any of the rows so far. */
  get assumptions(): Assumption[] {
    return [...this.#supposed.values()];
  }

  #place(path: string): number {
    return this.#places.get(path)?.place ?? 0;
  }

  async #fail(tree: Tree, failing: Placed, fault: "crash" | "kill"): Promise<CrashRow> {
    const { simulation, events, home } = tree;
    const { targets, world } = simulation;
    events.length = 0;
    home?.forget();
    const began = simulation.system.now();
    const target = { path: failing.path };
    await simulation.input(
      fault === "crash" ? { kind: "crash", target, reason: "crash" } : { kind: "kill", target },
    );
    await tree.settle();
    const after = new Map<string, number | null>();
    // Who comes to a place that nobody has left is another one of that name.
    const others = new Set<number>();
    for (const event of events) {
      if (event.type !== "exit" && event.type !== "spawn") continue;
      const path = targets.pathOf(event.pid);
      if (path === null || !this.#places.has(path) || others.has(event.pid)) continue;
      if (event.type === "exit") after.set(path, null);
      else if (after.get(path) === null) after.set(path, event.pid);
      else others.add(event.pid);
    }
    const settled = (events.at(-1)?.at ?? began) - began;
    const decisions = events.filter((event): event is TraceEventOf<"decision"> => event.type === "decision");

    // Whoever still lives does once what it does with others; whoever finds nobody is blocked.
    const concerned =
      home === null || this.#blocked === null
        ? null
        : this.#users([...home.changed].flatMap((pid) => world.keysOf(pid)));
    const blocked = await tree.blocked(concerned);
    const isBlocked = new Set([...blocked].map((pid) => targets.pathOf(pid) ?? ""));
    if (concerned !== null)
      for (const path of this.#blocked ?? [])
        if (!concerned.has(world.at(targets.at(path) ?? 0)?.key ?? "")) isBlocked.add(path);

    const effects: CrashRow["effects"] = [];
    const blast: string[] = [];
    const inOrder = [...new Set([...after.keys(), ...isBlocked])].sort(
      (a, b) => this.#place(a) - this.#place(b),
    );
    for (const path of inOrder) {
      const placed = this.#places.get(path);
      if (placed === undefined) continue;
      const now = after.get(path);
      if (now !== undefined) blast.push(path);
      effects.push({ path, effect: path === failing.path ? "fails" : effectOf(placed, now) });
    }
    const roots = this.all.filter(({ parent, kind }) => parent === null && kind === "supervisor");
    return {
      path: failing.path,
      key: failing.key,
      fault,
      recovered: after.get(failing.path) !== null,
      effects,
      ...spent(decisions, (pid) => targets.pathOf(pid)),
      blast,
      settled,
      treeEnded: roots.some(({ path }) => after.get(path) === null),
    };
  }
}

/** `now`: the number of who is there after the fault; null for nobody, undefined for the one that was there before. */
function effectOf({ parent, kind }: Placed, now: number | null | undefined): Effect {
  if (now === undefined) return "blocked";
  if (now !== null) return "restarted";
  return parent === null && kind !== "supervisor" ? "lost" : "stopped";
}

/** What restarts cost, and who gave up. */
function spent(
  decisions: readonly TraceEventOf<"decision">[],
  pathOf: (number: number) => string | null,
): Pick<CrashRow, "budget" | "escalated"> {
  const budget = new Map<string, CrashRow["budget"][number]>();
  const escalated: string[] = [];
  for (const { decision, child, budget: left } of decisions) {
    const path = pathOf(child.supervisor);
    if (path === null) continue;
    if (decision === "restart" || decision === "give_up") budget.set(path, { path, ...left });
    if (decision === "give_up" && !escalated.includes(path)) escalated.push(path);
  }
  return { escalated, budget: [...budget.values()] };
}
