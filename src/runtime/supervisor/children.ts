/** The children of a supervisor: by place, by id and by process. */
import type { Proc } from "../core/proc.ts";
import type { CompleteChildSpec } from "../spec.ts";

export class Child {
  readonly spec: CompleteChildSpec;
  /** How traces call it: its id, or a label of its own under a dynamic supervisor. */
  readonly label: string;
  /** Further arguments of its start, under a dynamic supervisor. */
  readonly args: readonly unknown[];
  proc: Proc | null = null;
  /** A restart failed and will be tried again. */
  restarting = false;
  /** The process whose restart is being tried again. */
  former: Proc | null = null;
  /** How often its start function has been called. */
  incarnation = 0;

  constructor(spec: CompleteChildSpec, label: string, args: readonly unknown[]) {
    this.spec = spec;
    this.label = label;
    this.args = args;
  }

  get temporary(): boolean {
    return this.spec.restart === "temporary";
  }

  /** OTP's `undefined`: known, without a process and not about to get one. */
  get down(): boolean {
    return this.proc === null && !this.restarting;
  }
}

export class Children {
  /** In start order; a set, since ten thousand may go one by one. */
  readonly #inOrder = new Set<Child>();
  readonly #byId = new Map<string, Child>();
  readonly #byProc = new Map<Proc, Child>();
  readonly dynamic: boolean;
  /** Dynamic children whose restart is being tried again. */
  readonly restarting = new Set<Child>();
  /** With `otp25Defects`: children that ignored their restart and stay listed without a process. */
  readonly husks: Child[] = [];
  miscounted = 0;

  constructor(dynamic: boolean) {
    this.dynamic = dynamic;
  }

  /** In start order. Under a dynamic supervisor in the order in which they came up. */
  get list(): readonly Child[] {
    return this.dynamic ? [...this.#byProc.values(), ...this.restarting, ...this.husks] : [...this.#inOrder];
  }

  get size(): number {
    return this.dynamic ? this.#byProc.size + this.restarting.size + this.husks.length : this.#inOrder.size;
  }

  /** Children with a process that lives. */
  get active(): number {
    if (this.dynamic) return this.#byProc.size + this.husks.length - this.miscounted;
    let active = 0;
    for (const child of this.#inOrder) if (child.proc !== null && child.proc.state !== "dead") active++;
    return active;
  }

  byId(id: string): Child | undefined {
    return this.#byId.get(id);
  }

  byProc(proc: Proc): Child | undefined {
    return this.#byProc.get(proc);
  }

  /** The dynamic child whose restart is being tried again in place of `former`. */
  byFormer(former: Proc): Child | undefined {
    for (const child of this.restarting) if (child.former === former) return child;
    return undefined;
  }

  /** Adds a child at the end. */
  add(child: Child): void {
    if (this.dynamic) return;
    this.#inOrder.add(child);
    this.#byId.set(child.spec.id, child);
  }

  /** Forgets a child. */
  remove(child: Child): void {
    this.setProc(child, null);
    this.restarting.delete(child);
    if (this.dynamic) return;
    this.#inOrder.delete(child);
    this.#byId.delete(child.spec.id);
  }

  /** Gives a child its process, or takes it away. */
  setProc(child: Child, proc: Proc | null, restarting = false): void {
    if (child.proc !== null) {
      this.#byProc.delete(child.proc);
      child.former = child.proc;
    }
    child.proc = proc;
    child.restarting = restarting;
    if (proc !== null) this.#byProc.set(proc, child);
    if (this.dynamic) {
      if (restarting) this.restarting.add(child);
      else this.restarting.delete(child);
    }
  }
}
