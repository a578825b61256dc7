/** Async generators of the program. They take as many turns as the engine's own, whose order the program may see. */
import { spend, within } from "./budget.ts";
import { Given, Leave } from "./generators.ts";
import { NotInterpreted } from "./not-interpreted.ts";
import { stillOf } from "./running.ts";

type Body = Generator<unknown, unknown>;
type Step = IteratorResult<unknown>;

/** How somebody asks a generator to go on. */
interface Request {
  readonly word: "next" | "return" | "throw";
  readonly value: unknown;
}

interface Waiting extends Request {
  resolve(step: Step): void;
  reject(thrown: unknown): void;
}

/** What `yield*` gives: it hears itself how the generator is to go on. */
class Passed extends Given {}

/** With what `yield*` leaves the generator. */
class Leaving {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

class GoingLater {
  readonly #body: Body;
  /** Whatever goes on later is still the code of whoever made it. */
  readonly #within = stillOf(within) as typeof within;
  readonly #waiting: Waiting[] = [];
  #state: "new" | "busy" | "paused" | "passing" | "over" = "new";

  constructor(body: Body) {
    this.#body = body;
  }

  next(value?: unknown): Promise<Step> {
    return this.#ask("next", value);
  }

  return(value?: unknown): Promise<Step> {
    return this.#ask("return", value);
  }

  throw(value?: unknown): Promise<Step> {
    return this.#ask("throw", value);
  }

  #ask(word: Request["word"], value: unknown): Promise<Step> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ word, value, resolve, reject });
      this.#serve();
    });
  }

  /** Goes on with what was asked first. */
  #serve(): void {
    while (this.#state !== "busy") {
      const [first] = this.#waiting;
      if (first === undefined) return;
      const { word, value } = first;
      if (this.#state === "new" && word !== "next") this.#state = "over";
      const state = this.#state;
      this.#state = "busy";
      if (word === "return")
        wait(
          value,
          (is) =>
            state === "over" ? this.#end({ value: is, done: true }) : this.#go(state, { word, value: is }),
          (thrown) =>
            state === "over" ? this.#fail(thrown) : this.#go(state, { word: "throw", value: thrown }),
        );
      else if (state !== "over") this.#go(state, first);
      else if (word === "throw") this.#fail(value);
      else this.#end({ value: undefined, done: true });
    }
  }

  #go(state: "new" | "paused" | "passing" | "busy", request: Request): void {
    const { word, value } = request;
    if (state === "passing") this.#run(() => this.#body.next(request));
    else if (word === "return") this.#run(() => this.#body.throw(new Leave(value)));
    else if (word === "throw") this.#run(() => this.#body.throw(value));
    else this.#run(() => this.#body.next(value));
  }

  #run(go: () => Step): void {
    let step: Step;
    try {
      step = this.#within(go);
    } catch (thrown) {
      if (thrown instanceof Leave) this.#end({ value: thrown.value, done: true });
      else this.#fail(thrown);
      this.#serve();
      return;
    }
    const { done, value } = step;
    if (done === true) {
      this.#end({ value, done });
      this.#serve();
    } else if (value instanceof Passed) this.#give(value.value, "passing");
    else if (value instanceof Leaving) this.#run(() => this.#body.throw(new Leave(value.value)));
    else
      wait(
        value instanceof Given ? value.value : value,
        (is) => (value instanceof Given ? this.#give(is, "paused") : this.#run(() => this.#body.next(is))),
        (thrown) => this.#run(() => this.#body.throw(thrown)),
      );
  }

  #give(value: unknown, state: "paused" | "passing"): void {
    this.#state = state;
    this.#waiting.shift()?.resolve({ value, done: false });
    this.#serve();
  }

  #end(step: Step): void {
    this.#state = "over";
    this.#waiting.shift()?.resolve(step);
  }

  #fail(thrown: unknown): void {
    this.#state = "over";
    this.#waiting.shift()?.reject(thrown);
  }
}
// It has what all async iterators have.
const above = (of: object): object => Object.getPrototypeOf(of) as object;
Object.setPrototypeOf(GoingLater.prototype, above(above(above((async function* () {})()))));

export function givingLater(body: Body): object {
  return new GoingLater(body);
}

function wait(value: unknown, then: (is: unknown) => void, failed: (thrown: unknown) => void): void {
  Promise.prototype.then.call(Promise.resolve(value), then, failed);
}

/** `yield*` in an async generator. */
export function* givingAllLater(through: AsyncIterable<unknown> | Iterable<unknown>): Body {
  const iterator = iteratorLater(through);
  let request: Request = { word: "next", value: undefined };
  for (;;) {
    spend();
    const { word, value } = request;
    const method = iterator[word] ?? null;
    if (method === null) {
      if (word === "return") return yield new Leaving(value);
      throw new NotInterpreted("yield* of what nothing can be thrown into");
    }
    const asked: unknown = Reflect.apply(method, iterator, [value]);
    const step = stepOf(yield asked);
    if (step.done === true) return word === "return" ? yield new Leaving(step.value) : step.value;
    request = (yield new Passed(step.value)) as Request;
  }
}

/** What goes through something and waits for each of it: also through what is there at once. */
export function iteratorLater(through: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterator<unknown> {
  if (Symbol.asyncIterator in through) {
    const own = (through as AsyncIterable<unknown>)[Symbol.asyncIterator];
    if (own !== undefined && own !== null) return Reflect.apply(own, through, []);
  }
  const iterator = (through as Iterable<unknown>)[Symbol.iterator]();
  const later = (ask: () => Step, closes: boolean): Promise<Step> =>
    new Promise((resolve, reject) => {
      const { done, value } = stepOf(ask());
      Promise.prototype.then.call(
        Promise.resolve(value),
        (is) => resolve({ value: is, done: done === true }),
        (thrown) => {
          if (closes && done !== true) iterator.return?.();
          reject(thrown);
        },
      );
    });
  return {
    next: (value) => later(() => iterator.next(value), true),
    return: (value) =>
      later(() => {
        const method = iterator.return ?? null;
        return method === null ? { value, done: true } : Reflect.apply(method, iterator, [value]);
      }, false),
    throw: (thrown) =>
      later(() => {
        const method = iterator.throw ?? null;
        if (method === null) throw new NotInterpreted("yield* of what nothing can be thrown into");
        return Reflect.apply(method, iterator, [thrown]);
      }, true),
  };
}

function stepOf(step: unknown): Step {
  if (typeof step !== "object" || step === null)
    throw new TypeError(`Iterator result ${String(step)} is not an object`);
  return step as Step;
}
