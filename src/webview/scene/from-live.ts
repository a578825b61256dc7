/** The picture of a running tree: the live state, with what the model knows about every place. */
import type { Child, Supervisor } from "../../model/index.ts";
import { type LiveNode, type LiveState, usedBudget } from "../../trace/live.ts";
import { blank, childFields, type ModelIndex, supervisorFields } from "./from-model.ts";
import type { Role, Scene, SceneLink, SceneNode } from "./types.ts";

/** @param now virtual milliseconds: restarts older than a supervisor's period no longer count. */
export function sceneFromLive(index: ModelIndex, state: LiveState, now: number): Scene {
  const byPath = new Map<string, SceneNode>();
  const visit = (key: string): SceneNode | null => {
    const live = state.nodes.get(key);
    if (live === undefined || byPath.has(key)) {
      return null;
    }
    const node = nodeOf(index, live, now);
    byPath.set(key, node);
    for (const child of live.children) {
      const below = visit(child);
      if (below !== null) {
        node.children.push(below);
      }
    }
    return node;
  };
  const roots: SceneNode[] = [];
  for (const key of state.roots) {
    const node = visit(key);
    if (node !== null) {
      roots.push(node);
    }
  }
  return { roots, byPath, links: linksOf(state, byPath) };
}

function nodeOf(index: ModelIndex, live: LiveNode, now: number): SceneNode {
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
    location: supervisor?.location ?? child?.location ?? orphan?.location ?? null,
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

function linksOf(state: LiveState, byPath: ReadonlyMap<string, SceneNode>): SceneLink[] {
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
  for (const { a, b, structural } of state.links.values()) {
    if (!structural) {
      add(a, b, "link");
    }
  }
  for (const { watcher, target, ofCall } of state.monitors.values()) {
    if (!ofCall) {
      add(watcher, target, "monitor");
    }
  }
  return links;
}
