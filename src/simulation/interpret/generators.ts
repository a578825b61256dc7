/** Generators of the program: its body is steps, of which some are given to whoever goes through it and the others waited for. */
import { spend, within } from "./budget.ts";
import { NotInterpreted } from "./not-interpreted.ts";

type Body = Generator<unknown, unknown>;

/** How a statement ends that is a `return`. */
export class Return {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** What `yield` gives. */
export class Given {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

const ITERATOR = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/** Goes through a generator's body when it is left: what is in a `finally` of it runs, and nothing catches it. */
export class Leave {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** A generator that the program has made. */
class Going {
  readonly #body: Body;
  #isNew = true;

  constructor(body: Body) {
    this.#body = body;
  }

  next(sent?: unknown): IteratorResult<unknown> {
    this.#isNew = false;
    return this.#given(() => this.#body.next(sent));
  }

  return(value?: unknown): IteratorResult<unknown> {
    return this.#given(() => (this.#isNew ? this.#body.return(value) : this.#body.throw(new Leave(value))));
  }

  throw(thrown?: unknown): IteratorResult<unknown> {
    return this.#given(() => this.#body.throw(thrown));
  }

  #given(go: () => IteratorResult<unknown>): IteratorResult<unknown> {
    let step: IteratorResult<unknown>;
    try {
      step = within(go);
    } catch (thrown) {
      if (thrown instanceof Leave) return { value: thrown.value, done: true };
      throw thrown;
    }
    const { done, value } = step;
    if (done === true) return { value, done };
    if (!(value instanceof Given)) throw new NotInterpreted("it waits where nothing can wait");
    return { value: value.value, done: false };
  }
}
// It has what all iterators have.
Object.setPrototypeOf(Going.prototype, ITERATOR);

export function giving(body: Body): object {
  return new Going(body);
}

/** `yield*`. */
export function* givingAll(through: Iterable<unknown>): Body {
  const inner = through[Symbol.iterator]();
  // The engine's own `yield*` knows how it is gone on with and left.
  const each: Iterable<Given> & Iterator<Given, unknown> = {
    [Symbol.iterator]: () => each,
    next: (sent) => given(inner.next(sent as never)),
    throw: (thrown) => {
      const word = thrown instanceof Leave ? "return" : "throw";
      const method = inner[word] ?? null;
      if (method === null && word === "throw")
        throw new NotInterpreted("yield* of what nothing can be thrown into");
      if (!(thrown instanceof Leave)) return given(Reflect.apply(method!, inner, [thrown]));
      if (method === null) throw thrown;
      const step = given(Reflect.apply(method, inner, [thrown.value]));
      if (step.done === true) throw new Leave(step.value);
      return step;
    },
  };
  return yield* each;
}

function given(step: IteratorResult<unknown>): IteratorResult<Given, unknown> {
  spend();
  if (typeof step !== "object" || step === null)
    throw new TypeError(`Iterator result ${String(step)} is not an object`);
  return step.done === true ? step : { done: false, value: new Given(step.value) };
}

/** What does not wait. */
export function sync<T>(steps: Generator<unknown, T>): T {
  const { done, value } = steps.next();
  if (done !== true) throw new NotInterpreted("it waits where nothing can wait");
  return value;
}
