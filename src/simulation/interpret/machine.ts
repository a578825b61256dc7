/**
 * Runs the code of a program's processes as it is written, without having the program: an interpreter for code as the model
 * has it. It computes, and does what processes do; nothing else is within its reach.
 */
import type { Class, Func, NodeExtras, Stmt } from "../../model/code.ts";
import type { FileCode } from "../../model/index.ts";
import { Account, spend, unattended, within } from "./budget.ts";
import { Classes } from "./class-making.ts";
import { type Callable, ClassOf } from "./classes.ts";
import { Expressions } from "./expressions.ts";
import type { Frame, Maker, Steps } from "./frame.ts";
import { giving, Return, sync } from "./generators.ts";
import { givingLater } from "./generators-later.ts";
import { GLOBALS, ofNode } from "./globals.ts";
import type { InstanceOf } from "./instances.ts";
import { nameFunction, ofProgram, sizeFunction } from "./known.ts";
import { LIBRARY, libraryMethod } from "./library.ts";
import { isLost, NotInterpreted } from "./not-interpreted.ts";
import { running, stillOf } from "./running.ts";
import { Scope } from "./scope.ts";
import { Statements } from "./statements.ts";
import { functionScoped, namesIn } from "./variables.ts";

type Definition = Stmt<NodeExtras>;

export class Machine implements Maker {
  readonly #code: ReadonlyMap<string, FileCode>;
  readonly #expressions = new Expressions(this);
  readonly #classes = new Classes(this, this.#expressions);
  readonly #statements = new Statements(this, this.#expressions);
  /** What modules define, by file and name, as far as somebody has asked. */
  readonly #known = new Map<string, unknown>();
  /** What is being found out. */
  readonly #making = new Set<string>();
  readonly #scopes = new Map<string, Scope>();
  /** What modules change while they are loaded where that was not followed, as in `#known`, and why. */
  readonly #lost = new Map<string, string>();
  #isLoaded = false;
  readonly #globals: ReadonlyMap<string, unknown>;
  readonly #account = new Account();

  /** `outside`: what depends on the run, such as the time. */
  constructor(code: readonly FileCode[], outside: ReadonlyMap<string, unknown>) {
    this.#code = new Map(code.map((each) => [each.file, each]));
    this.#globals = new Map([...GLOBALS, ...outside]);
  }

  /** Does what modules do while they are loaded, before anybody has anything of them. */
  #load(): void {
    this.#isLoaded = true;
    for (const { file, load = [] } of this.#code.values())
      for (const { does, changes } of load) {
        let lost: string | null = null;
        const frame: Frame = { self: undefined, home: null };
        const hear = ({ message }: Error): void => {
          lost ??= message;
        };
        try {
          const steps = this.#statements.run([does as Definition], new Scope(this.#module(file)), frame);
          running(hear, () => within(() => sync(steps)));
        } catch (thrown) {
          lost ??= isLost(thrown) ? thrown.message : "a module fails while it is loaded";
        }
        if (lost !== null) for (const each of changes) this.#lost.set(keyOf(each), lost);
      }
  }

  /** A callback begins. */
  begin(): void {
    this.#account.begin();
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
    const key = keyOf({ file, name });
    if (!this.#isLoaded) this.#load();
    const lost = this.#lost.get(key);
    if (lost !== undefined) throw new NotInterpreted(lost);
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
    if (stmt.kind === "classDeclaration")
      return this.#classes.class(stmt.class, scope, frame, { place: { file, name } });
    if (stmt.kind === "enum") return yield* this.#statements.enumeration(stmt, scope, frame);
    const inside = new Scope(scope);
    for (const each of functionScoped([stmt])) inside.hoist(each);
    yield* this.#statements.run([stmt], inside, frame);
    const value = inside.get(name);
    if (value instanceof ClassOf) value.place ??= { file, name };
    return value;
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
    this.#known.set(keyOf({ file, name }), value);
  }

  #outsideOf(file: string, name: string): unknown {
    const module = this.#code.get(file);
    if (module !== undefined && Object.hasOwn(module.definitions, name)) return this.#definition(file, name);
    if (module !== undefined && Object.hasOwn(module.imports, name)) {
      const from = module.imports[name]!;
      if ("file" in from) return this.#definition(from.file, from.name);
      const node = ofNode(from.package, from.name);
      if (node !== null) {
        if ("value" in node) return node.value;
        const value = this.#globals.get(node.global);
        return node.member === undefined ? value : (value as Record<string, unknown>)[node.member];
      }
      if (LIBRARY.has(from.name)) return LIBRARY.get(from.name);
      throw new NotInterpreted(`${from.name} of ${from.package}`);
    }
    if (this.#globals.has(name)) return this.#globals.get(name);
    throw new NotInterpreted(`it uses ${name}`);
  }

  // ---- functions ----

  function(
    func: Func<NodeExtras>,
    scope: Scope,
    frame: Frame,
    named = false,
    name: string | null = func.name,
  ): unknown {
    const inside = new Scope(scope);
    const run = this.callable(func, inside, frame.home, func.arrow ? frame : null);
    const optional = func.params.findIndex(({ default: otherwise, rest }) => otherwise !== null || rest);
    const made = sizeFunction(
      ofProgram(
        nameFunction(
          func.arrow
            ? (...args: unknown[]): unknown => run(undefined, args)
            : function (this: unknown, ...args: unknown[]): unknown {
                return run(this, args);
              },
          name,
        ),
      ),
      optional === -1 ? func.params.length : optional,
    );
    // By its own name it knows itself, unless that is a variable around it.
    if (func.name !== null && !func.arrow && named) inside.declare(func.name, made, true);
    return made;
  }

  /** `around`: the frame whose `this` an arrow function has. */
  callable(func: Func<NodeExtras>, scope: Scope, home: ClassOf | null, around: Frame | null): Callable {
    return (self, args) => {
      const frame = around ?? { self, home };
      const own = new Scope(scope);
      own.later = false;
      if (!func.arrow) own.given = args;
      if (func.generator) {
        // It takes what it is given when it is called, and begins when it is asked.
        within(() => sync(this.parameters(func, args, own, frame)));
        if (func.async) own.later = true;
        const steps = this.inside(func, own, frame);
        return func.async ? givingLater(steps) : giving(steps);
      }
      const steps = this.#body(func, args, own, frame);
      return within(() => (func.async ? unattended(drive(steps)) : sync(steps)));
    };
  }

  *#body(func: Func<NodeExtras>, args: readonly unknown[], scope: Scope, frame: Frame): Steps {
    yield* this.parameters(func, args, scope, frame);
    return yield* this.inside(func, scope, frame);
  }

  *parameters(
    func: Func<NodeExtras>,
    args: readonly unknown[],
    scope: Scope,
    frame: Frame,
  ): Generator<unknown, void> {
    spend();
    for (const { target } of func.params) for (const name of namesIn(target)) scope.announce(name);
    for (const [n, { target, default: otherwise, rest }] of func.params.entries()) {
      const given = rest ? args.slice(n) : args[n];
      const value =
        given === undefined && otherwise !== null
          ? yield* this.#expressions.given(
              otherwise,
              target.kind === "identifier" ? target.name : "",
              scope,
              frame,
            )
          : given;
      yield* this.#expressions.patterns.assign(target, value, scope, frame, true);
    }
  }

  *inside(func: Func<NodeExtras>, scope: Scope, frame: Frame): Steps {
    if (!Array.isArray(func.body)) return yield* this.#expressions.evaluate(func.body, scope, frame);
    const vars = functionScoped(func.body);
    const isComputed = func.params.some(
      ({ target, default: or }) => or !== null || target.kind !== "identifier",
    );
    const own = isComputed && vars.length > 0 ? scope.inside() : scope;
    for (const name of vars) own.hoist(name);
    const completion = yield* this.#statements.run(func.body, own, frame);
    return completion instanceof Return ? completion.value : undefined;
  }

  block(body: readonly Definition[], scope: Scope, frame: Frame): Steps {
    return this.#statements.block(body, scope, frame);
  }

  library(name: string): Callable | null {
    return libraryMethod(name);
  }

  class(code: Class<NodeExtras>, scope: Scope, frame: Frame, how?: { name?: string }): ClassOf {
    return this.#classes.class(code, scope, frame, how);
  }

  make(cls: ClassOf, args: readonly unknown[]): InstanceOf {
    return this.#classes.make(cls, args);
  }

  /** Does what constructors and fields do, from the class at the end of the chain on. */
  construct(made: InstanceOf, cls: ClassOf, args: readonly unknown[]): void {
    this.#classes.construct(made, cls, args);
  }
}

const keyOf = ({ file, name }: { file: string; name: string }): string => `${file}#${name}`;

/** What may wait. */
async function drive<T>(steps: Generator<unknown, T>): Promise<T> {
  const still = stillOf((go: () => IteratorResult<unknown, T>) => go());
  let step = steps.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (thrown) {
      step = still(() => steps.throw(thrown));
      continue;
    }
    step = still(() => steps.next(value));
  }
  return step.value;
}
