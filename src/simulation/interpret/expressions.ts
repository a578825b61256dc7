/** Expressions of code that is interpreted. A generator yields what is waited for. */
import type { NodeExtras, Prop } from "../../model/code.ts";
import { bounded, PER_STEP, room, spend, spendOn, spendOnAll, unattended } from "./budget.ts";
import { ClassOf } from "./classes.ts";
import { HIDDEN } from "./field-names.ts";
import type { Code, Frame, Maker, Steps } from "./frame.ts";
import { Given, givingAll } from "./generators.ts";
import { givingAllLater } from "./generators-later.ts";
import { InstanceOf } from "./instances.ts";
import { isConstructor, isPartial, makerOf } from "./known.ts";
import { isAsyncIterable, isIterable, isNothing, keyIn, keyOf, nameOf, textOf, written } from "./naming.ts";
import { counted } from "./natives.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { binary, unary } from "./operators.ts";
import { Patterns } from "./patterns.ts";
import { entriesOf, get, symbolsOf } from "./properties.ts";
import { regexpOf } from "./regexps.ts";
import type { Scope } from "./scope.ts";
import { known } from "./unknown.ts";

/** What a chain with `?.` is when it ends early. */
const SHORT = Symbol("ended early");

export class Expressions {
  readonly #maker: Maker;
  readonly patterns = new Patterns(this);

  constructor(maker: Maker) {
    this.#maker = maker;
  }

  *evaluate(x: Code, scope: Scope, frame: Frame): Steps {
    const value = yield* this.#link(x, scope, frame);
    return value === SHORT ? undefined : value;
  }

  /** An expression whose value has the name of what it is given to, where it has none of its own. */
  *given(x: Code, name: PropertyKey, scope: Scope, frame: Frame): Steps {
    const called = typeof name === "symbol" ? `[${name.description ?? ""}]` : String(name);
    const isSaid = HIDDEN.test(called) ? null : called;
    if (x.kind === "class" && x.class.name === null)
      return this.#maker.class(x.class, scope, frame, { name: isSaid ?? "" });
    if (x.kind === "function" && x.func.name === null)
      return this.#maker.function(x.func, scope, frame, true, isSaid);
    return yield* this.evaluate(x, scope, frame);
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
        const object = yield* this.#before(x.object, scope, frame);
        if (object === SHORT || (x.optional === true && isNothing(object))) return SHORT;
        return get(object, keyIn(object, yield* this.evaluate(x.index, scope, frame)));
      }
      case "call":
        return yield* this.#call(x, scope, frame);
      case "new":
        return yield* this.#new(x, scope, frame);
      case "conditional":
        return known(yield* this.evaluate(x.test, scope, frame))
          ? yield* this.evaluate(x.consequent, scope, frame)
          : yield* this.evaluate(x.alternate, scope, frame);
      case "binary":
        return yield* this.#binary(x, scope, frame);
      case "unary":
        return unary(x.op, yield* this.evaluate(x.argument, scope, frame));
      case "assignment":
        return yield* this.#assignment(x, scope, frame);
      case "function":
        return this.#maker.function(x.func, scope, frame, true, x.func.name ?? "");
      case "class":
        return this.#maker.class(x.class, scope, frame);
      case "await":
        return yield yield* this.evaluate(x.argument, scope, frame);
      case "opaque":
        return yield* this.#opaque(x, scope, frame);
      default:
        throw new NotInterpreted(`an expression of the kind ${x.kind}`);
    }
  }

  /** What stands before a part of a chain, which ends the chain early unless it stands in parentheses. */
  #before(x: Code, scope: Scope, frame: Frame): Steps {
    return x.closed === true ? this.evaluate(x, scope, frame) : this.#link(x, scope, frame);
  }

  /** What the analysis does not look into. */
  *#opaque(x: Code & { kind: "opaque" }, scope: Scope, frame: Frame): Steps {
    if (x.what === "bigint") return bigintOf(x.text);
    if (x.text !== undefined) return regexpOf(x.text);
    if (x.texts !== undefined) return yield* this.#tagged(x, x.texts, scope, frame);
    if (x.what === "new.target") return frame.target;
    if (!x.what.startsWith("yield")) throw new NotInterpreted(x.what);
    const [argument] = x.parts;
    const value = argument === undefined ? undefined : yield* this.evaluate(argument, scope, frame);
    if (x.what === "yield") return yield new Given(value);
    if (argument === undefined) throw new NotInterpreted(x.what);
    const isLater = scope.returnsLater;
    if (!isIterable(value) && !(isLater && isAsyncIterable(value)))
      throw new TypeError(`${written(argument)} is not iterable`);
    return yield* isLater ? givingAllLater(value) : givingAll(value as Iterable<unknown>);
  }

  /** A template that is given to a function: `tag` is called as a call would call it. */
  *#tagged(
    x: Code & { kind: "opaque" },
    texts: readonly (readonly [text: string, source: string])[],
    scope: Scope,
    frame: Frame,
  ): Steps {
    const [callee, ...args] = x.parts;
    if (callee === undefined) throw new NotInterpreted(x.what);
    return yield* this.#call(
      { kind: "call", callee, args, optional: false },
      scope,
      frame,
      stringsOf(x, texts),
    );
  }

  *#get(x: Code & { kind: "get" }, scope: Scope, frame: Frame): Steps {
    if (x.object.kind === "super") return this.#super(x.name, frame);
    const object = yield* this.#before(x.object, scope, frame);
    if (object === SHORT || (x.optional && isNothing(object))) return SHORT;
    return get(object, nameOf(object, x.name, scope));
  }

  #super(name: string, { self, home }: Frame): unknown {
    const base = home?.base;
    if (self instanceof ClassOf && base !== undefined) {
      const inherited = base instanceof ClassOf ? base.get(name) : undefined;
      if (typeof inherited === "function")
        return (...args: unknown[]) => Reflect.apply(inherited, self, args);
      throw new NotInterpreted(`super.${name}`);
    }
    const owner = base instanceof ClassOf ? base.owner(name) : null;
    if (owner?.getters.has(name) === true) return owner.getters.get(name)!(self, []);
    if (owner === null && self instanceof InstanceOf && self.inner !== null) return self.inherited(name);
    const ofLibrary = typeof home?.root === "string" ? this.#maker.library(name) : null;
    const found = owner === null ? ofLibrary : owner.methods.get(name);
    if (found === null || found === undefined) throw new NotInterpreted(`super.${name}`);
    return (...args: unknown[]) => found(self, args);
  }

  /** `first`: given before the arguments. */
  *#call(x: Code & { kind: "call" }, scope: Scope, frame: Frame, ...first: unknown[]): Steps {
    const { callee } = x;
    if (callee.kind === "super") {
      frame.construct?.(yield* this.list(x.args, scope, frame));
      return frame.self;
    }
    let self: unknown;
    let fn: unknown;
    if ((callee.kind === "get" || callee.kind === "index") && callee.object.kind !== "super") {
      self = yield* this.#before(callee.object, scope, frame);
      if (self === SHORT || (callee.optional === true && isNothing(self))) fn = SHORT;
      else {
        const name =
          callee.kind === "get"
            ? nameOf(self, callee.name, scope)
            : keyIn(self, yield* this.evaluate(callee.index, scope, frame));
        fn = get(self, name);
        if (callee.kind === "get" && callee.of !== undefined && !isOf(self, callee.of))
          throw new NotInterpreted(`it calls a method of ${callee.of} on something else`);
      }
    } else {
      fn = yield* this.#link(callee, scope, frame);
    }
    if (fn === SHORT && callee.closed === true) fn = undefined;
    if (fn === SHORT || (x.optional && isNothing(fn))) return SHORT;
    const args = [...first, ...(yield* this.list(x.args, scope, frame))];
    known(fn);
    if (fn instanceof ClassOf)
      throw new TypeError(`Class constructor ${fn.name} cannot be invoked without 'new'`);
    if (isPartial(fn) || typeof fn === "string")
      throw new NotInterpreted("it calls what is not known as a function");
    if (typeof fn !== "function") throw new TypeError(`${written(callee)} is not a function`);
    if (fn === Array) roomFor(args);
    return unattended(Reflect.apply(fn, self, args));
  }

  *#new(x: Code & { kind: "new" }, scope: Scope, frame: Frame): Steps {
    const cls = known(yield* this.evaluate(x.callee, scope, frame));
    const args = yield* this.list(x.args, scope, frame);
    if (cls instanceof ClassOf) return this.#maker.make(cls, args);
    const make = makerOf(cls);
    if (make !== null) return make(args);
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
    const define = (name: PropertyKey, value: unknown): void => {
      Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
    };
    for (const prop of props) {
      if (prop.kind === "spread") {
        const from = yield* this.evaluate(prop.argument, scope, frame);
        for (const [name, value] of [...entriesOf(from), ...symbolsOf(from)]) define(name, value);
      } else if (prop.kind === "property") {
        const name =
          typeof prop.name === "string" ? prop.name : keyOf(yield* this.evaluate(prop.name, scope, frame));
        const { value } = prop;
        // A method does not know itself by its name.
        const isMethod = value.kind === "function" && value.func.name === name;
        if (name === "__proto__") throw new NotInterpreted("it sets __proto__");
        define(
          name,
          isMethod
            ? this.#maker.function(value.func, scope, frame)
            : yield* this.given(value, name, scope, frame),
        );
      } else accessor(object, prop, this.#maker.function(prop.func, scope, frame));
    }
    return object;
  }

  *#binary(x: Code & { kind: "binary" }, scope: Scope, frame: Frame): Steps {
    const left = yield* this.evaluate(x.left, scope, frame);
    if (x.op !== ",") known(left);
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
      const found = target.kind === "reference" ? yield* this.patterns.place(target, scope, frame) : null;
      const value =
        target.kind === "identifier"
          ? yield* this.given(x.value, target.name, scope, frame)
          : yield* this.evaluate(x.value, scope, frame);
      if (found === null) yield* this.patterns.assign(target, value, scope, frame, false);
      else found.set(value);
      return value;
    }
    const place = yield* this.patterns.place(target, scope, frame);
    if (op === "delete") return place.remove();
    const before = x.step === true ? counter(place.get()) : place.get();
    if (op !== "=") known(before);
    if (op === "??=" ? !isNothing(before) : op === "||=" ? before : op === "&&=" ? !before : false)
      return before;
    const given =
      target.kind === "identifier"
        ? yield* this.given(x.value, target.name, scope, frame)
        : yield* this.evaluate(x.value, scope, frame);
    const right = x.step === true && typeof before === "bigint" ? BigInt(given as number) : given;
    const after =
      op === "??=" || op === "||=" || op === "&&=" ? right : bounded(binary(op.slice(0, -1), before, right));
    place.set(after);
    return x.post === true ? before : after;
  }
}

const isOf = (value: unknown, cls: string): boolean =>
  cls === "Array" ? Array.isArray(value) : cls === "Map" ? value instanceof Map : value instanceof Set;

const counter = (value: unknown): number | bigint => (typeof value === "bigint" ? value : Number(value));

function bigintOf(text = ""): bigint {
  return bounded(BigInt(text.replaceAll("_", "").replace(/n$/, "")));
}

const strings = new WeakMap<object, readonly string[]>();

/** What a tag is given first: the same list each time. */
function stringsOf(
  at: object,
  texts: readonly (readonly [text: string, source: string])[],
): readonly string[] {
  let made = strings.get(at);
  if (made === undefined) {
    const raw = Object.freeze(texts.map(([, source]) => source));
    made = Object.freeze(
      Object.assign(
        texts.map(([text]) => text),
        { raw },
      ),
    );
    strings.set(at, made);
  }
  return made;
}

/** Gives an object a getter or a setter, beside the other one that it may have. */
function accessor(object: object, { kind, name }: Prop<NodeExtras> & { name: string }, made: unknown): void {
  const known = Object.getOwnPropertyDescriptor(object, name);
  const descriptor: PropertyDescriptor = { enumerable: true, configurable: true };
  if (known?.get !== undefined) descriptor.get = known.get;
  if (known?.set !== undefined) descriptor.set = known.set;
  if (kind === "getter") descriptor.get = made as () => unknown;
  else descriptor.set = made as (value: unknown) => void;
  Object.defineProperty(object, name, descriptor);
}

/** What `Array` is given may be a length. */
function roomFor(args: readonly unknown[]): void {
  if (args.length !== 1 || typeof args[0] !== "number") return;
  room(args[0]);
  spend(args[0] / PER_STEP);
}
