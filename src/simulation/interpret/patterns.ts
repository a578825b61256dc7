/** What is given a value: variables, fields, and patterns of them. */
import type { NodeExtras, Pattern } from "../../model/code.ts";
import { PER_STEP, spend, spendOn } from "./budget.ts";
import type { Code, Frame, Steps } from "./frame.ts";
import { Leave } from "./generators.ts";
import { isIterable, isNothing, keyIn, keyOf, nameOf, nothingIn } from "./naming.ts";
import { isLost, NotInterpreted } from "./not-interpreted.ts";
import { entriesOf, get, remove, set, symbolsOf } from "./properties.ts";
import type { Scope } from "./scope.ts";

/** What makes values. */
interface Evaluating {
  evaluate(x: Code, scope: Scope, frame: Frame): Steps;
  given(x: Code, name: PropertyKey, scope: Scope, frame: Frame): Steps;
}

export class Patterns {
  readonly #expressions: Evaluating;

  constructor(expressions: Evaluating) {
    this.#expressions = expressions;
  }

  *place(target: Pattern<NodeExtras>, scope: Scope, frame: Frame): Generator<unknown, Place> {
    if (target.kind === "identifier")
      return {
        get: () => scope.get(target.name),
        set: (value) => scope.set(target.name, value),
        remove: () => false,
      };
    if (target.kind !== "reference") throw new NotInterpreted("an assignment of this kind");
    const { expr } = target;
    if (expr.kind !== "get" && expr.kind !== "index") throw new NotInterpreted("an assignment of this kind");
    const object = yield* this.#expressions.evaluate(expr.object, scope, frame);
    const name =
      expr.kind === "get"
        ? nameOf(object, expr.name, scope)
        : keyIn(object, yield* this.#expressions.evaluate(expr.index, scope, frame));
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
    } else if (target.kind === "reference") (yield* this.place(target, scope, frame)).set(value);
    else if (target.kind === "arrayPattern")
      yield* this.#arrayPattern(target, value, scope, frame, declares, constant);
    else {
      if (isNothing(value)) throw nothingIn(value, target.parts[0]?.name);
      const taken = new Set<unknown>();
      for (const part of target.parts) {
        const { computed } = part;
        if (part.name === null && computed === undefined)
          throw new NotInterpreted("a pattern with a computed name");
        const name = part.name ?? keyOf(yield* this.#expressions.evaluate(computed as Code, scope, frame));
        taken.add(typeof name === "number" ? String(name) : name);
        yield* this.#part(part, () => get(value, name), scope, frame, declares, constant);
      }
      if (target.rest === null) return;
      const others = (): object =>
        Object.fromEntries([...entriesOf(value), ...symbolsOf(value)].filter(([name]) => !taken.has(name)));
      yield* this.#part({ target: target.rest, default: null }, others, scope, frame, declares, constant);
    }
  }

  /** Takes what a part of a pattern is given: what that is assigned to is found first. */
  *#part(
    part: { target: Pattern<NodeExtras>; default: Code | null },
    take: () => unknown,
    scope: Scope,
    frame: Frame,
    declares: boolean,
    constant: boolean,
  ): Generator<unknown, void> {
    const place = part.target.kind === "reference" ? yield* this.place(part.target, scope, frame) : null;
    const given = yield* this.#or(take(), part, scope, frame);
    if (place === null) yield* this.assign(part.target, given, scope, frame, declares, constant);
    else place.set(given);
  }

  *#arrayPattern(
    target: Pattern<NodeExtras> & { kind: "arrayPattern" },
    value: unknown,
    scope: Scope,
    frame: Frame,
    declares: boolean,
    constant: boolean,
  ): Generator<unknown, void> {
    if (isNothing(value) || !isIterable(value)) throw new TypeError(`${String(value)} is not iterable`);
    const taking = new Taking(value);
    let failed = false;
    try {
      for (const part of target.parts)
        if (part === null) taking.next();
        else yield* this.#part(part, () => taking.next(), scope, frame, declares, constant);
      if (target.rest !== null)
        yield* this.#part(
          { target: target.rest, default: null },
          () => taking.rest(value),
          scope,
          frame,
          declares,
          constant,
        );
    } catch (thrown) {
      failed = !(thrown instanceof Leave);
      throw thrown;
    } finally {
      taking.end(failed);
    }
  }

  *#or(
    value: unknown,
    { target, default: or }: { target: Pattern<NodeExtras>; default: Code | null },
    scope: Scope,
    frame: Frame,
  ): Steps {
    if (value !== undefined || or === null) return value;
    return target.kind === "identifier"
      ? yield* this.#expressions.given(or, target.name, scope, frame)
      : yield* this.#expressions.evaluate(or, scope, frame);
  }
}

/** What a list of variables takes from something, one after the other. */
class Taking {
  readonly #iterator: Iterator<unknown>;
  #isOver = false;

  constructor(from: Iterable<unknown>) {
    this.#iterator = from[Symbol.iterator]();
  }

  next(): unknown {
    return this.#next()?.value;
  }

  /** Null: there is no more. */
  #next(): { value: unknown } | null {
    if (this.#isOver) return null;
    // Who fails is not asked again.
    this.#isOver = true;
    const step = this.#iterator.next();
    if ((typeof step !== "object" && typeof step !== "function") || step === null)
      throw new TypeError(`Iterator result ${String(step)} is not an object`);
    if (step.done) return null;
    const { value } = step;
    this.#isOver = false;
    return { value };
  }

  rest(from: unknown): unknown[] {
    spendOn(from);
    const items: unknown[] = [];
    for (let step = this.#next(); step !== null; step = this.#next()) {
      spend(1 / PER_STEP);
      items.push(step.value);
    }
    return items;
  }

  end(failed: boolean): void {
    if (this.#isOver) return;
    try {
      const last: unknown = this.#iterator.return?.();
      if (!failed && this.#iterator.return !== undefined && (typeof last !== "object" || last === null))
        throw new TypeError(`${String(last)} is not an object`);
    } catch (thrown) {
      if (!failed || isLost(thrown)) throw thrown;
    }
  }
}

interface Place {
  get(): unknown;
  set(value: unknown): void;
  remove(): boolean;
}
