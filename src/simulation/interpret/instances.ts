/** Classes of the program and what `new` makes of them. */
import type { Class, NodeExtras } from "../../model/code.ts";
import { DESCRIBE, describeTerm } from "../../runtime/reason.ts";
import { NotInterpreted } from "./not-interpreted.ts";
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
  readonly staticGetters = new Map<string, Callable>();
  readonly staticSetters = new Map<string, Callable>();
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

  /** A static member. */
  get(name: string): unknown {
    for (const cls of this.chain()) {
      if (cls.statics.has(name)) return cls.statics.get(name);
      const getter = cls.staticGetters.get(name);
      if (getter !== undefined) return getter(this, []);
    }
    if (name === "name") return this.name;
    if (
      name in Function.prototype ||
      name === "prototype" ||
      (typeof this.root === "function" && name in this.root)
    )
      throw new NotInterpreted(`it reads ${name} of a class`);
    return undefined;
  }

  set(name: string, value: unknown): void {
    for (const cls of this.chain()) {
      if (cls.statics.has(name)) break;
      const setter = cls.staticSetters.get(name);
      if (setter !== undefined) return void setter(this, [value]);
      if (cls.staticGetters.has(name))
        throw new TypeError(`Cannot set property ${name} of a class which has only a getter`);
    }
    this.statics.set(name, value);
  }

  [Symbol.toPrimitive](): never {
    throw new NotInterpreted("it writes a class as text");
  }

  [DESCRIBE](): string {
    return `[${this.name}]`;
  }

  isBelow(other: unknown): boolean {
    for (const { base } of this.chain()) if (base === other || isAbove(other, base)) return true;
    return this === other || [...this.chain()].includes(other as ClassOf);
  }
}

/** Whether an error of the language is a kind of another. */
function isAbove(other: unknown, base: ClassOf["base"]): boolean {
  return (
    typeof other === "function" &&
    typeof base === "function" &&
    Object.prototype.isPrototypeOf.call(other, base)
  );
}

/** Code that is called with a `this`. */
export type Callable = (self: unknown, args: readonly unknown[]) => unknown;

/** Objects in objects that one sentence shows. */
const DESCRIBED = 2;
let described = 0;

/** An object of a class of the program; `host`: the process that it is, where it is one. */
export class InstanceOf {
  readonly cls: ClassOf;
  readonly fields = new Map<string, unknown>();
  readonly #host: ((name: string) => unknown) | null;

  /** `Object.freeze` was asked for it. */
  frozen = false;
  /** Fields that are not among its entries. */
  readonly hidden = new Set<string>();

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
    if (method !== null) return unbound(method);
    if (name === "constructor") return this.cls;
    const { root } = this.cls;
    if (name === "name" && typeof root === "function") return root.name;
    const ofHost = this.#host?.(name);
    if (ofHost === undefined && (name in Object.prototype || (this.isError && name in Error.prototype)))
      throw new NotInterpreted(`it reads ${name} of an object`);
    return ofHost;
  }

  set(name: string, value: unknown): void {
    const setter = this.cls.find("setters", name);
    if (setter !== null) setter(this, [value]);
    else if (!this.fields.has(name) && this.cls.find("getters", name) !== null)
      throw new TypeError(`Cannot set property ${name} of #<${this.cls.name}> which has only a getter`);
    else if (this.frozen) throw new TypeError(`Cannot assign to read only property '${name}' of an object`);
    else this.fields.set(name, value);
  }

  /** Whether it is an error, whose message and name are not among its entries. */
  get isError(): boolean {
    return typeof this.cls.root === "function";
  }

  /** An error of the program as whoever is told of it sees it: code of the program is not run for that. */
  asError(): Error {
    const { root, name } = this.cls;
    const own = (field: string) => this.fields.get(field);
    const error = new Error(typeof own("message") === "string" ? (own("message") as string) : "");
    error.name =
      typeof own("name") === "string"
        ? (own("name") as string)
        : typeof root === "function"
          ? root.name
          : name;
    if (this.fields.has("cause")) error.cause = own("cause");
    return error;
  }

  /** As sentences show it. */
  [DESCRIBE](): string {
    if (this.isError) return describeTerm(this.asError());
    if (described >= DESCRIBED) return `${this.cls.name} {…}`;
    described++;
    try {
      const fields = [...this.fields].filter(([name]) => !name.startsWith("#"));
      return `${this.cls.name} ${describeTerm(Object.fromEntries(fields))}`;
    } finally {
      described--;
    }
  }

  /** What operators, texts and the language's functions make of it. */
  [Symbol.toPrimitive](hint: string): unknown {
    for (const name of hint === "string" ? ["toString", "valueOf"] : ["valueOf", "toString"]) {
      const made = this.fields.get(name) ?? this.cls.find("methods", name);
      if (made === null) {
        if (name === "toString") return this.isError ? this.#errorText() : "[object Object]";
        continue;
      }
      const value = this.fields.has(name)
        ? (made as (this: unknown) => unknown).call(this)
        : (made as Callable)(this, []);
      if (typeof value !== "object" && typeof value !== "function") return value;
    }
    throw new TypeError("Cannot convert object to primitive value");
  }

  #errorText(): string {
    const [name, message] = [String(this.get("name")), String(this.get("message"))];
    return name === "" || message === "" ? name + message : `${name}: ${message}`;
  }

  has(name: string): boolean {
    return (
      this.fields.has(name) ||
      (this.isError && name in Error.prototype) ||
      this.cls.find("methods", name) !== null ||
      this.cls.find("getters", name) !== null ||
      this.#host?.(name) !== undefined
    );
  }
}

const functions = new WeakMap<Callable, (this: unknown, ...args: unknown[]) => unknown>();

/** A method as a function, whose `this` is whatever it is called on. */
export function unbound(method: Callable): (this: unknown, ...args: unknown[]) => unknown {
  let made = functions.get(method);
  if (made === undefined) {
    made = function (this: unknown, ...args: unknown[]): unknown {
      return method(this, args);
    };
    functions.set(method, made);
  }
  return made;
}
