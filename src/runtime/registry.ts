/** Registry: processes found by keys of any kind, forgotten when they go down. */
import { PROC } from "./core/identity.ts";
import { DEAD, Proc } from "./core/proc.ts";
import { watch } from "./core/signals.ts";
import { ProcessError } from "./errors.ts";
import { GenServer } from "./gen-server.ts";
import type { Pid, ProcessName, Target } from "./pid.ts";
import type { Protocol } from "./protocol.ts";
import { describeTerm } from "./reason.ts";
import type { System } from "./system.ts";

/** How a registry treats its keys. */
export interface RegistryOptions {
  /** `"unique"`: a key has one process; `"duplicate"`: any number. */
  keys: "unique" | "duplicate";
}

/** What `Registry.register` answers. */
export type RegisterResult = { ok: true; error?: never } | { error: { already_registered: Pid }; ok?: never };

/** One process under a key. */
export interface RegistryEntry {
  pid: Pid;
  value: unknown;
}

/** Code inside a process: `this` of any process class. */
export interface InProcess {
  readonly [PROC]: Proc;
}

interface Entry {
  key: unknown;
  proc: Proc;
  value: unknown;
}

/**
 * Processes register themselves under keys: `start: [Registry, { keys: "unique" }], name: PEERS`, then
 * `Registry.register(this, PEERS, "paris")` and `Registry.lookup(this, PEERS, "paris")`. Looking up asks no process
 * and waits for nobody. Entries go in the moment in which their process exits.
 */
export class Registry extends GenServer<Protocol> {
  readonly #entries = new Map<unknown, Entry[]>();
  readonly #watched = new Map<Proc, { keys: Set<unknown>; stop: () => void }>();
  #unique = true;

  override init(options: RegistryOptions): void {
    const { keys } = options;
    if (keys !== "unique" && keys !== "duplicate") {
      throw new ProcessError(
        "badarg",
        `the keys of a Registry are "unique" or "duplicate", not ${describeTerm(keys)}`,
      );
    }
    this.#unique = keys === "unique";
    // A registry that ends lets go of those it watched.
    watch(this[PROC], () => {
      for (const { stop } of this.#watched.values()) stop();
    });
  }

  /** Registers the process of `context` under `key`. */
  static register(context: InProcess, registry: Target, key: unknown, value?: unknown): RegisterResult {
    return Registry.#of(context, registry).#register(context[PROC], key, value);
  }

  /** Takes back what the process of `context` registered under `key`. */
  static unregister(context: InProcess, registry: Target, key: unknown): void {
    Registry.#of(context, registry).#unregister(context[PROC], key);
  }

  /** The processes under `key`, in the order in which they registered. */
  static lookup(context: InProcess | System, registry: Target, key: unknown): RegistryEntry[] {
    const entries = Registry.#of(context, registry).#entries.get(key) ?? [];
    return entries.map(({ proc, value }) => ({ pid: proc, value }));
  }

  /** The one process under `key` of a registry with unique keys. */
  static whereis(context: InProcess | System, registry: Target, key: unknown): Pid | undefined {
    return Registry.lookup(context, registry, key)[0]?.pid;
  }

  /** All keys in use; with `pid` those of that process. */
  static keys(context: InProcess | System, registry: Target, pid?: Pid): unknown[] {
    const found = Registry.#of(context, registry);
    if (pid === undefined) return [...found.#entries.keys()];
    return [...(found.#watched.get(pid as Proc)?.keys ?? [])];
  }

  /** How many entries there are. */
  static count(context: InProcess | System, registry: Target): number {
    let count = 0;
    for (const entries of Registry.#of(context, registry).#entries.values()) count += entries.length;
    return count;
  }

  /** Every entry with its key, key by key in the order in which the keys came. */
  static entries(context: InProcess | System, registry: Target): (RegistryEntry & { key: unknown })[] {
    return [...Registry.#of(context, registry).#entries.values()]
      .flat()
      .map(({ key, proc, value }) => ({ key, pid: proc, value }));
  }

  /**
   * Gives the entry of the process of `context` under `key` a new value, made by `update` from the old one. The new
   * value; undefined when there is no such entry.
   */
  static updateValue(
    context: InProcess,
    registry: Target,
    key: unknown,
    update: (value: unknown) => unknown,
  ): unknown {
    const own = Registry.#of(context, registry)
      .#entries.get(key)
      ?.find((entry) => entry.proc === context[PROC]);
    if (own !== undefined) own.value = update(own.value);
    return own?.value;
  }

  /** Hands every entry under `key` to `send`: a message to all of them. */
  static dispatch(
    context: InProcess | System,
    registry: Target,
    key: unknown,
    send: (entry: RegistryEntry) => void,
  ): void {
    for (const entry of Registry.lookup(context, registry, key)) send(entry);
  }

  static #of(context: InProcess | System, target: Target): Registry {
    const system = PROC in context ? context[PROC].core.system : context;
    const found = target instanceof Proc ? target : system.whereis(target as ProcessName);
    if (found instanceof Proc && found.core.system === system && found.instance instanceof Registry) {
      return found.instance;
    }
    throw new ProcessError("badarg", `${describeTerm(target)} is not a running Registry`);
  }

  #register(proc: Proc, key: unknown, value: unknown): RegisterResult {
    if (proc.state === DEAD) return { ok: true };
    const entries = this.#entries.get(key);
    const holder = entries?.[0];
    if (this.#unique && holder !== undefined) return { error: { already_registered: holder.proc } };
    const entry = { key, proc, value };
    if (entries === undefined) this.#entries.set(key, [entry]);
    else entries.push(entry);
    const watched = this.#watched.get(proc);
    if (watched !== undefined) watched.keys.add(key);
    else {
      const stop = watch(proc, () => this.#forget(proc));
      this.#watched.set(proc, { keys: new Set([key]), stop });
    }
    return { ok: true };
  }

  #unregister(proc: Proc, key: unknown): void {
    const watched = this.#watched.get(proc);
    if (watched?.keys.delete(key) !== true) return;
    this.#drop(proc, key);
    if (watched.keys.size > 0) return;
    watched.stop();
    this.#watched.delete(proc);
  }

  #forget(proc: Proc): void {
    const watched = this.#watched.get(proc);
    this.#watched.delete(proc);
    for (const key of watched?.keys ?? []) this.#drop(proc, key);
  }

  #drop(proc: Proc, key: unknown): void {
    const left = (this.#entries.get(key) ?? []).filter((entry) => entry.proc !== proc);
    if (left.length === 0) this.#entries.delete(key);
    else this.#entries.set(key, left);
  }
}
