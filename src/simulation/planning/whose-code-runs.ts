/**
 * Whose code runs as it is written, and whose script runs in its place. Code needs whatever its messages hold: who gets some of
 * a script, which sends their types only, has its own script run.
 */
import { addUnder, type FileCode } from "../../model/index.ts";
import { Readable } from "../interpret/readable.ts";
import {
  type ClassName,
  messageEventOf,
  type PlannedChild,
  type PlannedOrphan,
  type PlannedSupervisor,
  type PlannedWorker,
} from "../plan-types.ts";

/** A worker of a plan, and how it is started. */
export interface Placing {
  worker: PlannedWorker;
  /** The child or the process outside any tree that it is. */
  start: PlannedChild | PlannedOrphan;
  /** Somebody starts it while the run goes on, perhaps with arguments of his own. */
  template: boolean;
}

class WhoseCodeRuns {
  readonly #readable: Readable;
  readonly #files: ReadonlyMap<string, FileCode>;

  constructor(code: readonly FileCode[]) {
    this.#files = new Map(code.map((each) => [each.file, each]));
    this.#readable = new Readable(this.#files);
  }

  /** The class of a process, where all of its code can be run. */
  classOf(cls: ClassName | null): ClassName | null {
    if (cls === null || this.#files.get(cls.file)?.definitions[cls.name] === undefined) return null;
    return this.#readable.process(cls.file, cls.name).obstacle === null ? cls : null;
  }

  /** What of the world around a class uses. */
  outside({ file, name }: ClassName): ReadonlySet<string> {
    return this.#readable.process(file, name).outside;
  }
}

const known = new WeakMap<readonly FileCode[], WhoseCodeRuns>();

/** Code is read once, however many runs of it are planned: a crash matrix plans many. */
export function whoseCodeRuns(code: readonly FileCode[]): WhoseCodeRuns {
  const read = known.get(code) ?? new WhoseCodeRuns(code);
  known.set(code, read);
  return read;
}

/** Everybody in a plan, wherever. */
export function placings(
  trees: readonly PlannedSupervisor[],
  orphans: readonly PlannedOrphan[],
): readonly Placing[] {
  const found: Placing[] = orphans.map((orphan) => ({
    worker: orphan,
    start: orphan,
    template: orphan.begins === "itself",
  }));
  const look = (tree: PlannedSupervisor): void => {
    for (const [children, template] of [
      [tree.children, false],
      [tree.templates, true],
    ] as const)
      for (const child of children) {
        if (child.process.kind === "supervisor") look(child.process);
        else found.push({ worker: child.process, start: child, template });
      }
  };
  for (const tree of trees) look(tree);
  return found;
}

/** Those whose code cannot run after all; `isInvented`: nobody in the run is known to start it. */
export function scriptedAfterAll(
  all: readonly Placing[],
  isInvented: (placing: Placing) => boolean,
): ReadonlySet<PlannedWorker> {
  const byKey = new Map<string, PlannedWorker[]>();
  for (const { worker } of all) addUnder(byKey, worker.key, worker);
  const found = new Set<PlannedWorker>();
  const todo: PlannedWorker[] = [];
  for (const placing of all) {
    const { worker, start, template } = placing;
    const lacks = start.given === null && (!template || isInvented(placing));
    if (worker.code === null || lacks) todo.push(worker);
    if (worker.code !== null && lacks && !template) found.add(worker);
  }
  for (let next = todo.pop(); next !== undefined; next = todo.pop())
    for (const { kind, to } of next.uses) {
      if (messageEventOf(kind) === null) continue;
      for (const other of byKey.get(to) ?? [])
        if (other.code !== null && !found.has(other)) {
          found.add(other);
          todo.push(other);
        }
      // They are asked once, whoever else writes to them.
      byKey.delete(to);
    }
  return found;
}
