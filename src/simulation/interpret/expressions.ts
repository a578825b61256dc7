/** Expressions of code that is interpreted. A generator yields what is waited for. */
import type { Class, Expr, Func, NodeExtras, Pattern, Prop, Stmt } from "../../model/code.ts";
import { bounded, PER_STEP, room, spend, spendOn, spendOnAll } from "./budget.ts";
import { type Callable, ClassOf, InstanceOf } from "./instances.ts";
import { isConstructor, isPartial } from "./known.ts";
import { counted, unattended } from "./natives.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { binary, unary } from "./operators.ts";
import { entriesOf, get, remove, set } from "./properties.ts";
import type { Scope } from "./scope.ts";

export type Code = Expr<NodeExtras>;
export type Steps = Generator<unknown, unknown>;

/** What `this` and `super` are. */
export interface Frame {
  readonly self: unknown;
  readonly home: ClassOf | null;
  /** Called by `super(...)`. */
  readonly construct?: (args: readonly unknown[]) => void;
}

/** How functions and classes come to be: see `Machine`. */
export interface Maker {
  /** `named`: an expression, which has its own name for itself. */
  function(func: Func<NodeExtras>, scope: Scope, frame: Frame, named?: boolean): unknown;
  class(code: Class<NodeExtras>, scope: Scope, frame: Frame): ClassOf;
  make(cls: ClassOf, args: readonly unknown[]): unknown;
  block(body: readonly Stmt<NodeExtras>[], scope: Scope, frame: Frame): Steps;
  /** What the library's own class does on a callback that the program's does not have. */
  library(name: string): Callable | null;
}

/** What a chain with `?.` is when it ends early. */
const SHORT = Symbol("ended early");

export class Expressions {
  readonly #maker: Maker;

  constructor(maker: Maker) {
    this.#maker = maker;
  }

  *evaluate(x: Code, scope: Scope, frame: Frame): Steps {
    const value = yield* this.#link(x, scope, frame);
    return value === SHORT ? undefined : value;
  }

  *#link(x: Code, scope: Scope, frame: Frame): Steps {
    spend();
    switch (x.kind) {
      case "literal":
        return x.value;
      case "identifier":
        return scope.get(x.name);
      case "this":
        return frame.self;
      case "template": {
        let text = "";
        for (const part of x.parts)
          text += typeof part === "string" ? part : textOf(yield* this.evaluate(part, scope, frame));
        return bounded(text);
      }
      case "object":
        return yield* this.#object(x.props, scope, frame);
      case "array":
        return yield* this.list(x.items, scope, frame);
      case "get":
        return yield* this.#get(x, scope, frame);
      case "index": {
        const object = yield* this.#link(x.object, scope, frame);
        if (object === SHORT || (x.optional === true && isNothing(object))) return SHORT;
        return get(object, keyOf(yield* this.evaluate(x.index, scope, frame)));
      }
      case "call":
        return yield* this.#call(x, scope, frame);
      case "new":
        return yield* this.#new(x, scope, frame);
      case "conditional":
        return (yield* this.evaluate(x.test, scope, frame))
          ? yield* this.evaluate(x.consequent, scope, frame)
          : yield* this.evaluate(x.alternate, scope, frame);
      case "binary":
        return yield* this.#binary(x, scope, frame);
      case "unary":
        return unary(x.op, yield* this.evaluate(x.argument, scope, frame));
      case "assignment":
        return yield* this.#assignment(x, scope, frame);
      case "function":
        return this.#maker.function(x.func, scope, frame, true);
      case "class":
        return this.#maker.class(x.class, scope, frame);
      case "await":
        return yield awaited(yield* this.evaluate(x.argument, scope, frame));
      case "opaque":
        throw new NotInterpreted(x.what);
      default:
        throw new NotInterpreted(`an expression of the kind ${x.kind}`);
    }
  }

  *#get(x: Code & { kind: "get" }, scope: Scope, frame: Frame): Steps {
    if (x.object.kind === "super") return this.#super(x.name, frame);
    const object = yield* this.#link(x.object, scope, frame);
    if (object === SHORT || (x.optional && isNothing(object))) return SHORT;
    return get(object, x.name);
  }

  #super(name: string, { self, home }: Frame): unknown {
    const base = home?.base;
    if (self instanceof ClassOf) {
      const inherited = base instanceof ClassOf ? base.get(name) : undefined;
      if (typeof inherited === "function")
        return (...args: unknown[]) => Reflect.apply(inherited, self, args);
      throw new NotInterpreted(`super.${name}`);
    }
    const method = base instanceof ClassOf ? base.find("methods", name) : null;
    const found = method ?? this.#maker.library(name);
    if (found === null) throw new NotInterpreted(`super.${name}`);
    return (...args: unknown[]) => found(self, args);
  }

  *#call(x: Code & { kind: "call" }, scope: Scope, frame: Frame): Steps {
    const { callee } = x;
    if (callee.kind === "super") {
      frame.construct?.(yield* this.list(x.args, scope, frame));
      return undefined;
    }
    let self: unknown;
    let fn: unknown;
    if ((callee.kind === "get" || callee.kind === "index") && callee.object.kind !== "super") {
      self = yield* this.#link(callee.object, scope, frame);
      if (self === SHORT || (callee.optional === true && isNothing(self))) return SHORT;
      const name =
        callee.kind === "get" ? callee.name : keyOf(yield* this.evaluate(callee.index, scope, frame));
      fn = get(self, name);
    } else {
      fn = yield* this.#link(callee, scope, frame);
    }
    if (fn === SHORT || (x.optional && isNothing(fn))) return SHORT;
    const args = yield* this.list(x.args, scope, frame);
    if (fn instanceof ClassOf)
      throw new TypeError(`Class constructor ${fn.name} cannot be invoked without 'new'`);
    if (isPartial(fn) || typeof fn === "string")
      throw new NotInterpreted("it calls what is not known as a function");
    if (typeof fn !== "function") throw new TypeError(`${written(callee)} is not a function`);
    if (fn === Array) roomFor(args);
    return unattended(Reflect.apply(fn, self, args));
  }

  *#new(x: Code & { kind: "new" }, scope: Scope, frame: Frame): Steps {
    const cls = yield* this.evaluate(x.callee, scope, frame);
    const args = yield* this.list(x.args, scope, frame);
    if (cls instanceof ClassOf) return this.#maker.make(cls, args);
    if (typeof cls !== "function" && !isPartial(cls) && typeof cls !== "string")
      throw new TypeError(`${written(x.callee)} is not a constructor`);
    if (!isConstructor(cls)) throw new NotInterpreted("it makes one of what is not known as a class");
    if (cls === Array) roomFor(args);
    for (const each of args) spendOnAll(each);
    return unattended(Reflect.construct(cls, args.map(counted)));
  }

  /** The values of several expressions, some of them spread. */
  *list(items: readonly Code[], scope: Scope, frame: Frame): Generator<unknown, unknown[]> {
    const list: unknown[] = [];
    for (const item of items)
      if (item.kind === "spread") {
        const items = (yield* this.evaluate(item.argument, scope, frame)) as Iterable<unknown>;
        if (!isIterable(items)) throw new TypeError(`${written(item.argument)} is not iterable`);
        spendOn(items);
        for (const each of items) {
          spend(1 / PER_STEP);
          list.push(each);
        }
      } else if (item.kind === "literal" && item.hole === true) list.length += 1;
      else list.push(yield* this.evaluate(item, scope, frame));
    spendOn(list);
    return list;
  }

  *#object(props: readonly Prop<NodeExtras>[], scope: Scope, frame: Frame): Steps {
    const object = {};
    for (const prop of props) {
      if (prop.kind === "spread") {
        const from = yield* this.evaluate(prop.argument, scope, frame);
        for (const [name, value] of entriesOf(from)) set(object, name, value);
      } else if (prop.kind === "property") {
        const name =
          typeof prop.name === "string" ? prop.name : keyOf(yield* this.evaluate(prop.name, scope, frame));
        const { value } = prop;
        // A method does not know itself by its name.
        const isMethod = value.kind === "function" && value.func.name === name;
        set(
          object,
          name,
          isMethod
            ? this.#maker.function(value.func, scope, frame)
            : yield* this.evaluate(value, scope, frame),
        );
      } else throw new NotInterpreted("an object with a getter or a setter");
    }
    return object;
  }

  *#binary(x: Code & { kind: "binary" }, scope: Scope, frame: Frame): Steps {
    const left = yield* this.evaluate(x.left, scope, frame);
    if (x.op === "&&" ? !left : x.op === "||" ? left : x.op === "??" ? !isNothing(left) : false) return left;
    const right = yield* this.evaluate(x.right, scope, frame);
    return x.op === "&&" || x.op === "||" || x.op === "??" || x.op === ","
      ? right
      : bounded(binary(x.op, left, right));
  }

  *#assignment(x: Code & { kind: "assignment" }, scope: Scope, frame: Frame): Steps {
    const { op, target } = x;
    if (op === "=") {
      // What is assigned to is found first.
      const found = target.kind === "reference" ? yield* this.#place(target, scope, frame) : null;
      const value = yield* this.evaluate(x.value, scope, frame);
      if (found === null) yield* this.assign(target, value, scope, frame, false);
      else found.set(value);
      return value;
    }
    const place = yield* this.#place(target, scope, frame);
    if (op === "delete") return place.remove();
    const before = x.step === true ? Number(place.get()) : place.get();
    if (op === "??=" ? !isNothing(before) : op === "||=" ? before : op === "&&=" ? !before : false)
      return before;
    const right = yield* this.evaluate(x.value, scope, frame);
    const after =
      op === "??=" || op === "||=" || op === "&&=" ? right : bounded(binary(op.slice(0, -1), before, right));
    place.set(after);
    return x.post === true ? before : after;
  }

  *#place(target: Pattern<NodeExtras>, scope: Scope, frame: Frame): Generator<unknown, Place> {
    if (target.kind === "identifier")
      return {
        get: () => scope.get(target.name),
        set: (value) => scope.set(target.name, value),
        remove: () => false,
      };
    if (target.kind !== "reference") throw new NotInterpreted("an assignment of this kind");
    const { expr } = target;
    if (expr.kind !== "get" && expr.kind !== "index") throw new NotInterpreted("an assignment of this kind");
    const object = yield* this.evaluate(expr.object, scope, frame);
    const name = expr.kind === "get" ? expr.name : keyOf(yield* this.evaluate(expr.index, scope, frame));
    return {
      get: () => get(object, name),
      set: (value) => set(object, name, value),
      remove: () => remove(object, name),
    };
  }

  /** Gives what a pattern names its values; `declares`: variables that are there from now on. */
  *assign(
    target: Pattern<NodeExtras>,
    value: unknown,
    scope: Scope,
    frame: Frame,
    declares: boolean,
    constant = false,
  ): Generator<unknown, void> {
    if (target.kind === "identifier") {
      if (declares) scope.declare(target.name, value, constant);
      else scope.set(target.name, value);
    } else if (target.kind === "reference") (yield* this.#place(target, scope, frame)).set(value);
    else if (target.kind === "arrayPattern") {
      if (isNothing(value) || !isIterable(value)) throw new TypeError(`${String(value)} is not iterable`);
      const items = this.#taken(value, target.rest === null ? target.parts.length : Number.POSITIVE_INFINITY);
      for (const [n, part] of target.parts.entries())
        if (part !== null)
          yield* this.assign(
            part.target,
            yield* this.#or(items[n], part, scope, frame),
            scope,
            frame,
            declares,
            constant,
          );
      if (target.rest !== null)
        yield* this.assign(target.rest, items.slice(target.parts.length), scope, frame, declares, constant);
    } else {
      if (isNothing(value)) throw nothingIn(value, target.parts[0]?.name);
      const taken = new Set<string>();
      for (const part of target.parts) {
        if (part.name === null) throw new NotInterpreted("a pattern with a computed name");
        taken.add(part.name);
        const given = yield* this.#or(get(value, part.name), part, scope, frame);
        yield* this.assign(part.target, given, scope, frame, declares, constant);
      }
      if (target.rest === null) return;
      const others = Object.fromEntries(entriesOf(value).filter(([name]) => !taken.has(name)));
      yield* this.assign(target.rest, others, scope, frame, declares, constant);
    }
  }

  /** As many of the first as are asked for. */
  #taken(from: Iterable<unknown>, count: number): unknown[] {
    const items: unknown[] = [];
    if (count === Number.POSITIVE_INFINITY) spendOn(from);
    const iterator = from[Symbol.iterator]();
    while (items.length < count) {
      const { done, value } = iterator.next();
      if (done === true) return items;
      items.push(value);
    }
    iterator.return?.();
    return items;
  }

  *#or(value: unknown, part: { default: Code | null }, scope: Scope, frame: Frame): Steps {
    return value === undefined && part.default !== null
      ? yield* this.evaluate(part.default, scope, frame)
      : value;
  }
}

interface Place {
  get(): unknown;
  set(value: unknown): void;
  remove(): boolean;
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

const keyOf = (value: unknown): PropertyKey =>
  typeof value === "number" || typeof value === "string" ? value : textOf(value);

/** As a template writes it. */
function textOf(value: unknown): string {
  spendOnAll(value);
  if (typeof value === "function") throw new NotInterpreted("it writes a function as text");
  return String(value);
}

function awaited(value: unknown): unknown {
  if (value instanceof InstanceOf && value.has("then"))
    throw new NotInterpreted("it waits for an object with a method `then`");
  return value;
}

/** What `Array` is given may be a length. */
function roomFor(args: readonly unknown[]): void {
  if (args.length !== 1 || typeof args[0] !== "number") return;
  room(args[0]);
  spend(args[0] / PER_STEP);
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function";
}

function nothingIn(value: unknown, name: string | null | undefined): TypeError {
  const what = typeof name === "string" ? `property '${name}' of ` : "";
  return new TypeError(`Cannot destructure ${what}'${String(value)}' as it is ${String(value)}.`);
}

/** An expression as the engine names it in its messages. */
export function written(x: Code): string {
  switch (x.kind) {
    case "identifier":
      return x.name;
    case "this":
      return "this";
    case "super":
      return "(intermediate value)";
    case "literal":
      return typeof x.value === "string" ? JSON.stringify(x.value) : String(x.value);
    case "get":
      return x.object.kind === "super" ? `(intermediate value).${x.name}` : `${written(x.object)}.${x.name}`;
    case "index":
      return `${written(x.object)}[${x.index.kind === "literal" ? String(x.index.value) : "..."}]`;
    case "call":
      return `${written(x.callee)}(...)`;
    default:
      return "(intermediate value)";
  }
}
