/**
 * A live state under construction. A batch of events copies each node that it touches once, so that applying events stays
 * cheap while every state that was handed out stays as it was.
 */
import type { PidNumber } from "../runtime/trace.ts";
import type {
  LiveApplication,
  LiveLink,
  LiveMonitor,
  LiveNode,
  LiveSignal,
  LiveState,
  NodeKey,
} from "./live-types.ts";
import type { Table } from "./table.ts";

/** The key of a link in `LiveState.links`. */
export function linkKey(a: PidNumber, b: PidNumber): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`;
}

export class LiveDraft {
  seq: number;
  at: number;
  alive: number;
  readonly nodes: Table<NodeKey, LiveNode>;
  readonly byPid: Table<PidNumber, NodeKey>;
  readonly links: Table<string, LiveLink>;
  readonly monitors: Table<number, LiveMonitor>;
  readonly signals: LiveSignal[] = [];
  roots: NodeKey[];
  applications: LiveApplication[];
  readonly #owned = new Set<NodeKey>();

  constructor(from: LiveState) {
    this.seq = from.seq;
    this.at = from.at;
    this.alive = from.alive;
    this.nodes = from.nodes.next();
    this.byPid = from.byPid.next();
    this.links = from.links.next();
    this.monitors = from.monitors.next();
    this.roots = [...from.roots];
    this.applications = [...from.applications];
  }

  /** A node to write to. */
  edit(key: NodeKey): LiveNode | null {
    const node = this.nodes.get(key);
    if (node === undefined || this.#owned.has(key)) return node ?? null;
    const copy: LiveNode = {
      ...node,
      children: [...node.children],
      names: [...node.names],
      links: [...node.links],
      monitors: [...node.monitors],
      monitoredBy: [...node.monitoredBy],
    };
    this.nodes.set(key, copy);
    this.#owned.add(key);
    return copy;
  }

  /** The node of the place where process `pid` lives or lived. */
  editPid(pid: PidNumber | null): LiveNode | null {
    const key = pid === null ? undefined : this.byPid.get(pid);
    return key === undefined ? null : this.edit(key);
  }

  /** The node where `pid` lives now; null once another incarnation has taken its place. */
  editLiving(pid: PidNumber | null): LiveNode | null {
    const node = this.editPid(pid);
    return node !== null && node.pid === pid ? node : null;
  }

  add(node: LiveNode): LiveNode {
    this.nodes.set(node.key, node);
    this.#owned.add(node.key);
    if (node.parent === null) this.roots.push(node.key);
    else this.edit(node.parent)?.children.push(node.key);
    return node;
  }

  /** Takes a node and everything below it out of the drawing. */
  remove(key: NodeKey): void {
    const node = this.nodes.get(key);
    if (node === undefined) return;
    for (const child of node.children) this.#forget(child);
    this.nodes.delete(key);
    this.#owned.delete(key);
    if (node.parent === null) {
      this.roots = this.roots.filter((root) => root !== key);
      return;
    }
    const parent = this.edit(node.parent);
    if (parent === null) return;
    parent.children = parent.children.filter((child) => child !== key);
  }

  #forget(key: NodeKey): void {
    const node = this.nodes.get(key);
    if (node === undefined) return;
    for (const child of node.children) this.#forget(child);
    this.nodes.delete(key);
    this.#owned.delete(key);
  }

  addLink(a: PidNumber, b: PidNumber): void {
    const key = linkKey(a, b);
    if (this.links.has(key)) return;
    const first = this.editLiving(a);
    const second = this.editLiving(b);
    if (first === null || second === null) return;
    const structural = first.parent === second.key || second.parent === first.key;
    this.links.set(key, { a, b, structural });
    if (structural) return;
    first.links.push(b);
    second.links.push(a);
  }

  removeLink(a: PidNumber, b: PidNumber): void {
    const key = linkKey(a, b);
    const link = this.links.get(key);
    if (link === undefined) return;
    this.links.delete(key);
    if (link.structural) return;
    const first = this.editLiving(a);
    if (first !== null) first.links = first.links.filter((pid) => pid !== b);
    const second = this.editLiving(b);
    if (second !== null) second.links = second.links.filter((pid) => pid !== a);
  }

  addMonitor(ref: number, watcher: PidNumber, target: PidNumber): void {
    this.monitors.set(ref, { ref, watcher, target, ofCall: false });
    this.editLiving(watcher)?.monitors.push(ref);
    this.editLiving(target)?.monitoredBy.push(ref);
  }

  removeMonitor(ref: number): void {
    const monitor = this.monitors.get(ref);
    if (monitor === undefined) return;
    this.monitors.delete(ref);
    const watcher = this.editLiving(monitor.watcher);
    if (watcher !== null) watcher.monitors = watcher.monitors.filter((other) => other !== ref);
    const target = this.editLiving(monitor.target);
    if (target !== null) target.monitoredBy = target.monitoredBy.filter((other) => other !== ref);
  }

  /** Drops what a process had with others when it ends. Monitors on it stay until their DOWN was told. */
  release(node: LiveNode, pid: PidNumber): void {
    for (const partner of [...node.links]) this.removeLink(pid, partner);
    const kin = node.parent === null ? node.children : [node.parent, ...node.children];
    for (const key of kin) {
      const other = this.nodes.get(key)?.pid;
      if (other !== null && other !== undefined) this.removeLink(pid, other);
    }
    for (const ref of [...node.monitors]) this.removeMonitor(ref);
    node.links = [];
    node.monitors = [];
    node.monitoredBy = [];
    node.names = [];
    node.mailbox = 0;
    node.waitingFor = null;
    node.trapExit = false;
  }

  finish(): LiveState {
    return {
      seq: this.seq,
      at: this.at,
      nodes: this.nodes,
      roots: this.roots,
      byPid: this.byPid,
      links: this.links,
      monitors: this.monitors,
      applications: this.applications,
      signals: this.signals,
      alive: this.alive,
    };
  }
}
