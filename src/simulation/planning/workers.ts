/** What a model says of each process by itself: with whom it has to do, and its code or the script in the place of that. */
import {
  type Child,
  type Edge,
  isLibraryRegistry,
  type Orphan,
  type ProcessFacts,
  type Supervisor,
  type TreeModel,
  timeoutOfCall,
} from "../../model/index.ts";
import type {
  ClassName,
  PlannedOrphan,
  PlannedSupervisor,
  PlannedWorker,
  Script,
  Use,
} from "../plan-types.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Definitions } from "./definitions.ts";
import { Replies } from "./replies.ts";
import { type Material, scriptOf, supervisorScript } from "./script.ts";
import { whoseCodeRuns } from "./whose-code-runs.ts";

export class WorkerPlanner {
  readonly #definitions: Definitions;
  readonly #assumptions: Assumptions;
  readonly #whoseCodeRuns: ReturnType<typeof whoseCodeRuns>;
  readonly #replies: Replies;
  /** The scripts of those whose code would run. */
  readonly #scripts = new Map<PlannedWorker, () => Script>();
  /** Processes outside any tree that somebody who is planned starts. */
  readonly startsOrphans = new Set<string>();

  constructor(model: TreeModel, definitions: Definitions, assumptions: Assumptions) {
    this.#definitions = definitions;
    this.#assumptions = assumptions;
    this.#whoseCodeRuns = whoseCodeRuns(model.code);
    this.#replies = new Replies(model, definitions);
  }

  /** A process outside any tree. */
  orphan(orphan: Orphan): PlannedOrphan {
    const worker = this.#worker(orphan.key, orphan.name, orphan, null);
    const { linked, startedBy = null } = orphan;
    const begins: PlannedOrphan["begins"] = startedBy === null ? "outside" : "itself";
    const given = orphan.given === undefined ? [] : orphan.given;
    // The same object: its script is known by it.
    return Object.assign(worker, { linked, given, begins, startedBy });
  }

  /** A child of a supervisor. */
  child(child: Child, id: string): PlannedWorker {
    const label = child.start.symbol ?? id;
    const worker = this.#worker(child.key, label, child, child.name);
    worker.registry = isLibraryRegistry(child);
    return worker;
  }

  /** What a supervisor does itself; `child`: the key of the child that it is, by which its uses may be known. */
  supervisor({ key, process }: Supervisor, child?: string): Pick<PlannedSupervisor, "uses" | "init"> {
    const used = this.#uses(process, key, ...(child === undefined ? [] : [child]));
    const init = supervisorScript(this.#material(key, process, null, used, false, null));
    return { uses: [...used.uses.values()], init };
  }

  #worker(
    key: string,
    label: string,
    { start, process: facts }: Pick<Child, "start" | "process">,
    name: string | null,
  ): PlannedWorker {
    const task = isTask(start, facts);
    const used = this.#uses(facts, key);
    if (task && facts?.reactions === undefined)
      this.#assumptions.add(
        key,
        "function",
        "it ends normally at once",
        "what the function of a task does is not read",
        key,
      );
    const cls = facts === null || task ? null : this.#classOf(facts);
    const code = this.#whoseCodeRuns.classOf(cls);
    const material = (codeRuns: boolean) => this.#material(key, facts, name, used, codeRuns, key);
    const script = scriptOf(material(code !== null));
    const planned: PlannedWorker = {
      kind: "worker",
      key,
      label,
      facts,
      uses: [...used.uses.values()],
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

  /** How the program's code calls the class of a process; null where nothing was seen to call it something. */
  #classOf({ symbol, location, madeIn, madeAs, madeInside }: ProcessFacts): ClassName | null {
    const file = madeIn === undefined ? location.file : madeIn;
    const cls = file === null ? null : { file, name: madeAs ?? symbol };
    return madeInside === undefined || (cls !== null && this.#whoseCodeRuns.has(cls))
      ? cls
      : { file: location.file, name: madeInside, made: true };
  }

  /** Runs the script of a process in the place of its code. */
  runScript(worker: PlannedWorker): void {
    worker.code = null;
    const script = this.#scripts.get(worker);
    if (script !== undefined) worker.script = script();
  }

  /** What is known of one process; `by`: whose script supposes what is supposed. */
  #material(
    key: string,
    facts: ProcessFacts | null,
    takes: string | null,
    used: Pick<Material, "edges" | "uses">,
    codeRuns: boolean,
    by: string | null,
  ): Material {
    return {
      key,
      facts,
      takes,
      ...used,
      codeRuns,
      definitions: this.#definitions,
      replies: this.#replies,
      suppose: (field, assumed, why) => this.#assumptions.add(key, field, assumed, why, by),
      supposeStarted: (started) => this.#supposeStarted(started, key),
      startsOrphan: (orphan) => this.startsOrphans.add(orphan),
    };
  }

  #supposeStarted(key: string, by: string): void {
    const supervisor = this.#definitions.supervisor(this.#definitions.keyOf(key));
    for (const about of supervisor === undefined ? [key] : supervisor.children.map((child) => child.key))
      this.#assumptions.add(about, "started", "it is, each time", "a condition at run time decides", by);
  }

  #uses(facts: ProcessFacts | null, ...keys: readonly string[]): { edges: Edge[]; uses: Map<Edge, Use> } {
    const edges = keys.flatMap((key) => this.#definitions.edgesFrom(key));
    const uses = edges.map((edge): [Edge, Use] => {
      const template = edge.kind === "start" ? this.#definitions.childAt(edge) : undefined;
      const timeout = edge.kind === "call" ? timeoutOfCall(facts, edge.location) : undefined;
      const use: Use = {
        kind: edge.kind,
        phase: edge.phase,
        to: edge.to,
        guarded: edge.guarded ?? false,
        unawaited: edge.unawaited ?? false,
        ...(edge.throws ? { throws: edge.throws } : {}),
        ifThere: edge.possible === "found" || edge.possible === "alive",
        keepsPid: edge.keptPid?.by ?? null,
        ...(template === undefined ? {} : { template }),
        ...(timeout === undefined ? {} : { timeout }),
      };
      return [edge, use];
    });
    return { edges, uses: new Map(uses) };
  }
}

/** The library's own process that runs one function. */
function isTask({ symbol }: Child["start"], facts: ProcessFacts | null): boolean {
  return symbol === "Task" && (facts === null || facts.symbol === "Task");
}
