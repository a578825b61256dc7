/** Registry: processes found by keys of any kind, forgotten when they go down. */
import { PROC } from "./core/identity.ts";
import { structuralKey } from "./core/keys.ts";
import { Proc } from "./core/proc.ts";
import { watch } from "./core/signals.ts";
import { type Directory, ENTER, FIND } from "./core/via.ts";
import { ProcessError } from "./errors.ts";
import { GenServer } from "./gen-server.ts";
import type { Pid, ProcessName, Target, TypedTarget, ViaName } from "./pid.ts";
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

/** One process under a key, with the value that it registered. */
export interface RegistryEntry<V = unknown, C = unknown> {
  pid: Pid<C>;
  value: V;
}

/** Code inside a process: `this` of any process class. */
export interface InProcess {
  readonly [PROC]: Proc;
}

interface Entry {
  readonly key: unknown;
  readonly proc: Proc;
  value: unknown;
}

declare const TYPES: unique symbol;

/** A registry with keys `K`, values `V` and processes of class `C`; a plain name or pid has any of them. */
type RegistryTarget<K, V, C> = TypedTarget<Registry<K, V, C>> | Target;

/** The value may be left out where that is one. */
type ValueOf<V> = undefined extends V ? [value?: V] : unknown extends V ? [value?: V] : [value: V];

/**
 * Processes register themselves under keys: `start: [Registry, { keys: "unique" }], name: PEERS`, then
 * `Registry.register(this, PEERS, "paris")` and `Registry.lookup(this, PEERS, "paris")`. Looking up asks no process
 * and waits for nobody. Entries go in the moment in which their process exits.
 *
 * Keys may be any terms: arrays and objects made by literals are the same key when they have the same content, so
 * `["room", 1]` is found again. `processName<Registry<["room", number], Topic, Room>>("rooms")` gives keys, values
 * and pids their types, and {@link via} makes a name of a key.
 */
export class Registry<K = unknown, V = unknown, C = unknown>
  extends GenServer<Protocol>
  implements Directory
{
  /** Compile time only. */
  declare readonly [TYPES]?: { key: K; value: V; process: C };
  readonly #entries = new Map<unknown, Set<Entry>>();
  readonly #watched = new Map<Proc, { byKey: Map<unknown, Entry[]>; stop: () => void }>();
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
  static register<K, V, C>(
    context: InProcess,
    registry: RegistryTarget<K, V, C>,
    key: NoInfer<K>,
    ...value: ValueOf<NoInfer<V>>
  ): RegisterResult {
    return Registry.#of(context, registry).#register(context[PROC], key, value[0]);
  }

  /** Takes back what the process of `context` registered under `key`. */
  static unregister<K, V, C>(context: InProcess, registry: RegistryTarget<K, V, C>, key: NoInfer<K>): void {
    Registry.#of(context, registry).#unregister(context[PROC], structuralKey(key));
  }

  /** The processes under `key`, in the order in which they registered. */
  static lookup<K, V, C>(
    context: InProcess | System,
    registry: RegistryTarget<K, V, C>,
    key: NoInfer<K>,
  ): RegistryEntry<V, C>[] {
    const entries = Registry.#of(context, registry).#entries.get(structuralKey(key)) ?? [];
    return Array.from(entries, entryOf<V, C>);
  }

  /** The one process under `key` of a registry with unique keys. */
  static whereis<K, V, C>(
    context: InProcess | System,
    registry: RegistryTarget<K, V, C>,
    key: NoInfer<K>,
  ): Pid<C> | undefined {
    return Registry.#of(context, registry)[FIND](key) as Pid<C> | undefined;
  }

  /** All keys in use; with `pid` those of that process. */
  static keys<K, V, C>(context: InProcess | System, registry: RegistryTarget<K, V, C>, pid?: Pid): K[] {
    const found = Registry.#of(context, registry);
    const lists: Iterable<Iterable<Entry>> =
      pid === undefined ? found.#entries.values() : (found.#watched.get(pid as Proc)?.byKey.values() ?? []);
    const keys: K[] = [];
    for (const [first] of lists) if (first !== undefined) keys.push(first.key as K);
    return keys;
  }

  /** How many entries there are. */
  static count(context: InProcess | System, registry: Target): number {
    let count = 0;
    for (const entries of Registry.#of(context, registry).#entries.values()) count += entries.size;
    return count;
  }

  /** Every entry with its key, key by key in the order in which the keys came. */
  static entries<K, V, C>(
    context: InProcess | System,
    registry: RegistryTarget<K, V, C>,
  ): (RegistryEntry<V, C> & { key: K })[] {
    return [...Registry.#of(context, registry).#entries.values()].flatMap((entries) =>
      Array.from(entries, (entry) => ({ key: entry.key as K, ...entryOf<V, C>(entry) })),
    );
  }

  /**
   * Gives the entry of the process of `context` under `key` a new value, made by `update` from the old one. The new
   * value; undefined when there is no such entry.
   */
  static updateValue<K, V, C>(
    context: InProcess,
    registry: RegistryTarget<K, V, C>,
    key: NoInfer<K>,
    update: (value: V) => NoInfer<V>,
  ): V | undefined {
    const watched = Registry.#of(context, registry).#watched.get(context[PROC]);
    const own = watched?.byKey.get(structuralKey(key))?.[0];
    if (own !== undefined) own.value = update(own.value as V);
    return own?.value as V | undefined;
  }

  /** Hands every entry under `key` to `send`: a message to all of them. */
  static dispatch<K, V, C>(
    context: InProcess | System,
    registry: RegistryTarget<K, V, C>,
    key: NoInfer<K>,
    send: (entry: RegistryEntry<V, C>) => void,
  ): void {
    for (const entry of Registry.lookup(context, registry, key)) send(entry);
  }

  static #of(context: InProcess | System, target: Target): Registry {
    const system = PROC in context ? (context[PROC].core.system as System) : context;
    const found = target instanceof Proc ? target : system.whereis(target as ProcessName);
    if (found instanceof Proc && found.core.system === system && found.instance instanceof Registry) {
      return found.instance;
    }
    throw new ProcessError("badarg", `${describeTerm(target)} is not a running Registry`);
  }

  /** For names by {@link via}. */
  [FIND](key: unknown): Proc | undefined {
    const [first] = this.#entries.get(structuralKey(key)) ?? [];
    return first?.proc;
  }

  /** For names by {@link via}: the holder when the key is taken. */
  [ENTER](proc: Proc, key: unknown): Proc | undefined {
    if (!this.#unique) {
      throw new ProcessError("badarg", `${String(this.self)} has duplicate keys: those are no names`);
    }
    return this.#register(proc, key, undefined).error?.already_registered as Proc | undefined;
  }

  #register(proc: Proc, key: unknown, value: unknown): RegisterResult {
    if (proc.state === "dead") return { ok: true };
    const by = structuralKey(key);
    const entries = this.#entries.get(by);
    const [holder] = entries ?? [];
    if (this.#unique && holder !== undefined) return { error: { already_registered: holder.proc } };
    const entry = { key, proc, value };
    if (entries === undefined) this.#entries.set(by, new Set([entry]));
    else entries.add(entry);
    let watched = this.#watched.get(proc);
    if (watched === undefined) {
      watched = { byKey: new Map(), stop: watch(proc, () => this.#forget(proc)) };
      this.#watched.set(proc, watched);
    }
    const own = watched.byKey.get(by);
    if (own === undefined) watched.byKey.set(by, [entry]);
    else own.push(entry);
    return { ok: true };
  }

  #unregister(proc: Proc, by: unknown): void {
    const watched = this.#watched.get(proc);
    const own = watched?.byKey.get(by);
    if (watched === undefined || own === undefined) return;
    this.#drop(by, own);
    watched.byKey.delete(by);
    if (watched.byKey.size > 0) return;
    watched.stop();
    this.#watched.delete(proc);
  }

  #forget(proc: Proc): void {
    const watched = this.#watched.get(proc);
    this.#watched.delete(proc);
    if (watched !== undefined) for (const [by, own] of watched.byKey) this.#drop(by, own);
  }

  #drop(by: unknown, own: readonly Entry[]): void {
    const entries = this.#entries.get(by);
    for (const entry of own) entries?.delete(entry);
    if (entries?.size === 0) this.#entries.delete(by);
  }
}

function entryOf<V, C>({ proc, value }: Entry): RegistryEntry<V, C> {
  return { pid: proc as Pid<C>, value: value as V };
}

/**
 * A name that is a key of a registry with unique keys (Erlang's `{via, Module, Name}`): whoever is registered there is
 * called, cast to, monitored; and in a child specification, `name: via(ROOMS, ["room", 1])`, the child is registered
 * before its `init`.
 */
export function via<K, V, C>(
  registry: Pid<Registry<K, V, C>> | ProcessName<Registry<K, V, C>>,
  key: NoInfer<K>,
): ViaName<C>;
export function via(registry: string, key: unknown): ViaName;
export function via(registry: Pid | ProcessName | string, key: unknown): ViaName {
  return Object.freeze({ via: Object.freeze([registry, key] as const) });
}
