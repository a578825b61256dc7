/**
 * Stand-ins: processes with the supervision properties of the real ones and none of their code. They do in init
 * what the analysis saw the real ones do with others there, so that a wrong order fails to boot as the real tree
 * would; what the real ones do later is done when the run asks for it.
 */
import {
  type ChildSpec,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  describeTerm,
  type ExitReason,
  formatReason,
  GenServer,
  type InitResult,
  type Pid,
  type ProcessClass,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
} from "../runtime/index.ts";
import {
  INIT_WAIT,
  type PlannedChild,
  type PlannedSupervisor,
  type PlannedWorker,
  type Use,
} from "./plan.ts";
import type { Inhabitant, World } from "./world.ts";

/** What a run tells a stand-in to do. */
export class Order {
  readonly order:
    | { kind: "hang"; ms: number | null }
    | { kind: "use"; to: Pid; how: "call" | "cast" | "send" }
    | { kind: "start"; key: string };
  constructor(order: Order["order"]) {
    this.order = order;
  }
}

/** Tells a stand-in to do everything that the real process does with others after init, once. */
export const USE_ALL = Object.freeze({ type: "work" });

/** Milliseconds that a stand-in waits for an answer, as `call` does by default. */
const CALL_TIMEOUT = 5000;

/** What stand-ins and supervisors do with others. */
type User = Pick<
  GenServer,
  | "self"
  | "call"
  | "cast"
  | "send"
  | "monitor"
  | "link"
  | "whereis"
  | "whichChildren"
  | "startChildResult"
  | "startLink"
  | "start"
>;

async function perform(user: User, world: World, use: Use, kept: Map<string, Pid>): Promise<void> {
  if (!world.knows(use.to) || world.find(use.to) === user.self) return;
  const name = world.nameOf(use.to);
  const found = use.keepsPid === null ? world.find(use.to) : (kept.get(use.to) ?? world.find(use.to));
  if (use.keepsPid !== null && found !== null && !kept.has(use.to)) kept.set(use.to, found);
  // Somebody who is not there is called by a name that nobody has.
  const target: Pid | string =
    name !== null && use.keepsPid === null ? name : (found ?? `${world.labelOf(use.to)} (not running)`);
  switch (use.kind) {
    case "call":
      // A supervisor takes administration calls only, and answers them when it has the time.
      if (world.supervisor(use.to) !== null) await user.whichChildren(target);
      else await user.call(target as string, "request", CALL_TIMEOUT);
      return;
    case "cast":
    case "send":
      if (world.supervisor(use.to) !== null) return;
      if (use.kind === "cast") user.cast(target as string, "notice");
      else user.send(target as string, "message");
      // Nobody tells the sender: the run does.
      if (use.keepsPid !== null && typeof target !== "string" && !target.alive)
        throw new Error(
          `what it ${use.kind === "cast" ? "casts" : "sends"} to the pid that it keeps is lost`,
        );
      return;
    case "monitor":
      user.monitor(target);
      return;
    case "link":
      user.link(target);
      return;
    case "lookup":
      if (name !== null) user.whereis(name);
      return;
    case "start":
      await startAnother(user, world, use.to);
  }
}

/** Starts a dynamic child, or a process outside any tree. */
async function startAnother(user: User, world: World, key: string): Promise<void> {
  const dynamic = world.templateFor(key);
  if (dynamic !== null) {
    const name = world.nameOf(dynamic.supervisor);
    const target =
      name ?? world.find(dynamic.supervisor) ?? `${world.labelOf(dynamic.supervisor)} (not running)`;
    const { id, ...spec } = childSpec(dynamic.template, world);
    const numbered = world.supervisor(dynamic.supervisor)?.dynamic === true;
    const own = numbered ? id : `${id}-${world.nextNumber(dynamic.supervisor)}`;
    const result = await user.startChildResult(target, { ...spec, id: own });
    if (result.error !== undefined) throw new Error(`${own} was not started: ${describeTerm(result.error)}`);
    return;
  }
  const orphan = world.plan.orphans.find((each) => each.key === key);
  if (orphan === undefined || world.find(key) !== null) return;
  const cls = standIn(orphan, world);
  if (orphan.linked) await user.startLink(cls);
  else await user.start(cls);
}

async function performAll(
  user: User,
  world: World,
  key: string,
  uses: readonly Use[],
  kept: Map<string, Pid>,
  guardAll = false,
): Promise<void> {
  for (const use of uses) {
    try {
      await perform(user, world, use, kept);
    } catch (thrown) {
      const { from, to, reason } = { from: key, to: use.to, reason: textOf(thrown) };
      world.failedUses.push({ from, to, pid: user.self.id, reason, phase: use.phase });
      if (!use.guarded && !guardAll) throw thrown;
    }
  }
}

function textOf(thrown: unknown): string {
  if (typeof thrown === "object" && thrown !== null && "reason" in thrown) {
    return formatReason(thrown.reason as ExitReason);
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}

const isRelation = (use: Use) => use.kind === "monitor" || use.kind === "link";

abstract class StandIn extends GenServer implements Inhabitant {
  abstract readonly planned: PlannedWorker;
  abstract readonly world: World;
  readonly #kept = new Map<string, Pid>();
  #toEstablish: Use[] = [];
  /** Dynamic children that it is linked to or monitors. */
  readonly #related = new Set<number>();

  get pid(): Pid {
    return this.self;
  }

  get key(): string {
    return this.planned.key;
  }

  get wanting(): boolean {
    return this.#toEstablish.length > 0;
  }

  override init(): InitResult | Promise<InitResult> {
    const { planned, world } = this;
    const { facts, uses } = planned;
    world.enter(this);
    if (facts?.trapsExit === true) this.trapExit(true);
    for (const name of facts?.registers ?? []) {
      if (name !== world.nameOf(planned.key) && this.whereis(name) === undefined) this.register(name);
    }
    this.#want(uses.filter((use) => use.phase === "later" && isRelation(use) && world.knows(use.to)));
    const goOn = uses.some((use) => use.phase === "continue") ? continueWith("init") : undefined;
    if (planned.once && world.isStarted(planned)) return stop("noproc");
    world.started(planned);
    const waits = facts?.initAwaits.length ?? 0;
    const first = uses.filter((use) => use.phase === "init" && world.knows(use.to));
    if (waits + first.length > 0) return this.#begin(waits, first).then(() => goOn);
    this.#keep();
    return goOn;
  }

  /** Takes the pids that it is given, or that init puts into fields. */
  #keep(): void {
    const { planned, world } = this;
    for (const { to, keepsPid } of planned.uses) {
      if (keepsPid === null) continue;
      const given = keepsPid === "argument" ? world.argument(planned.key, to) : world.find(to);
      if (given !== null) this.#kept.set(to, given);
    }
  }

  async #begin(waits: number, first: readonly Use[]): Promise<void> {
    for (let i = 0; i < waits; i++) await this.sleep(INIT_WAIT);
    await performAll(this, this.world, this.planned.key, first, this.#kept);
    this.#keep();
  }

  override async handleContinue(): Promise<void> {
    const uses = this.planned.uses.filter((use) => use.phase === "continue");
    await performAll(this, this.world, this.planned.key, uses, this.#kept);
  }

  #want(uses: readonly Use[]): void {
    this.#toEstablish.push(...uses.filter((use) => !this.#toEstablish.includes(use)));
    if (this.wanting) this.world.wanting.add(this);
  }

  establish(): boolean {
    const { world } = this;
    const left: Use[] = [];
    let made = false;
    for (const use of this.#toEstablish) {
      // Of dynamic children there are many, and there will be others: each gets its link or monitor.
      const many = world.templateFor(use.to) !== null && world.supervisor(use.to) === null;
      const found = many ? world.findAll(use.to) : [world.find(use.to)];
      if (many || found[0] === null) left.push(use);
      for (const target of found) {
        if (target === null || target === this.self || (many && this.#related.has(target.id))) continue;
        if (many) this.#related.add(target.id);
        if (use.keepsPid !== null) this.#kept.set(use.to, target);
        if (use.kind === "link") this.link(target);
        else this.monitor(target);
        made = true;
      }
    }
    this.#toEstablish = left;
    return made;
  }

  override handleCall(request: object) {
    return reply(request, "ok");
  }

  override handleCast(): void {}

  override async handleInfo(message: unknown) {
    if (message === USE_ALL) {
      // A probe: it looks for what fails and leaves the process alive.
      const uses = this.planned.uses.filter(
        (use) => use.phase !== "init" && !isRelation(use) && use.kind !== "start",
      );
      await performAll(this, this.world, this.planned.key, uses, this.#kept, true);
      return;
    }
    if (isDown(message)) {
      this.#relate(message.pid);
      return;
    }
    if (!(message instanceof Order)) return;
    const { order } = message;
    if (order.kind === "hang") await this.#hang(order.ms);
    else if (order.kind === "start") await startAnother(this, this.world, order.key);
    else if (order.how === "call") await this.call(order.to, "request" as never, CALL_TIMEOUT);
    else if (order.how === "cast") this.cast(order.to, "notice");
    else this.send(order.to, "message" as never);
  }

  /** Whoever watches somebody that went down watches the next incarnation. */
  #relate(gone: Pid): void {
    const key = this.world.at(gone.id)?.key;
    if (key === undefined || this.planned.facts?.handlesDown !== true) return;
    this.#kept.delete(key);
    this.#related.delete(gone.id);
    this.#want(
      this.planned.uses.filter((use) => use.to === key && use.kind === "monitor" && use.phase !== "init"),
    );
  }

  async #hang(ms: number | null): Promise<void> {
    const { hanging } = this.world;
    if (ms === null) {
      await new Promise<void>((resolve) => hanging.set(this.self.id, resolve));
      hanging.delete(this.self.id);
    } else {
      await this.sleep(ms);
    }
  }
}

function isDown(message: unknown): message is { type: "DOWN"; pid: Pid } {
  return typeof message === "object" && message !== null && "type" in message && message.type === "DOWN";
}

/** A class is named after what it stands for, so that the trace calls it so. */
function labelled<C extends ProcessClass>(cls: C, label: string): C {
  Object.defineProperty(cls, "name", { value: label, configurable: true });
  return cls;
}

/** The class that runs for a worker: its stand-in, or the real one that this run has. */
export function standIn(planned: PlannedWorker, world: World): ProcessClass {
  const real = world.real.get(planned.key);
  if (real !== undefined) return entering(real, planned, world);
  return labelled(
    class extends StandIn {
      override readonly planned = planned;
      override readonly world = world;
    },
    planned.label,
  );
}

/** The real class, whose processes are known to the world by their key. */
function entering(real: ProcessClass, { key, label }: PlannedWorker, world: World): ProcessClass {
  return labelled(
    class extends (real as new () => GenServer) {
      override init(...args: unknown[]): InitResult | Promise<InitResult> {
        world.enter({ pid: this.self, key, wanting: false, establish: () => false });
        return super.init(...(args as []));
      }
    } as unknown as ProcessClass,
    label,
  );
}

/** The class of a supervisor's stand-in; `child` is its key as a child, when it is one. */
export function standInSupervisor(planned: PlannedSupervisor, world: World, child: string | null) {
  const enter = (pid: Pid) => {
    if (planned.once && world.isStarted(planned))
      throw new Error(`${planned.label} was started once, and is handed out again: noproc`);
    world.started(planned);
    for (const key of new Set(child === null ? [planned.key] : [planned.key, child])) {
      world.enter({ pid, key, wanting: false, establish: () => false });
    }
  };
  const { intensity, period, autoShutdown, strategy } = planned;
  const first = planned.uses.filter((use) => use.phase === "init");
  if (planned.dynamic) {
    return labelled(
      class extends DynamicSupervisor {
        override init(): DynamicSupervisorSpec {
          enter(this.self);
          return { intensity, period, autoShutdown };
        }
      },
      planned.label,
    );
  }
  return labelled(
    class extends Supervisor {
      override async init(): Promise<SupervisorSpec> {
        enter(this.self);
        world.makeArguments(planned);
        await performAll(this as unknown as User, world, planned.key, first, new Map());
        const children = planned.children.map((each) => childSpec(each, world));
        return { strategy, intensity, period, autoShutdown, children };
      }
    },
    planned.label,
  );
}

/** The child spec of a planned child. */
export function childSpec(child: PlannedChild, world: World): ChildSpec {
  const { id, restart, shutdown, significant, name, process } = child;
  const cls: ProcessClass =
    process.kind === "supervisor" ? standInSupervisor(process, world, child.key) : standIn(process, world);
  const type = process.kind;
  return { id, start: [cls], restart, shutdown, significant, type, ...(name === null ? {} : { name }) };
}
