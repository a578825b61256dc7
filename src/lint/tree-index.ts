/**
 * The tree model with its questions answered: who starts whom, along which path, and which siblings use each
 * other. Built once per lint; rules read it as prose.
 */
import {
  type Child,
  type DialectTraits,
  type Edge,
  type Location,
  type Orphan,
  type ProcessFacts,
  type Supervisor,
  type TreeModel,
  traitsOf,
} from "../model/index.ts";
import { childName } from "./words.ts";

/** One step down the tree: `child` is number `index` (from 0) in the start order of `supervisor`. */
export interface Step {
  supervisor: Supervisor;
  child: Child;
  index: number;
}

/** From the root down; empty for the root itself. */
export type Path = readonly Step[];

/** One process uses another, seen from the supervisor under which their paths part. */
export interface Use {
  edge: Edge;
  /** Where the paths part. */
  supervisor: Supervisor;
  /** The child of `supervisor` that is, or contains, the user. */
  user: Step;
  /** The child of `supervisor` that is, or contains, the process used. */
  target: Step;
  /** Other children through which the same use may go: the process used runs in several places. */
  alternatives: Step[];
  userPath: Path;
  targetPath: Path;
  root: Supervisor;
}

/** Trees where one supervisor is started in many places multiply; beyond this the analysis of paths stops. */
const MAX_PATHS = 16;
const MAX_DEPTH = 64;

export class TreeIndex {
  readonly model: TreeModel;
  readonly #supervisors = new Map<string, Supervisor>();
  readonly #steps = new Map<string, Step>();
  readonly #starters = new Map<string, Step[]>();
  readonly #orphans = new Map<string, Orphan>();
  readonly #orphansOf = new Map<string, Orphan[]>();
  readonly #paths = new Map<string, Path[]>();
  readonly #childPaths = new Map<Step, readonly Path[]>();
  readonly #edgesFrom = new Map<string, Edge[]>();
  readonly #edgesTo = new Map<string, Edge[]>();
  #uses: Map<string, Use[]> | null = null;

  constructor(model: TreeModel) {
    this.model = model;
    for (const supervisor of model.supervisors) this.#supervisors.set(supervisor.key, supervisor);
    for (const supervisor of model.supervisors) {
      for (const [index, child] of supervisor.children.entries()) {
        const step = { supervisor, child, index };
        this.#steps.set(child.key, step);
        if (child.supervisor !== null) push(this.#starters, child.supervisor, step);
      }
    }
    for (const orphan of model.orphans) {
      this.#orphans.set(orphan.key, orphan);
      if (orphan.startedBy !== undefined) push(this.#orphansOf, orphan.startedBy, orphan);
    }
    for (const edge of model.edges) {
      push(this.#edgesFrom, edge.from, edge);
      push(this.#edgesTo, edge.to, edge);
    }
  }

  supervisor(key: string): Supervisor | null {
    return this.#supervisors.get(key) ?? null;
  }

  /** How supervisors of this one's dialect behave. */
  traits(supervisor: Supervisor): DialectTraits {
    return traitsOf(this.model, supervisor);
  }

  /** The child with this key and its place. */
  step(key: string): Step | null {
    return this.#steps.get(key) ?? null;
  }

  orphan(key: string): Orphan | null {
    return this.#orphans.get(key) ?? null;
  }

  /** The processes outside any tree that processes of this code start. */
  orphansOf(symbol: string): readonly Orphan[] {
    return this.#orphansOf.get(symbol) ?? [];
  }

  /** Edges of exactly this process: not of what runs below it. */
  edgesFrom(key: string): readonly Edge[] {
    return this.#edgesFrom.get(key) ?? [];
  }

  /** Edges that lead to exactly this process. */
  edgesTo(key: string): readonly Edge[] {
    return this.#edgesTo.get(key) ?? [];
  }

  /** The child specs that start this supervisor; none for a root. */
  starters(supervisorKey: string): readonly Step[] {
    return this.#starters.get(supervisorKey) ?? [];
  }

  /** The name for messages of any process key. */
  name(key: string): string {
    const step = this.#steps.get(key);
    if (step) return childName(step.child);
    return this.#supervisors.get(key)?.name ?? this.#orphans.get(key)?.name ?? key;
  }

  location(key: string): Location | null {
    const found = this.#steps.get(key)?.child ?? this.#supervisors.get(key) ?? this.#orphans.get(key);
    return found?.location ?? null;
  }

  /** What the analysis saw in the code of this process; null when it saw none. */
  facts(key: string): ProcessFacts | null {
    const child = this.#steps.get(key)?.child;
    if (child) return child.process ?? (child.supervisor ? this.facts(child.supervisor) : null);
    return this.#supervisors.get(key)?.process ?? this.#orphans.get(key)?.process ?? null;
  }

  /** All ways from a root to the process with this key (a child or a supervisor). */
  paths(key: string): readonly Path[] {
    const step = this.#steps.get(key);
    if (step) {
      let paths = this.#childPaths.get(step);
      if (paths === undefined) {
        paths = this.#supervisorPaths(step.supervisor.key, 0).map((path) => [...path, step]);
        this.#childPaths.set(step, paths);
      }
      return paths;
    }
    return this.#supervisors.has(key) ? this.#supervisorPaths(key, 0) : [];
  }

  #supervisorPaths(key: string, depth: number): Path[] {
    const known = this.#paths.get(key);
    if (known) return known;
    if (depth > MAX_DEPTH) return [];
    const starters = this.starters(key);
    if (starters.length === 0) return [[]];
    this.#paths.set(key, []); // a supervisor that starts itself, directly or not, has no path of its own
    const paths: Path[] = [];
    for (const step of starters) {
      for (const path of this.#supervisorPaths(step.supervisor.key, depth + 1)) {
        if (paths.length < MAX_PATHS) paths.push([...path, step]);
      }
    }
    this.#paths.set(key, paths);
    return paths;
  }

  /** The root supervisor at the top of a path; `key` is the process at its end. */
  root(path: Path, key: string): Supervisor | null {
    return path[0]?.supervisor ?? this.supervisor(key);
  }

  /** Uses between different children of one supervisor, with those of processes below them. */
  uses(supervisorKey: string): readonly Use[] {
    this.#uses ??= this.#collectUses();
    return this.#uses.get(supervisorKey) ?? [];
  }

  #collectUses(): Map<string, Use[]> {
    const uses = new Map<string, Use[]>();
    for (const edge of this.model.edges) {
      for (const userPath of this.paths(edge.from)) {
        const use = this.#meet(edge, userPath);
        if (use) push(uses, use.supervisor.key, use);
      }
    }
    return uses;
  }

  /** Where the user's path and the nearest path of the process used part; null when they never meet or nest. */
  #meet(edge: Edge, userPath: Path): Use | null {
    const root = this.root(userPath, edge.from);
    if (!root) return null;
    let shared = -1;
    let nearest: Path[] = [];
    for (const path of this.paths(edge.to)) {
      if (this.root(path, edge.to) !== root) continue;
      const common = commonLength(userPath, path);
      if (common > shared) {
        shared = common;
        nearest = [];
      }
      if (common === shared) nearest.push(path);
    }
    const targetPath = nearest[0];
    if (!targetPath) return null;
    const user = userPath[shared];
    const target = targetPath[shared];
    if (!user || !target) return null; // one of them runs below the other
    const alternatives: Step[] = [];
    for (const path of nearest.slice(1)) {
      const step = path[shared];
      if (step && step.child !== target.child && !alternatives.includes(step)) alternatives.push(step);
    }
    return { edge, supervisor: user.supervisor, user, target, alternatives, userPath, targetPath, root };
  }

  /** Every key below this child: itself, and when it is a supervisor, all that it starts. */
  below(child: Child): Set<string> {
    const keys = new Set<string>([child.key]);
    const todo = child.supervisor ? [child.supervisor] : [];
    for (let key = todo.pop(); key !== undefined; key = todo.pop()) {
      if (keys.has(key)) continue;
      keys.add(key);
      for (const inner of this.supervisor(key)?.children ?? []) {
        keys.add(inner.key);
        if (inner.supervisor) todo.push(inner.supervisor);
      }
    }
    return keys;
  }
}

function commonLength(a: Path, b: Path): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at]!.child === b[at]!.child) at++;
  return at;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Started when its supervisor starts, in order; not at run time. */
export const isStatic = (step: Step): boolean => !step.child.dynamic && !step.supervisor.dynamic;
