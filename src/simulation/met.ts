/** What is met while a run goes on: processes that no plan knows, and code that cannot be followed to its end. */
import type { ClassOf } from "./interpret/classes.ts";
import type { Plan, PlannedSupervisor, PlannedWorker } from "./plan-types.ts";
import { OF_OTHERS, STARTED_BY_OTHERS, Ties } from "./planning/concerned.ts";
import { EMPTY } from "./planning/script.ts";

/** A process that no plan knows. */
const NOBODY: Omit<PlannedWorker, "key" | "label" | "cls" | "code"> = {
  kind: "worker",
  facts: null,
  uses: [],
  script: EMPTY,
  task: false,
  registry: false,
  once: false,
};

/** A supervisor that no plan knows. */
const EMPTY_SUPERVISOR: Omit<PlannedSupervisor, "key" | "label" | "code"> = {
  kind: "supervisor",
  dynamic: false,
  ofLibrary: false,
  strategy: "one_for_one",
  restartsAgo: [],
  intensity: 1,
  period: 5,
  childrenStop: null,
  autoShutdown: "never",
  children: [],
  templates: [],
  once: false,
  endsProgram: false,
  whoeverRan: false,
  uses: [],
  init: [],
};

export class Met {
  readonly #plan: Plan;
  readonly #workers: ReadonlyMap<string, PlannedWorker>;
  readonly #labelOf: (key: string) => string;
  /** Whose code was not followed to its end, and why. */
  readonly #lost = new Map<string, string>();
  /** Processes that no plan knows, by their classes. */
  readonly #met = new Map<ClassOf, PlannedWorker>();
  /** What is supposed, of whom and of which field. */
  readonly #supposed: Set<string>;
  /** Null when somebody has been met since. */
  #ties: Ties | null = null;
  /** How many of a group were lost: two concern everybody in it, each other too. */
  readonly #lostOf = new WeakMap<readonly string[], number>();

  /** `workers`: those of the plan. */
  constructor(plan: Plan, workers: ReadonlyMap<string, PlannedWorker>, labelOf: (key: string) => string) {
    this.#plan = plan;
    this.#workers = workers;
    this.#labelOf = labelOf;
    this.#supposed = new Set(plan.assumptions.map(({ about, field }) => `${about}\n${field}`));
  }

  /** One of a supervisor's children is started, and its id was not computed. */
  named(supervisor: string, id: string): void {
    if (!id.includes("*")) return;
    this.#suppose(supervisor, "children", `one is called ${id}`, "what they are called is computed");
  }

  #suppose(about: string, field: string, assumed: string, why: string): void {
    const which = `${about}\n${field}`;
    if (this.#supposed.has(which)) return;
    this.#supposed.add(which);
    this.#plan.assumptions.push({ about, field, assumed, why });
  }

  /** The code of a process cannot be followed to its end: that is supposed, and concerns whomever it has to do with. */
  lost(about: string, assumed: string, why: string): void {
    if (this.#lost.has(about)) return;
    this.#lost.set(about, why);
    this.#suppose(about, "its code", assumed, why);
    this.#concern(about, why);
  }

  #concern(about: string, why: string): void {
    const ties = this.#tiesOfAll();
    const groups = [...ties.groupsOf(about)];
    const areConcerned = groups.every((group) => (this.#lostOf.get(group) ?? 0) > 1);
    for (const group of groups) this.#lostOf.set(group, (this.#lostOf.get(group) ?? 0) + 1);
    if (areConcerned) return;
    const all = ties.concernedBy([about]);
    const because = `${this.#labelOf(about)}: ${why}`;
    for (const key of all.workers.keys()) this.#suppose(key, ...OF_OTHERS, because);
    for (const key of all.supervisors.keys()) this.#suppose(key, ...STARTED_BY_OTHERS, because);
  }

  #tiesOfAll(): Ties {
    if (this.#ties === null) {
      const { applications, code, roots } = this.#plan;
      const trees = [...applications.flatMap(({ top }) => top ?? []), ...roots];
      this.#ties = new Ties([...this.#workers.values(), ...this.#met.values()], trees, code);
    }
    return this.#ties;
  }

  /**
   * What is planned for a class of the program that `by` starts, first of all what is planned as started by it; those that
   * functions make while it runs are in no plan.
   */
  workerOf(cls: ClassOf, by: string): PlannedWorker {
    const { file, name } = cls.known;
    const planned = [...this.#workers.values()].filter(
      (worker) => file !== "" && worker.cls?.file === file && worker.cls.name === name,
    );
    const starter = this.#workers.get(by)?.facts?.symbol;
    const isIts = (worker: PlannedWorker): boolean =>
      starter !== undefined &&
      this.#plan.orphans.some(({ key, startedBy }) => key === worker.key && startedBy === starter);
    const worker = planned.find(isIts) ?? planned[0];
    if (worker !== undefined) return worker;
    const met = this.#met.get(cls);
    if (met !== undefined) return met;
    const another = { ...NOBODY, key: `${file}#${name}`, label: name, cls: cls.known, code: cls };
    this.#met.set(cls, another);
    this.#ties = null;
    for (const [about, why] of this.#lost) this.#concern(about, why);
    return another;
  }

  /** The same of a supervisor, whose own `init` says everything. */
  supervisorOf(cls: ClassOf): PlannedSupervisor {
    const { file, name } = cls.known;
    return { ...EMPTY_SUPERVISOR, key: `${file}#${name}`, label: name, code: cls };
  }
}
