/** The code of one process at work: an object of its class, whose `this` is the stand-in. */
import { isThenable } from "../../runtime/core/thenables.ts";
import { after } from "../after.ts";
import type { PlannedChild, PlannedSupervisor, PlannedWorker } from "../plan-types.ts";
import { textOf, type User } from "../user.ts";
import type { World } from "../world.ts";
import { ClassOf, InstanceOf } from "./instances.ts";
import { isLost, NotInterpreted } from "./not-interpreted.ts";
import { print } from "./print.ts";
import { isPid, PROCESS } from "./properties.ts";

type Host = User & Record<string, unknown>;
type Args = readonly unknown[];
type Coded = Pick<PlannedWorker | PlannedSupervisor, "key" | "code">;

export class ProcessCode {
  readonly #host: Host;
  readonly #world: World;
  readonly #key: string;
  readonly #cls: ClassOf;
  readonly #instance: InstanceOf;
  /** What the process may do, each made once. */
  readonly #deeds = new Map<string, (...args: unknown[]) => unknown>();

  constructor(host: User, world: World, { key, code }: Coded) {
    this.#host = host as Host;
    this.#world = world;
    this.#key = key;
    world.machine.begin();
    const cls = world.machine.classNamed(code?.file ?? "", code?.name ?? "");
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
      world.suppose(planned.key, "its code", "it does what was read of it", thrown.message);
      return null;
    }
  }

  has(callback: string): boolean {
    return this.#cls.find("methods", callback) !== null;
  }

  /** What a callback returns; `otherwise` where it does what cannot be followed. */
  run<T>(callback: string, args: Args, otherwise: T): unknown {
    const method = this.#cls.find("methods", callback);
    if (method === null) throw new NotInterpreted(`${callback} is not known`);
    const { machine } = this.#world;
    machine.begin((thrown) => void this.#lost(thrown, otherwise));
    try {
      const result = method(this.#instance, args);
      return result instanceof Promise
        ? after(
            result,
            (value) => value,
            (thrown) => this.#lost(thrown, otherwise),
          )
        : result;
    } catch (thrown) {
      return this.#lost(thrown, otherwise);
    }
  }

  /** What it did was not followed to its end: it is supposed to go on. */
  #lost<T>(thrown: unknown, otherwise: T): T {
    if (thrown instanceof InstanceOf && thrown.isError) throw thrown.asError();
    if (!isLost(thrown)) throw thrown;
    this.#world.suppose(this.#key, "its code", "it goes on", thrown.message);
    return otherwise;
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

  /** A child as a supervisor's own code has it. */
  #ownChild(planned: PlannedSupervisor, spec: unknown): unknown {
    if (typeof spec !== "object" || spec === null || !("start" in spec) || !Array.isArray(spec.start))
      return spec;
    const [cls, ...args] = spec.start as unknown[];
    const isIt = ({ process }: PlannedChild) =>
      cls instanceof ClassOf
        ? isOf(process, cls.file, cls.name)
        : process.kind === "worker" && process.registry;
    const likely = planned.children.filter(isIt);
    const child = likely.find(({ id }) => "id" in spec && id === spec.id) ?? likely[0];
    const start =
      child === undefined
        ? [this.#classOf(cls, planned), ...args]
        : this.#world.make.childSpec(child, this.#world, args).start;
    return { ...spec, start };
  }

  /** What is in its fields, for comparison. */
  memory(nameOf: (number: number) => string): string {
    return print([...this.#instance.fields], nameOf);
  }

  #ofHost(name: string): unknown {
    if (!PROCESS.has(name)) return undefined;
    if (name === "self") return this.#host.self;
    let deed = this.#deeds.get(name);
    if (deed === undefined) {
      deed = this.#deed(name);
      this.#deeds.set(name, deed);
    }
    return deed;
  }

  #deed(name: string): (...args: unknown[]) => unknown {
    const host = this.#host;
    const does = (args: Args): unknown => (host[name] as (...args: Args) => unknown)(...args);
    switch (name) {
      case "call":
      case "cast":
      case "send":
        return (...args) => this.#use(args[0], does(args));
      case "start":
      case "startLink":
        return (cls, ...args) => does([this.#classOf(cls), ...args]);
      case "startChild":
      case "startChildResult":
        return (target, what) => does([target, this.#child(target, what)]);
      case "signal":
      case "limitMailbox":
      case "onExit":
        throw new NotInterpreted(`this.${name}`);
      default:
        return (...args) => does(args);
    }
  }

  /** Whoever asks somebody who is not there is noted. */
  #use(target: unknown, result: unknown): unknown {
    const failed = (reason: string): void => {
      const pid = isPid(target) ? target : null;
      const to = pid === null ? String(target) : (this.#world.keysOf(pid.id)[0] ?? "");
      this.#world.failedUses.push({ from: this.#key, to, pid: this.#host.self.id, reason, phase: "later" });
    };
    if (result instanceof Promise) result.then(undefined, (thrown: unknown) => failed(textOf(thrown)));
    else if (isPid(target) && !target.alive) failed("what it sends to the pid that it keeps is lost");
    return result;
  }

  /** What runs for a class of the program. */
  #classOf(cls: unknown, under: PlannedSupervisor | null = null): unknown {
    if (!(cls instanceof ClassOf)) return cls;
    const world = this.#world;
    const { file, name } = cls;
    const inside = under?.templates.find(({ process }) => isOf(process, file, name));
    const supervisor =
      inside?.process.kind === "supervisor" ? inside.process : world.supervisor(`${file}#${name}`);
    if (supervisor !== null)
      return world.make.standInSupervisor(supervisor, world, inside?.key ?? null, true);
    const planned = inside?.process.kind === "worker" ? inside.process : world.workerOf(file, name);
    return world.make.standIn(planned, world, true);
  }

  /** What a supervisor is asked to start. */
  #child(target: unknown, what: unknown): unknown {
    const above = this.#supervisorAt(target);
    if (Array.isArray(what)) {
      const template = above === null ? undefined : this.#world.templateFor(above.key)?.template;
      return template === undefined
        ? what
        : this.#world.make.childSpec(template, this.#world, given(template, what));
    }
    if (typeof what !== "object" || what === null || !("start" in what) || !Array.isArray(what.start))
      return what;
    const [cls, ...args] = what.start as unknown[];
    return { ...what, start: [this.#classOf(cls, above), ...args] };
  }

  #supervisorAt(target: unknown): PlannedSupervisor | null {
    const name = typeof target === "string" ? target : nameIn(target);
    const pid = isPid(target) ? target : name === null ? undefined : this.#host.whereis(name);
    const keys = pid === undefined ? [] : this.#world.keysOf(pid.id);
    for (const key of keys) {
      const found = this.#world.supervisor(key);
      if (found !== null) return found;
    }
    return null;
  }
}

function given(template: PlannedChild, extra: readonly unknown[]): readonly unknown[] | null {
  return template.given === null ? null : [...template.given, ...extra];
}

function isOf(process: PlannedWorker | PlannedSupervisor, file: string, name: string): boolean {
  return process.kind === "worker"
    ? process.cls?.file === file && process.cls.name === name
    : process.key === `${file}#${name}`;
}

function nameIn(target: unknown): string | null {
  return typeof target === "object" && target !== null && "name" in target && typeof target.name === "string"
    ? target.name
    : null;
}
