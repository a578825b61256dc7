/** Classes of the program and what `new` makes of them. */
import type { Class, NodeExtras } from "../../model/code.ts";
import type { Scope } from "./scope.ts";

type Plain = NodeExtras;

/** A class of the program: code, and what it extends. */
export class ClassOf {
  readonly code: Class<Plain>;
  readonly scope: Scope;
  readonly file: string;
  /** Another class of the program, the name of one of the library's, or an error of the language. */
  readonly base: ClassOf | string | ErrorConstructor | null;
  readonly statics = new Map<string, unknown>();
  /** What its methods are, made once. */
  readonly methods = new Map<string, Callable>();
  readonly getters = new Map<string, Callable>();
  readonly setters = new Map<string, Callable>();

  constructor(code: Class<Plain>, scope: Scope, file: string, base: ClassOf["base"]) {
    this.code = code;
    this.scope = scope;
    this.file = file;
    this.base = base;
  }

  get name(): string {
    return this.code.name ?? "";
  }

  /** This class and those that it extends. */
  *chain(): Generator<ClassOf> {
    for (let cls: ClassOf["base"] = this; cls instanceof ClassOf; cls = cls.base) yield cls;
  }

  /** What is not the program's own and stands at the end of the chain. */
  get root(): string | ErrorConstructor | null {
    let last: ClassOf = this;
    for (const cls of this.chain()) last = cls;
    return last.base instanceof ClassOf ? null : last.base;
  }

  find(kind: "methods" | "getters" | "setters", name: string): Callable | null {
    for (const cls of this.chain()) {
      const found = cls[kind].get(name);
      if (found !== undefined) return found;
    }
    return null;
  }

  isBelow(other: unknown): boolean {
    for (const cls of this.chain()) if (cls === other || cls.base === other) return true;
    return false;
  }
}

/** Code that is called with a `this`. */
export type Callable = (self: unknown, args: readonly unknown[]) => unknown;

/** An object of a class of the program; `host`: the process that it is, where it is one. */
export class InstanceOf {
  readonly cls: ClassOf;
  readonly fields = new Map<string, unknown>();
  readonly #host: ((name: string) => unknown) | null;

  /** The process that it is; null where it is none. */
  readonly process: object | null;

  constructor(cls: ClassOf, host: ((name: string) => unknown) | null = null, process: object | null = null) {
    this.cls = cls;
    this.process = process;
    this.#host = host;
  }

  get(name: string): unknown {
    if (this.fields.has(name)) return this.fields.get(name);
    const getter = this.cls.find("getters", name);
    if (getter !== null) return getter(this, []);
    const method = this.cls.find("methods", name);
    if (method !== null) return bound(method, this);
    return this.#host?.(name);
  }

  set(name: string, value: unknown): void {
    const setter = this.cls.find("setters", name);
    if (setter !== null) setter(this, [value]);
    else this.fields.set(name, value);
  }

  has(name: string): boolean {
    return (
      this.fields.has(name) ||
      this.cls.find("methods", name) !== null ||
      this.cls.find("getters", name) !== null ||
      this.#host?.(name) !== undefined
    );
  }
}

export function bound(method: Callable, self: unknown): (...args: unknown[]) => unknown {
  return (...args) => method(self, args);
}
