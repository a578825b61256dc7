/** The picture of a running tree: the live state, with what the model knows about every place. */
import type { Child, Location, Supervisor } from "../../model/index.ts";
import {
  type LiveLink,
  type LiveMonitor,
  type LiveNode,
  type LiveState,
  usedBudget,
} from "../../trace/live.ts";
import { Table } from "../../trace/table.ts";
import { blank, childFields, type SceneIndex, supervisorFields } from "./from-model.ts";
import type { Role, Scene, SceneLink, SceneNode } from "./types.ts";

/** Draws one run: from picture to picture only what has changed, and what is above it, is made anew. */
export class LiveScene {
  readonly #index: SceneIndex;
  #state: LiveState | null = null;
  #now = Number.NaN;
  #scene: Scene = { roots: [], byPath: new Table(), links: [] };
  /** Supervisors with restarts that time takes out of their window. */
  readonly #counting = new Set<string>();
  readonly #linked = new Map<string, LiveLink>();
  readonly #monitored = new Map<number, LiveMonitor>();

  constructor(index: SceneIndex) {
    this.#index = index;
  }

  /**
   * Any state, before or after the one before.
   * @param now virtual milliseconds: restarts older than a supervisor's period no longer count
   */
  at(state: LiveState, now: number): Scene {
    if (state === this.#state && now === this.#now) {
      return this.#scene;
    }
    const before = this.#state;
    this.#state = state;
    const stale = this.#stale(state, before, now);
    this.#now = now;
    let { roots, byPath, links } = this.#scene;
    if (stale.size > 0) {
      byPath = byPath.next();
      const made = new Set<string>();
      roots = state.roots.flatMap((key) => this.#node(key, state, stale, byPath, made) ?? []);
      for (const key of stale) {
        if (made.has(key)) continue;
        byPath.delete(key);
        this.#counting.delete(key);
      }
    }
    if (this.#followRelations(state, before)) links = this.#links(state, byPath);
    if (stale.size > 0 || links !== this.#scene.links) {
      this.#scene = { roots, byPath, links };
    }
    return this.#scene;
  }

  /** Keeps the relations that are drawn; true when there are others than before. */
  #followRelations(state: LiveState, before: LiveState | null): boolean {
    let differ = before === null;
    const follow = <K extends string | number, V extends LiveLink | LiveMonitor>(
      kept: Map<K, V>,
      now: Table<K, V>,
      old: Table<K, V> | undefined,
      isDrawn: (relation: V) => boolean,
    ): void => {
      for (const key of old === undefined ? now.keys() : now.changedSince(old)) {
        const relation = now.get(key);
        if (relation !== undefined && isDrawn(relation)) {
          kept.set(key, relation);
          differ = true;
        } else if (kept.delete(key)) differ = true;
      }
    };
    follow(this.#linked, state.links, before?.links, ({ structural }) => !structural);
    follow(
      this.#monitored,
      state.monitors,
      before?.monitors,
      (monitor) => !monitor.ofCall && !isOfStop(monitor, state),
    );
    return differ;
  }

  #links(state: LiveState, byPath: Scene["byPath"]): SceneLink[] {
    const links: SceneLink[] = [];
    const seen = new Set<string>();
    const add = (from: number, to: number, kind: "link" | "monitor") => {
      const a = state.byPid.get(from);
      const b = state.byPid.get(to);
      const id = `${a}\n${b}\n${kind}`;
      if (a === undefined || b === undefined || a === b || !byPath.has(a) || !byPath.has(b) || seen.has(id)) {
        return;
      }
      seen.add(id);
      links.push({ from: a, to: b, kind, label: kind });
    };
    for (const { a, b } of this.#linked.values()) add(a, b, "link");
    for (const { watcher, target } of this.#monitored.values()) add(watcher, target, "monitor");
    return links;
  }

  /** What has to be made anew: places that have changed or are gone, and everybody above them. */
  #stale(state: LiveState, before: LiveState | null, now: number): Set<string> {
    const stale = new Set<string>();
    const mark = (first: string, nodes: LiveState["nodes"]) => {
      for (let key: string | null = first; key !== null && !stale.has(key); ) {
        stale.add(key);
        key = nodes.get(key)?.parent ?? null;
      }
    };
    for (const key of before === null ? state.nodes.keys() : state.nodes.changedSince(before.nodes)) {
      const [old, live] = [before?.nodes.get(key), state.nodes.get(key)];
      if (old !== undefined && live !== undefined && looksAlike(old, live)) continue;
      mark(key, live === undefined && before !== null ? before.nodes : state.nodes);
    }
    if (now !== this.#now) {
      for (const key of this.#counting) mark(key, state.nodes);
    }
    return stale;
  }

  #node(
    key: string,
    state: LiveState,
    stale: ReadonlySet<string>,
    byPath: Table<string, SceneNode>,
    made: Set<string>,
  ): SceneNode | null {
    const live = state.nodes.get(key);
    const known = byPath.get(key);
    if (live === undefined || made.has(key)) {
      return null;
    }
    if (known !== undefined && !stale.has(key)) {
      return known;
    }
    made.add(key);
    const node = nodeOf(this.#index, live, this.#now);
    if ((live.budget?.restarts.length ?? 0) > 0) this.#counting.add(key);
    else this.#counting.delete(key);
    byPath.set(key, node);
    for (const [i, child] of live.children.entries()) {
      // Most of them are where they were.
      const same = known?.children[i];
      const below =
        same?.path === child && !stale.has(child) ? same : this.#node(child, state, stale, byPath, made);
      if (below !== null) node.children.push(below);
    }
    return node;
  }
}

/** Nothing that `nodeOf` reads is another: most messages come and are taken between two pictures. */
function looksAlike(a: LiveNode, b: LiveNode): boolean {
  return (
    a.state === b.state &&
    a.mailbox === b.mailbox &&
    a.pid === b.pid &&
    a.incarnation === b.incarnation &&
    a.last === b.last &&
    a.trapExit === b.trapExit &&
    a.budget === b.budget &&
    a.strategy === b.strategy &&
    a.kind === b.kind &&
    a.parent === b.parent &&
    a.name === b.name &&
    a.model === b.model &&
    a.supervisor === b.supervisor &&
    a.names[0] === b.names[0] &&
    a.children.length === b.children.length &&
    a.children.every((child, i) => child === b.children[i])
  );
}

/** A supervisor watches each child that it stops, for as long as that takes. */
function isOfStop({ watcher, target }: LiveMonitor, { byPid, nodes }: LiveState): boolean {
  const [above, below] = [byPid.get(watcher), byPid.get(target)];
  return below !== undefined && above !== undefined && nodes.get(below)?.parent === above;
}

function nodeOf(index: SceneIndex, live: LiveNode, now: number): SceneNode {
  const child = live.model === null ? undefined : index.children.get(live.model);
  const orphan = live.model === null ? undefined : index.orphans.get(live.model);
  const key = live.supervisor ?? child?.supervisor ?? null;
  const supervisor = key === null ? undefined : index.supervisors.get(key);
  const spec = child === undefined ? NOTHING : kept(childParts, child, () => childFields(index, child));
  const own =
    supervisor === undefined
      ? NOTHING
      : kept(supervisorParts, supervisor, () => supervisorFields(index, supervisor));
  // A worker without a supervisor is one that nobody supervises, whatever it is made of.
  const role: Role =
    live.kind === "supervisor"
      ? (own.role ?? "supervisor")
      : live.parent === null || live.kind === "process"
        ? "process"
        : "worker";
  const { budget } = live;
  return {
    ...blank(live.key, live.name, role),
    ...spec,
    ...own,
    role,
    state: live.state,
    incarnation: live.incarnation,
    pid: live.pid,
    reason: live.last?.reason ?? null,
    strategy: strategyOf(live.strategy) ?? own.strategy ?? null,
    budget:
      budget === null
        ? (own.budget ?? null)
        : {
            intensity: budget.intensity,
            period: budget.period,
            used: budget.exceeded ? budget.intensity : usedBudget(live, now),
          },
    name: live.names[0] ?? spec.name ?? null,
    mailbox: live.mailbox,
    trapsExit: live.trapExit,
    childKey: child === undefined && role !== "process" ? null : live.model,
    supervisorKey: key,
    location: placeOf(supervisor?.location ?? child?.location ?? orphan?.location),
    // One process stands here, whatever its specification stands for.
    multiplicity: null,
    unknown: joined(child?.unknown, supervisor?.unknown),
    findings:
      orphan === undefined ? joined(spec.findings, own.findings) : (index.findingsOf.get(orphan.key) ?? []),
  };
}

const NOTHING: Partial<SceneNode> = {};
/** What a specification says does not change while it runs; a new model has new objects. */
const childParts = new WeakMap<Child, Partial<SceneNode>>();
const supervisorParts = new WeakMap<Supervisor, Partial<SceneNode>>();

function kept<K extends object>(
  parts: WeakMap<K, Partial<SceneNode>>,
  key: K,
  make: () => Partial<SceneNode>,
): Partial<SceneNode> {
  let part = parts.get(key);
  if (part === undefined) {
    part = make();
    parts.set(key, part);
  }
  return part;
}

function joined<T>(a: readonly T[] = [], b: readonly T[] = []): readonly T[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...a, ...b];
}

function strategyOf(word: string | null): SceneNode["strategy"] {
  switch (word) {
    case "one_for_one":
    case "one_for_all":
    case "rest_for_one":
    case "simple_one_for_one":
      return word;
    default:
      return null;
  }
}

/** Null for what has no file: a running program's model has none. */
function placeOf(location: Location | undefined): Location | null {
  return location === undefined || location.file === "" ? null : location;
}
