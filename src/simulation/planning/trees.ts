/** From the supervisors of a model to those that a run will start, with all of their children. */
import {
  type Child,
  dynamicStem,
  isDynamic,
  isOpen,
  NO_LIMIT,
  runningId,
  type Shutdown,
  type Supervisor,
  samePlace,
  type TreeModel,
  traitsOf,
} from "../../model/index.ts";
import type {
  ClassName,
  PlannedChild,
  PlannedRoot,
  PlannedSupervisor,
  PlannedWorker,
} from "../plan-types.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Definitions } from "./definitions.ts";
import { whoseCodeRuns } from "./whose-code-runs.ts";
import type { WorkerPlanner } from "./workers.ts";

/** OTP's defaults, for what is not known. */
const DEFAULTS = { strategy: "one_for_one", intensity: 1, period: 5, worker: 5000 } as const;

/** The limit of a child that is stopped by its first failure, and its siblings with it. */
const NO_RESTART = { intensity: 0, period: null };

/** Supervisors below one another; more is a definition that starts itself. */
const DEEPEST = 64;

export class TreePlanner {
  readonly #model: TreeModel;
  readonly #definitions: Definitions;
  readonly #assumptions: Assumptions;
  readonly #workers: WorkerPlanner;
  readonly #notes: string[];
  /** Where a supervisor is below itself: who it is, and what that means unless its code says what it starts. */
  readonly endless: { key: string; text: string }[] = [];
  /** How many stand for an unknown number of children. */
  readonly #many: number;
  /** Every key that a process is planned for. */
  readonly keys = new Set<string>();

  constructor(
    model: TreeModel,
    definitions: Definitions,
    assumptions: Assumptions,
    workers: WorkerPlanner,
    notes: string[],
    many: number,
  ) {
    this.#model = model;
    this.#definitions = definitions;
    this.#assumptions = assumptions;
    this.#workers = workers;
    this.#notes = notes;
    this.#many = many;
  }

  /** With what code outside any tree gives it. */
  root(supervisor: Supervisor): PlannedRoot {
    const { startName = null, given = [] } = supervisor;
    return { ...this.supervisor(supervisor), startName, given };
  }

  /** `child`: the key of the child that it is. */
  supervisor(supervisor: Supervisor, above: readonly string[] = [], child?: string): PlannedSupervisor {
    this.keys.add(supervisor.key);
    const { key } = supervisor;
    const known = <T>(field: string, value: T | null, otherwise: T): T =>
      this.#known(key, supervisor, field, value, otherwise);
    const suppose = (field: string, assumed: string, reason: string) =>
      this.#assumptions.addOfTree(key, key, field, assumed, reason);
    for (const { field, reason } of supervisor.unknown)
      if (field.startsWith("children")) suppose(field, "there are no others", reason);
    const { pastLimit, groupRestarts } = traitsOf(this.#model, supervisor);
    const childrenStop =
      pastLimit === "children_stop" ? { intensity: supervisor.intensity, period: supervisor.period } : null;
    if (childrenStop?.intensity === null)
      suppose("intensity", "restarts are not limited", whyUnknown(supervisor, "intensity"));
    const dynamic = isDynamic(supervisor);
    const path = [...above, key];
    const children: PlannedChild[] = [];
    const templates: PlannedChild[] = [];
    // Where another has the name the spawn throws, and nothing is started.
    const started = supervisor.children.filter(
      ({ nameTaken, location }) => nameTaken === undefined || samePlace(nameTaken, location),
    );
    for (const child of oneOfEach(started, (left, taken) =>
      this.#assumptions.addOfTree(
        key,
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
    const code = childrenStop === null ? this.#codeOf(supervisor, children, above.length === 0) : null;
    if (code !== null && !dynamic) giveTasks(children, code);
    // Nobody makes the class.
    if (code === null)
      for (const { process } of children) if (isMade(process)) this.#workers.runScript(process);
    return {
      kind: "supervisor",
      key,
      label: supervisor.name,
      ofLibrary: false,
      dynamic,
      strategy: dynamic ? "one_for_one" : known("strategy", supervisor.strategy, DEFAULTS.strategy),
      intensity:
        childrenStop === null ? known("intensity", supervisor.intensity, DEFAULTS.intensity) : NO_LIMIT,
      period:
        childrenStop === null
          ? known("period", supervisor.period, DEFAULTS.period)
          : Math.ceil(childrenStop.period ?? NO_LIMIT),
      childrenStop,
      endsProgram: pastLimit === "program_ends",
      whoeverRan: groupRestarts === "running",
      autoShutdown: known("autoShutdown", supervisor.autoShutdown, "never"),
      restartsAgo: supervisor.restartsAgo ?? [],
      children,
      templates,
      code,
      once: false,
      ...this.#workers.supervisor(supervisor, child),
    };
  }

  /** The class of a supervisor where its own `init` says what it starts; what that finds of the world around is supposed. */
  #codeOf(supervisor: Supervisor, children: readonly PlannedChild[], isRoot: boolean): ClassName | null {
    const codes = whoseCodeRuns(this.#model.code);
    const { key } = supervisor;
    const dynamic = isDynamic(supervisor);
    if (!(isOpen(supervisor) || dynamic || children.some(({ process }) => isMade(process)))) return null;
    const isGivenNone = isRoot && supervisor.given === undefined;
    const code = codes.supervisorOf(key, isGivenNone);
    if (code === null) {
      const obstacle = dynamic ? codes.obstacleOf(key) : null;
      if (obstacle !== null) this.#assumptions.addOfTree(key, key, "maxChildren", "any number", obstacle);
      return null;
    }
    codes.supposeOutside(code, key, this.#assumptions);
    if (isGivenNone && codes.takesArguments(code))
      this.#assumptions.add(
        key,
        "children by its arguments",
        "it is given none",
        "what it is started with is not known",
      );
    return code;
  }

  /** Whether the processes of a supervisor's library are classes, whose code is followed. */
  #isOfClasses(key: string): boolean {
    const supervisor = this.#definitions.supervisor(key);
    return supervisor !== undefined && traitsOf(this.#model, supervisor).definition === "class";
  }

  /** One child, or as many as it stands for. */
  #children(child: Child, path: readonly string[]): PlannedChild[] {
    if (child.cardinality !== "many") {
      if (child.cardinality === "maybe") {
        this.#suppose(
          path,
          child,
          "cardinality",
          "it is started",
          "whether it is depends on a condition at run time",
        );
      }
      return [this.#child(child, runningId(child), path)];
    }
    const count = child.count ?? this.#many;
    if (child.count === null) {
      this.#suppose(path, child, "count", `${count} of them`, "how many there are is known at run time only");
    }
    return Array.from({ length: count }, (_, n) => this.#child(child, runningId(child, n + 1), path, n + 1));
  }

  #child(child: Child, id: string, path: readonly string[], n = 1): PlannedChild {
    this.keys.add(child.key);
    const above = path.at(-1) ?? "";
    const known = <T>(field: string, value: T | null, otherwise: T): T =>
      this.#known(above, child, field, value, otherwise);
    if (child.id === null && !child.dynamic) this.#suppose(path, child, "id", id, whyUnknown(child, "id"));
    const unknownStart = child.unknown.find(({ field }) => field === "start");
    if (unknownStart !== undefined)
      this.#suppose(path, child, "start", "it does nothing by itself", unknownStart.reason);
    if (child.takenForDead)
      this.#suppose(
        path,
        child,
        "supervisor",
        "it is looked after as in OTP",
        "the library takes a supervisor among the children for dead at once",
      );
    const process = this.#process(child, id, path);
    if (unknownStart === undefined && isUnread(process) && this.#isOfClasses(above))
      this.#suppose(path, child, "start", "it does nothing by itself", "its code was not read");
    if (child.startedBefore) {
      process.once = true;
      if (process.kind === "worker") this.#workers.runScript(process);
    }
    const shutdown = process.kind === "supervisor" ? "infinity" : DEFAULTS.worker;
    // It ends where it stops by itself, and then for good.
    const goesOn = child.goesOn === true;
    const restart = goesOn ? "temporary" : known("restart", child.restart, "permanent");
    const stopsAll = this.#concernsAll(path, child) && restart === "temporary";
    if (restart === "temporary") this.#supposeOfGroup(path, child);
    return {
      key: child.key,
      id,
      restart: stopsAll ? "transient" : restart,
      shutdown: known<Shutdown>("shutdown", child.shutdown, shutdown),
      significant: known("significant", child.significant, false),
      name: nameOf(child, n),
      startTimeout:
        child.startTimeout === undefined
          ? "infinity"
          : known<number | "infinity">("startTimeout", child.startTimeout, "infinity"),
      goesOn,
      ownLimit: stopsAll ? NO_RESTART : (child.ownLimit ?? null),
      process,
      fromOutside: child.startedOutside === true,
      given: child.given === undefined ? [] : child.given,
      invented: 0,
      single:
        child.dynamic &&
        child.id !== null &&
        !child.id.includes("*") &&
        !this.#definitions.supervisor(above)?.dynamic,
    };
  }

  /** Not every library is known to leave temporary children out when it starts a group again. */
  #supposeOfGroup(path: readonly string[], child: Child): void {
    const above = this.#definitions.supervisor(path.at(-1) ?? "");
    if (above?.strategy !== "one_for_all" && above?.strategy !== "rest_for_one") return;
    if (traitsOf(this.#model, above).groupRestarts === null)
      this.#suppose(
        path,
        child,
        "restart",
        "its siblings are started again without it",
        "whether a group that is started again has its temporary children is up to the library",
      );
  }

  /** Whether a failure is decided for the siblings too, in libraries that stop those as well. */
  #concernsAll(path: readonly string[], child: Child): boolean {
    const above = this.#definitions.supervisor(path.at(-1) ?? "");
    if (above === undefined || traitsOf(this.#model, above).pastLimit !== "children_stop") return false;
    const { ownStrategy } = child;
    // Who is stopped for its own failure alone is so in either.
    if (ownStrategy === "one_for_all" || (ownStrategy !== undefined && child.restart !== "temporary"))
      this.#suppose(
        path,
        child,
        "strategy",
        above.strategy === "one_for_all" ? "its restarts are its siblings' too" : "its failure is its own",
        `its own strategy is ${ownStrategy}`,
      );
    return above.strategy === "one_for_all" && ownStrategy === undefined;
  }

  #process(child: Child, id: string, path: readonly string[]): PlannedWorker | PlannedSupervisor {
    const below = child.supervisor === null ? undefined : this.#definitions.supervisor(child.supervisor);
    if (below !== undefined) {
      if (path.includes(below.key) || path.length > DEEPEST) {
        const text = `${below.name} is started below itself; the run stops at ${child.id ?? child.key}.`;
        this.endless.push({ key: below.key, text });
        return this.#unknownSupervisor(child, id);
      }
      return this.supervisor(below, path, child.key);
    }
    if (child.type === "supervisor") {
      if (isOfLibrary(child)) {
        if (child.given === null) this.#suppose(path, child, "flags", "the usual ones", "they are computed");
      } else
        this.#suppose(
          path,
          child,
          "children",
          "it has none",
          "the supervisor's own definition was not found",
        );
      return this.#unknownSupervisor(child, id);
    }
    if (child.type === null) {
      this.#suppose(path, child, "type", "worker", "what it starts is not known");
    }
    return this.#workers.child(child, id);
  }

  #unknownSupervisor(child: Child, id: string): PlannedSupervisor {
    return {
      kind: "supervisor",
      key: child.key,
      label: child.start.symbol ?? id,
      dynamic: isOfLibrary(child),
      ofLibrary: isOfLibrary(child),
      strategy: DEFAULTS.strategy,
      restartsAgo: [],
      intensity: DEFAULTS.intensity,
      period: DEFAULTS.period,
      childrenStop: null,
      endsProgram: false,
      whoeverRan: false,
      autoShutdown: "never",
      children: [],
      templates: [],
      code: null,
      once: false,
      uses: [],
      init: [],
    };
  }

  /** `path`: the keys of the supervisors above the child. */
  #suppose(path: readonly string[], child: Child, field: string, assumed: string, why: string): void {
    this.#supposeIn(path.at(-1) ?? "", child.key, field, assumed, why);
  }

  /** Of a supervisor or of a child; the own code of a dynamic supervisor says what it is itself, and not what its children are. */
  #supposeIn(above: string, about: string, field: string, assumed: string, why: string): void {
    const supervisor = this.#definitions.supervisor(above);
    if (about !== above && supervisor !== undefined && isDynamic(supervisor))
      this.#assumptions.add(about, field, assumed, why);
    else this.#assumptions.addOfTree(above, about, field, assumed, why);
  }

  #known<T>(above: string, of: Supervisor | Child, field: string, value: T | null, otherwise: T): T {
    if (value === null) this.#supposeIn(above, of.key, field, String(otherwise), whyUnknown(of, field));
    return value ?? otherwise;
  }
}

/** Whether code makes its class while it runs. */
const isMade = (process: PlannedWorker | PlannedSupervisor): process is PlannedWorker =>
  process.kind === "worker" && process.cls?.made === true;

/** Whether nothing at all is known of what it does; the library's own are known. */
const isUnread = (process: PlannedWorker | PlannedSupervisor): boolean =>
  process.kind === "worker" && process.facts === null && !process.task && !process.registry;

/** What a task does is in the code of its supervisor. */
function giveTasks(children: readonly PlannedChild[], code: ClassName): void {
  for (const { process } of children) if (process.kind === "worker" && process.task) process.code = code;
}

/** The library's own ones have no definition in the program. */
const isOfLibrary = ({ start }: Child): boolean =>
  start.file === null && /^(?:Task|Dynamic)Supervisor$/.test(start.symbol ?? "");

function whyUnknown({ unknown }: Supervisor | Child, field: string): string {
  return unknown.find((each) => each.field === field)?.reason ?? "it could not be established";
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

/** Many processes cannot hold one name: each takes the pattern's, or none. */
function nameOf(child: Child, n: number): string | null {
  if (child.name === null || (child.cardinality !== "many" && !child.dynamic)) return child.name;
  return child.name.includes("*") ? child.name.replace("*", String(n)) : null;
}
