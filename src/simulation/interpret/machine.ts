/**
 * Runs the code of a program's processes as it is written, without having the program: an interpreter for code as the model
 * has it. It computes, and does what processes do; nothing else is within its reach.
 */
import type { Class, Func, NodeExtras, Stmt } from "../../model/code.ts";
import type { FileCode } from "../../model/index.ts";
import { begin, spend, within } from "./budget.ts";
import { Expressions, type Frame, type Maker, type Steps } from "./expressions.ts";
import { CRYPTO, GLOBALS } from "./globals.ts";
import { type Callable, ClassOf, InstanceOf } from "./instances.ts";
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
  readonly #scopes = new Map<string, Scope>();
  readonly #globals: ReadonlyMap<string, unknown>;

  /** `outside`: what depends on the run, such as the time. */
  constructor(code: readonly FileCode[], outside: ReadonlyMap<string, unknown>) {
    this.#code = new Map(code.map((each) => [each.file, each]));
    this.#globals = new Map([...GLOBALS, ...outside]);
  }

  /** A callback begins. */
  begin(): void {
    begin();
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
    const value = sync(this.#define(stmt, file, name));
    this.#known.set(key, value);
    return value;
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
        set: (name, value) => void this.#known.set(`${file}#${name}`, value),
      });
      this.#scopes.set(file, scope);
    }
    return scope;
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
    throw new ReferenceError(`${name} is not defined`);
  }

  // ---- functions ----

  function(func: Func<NodeExtras>, scope: Scope, frame: Frame): unknown {
    const run = this.#callable(func, scope, frame.home, func.arrow ? frame : null);
    return function (this: unknown, ...args: unknown[]): unknown {
      return run(this, args);
    };
  }

  /** `around`: the frame whose `this` an arrow function has. */
  #callable(func: Func<NodeExtras>, scope: Scope, home: ClassOf | null, around: Frame | null): Callable {
    return (self, args) => {
      const frame = around ?? { self, home };
      const steps = this.#body(func, args, new Scope(scope), frame);
      return within(() => (func.async ? waiting(steps) : sync(steps)));
    };
  }

  *#body(func: Func<NodeExtras>, args: readonly unknown[], scope: Scope, frame: Frame): Steps {
    spend();
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
    const inner = new Scope(scope);
    const cls = new ClassOf(code, inner, file, base);
    if (code.name !== null) inner.declare(code.name, cls);
    for (const { kind, name, func, static: isStatic } of code.members) {
      if (func === null || kind === "constructor" || kind === "init") continue;
      const callable = this.#callable(func, inner, cls, null);
      if (isStatic && kind === "method") cls.statics.set(name, (...args: unknown[]) => callable(cls, args));
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
    this.construct(made, cls, args);
    return made;
  }

  /** Does what constructors and fields do, from the class at the end of the chain on. */
  construct(made: InstanceOf, cls: ClassOf, args: readonly unknown[]): void {
    const { base, code, scope } = cls;
    const above = (given: readonly unknown[]): void => {
      if (base instanceof ClassOf) this.construct(made, base, given);
      else if (isError(base)) {
        made.fields.set("message", given[0] === undefined ? "" : String(given[0]));
        made.fields.set("name", "Error");
      }
      this.#fields(made, cls);
    };
    const maker = code.members.find(({ kind }) => kind === "constructor")?.func ?? null;
    if (maker === null) {
      above(args);
      return;
    }
    if (base === null) above([]);
    const frame: Frame = { self: made, home: cls, construct: base === null ? () => {} : above };
    sync(this.#body(maker, args, new Scope(scope), frame));
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

function isError(value: unknown): value is ErrorConstructor {
  return (
    typeof value === "function" && (value === Error || Object.prototype.isPrototypeOf.call(Error, value))
  );
}

/** What does not wait. */
function sync<T>(steps: Generator<unknown, T>): T {
  const { done, value } = steps.next();
  if (done !== true) throw new NotInterpreted("it waits where nothing can wait");
  return value;
}

/** What may wait. A failure that nobody waits for ends nothing here. */
function waiting<T>(steps: Generator<unknown, T>): Promise<T> {
  const end = drive(steps);
  end.catch(() => {});
  return end;
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
