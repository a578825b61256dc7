/** How classes of the program come to be, and the objects of them. */
import type { Class, Func, Member, NodeExtras } from "../../model/code.ts";
import { within } from "./budget.ts";
import { type Callable, ClassOf, OfPlatform } from "./classes.ts";
import type { Expressions } from "./expressions.ts";
import { fieldName, privateKey } from "./field-names.ts";
import type { Frame, Steps } from "./frame.ts";
import { sync } from "./generators.ts";
import { InstanceOf } from "./instances.ts";
import { isError, makerOf } from "./known.ts";
import { keyOf } from "./naming.ts";
import { counted } from "./natives.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { get } from "./properties.ts";
import { Scope } from "./scope.ts";

/** What runs functions. */
interface Running {
  callable(func: Func<NodeExtras>, scope: Scope, home: ClassOf | null, around: Frame | null): Callable;
  /** Gives the parameters their values. */
  parameters(
    func: Func<NodeExtras>,
    args: readonly unknown[],
    scope: Scope,
    frame: Frame,
  ): Generator<unknown, void>;
  /** Runs the body. */
  inside(func: Func<NodeExtras>, scope: Scope, frame: Frame): Steps;
}

export class Classes {
  readonly #running: Running;
  readonly #expressions: Expressions;

  constructor(running: Running, expressions: Expressions) {
    this.#running = running;
    this.#expressions = expressions;
  }

  /** `place`: how it is called, at the top of a module. */
  class(
    code: Class<NodeExtras>,
    scope: Scope,
    frame: Frame,
    { place = null, name = code.name ?? "" }: { place?: ClassOf["place"]; name?: string } = {},
  ): ClassOf {
    const given = code.base === null ? null : sync(this.#expressions.evaluate(code.base, scope, frame));
    const base = ofPlatform(given) ?? given;
    if (
      (base !== null || code.base !== null) &&
      !(base instanceof ClassOf) &&
      typeof base !== "string" &&
      !(base instanceof OfPlatform) &&
      !isError(base)
    )
      throw new NotInterpreted("a class that extends something that is not known");
    if (code.decorated === true) throw new NotInterpreted("decorators");
    const inner = new Scope(scope);
    const cls = new ClassOf(code, name, inner, place, base);
    if (code.name !== null) inner.announce(code.name);
    for (const { name } of code.members) if (name.startsWith("#")) inner.declare(name, privateKey(name));
    cls.members = this.#membersOf(code, inner, frame);
    if (cls.members.some((each) => each.static && each.name === "prototype"))
      throw new TypeError("Classes may not have a static property named 'prototype'");
    for (const { kind, name, func, static: isStatic } of cls.members) {
      if (func === null || kind === "constructor" || kind === "init") continue;
      const callable = this.#running.callable(func, inner, cls, null);
      if (isStatic) cls.addStatic(kind, name, callable);
      else cls.add(kind, name, callable);
    }
    if (code.name !== null) inner.declare(code.name, cls, true);
    for (const { kind, name, value, func, static: isStatic } of cls.members) {
      if (!isStatic) continue;
      const inside: Frame = { self: cls, home: cls };
      if (kind === "field")
        cls.statics.set(
          name,
          value === null ? undefined : sync(this.#expressions.given(value, name, inner, inside)),
        );
      else if (kind === "init" && func !== null) this.#running.callable(func, inner, cls, inside)(cls, []);
    }
    return cls;
  }

  /** The members of a class in their order, by the names that they have in the end. */
  #membersOf(code: Class<NodeExtras>, inner: Scope, frame: Frame): Member<NodeExtras>[] {
    const named = code.members.map((member) =>
      member.name.startsWith("#") ? { ...member, name: inner.get(member.name) as string } : member,
    );
    for (const [n, { before, key, member }] of (code.computed ?? []).entries()) {
      const name = fieldName(keyOf(sync(this.#expressions.evaluate(key, inner, frame))));
      named.splice(before + n, 0, { ...member, name });
    }
    return named;
  }

  make(cls: ClassOf, args: readonly unknown[]): InstanceOf {
    const made = new InstanceOf(cls);
    within(() => this.construct(made, cls, args));
    return made;
  }

  /** Does what constructors and fields do, from the class at the end of the chain on. */
  construct(made: InstanceOf, cls: ClassOf, args: readonly unknown[]): void {
    const { base, code, scope } = cls;
    const maker = code.members.find(({ kind }) => kind === "constructor")?.func ?? null;
    const own = new Scope(scope);
    const properties = maker === null ? [] : propertiesOf(maker);
    let isMade = false;
    const begin = (): void => {
      isMade = true;
      for (const name of properties) made.fields.set(name, own.get(name));
      this.#fields(made, cls, properties);
    };
    const above = (given: readonly unknown[]): void => {
      if (isMade) throw new NotInterpreted("a constructor that calls super twice");
      if (base instanceof ClassOf) this.construct(made, base, given);
      else if (isError(base)) beError(made, given);
      else if (base instanceof OfPlatform) {
        const inner = base.make(given);
        made.stand(inner, (name) => get(inner, name));
      }
      begin();
    };
    if (maker === null) {
      above(args);
      return;
    }
    const frame: Frame = {
      get self() {
        if (!isMade) throw new ReferenceError(NOT_MADE);
        return made;
      },
      home: cls,
      ...(base === null ? {} : { construct: above }),
      target: made.cls,
    };
    if (base === null && properties.length === 0) begin();
    sync(this.#running.parameters(maker, args, own, frame));
    if (!isMade && base === null) begin();
    const end = sync(this.#running.inside(maker, own, frame));
    if (end !== undefined && end !== made) throw new NotInterpreted("a constructor that returns something");
    if (!isMade) throw new ReferenceError(NOT_MADE);
  }

  /** `set`: what was given to the constructor. */
  #fields(made: InstanceOf, cls: ClassOf, set: readonly string[]): void {
    const frame: Frame = { self: made, home: cls };
    for (const { kind, name, static: isStatic, abstract, value } of cls.members) {
      if (kind !== "field" || isStatic || abstract || set.includes(name)) continue;
      if (made.frozen) throw new TypeError(`Cannot define property ${name}, object is not extensible`);
      made.fields.set(
        name,
        value === null ? undefined : sync(this.#expressions.given(value, name, cls.scope, frame)),
      );
    }
  }
}

/** A class of the platform that others may extend; null for what is none. */
function ofPlatform(base: unknown): OfPlatform | null {
  if (base === Map || base === Set) {
    const Collection = base as MapConstructor;
    return new OfPlatform(base, ([of]) => new Collection(counted(of ?? []) as Iterable<[unknown, unknown]>));
  }
  const make = makerOf(base);
  return make === null ? null : new OfPlatform(base, make as OfPlatform["make"]);
}

const NOT_MADE =
  "Must call super constructor in derived class before accessing 'this' or returning from derived constructor";

/** The parameters of a constructor that are fields. */
function propertiesOf({ body }: Func<NodeExtras>): readonly string[] {
  if (!Array.isArray(body)) return [];
  return body.flatMap((stmt) =>
    stmt.kind === "expression" &&
    stmt.property === true &&
    stmt.expr.kind === "assignment" &&
    stmt.expr.value.kind === "identifier"
      ? [stmt.expr.value.name]
      : [],
  );
}

/** What the language's own class of errors makes of what it is given. */
function beError(made: InstanceOf, [message, options]: readonly unknown[]): void {
  made.fields.set("message", message === undefined ? "" : `${message as string}`);
  if (options instanceof InstanceOf) throw new NotInterpreted("an error of an object of a class");
  if (typeof options === "object" && options !== null && "cause" in options)
    made.fields.set("cause", options.cause);
  for (const name of ["message", "cause"]) made.hidden.add(name);
}
