/**
 * From the model to what will be started: a plan without unknowns. Where the model does not know, the plan
 * supposes something, and says so.
 */
import {
  type Assumption,
  type Child,
  dynamicStem,
  type Edge,
  type ProcessFacts,
  runningId,
  type Shutdown,
  type Supervisor,
  type TreeModel,
} from "../model/index.ts";
import type {
  Plan,
  PlannedApplication,
  PlannedChild,
  PlannedSupervisor,
  PlannedWorker,
  Use,
} from "./planned.ts";

export type * from "./planned.ts";

export class PlanError extends Error {
  override readonly name = "PlanError";
}

export interface PlanOptions {
  /** Stand-ins for an unknown number of children, and for each dynamic supervisor. */
  dynamicChildren: number;
}

/** OTP's defaults, for what is not known. */
const DEFAULTS = { strategy: "one_for_one", intensity: 1, period: 5, worker: 5000 } as const;

/** Supervisors below one another; more is a definition that starts itself. */
const DEEPEST = 64;

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
  readonly #supervisors: Map<string, Supervisor>;
  readonly #edgesFrom = new Map<string, Edge[]>();
  readonly #keys = new Set<string>();
  readonly #assumptions: Assumption[] = [];
  readonly #assumed = new Set<string>();
  readonly #notes: string[] = [];

  constructor(model: TreeModel, options: PlanOptions) {
    this.#model = model;
    this.#options = options;
    this.#supervisors = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor]));
    for (const edge of model.edges) {
      const edges = this.#edgesFrom.get(edge.from);
      if (edges === undefined) this.#edgesFrom.set(edge.from, [edge]);
      else edges.push(edge);
    }
  }

  plan(root: string | null): Plan {
    const model = this.#model;
    const applications: PlannedApplication[] = [];
    const roots: PlannedSupervisor[] = [];
    const orphans: Plan["orphans"] = [];
    const supervisor = root === null ? undefined : this.#supervisors.get(root);
    if (supervisor !== undefined) roots.push(this.#supervisor(supervisor, []));
    else if (root !== null) applications.push(...this.#applications(root));
    else {
      applications.push(...this.#applications(null));
      const taken = new Set(model.applications.map((application) => application.supervisor));
      for (const key of model.roots) {
        const tree = this.#supervisors.get(key);
        if (tree !== undefined && !taken.has(key)) roots.push(this.#supervisor(tree, []));
      }
    }
    const startedInside = new Set(
      model.edges.filter((edge) => edge.kind === "start" && this.#keys.has(edge.from)).map((edge) => edge.to),
    );
    for (const orphan of model.orphans) {
      if (root !== null && orphan.key !== root && !startedInside.has(orphan.key)) continue;
      this.#keys.add(orphan.key);
      const worker = this.#worker(orphan.key, orphan.name, orphan.process);
      orphans.push({ ...worker, linked: orphan.linked });
    }
    if (root !== null && applications.length + roots.length + orphans.length === 0) {
      throw new PlanError(
        `There is nothing to run under ${root}: the model has no such supervisor or application.`,
      );
    }
    this.#supposeAbsentAnswers();
    return {
      applications,
      roots,
      orphans,
      keys: this.#keys,
      assumptions: this.#assumptions,
      notes: this.#notes,
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
          this.#assume(
            application.key,
            `dependency ${dependency}`,
            "it is running",
            "its definition was not found",
          );
        }
      }
      done.add(name);
      const top = application.supervisor === null ? undefined : this.#supervisors.get(application.supervisor);
      if (top === undefined) {
        this.#assume(
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
        top: top === undefined ? null : this.#supervisor(top, []),
      });
    };
    for (const application of this.#model.applications) {
      if (root === null || root === application.key || root === application.name) add(application.name, []);
    }
    return order;
  }

  #supervisor(supervisor: Supervisor, above: readonly string[]): PlannedSupervisor {
    this.#keys.add(supervisor.key);
    const { key } = supervisor;
    const why = (field: string) =>
      supervisor.unknown.find((unknown) => unknown.field === field)?.reason ?? "it could not be established";
    const known = <T>(field: string, value: T | null, otherwise: T): T => {
      if (value === null) this.#assume(key, field, String(otherwise), why(field));
      return value ?? otherwise;
    };
    const dynamic = supervisor.dynamic || supervisor.strategy === "simple_one_for_one";
    const path = [...above, key];
    const children: PlannedChild[] = [];
    const templates: PlannedChild[] = [];
    for (const child of supervisor.children) {
      if (dynamic || child.dynamic) templates.push(this.#child(child, dynamicStem(child), path));
      else children.push(...this.#children(child, path));
    }
    if (dynamic && templates.length === 0) {
      this.#notes.push(
        `${supervisor.name} is dynamic and nothing is known of what it starts: it stays empty.`,
      );
    }
    return {
      kind: "supervisor",
      key,
      label: supervisor.name,
      dynamic,
      strategy: dynamic ? "one_for_one" : known("strategy", supervisor.strategy, DEFAULTS.strategy),
      intensity: known("intensity", supervisor.intensity, DEFAULTS.intensity),
      period: known("period", supervisor.period, DEFAULTS.period),
      autoShutdown: known("autoShutdown", supervisor.autoShutdown, "never"),
      children,
      templates,
      once: false,
      uses: this.#uses(key),
    };
  }

  /** One child, or as many as it stands for. */
  #children(child: Child, path: readonly string[]): PlannedChild[] {
    if (child.cardinality !== "many") {
      if (child.cardinality === "maybe") {
        this.#assume(
          child.key,
          "cardinality",
          "it is started",
          "whether it is depends on a condition at run time",
        );
      }
      return [this.#child(child, runningId(child), path)];
    }
    const count = child.count ?? this.#options.dynamicChildren;
    if (child.count === null) {
      this.#assume(child.key, "count", `${count} of them`, "how many there are is known at run time only");
    }
    return Array.from({ length: count }, (_, n) => this.#child(child, runningId(child, n + 1), path, n + 1));
  }

  #child(child: Child, id: string, path: readonly string[], n = 1): PlannedChild {
    this.#keys.add(child.key);
    const why = (field: string) =>
      child.unknown.find((unknown) => unknown.field === field)?.reason ?? "it could not be established";
    const known = <T>(field: string, value: T | null, otherwise: T): T => {
      if (value === null) this.#assume(child.key, field, String(otherwise), why(field));
      return value ?? otherwise;
    };
    if (child.id === null && !child.dynamic) this.#assume(child.key, "id", id, why("id"));
    const process = this.#process(child, id, path);
    if (child.startedBefore) process.once = true;
    const shutdown = process.kind === "supervisor" ? "infinity" : DEFAULTS.worker;
    const restart = known("restart", child.restart, "permanent");
    return {
      key: child.key,
      id,
      restart,
      shutdown: known<Shutdown>("shutdown", child.shutdown, shutdown),
      significant: known("significant", child.significant, false),
      name: nameOf(child, n),
      process,
    };
  }

  #process(child: Child, id: string, path: readonly string[]): PlannedWorker | PlannedSupervisor {
    const below = child.supervisor === null ? undefined : this.#supervisors.get(child.supervisor);
    if (below !== undefined) {
      if (path.includes(below.key) || path.length > DEEPEST) {
        this.#notes.push(`${below.name} is started below itself; the run stops at ${child.id ?? child.key}.`);
        return this.#unknownSupervisor(child, id);
      }
      const planned = this.#supervisor(below, path);
      return { ...planned, uses: [...planned.uses, ...this.#uses(child.key)] };
    }
    if (child.type === "supervisor") {
      this.#assume(child.key, "children", "it has none", "the supervisor's own definition was not found");
      return this.#unknownSupervisor(child, id);
    }
    if (child.type === null) {
      this.#assume(child.key, "type", "worker", "what it starts is not known");
    }
    return this.#worker(child.key, child.start.symbol ?? id, child.process);
  }

  #unknownSupervisor(child: Child, id: string): PlannedSupervisor {
    return {
      kind: "supervisor",
      key: child.key,
      label: child.start.symbol ?? id,
      dynamic: false,
      strategy: DEFAULTS.strategy,
      intensity: DEFAULTS.intensity,
      period: DEFAULTS.period,
      autoShutdown: "never",
      children: [],
      templates: [],
      once: false,
      uses: [],
    };
  }

  #worker(key: string, label: string, facts: ProcessFacts | null): PlannedWorker {
    for (const wait of facts?.initAwaits ?? []) {
      this.#assume(
        key,
        "init",
        `it waits ${INIT_WAIT} ms for ${wait.what}`,
        "how long it takes is known at run time only",
      );
    }
    return { kind: "worker", key, label, facts, uses: this.#uses(key), once: false };
  }

  #uses(key: string): Use[] {
    return (this.#edgesFrom.get(key) ?? []).map((edge) => ({
      kind: edge.kind,
      phase: edge.phase,
      to: edge.to,
      guarded: edge.guarded ?? false,
      keepsPid: edge.keptPid?.by ?? null,
    }));
  }

  /** What is used and not part of the run is taken to be there. */
  #supposeAbsentAnswers(): void {
    for (const edge of this.#model.edges) {
      if (!this.#keys.has(edge.from) || this.#keys.has(edge.to)) continue;
      this.#assume(
        edge.from,
        `${edge.kind} ${edge.via}`,
        "it answers",
        "what it uses is not part of this run",
      );
    }
  }

  #assume(about: string, field: string, assumed: string, why: string): void {
    const key = `${about}\n${field}`;
    if (this.#assumed.has(key)) return;
    this.#assumed.add(key);
    this.#assumptions.push({ about, field, assumed, why });
  }
}

/** Milliseconds that a stand-in waits in init for each thing outside that the code waits for. */
export const INIT_WAIT = 50;

/** Many processes cannot hold one name: each takes the pattern's, or none. */
function nameOf(child: Child, n: number): string | null {
  if (child.name === null || (child.cardinality !== "many" && !child.dynamic)) return child.name;
  return child.name.includes("*") ? child.name.replace("*", String(n)) : null;
}
