/** Objects of the language that stand for others: a Proxy, and the prototype of a class of the program. */
import { NotInterpreted } from "./not-interpreted.ts";

/** What a Proxy asks of what is behind it. */
export interface Reading {
  get(object: unknown, name: PropertyKey): unknown;
  set(object: unknown, name: PropertyKey, value: unknown): void;
  has(object: unknown, name: PropertyKey): boolean;
  remove(object: unknown, name: PropertyKey): boolean;
  entriesOf(object: unknown): [string, unknown][];
}

const no = (): never => {
  throw new NotInterpreted("it asks how a Proxy of a list is made");
};

const TRAPS = ["get", "set", "has", "deleteProperty", "ownKeys"];

export class ProxyOf {
  readonly target: unknown;
  readonly handler: unknown;
  readonly #read: Reading;
  #list: unknown[] | null = null;

  constructor(target: unknown, handler: unknown, read: Reading) {
    this.target = target;
    this.handler = handler;
    this.#read = read;
    for (const [name] of read.entriesOf(handler))
      if (!TRAPS.includes(name)) throw new NotInterpreted(`a Proxy with ${name}`);
  }

  get(name: PropertyKey): unknown {
    const trap = this.#trap("get");
    return trap === null ? this.#read.get(this.target, name) : trap(this.target, nameOf(name), this);
  }

  set(name: PropertyKey, value: unknown): void {
    const trap = this.#trap("set");
    if (trap === null) this.#read.set(this.target, name, value);
    else if (!trap(this.target, nameOf(name), value, this))
      throw new TypeError(`'set' on proxy: trap returned falsish for property '${String(name)}'`);
  }

  has(name: PropertyKey): boolean {
    const trap = this.#trap("has");
    return trap === null ? this.#read.has(this.target, name) : Boolean(trap(this.target, nameOf(name)));
  }

  remove(name: PropertyKey): boolean {
    const trap = this.#trap("deleteProperty");
    if (trap === null) return this.#read.remove(this.target, name);
    if (!trap(this.target, nameOf(name)))
      throw new TypeError(`'deleteProperty' on proxy: trap returned falsish for property '${String(name)}'`);
    return true;
  }

  names(): string[] {
    const trap = this.#trap("ownKeys");
    const own = this.#read.entriesOf(this.target).map(([name]) => name);
    return trap === null ? own : (trap(this.target) as string[]).filter((name) => own.includes(name));
  }

  entries(): [string, unknown][] {
    return this.names().map((name) => [name, this.get(name)]);
  }

  #trap(name: string): ((...args: unknown[]) => unknown) | null {
    const trap = this.#read.get(this.handler, name);
    return typeof trap === "function" ? (...args) => Reflect.apply(trap, this.handler, args) : null;
  }

  /** The same for the language's own functions, where a list is behind it; null where something else is. */
  asList(): unknown[] | null {
    if (this.target instanceof ProxyOf ? this.target.asList() === null : !Array.isArray(this.target))
      return null;
    this.#list ??= new Proxy([], {
      get: (_, name) => this.get(name),
      set: (_, name, value) => {
        this.set(name, value);
        return true;
      },
      has: (_, name) => this.has(name),
      deleteProperty: (_, name) => this.remove(name),
      ownKeys: no,
      defineProperty: no,
      getOwnPropertyDescriptor: no,
    });
    return this.#list;
  }

  list(): unknown[] {
    const list = this.asList();
    if (list === null) throw new NotInterpreted("it takes a Proxy for a list");
    return list;
  }

  get [Symbol.iterator](): () => Iterator<unknown> {
    const list = this.asList();
    if (list === null) throw new NotInterpreted("it goes through a Proxy");
    return () => list.values();
  }

  [Symbol.toPrimitive](): never {
    throw new NotInterpreted("it writes a Proxy as text");
  }
}

const nameOf = (name: PropertyKey): string | symbol => (typeof name === "number" ? String(name) : name);

/** A class, as far as its prototype asks it. */
interface Methods {
  method(name: string): ((self: unknown, args: readonly unknown[]) => unknown) | null;
}

const prototypes = new WeakMap<Methods, PrototypeOf>();

/** What `prototype` of a class is: its methods. */
export class PrototypeOf {
  readonly cls: Methods;
  constructor(cls: Methods) {
    this.cls = cls;
  }

  static of(cls: Methods): PrototypeOf {
    let made = prototypes.get(cls);
    if (made === undefined) {
      made = new PrototypeOf(cls);
      prototypes.set(cls, made);
    }
    return made;
  }
}
