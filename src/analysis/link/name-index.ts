/** Which processes have a name, run some code, or were started somewhere; kept up to date node by node. */
import type { Edge, ProcessFacts } from "../../model/index.ts";
import type { Value } from "../evaluate/values.ts";
import { codeKey, type NameRef, type ProcessDraft, placeKey } from "./drafts.ts";
import type { Reference } from "./targets.ts";

/** A process that edges begin and end at. */
/** The resolved uses of a node, and what was looked up for them. */
export interface Uses {
  edges: Edge[];
  reads: Reads;
}

export interface Node {
  /** Key of a child, a supervisor or an orphan. */
  key: string;
  code: string | null;
  process: ProcessDraft | null;
  args: readonly Value[] | null;
  /** The supervisor that starts it. */
  parent: string | null;
  /** The supervisor that it is. */
  supervisor: string | null;
  facts: ProcessFacts | null;
  many: boolean;
  /** The name that its start gives it. */
  name: NameRef | null;
  /** Names that its start gives it as arguments, to be registered by itself. */
  given?: readonly NameRef[];
  /** Null until they are resolved. */
  uses: Uses | null;
  /** Where a process asks for it to be started. */
  site?: string;
}

interface Named {
  node: Node;
  origin: string | null;
}

/** What a lookup read, so that it can be done again when that changes. */
export type Reads = Set<string>;

/** Read by lookups that had to choose by nearness. */
export const TREES = "trees";

export class NameIndex {
  private readonly names = new Map<string, Named[]>();
  private readonly codes = new Map<string, Node[]>();
  private readonly sites = new Map<string, string>();
  /** Place → the supervisor whose template is started there. */
  private readonly asked = new Map<string, string>();
  private readonly variables = new Map<string, readonly Value[]>();
  /** Supervisor key → the nodes that it runs as. */
  private readonly runsAs = new Map<string, Set<Node>>();
  private trees = new Set<string>();
  /** What was touched since `changed` was last asked, and what it was before. */
  private touched = new Map<string, string>();

  addNode(node: Node): void {
    if (node.code !== null) {
      this.touch(`code ${node.code}`);
      push(this.codes, node.code, node);
    }
    for (const name of namesOf(node)) {
      this.touch(`name ${name.name}`);
      push(this.names, name.name, { node, origin: name.origin });
    }
    if (node.supervisor !== null && node.parent !== null) {
      this.touch(`tree ${node.supervisor}`);
      this.trees.add(node.supervisor);
      const known = this.runsAs.get(node.supervisor);
      if (known === undefined) this.runsAs.set(node.supervisor, new Set([node]));
      else known.add(node);
    }
  }

  removeNode(node: Node): void {
    if (node.code !== null) {
      this.touch(`code ${node.code}`);
      drop(this.codes, node.code, (other) => other === node);
    }
    for (const name of namesOf(node)) {
      this.touch(`name ${name.name}`);
      drop(this.names, name.name, (other) => other.node === node);
    }
    if (node.supervisor !== null && node.parent !== null) {
      this.touch(`tree ${node.supervisor}`);
      this.trees.add(node.supervisor);
      const known = this.runsAs.get(node.supervisor);
      known?.delete(node);
      if (known?.size === 0) this.runsAs.delete(node.supervisor);
    }
  }

  /** `under`: the supervisor that is asked there to start it. */
  addSite(site: string, code: string, under?: string): void {
    this.touch(`site ${site}`);
    this.sites.set(site, code);
    if (under !== undefined) this.asked.set(site, under);
  }

  /** Whether that is known of the place. */
  hasSite(site: string, code: string, under: string): boolean {
    return this.sites.get(site) === code && this.asked.get(site) === under;
  }

  removeSite(site: string): void {
    this.touch(`site ${site}`);
    this.sites.delete(site);
    this.asked.delete(site);
  }

  /** What a variable may hold; undefined: nothing any more. */
  setVariable(key: string, values: readonly Value[] | undefined): void {
    this.touch(`var ${key}`);
    if (values === undefined) this.variables.delete(key);
    else this.variables.set(key, values);
  }

  variable(key: string): readonly Value[] {
    return this.variables.get(key) ?? [];
  }

  site(site: string): string | undefined {
    return this.sites.get(site) ?? this.sites.get(placeKey(site));
  }

  /** The arguments of each process that runs this code. */
  argumentsOf(code: string): (readonly Value[] | null)[] {
    return (this.codes.get(code) ?? []).map((node) => node.args);
  }

  /** Whether some other supervisor starts this one. */
  isNested(supervisor: string): boolean {
    for (const node of this.runsAs.get(supervisor) ?? []) if (node.parent !== supervisor) return true;
    return false;
  }

  /** What is different since this was last asked. */
  changed(): Set<string> {
    const different = new Set<string>();
    for (const [what, before] of this.touched) {
      if (this.print(what) !== before) different.add(what.startsWith("tree ") ? TREES : what);
    }
    this.touched = new Map();
    return different;
  }

  /** Supervisors that some other supervisor began or ceased to start, since this was last asked. */
  takeTrees(): Set<string> {
    const keys = this.trees;
    this.trees = new Set();
    return keys;
  }

  private touch(what: string): void {
    if (!this.touched.has(what)) this.touched.set(what, this.print(what));
  }

  /** What a lookup sees, as text. */
  private print(what: string): string {
    const at = what.indexOf(" ");
    const kind = what.slice(0, at);
    const name = what.slice(at + 1);
    if (kind === "tree")
      return [...(this.runsAs.get(name) ?? [])]
        .map((node) => node.parent)
        .sort()
        .join("\n");
    if (kind === "site") return `${this.sites.get(name) ?? ""} ${this.asked.get(name) ?? ""}`;
    if (kind === "var")
      return (this.variables.get(name) ?? [])
        .map((v) => (v.k === "term" ? `${v.tag} ${codeKey(v.at)}` : v.k))
        .join("\n");
    if (kind === "code")
      return (this.codes.get(name) ?? [])
        .map((node) => node.key)
        .sort()
        .join("\n");
    return (this.names.get(name) ?? [])
      .map((n) => `${n.node.key} ${n.origin ?? ""}`)
      .sort()
      .join("\n");
  }

  /** The one process that a reference leads to, or why there is none. */
  find(
    reference: Reference & { k: "name" | "code" | "site" },
    from: Node | null,
    reads: Reads,
  ): Node | string {
    if (reference.k === "name") {
      reads.add(`name ${reference.name}`);
      const named = this.names.get(reference.name) ?? [];
      const sameConstant = named.filter((n) => n.origin !== null && n.origin === reference.origin);
      const candidates = (sameConstant.length > 0 ? sameConstant : named).map((n) => n.node);
      return this.nearest(
        candidates,
        from,
        `no process registers "${reference.name}"`,
        `"${reference.name}"`,
        reads,
      );
    }
    let code: string | undefined = reference.key;
    if (reference.k === "site") {
      reads.add(`site ${reference.key}`);
      code = this.site(reference.key);
      if (placeKey(reference.key) !== reference.key) reads.add(`site ${placeKey(reference.key)}`);
    }
    if (code !== undefined) reads.add(`code ${code}`);
    let candidates = code === undefined ? [] : (this.codes.get(code) ?? []);
    if (reference.k === "site" && candidates.length > 1) {
      // Several run that code; one of them was started at that very place.
      const there = candidates.filter((node) => node.site === reference.key);
      const under = this.asked.get(reference.key);
      if (there.length > 0) candidates = there;
      else if (under !== undefined) candidates = candidates.filter((node) => node.parent === under);
    }
    return this.nearest(candidates, from, "it is not known which process that is", "that code", reads);
  }

  private nearest(
    candidates: readonly Node[],
    from: Node | null,
    none: string,
    what: string,
    reads: Reads,
  ): Node | string {
    if (candidates.length === 0) return none;
    if (candidates.length === 1) return candidates[0]!;
    reads.add(TREES);
    const trees = from === null ? new Set<string>() : this.treesOf(from);
    const near = candidates.filter((node) => {
      for (const tree of this.treesOf(node)) if (trees.has(tree)) return true;
      return false;
    });
    if (near.length === 1) return near[0]!;
    return `${near.length > 1 ? near.length : candidates.length} processes are known by ${what}`;
  }

  /** The roots of the trees that a process is in. */
  private treesOf(node: Node): Set<string> {
    const roots = new Set<string>();
    const seen = new Set<string>();
    const open = [node.parent ?? node.supervisor];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (key === null || seen.has(key)) continue;
      seen.add(key);
      const above = [...(this.runsAs.get(key) ?? [])].filter((n) => n.parent !== key);
      if (above.length === 0) roots.add(key);
      for (const n of above) open.push(n.parent);
    }
    return roots;
  }
}

/** Every name of a process once: the one that its start gives it, and those that it registers. */
function namesOf(node: Node): NameRef[] {
  const names = node.name === null ? [] : [node.name];
  for (const registered of [...(node.process?.registers ?? []), ...(node.given ?? [])]) {
    if (!names.some((name) => name.name === registered.name)) names.push(registered);
  }
  return names;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function drop<T>(map: Map<string, T[]>, key: string, is: (value: T) => boolean): void {
  const rest = map.get(key)?.filter((value) => !is(value)) ?? [];
  if (rest.length === 0) map.delete(key);
  else map.set(key, rest);
}
