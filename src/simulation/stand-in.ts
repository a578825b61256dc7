/**
 * Stand-ins: processes with the supervision properties of the real ones and none of their code. They do by themselves
 * what the analysis saw the real ones do: in init and right after it, when somebody that they are linked to or monitor
 * has ended, and on their own timers. What the real ones do when somebody asks is done when the run asks for it.
 */
import type { EndKind } from "../model/index.ts";
import { isThenable } from "../runtime/core/thenables.ts";
import {
  type CallResult,
  type ChildSpec,
  continueWith,
  DynamicSupervisor,
  type DynamicSupervisorSpec,
  type ExitReason,
  type From,
  GenServer,
  type HandlerResult,
  type InitResult,
  ignore,
  noReply,
  type Pid,
  type ProcessClass,
  Registry,
  type Reply,
  reply,
  Supervisor,
  type SupervisorSpec,
  stop,
  Task,
  timeout,
} from "../runtime/index.ts";
import { WHOEVER_RAN } from "../runtime/supervisor/check.ts";
import { after } from "./after.ts";
import { solve, type Value } from "./formula.ts";
import { ProcessCode } from "./interpret/process-code.ts";
import { isPlain } from "./interpret/properties.ts";
import { lacking } from "./lacking.ts";
import { type End, NOT_KNOWN, Performer } from "./performer.ts";
import {
  type Deed,
  type MessageEvent,
  messageKey,
  type PlannedChild,
  type PlannedSupervisor,
  type PlannedWorker,
  type Use,
} from "./plan-types.ts";
import { startAnother } from "./start-another.ts";
import { CALL_TIMEOUT, REQUEST, type User } from "./user.ts";
import type { Inhabitant, World } from "./world.ts";

/** What a run tells a stand-in to do. */
export class Order {
  readonly order:
    | { kind: "hang"; ms: number | null }
    | { kind: "use"; to: Pid; how: "call" | "cast" | "send" }
    | { kind: "start"; key: string }
    /** Uses these as it does after its init. */
    | { kind: "as read"; goals: ReadonlySet<string> };
  constructor(order: Order["order"]) {
    this.order = order;
  }
}

/** Tells a stand-in to do everything that the real process does with others after init, once. */
export const USE_ALL = Object.freeze({ type: "work" });

const isRelation = (use: Use) => use.kind === "monitor" || use.kind === "link";

/** Whether a probe tries it: it may fail, and leaves nothing behind. */
const isProbed = (use: Use) => use.phase !== "init" && !isRelation(use) && use.kind !== "start";

/** A message that tells of somebody's end. */
type Told = { type: "DOWN"; pid: Pid; reason: ExitReason } | { type: "EXIT"; from: Pid; reason: ExitReason };

abstract class StandIn extends GenServer implements Inhabitant {
  abstract readonly planned: PlannedWorker;
  abstract readonly world: World;
  /** Whether its code runs. */
  abstract readonly interpreted: boolean;
  #performer: Performer | null = null;
  #toEstablish: Use[] = [];
  /** Dynamic children that it is linked to or monitors. */
  readonly #related = new Set<number>();
  /** Null where its script runs in the place of its code. */
  #code: ProcessCode | null = null;

  get pid(): Pid {
    return this.self;
  }

  get key(): string {
    return this.planned.key;
  }

  get wanting(): boolean {
    return this.#toEstablish.length > 0;
  }

  get probed(): boolean {
    return this.planned.uses.some(isProbed);
  }

  memory(nameOf: (number: number) => string): string {
    const kept = [...(this.#performer?.relations.kept ?? [])].map(([key, pid]) => `${key} ${nameOf(pid.id)}`);
    const related = [...this.#related].map(nameOf);
    const wanted = this.#toEstablish.map(({ kind, to }) => `${kind} ${to}`);
    const fields = [...(this.#performer?.fields ?? [])].map(([field, is]) => `${field} ${String(is)}`);
    for (const { pid } of this.#performer?.waiting ?? [])
      wanted.push(`waits ${pid === null ? "" : nameOf(pid.id)}`);
    if (this.#code !== null) fields.push(this.#code.memory(nameOf));
    return kept.length + related.length + wanted.length + fields.length === 0
      ? ""
      : [kept, related, wanted, fields].map((each) => each.sort().join("\n")).join("\n\n");
  }

  /** Nothing of it is anybody's state. */
  override formatStatus(): object {
    return {};
  }

  get #does(): Performer {
    this.#performer ??= new Performer(
      this as unknown as User,
      this.world,
      this.planned.key,
      initialFields(this.planned),
    );
    return this.#performer;
  }

  override init(...args: unknown[]): InitResult | Promise<InitResult> {
    const { planned, world } = this;
    const { facts, script } = planned;
    world.enter(this);
    if (this.interpreted) this.#code = ProcessCode.of(this as unknown as User, world, planned);
    else if (facts?.trapsExit === true) this.trapExit(true);
    // Code makes its links and monitors itself.
    if (this.#code === null) this.#want(script.relations.filter((use) => world.knows(use.to)));
    if (planned.once && world.isStarted(planned)) return stop("noproc");
    world.started(planned);
    if (this.#code !== null) return this.#initialized(this.#code, args);
    const ended = this.#does.play(script.init);
    return ended instanceof Promise ? ended.then((end) => this.#begun(end)) : this.#begun(ended);
  }

  #initialized(code: ProcessCode, args: readonly unknown[]): InitResult | Promise<InitResult> {
    const result = code.has("init") ? code.run("init", args, undefined) : undefined;
    const keep = (ended: unknown): unknown => {
      this.#keep();
      return ended;
    };
    return (isThenable(result) ? after(result, keep) : keep(result)) as InitResult | Promise<InitResult>;
  }

  #begun(end: End | null): InitResult {
    if (end !== null) return end.how === "ignore" ? ignore : resultOf(end, null);
    this.#keep();
    // Where only edges are known, nothing says how `init` ends.
    if (this.planned.facts?.reactions === undefined && this.planned.script.continue !== null)
      return continueWith("init");
    return this.#next();
  }

  /** Takes the pids that it is given, or that init puts into fields. */
  #keep(): void {
    const { planned, world } = this;
    for (const { to, keepsPid } of planned.uses) {
      if (keepsPid === null) continue;
      const given = keepsPid === "argument" ? world.argument(planned.key, to) : world.find(to);
      if (given !== null) this.#does.relations.kept.set(to, given);
    }
  }

  override handleContinue(term: unknown): HandlerResult | Promise<HandlerResult> {
    if (this.#code !== null) return this.#react(this.#code, "handleContinue", [term]);
    return this.#play(this.planned.script.continue ?? [], null);
  }

  get #className(): string {
    const { cls, label } = this.planned;
    return cls === null || cls.made === true ? label : cls.name;
  }

  /** What its code does in a callback; the library's own where it has none. */
  #react(
    code: ProcessCode,
    callback: "handleContinue" | "handleCast" | "handleInfo" | "terminate",
    args: readonly unknown[],
  ): HandlerResult | Promise<HandlerResult> {
    if (code.has(callback))
      return code.run(callback, args, undefined) as HandlerResult | Promise<HandlerResult>;
    if (callback !== "handleInfo" && callback !== "terminate") lacking(this.#className, callback, args[0]);
  }

  /** Does something by itself, in reaction to somebody's end or not. */
  async #play(deeds: readonly Deed[], told: Told | null): Promise<HandlerResult> {
    const end = await this.#does.play(deeds);
    return end === null ? this.#next() : resultOf(end, told);
  }

  /** What it asks for next. */
  #next(): ReturnType<typeof timeout> | ReturnType<typeof continueWith> | undefined {
    if (this.#does.goesOn) return continueWith("more");
    const ms = this.#does.timeout;
    this.#does.timeout = null;
    return ms === null ? undefined : timeout(ms);
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
        if (use.keepsPid !== null) this.#does.relations.kept.set(use.to, target);
        if (use.kind === "link") this.link(target);
        else this.monitor(target);
        made = true;
      }
    }
    this.#toEstablish = left;
    return made;
  }

  override terminate(reason: ExitReason): void | Promise<void> {
    if (this.#code !== null) return this.#react(this.#code, "terminate", [reason]) as void | Promise<void>;
    const done = this.#does.play(this.planned.script.terminate);
    if (done instanceof Promise) return done.then(() => {});
  }

  override handleCall(request: object, from: From): CallResult | Promise<CallResult> {
    if (this.#code !== null && !isProbe(request)) {
      if (!this.#code.has("handleCall")) lacking(this.#className, "handleCall", request);
      return this.#code.run("handleCall", [request, from], reply(request, NOT_KNOWN)) as
        | CallResult
        | Promise<CallResult>;
    }
    const deeds = this.#deedsOn("call", request);
    if (deeds === null) return reply(request, NOT_KNOWN);
    this.#does.from = from;
    const ended = this.#does.play(deeds);
    const answer = (end: End | null): CallResult => {
      this.#does.from = null;
      const answered = this.#does.answer as never;
      if (end !== null) return resultOf(end, null, reply(request, answered));
      return this.#does.silent ? noReply : reply(request, answered, this.#next());
    };
    return ended instanceof Promise ? ended.then(answer) : answer(ended);
  }

  override handleCast(message: unknown): HandlerResult | Promise<HandlerResult> {
    if (this.#code !== null && !isProbe(message)) return this.#react(this.#code, "handleCast", [message]);
    const deeds = this.#deedsOn("cast", message);
    return deeds === null ? undefined : this.#play(deeds, null);
  }

  /** What it does on a message of another stand-in; null for nothing. */
  #deedsOn(event: MessageEvent, message: unknown): readonly Deed[] | null {
    if (typeof message !== "object" || message === null) return null;
    const { messages } = this.planned.script;
    const type = "type" in message && typeof message.type === "string" ? message.type : null;
    return (
      (type === null ? undefined : messages.get(messageKey(event, type))) ??
      messages.get(messageKey(event, null)) ??
      null
    );
  }

  override handleInfo(message: unknown): HandlerResult | Promise<HandlerResult> {
    if (this.#code === null || message instanceof Order || message === USE_ALL || isProbe(message))
      return this.#informed(message);
    return this.#react(this.#code, "handleInfo", [message]);
  }

  async #informed(message: unknown): Promise<HandlerResult> {
    const { planned } = this;
    if (message === USE_ALL) {
      // A probe: it looks for what fails and leaves the process alive.
      return this.#does.relations.probe(planned.uses.filter(isProbed));
    }
    if (isTold(message)) return this.#told(message);
    if (isTimeout(message)) return this.#play(planned.script.timeout, null);
    if (!(message instanceof Order)) return this.#play(this.#deedsOn("info", message) ?? [], null);
    const { order } = message;
    if (order.kind === "hang") await this.#hang(order.ms);
    else if (order.kind === "start") await startAnother(this as unknown as User, this.world, order.key, null);
    else if (order.kind === "as read") await this.useNow(order.goals);
    else if (order.how === "call") await this.call(order.to, REQUEST as never, CALL_TIMEOUT);
    else if (order.how === "cast") this.cast(order.to, REQUEST);
    else this.send(order.to, REQUEST as never);
  }

  /** Uses that fail are noted; the process goes on. */
  useNow(goals: ReadonlySet<string>): Promise<void> {
    const uses = this.planned.uses.filter((use) => goals.has(use.to) && !isRelation(use));
    const later = uses.filter((use) => use.phase !== "init");
    return this.#does.relations.probe(later.length > 0 ? later : uses);
  }

  /** Somebody that it is linked to or monitors has ended. */
  #told(message: Told): HandlerResult | Promise<HandlerResult> {
    const gone = message.type === "DOWN" ? message.pid : message.from;
    const keys = this.world.keysOf(gone.id);
    if (message.type === "DOWN") this.#relate(gone, keys);
    const kind = endKind(message.reason);
    const of = this.planned.script.reactions.filter(({ event }) => event === message.type);
    const theirs = of.filter((reaction) => keys.some((key) => reaction.of?.has(key) === true));
    const found = (theirs.length > 0 ? theirs : of.filter((reaction) => reaction.of === null)).find(
      ({ ends }) => ends.includes(kind),
    );
    return found === undefined ? undefined : this.#play(found.deeds, message);
  }

  /** Whoever watches somebody that went down, on some message, watches the next incarnation. */
  #relate(gone: Pid, keys: readonly string[]): void {
    if (this.planned.facts?.handlesDown !== true) return;
    this.#related.delete(gone.id);
    for (const key of keys) this.#does.relations.kept.delete(key);
    this.#want(
      this.planned.script.relations.filter((use) => keys.includes(use.to) && use.kind === "monitor"),
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

function initialFields({ script }: PlannedWorker): ReadonlyMap<string, Value> {
  const nobody = { field: () => undefined, registered: () => undefined, reply: () => undefined };
  return new Map(script.state.map(({ field, initial }) => [field, solve(initial, nobody)]));
}

/** What a callback returns or throws that ends its process. */
function resultOf(end: End, told: Told | null, answer?: Reply): ReturnType<typeof stop> {
  if (end.how === "error") throw new Error(end.reason ?? "its code throws here");
  const reason = end.reason ?? told?.reason ?? "stopped";
  return end.replies === true ? stop(reason, answer) : stop(reason);
}

/** How somebody ended, in the words of the model. */
function endKind(reason: ExitReason): EndKind {
  if (typeof reason === "object" && reason !== null && "shutdown" in reason) return "shutdown";
  return reason === "normal" || reason === "shutdown" || reason === "killed" || reason === "noproc"
    ? reason
    : "error";
}

function isTold(message: unknown): message is Told {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    (message.type === "DOWN" || message.type === "EXIT")
  );
}

/** What a run sends to find out whether somebody is there. */
function isProbe(message: unknown): boolean {
  return message === REQUEST;
}

function isTimeout(message: unknown): boolean {
  return typeof message === "object" && message !== null && "type" in message && message.type === "timeout";
}

type SupervisorInit = SupervisorSpec | typeof ignore;

/** A class is named after what it stands for, so that the trace calls it so. */
function labelled<C extends ProcessClass>(cls: C, label: string): C {
  Object.defineProperty(cls, "name", { value: label, configurable: true });
  return cls;
}

/** The class that runs for a worker: its stand-in, or the real one that this run has; `known`: the arguments of its start are. */
export function standIn(planned: PlannedWorker, world: World, known = true): ProcessClass {
  const real = world.real.get(planned.key);
  if (real !== undefined) return entering(real, planned, world);
  if (planned.registry) return entering(Registry as unknown as ProcessClass, planned, world);
  if (planned.task)
    return labelled(
      class extends Task {
        override init(fn?: unknown) {
          world.enter({ pid: this.self, key: planned.key, wanting: false, establish: () => false });
          return typeof fn === "function" ? super.init(fn as (task: Task) => unknown) : this.asRead();
        }

        /** What was read of its function. */
        async asRead() {
          const { key, script } = planned;
          const end = await new Performer(this as unknown as User, world, key).play(script.continue ?? []);
          if (end?.how === "error") throw new Error(end.reason ?? "its code throws here");
          if (end?.how === "stop" && end.reason !== "normal") this.exit(end.reason ?? "stopped");
        }
      } as unknown as ProcessClass,
      planned.label,
    );
  return labelled(
    class extends StandIn {
      override readonly planned = planned;
      override readonly world = world;
      override readonly interpreted = known && planned.code !== null;
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

/** The class of a supervisor's stand-in; `child` is its key as a child, when it is one; `known`: the arguments of its start are. */
export function standInSupervisor(
  planned: PlannedSupervisor,
  world: World,
  child: string | null,
  known = true,
) {
  const enter = (pid: Pid) => {
    if (planned.once && world.isStarted(planned))
      throw new Error(`${planned.label} was started once, and is handed out again: noproc`);
    world.started(planned);
    for (const key of new Set(child === null ? [planned.key] : [planned.key, child])) {
      world.enter({ pid, key, wanting: false, establish: () => false });
    }
  };
  const { intensity, period, autoShutdown, strategy } = planned;
  if (planned.dynamic) {
    return labelled(
      class extends DynamicSupervisor {
        override init(...args: unknown[]): DynamicSupervisorSpec {
          enter(this.self);
          const code =
            known && planned.code !== null ? ProcessCode.of(this as unknown as User, world, planned) : null;
          const said = planned.ofLibrary ? (args[0] as DynamicSupervisorSpec) : code?.ofLater(args);
          return { intensity, period, autoShutdown, ...said };
        }
      },
      planned.label,
    );
  }
  return labelled(
    class extends Supervisor {
      override init(...args: unknown[]): SupervisorInit | Promise<SupervisorInit> {
        const again = world.isStarted(planned);
        enter(this.self);
        world.makeArguments(planned);
        const code =
          known && planned.code !== null ? ProcessCode.of(this as unknown as User, world, planned) : null;
        const made = code?.start(planned, args);
        return (
          isThenable(made)
            ? after(made, (init) => init ?? this.asPlanned(again))
            : (made ?? this.asPlanned(again))
        ) as SupervisorInit | Promise<SupervisorInit>;
      }

      /** What was read of it. */
      asPlanned(again: boolean): SupervisorInit | Promise<SupervisorInit> {
        const performer = new Performer(this as unknown as User, world, planned.key);
        const begin = (end: End | null): SupervisorInit => {
          if (end?.how === "ignore") return ignore;
          if (end !== null) throw new Error(end.reason ?? "its init fails");
          const started = planned.children.filter(({ fromOutside }) => !(fromOutside && again));
          const children = started.map((each) => childSpec(each, world));
          if (planned.childrenStop !== null)
            for (const spec of children) notPastLimit(spec, this.self.id, world);
          const flags = { strategy, intensity, period, autoShutdown, children };
          return planned.whoeverRan ? Object.assign(flags, { [WHOEVER_RAN]: true }) : flags;
        };
        const ended = performer.play(planned.init);
        return ended instanceof Promise ? ended.then(begin) : begin(ended);
      }
    },
    planned.label,
  );
}

/** Past the limit a child is not started again, and its supervisor goes on. */
export function notPastLimit(spec: ChildSpec, supervisor: number, world: World): void {
  const [cls] = spec.start as unknown as [new () => { init(): unknown }];
  const limited = class extends cls {
    override init(): unknown {
      return world.isPastLimit(supervisor, spec.id) ? ignore : super.init();
    }
  };
  spec.start = [labelled(limited as unknown as ProcessClass, cls.name)];
}

/** Data that nobody else has. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copied(part)]));
}

/** The child spec of a planned child. */
export function childSpec(
  child: PlannedChild,
  world: World,
  args: readonly unknown[] | null = child.given,
): ChildSpec {
  const { id, restart, shutdown, significant, name, startTimeout, process } = child;
  const cls: ProcessClass =
    process.kind === "supervisor"
      ? standInSupervisor(process, world, child.key, args !== null)
      : standIn(process, world, args !== null);
  const type = process.kind;
  const takes = process.code !== null || (process.kind === "worker" ? process.registry : process.ofLibrary);
  const given = takes ? (args ?? []) : [];
  // Each start of the supervisor makes what was read of them anew.
  const start = [cls, ...(args === child.given ? given.map(copied) : given)] as unknown as ChildSpec["start"];
  return {
    id,
    start,
    restart,
    shutdown,
    significant,
    type,
    startTimeout,
    ...(name === null ? {} : { name }),
  };
}
