/** What the stand-ins of one run share: who lives where, and what was done to them. */
import type { Pid } from "../runtime/index.ts";
import type { Plan, PlannedChild, PlannedSupervisor, Use } from "./plan.ts";

/** A stand-in as the world sees it. */
export interface Inhabitant {
  readonly pid: Pid;
  readonly key: string;
  /** Makes the links and monitors that the code makes some time after init. Returns true when any was made. */
  establish(): boolean;
  /** True while some of them are still to be made. */
  readonly wanting: boolean;
}

/** Something that a stand-in tried with another process and that failed. */
export interface FailedUse {
  from: string;
  to: string;
  pid: number;
  reason: string;
  phase: Use["phase"];
}

export class World {
  readonly plan: Plan;
  readonly #living = new Map<string, Set<Inhabitant>>();
  readonly #byPid = new Map<number, Inhabitant>();
  readonly #names = new Map<string, string>();
  readonly #labels = new Map<string, string>();
  readonly #templates = new Map<string, { supervisor: string; template: PlannedChild }>();
  readonly #restarts = new Map<string, string>();
  /** Ends the hang of a process. */
  readonly hanging = new Map<number, () => void>();
  readonly failedUses: FailedUse[] = [];

  constructor(plan: Plan) {
    this.plan = plan;
    for (const application of plan.applications) if (application.top !== null) this.#learn(application.top);
    for (const root of plan.roots) this.#learn(root);
    for (const orphan of plan.orphans) this.#labels.set(orphan.key, orphan.label);
  }

  #learn(supervisor: PlannedSupervisor): void {
    this.#labels.set(supervisor.key, supervisor.label);
    for (const child of [...supervisor.children, ...supervisor.templates]) {
      this.#labels.set(child.key, child.id);
      this.#restarts.set(child.key, child.restart);
      if (child.name !== null) this.#names.set(child.key, child.name);
      if (child.process.kind === "supervisor") this.#learn(child.process);
    }
    const [first] = supervisor.templates;
    if (first !== undefined)
      this.#templates.set(supervisor.key, { supervisor: supervisor.key, template: first });
    for (const template of supervisor.templates) {
      this.#templates.set(template.key, { supervisor: supervisor.key, template });
    }
  }

  /** True for what takes part in this run. */
  knows(key: string): boolean {
    return this.plan.keys.has(key);
  }

  enter(inhabitant: Inhabitant): void {
    const there = this.#living.get(inhabitant.key);
    if (there === undefined) this.#living.set(inhabitant.key, new Set([inhabitant]));
    else there.add(inhabitant);
    this.#byPid.set(inhabitant.pid.id, inhabitant);
  }

  /** Says that a child or supervisor lives at `pid` under another key as well. */
  alias(key: string, inhabitant: Inhabitant): void {
    this.enter({
      pid: inhabitant.pid,
      key,
      wanting: false,
      establish: () => false,
    });
  }

  at(pid: number): Inhabitant | null {
    return this.#byPid.get(pid) ?? null;
  }

  /** The first living process of a key. */
  find(key: string): Pid | null {
    const there = this.#living.get(key);
    if (there === undefined) return null;
    for (const inhabitant of there) {
      if (inhabitant.pid.alive) return inhabitant.pid;
      there.delete(inhabitant);
      this.#byPid.delete(inhabitant.pid.id);
    }
    return null;
  }

  /** All living processes of a key. */
  findAll(key: string): Pid[] {
    return [...(this.#living.get(key) ?? [])].map((inhabitant) => inhabitant.pid).filter((pid) => pid.alive);
  }

  /** Every living stand-in. */
  inhabitants(): Inhabitant[] {
    return [...this.#byPid.values()].filter((inhabitant) => inhabitant.pid.alive);
  }

  /** The name that a key's process registers, when it is one process. */
  nameOf(key: string): string | null {
    return this.#names.get(key) ?? null;
  }

  labelOf(key: string): string {
    return this.#labels.get(key) ?? key.slice(key.lastIndexOf("/") + 1);
  }

  restartOf(key: string): string | null {
    return this.#restarts.get(key) ?? null;
  }

  /** What is started, and where, when somebody starts `key` at run time. */
  templateFor(key: string): { supervisor: string; template: PlannedChild } | null {
    return this.#templates.get(key) ?? null;
  }
}
