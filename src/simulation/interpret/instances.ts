/** What `new` makes of classes of the program. */
import { DESCRIBE, describeTerm } from "../../runtime/reason.ts";
import { ClassOf, unbound } from "./classes.ts";
import { HIDDEN, keyNamed } from "./field-names.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { stillOf } from "./running.ts";
import { Unknown } from "./unknown.ts";

/** Objects in objects that one sentence shows. */
const DESCRIBED = 2;
let described = 0;

/** @throws TypeError where an object has no private member of a class */
export function checkPrivate(object: unknown, key: string, name: string): void {
  const has =
    object instanceof InstanceOf
      ? object.fields.has(key) || object.cls.owner(key) !== null
      : object instanceof ClassOf && object.hasOwn(key);
  if (!has && object !== null && object !== undefined)
    throw new TypeError(`Cannot read private member ${name} from an object whose class did not declare it`);
}

/** An object of a class of the program; `host`: the process that it is, where it is one. */
export class InstanceOf {
  readonly cls: ClassOf;
  readonly fields = new Map<string, unknown>();
  readonly #host: ((name: string) => unknown) | null;

  /** What the platform's own class has made that it extends; null where it extends none. */
  inner: object | null = null;
  /** Reads what that has. */
  #ofInner: ((name: PropertyKey) => unknown) | null = null;

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

  /** It is all that an object of the platform is. */
  stand(inner: object, get: (name: PropertyKey) => unknown): void {
    this.inner = inner;
    this.#ofInner = get;
  }

  /** A member that it has of a class of the platform, as its own. */
  inherited(name: string): unknown {
    const value = this.#ofInner?.(keyNamed(name));
    if (typeof value !== "function") return value;
    return (...args: unknown[]): unknown => {
      const result: unknown = Reflect.apply(value, this.inner, args);
      return result === this.inner ? this : result;
    };
  }

  /** What the language itself asks of objects. */
  // biome-ignore lint/suspicious/noThenProperty: whoever waits for it asks
  get then(): undefined {
    if (this.has("then")) throw new NotInterpreted("an object with a method `then`");
    return undefined;
  }

  get [Symbol.iterator](): unknown {
    return this.#asked("@@iterator");
  }

  get [Symbol.asyncIterator](): unknown {
    return this.#asked("@@asyncIterator");
  }

  get [Symbol.dispose](): unknown {
    return this.#asked("@@dispose");
  }

  get [Symbol.asyncDispose](): unknown {
    return this.#asked("@@asyncDispose");
  }

  #asked(name: string): unknown {
    const method = this.get(name);
    return typeof method === "function" ? stillOf(() => asIterator(Reflect.apply(method, this, []))) : method;
  }

  get(name: string): unknown {
    if (this.fields.has(name)) return this.fields.get(name);
    const owner = this.cls.owner(name);
    if (owner !== null) {
      const method = owner.methods.get(name);
      if (method !== undefined) return unbound(method, name);
      const getter = owner.getters.get(name);
      if (getter === undefined && name.startsWith("\0"))
        throw new TypeError("a private member without a getter");
      return getter?.(this, []);
    }
    if (name === "constructor") return this.cls;
    if (this.inner !== null) return this.inherited(name);
    const { root } = this.cls;
    if (name === "name" && typeof root === "function") return root.name;
    if (name === "stack" && this.isError) return new Unknown("the stack of an error");
    const ofHost = this.#host?.(name);
    if (ofHost === undefined && (name in Object.prototype || (this.isError && name in Error.prototype)))
      throw new NotInterpreted(`it reads ${name} of an object`);
    return ofHost;
  }

  set(name: string, value: unknown): void {
    const owner = this.fields.has(name) ? null : this.cls.owner(name);
    const setter = owner?.setters.get(name);
    if (setter !== undefined) setter(this, [value]);
    else if (owner?.getters.has(name) === true)
      throw new TypeError(`Cannot set property ${name} of #<${owner.name}> which has only a getter`);
    else if (name.startsWith("\0") && owner !== null) throw new TypeError("Private method is not writable");
    else if (this.frozen && !name.startsWith("\0"))
      throw new TypeError(`Cannot assign to read only property '${name}' of an object`);
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
      const fields = [...this.fields].filter(([name]) => !HIDDEN.test(name));
      return `${this.cls.name} ${describeTerm(Object.fromEntries(fields))}`;
    } finally {
      described--;
    }
  }

  /** What operators, texts and the language's functions make of it. */
  [Symbol.toPrimitive](hint: string): unknown {
    if (this.has("@@toPrimitive"))
      return Reflect.apply(this.get("@@toPrimitive") as () => unknown, this, [hint]);
    for (const name of hint === "string" ? ["toString", "valueOf"] : ["valueOf", "toString"]) {
      if (!this.fields.has(name) && this.cls.owner(name) === null) {
        if (name === "toString") return this.isError ? this.#errorText() : this.text();
        continue;
      }
      const made = this.get(name);
      if (typeof made !== "function") continue;
      const value: unknown = Reflect.apply(made, this, []);
      if (typeof value !== "object" && typeof value !== "function") return value;
    }
    throw new TypeError("Cannot convert object to primitive value");
  }

  /** As the language writes an object. */
  text(): string {
    const tag = this.has("@@toStringTag") ? this.get("@@toStringTag") : undefined;
    return `[object ${typeof tag === "string" ? tag : "Object"}]`;
  }

  #errorText(): string {
    const [name, message] = [String(this.get("name")), String(this.get("message"))];
    return name === "" || message === "" ? name + message : `${name}: ${message}`;
  }

  has(name: string): boolean {
    return (
      this.fields.has(name) ||
      (this.isError && name in Error.prototype) ||
      this.cls.owner(name) !== null ||
      this.#host?.(name) !== undefined ||
      (this.inner !== null && this.#ofInner?.(keyNamed(name)) !== undefined)
    );
  }
}

/** What an object is for the platform. */
export function beneath(of: unknown): unknown {
  return of instanceof InstanceOf && of.inner !== null ? of.inner : of;
}

/** An object of a class as the language's own functions go through it. */
function asIterator(of: unknown): unknown {
  if (!(of instanceof InstanceOf)) return of;
  const ask = (name: string, args: unknown[]): unknown => {
    const step: unknown = Reflect.apply(of.get(name) as () => unknown, of, args);
    return step instanceof InstanceOf ? { done: step.get("done"), value: step.get("value") } : step;
  };
  return {
    next: (...args: unknown[]) => ask("next", args),
    ...(of.has("return") ? { return: (...args: unknown[]) => ask("return", args) } : {}),
    ...(of.has("throw") ? { throw: (...args: unknown[]) => ask("throw", args) } : {}),
  };
}
