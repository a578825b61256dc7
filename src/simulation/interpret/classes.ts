/** Classes of the program. */
import type { Class, Member, MemberKind, NodeExtras } from "../../model/code.ts";
import { DESCRIBE } from "../../runtime/reason.ts";
import { HIDDEN } from "./field-names.ts";
import { nameFunction } from "./known.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { PrototypeOf } from "./proxies.ts";
import type { Scope } from "./scope.ts";

type Plain = NodeExtras;

/** Nothing is known of stacks. */
export const captureStackTrace = (): void => {};

/** A class of the platform, and what makes its objects. */
export class OfPlatform {
  readonly cls: unknown;
  readonly make: (args: readonly unknown[]) => object;
  constructor(cls: unknown, make: OfPlatform["make"]) {
    this.cls = cls;
    this.make = make;
  }
}

/** A class of the program: code, and what it extends. */
export class ClassOf {
  readonly code: Class<Plain>;
  readonly scope: Scope;
  /** How its module calls it; null where no module does. */
  place: { readonly file: string; readonly name: string } | null;
  /** Another class of the program, the name of one of the library's, an error of the language, or a class of the platform. */
  readonly base: ClassOf | string | ErrorConstructor | OfPlatform | null;
  /** In their order, by the names that they have in the end. */
  members: readonly Member<Plain>[] = [];
  readonly statics = new Map<string, unknown>();
  readonly staticGetters = new Map<string, Callable>();
  readonly staticSetters = new Map<string, Callable>();
  /** What its methods are, made once. */
  readonly methods = new Map<string, Callable>();
  readonly getters = new Map<string, Callable>();
  readonly setters = new Map<string, Callable>();

  readonly name: string;

  constructor(
    code: Class<Plain>,
    name: string,
    scope: Scope,
    place: ClassOf["place"],
    base: ClassOf["base"],
  ) {
    this.code = code;
    this.name = name;
    this.scope = scope;
    this.place = place;
    this.base = base;
  }

  /** Where a module calls it something; "" where none does. */
  get file(): string {
    return this.place?.file ?? "";
  }

  /** The name by which plans know it. */
  get known(): { readonly file: string; readonly name: string } {
    return this.place ?? { file: "", name: this.name };
  }

  /** This class and those that it extends. */
  *chain(): Generator<ClassOf> {
    for (let cls: ClassOf["base"] = this; cls instanceof ClassOf; cls = cls.base) yield cls;
  }

  /** What is not the program's own and stands at the end of the chain. */
  get root(): string | ErrorConstructor | OfPlatform | null {
    let last: ClassOf = this;
    for (const cls of this.chain()) last = cls;
    return last.base instanceof ClassOf ? null : last.base;
  }

  /** A method; null where there is none, or something else in its place. */
  method(name: string): Callable | null {
    return this.owner(name)?.methods.get(name) ?? null;
  }

  /** The class, of those that it extends too, that has a member for its objects. */
  owner(name: string): ClassOf | null {
    for (const cls of this.chain())
      if (cls.methods.has(name) || cls.getters.has(name) || cls.setters.has(name)) return cls;
    return null;
  }

  add(kind: MemberKind, name: string, callable: Callable): void {
    if (kind === "method") {
      this.methods.set(name, callable);
      this.getters.delete(name);
      this.setters.delete(name);
    } else {
      this.methods.delete(name);
      (kind === "get" ? this.getters : this.setters).set(name, callable);
    }
  }

  addStatic(kind: MemberKind, name: string, callable: Callable): void {
    if (kind === "method") {
      this.statics.set(name, unbound(callable, name));
      this.staticGetters.delete(name);
      this.staticSetters.delete(name);
    } else {
      this.statics.delete(name);
      (kind === "get" ? this.staticGetters : this.staticSetters).set(name, callable);
    }
  }

  hasOwn(name: string): boolean {
    return this.statics.has(name) || this.staticGetters.has(name) || this.staticSetters.has(name);
  }

  /** A static member. */
  get(name: string): unknown {
    for (const cls of this.chain()) {
      if (cls.statics.has(name)) return cls.statics.get(name);
      const getter = cls.staticGetters.get(name);
      if (getter !== undefined) return getter(this, []);
      if (!cls.staticSetters.has(name)) continue;
      if (name.startsWith("\0")) throw new TypeError("a private member without a getter");
      return undefined;
    }
    if (name === "name") return this.name;
    if (typeof this.root === "function" && name === "captureStackTrace") return captureStackTrace;
    if (name === "@@hasInstance") return undefined;
    if (name === "prototype") return PrototypeOf.of(this);
    if (name in Function.prototype || (typeof this.root === "function" && name in this.root))
      throw new NotInterpreted(`it reads ${name} of a class`);
    return undefined;
  }

  set(name: string, value: unknown): void {
    for (const cls of this.chain()) {
      if (cls.statics.has(name)) {
        if (name.startsWith("\0") && cls.members.some((each) => each.name === name && each.kind === "method"))
          throw new TypeError("Private method is not writable");
        break;
      }
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
    for (const { base } of this.chain())
      if (base === other || (base instanceof OfPlatform && base.cls === other) || isAbove(other, base))
        return true;
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

const functions = new WeakMap<Callable, (this: unknown, ...args: unknown[]) => unknown>();

/** A method as a function, whose `this` is whatever it is called on. */
export function unbound(method: Callable, name: string): (this: unknown, ...args: unknown[]) => unknown {
  let made = functions.get(method);
  if (made === undefined) {
    made = function (this: unknown, ...args: unknown[]): unknown {
      return method(this, args);
    };
    if (!HIDDEN.test(name)) nameFunction(made, name);
    functions.set(method, made);
  }
  return made;
}
