/** The code of one process at work: an object of its class, whose `this` is the stand-in. */
import { isThenable } from "../../runtime/core/thenables.ts";
import {
  type DynamicSupervisorSpec,
  GenServer,
  type GetChildSpecResult,
  type Pid,
  Task,
  TaskSupervisor,
} from "../../runtime/index.ts";
import { after } from "../after.ts";
import type { PlannedChild, PlannedSupervisor, PlannedWorker } from "../plan-types.ts";
import { NOBODY, textOf, type User } from "../user.ts";
import { type FailedUse, ofChild, type World } from "../world.ts";
import { ClassOf } from "./classes.ts";
import { beneath, InstanceOf } from "./instances.ts";
import { isLost, NotInterpreted } from "./not-interpreted.ts";
import { Signal } from "./platform/aborting.ts";
import { print } from "./print.ts";
import { isPid, PROCESS } from "./properties.ts";
import { running } from "./running.ts";
import { known, Unknown } from "./unknown.ts";

type Host = User & Record<string, unknown>;
type Args = readonly unknown[];
type Coded = Pick<PlannedWorker | PlannedSupervisor, "key" | "code">;

/** What a class of the program has by itself or not at all. */
const CALLBACKS: ReadonlySet<string> = new Set([
  "constructor",
  "formatStatus",
  "handleCall",
  "handleCast",
  "handleContinue",
  "handleInfo",
  "init",
  "terminate",
]);

/** What a dynamic supervisor says of itself. */
const OF_LATER: ReadonlySet<string> = new Set(["intensity", "period", "autoShutdown", "maxChildren"]);

export class ProcessCode {
  readonly #host: Host;
  readonly #world: World;
  readonly #key: string;
  readonly #cls: ClassOf;
  readonly #instance: InstanceOf;
  /** What the process may do, each made once. */
  #ownSignal: Signal | null = null;
  readonly #deeds = new Map<string, (...args: unknown[]) => unknown>();

  constructor(host: User, world: World, { key, code }: Coded) {
    this.#host = host as Host;
    this.#world = world;
    this.#key = key;
    world.machine.begin();
    const cls = code instanceof ClassOf ? code : world.machine.classNamed(code?.file ?? "", code?.name ?? "");
    if (cls === null) throw new NotInterpreted("its class is not known");
    this.#cls = cls;
    this.#instance = new InstanceOf(cls, (name) => this.#ofHost(name), host);
    world.machine.construct(this.#instance, cls, []);
  }

  /** Null where its object cannot be made: its script runs, and that is supposed. */
  static of(host: User, world: World, planned: Coded): ProcessCode | null {
    try {
      return new ProcessCode(host, world, planned);
    } catch (thrown) {
      if (thrown instanceof InstanceOf && thrown.isError) throw thrown.asError();
      if (!isLost(thrown)) throw thrown;
      world.met.lost(planned.key, "it does what was read of it", thrown.message);
      return null;
    }
  }

  has(callback: string): boolean {
    return this.#cls.method(callback) !== null;
  }

  /** What a callback returns; `otherwise` where it does what cannot be followed. */
  run<T>(callback: string, args: Args, otherwise: T): unknown {
    const method = this.#cls.method(callback);
    if (method === null) throw new NotInterpreted(`${callback} is not known`);
    return this.#follow(this.#key, () => method(this.#instance, args), otherwise);
  }

  /** What code of the process `key` returns; `otherwise` where it does what cannot be followed. */
  #follow<T>(key: string, code: () => unknown, otherwise: T): unknown {
    const lost = (thrown: unknown): T => this.#lost(key, thrown, otherwise);
    const ended = (value: unknown): unknown => {
      if (!(value instanceof Unknown) || otherwise instanceof Unknown) return value;
      this.#hear(key, new Error("it is not known what it returns"));
      return otherwise;
    };
    this.#world.machine.begin();
    try {
      const result = running((thrown) => this.#hear(key, thrown), code);
      return result instanceof Promise ? after(result, ended, lost) : ended(result);
    } catch (thrown) {
      return lost(thrown);
    }
  }

  /** What it did was not followed to its end: it is supposed to go on. */
  #lost<T>(key: string, thrown: unknown, otherwise: T): T {
    if (thrown instanceof InstanceOf && thrown.isError) throw thrown.asError();
    if (!isLost(thrown)) throw thrown;
    this.#hear(key, thrown);
    return otherwise;
  }

  #hear(key: string, { message }: Error): void {
    this.#world.met.lost(key, "it goes on", message);
  }

  /** What the `init` of a supervisor returns, with stand-ins for its children; null where that cannot be followed. */
  start(planned: PlannedSupervisor, args: Args): unknown {
    const children = (init: unknown): unknown => {
      if (typeof init !== "object" || init === null || !("children" in init) || !Array.isArray(init.children))
        return init;
      return { ...init, children: init.children.map((spec: unknown) => this.#ownChild(planned, spec)) };
    };
    const init = this.run("init", args, null);
    return isThenable(init) ? after(init, children) : children(init);
  }

  /** What a dynamic supervisor's own code says of itself; what it says of its children is kept for when they come. */
  ofLater(args: Args): Omit<DynamicSupervisorSpec, "child"> {
    const init = this.run("init", args, null);
    if (typeof init !== "object" || init === null || isThenable(init)) return {};
    const { child, childLabel, ...flags } = init as Partial<DynamicSupervisorSpec>;
    if (child !== undefined) this.#world.saysOfChildren(this.#host.self, child);
    const said = Object.fromEntries(Object.entries(flags).filter(([name]) => OF_LATER.has(name)));
    if (typeof childLabel !== "function") return said;
    // Here they are started by whole specifications, and the template's own arguments are among those.
    const own = Array.isArray(child?.start) ? child.start.length - 1 : 0;
    return {
      ...said,
      childLabel: (n, given) =>
        this.#follow(this.#key, () => childLabel(n, given.slice(own)), undefined) as string,
    };
  }

  /** A child as a supervisor's own code has it. */
  #ownChild(planned: PlannedSupervisor, spec: unknown): unknown {
    if (typeof spec !== "object" || spec === null || !("start" in spec) || !Array.isArray(spec.start))
      return spec;
    const [cls, ...args] = spec.start as unknown[];
    const likely = planned.children.filter(({ process }) => isOne(process, cls));
    const child = likely.find(({ id }) => "id" in spec && id === spec.id) ?? likely[0];
    if (child === undefined) return { ...spec, start: [this.#classOf(cls, planned), ...args] };
    const given = cls === Task ? args.map((each) => this.#task(child.key, each)) : args;
    const own = { ...child, process: runningAs(child.process, cls) };
    return { ...spec, start: this.#world.make.childSpec(own, this.#world, given).start };
  }

  /** The function of a task, or another that is run later. */
  #task(key: string, fn: unknown): unknown {
    if (typeof fn !== "function") return fn;
    return (...args: unknown[]): unknown =>
      this.#follow(
        key,
        () => Reflect.apply(fn, undefined, args),
        new Unknown("what a task gives is not known"),
      );
  }

  /** What is in its fields, for comparison. */
  memory(nameOf: (number: number) => string): string {
    return print([...this.#instance.fields], nameOf);
  }

  #ofHost(name: string): unknown {
    if (!PROCESS.has(name)) {
      if (name in GenServer.prototype && !CALLBACKS.has(name)) throw new NotInterpreted(`this.${name}`);
      return undefined;
    }
    if (name === "self" || name === "parent" || name === "ancestors" || name === "system")
      return this.#host[name];
    if (name === "signal") return this.#signal();
    let deed = this.#deeds.get(name);
    if (deed === undefined) {
      deed = this.#deed(name);
      this.#deeds.set(name, deed);
    }
    return deed;
  }

  /** Its own signal, as code has signals. */
  #signal(): Signal {
    if (this.#ownSignal === null) {
      const signal = new Signal();
      const real = this.#host.signal as AbortSignal;
      if (real.aborted) Signal.abort(signal, real.reason);
      else real.addEventListener("abort", () => Signal.abort(signal, real.reason), { once: true });
      this.#ownSignal = signal;
    }
    return this.#ownSignal;
  }

  #deed(name: string): (...args: unknown[]) => unknown {
    const host = this.#host;
    const looked = name === "sendAfter" || name === "sendInterval" ? 2 : 1;
    const does = (args: Args): unknown => {
      args.slice(0, looked).forEach(known);
      return (host[name] as (...args: Args) => unknown)(...args);
    };
    switch (name) {
      case "cast":
      case "send":
        return (...args) => {
          this.#use(args[0], () => does(args));
          this.#noteIfLost(args[0]);
        };
      case "call":
      case "link":
      case "whichChildren":
      case "countChildren":
      case "terminateChild":
      case "restartChild":
      case "deleteChild":
        return (...args) => this.#use(args[0], () => does(args));
      case "start":
      case "startLink":
        return (cls, ...args) => does([this.#classOf(cls), ...args]);
      case "startChild":
      case "startChildResult":
        return (target, what) => this.#use(target, () => does([target, this.#child(target, what)]));
      case "getChildSpec":
        return (...args) => after(does(args) as Promise<unknown>, specOf);
      case "async":
      case "asyncStream":
      case "onExit":
      case "own":
      case "wrap":
        // What it gives to others to be run later is its code all the same.
        return (...args) => does(args.map((each) => this.#task(this.#key, each)));
      case "on":
        return (emitter, ...args) =>
          does([beneath(emitter), ...args.map((each) => this.#task(this.#key, each))]);
      default:
        return (...args) => does(args);
    }
  }

  /** Whoever asks somebody who is not there is noted. */
  #use(target: unknown, use: () => unknown): unknown {
    const failed = (reason: string): void => {
      const pid = isPid(target) ? target : null;
      const to = pid === null ? (nameOf(target) ?? String(target)) : (this.#world.keysOf(pid.id)[0] ?? "");
      this.#noteFailed(to, { reason });
    };
    let result: unknown;
    try {
      result = use();
    } catch (thrown) {
      failed(textOf(thrown));
      throw thrown;
    }
    if (result instanceof Promise) result.then(undefined, (thrown: unknown) => failed(textOf(thrown)));
    else if (isPid(target) && !target.alive) failed("what it sends to the pid that it keeps is lost");
    return result;
  }

  /** What was sent to a name that nobody has: nobody tells the sender. */
  #noteIfLost(target: unknown): void {
    const to = nameOf(target);
    if (to === null || this.#host.whereis(to) !== undefined) return;
    this.#noteFailed(to, { reason: NOBODY, lost: true });
  }

  #noteFailed(to: string, how: Pick<FailedUse, "reason" | "lost">): void {
    this.#world.failedUses.push({ from: this.#key, to, pid: this.#host.self.id, phase: "later", ...how });
  }

  /** What runs for a class of the program. */
  #classOf(cls: unknown, under: PlannedSupervisor | null = null): unknown {
    if (!(cls instanceof ClassOf)) return cls;
    const world = this.#world;
    const { file, name } = cls.known;
    const alike = under?.templates.filter(({ process }) => isOne(process, cls)) ?? [];
    const inside = alike.find(({ process }) => process.label === name) ?? alike[0];
    const supervisor =
      inside?.process.kind === "supervisor" ? inside.process : world.supervisor(`${file}#${name}`);
    if (supervisor !== null)
      return world.make.standInSupervisor(supervisor, world, inside?.key ?? null, true);
    if (cls.root === "Supervisor")
      return world.make.standInSupervisor(world.met.supervisorOf(cls), world, null, true);
    if (cls.root !== "GenServer") throw new NotInterpreted(`it starts ${name}, which is no GenServer`);
    const planned =
      inside?.process.kind === "worker" ? runningAs(inside.process, cls) : world.met.workerOf(cls, this.#key);
    return world.make.standIn(planned, world, true);
  }

  /** What a supervisor is asked to start. */
  #child(target: unknown, what: unknown): unknown {
    const pid = this.#pidOf(target);
    const above = this.#supervisorAt(pid);
    if (Array.isArray(what)) {
      const template = above === null ? undefined : this.#world.templateFor(above.key)?.template;
      if (template === undefined || pid === undefined) return what;
      const said = this.#world.saidOfChildren(pid);
      const spec = this.#world.make.childSpec(template, this.#world, given(template, what));
      if (said === undefined) return spec;
      const [cls, ...own] = said.start as readonly unknown[];
      return { ...spec, ...ofChild(said), start: [this.#classOf(cls, above), ...own, ...what] };
    }
    if (typeof what !== "object" || what === null || !("start" in what) || !Array.isArray(what.start))
      return what;
    const [cls, ...args] = what.start as unknown[];
    const own = cls === Task ? args.map((each) => this.#task(this.#key, each)) : args;
    return { ...what, start: [this.#classOf(cls, above), ...own] };
  }

  #pidOf(target: unknown): Pid | undefined {
    const name = nameOf(target);
    return isPid(target) ? target : name === null ? undefined : this.#host.whereis(name);
  }

  #supervisorAt(pid: Pid | undefined): PlannedSupervisor | null {
    for (const key of pid === undefined ? [] : this.#world.keysOf(pid.id)) {
      const found = this.#world.supervisor(key);
      if (found !== null) return found;
    }
    return null;
  }
}

/** What is told of a child: its class stands for another here, and what it is called is its supervisor's affair. */
function specOf(result: unknown): unknown {
  const { ok } = result as GetChildSpecResult;
  if (ok === undefined) return result;
  return {
    ok: {
      ...ok,
      start: new Unknown("what a child starts is not known"),
      label: new Unknown("a child's label is not known"),
    },
  };
}

function given(template: PlannedChild, extra: readonly unknown[]): readonly unknown[] | null {
  return template.given === null ? null : [...template.given, ...extra];
}

/** Whether something that is planned is one of a class. */
function isOne(process: PlannedWorker | PlannedSupervisor, cls: unknown): boolean {
  if (cls instanceof ClassOf)
    return process.kind === "worker" && isMade(process)
      ? cls.place === null && cls.root === "GenServer"
      : isOf(process, cls.known.file, cls.known.name);
  if (process.kind === "supervisor") return cls === TaskSupervisor && process.ofLibrary;
  return cls === Task ? process.task : process.registry;
}

/** Somebody whose class code has made: that runs. */
function runningAs<P extends PlannedWorker | PlannedSupervisor>(process: P, cls: unknown): P {
  return cls instanceof ClassOf && process.kind === "worker" && isMade(process)
    ? { ...process, cls: cls.known, code: cls }
    : process;
}

/** Whether no module calls its class something. */
const isMade = ({ cls }: PlannedWorker): boolean =>
  cls !== null && (cls.made === true || cls.name.includes("."));

function isOf(process: PlannedWorker | PlannedSupervisor, file: string, name: string): boolean {
  return process.kind === "worker"
    ? process.cls?.file === file && process.cls.name === name
    : process.key === `${file}#${name}`;
}

/** The name by which somebody is meant; null for a pid. */
function nameOf(target: unknown): string | null {
  if (typeof target === "string") return target;
  return typeof target === "object" &&
    target !== null &&
    !isPid(target) &&
    "name" in target &&
    typeof target.name === "string"
    ? target.name
    : null;
}
