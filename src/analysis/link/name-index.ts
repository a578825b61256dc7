/** Which processes have a name, run some code, or were started somewhere. */
import { addUnder } from "../../model/index.ts";
import { placeKey } from "../evaluate/identity.ts";
import type { Value } from "../evaluate/values.ts";
import type { ResolvedUses } from "./resolved-uses.ts";
import type { Reference } from "./targets.ts";
import type { ChildDraft, NameRef, ProcessDraft } from "./unresolved-definitions.ts";

/** A process that edges begin and end at. */
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
  many: boolean;
  /** The name that its start gives it. */
  name: NameRef | null;
  /** As in `ChildDraft`. */
  registry?: ChildDraft["registry"];
  /** Names that its start gives it as arguments, to be registered by itself. */
  given?: readonly NameRef[];
  /** Where a process asks for it to be started. */
  site?: string;
  /** What it uses; found when all nodes are known. */
  uses: ResolvedUses;
}

interface Named {
  node: Node;
  origin: string | null;
}

export class NameIndex {
  readonly #names = new Map<string, Named[]>();
  readonly #codes = new Map<string, Node[]>();
  readonly #sites = new Map<string, string>();
  /** Place → those that are started there, also where it is not known what they run. */
  readonly #started = new Map<string, Node[]>();
  /** Place → the supervisor whose template is started there. */
  readonly #asked = new Map<string, string>();
  readonly #variables = new Map<string, readonly Value[]>();
  /** Supervisor key → the nodes that it runs as. */
  readonly #runsAs = new Map<string, Node[]>();
  /** Supervisor key → all its nodes, also of a root. */
  readonly #supervisors = new Map<string, Node[]>();
  readonly #trees = new Map<string, ReadonlySet<string>>();

  addNode(node: Node): void {
    if (node.supervisor !== null) addUnder(this.#supervisors, node.supervisor, node);
    if (node.code !== null) addUnder(this.#codes, node.code, node);
    if (node.site !== undefined) addUnder(this.#started, node.site, node);
    for (const name of namesOf(node)) addUnder(this.#names, name.name, { node, origin: name.origin });
    if (node.supervisor !== null && node.parent !== null) {
      addUnder(this.#runsAs, node.supervisor, node);
      this.#trees.clear();
    }
  }

  /** `under`: the supervisor that is asked there to start it. */
  addSite(site: string, code: string, under?: string): void {
    this.#sites.set(site, code);
    if (under !== undefined) this.#asked.set(site, under);
  }

  setVariable(key: string, values: readonly Value[]): void {
    this.#variables.set(key, values);
  }

  /** What a variable may hold. */
  variable(key: string): readonly Value[] {
    return this.#variables.get(key) ?? [];
  }

  site(site: string): string | undefined {
    return this.#sites.get(site) ?? this.#sites.get(placeKey(site));
  }

  /** Whether something is known of exactly this place. */
  hasSite(site: string): boolean {
    return this.#sites.has(site);
  }

  /** The arguments of each process that runs this code. */
  argumentsOf(code: string): (readonly Value[] | null)[] {
    return (this.#codes.get(code) ?? []).map((node) => node.args);
  }

  /** Whether some other supervisor starts this one. */
  isNested(supervisor: string): boolean {
    return (this.#runsAs.get(supervisor) ?? []).some((node) => node.parent !== supervisor);
  }

  /** Whether no process is known to take a name. */
  isFree(name: string): boolean {
    return (this.#names.get(name) ?? []).length === 0;
  }

  /** The supervisor that starts a process, or why that is not known. */
  parentOf({ parent }: Node): Node | string {
    if (parent === null) return "it is not known which process starts it";
    const all = this.#supervisors.get(parent) ?? [];
    return all.length === 1 ? all[0]! : `${all.length} processes may be the one that starts it`;
  }

  /** The one process that a reference leads to, or why there is none. */
  find(reference: Reference & { kind: "name" | "code" | "site" }, from: Node | null): Node | string {
    if (reference.kind === "name") {
      const named = this.#names.get(reference.name) ?? [];
      const sameConstant = named.filter((n) => n.origin !== null && n.origin === reference.origin);
      const candidates = (sameConstant.length > 0 ? sameConstant : named).map((n) => n.node);
      return this.#nearest(
        candidates,
        from,
        `no process registers "${reference.name}"`,
        `"${reference.name}"`,
      );
    }
    const code = reference.kind === "site" ? this.site(reference.key) : reference.key;
    let candidates = (code === undefined ? this.#started.get(reference.key) : this.#codes.get(code)) ?? [];
    if (reference.kind === "site" && candidates.length > 1) {
      // Several run that code; one of them was started at that very place.
      const there = candidates.filter((node) => node.site === reference.key);
      const under = this.#asked.get(reference.key);
      if (there.length > 0) candidates = there;
      else if (under !== undefined) candidates = candidates.filter((node) => node.parent === under);
    }
    return this.#nearest(candidates, from, "it is not known which process that is", "that code");
  }

  #nearest(candidates: readonly Node[], from: Node | null, none: string, what: string): Node | string {
    if (candidates.length === 0) return none;
    if (candidates.length === 1) return candidates[0]!;
    const trees = from === null ? new Set<string>() : this.#treesOf(from);
    const near = candidates.filter((node) => {
      for (const tree of this.#treesOf(node)) if (trees.has(tree)) return true;
      return false;
    });
    if (near.length === 1) return near[0]!;
    return `${near.length > 1 ? near.length : candidates.length} processes are known by ${what}`;
  }

  /** The roots of the trees that a process is in. */
  #treesOf(node: Node): ReadonlySet<string> {
    const start = node.parent ?? node.supervisor;
    if (start === null) return new Set();
    const known = this.#trees.get(start);
    if (known !== undefined) return known;
    const roots = new Set<string>();
    const seen = new Set<string>();
    const open: (string | null)[] = [start];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (key === null || seen.has(key)) continue;
      seen.add(key);
      const above = (this.#runsAs.get(key) ?? []).filter((n) => n.parent !== key);
      if (above.length === 0) roots.add(key);
      for (const n of above) open.push(n.parent);
    }
    this.#trees.set(start, roots);
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
