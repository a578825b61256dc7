/** The picture of a definition: what the analysis found, before anything runs. */
import {
  addUnder,
  type Child,
  type Finding,
  type Orphan,
  placeUnder,
  printable,
  rootPlace,
  type Supervisor,
  shortened,
  type TreeModel,
  traitsOf,
} from "../../model/index.ts";
import { Table } from "../../trace/table.ts";
import type { Scene, SceneLink, SceneNode } from "./types.ts";

/** Looks up what the model says about a key. */
export interface SceneIndex {
  model: TreeModel;
  supervisors: Map<string, Supervisor>;
  children: Map<string, Child>;
  orphans: Map<string, Orphan>;
  findingsOf: Map<string, Finding[]>;
}

export function indexForScene(model: TreeModel, findings: readonly Finding[]): SceneIndex {
  const supervisors = new Map(model.supervisors.map((supervisor) => [supervisor.key, supervisor]));
  const children = new Map(
    model.supervisors.flatMap((supervisor) =>
      supervisor.children.map((child) => [child.key, child] as const),
    ),
  );
  const findingsOf = new Map<string, Finding[]>();
  for (const finding of findings) {
    const owner = ownerOf(finding, children);
    if (owner !== null) addUnder(findingsOf, owner, finding);
  }
  const orphans = new Map(model.orphans.map((orphan) => [orphan.key, orphan]));
  return { model, supervisors, children, orphans, findingsOf };
}

/** Where a finding stands: at the child that it is written at, or the only one that it names; else at the supervisor. */
function ownerOf(finding: Finding, children: ReadonlyMap<string, Child>): string | null {
  const { file, line } = finding.location;
  const there = finding.children.find((key) => {
    const location = children.get(key)?.location;
    return location?.file === file && location.line <= line && line <= location.endLine;
  });
  const only = finding.children.length === 1 ? finding.children[0] : undefined;
  return there ?? only ?? finding.supervisor ?? finding.children[0] ?? null;
}

/** Orphans of a model, and every root, or the one that is asked for. */
export function sceneFromModel(index: SceneIndex, root: string | null): Scene {
  const byPath: Scene["byPath"] = new Table();
  const pathOfKey = new Map<string, string>();
  const roots: SceneNode[] = [];
  const add = (node: SceneNode): SceneNode => {
    byPath.set(node.path, node);
    for (const key of [node.childKey, node.supervisorKey]) {
      if (key !== null && !pathOfKey.has(key)) {
        pathOfKey.set(key, node.path);
      }
    }
    return node;
  };
  const application = index.model.applications.find((candidate) => candidate.key === root);
  const wanted = root === null ? index.model.roots : [application?.supervisor ?? root];
  for (const key of wanted) {
    const supervisor = index.supervisors.get(key);
    if (supervisor !== undefined) {
      roots.push(
        supervisorNode(index, supervisor, null, uniquePath(supervisor.name, byPath), new Set(), add),
      );
    }
  }
  for (const orphan of index.model.orphans) {
    if (root === null || orphan.key === root) {
      roots.push(
        add({
          ...blank(uniquePath(orphan.name, byPath), orphan.name, "process"),
          childKey: orphan.key,
          location: orphan.location,
          findings: index.findingsOf.get(orphan.key) ?? [],
        }),
      );
    }
  }
  return { roots, byPath, links: linksFromModel(index, pathOfKey) };
}

function linksFromModel(index: SceneIndex, pathOfKey: Map<string, string>): SceneLink[] {
  const links: SceneLink[] = [];
  const seen = new Set<string>();
  for (const edge of index.model.edges) {
    const from = pathOfKey.get(edge.from);
    const to = pathOfKey.get(edge.to);
    if (from === undefined || to === undefined || from === to || edge.kind === "start") {
      continue;
    }
    const kind = edge.kind === "link" || edge.kind === "monitor" ? edge.kind : "use";
    const id = `${from}\n${to}\n${kind}`;
    if (!seen.has(id)) {
      seen.add(id);
      links.push({ from, to, kind, label: edge.phase === "init" ? `${edge.kind} in init` : edge.kind });
    }
  }
  return links;
}

/** A node about which nothing is known but its place. */
export function blank(path: string, label: string, role: SceneNode["role"]): SceneNode {
  return {
    path,
    label: printable(shortened(label)),
    role,
    state: "waiting",
    incarnation: 0,
    pid: null,
    reason: null,
    restart: null,
    significant: false,
    strategy: null,
    autoShutdown: null,
    budget: null,
    pastLimit: "supervisor_stops",
    name: null,
    mailbox: null,
    trapsExit: false,
    childKey: null,
    supervisorKey: null,
    location: null,
    multiplicity: null,
    unknown: [],
    findings: [],
    children: [],
  };
}

function uniquePath(name: string, taken: Scene["byPath"]): string {
  let path = rootPlace(name);
  for (let n = 2; taken.has(path); n++) {
    path = rootPlace(`${name} (${n})`);
  }
  return path;
}

/** The fields that a supervisor's definition gives to its node. */
export function supervisorFields(index: SceneIndex, supervisor: Supervisor): Partial<SceneNode> {
  const { intensity, period } = supervisor;
  return {
    role: supervisor.dynamic ? "pool" : "supervisor",
    strategy: supervisor.strategy,
    autoShutdown: supervisor.autoShutdown,
    budget: intensity === null || period === null ? null : { used: 0, intensity, period },
    pastLimit: traitsOf(index.model, supervisor).pastLimit,
    supervisorKey: supervisor.key,
    trapsExit: true,
    findings: index.findingsOf.get(supervisor.key) ?? [],
  };
}

/** The fields that a child specification gives to its node. */
export function childFields(index: SceneIndex, child: Child): Partial<SceneNode> {
  return {
    restart: child.restart,
    significant: child.significant === true,
    name: child.name,
    childKey: child.key,
    location: child.location,
    multiplicity: multiplicity(child),
    trapsExit: child.process?.trapsExit === true,
    findings: index.findingsOf.get(child.key) ?? [],
  };
}

function multiplicity(child: Child): string | null {
  if (child.cardinality === "many") {
    return child.count === null ? "many" : String(child.count);
  }
  return child.cardinality === "maybe" ? "maybe" : null;
}

/** What a child is called on its card. */
export function childLabel(child: Child): string {
  return child.id ?? child.start.symbol ?? "?";
}

function supervisorNode(
  index: SceneIndex,
  supervisor: Supervisor,
  child: Child | null,
  path: string,
  above: ReadonlySet<string>,
  add: (node: SceneNode) => SceneNode,
): SceneNode {
  const own = supervisorFields(index, supervisor);
  const spec = child === null ? {} : childFields(index, child);
  const node = add({
    ...blank(path, child === null ? supervisor.name : childLabel(child), "supervisor"),
    ...spec,
    ...own,
    location: supervisor.location,
    unknown: [...(child?.unknown ?? []), ...supervisor.unknown],
    findings: [...(spec.findings ?? []), ...(own.findings ?? [])],
  });
  const inside = new Set([...above, supervisor.key]);
  const taken = new Set<string>();
  for (const [position, grandchild] of supervisor.children.entries()) {
    let id = grandchild.id ?? `?${position + 1}`;
    while (taken.has(id)) {
      id += "'";
    }
    taken.add(id);
    node.children.push(childNode(index, grandchild, placeUnder(path, id), inside, add));
  }
  return node;
}

function childNode(
  index: SceneIndex,
  child: Child,
  path: string,
  above: ReadonlySet<string>,
  add: (node: SceneNode) => SceneNode,
): SceneNode {
  const supervisor = child.supervisor === null ? undefined : index.supervisors.get(child.supervisor);
  // A supervisor that starts itself somewhere below would never end.
  if (supervisor !== undefined && !above.has(supervisor.key)) {
    return supervisorNode(index, supervisor, child, path, above, add);
  }
  return add({
    ...blank(path, childLabel(child), child.type === "supervisor" ? "supervisor" : "worker"),
    ...childFields(index, child),
    supervisorKey: child.supervisor,
    unknown: child.unknown,
  });
}
