/** Under rest_for_one: who is stopped when somebody crashes, and which of them have anything to do with it. */
import type { Child, Supervisor } from "../model/index.ts";
import { dynamicVictims } from "./dynamic-victims.ts";
import { possibleUses } from "./established.ts";
import { type Arc, reachable } from "./graph.ts";
import { addSizes, type Size, sizeOf } from "./process-count.ts";
import type { TreeIndex } from "./tree-index.ts";

export interface Crash {
  crashed: Child;
  /** Static children that start later, and stop with it. */
  later: Child[];
  /** Those of them that use it, or may. */
  needed: Child[];
  /** Those of them of which it is established that they have nothing to do with it. */
  unneeded: Child[];
  /** Of the unneeded. */
  size: Size;
}

/** Does its end make the supervisor restart others? A temporary child is forgotten, and its end touches nobody. */
export const pullsOthers = (child: Child): boolean =>
  !child.dynamic && (child.restart === "permanent" || child.restart === "transient");

export class Followers {
  readonly #tree: TreeIndex;
  readonly #children: readonly Child[];
  /** Who uses, or may use, whom. */
  readonly arcs: readonly Arc[];
  readonly #reach: readonly ReadonlySet<number>[];
  /** `overloaded-supervisor` speaks of them. */
  readonly #ofDynamic: ReadonlySet<Child>;

  constructor(tree: TreeIndex, supervisor: Supervisor) {
    this.#tree = tree;
    this.#children = supervisor.children;
    this.arcs = possibleUses(tree, supervisor).filter(([from, to]) => from !== to);
    this.#reach = reachable(this.#children.length, this.arcs);
    this.#ofDynamic = new Set(dynamicVictims(tree, supervisor).map(({ child }) => child));
  }

  /** Every crash that stops somebody needlessly, if the children started in this order. */
  crashes(order: readonly Child[] = this.#children): Crash[] {
    const indices = new Map(this.#children.map((child, index) => [child, index]));
    const sizes = new Map(this.#children.map((child) => [child, sizeOf(this.#tree, child)]));
    return order.flatMap((crashed, at): Crash[] => {
      if (!pullsOthers(crashed)) return [];
      const index = indices.get(crashed)!;
      const reached = this.#reach[index]!;
      const later = order.slice(at + 1).filter((child) => !child.dynamic);
      const needed: Child[] = [];
      const unneeded: Child[] = [];
      for (const child of later) {
        const other = indices.get(child)!;
        if (reached.has(other) || this.#reach[other]!.has(index)) needed.push(child);
        else if (!this.#ofDynamic.has(child)) unneeded.push(child);
      }
      const size = addSizes(unneeded.map((child) => sizes.get(child)!));
      return size.least > 0 ? [{ crashed, later, needed, unneeded, size }] : [];
    });
  }

  /** Is it established that these have nothing to do with each other? */
  areUnrelated(children: readonly Child[]): boolean {
    return !this.arcs.some(
      ([from, to]) => children.includes(this.#children[from]!) && children.includes(this.#children[to]!),
    );
  }

  /** Uses, or may use, one of `users` one of `used`? */
  mayUse(users: readonly Child[], used: readonly Child[]): boolean {
    return this.arcs.some(
      ([from, to]) => users.includes(this.#children[from]!) && used.includes(this.#children[to]!),
    );
  }
}
