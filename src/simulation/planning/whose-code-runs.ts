/**
 * Whose code runs as it is written, and whose script runs in its place. Code needs whatever its messages hold: who gets some of
 * a script, which sends their types only, has its own script run.
 */
import { addUnder, type FileCode, keptFor } from "../../model/index.ts";
import { OUTSIDE } from "../interpret/globals.ts";
import { type Read, Readable } from "../interpret/readable.ts";
import {
  type ClassName,
  messageEventOf,
  type PlannedChild,
  type PlannedOrphan,
  type PlannedSupervisor,
  type PlannedWorker,
} from "../plan-types.ts";
import type { Assumptions } from "./assumptions.ts";

/** Somebody in a plan, and where the arguments of its start come from. */
export interface Placing<Process = PlannedWorker | PlannedSupervisor> {
  process: Process;
  /**
   * "known"; "unknown"; or whom somebody starts while the run goes on, with arguments of his own: this one, or a supervisor
   * above it, whose code gives them on.
   */
  given: "known" | "unknown" | PlannedChild | PlannedOrphan;
}

export class WhoseCodeRuns {
  readonly #readable: Readable;
  readonly #files: ReadonlyMap<string, FileCode>;

  constructor(code: readonly FileCode[]) {
    this.#files = new Map(code.map((each) => [each.file, each]));
    this.#readable = new Readable(this.#files);
  }

  /** The class of a process, where all of its code can be run. */
  classOf(cls: ClassName | null): ClassName | null {
    return cls !== null && this.has(cls) && this.read(cls).obstacle === null ? cls : null;
  }

  /** Why the code of a process does not run; null where it has none of its own. */
  whyNot({ cls, task, facts }: PlannedWorker): string | null {
    if (cls === null || !this.has(cls))
      return task || facts?.reactions === undefined ? null : "no name was seen to lead to its class";
    return this.read(cls).obstacle ?? "what it is given, or what it is told, is known at run time only";
  }

  /** The class of a supervisor, where all of its `init` can be run; `isRoot`: nobody is seen to give it anything. */
  supervisorOf(key: string, isRoot: boolean): ClassName | null {
    const [file = "", name = ""] = key.split("#");
    const cls = this.classOf({ file, name });
    const init = cls === null ? null : this.#readable.method(file, name, "init");
    // Whoever starts a root may give it something: what it takes otherwise is supposed.
    return init === null || (isRoot && init.params.some(({ default: otherwise }) => otherwise === null))
      ? null
      : cls;
  }

  /** Whether the `init` of a supervisor takes anything. */
  takesArguments({ file, name }: ClassName): boolean {
    return (this.#readable.method(file, name, "init")?.params.length ?? 0) > 0;
  }

  /** Why the code of a supervisor cannot be run, where it is there. */
  obstacleOf(key: string): string | null {
    const [file = "", name = ""] = key.split("#");
    return this.has({ file, name }) ? this.read({ file, name }).obstacle : null;
  }

  /** What is known of the code of a class. */
  read({ file, name }: ClassName): Read {
    return this.#readable.process(file, name);
  }

  /** Whether a class whose code is there has no such callback, nor any class that it extends. */
  hasNo(callback: string, cls: ClassName): boolean {
    return cls.made !== true && this.has(cls) && this.#readable.method(cls.file, cls.name, callback) === null;
  }

  has({ file, name }: ClassName): boolean {
    return this.#files.get(file)?.definitions[name] !== undefined;
  }

  /** What the code of a class finds of the world around it is supposed. */
  supposeOutside({ file, name }: ClassName, about: string, assumptions: Assumptions): void {
    for (const what of this.#readable.process(file, name).outside)
      assumptions.add(about, what, OUTSIDE[what] ?? "", "it is known at run time only");
  }
}

/** Code is read once, however many runs of it are planned: a crash matrix plans many. */
export const whoseCodeRuns = keptFor((code: readonly FileCode[]) => new WhoseCodeRuns(code));

/** Everybody in a plan, wherever. */
export function placings(
  trees: readonly PlannedSupervisor[],
  orphans: readonly PlannedOrphan[],
): readonly Placing[] {
  const found: Placing[] = orphans.map((orphan) => ({
    process: orphan,
    given: orphan.given !== null ? "known" : orphan.begins === "itself" ? orphan : "unknown",
  }));
  const look = (tree: PlannedSupervisor, given: Placing["given"]): void => {
    found.push({ process: tree, given });
    const ofCode = tree.code === null ? "unknown" : given;
    const of = (child: PlannedChild, otherwise: Placing["given"]): void => {
      const own = child.given === null ? otherwise : "known";
      if (child.process.kind === "supervisor") look(child.process, own);
      else found.push({ process: child.process, given: own });
    };
    for (const child of tree.children) of(child, ofCode);
    for (const template of tree.templates) of(template, template);
  };
  for (const tree of trees) look(tree, "known");
  return found;
}

export function workersIn(all: readonly Placing[]): Placing<PlannedWorker>[] {
  return all.flatMap(({ process, given }) => (process.kind === "worker" ? [{ process, given }] : []));
}

/** What the run may start by code that computes whom it asks for it: then the run decides, and nothing needs to be invented. */
export function startedByCode(all: readonly Placing[]): readonly string[] {
  const asksSomebody = workersIn(all).some(
    ({ process: { code, facts } }) =>
      code !== null && facts?.unresolved.some(({ kind }) => kind === "start") === true,
  );
  if (!asksSomebody) return [];
  return all.flatMap(({ process, given }) => [
    ...(process.kind === "supervisor" ? process.templates.map(({ key }) => key) : []),
    ...(typeof given === "string" ? [] : [given.key]),
  ]);
}

/** Whether nothing says what somebody is given; `isInvented`: nobody in the run is known to start it. */
function lacksArguments({ given }: Placing, isInvented: (key: string) => boolean): boolean {
  return given === "unknown" || (given !== "known" && isInvented(given.key));
}

/** Those whose code cannot run after all. */
export function scriptedAfterAll(
  all: readonly Placing[],
  isInvented: (key: string) => boolean,
): ReadonlySet<PlannedWorker> {
  const workers = workersIn(all);
  const byKey = new Map<string, PlannedWorker[]>();
  /** Those who are given what their starter says, by whom he starts. */
  const byStart = new Map<string, PlannedWorker[]>();
  for (const { process: worker, given } of workers) {
    addUnder(byKey, worker.key, worker);
    if (typeof given !== "string") addUnder(byStart, given.key, worker);
  }
  const found = new Set<PlannedWorker>();
  const todo: PlannedWorker[] = [];
  for (const placing of workers) {
    const { process: worker, given } = placing;
    const lacks = lacksArguments(placing, isInvented);
    if (worker.code === null || lacks) todo.push(worker);
    const isTemplate = typeof given !== "string" && given.key === worker.key;
    if (worker.code !== null && lacks && !isTemplate) found.add(worker);
  }
  for (let next = todo.pop(); next !== undefined; next = todo.pop())
    for (const { kind, to, template } of next.uses) {
      const by = messageEventOf(kind) !== null ? byKey : kind === "start" ? byStart : null;
      const key = by === byStart ? (template ?? to) : to;
      for (const other of by?.get(key) ?? [])
        if (other.code !== null && !found.has(other)) {
          found.add(other);
          todo.push(other);
        }
      // They are asked once, whoever else writes to them or starts them.
      by?.delete(key);
    }
  return found;
}

/** The keys of supervisors whose own code says, wherever they are, what they start. */
export function codedSupervisors(
  all: readonly Placing[],
  isInvented: (key: string) => boolean,
): ReadonlySet<string> {
  const coded = new Set<string>();
  const others = new Set<string>();
  for (const placing of all)
    if (placing.process.kind === "supervisor" && !placing.process.ofLibrary)
      (placing.process.code === null || lacksArguments(placing, isInvented) ? others : coded).add(
        placing.process.key,
      );
  return new Set([...coded].filter((key) => !others.has(key)));
}
