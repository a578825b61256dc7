/**
 * The state that a tree has booted into, and whether it is back in it after a fault, so that the next one finds what it would
 * find in a tree that was booted anew. Everything that the library or a stand-in could tell apart is compared: who lives
 * where, links, monitors, names, mailboxes, children, pids that are kept. Whatever no event has touched is as it was.
 */
import type { TraceEvent } from "../runtime/index.ts";
import type { PlannedSupervisor } from "./plan-types.ts";
import type { Simulation } from "./simulation.ts";

/** What is compared of one process. `order` tells only what its end would tell: the order of its links and watchers. */
interface State {
  state: string;
  order: string;
}

export class BootedState {
  readonly #simulation: Simulation;
  readonly #states = new Map<string, State>();
  readonly #memory: string;
  readonly #at: number;
  /** Milliseconds after which no restart counts any more. */
  readonly #forgets: number;
  /** Whether it can be told at all that it is back. */
  readonly #fixed: boolean;
  /** Processes whose links or children are in another order than after the boot. */
  readonly #disordered = new Set<string>();
  readonly #touched = new Set<number>();
  /** Those that have ended or begun since the last fault. */
  readonly #changed = new Set<number>();
  readonly #begun = new Set<number>();
  #numbered = false;

  /** `events`: of the boot, which is over. */
  constructor(simulation: Simulation, events: readonly TraceEvent[]) {
    this.#simulation = simulation;
    const { system, targets, world, plan } = simulation;
    for (const { path, pid } of targets.all()) this.#states.set(path, this.#stateOf(pid.id));
    this.#memory = world.memory((number) => this.#nameOf(number));
    this.#at = system.now();
    const trees = [...plan.applications.flatMap(({ top }) => top ?? []), ...plan.roots];
    this.#forgets = 1000 * (Math.max(0, ...trees.map(longestPeriod)) + 2);
    // What the clock will bring, and restarts that the boot has cost, do not come back.
    this.#fixed = system.nextDeadline() === null && !events.some(({ type }) => type === "decision");
  }

  /** Learns what a fault touches. */
  see(event: TraceEvent): void {
    const touch = (...pids: (number | null)[]) => {
      for (const pid of pids) if (pid !== null) this.#touched.add(pid);
    };
    switch (event.type) {
      case "spawn":
        touch(event.pid, event.parent);
        this.#changed.add(event.pid);
        this.#begun.add(event.pid);
        return;
      case "exit":
        touch(event.pid);
        this.#changed.add(event.pid);
        return;
      case "link":
      case "unlink":
        touch(event.a, event.b);
        return;
      case "monitor":
      case "demonitor":
      case "down":
        touch(event.watcher, event.target);
        return;
      case "exit_signal":
      case "send":
        touch(event.from, event.to);
        return;
      case "child_starting":
        // A supervisor that was there before numbers its children on.
        if (event.incarnation === 1 && !this.#begun.has(event.child.supervisor)) this.#numbered = true;
        touch(event.child.supervisor);
        return;
      case "child_started":
      case "child_stopping":
      case "child_removed":
      case "decision":
        touch(event.child.supervisor);
        return;
      case "application":
        return;
      default:
        touch(event.pid);
    }
  }

  /** The numbers of those that have ended or begun since the last fault. */
  get changed(): ReadonlySet<number> {
    return this.#changed;
  }

  /** Whether a fault at `path` could go otherwise than in a tree that was booted anew. */
  mayDiffer(path: string): boolean {
    return this.#disordered.has(path);
  }

  /** Whether the last one has. */
  get differed(): boolean {
    const { targets } = this.#simulation;
    return [...this.#changed].some((pid) => this.#disordered.has(targets.pathOf(pid) ?? ""));
  }

  /** Whether everything is as after the boot; then the next fault may come. */
  isBack(): boolean {
    const { system, targets, world } = this.#simulation;
    if (!this.#fixed || this.#numbered || system.runnable || system.nextDeadline() !== null) return false;
    if (system.processCount !== this.#states.size) return false;
    for (const pid of this.#changed) {
      const path = targets.pathOf(pid);
      if (path !== null && this.#states.has(path) && targets.at(path) === null) return false;
    }
    const disordered: [string, boolean][] = [];
    for (const pid of this.#touched) {
      const path = targets.pathOf(pid);
      if (path === null || targets.at(path) !== pid) continue;
      const [was, is] = [this.#states.get(path), this.#stateOf(pid)];
      if (was?.state !== is.state) return false;
      disordered.push([path, was.order !== is.order]);
    }
    if (world.memory((number) => this.#nameOf(number)) !== this.#memory) return false;
    for (const [path, is] of disordered)
      if (is) this.#disordered.add(path);
      else this.#disordered.delete(path);
    return true;
  }

  /** Lets the time pass in which restarts are counted, up to the same part of a second. */
  async again(): Promise<void> {
    const { system, world } = this.#simulation;
    const at = system.now() + this.#forgets;
    await this.#simulation.advance(at - system.now() + ((((this.#at - at) % 1000) + 1000) % 1000));
    world.forgetRestarts();
    this.forget();
  }

  /** Forgets what was seen. */
  forget(): void {
    this.#touched.clear();
    this.#changed.clear();
    this.#begun.clear();
    this.#numbered = false;
  }

  #nameOf(number: number): string {
    const { targets } = this.#simulation;
    const path = targets.pathOf(number);
    return path !== null && targets.at(path) === number ? path : `<${number}>`;
  }

  #stateOf(number: number): State {
    const { system, targets, world } = this.#simulation;
    const pid = targets.living(number);
    const info = pid === null ? undefined : system.processInfo(pid);
    if (info === undefined) return { state: "", order: "" };
    const names = (numbers: readonly number[]) => numbers.map((each) => this.#nameOf(each));
    const ordered = [
      names(info.links),
      names(info.monitors.map(({ target }) => target)),
      names(info.monitoredBy),
    ];
    const { supervision } = info;
    const children = supervision?.children.map(
      ({ id, state, pid }) => `${id} ${state} ${pid === null ? "" : this.#nameOf(pid)}`,
    );
    const dynamic = supervision?.strategy === "simple_one_for_one";
    return {
      state: JSON.stringify([
        info.status,
        info.callback,
        info.trapsExit,
        [...info.registeredNames].sort(),
        info.mailbox,
        info.callers.map(({ from }) => this.#nameOf(from)),
        ordered.map((each) => [...each].sort()),
        dynamic ? [...(children ?? [])].sort() : children,
        world.at(number)?.memory?.((each) => this.#nameOf(each)) ?? "",
      ]),
      order: JSON.stringify([ordered, children]),
    };
  }
}

/** In seconds. */
function longestPeriod(tree: PlannedSupervisor): number {
  const own = tree.childrenStop === null ? tree.period : 0;
  const below = tree.children.map(({ process }) =>
    process.kind === "supervisor" ? longestPeriod(process) : 0,
  );
  return Math.max(own, ...below);
}
