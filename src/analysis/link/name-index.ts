/** Which processes have a name, run some code, or were started somewhere. */
import type { ProcessFacts, Supervisor } from "../../model/index.ts";
import type { Value } from "../evaluate/values.ts";
import type { NameRef, ProcessDraft } from "./drafts.ts";
import type { Reference } from "./targets.ts";

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
  facts: ProcessFacts | null;
  many: boolean;
}

interface Named {
  node: Node;
  origin: string | null;
}

export class NameIndex {
  private readonly names = new Map<string, Named[]>();
  private readonly codes = new Map<string, Node[]>();
  private readonly sites = new Map<string, string>();
  /** Node → the trees that it is in. */
  private readonly trees = new Map<string, ReadonlySet<string>>();
  private readonly print: string[] = [];

  addNode(node: Node, name: NameRef | null): void {
    if (node.code !== null) push(this.codes, node.code, node);
    this.print.push(node.key, node.code ?? "", node.parent ?? "");
    if (name !== null) this.addName(name, node);
    for (const registered of node.process?.registers ?? []) this.addName(registered, node);
  }

  private addName(name: NameRef, node: Node): void {
    const known = this.names.get(name.name);
    if (known?.some((other) => other.node === node) === true) return;
    push(this.names, name.name, { node, origin: name.origin });
    this.print.push(name.name, name.origin ?? "");
  }

  addSite(site: string, code: string): void {
    this.sites.set(site, code);
    this.print.push(site, code);
  }

  /** Notes in which trees every node is. */
  finish(roots: readonly string[], supervisors: readonly Supervisor[], nodes: readonly Node[]): void {
    const bySupervisor = new Map<string, Set<string>>();
    const byKey = new Map(supervisors.map((s) => [s.key, s]));
    for (const root of roots) {
      const open = [root];
      for (let key = open.pop(); key !== undefined; key = open.pop()) {
        let trees = bySupervisor.get(key);
        if (trees === undefined) {
          trees = new Set();
          bySupervisor.set(key, trees);
        }
        if (trees.has(root)) continue;
        trees.add(root);
        for (const child of byKey.get(key)?.children ?? [])
          if (child.supervisor !== null) open.push(child.supervisor);
      }
    }
    for (const node of nodes) {
      const trees = bySupervisor.get(node.parent ?? node.supervisor ?? "");
      if (trees !== undefined) this.trees.set(node.key, trees);
    }
  }

  /** Whether every name leads to the same keys as in the other index. */
  sameAs(other: NameIndex | null): boolean {
    if (other === null || other.print.length !== this.print.length) return false;
    if (this.compared === other) return true;
    for (let i = 0; i < this.print.length; i++) if (this.print[i] !== other.print[i]) return false;
    this.compared = other;
    return true;
  }
  private compared: NameIndex | null = null;

  /** The one process that a reference leads to, or why there is none. */
  find(reference: Reference & { k: "name" | "code" | "site" }, from: Node | null): Node | string {
    if (reference.k === "name") {
      const named = this.names.get(reference.name) ?? [];
      const sameConstant = named.filter((n) => n.origin !== null && n.origin === reference.origin);
      const candidates = (sameConstant.length > 0 ? sameConstant : named).map((n) => n.node);
      return this.nearest(
        candidates,
        from,
        `no process registers "${reference.name}"`,
        `"${reference.name}"`,
      );
    }
    const code = reference.k === "code" ? reference.key : this.sites.get(reference.key);
    const candidates = code === undefined ? [] : (this.codes.get(code) ?? []);
    return this.nearest(candidates, from, "it is not known which process that is", "that code");
  }

  private nearest(candidates: readonly Node[], from: Node | null, none: string, what: string): Node | string {
    if (candidates.length === 0) return none;
    if (candidates.length === 1) return candidates[0]!;
    const trees = from === null ? undefined : this.trees.get(from.key);
    const near = candidates.filter((node) => {
      const others = this.trees.get(node.key);
      return trees !== undefined && others !== undefined && [...others].some((tree) => trees.has(tree));
    });
    if (near.length === 1) return near[0]!;
    return `${near.length > 1 ? near.length : candidates.length} processes are known by ${what}`;
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
