/**
 * From the model to what will be started: a plan without unknowns. Where the model does not know, the plan
 * supposes something, and says so.
 */
import {
  type Assumption,
  addUnder,
  type Child,
  dynamicStem,
  type Edge,
  type Location,
  NO_LIMIT,
  type ProcessFacts,
  runningId,
  type Shutdown,
  type Supervisor,
  type TreeModel,
} from "../model/index.ts";
import { concerned } from "./concerned.ts";
import { OUTSIDE } from "./interpret/globals.ts";
import type {
  Plan,
  PlannedApplication,
  PlannedChild,
  PlannedOrphan,
  PlannedSupervisor,
  PlannedWorker,
  Script,
  Use,
} from "./plan-types.ts";
import { Replies } from "./replies.ts";
import { type Material, scriptOf, supervisorScript } from "./script.ts";
import { startedByThemselves } from "./self-started.ts";
import { placings, scriptedAfterAll, whoseCodeRuns } from "./whose-code-runs.ts";

export * from "./plan-types.ts";
export { INIT_WAIT } from "./script.ts";

export class PlanError extends Error {
  override readonly name = "PlanError";
}

export interface PlanOptions {
  /** Stand-ins for an unknown number of children, and for each dynamic supervisor. */
  dynamicChildren: number;
  /** Supervisors whose trees do not run. */
  absent?: readonly string[];
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
  /** By the key of the child that it is. */
  readonly #asChild = new Map<string, string>();
  readonly #edgesFrom = new Map<string, Edge[]>();
  readonly #keys = new Set<string>();
  /** The names that each process takes. */
  readonly #namesOf = new Map<string, readonly string[]>();
  /** Everything in trees that do not run. */
  readonly #absent = new Set<string>();
  /** Processes outside any tree that somebody in the run starts. */
  readonly #startsOrphans = new Set<string>();
  readonly #replies: Replies;
  readonly #assumptions: Assumption[] = [];
  readonly #assumed = new Map<string, Assumption>();
  /** Those that scripts of processes suppose, with the keys of these. */
  readonly #supposedBy = new Map<Assumption, Set<string>>();
  readonly #whoseCodeRuns: ReturnType<typeof whoseCodeRuns>;
  readonly #codeRuns = new Set<string>();
  readonly #scripts = new Map<PlannedWorker, () => Script>();
  readonly #notes: string[] = [];
  /** The names that processes of the program register, with `*` for what is computed. */
  readonly #patterns: readonly string[];

  constructor(model: TreeModel, options: PlanOptions) {
    this.#model = model;
    this.#options = options;
    this.#whoseCodeRuns = whoseCodeRuns(model.code);
    this.#supervisors = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor]));
    for (const { children } of model.supervisors)
      for (const { key, supervisor } of children) if (supervisor !== null) this.#asChild.set(key, supervisor);
    for (const key of options.absent ?? []) this.#leaveOut(key);
    this.#patterns = [
      ...model.supervisors.flatMap(({ children, process }) => [
        ...(process?.registers ?? []),
        ...children.flatMap((child) => [child.name ?? "", ...(child.process?.registers ?? [])]),
      ]),
      ...model.orphans.flatMap(({ process }) => process?.registers ?? []),
    ];
    for (const { children } of model.supervisors)
      for (const { key, supervisor, name, process } of children)
        for (const each of supervisor === null ? [key] : [key, supervisor])
          this.#namesOf.set(each, [...(name === null ? [] : [name]), ...(process?.registers ?? [])]);
    for (const { key, process } of model.orphans) this.#namesOf.set(key, process?.registers ?? []);
    for (const edge of model.edges) {
      addUnder(this.#edgesFrom, edge.from, edge);
    }
    this.#replies = new Replies(model, this.#edgesFrom);
  }

  #leaveOut(key: string): void {
    if (this.#absent.has(key)) return;
    this.#absent.add(key);
    for (const child of this.#supervisors.get(key)?.children ?? []) {
      this.#absent.add(child.key);
      if (child.supervisor !== null) this.#leaveOut(child.supervisor);
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
    // Those that take part start others, which may start others.
    for (let more = true; more; ) {
      more = false;
      for (const orphan of model.orphans) {
        const wanted = root === null || orphan.key === root || this.#startsOrphans.has(orphan.key);
        if (!wanted || this.#keys.has(orphan.key)) continue;
        more = true;
        this.#keys.add(orphan.key);
        const worker = this.#worker(
          orphan.key,
          orphan.name,
          orphan.process,
          isTask(orphan.start, orphan.process),
          null,
        );
        const begins: PlannedOrphan["begins"] = orphan.startedBy === undefined ? "outside" : "itself";
        const given = orphan.given === undefined ? [] : orphan.given;
        // The same object: its script is known by it.
        orphans.push(Object.assign(worker, { linked: orphan.linked, given, begins }));
      }
    }
    if (root !== null && applications.length + roots.length + orphans.length === 0) {
      throw new PlanError(
        `There is nothing to run under ${root}: the model has no such supervisor or application.`,
      );
    }
    this.#supposeAbsentAnswers();
    const trees = [...applications.flatMap(({ top }) => top ?? []), ...roots];
    const started = this.#decideWhoseCodeRuns(trees, orphans);
    this.#supposeOfConcerned(placings(trees, orphans).map(({ worker }) => worker));
    for (const tree of trees) this.#invent(tree, started);
    for (const orphan of orphans) {
      if (orphan.begins !== "itself" || started.has(orphan.key)) continue;
      orphan.begins = "invented";
      this.#assume(
        orphan.key,
        "dynamic children",
        "one is running",
        "a message that is not part of the run starts it",
      );
    }
    return {
      applications,
      roots,
      orphans,
      keys: this.#keys,
      absent: this.#absent,
      assumptions: this.#assumptions.filter((assumption) => this.#holds(assumption)),
      code: this.#model.code,
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

  /** `child`: the key of the child that it is, by which its own uses may be known. */
  #supervisor(supervisor: Supervisor, above: readonly string[], child?: string): PlannedSupervisor {
    this.#keys.add(supervisor.key);
    const { key } = supervisor;
    const why = (field: string) =>
      supervisor.unknown.find((unknown) => unknown.field === field)?.reason ?? "it could not be established";
    const known = <T>(field: string, value: T | null, otherwise: T): T => {
      if (value === null) this.#assume(key, field, String(otherwise), why(field));
      return value ?? otherwise;
    };
    const { edges, uses } = this.#uses(key, ...(child === undefined ? [] : [child]));
    const suppose = (field: string, assumed: string, reason: string) =>
      this.#assume(key, field, assumed, reason);
    for (const { field, reason } of supervisor.unknown)
      if (field.startsWith("children")) suppose(field, "there are no others", reason);
    const childrenStop =
      this.#model.dialects.find(({ name }) => name === supervisor.dialect)?.pastLimit === "children_stop"
        ? { intensity: supervisor.intensity, period: supervisor.period }
        : null;
    if (childrenStop?.intensity === null) suppose("intensity", "restarts are not limited", why("intensity"));
    const dynamic = supervisor.dynamic || supervisor.strategy === "simple_one_for_one";
    const path = [...above, key];
    const children: PlannedChild[] = [];
    const templates: PlannedChild[] = [];
    for (const child of oneOfEach(supervisor.children, (left, taken) =>
      this.#assume(
        left.key,
        "cardinality",
        "it is not started",
        `it is the other one of two with the id ${taken.id}, and a condition at run time decides`,
      ),
    )) {
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
      intensity:
        childrenStop === null ? known("intensity", supervisor.intensity, DEFAULTS.intensity) : NO_LIMIT,
      period:
        childrenStop === null
          ? known("period", supervisor.period, DEFAULTS.period)
          : Math.ceil(childrenStop.period ?? NO_LIMIT),
      childrenStop,
      autoShutdown: known("autoShutdown", supervisor.autoShutdown, "never"),
      restartsAgo: supervisor.restartsAgo ?? [],
      children,
      templates,
      once: false,
      uses: [...uses.values()],
      init: supervisorScript({
        facts: supervisor.process,
        edges,
        uses,
        takes: null,
        isTaken: this.#isTaken,
        isCalled: this.#isCalled,
        childAt: this.#childAt,
        areRepliesKnown: (formula) => this.#replies.areKnown(key, formula),
        orphanAt: this.#orphanAt,
        suppose,
        codeRuns: false,
        supposeStarted: (started) => this.#supposeStarted(started, key),
      }),
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
    const unknownStart = child.unknown.find(({ field }) => field === "start");
    if (unknownStart !== undefined)
      this.#assume(child.key, "start", "it does nothing by itself", unknownStart.reason);
    const process = this.#process(child, id, path);
    if (child.startedBefore) {
      process.once = true;
      if (process.kind === "worker") this.#runScript(process);
    }
    const shutdown = process.kind === "supervisor" ? "infinity" : DEFAULTS.worker;
    const restart = known("restart", child.restart, "permanent");
    return {
      key: child.key,
      id,
      restart,
      shutdown: known<Shutdown>("shutdown", child.shutdown, shutdown),
      significant: known("significant", child.significant, false),
      name: nameOf(child, n),
      ownLimit: child.ownLimit ?? null,
      process,
      given: child.given === undefined ? [] : child.given,
      invented: 0,
      single:
        child.dynamic &&
        child.id !== null &&
        !child.id.includes("*") &&
        !this.#supervisors.get(path.at(-1) ?? "")?.dynamic,
    };
  }

  #process(child: Child, id: string, path: readonly string[]): PlannedWorker | PlannedSupervisor {
    const below = child.supervisor === null ? undefined : this.#supervisors.get(child.supervisor);
    if (below !== undefined) {
      if (path.includes(below.key) || path.length > DEEPEST) {
        this.#notes.push(`${below.name} is started below itself; the run stops at ${child.id ?? child.key}.`);
        return this.#unknownSupervisor(child, id);
      }
      return this.#supervisor(below, path, child.key);
    }
    if (child.type === "supervisor") {
      this.#assume(child.key, "children", "it has none", "the supervisor's own definition was not found");
      return this.#unknownSupervisor(child, id);
    }
    if (child.type === null) {
      this.#assume(child.key, "type", "worker", "what it starts is not known");
    }
    const label = child.start.symbol ?? id;
    const worker = this.#worker(
      child.key,
      label,
      child.process,
      isTask(child.start, child.process),
      child.name,
    );
    worker.registry = child.start.file === null && label === "Registry" && isRegistry(child.given);
    return worker;
  }

  #unknownSupervisor(child: Child, id: string): PlannedSupervisor {
    return {
      kind: "supervisor",
      key: child.key,
      label: child.start.symbol ?? id,
      // The library's own ones have no definition in the program.
      dynamic: child.start.file === null && /^(?:Task|Dynamic)Supervisor$/.test(child.start.symbol ?? ""),
      strategy: DEFAULTS.strategy,
      restartsAgo: [],
      intensity: DEFAULTS.intensity,
      period: DEFAULTS.period,
      childrenStop: null,
      autoShutdown: "never",
      children: [],
      templates: [],
      once: false,
      uses: [],
      init: [],
    };
  }

  #worker(
    key: string,
    label: string,
    facts: ProcessFacts | null,
    task: boolean,
    name: string | null,
  ): PlannedWorker {
    const { edges, uses } = this.#uses(key);
    const suppose = (field: string, assumed: string, why: string) =>
      this.#assume(key, field, assumed, why, key);
    if (task && facts?.reactions === undefined)
      suppose("function", "it ends normally at once", "what the function of a task does is not read");
    const cls = facts === null || task ? null : { file: facts.location.file, name: facts.symbol };
    const code = this.#whoseCodeRuns.classOf(cls);
    const material = (codeRuns: boolean): Material => ({
      facts,
      edges,
      uses,
      takes: name,
      isTaken: this.#isTaken,
      isCalled: this.#isCalled,
      childAt: this.#childAt,
      areRepliesKnown: (formula) => this.#replies.areKnown(key, formula),
      orphanAt: this.#orphanAt,
      suppose,
      codeRuns,
      supposeStarted: (started) => this.#supposeStarted(started, key),
    });
    const script = scriptOf(material(code !== null));
    const planned: PlannedWorker = {
      kind: "worker",
      key,
      label,
      facts,
      uses: [...uses.values()],
      script,
      task,
      registry: false,
      once: false,
      cls,
      code,
    };
    if (code !== null) this.#scripts.set(planned, () => scriptOf(material(false)));
    return planned;
  }

  /** Runs the script of a process in the place of its code. */
  #runScript(worker: PlannedWorker): void {
    worker.code = null;
    const script = this.#scripts.get(worker);
    if (script !== undefined) worker.script = script();
  }

  /** Returns what the processes of the run start by themselves. */
  #decideWhoseCodeRuns(
    trees: readonly PlannedSupervisor[],
    orphans: readonly PlannedOrphan[],
  ): ReadonlySet<string> {
    const all = placings(trees, orphans);
    let started = startedByThemselves(trees, orphans, this.#asChild);
    for (;;) {
      const known = started;
      const scripted = scriptedAfterAll(all, ({ start }) => !known.has(start.key));
      if (scripted.size === 0) break;
      for (const worker of scripted) this.#runScript(worker);
      started = startedByThemselves(trees, orphans, this.#asChild);
    }
    const scripts = new Set(all.filter(({ worker }) => worker.code === null).map(({ worker }) => worker.key));
    for (const { worker } of all) {
      if (worker.code === null || scripts.has(worker.key)) continue;
      this.#codeRuns.add(worker.key);
      for (const what of this.#whoseCodeRuns.outside(worker.code))
        this.#assume(worker.key, what, OUTSIDE[what] ?? "", "it is known at run time only");
    }
    return started;
  }

  /** What is supposed of one process decides what becomes of others. */
  #supposeOfConcerned(workers: readonly PlannedWorker[]): void {
    const labels = new Map(workers.map(({ key, label }) => [key, label]));
    const supposed = this.#assumptions
      .filter((assumption) => this.#supposedBy.has(assumption) && this.#holds(assumption))
      .map(({ about }) => about);
    for (const [key, by] of concerned(workers, new Set(supposed)))
      this.#assume(
        key,
        "what others do with it",
        "it is what is supposed of them",
        `${[...by].map((each) => labels.get(each) ?? each).join(", ")}: it is known at run time only`,
      );
  }

  /** What is supposed of code in the place of which a script would run does not matter where the code runs. */
  #holds(assumption: Assumption): boolean {
    const by = this.#supposedBy.get(assumption);
    return by === undefined || [...by].some((key) => !this.#codeRuns.has(key));
  }

  /** Whether some process of the program takes this name, as far as its names are known. */
  readonly #isTaken = (name: string): boolean => this.#patterns.some((pattern) => matches(pattern, name));

  readonly #isCalled = (key: string, name: string): boolean =>
    (this.#namesOf.get(key) ?? []).some((pattern) => matches(pattern, name));

  #supposeStarted(key: string, by: string): void {
    const supervisor = this.#supervisors.get(this.#asChild.get(key) ?? key);
    for (const about of supervisor === undefined ? [key] : supervisor.children.map((child) => child.key))
      this.#assume(about, "started", "it is, each time", "a condition at run time decides", by);
  }

  /** The process outside any tree that is started at a place. */
  readonly #orphanAt = ({ file, line, column }: Location): string | null => {
    const orphan = this.#model.orphans.find(
      ({ location }) => location.file === file && location.line === line && location.column === column,
    );
    if (orphan !== undefined) this.#startsOrphans.add(orphan.key);
    return orphan?.key ?? null;
  };

  #uses(...keys: readonly string[]): { edges: Edge[]; uses: Map<Edge, Use> } {
    const edges = keys.flatMap((key) => this.#edgesFrom.get(key) ?? []);
    const uses = edges.map((edge): [Edge, Use] => {
      const template = edge.kind === "start" ? this.#childAt(edge) : undefined;
      const use: Use = {
        kind: edge.kind,
        phase: edge.phase,
        to: edge.to,
        guarded: edge.guarded ?? false,
        unawaited: edge.unawaited ?? false,
        ifThere: edge.possible === "found" || edge.possible === "alive",
        keepsPid: edge.keptPid?.by ?? null,
        ...(template === undefined ? {} : { template }),
      };
      return [edge, use];
    });
    return { edges, uses: new Map(uses) };
  }

  /** The child that is started at the place of an edge, of those that are started at run time. */
  readonly #childAt = ({ to, location }: Edge, id?: string): string | undefined => {
    const inside = ({ file, line, column }: Child["location"]) =>
      file === location.file &&
      (line > location.line || (line === location.line && column >= location.column)) &&
      (line < location.endLine || (line === location.endLine && column <= location.endColumn));
    return this.#supervisors
      .get(this.#asChild.get(to) ?? to)
      ?.children.find(
        (child) => child.dynamic && inside(child.location) && (id === undefined || child.id === id),
      )?.key;
  };

  /** Dynamic supervisors that nothing is known to fill get some children to show. */
  #invent(tree: PlannedSupervisor, started: ReadonlySet<string>): void {
    for (const template of tree.templates) {
      if (started.has(template.key) || (tree.dynamic && started.has(tree.key))) continue;
      template.invented = template.single ? 1 : this.#options.dynamicChildren;
      if (template.invented === 0) continue;
      const { invented, key } = template;
      this.#assume(
        key,
        "dynamic children",
        invented === 1 ? "one is running" : `${invented} are running`,
        "when they are started, and how many, is decided at run time",
      );
    }
    for (const { process } of tree.children)
      if (process.kind === "supervisor") this.#invent(process, started);
  }

  /** What is used and not part of the run is taken to be there. */
  #supposeAbsentAnswers(): void {
    for (const edge of this.#model.edges) {
      if (!this.#keys.has(edge.from) || this.#keys.has(edge.to) || this.#absent.has(edge.to)) continue;
      this.#assume(
        edge.from,
        `${edge.kind} ${edge.via}`,
        "it answers",
        "what it uses is not part of this run",
      );
    }
  }

  /** `by`: the process whose script supposes it. */
  #assume(about: string, field: string, assumed: string, why: string, by: string | null = null): void {
    const key = `${about}\n${field}`;
    const known = this.#assumed.get(key);
    if (known !== undefined) {
      if (by === null) this.#supposedBy.delete(known);
      else this.#supposedBy.get(known)?.add(by);
      return;
    }
    const assumption = { about, field, assumed, why };
    this.#assumed.set(key, assumption);
    if (by !== null) this.#supposedBy.set(assumption, new Set([by]));
    this.#assumptions.push(assumption);
  }
}

/** Whether a name fits a pattern with `*`. */
function matches(pattern: string, name: string): boolean {
  const [before = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  const after = rest.at(-1) ?? "";
  return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
}

/** Of children under one id that are there on a condition, the first. */
function oneOfEach(children: readonly Child[], leave: (left: Child, taken: Child) => void): readonly Child[] {
  const taken = new Map<string, Child>();
  return children.filter((child) => {
    if (child.id === null || child.dynamic || child.cardinality !== "maybe") return true;
    const other = taken.get(child.id);
    if (other === undefined) taken.set(child.id, child);
    else leave(child, other);
    return other === undefined;
  });
}

/** The library's own process that runs one function. */
function isTask({ symbol }: Child["start"], facts: ProcessFacts | null): boolean {
  return symbol === "Task" && (facts === null || facts.symbol === "Task");
}

/** Whether these are the arguments of the library's registry. */
function isRegistry(given: readonly unknown[] | null | undefined): boolean {
  const [options] = given ?? [];
  return typeof options === "object" && options !== null && "keys" in options;
}

/** Many processes cannot hold one name: each takes the pattern's, or none. */
function nameOf(child: Child, n: number): string | null {
  if (child.name === null || (child.cardinality !== "many" && !child.dynamic)) return child.name;
  return child.name.includes("*") ? child.name.replace("*", String(n)) : null;
}
