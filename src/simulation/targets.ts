/** Finds processes by their place in the tree, and says what they are called. */
import type { RunTarget } from "../model/index.ts";
import type { Pid, ProcessInfo, System } from "../runtime/index.ts";
import type { World } from "./world.ts";

/** A living process and where it is. */
export interface Placed {
  path: string;
  pid: Pid;
  /** The model's key; empty for processes that the model does not know. */
  key: string;
  kind: ProcessInfo["kind"];
  /** Its supervisor's path; null for roots and for processes outside any tree. */
  parent: string | null;
}

export class Targets {
  readonly #system: System;
  readonly #world: World;

  constructor(system: System, world: World) {
    this.#system = system;
    this.#world = world;
  }

  /** The living process that a target means; null when there is none. */
  resolve(target: RunTarget): Pid | null {
    if ("pid" in target) return this.#system.pid(target.pid) ?? null;
    if ("child" in target) return this.#world.find(target.child);
    return this.#byPath(target.path);
  }

  #byPath(path: string): Pid | null {
    const parts = path.split("/");
    const [root = ""] = parts;
    const numbered = /~(\d+)$/.exec(root);
    let info =
      numbered === null
        ? this.#system.processes().find((each) => each.ancestors.length === 0 && each.label === root)
        : this.#system.processInfo(Number(numbered[1]));
    // Ids may hold a slash: the longest id that fits is taken.
    for (let at = 1; at < parts.length && info !== undefined; ) {
      const children: readonly { id: string; pid: number | null }[] = info.supervision?.children ?? [];
      let next: ProcessInfo | undefined;
      let end = parts.length;
      for (; end > at; end--) {
        const id = parts.slice(at, end).join("/");
        const child = children.find((each) => each.id === id);
        if (child === undefined) continue;
        next = child.pid === null ? undefined : this.#system.processInfo(child.pid);
        break;
      }
      info = next;
      at = end === at ? parts.length : end;
    }
    return info?.pid ?? null;
  }

  describe(target: RunTarget): string {
    if ("pid" in target) return `<${target.pid}>`;
    if ("child" in target) return this.#world.labelOf(target.child);
    return target.path;
  }

  /** The child id, or the label of a root. */
  nameOf(pid: Pid): string {
    const info = this.#system.processInfo(pid);
    if (info === undefined) return pid.toString();
    const [parent] = info.ancestors;
    const siblings =
      parent === undefined ? undefined : this.#system.processInfo(parent)?.supervision?.children;
    return siblings?.find((child) => child.pid === info.id)?.id ?? info.label;
  }

  /** Every living process with its place, in start order, parents first. */
  all(): Placed[] {
    const infos = new Map(this.#system.processes().map((info) => [info.id, info]));
    const placed: Placed[] = [];
    const seen = new Set<number>();
    const roots = new Set<string>();
    const add = (info: ProcessInfo, path: string, parent: string | null) => {
      if (seen.has(info.id)) return;
      seen.add(info.id);
      placed.push({ path, pid: info.pid, key: this.#world.at(info.id)?.key ?? "", kind: info.kind, parent });
      for (const child of info.supervision?.children ?? []) {
        const below = child.pid === null ? undefined : infos.get(child.pid);
        if (below !== undefined) add(below, `${path}/${child.id}`, path);
      }
    };
    for (const info of infos.values()) {
      if (info.kind !== "supervisor" || info.ancestors.length > 0) continue;
      const path = roots.has(info.label) ? `${info.label}~${info.id}` : info.label;
      roots.add(info.label);
      add(info, path, null);
    }
    for (const info of infos.values()) {
      if (seen.has(info.id)) continue;
      // Processes that the model knows keep their name, as in the live state.
      const known = this.#world.at(info.id) !== null && !roots.has(info.label);
      roots.add(info.label);
      add(info, known ? info.label : `${info.label}~${info.id}`, null);
    }
    return placed;
  }
}
