/**
 * Runs the code of a program's processes as it is written, without having the program: an interpreter for code as the model
 * has it. It computes, and does what processes do; nothing else is within its reach.
 */
import type { Class, Func, NodeExtras, Stmt } from "../../model/code.ts";
import type { FileCode } from "../../model/index.ts";
import { Account, spend, within } from "./budget.ts";
import { Expressions, type Frame, type Maker, type Steps } from "./expressions.ts";
import { CRYPTO, GLOBALS } from "./globals.ts";
import { type Callable, ClassOf, InstanceOf, unbound } from "./instances.ts";
import { COMPUTED, SHARED_PRIVATE } from "./known.ts";
import { LIBRARY, libraryMethod } from "./library.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { Scope } from "./scope.ts";
import { Return, Statements } from "./statements.ts";

type Definition = Stmt<NodeExtras>;

export class Machine implements Maker {
  readonly #code: ReadonlyMap<string, FileCode>;
  readonly #expressions = new Expressions(this);
  readonly #statements = new Statements(this, this.#expressions);
  /** What modules define, by file and name, as far as somebody has asked. */
  readonly #known = new Map<string, unknown>();
  /** What is being found out. */
  readonly #making = new Set<string>();
  readonly #scopes = new Map<string, Scope>();
  readonly #globals: ReadonlyMap<string, unknown>;
  readonly #account = new Account();
  /** Hears what cannot be followed of the callback that runs. */
  #lost: (thrown: NotInterpreted) => void = () => {};

  /** `outside`: what depends on the run, such as the time. */
  constructor(code: readonly FileCode[], outside: ReadonlyMap<string, unknown>) {
    this.#code = new Map(code.map((each) => [each.file, each]));
    this.#globals = new Map([...GLOBALS, ...outside]);
  }

  /** A callback begins. */
  begin(lost: (thrown: NotInterpreted) => void = () => {}): void {
    this.#account.begin();
    this.#lost = lost;
  }

  /** The class of a process; null where the program's code has none of this name. */
  classNamed(file: string, name: string): ClassOf | null {
    const found = this.#definition(file, name);
    return found instanceof ClassOf ? found : null;
  }

  /** The variables of modules, which all processes share. */
  shared(): unknown[] {
    return [...this.#known.values()].filter(
      (value) => typeof value !== "function" && !(value instanceof ClassOf),
    );
  }

  #definition(file: string, name: string): unknown {
    const key = `${file}#${name}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const stmt = this.#code.get(file)?.definitions[name] as Definition | undefined;
    if (stmt === undefined) throw new NotInterpreted(`${name} is not known`);
    if (this.#making.has(key)) throw new ReferenceError(`Cannot access '${name}' before initialization`);
    this.#making.add(key);
    try {
      const value = within(() => sync(this.#define(stmt, file, name)));
      this.#known.set(key, value);
      return value;
    } finally {
      this.#making.delete(key);
    }
  }

  *#define(stmt: Definition, file: string, name: string): Steps {
    const scope = this.#module(file);
    const frame: Frame = { self: undefined, home: null };
    if (stmt.kind === "functionDeclaration") return this.function(stmt.func, scope, frame);
    if (stmt.kind === "classDeclaration") return this.class(stmt.class, scope, frame, file);
    if (stmt.kind === "enum") return yield* this.#statements.enumeration(stmt, scope, frame);
    const inside = new Scope(scope);
    yield* this.#statements.run([stmt], inside, frame);
    return inside.get(name);
  }

  #module(file: string): Scope {
    let scope = this.#scopes.get(file);
    if (scope === undefined) {
      scope = new Scope(null, {
        get: (name) => this.#outsideOf(file, name),
        set: (name, value) => this.#setOutside(file, name, value),
      });
      this.#scopes.set(file, scope);
    }
    return scope;
  }

  #setOutside(file: string, name: string, value: unknown): void {
    const stmt = this.#code.get(file)?.definitions[name] as Definition | undefined;
    if (stmt === undefined) throw new NotInterpreted(`it gives ${name} a value`);
    if (stmt.kind === "var" && stmt.constant) throw new TypeError("Assignment to constant variable.");
    this.#known.set(`${file}#${name}`, value);
  }

  #outsideOf(file: string, name: string): unknown {
    const module = this.#code.get(file);
    if (module !== undefined && Object.hasOwn(module.definitions, name)) return this.#definition(file, name);
    if (module !== undefined && Object.hasOwn(module.imports, name)) {
      const from = module.imports[name]!;
      if ("file" in from) return this.#definition(from.file, from.name);
      if (CRYPTO.test(from.package) && from.name === "randomUUID")
        return (this.#globals.get("crypto") as { randomUUID: unknown }).randomUUID;
      if (LIBRARY.has(from.name)) return LIBRARY.get(from.name);
      throw new NotInterpreted(`${from.name} of ${from.package}`);
    }
    if (this.#globals.has(name)) return this.#globals.get(name);
    throw new NotInterpreted(`it uses ${name}`);
  }

  // ---- functions ----

  function(func: Func<NodeExtras>, scope: Scope, frame: Frame, named = false): unknown {
    if (func.generator) throw new NotInterpreted("a generator");
    const inside = new Scope(scope);
    const run = this.#callable(func, inside, frame.home, func.arrow ? frame : null);
    const made = func.arrow
      ? (...args: unknown[]): unknown => run(undefined, args)
      : function (this: unknown, ...args: unknown[]): unknown {
          return run(this, args);
        };
    // By its own name it knows itself, unless that is a variable around it.
    if (func.name !== null && !func.arrow && named) inside.declare(func.name, made);
    return made;
  }

  /** `around`: the frame whose `this` an arrow function has. */
  #callable(func: Func<NodeExtras>, scope: Scope, home: ClassOf | null, around: Frame | null): Callable {
    return (self, args) => {
      const frame = around ?? { self, home };
      const steps = this.#body(func, args, new Scope(scope), frame);
      return within(() => (func.async ? this.#waiting(steps) : sync(steps)));
    };
  }

  *#body(func: Func<NodeExtras>, args: readonly unknown[], scope: Scope, frame: Frame): Steps {
    spend();
    for (const { target } of func.params) if (target.kind === "identifier") scope.announce(target.name);
    for (const [n, { target, default: otherwise, rest }] of func.params.entries()) {
      const given = rest ? args.slice(n) : args[n];
      const value =
        given === undefined && otherwise !== null
          ? yield* this.#expressions.evaluate(otherwise, scope, frame)
          : given;
      yield* this.#expressions.assign(target, value, scope, frame, true);
    }
    if (!Array.isArray(func.body)) return yield* this.#expressions.evaluate(func.body, scope, frame);
    const completion = yield* this.#statements.run(func.body, scope, frame);
    return completion instanceof Return ? completion.value : undefined;
  }

  /** What may wait. A failure that nobody waits for ends nothing here. */
  #waiting<T>(steps: Generator<unknown, T>): Promise<T> {
    const lost = this.#lost;
    const end = drive(steps);
    end.catch((thrown: unknown) => {
      if (thrown instanceof NotInterpreted) lost(thrown);
    });
    return end;
  }

  block(body: readonly Definition[], scope: Scope, frame: Frame): Steps {
    return this.#statements.block(body, scope, frame);
  }

  library(name: string): Callable | null {
    return libraryMethod(name);
  }

  // ---- classes ----

  /** `file`: where it is defined, at the top of a module. */
  class(code: Class<NodeExtras>, scope: Scope, frame: Frame, file = ""): ClassOf {
    const base = code.base === null ? null : sync(this.#expressions.evaluate(code.base, scope, frame));
    if (base !== null && !(base instanceof ClassOf) && typeof base !== "string" && !isError(base))
      throw new NotInterpreted("a class that extends something that is not known");
    if (code.computed === true) throw new NotInterpreted(COMPUTED);
    if (code.decorated === true) throw new NotInterpreted("decorators");
    if (base instanceof ClassOf && sharesPrivate(code, base)) throw new NotInterpreted(SHARED_PRIVATE);
    const inner = new Scope(scope);
    const cls = new ClassOf(code, inner, file, base);
    if (code.name !== null) inner.declare(code.name, cls);
    for (const { kind, name, func, static: isStatic } of code.members) {
      if (func === null || kind === "constructor" || kind === "init") continue;
      const callable = this.#callable(func, inner, cls, null);
      if (isStatic && kind === "method") cls.statics.set(name, unbound(callable));
      else if (isStatic && kind === "get") cls.staticGetters.set(name, callable);
      else if (isStatic && kind === "set") cls.staticSetters.set(name, callable);
      else if (kind === "method") cls.methods.set(name, callable);
      else if (kind === "get") cls.getters.set(name, callable);
      else if (kind === "set") cls.setters.set(name, callable);
    }
    for (const { kind, name, value, func, static: isStatic } of code.members) {
      if (!isStatic) continue;
      const inside: Frame = { self: cls, home: cls };
      if (kind === "field")
        cls.statics.set(
          name,
          value === null ? undefined : sync(this.#expressions.evaluate(value, inner, inside)),
        );
      else if (kind === "init" && func !== null) this.#callable(func, inner, cls, inside)(cls, []);
    }
    return cls;
  }

  make(cls: ClassOf, args: readonly unknown[]): InstanceOf {
    const made = new InstanceOf(cls);
    within(() => this.construct(made, cls, args));
    return made;
  }

  /** Does what constructors and fields do, from the class at the end of the chain on. */
  construct(made: InstanceOf, cls: ClassOf, args: readonly unknown[]): void {
    const { base, code, scope } = cls;
    let isMade = base === null;
    const above = (given: readonly unknown[]): void => {
      if (base instanceof ClassOf) this.construct(made, base, given);
      else if (isError(base)) {
        made.fields.set("message", given[0] === undefined ? "" : String(given[0]));
        const options = given[1];
        if (typeof options === "object" && options !== null && "cause" in options)
          made.fields.set("cause", options.cause);
        for (const name of ["message", "cause"]) made.hidden.add(name);
      }
      isMade = true;
      this.#fields(made, cls);
    };
    const maker = code.members.find(({ kind }) => kind === "constructor")?.func ?? null;
    if (maker === null) {
      above(args);
      return;
    }
    if (base === null) above([]);
    const frame: Frame = { self: made, home: cls, construct: base === null ? () => {} : above };
    if (sync(this.#body(maker, args, new Scope(scope), frame)) !== undefined)
      throw new NotInterpreted("a constructor that returns something");
    if (!isMade)
      throw new ReferenceError(
        "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
      );
  }

  #fields(made: InstanceOf, cls: ClassOf): void {
    const frame: Frame = { self: made, home: cls };
    for (const { kind, name, static: isStatic, abstract, value } of cls.code.members) {
      if (kind !== "field" || isStatic || abstract) continue;
      if (value !== null) made.fields.set(name, sync(this.#expressions.evaluate(value, cls.scope, frame)));
      // A parameter of the constructor may have set it.
      else if (!made.fields.has(name)) made.fields.set(name, undefined);
    }
  }
}

/** Private members of two classes are two, though they have one name. */
function sharesPrivate(code: Class<NodeExtras>, base: ClassOf): boolean {
  const own = code.members.map(({ name }) => name).filter((name) => name.startsWith("#"));
  return [...base.chain()].some((cls) => cls.code.members.some(({ name }) => own.includes(name)));
}

function isError(value: unknown): value is ErrorConstructor {
  return value === Error || value === TypeError || value === RangeError;
}

/** What does not wait. */
function sync<T>(steps: Generator<unknown, T>): T {
  const { done, value } = steps.next();
  if (done !== true) throw new NotInterpreted("it waits where nothing can wait");
  return value;
}

async function drive<T>(steps: Generator<unknown, T>): Promise<T> {
  let step = steps.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (thrown) {
      step = steps.throw(thrown);
      continue;
    }
    step = steps.next(value);
  }
  return step.value;
}
