/**
 * The side panel's tree as plain data: applications, the supervisors that nothing starts, their children in start
 * order, and the processes outside any tree. Ids stay the same under edits that do not touch the item, so that
 * the editor keeps what was open and selected.
 */
import {
  type Application,
  type Child,
  type Finding,
  type Location,
  type Orphan,
  orphanLinks,
  type Severity,
  type Supervisor,
  type TreeModel,
} from "../../model/index.ts";

interface Common {
  /** Unique within the view. */
  id: string;
  /** The analysed folder, as a URI's text. */
  folder: string;
  children: TreeNode[];
  /** Of this item alone. */
  findings: Finding[];
}

export type TreeNode = Common &
  (
    | { kind: "folder"; name: string; location: null }
    | { kind: "application"; application: Application; location: Location }
    | {
        kind: "supervisor";
        supervisor: Supervisor;
        /** How it is started; null at the top. */
        as: Child | null;
        /** 1-based place in the start order; null at the top. */
        order: number | null;
        /** Found among its own ancestors: shown once more, without children. */
        repeated: boolean;
        location: Location;
      }
    | { kind: "worker"; child: Child; supervisor: Supervisor; order: number; location: Location }
    | { kind: "unknown"; reason: string; field: string; location: Location }
    | { kind: "orphans"; count: number; location: null }
    | { kind: "orphan"; orphan: Orphan; linked: boolean | null; location: Location }
  );

export type NodeOf<K extends TreeNode["kind"]> = Extract<TreeNode, { kind: K }>;

export interface FolderInput {
  folder: string;
  name: string;
  model: TreeModel;
  findings: readonly Finding[];
}

/** Nodes of all folders; folders are items of their own only when several of them have something to show. */
export function buildNodes(folders: readonly FolderInput[]): TreeNode[] {
  const filled = folders
    .map((input) => ({ input, children: folderNodes(input) }))
    .filter(({ children }) => children.length > 0);
  if (filled.length < 2) return filled.flatMap(({ children }) => children);
  return filled.map(({ input, children }) => ({
    kind: "folder",
    id: `${input.folder}|`,
    folder: input.folder,
    name: input.name,
    location: null,
    children,
    findings: [],
  }));
}

function folderNodes(input: FolderInput): TreeNode[] {
  const builder = new Builder(input);
  const { model } = input;
  const shown = new Set<string>();
  const nodes: TreeNode[] = [];
  for (const application of sortByDependencies(model.applications)) {
    nodes.push(builder.application(application));
    if (application.supervisor !== null) shown.add(application.supervisor);
  }
  for (const key of model.roots) if (!shown.has(key)) nodes.push(...builder.root(key));
  if (model.orphans.length > 0) nodes.push(builder.orphans(model));
  return nodes;
}

/** An application after those that it depends on: the order in which they start. */
export function sortByDependencies(applications: readonly Application[]): Application[] {
  const byName = new Map(applications.map((application) => [application.name, application]));
  const sorted: Application[] = [];
  const visited = new Set<string>();
  const visit = (application: Application): void => {
    if (visited.has(application.key)) return;
    visited.add(application.key);
    for (const name of application.dependencies) {
      const dependency = byName.get(name);
      if (dependency) visit(dependency);
    }
    sorted.push(application);
  };
  for (const application of applications) visit(application);
  return sorted;
}

class Builder {
  readonly #folder: string;
  readonly #supervisors: Map<string, Supervisor>;
  readonly #byKey = new Map<string, Finding[]>();

  constructor(input: FolderInput) {
    this.#folder = input.folder;
    this.#supervisors = new Map(input.model.supervisors.map((each) => [each.key, each]));
    const children = new Map(
      input.model.supervisors.flatMap((each) => each.children.map((child) => [child.key, child] as const)),
    );
    for (const finding of input.findings) {
      const key = ownerOf(finding, children);
      if (key === null) continue;
      const list = this.#byKey.get(key);
      if (list) list.push(finding);
      else this.#byKey.set(key, [finding]);
    }
  }

  application(application: Application): TreeNode {
    const id = `${this.#folder}|app ${application.key}`;
    const supervisor = application.supervisor === null ? null : this.#supervisors.get(application.supervisor);
    return {
      kind: "application",
      id,
      folder: this.#folder,
      application,
      location: application.location,
      children: [
        ...(supervisor ? [this.#supervisor(supervisor, null, null, id, [])] : []),
        ...this.#unknown(application.unknown, application.location, id),
      ],
      findings: this.#byKey.get(application.key) ?? [],
    };
  }

  root(key: string): TreeNode[] {
    const supervisor = this.#supervisors.get(key);
    return supervisor ? [this.#supervisor(supervisor, null, null, `${this.#folder}|`, [])] : [];
  }

  orphans(model: TreeModel): TreeNode {
    const { orphans } = model;
    const linked = orphanLinks(model);
    const id = `${this.#folder}|orphans`;
    return {
      kind: "orphans",
      id,
      folder: this.#folder,
      count: orphans.length,
      location: null,
      findings: [],
      children: orphans.map((orphan) => ({
        kind: "orphan",
        id: `${id}/${orphan.key}`,
        folder: this.#folder,
        orphan,
        linked: linked(orphan),
        location: orphan.location,
        children: [],
        findings: this.#byKey.get(orphan.key) ?? [],
      })),
    };
  }

  #supervisor(
    supervisor: Supervisor,
    as: Child | null,
    order: number | null,
    parentId: string,
    ancestors: readonly string[],
  ): TreeNode {
    const id = `${parentId}/${as?.key ?? supervisor.key}`;
    const repeated = ancestors.includes(supervisor.key);
    const inner = [...ancestors, supervisor.key];
    const own = this.#byKey.get(supervisor.key) ?? [];
    return {
      kind: "supervisor",
      id,
      folder: this.#folder,
      supervisor,
      as,
      order,
      repeated,
      location: as?.location ?? supervisor.location,
      findings: as ? [...(this.#byKey.get(as.key) ?? []), ...own] : own,
      children: repeated
        ? []
        : [
            ...supervisor.children.map((child, index) =>
              this.#child(child, supervisor, index + 1, id, inner),
            ),
            ...this.#unknown(
              supervisor.unknown.filter((each) => each.field === "children"),
              supervisor.location,
              id,
            ),
          ],
    };
  }

  #child(
    child: Child,
    supervisor: Supervisor,
    order: number,
    parentId: string,
    ancestors: readonly string[],
  ): TreeNode {
    const nested = child.supervisor === null ? null : this.#supervisors.get(child.supervisor);
    if (nested) return this.#supervisor(nested, child, order, parentId, ancestors);
    return {
      kind: "worker",
      id: `${parentId}/${child.key}`,
      folder: this.#folder,
      child,
      supervisor,
      order,
      location: child.location,
      children: [],
      findings: this.#byKey.get(child.key) ?? [],
    };
  }

  #unknown(
    unknown: readonly { field: string; reason: string; location?: Location }[],
    fallback: Location,
    parentId: string,
  ): TreeNode[] {
    return unknown.map(({ field, reason, location }) => ({
      kind: "unknown",
      id: `${parentId}/unknown ${field} ${reason}`,
      folder: this.#folder,
      field,
      reason,
      location: location ?? fallback,
      children: [],
      findings: [],
    }));
  }
}

/** The item that a finding is shown at: the child whose definition it underlines, else the supervisor. */
function ownerOf(finding: Finding, children: ReadonlyMap<string, Child>): string | null {
  const underlined = finding.children.find((key) => {
    const place = children.get(key)?.location;
    return place !== undefined && startsWithin(finding.location, place);
  });
  return underlined ?? finding.supervisor ?? finding.children[0] ?? null;
}

function startsWithin(inner: Location, outer: Location): boolean {
  if (inner.file !== outer.file) return false;
  const after = inner.line > outer.line || (inner.line === outer.line && inner.column >= outer.column);
  const before =
    inner.line < outer.endLine || (inner.line === outer.endLine && inner.column < outer.endColumn);
  return after && before;
}

const RANK: Record<Exclude<Severity, "off">, number> = { error: 3, warning: 2, info: 1, hint: 0 };

/** The worst of an item and all below it; null when there is none. */
export function worstSeverity(node: TreeNode): Exclude<Severity, "off"> | null {
  let worst: Exclude<Severity, "off"> | null = null;
  const visit = (each: TreeNode): void => {
    for (const { severity } of each.findings)
      if (worst === null || RANK[severity] > RANK[worst]) worst = severity;
    for (const child of each.children) visit(child);
  };
  visit(node);
  return worst;
}

/** The way from the top to the first item that fits, the item last; null when none does. */
export function findPath(nodes: readonly TreeNode[], fits: (node: TreeNode) => boolean): TreeNode[] | null {
  for (const node of nodes) {
    if (fits(node)) return [node];
    const below = findPath(node.children, fits);
    if (below) return [node, ...below];
  }
  return null;
}
