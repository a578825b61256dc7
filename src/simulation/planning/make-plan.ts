/**
 * From the model to what will be started: a plan without unknowns. Where the model does not know, the plan
 * supposes something, and says so.
 */
import { keptFor, someOf, startsNothing, type TreeModel } from "../../model/index.ts";
import type {
  Plan,
  PlannedApplication,
  PlannedOrphan,
  PlannedRoot,
  PlannedSupervisor,
  PlannedWorker,
} from "../plan-types.ts";
import { Assumptions } from "./assumptions.ts";
import { concerned, OF_OTHERS, STARTED_BY_OTHERS } from "./concerned.ts";
import { Definitions } from "./definitions.ts";
import { actsByItself, startedByThemselves } from "./self-started.ts";
import { TreePlanner } from "./trees.ts";
import {
  codedSupervisors,
  type Placing,
  placings,
  scriptedAfterAll,
  startedByCode,
  whoseCodeRuns,
  workersIn,
} from "./whose-code-runs.ts";
import { WorkerPlanner } from "./workers.ts";

export class PlanError extends Error {
  override readonly name = "PlanError";
}

export interface PlanOptions {
  /** Stand-ins for an unknown number of children, and for each dynamic supervisor. */
  dynamicChildren: number;
  /** Supervisors whose trees do not run. */
  absent?: readonly string[];
}

/**
 * Plans the run of `root`: a supervisor's or application's key, an application's name, or null for everything.
 * @throws PlanError when there is no such root.
 */
export function plan(model: TreeModel, root: string | null, options: PlanOptions): Plan {
  return new Planner(model, options).plan(root);
}

class Planner {
  readonly #model: TreeModel;
  readonly #options: PlanOptions;
  readonly #definitions: Definitions;
  readonly #assumptions = new Assumptions();
  readonly #notes: string[] = [];
  readonly #workers: WorkerPlanner;
  readonly #trees: TreePlanner;
  /** Everything in trees that do not run. */
  readonly #absent: Plan["absent"];
  /** Whom the run invents, and who does something by itself. */
  readonly #acting = new Set<string>();

  constructor(model: TreeModel, options: PlanOptions) {
    this.#model = model;
    this.#options = options;
    const definitions = new Definitions(model);
    this.#definitions = definitions;
    this.#workers = new WorkerPlanner(model, definitions, this.#assumptions);
    this.#trees = new TreePlanner(
      model,
      definitions,
      this.#assumptions,
      this.#workers,
      this.#notes,
      options.dynamicChildren,
    );
    const absent = (options.absent ?? []).flatMap((key) => [...definitions.treeOf(key)]);
    this.#absent = new Map(absent.map((key) => [key, definitions.nameOf(key)]));
  }

  plan(root: string | null): Plan {
    const applications: PlannedApplication[] = [];
    const roots: PlannedRoot[] = [];
    const supervisor = root === null ? undefined : this.#definitions.supervisor(root);
    if (supervisor !== undefined) roots.push(this.#trees.root(supervisor));
    else {
      applications.push(...this.#applications(root));
      const taken = new Set(this.#model.applications.map((application) => application.supervisor));
      for (const key of root === null ? this.#model.roots : []) {
        const tree = this.#definitions.supervisor(key);
        if (tree !== undefined && !taken.has(key)) roots.push(this.#trees.root(tree));
      }
    }
    const orphans = this.#orphans(root);
    if (root !== null && applications.length + roots.length + orphans.length === 0) {
      throw new PlanError(
        `There is nothing to run under ${root}: the model has no such supervisor or application.`,
      );
    }
    const trees = [...applications.flatMap(({ top }) => top ?? []), ...roots];
    const all = placings(trees, orphans);
    const started = this.#decideWhoseCodeRuns(all, trees, orphans);
    const workers = workersIn(all).map(({ process }) => process);
    const codeRuns = new Set([
      ...this.#whereCodeRuns(workers),
      ...codedSupervisors(all, (key) => !started.has(key)),
    ]);
    this.#supposeAbsentAnswers(codeRuns);
    this.#supposeScripts(workers, codeRuns);
    this.#inventAll(trees, orphans, started, startedByScripts(workers, codeRuns));
    this.#supposeOfConcerned(workers, trees, codeRuns);
    const endless = this.#trees.endless.filter(({ key }) => !codeRuns.has(key)).map(({ text }) => text);
    return {
      applications,
      roots,
      orphans,
      keys: this.#trees.keys,
      absent: this.#absent,
      assumptions: this.#assumptions.holding(codeRuns),
      code: this.#model.code,
      notes: [...this.#notes, ...endless],
    };
  }

  /** Applications with everything that they depend on, dependencies first. */
  #applications(root: string | null): PlannedApplication[] {
    const byName = new Map(this.#model.applications.map((application) => [application.name, application]));
    const order: PlannedApplication[] = [];
    const done = new Set<string>();
    const add = (name: string, path: readonly string[]) => {
      if (done.has(name)) return;
      const application = byName.get(name);
      if (application === undefined) return;
      if (path.includes(name)) {
        this.#notes.push(`Applications depend on each other in a circle: ${[...path, name].join(" → ")}.`);
        return;
      }
      for (const dependency of application.dependencies) {
        if (byName.has(dependency)) add(dependency, [...path, name]);
        else {
          this.#assumptions.add(
            application.key,
            `dependency ${dependency}`,
            "it is running",
            "its definition was not found",
          );
        }
      }
      done.add(name);
      const top =
        application.supervisor === null ? undefined : this.#definitions.supervisor(application.supervisor);
      if (top === undefined && !startsNothing(application)) {
        this.#assumptions.add(
          application.key,
          "supervisor",
          "it starts no process",
          "its top supervisor is not known",
        );
      }
      order.push({
        key: application.key,
        name,
        dependencies: application.dependencies.filter((dependency) => done.has(dependency)),
        top: top === undefined ? null : this.#trees.root(top),
      });
    };
    for (const application of this.#model.applications) {
      if (root === null || root === application.key || root === application.name) add(application.name, []);
    }
    return order;
  }

  /** Those that take part start others, which may start others. */
  #orphans(root: string | null): PlannedOrphan[] {
    const { keys } = this.#trees;
    const { startsOrphans } = this.#workers;
    const orphans: PlannedOrphan[] = [];
    for (let more = true; more; ) {
      more = false;
      for (const orphan of this.#model.orphans) {
        const wanted = root === null || orphan.key === root || startsOrphans.has(orphan.key);
        if (!wanted || keys.has(orphan.key)) continue;
        more = true;
        keys.add(orphan.key);
        orphans.push(this.#workers.orphan(orphan));
      }
    }
    return orphans;
  }

  /** Returns what the processes of the run start by themselves. */
  #decideWhoseCodeRuns(
    all: readonly Placing[],
    trees: readonly PlannedSupervisor[],
    orphans: readonly PlannedOrphan[],
  ): ReadonlySet<string> {
    const startedNow = () =>
      new Set([
        ...this.#definitions.ofOnePlace(
          startedByThemselves(trees, orphans, this.#definitions, whoseCodeRuns(this.#model.code)),
        ),
        ...startedByCode(all),
      ]);
    let started = startedNow();
    for (;;) {
      const known = started;
      const scripted = scriptedAfterAll(all, (key) => !known.has(key));
      if (scripted.size === 0) return started;
      for (const worker of scripted) this.#workers.runScript(worker);
      started = startedNow();
    }
  }

  /** The keys of those whose code runs; what they find of the world around them is supposed. */
  #whereCodeRuns(workers: readonly PlannedWorker[]): ReadonlySet<string> {
    const scripts = new Set(workers.filter(({ code }) => code === null).map(({ key }) => key));
    const found = new Set<string>();
    for (const { key, code } of workers) {
      if (code === null || scripts.has(key)) continue;
      found.add(key);
      whoseCodeRuns(this.#model.code).supposeOutside(code, key, this.#assumptions);
    }
    return found;
  }

  /** Whoever has code of its own that does not run does what was read of it, and nobody knows that that is all. */
  #supposeScripts(workers: readonly PlannedWorker[], codeRuns: ReadonlySet<string>): void {
    const code = whoseCodeRuns(this.#model.code);
    for (const worker of workers) {
      const { key } = worker;
      if (codeRuns.has(key)) continue;
      const why = code.whyNot(worker);
      if (why !== null) this.#assumptions.add(key, "its code", "it does what was read of it", why, key);
    }
  }

  /** What is supposed of one process decides what becomes of others. */
  #supposeOfConcerned(
    workers: readonly PlannedWorker[],
    trees: readonly PlannedSupervisor[],
    codeRuns: ReadonlySet<string>,
  ): void {
    const labels = new Map(workers.map(({ key, label }) => [key, label]));
    const named = keptFor((by: readonly string[]) => someOf(by, (each) => labels.get(each) ?? each));
    const supposed = new Set([...this.#assumptions.ofScripts(codeRuns), ...this.#acting]);
    const all = concerned(workers, trees, this.#model.code, supposed);
    for (const [key, by] of all.workers)
      this.#assumptions.add(key, ...OF_OTHERS, `${named(by)}: it is known at run time only`);
    for (const [key, by] of all.supervisors)
      this.#assumptions.add(key, ...STARTED_BY_OTHERS, `${named(by)}: it is known at run time only`);
  }

  /** What nothing is known to start, and what nothing but scripts may start. */
  #inventAll(
    trees: readonly PlannedSupervisor[],
    orphans: readonly PlannedOrphan[],
    started: ReadonlySet<string>,
    byScripts: ReadonlySet<string>,
  ): void {
    for (const tree of trees) this.#invent(tree, started, byScripts);
    for (const orphan of orphans) {
      if (orphan.begins !== "itself" || started.has(orphan.key) || !byScripts.has(orphan.key)) continue;
      orphan.begins = "invented";
      this.#noteInvented(orphan);
      this.#assumptions.add(
        orphan.key,
        "dynamic children",
        "one is running",
        "a message that is not part of the run starts it",
      );
    }
  }

  /** What somebody invented does by itself others would not have seen. */
  #noteInvented(process: PlannedWorker | PlannedSupervisor): void {
    if (process.kind === "supervisor")
      for (const child of process.children) this.#noteInvented(child.process);
    else {
      const code = whoseCodeRuns(this.#model.code);
      const failsToGoOn = process.cls !== null && code.hasNo("handleContinue", process.cls);
      if (actsByItself(process, failsToGoOn)) this.#acting.add(process.key);
    }
  }

  /**
   * Dynamic supervisors that nothing is known to fill get some children to show. Beside children that are there, others come
   * when the run says so, where it knows: they would have a part in what becomes of those.
   */
  #invent(tree: PlannedSupervisor, started: ReadonlySet<string>, byScripts: ReadonlySet<string>): void {
    const isFilled = !tree.dynamic || [tree, ...tree.templates].some(({ key }) => started.has(key));
    for (const template of tree.templates) {
      if (started.has(template.key) || (isFilled && !byScripts.has(template.key))) continue;
      template.invented = template.single ? 1 : this.#options.dynamicChildren;
      if (template.invented === 0) continue;
      const { invented, key } = template;
      this.#noteInvented(template.process);
      this.#assumptions.add(
        key,
        "dynamic children",
        invented === 1 ? "one is running" : `${invented} are running`,
        "when they are started, and how many, is decided at run time",
      );
    }
    for (const { process } of tree.children)
      if (process.kind === "supervisor") this.#invent(process, started, byScripts);
  }

  /** What is used and not part of the run is taken to be there, but for code that runs: that finds nobody. */
  #supposeAbsentAnswers(codeRuns: ReadonlySet<string>): void {
    const { keys } = this.#trees;
    for (const edge of this.#model.edges) {
      if (!keys.has(edge.from) || keys.has(edge.to) || this.#absent.has(edge.to)) continue;
      if (codeRuns.has(edge.from)) continue;
      this.#assumptions.add(
        edge.from,
        `${edge.kind} ${edge.via}`,
        "it answers",
        "what it uses is not part of this run",
      );
    }
  }
}

/** The keys of templates, and of processes outside any tree, that processes start whose code does not run. */
function startedByScripts(
  workers: readonly PlannedWorker[],
  codeRuns: ReadonlySet<string>,
): ReadonlySet<string> {
  return new Set(
    workers
      .filter(({ key }) => !codeRuns.has(key))
      .flatMap(({ uses }) =>
        uses.flatMap(({ kind, to, template }) => (kind === "start" ? [template ?? to] : [])),
      ),
  );
}
