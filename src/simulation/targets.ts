/** Finds processes by their place in the tree, and says what they are called. Places are learned from the trace. */
import {
  addUnder,
  childRunningAs,
  placeUnder,
  type RunTarget,
  rootPlace,
  type Supervisor,
  type TreeModel,
} from "../model/index.ts";
import type { Proc } from "../runtime/core/proc.ts";
import type { Pid, ProcessSummary, System, TraceEvent } from "../runtime/index.ts";
import { relate } from "../runtime/inspect.ts";
import type { World } from "./world.ts";

/** A living process and where it is. */
export interface Placed {
  /** As `NodeKey` of the live state: child ids from the root down, or `label~pid` outside any tree. */
  path: string;
  pid: Pid;
  /** The model's key; empty for processes that the model does not know. */
  key: string;
  kind: ProcessSummary["kind"];
  /** Its supervisor's path; null for roots and for processes outside any tree. */
  parent: string | null;
}

interface Place {
  /** Number of the supervisor; null outside any tree. */
  supervisor: number | null;
  /** The child id, or the root's own path. */
  id: string;
  label: string;
  path: string;
}

export class Targets {
  readonly #system: System;
  readonly #world: World;
  readonly #places = new Map<number, Place>();
  /** The child that a supervisor is starting. */
  readonly #starting = new Map<number, string>();
  /** Who lives at a path now. */
  readonly #byPath = new Map<string, number>();
  /** For processes that are no stand-ins: which keys of the model they go by. */
  readonly #model: TreeModel | null;
  readonly #keys = new Map<number, string>();
  /** The model's supervisors by their own keys and by those that they have as children. */
  readonly #supervisors = new Map<string, Supervisor>();

  /** With a model, the processes are a program's own, and are found in it by their places. */
  constructor(system: System, world: World, model: TreeModel | null = null) {
    this.#system = system;
    this.#world = world;
    this.#model = model;
    for (const each of model?.supervisors ?? []) this.#supervisors.set(each.key, each);
    for (const { children } of model?.supervisors ?? []) {
      for (const { key, supervisor } of children) {
        const own = this.#supervisors.get(supervisor ?? "");
        if (own !== undefined) this.#supervisors.set(key, own);
      }
    }
  }

  /** Learns from every event of the run. */
  see(event: TraceEvent): void {
    if (event.type === "child_starting") this.#starting.set(event.child.supervisor, event.child.id);
    else if (event.type === "child_started") this.#starting.delete(event.child.supervisor);
    else if (event.type === "spawn") {
      const place = this.#place(event);
      this.#places.set(event.pid, place);
      this.#byPath.set(place.path, event.pid);
      if (this.#model !== null) this.#findKey(this.#model, event.pid, place);
    } else if (event.type === "exit") {
      const path = this.#places.get(event.pid)?.path;
      if (path !== undefined && this.#byPath.get(path) === event.pid) this.#byPath.delete(path);
    }
  }

  #place(event: Extract<TraceEvent, { type: "spawn" }>): Place {
    const { parent, label, pid } = event;
    const child = parent === null ? undefined : this.#starting.get(parent);
    if (child !== undefined && parent !== null && event.linked) {
      // A second process that the start function starts is outside the tree.
      this.#starting.delete(parent);
      return {
        supervisor: parent,
        id: child,
        label,
        path: placeUnder(`${this.#places.get(parent)?.path}`, child),
      };
    }
    const rooted = event.kind === "supervisor" || this.#world.knowsLabel(label);
    const path = rootPlace(rooted && !this.#byPath.has(rootPlace(label)) ? label : `${label}~${pid}`);
    return { supervisor: null, id: path, label, path };
  }

  #findKey(model: TreeModel, pid: number, { supervisor, id, label }: Place): void {
    const parent = supervisor === null ? undefined : this.#keys.get(supervisor);
    const above = this.#supervisors.get(parent ?? "");
    const key =
      supervisor === null ? rootNamed(model, label) : above && childRunningAs(above, id, label)?.key;
    if (key !== undefined) this.#keys.set(pid, key);
  }

  /** The model's key of a process; null for those that the model does not know. */
  keyOf(number: number): string | null {
    return this.#world.at(number)?.key ?? this.#keys.get(number) ?? null;
  }

  /** A living supervisor as the model has it. */
  supervisorAt(number: number): Supervisor | null {
    return this.#supervisors.get(this.keyOf(number) ?? "") ?? null;
  }

  #living(key: string): Pid | null {
    for (const [number, each] of this.#keys) {
      const pid = each === key ? this.living(number) : null;
      if (pid !== null) return pid;
    }
    return null;
  }

  /** The living process that a target means; null when there is none. */
  resolve(target: RunTarget): Pid | null {
    if ("child" in target) return this.#world.find(target.child) ?? this.#living(target.child);
    const number = "pid" in target ? target.pid : this.#byPath.get(target.path);
    return number === undefined ? null : this.living(number);
  }

  /** The process with this number, when it lives. */
  living(number: number): Pid | null {
    const known = this.#world.at(number)?.pid;
    if (known !== undefined) return known.alive ? known : null;
    return this.#system.pid(number) ?? null;
  }

  /** Who lives at a path now, by number. */
  at(path: string): number | null {
    return this.#byPath.get(path) ?? null;
  }

  /** Where a process is, or was. */
  pathOf(number: number): string | null {
    return this.#places.get(number)?.path ?? null;
  }

  describe(target: RunTarget): string {
    if ("pid" in target) return `<${target.pid}>`;
    if ("child" in target) return this.#world.labelOf(target.child);
    return target.path;
  }

  /** The child id, or the label of a root. */
  nameOf(pid: Pid): string {
    return this.nameOfNumber(pid.id) ?? pid.toString();
  }

  /** The same for whoever has a number only; null for nobody. */
  nameOfNumber(number: number): string | null {
    const place = this.#places.get(number);
    if (place === undefined) return null;
    return place.supervisor === null ? place.label : place.id;
  }

  /** Every living process with its place, in start order, parents first. */
  all(): Placed[] {
    const infos = this.#system.listProcesses();
    const below = new Map<number | null, ProcessSummary[]>();
    const living = new Set(infos.map((info) => info.id));
    for (const info of infos) {
      const supervisor = this.#places.get(info.id)?.supervisor ?? null;
      // Whoever outlives its supervisor for a moment is listed with the roots.
      const parent = supervisor !== null && living.has(supervisor) ? supervisor : null;
      addUnder(below, parent, info);
    }
    const placed: Placed[] = [];
    const add = (info: ProcessSummary, parent: string | null) => {
      const path = this.#places.get(info.id)?.path ?? `<${info.id}>`;
      placed.push({ path, pid: info.pid, key: this.keyOf(info.id) ?? "", kind: info.kind, parent });
      const children = below.get(info.id);
      if (children === undefined) return;
      const supervision = relate(info.pid as Proc)?.supervision;
      const order = new Map(supervision?.children.map((child, position) => [child.id, position]));
      const rank = (child: ProcessSummary) => order.get(this.#places.get(child.id)?.id ?? "") ?? order.size;
      for (const child of children.sort((a, b) => rank(a) - rank(b) || a.id - b.id)) add(child, path);
    };
    const roots = below.get(null) ?? [];
    for (const info of roots) if (info.kind === "supervisor") add(info, null);
    for (const info of roots) if (info.kind !== "supervisor") add(info, null);
    return placed;
  }
}

function rootNamed(model: TreeModel, label: string): string | undefined {
  const named = [...model.supervisors, ...model.orphans].filter(({ name }) => name === label);
  return (named.find(({ key }) => model.roots.includes(key)) ?? named[0])?.key;
}
