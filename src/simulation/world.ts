/** What the stand-ins of one run share: who lives where, and what was done to them. */
import { addUnder, NO_LIMIT } from "../model/index.ts";
import type { ChildSpec, ChildTemplate, Pid, ProcessClass, TraceEventOf } from "../runtime/index.ts";
import { outsideOf } from "./interpret/globals.ts";
import { Machine } from "./interpret/machine.ts";
import { print } from "./interpret/print.ts";
import { Met } from "./met.ts";
import type { Deed, Plan, PlannedChild, PlannedSupervisor, PlannedWorker, Use } from "./plan-types.ts";

/** A stand-in as the world sees it. */
export interface Inhabitant {
  readonly pid: Pid;
  readonly key: string;
  /** Makes the links and monitors that the code makes some time after init. Returns true when any was made. */
  establish(): boolean;
  /** Uses these at this very moment, as it may when its turn comes between two others'. */
  useNow?(goals: ReadonlySet<string>): Promise<void>;
  /** True while some of them are still to be made. */
  readonly wanting: boolean;
  /** Whether it does anything in a probe. */
  readonly probed?: boolean;
  /** What it knows of others, by their names. */
  memory?(nameOf: (number: number) => string): string;
}

/** What code says of a child besides how it is started. */
export function ofChild(said: ChildTemplate | undefined): Partial<ChildSpec> {
  const { start: _start, ...rest } = said ?? {};
  return rest as Partial<ChildSpec>;
}

/** Something that a stand-in tried with another process and that failed. */
export interface FailedUse {
  from: string;
  to: string;
  pid: number;
  reason: string;
  phase: Use["phase"];
  /** A message that nobody got: whoever has sent it does not learn of that. */
  lost?: true;
}

/** Makes what supervisors and processes start. */
export interface Maker {
  /** `known`: the arguments of its start are. */
  standIn(planned: PlannedWorker, world: World, known: boolean): ProcessClass;
  standInSupervisor(
    planned: PlannedSupervisor,
    world: World,
    child: string | null,
    known: boolean,
  ): ProcessClass;
  /** `args`: of the start, where they are other than those that the plan has; null where they are not known. */
  childSpec(child: PlannedChild, world: World, args?: readonly unknown[] | null): ChildSpec;
  /** Past the limit a child is not started again, and its supervisor goes on. */
  notPastLimit(spec: ChildSpec, supervisor: number, world: World): void;
}

/** The clock and the random numbers of a run. */
interface Source {
  now(): number;
  random(): number;
  /** Calls `ring` when so many milliseconds have passed; gives what takes that back. */
  after(ms: number, ring: () => void): () => void;
}

export class World {
  readonly plan: Plan;
  readonly make: Maker;
  readonly #living = new Map<string, Set<Inhabitant>>();
  /** The order in which keys had their first process. */
  readonly #began = new Map<string, number>();
  readonly #byPid = new Map<number, Inhabitant>();
  readonly #keysOf = new Map<number, string[]>();
  /** The keys of those whose failures are ignored. */
  readonly #goingOn = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #labels = new Map<string, string>();
  readonly #workers = new Map<string, PlannedWorker>();
  readonly #supervisors = new Map<string, PlannedSupervisor>();
  readonly #templates = new Map<string, { supervisor: string; template: PlannedChild }>();
  readonly #numbers = new Map<string, number>();
  /** Who has links and monitors left to make. */
  readonly wanting = new Set<Inhabitant>();
  /** Ends the hang of a process. */
  readonly hanging = new Map<number, () => void>();
  readonly failedUses: FailedUse[] = [];
  /** By the supervisor's number. */
  readonly #ofChildren = new Map<number, ChildTemplate>();
  /** What is found out while it runs. */
  readonly met: Met;
  /** By plan: the members of a pool have one key, and start once each. */
  readonly #started = new Set<PlannedWorker | PlannedSupervisor>();
  /** The pids that a supervisor put into the arguments of its children when it started, by child and process. */
  readonly #arguments = new Map<string, Map<string, Pid>>();

  /** When restarts were, by who counts them. */
  readonly #restarts = new Map<string, number[]>();
  /** Children that are not started again, by their supervisor's number and their id. */
  readonly #pastLimit = new Set<string>();

  /** The clock and the random numbers of the run. */
  source: Source = { now: () => 0, random: () => 0.5, after: () => () => {} };
  #machine: Machine | null = null;

  /** Classes that run themselves, in the place of stand-ins. */
  readonly real: ReadonlyMap<string, ProcessClass>;
  /** Those who are stand-ins, where others are not; null where all are. */
  readonly #only: ReadonlySet<string> | null;

  constructor(
    plan: Plan,
    make: Maker,
    real: ReadonlyMap<string, ProcessClass> = new Map(),
    standIns: ReadonlySet<string> | null = null,
  ) {
    this.plan = plan;
    this.make = make;
    this.real = real;
    for (const application of plan.applications) if (application.top !== null) this.#learn(application.top);
    for (const root of plan.roots) this.#learn(root);
    for (const orphan of plan.orphans) {
      this.#labels.set(orphan.key, orphan.label);
      this.#workers.set(orphan.key, orphan);
    }
    this.met = new Met(plan, this.#workers, (key) => this.labelOf(key));
    this.#only = standIns === null ? null : this.#withThoseBelow(standIns);
  }

  #withThoseBelow(standIns: ReadonlySet<string>): ReadonlySet<string> {
    const all = new Set(standIns);
    const add = (key: string): void => {
      all.add(key);
      const supervisor = this.#supervisors.get(key);
      if (supervisor === undefined) return;
      all.add(supervisor.key);
      for (const child of [...supervisor.children, ...supervisor.templates]) add(child.key);
    };
    for (const key of standIns) add(key);
    return all;
  }

  /** Whether a stand-in runs in the place of a child of this key. */
  isStandIn(key: string): boolean {
    return this.#only?.has(key) ?? true;
  }

  #learn(supervisor: PlannedSupervisor): void {
    this.#labels.set(supervisor.key, supervisor.label);
    this.#supervisors.set(supervisor.key, supervisor);
    for (const child of [...supervisor.children, ...supervisor.templates]) {
      this.#labels.set(child.key, child.id);
      if (child.name !== null) this.#names.set(child.key, child.name);
      if (child.goesOn) this.#goingOn.add(child.key);
      if (child.process.kind === "supervisor") {
        this.#learn(child.process);
        this.#supervisors.set(child.key, child.process);
        const inside = this.#templates.get(child.process.key);
        if (inside !== undefined) this.#templates.set(child.key, inside);
      } else {
        this.#workers.set(child.key, child.process);
      }
    }
    const [first] = supervisor.templates;
    if (first !== undefined)
      this.#templates.set(supervisor.key, { supervisor: supervisor.key, template: first });
    for (const template of supervisor.templates) {
      this.#templates.set(template.key, { supervisor: supervisor.key, template });
    }
  }

  /** What runs the code of processes. */
  get machine(): Machine {
    this.#machine ??= new Machine(
      this.plan.code,
      outsideOf(
        () => this.source.now(),
        () => this.source.random(),
        (ms, ring) =>
          this.source.after(ms, () => {
            this.machine.begin();
            ring();
          }),
      ),
    );
    return this.#machine;
  }

  /** A dynamic supervisor's own code says what its children are. */
  saysOfChildren(supervisor: Pid, child: ChildTemplate): void {
    this.#ofChildren.set(supervisor.id, child);
  }

  /** What its own code has said; undefined where it has not. */
  saidOfChildren(supervisor: Pid | null): ChildTemplate | undefined {
    return this.#ofChildren.get(supervisor?.id ?? -1);
  }

  /** Who starts a process outside any tree, on some message. */
  startersOf(key: string): string[] {
    const starts = (deeds: readonly Deed[]): boolean =>
      deeds.some(
        (deed) =>
          (deed.does === "use" && deed.use.kind === "start" && deed.use.to === key) ||
          ((deed.does === "try" || deed.does === "if") && (starts(deed.deeds) || starts(deed.otherwise))),
      );
    return [...this.#workers.values()]
      .filter(
        ({ uses, script }) =>
          uses.some((use) => use.kind === "start" && use.to === key) ||
          [...script.messages.values()].some(starts),
      )
      .map((worker) => worker.key);
  }

  /** Whether this process has run before. */
  isStarted(planned: PlannedWorker | PlannedSupervisor): boolean {
    return this.#started.has(planned);
  }

  started(planned: PlannedWorker | PlannedSupervisor): void {
    const matters = planned.once || (planned.kind === "supervisor" && planned.children.some(isFromOutside));
    if (matters) this.#started.add(planned);
  }

  /** A supervisor starts: what it gives its children is what lives now, for as long as it runs. */
  makeArguments(supervisor: PlannedSupervisor): void {
    for (const { key, process } of supervisor.children) {
      const given = new Map<string, Pid>();
      for (const { to, keepsPid } of process.uses) {
        const pid = keepsPid === "argument" ? this.find(to) : null;
        if (pid !== null) given.set(to, pid);
      }
      this.#arguments.set(key, given);
    }
  }

  /**
   * A supervisor decides to start children again. Where it goes on past its limit, and this is past it, they are not.
   * Returns the decision as the library that it stands for would tell of it.
   */
  decided(event: TraceEventOf<"decision">): TraceEventOf<"decision"> {
    const { supervisor, id } = event.child;
    const planned = this.supervisor(this.at(supervisor)?.key ?? "");
    const shared = planned?.childrenStop;
    if (event.decision !== "restart" || planned == null || shared == null) return event;
    const key = this.at(event.pid ?? -1)?.key;
    const child = [...planned.children, ...planned.templates].find((each) => each.key === key);
    const own = child?.ownLimit ?? null;
    const limit = own ?? shared;
    const who = own === null ? `${supervisor}` : `${supervisor} ${id}`;
    const since = event.at - (limit.period ?? Number.POSITIVE_INFINITY) * 1000;
    const restarts = [...(this.#restarts.get(who) ?? []).filter((at) => at > since), event.at];
    this.#restarts.set(who, restarts);
    const intensity = limit.intensity ?? NO_LIMIT;
    if (restarts.length > intensity)
      for (const affected of event.affected) this.#pastLimit.add(`${supervisor} ${affected}`);
    return { ...event, budget: { used: restarts.length, intensity, period: limit.period ?? NO_LIMIT } };
  }

  /** Enough time has passed since the last restart. */
  forgetRestarts(): void {
    this.#restarts.clear();
  }

  /** Everything that is kept here of those who live and have lived and that decides what happens next, by their names. */
  memory(nameOf: (number: number) => string): string {
    const pools: string[][] = [];
    for (const [key, there] of this.#living) {
      if (there.size < 2) continue;
      const names = [...there].flatMap(({ pid }) => (pid.alive ? [nameOf(pid.id)] : []));
      if (names.length > 1) pools.push([key, ...names]);
    }
    const given = [...this.#arguments].flatMap(([key, pids]) =>
      pids.size === 0 ? [] : [[key, ...[...pids].map(([to, pid]) => `${to} ${nameOf(pid.id)}`)]],
    );
    const shared = this.#machine === null ? [] : this.#machine.shared().map((value) => print(value, nameOf));
    const counts = [[...this.#numbers], this.#started.size, this.#pastLimit.size, this.hanging.size];
    return JSON.stringify([pools, given, shared, counts, this.wanting.size]);
  }

  /** Whether a child is not started again, since its supervisor's limit is past. */
  isPastLimit(supervisor: number, id: string): boolean {
    return this.#pastLimit.has(`${supervisor} ${id}`);
  }

  /** The pid among a child's arguments; null when there is none. */
  argument(key: string, to: string): Pid | null {
    const given = this.#arguments.get(key);
    return given === undefined ? this.find(to) : (given.get(to) ?? null);
  }

  /** True for what takes part in this run. */
  knows(key: string): boolean {
    // What a stand-in would say to a process of a program is not known well enough to be said.
    if (!this.isStandIn(key)) return false;
    return this.plan.keys.has(key) || this.plan.absent.has(key);
  }

  enter(inhabitant: Inhabitant): void {
    const there = this.#living.get(inhabitant.key);
    for (const former of there ?? []) if (!former.pid.alive) there?.delete(former);
    if (there === undefined) {
      this.#began.set(inhabitant.key, this.#began.size);
      this.#living.set(inhabitant.key, new Set([inhabitant]));
    } else there.add(inhabitant);
    this.#byPid.set(inhabitant.pid.id, inhabitant);
    addUnder(this.#keysOf, inhabitant.pid.id, inhabitant.key);
  }

  /** Who lives, or lived, under a number. */
  at(pid: number): Inhabitant | null {
    return this.#byPid.get(pid) ?? null;
  }

  /** All keys that a process, living or not, goes by. */
  keysOf(pid: number): readonly string[] {
    return this.#keysOf.get(pid) ?? [];
  }

  /** Whether what a process fails with is ignored. */
  goesOn(pid: number): boolean {
    return this.keysOf(pid).some((key) => this.#goingOn.has(key));
  }

  /** The first living process of a key. */
  find(key: string): Pid | null {
    const there = this.#living.get(key);
    if (there === undefined) return null;
    for (const inhabitant of there) {
      if (inhabitant.pid.alive) return inhabitant.pid;
      there.delete(inhabitant);
    }
    return null;
  }

  /** All living processes of a key. */
  findAll(key: string): Pid[] {
    return [...(this.#living.get(key) ?? [])].map((inhabitant) => inhabitant.pid).filter((pid) => pid.alive);
  }

  /** Lets everybody make the links and monitors that can be made by now. True when any was made. */
  establish(): boolean {
    let made = false;
    for (const inhabitant of [...this.wanting]) {
      if (inhabitant.pid.alive && inhabitant.establish()) made = true;
      if (!inhabitant.pid.alive || !inhabitant.wanting) this.wanting.delete(inhabitant);
    }
    return made;
  }

  /** Everybody of these keys, or of all, who lives and does anything in a probe, by key in the order in which the keys began. */
  probed(keys: ReadonlySet<string> | null): Inhabitant[] {
    const found: Inhabitant[] = [];
    for (const key of keys === null ? this.#living.keys() : this.#inOrder(keys))
      for (const inhabitant of this.#living.get(key) ?? [])
        if (inhabitant.probed === true && inhabitant.pid.alive) found.push(inhabitant);
    return found;
  }

  #inOrder(keys: ReadonlySet<string>): string[] {
    const place = (key: string) => this.#began.get(key) ?? 0;
    return [...keys].filter((key) => this.#began.has(key)).sort((a, b) => place(a) - place(b));
  }

  /** The name that a key's process registers, when it is one process. */
  nameOf(key: string): string | null {
    return this.#names.get(key) ?? this.plan.absent.get(key) ?? null;
  }

  /** True for the label of a process outside any tree that the model knows. */
  knowsLabel(label: string): boolean {
    return this.plan.orphans.some((orphan) => orphan.label === label);
  }

  labelOf(key: string): string {
    return this.#labels.get(key) ?? key.slice(key.lastIndexOf("/") + 1);
  }

  /** The plan of a worker, by its key. */
  worker(key: string): PlannedWorker | null {
    return this.#workers.get(key) ?? null;
  }

  /** The plan of a supervisor, by its key or by its key as a child. */
  supervisor(key: string): PlannedSupervisor | null {
    return this.#supervisors.get(key) ?? null;
  }

  /** A number for the next child that a static supervisor is given at run time. */
  nextNumber(supervisor: string): number {
    const next = (this.#numbers.get(supervisor) ?? 0) + 1;
    this.#numbers.set(supervisor, next);
    return next;
  }

  /** What is started, and where, when somebody starts `key` at run time. */
  templateFor(key: string): { supervisor: string; template: PlannedChild } | null {
    return this.#templates.get(key) ?? null;
  }
}

const isFromOutside = ({ fromOutside }: PlannedChild): boolean => fromOutside;
