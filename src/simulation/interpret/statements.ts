/** Statements of code that is interpreted. */
import type { NodeExtras, Stmt } from "../../model/code.ts";
import { spend } from "./budget.ts";
import { type Completion, isFor, Jump, leaves, releaseOf } from "./completions.ts";
import type { Expressions } from "./expressions.ts";
import type { Code, Frame, Maker, Steps } from "./frame.ts";
import { Leave, Return } from "./generators.ts";
import { iteratorLater } from "./generators-later.ts";
import { isAsyncIterable, isIterable, written } from "./naming.ts";
import { isLost, NotInterpreted } from "./not-interpreted.ts";
import { entriesOf, has, set } from "./properties.ts";
import { Scope } from "./scope.ts";
import { known } from "./unknown.ts";
import { namesIn } from "./variables.ts";

type Statement = Stmt<NodeExtras>;

type Running = Generator<unknown, Completion>;

export class Statements {
  readonly #maker: Maker;
  readonly #expressions: Expressions;

  constructor(maker: Maker, expressions: Expressions) {
    this.#maker = maker;
    this.#expressions = expressions;
  }

  /** Runs statements that have a scope of their own. */
  *block(body: readonly Statement[], around: Scope, frame: Frame): Running {
    return yield* this.run(body, new Scope(around), frame);
  }

  *run(body: readonly Statement[], scope: Scope, frame: Frame): Running {
    this.#announce(body, scope, frame);
    return yield* this.#with(body, scope, frame);
  }

  /** Runs statements whose names are in their scope. */
  *#with(body: readonly Statement[], scope: Scope, frame: Frame): Running {
    return body.some((stmt) => stmt.kind === "var" && stmt.disposes !== undefined)
      ? yield* this.#disposing(body, scope, frame)
      : yield* this.#each(body, scope, frame);
  }

  /** What is declared with `using` is given back in the end, the last one first. */
  *#disposing(body: readonly Statement[], scope: Scope, frame: Frame): Running {
    let failed = false;
    let lost = false;
    try {
      return yield* this.#each(body, scope, frame);
    } catch (thrown) {
      failed = true;
      lost = isLost(thrown);
      throw thrown;
    } finally {
      for (const release of lost ? [] : scope.owned.reverse()) {
        try {
          const end = release();
          if (end instanceof Promise) yield end;
        } catch (thrown) {
          // biome-ignore lint/correctness/noUnsafeFinally: instead of what the program would see
          throw failed ? new NotInterpreted("an error beside another one") : thrown;
        }
      }
    }
  }

  *#each(body: readonly Statement[], scope: Scope, frame: Frame): Running {
    for (const stmt of body) {
      const completion = yield* this.#one(stmt, scope, frame);
      if (completion instanceof Jump && completion.word === "break" && isFor(completion, stmt)) continue;
      if (completion !== null) return completion;
    }
    return null;
  }

  /** Variables are there, though without values, from the beginning of their block on; functions are there with theirs. */
  #announce(body: readonly Statement[], scope: Scope, frame: Frame): void {
    for (const stmt of body)
      if (stmt.kind === "var" && stmt.functionScoped !== true) {
        for (const { target } of stmt.declarators) for (const name of namesIn(target)) scope.announce(name);
      } else if (stmt.kind === "classDeclaration" && stmt.class.name !== null)
        scope.announce(stmt.class.name);
    for (const stmt of body)
      if (stmt.kind === "functionDeclaration" && stmt.func.name !== null)
        scope.declare(stmt.func.name, this.#maker.function(stmt.func, scope, frame));
  }

  *#one(stmt: Statement, scope: Scope, frame: Frame): Running {
    spend();
    const expressions = this.#expressions;
    switch (stmt.kind) {
      case "var":
        for (const { target, value } of stmt.declarators) {
          // It is there already, and stays what it is.
          if (stmt.functionScoped === true && value === null) continue;
          const name = target.kind === "identifier" ? target.name : "";
          const given = value === null ? undefined : yield* expressions.given(value, name, scope, frame);
          yield* expressions.patterns.assign(
            target,
            given,
            scope,
            frame,
            stmt.functionScoped !== true,
            stmt.constant,
          );
          if (stmt.disposes !== undefined) scope.owned.push(releaseOf(given, stmt.disposes));
        }
        return null;
      case "expression":
        // A parameter that is a field is one before.
        if (stmt.property === true) return null;
        yield* expressions.evaluate(stmt.expr, scope, frame);
        return null;
      case "return":
        return new Return(stmt.value === null ? undefined : yield* this.#returned(stmt.value, scope, frame));
      case "throw":
        throw known(yield* expressions.evaluate(stmt.value, scope, frame));
      case "if":
        if (known(yield* expressions.evaluate(stmt.test, scope, frame)))
          return yield* this.block(stmt.consequent, scope, frame);
        return stmt.alternate === null ? null : yield* this.block(stmt.alternate, scope, frame);
      case "for":
        return yield* this.#for(stmt, scope, frame);
      case "forOf":
        return yield* this.#forOf(stmt, scope, frame);
      case "while":
        return yield* this.#while(stmt, scope, frame);
      case "switch":
        return yield* this.#switch(stmt, scope, frame);
      case "try":
        return yield* this.#try(stmt, scope, frame);
      case "block":
        return yield* this.block(stmt.body, scope, frame);
      case "jump":
        return stmt.label === undefined ? stmt.word : new Jump(stmt.word, stmt.label);
      case "functionDeclaration":
        return null;
      case "classDeclaration":
        if (stmt.class.name !== null)
          scope.declare(stmt.class.name, this.#maker.class(stmt.class, scope, frame));
        return null;
      case "enum":
        scope.declare(stmt.name, yield* this.enumeration(stmt, scope, frame));
        return null;
    }
  }

  *#returned(x: Code, scope: Scope, frame: Frame): Steps {
    const value = yield* this.#expressions.evaluate(x, scope, frame);
    return scope.returnsLater ? yield value : value;
  }

  *#for(stmt: Statement & { kind: "for" }, around: Scope, frame: Frame): Running {
    let scope = new Scope(around);
    if (stmt.init !== null) {
      if (stmt.init.kind === "var" && stmt.init.disposes !== undefined)
        throw new NotInterpreted("a loop with `using`");
      this.#announce([stmt.init], scope, frame);
      yield* this.#one(stmt.init, scope, frame);
      // What closes over a variable there sees no turn.
      scope = scope.copy();
    }
    for (;;) {
      spend();
      if (stmt.test !== null && !known(yield* this.#expressions.evaluate(stmt.test, scope, frame)))
        return null;
      const completion = yield* this.block(stmt.body, scope, frame);
      const out = leaves(completion, stmt);
      if (out !== undefined) return out;
      scope = scope.copy();
      if (stmt.update !== null) yield* this.#expressions.evaluate(stmt.update, scope, frame);
    }
  }

  *#forOf(stmt: Statement & { kind: "forOf" }, around: Scope, frame: Frame): Running {
    if (stmt.disposes === true) throw new NotInterpreted("a loop with `using`");
    const head = new Scope(around);
    if (stmt.assigns !== true) for (const name of namesIn(stmt.target)) head.announce(name);
    const through = yield* this.#expressions.evaluate(stmt.iterated, head, frame);
    if (stmt.await === true) return yield* this.#forAwait(stmt, through, around, frame);
    const items = stmt.of ? (through as Iterable<unknown>) : namesOf(through);
    if (!isIterable(items)) throw new TypeError(`${written(stmt.iterated)} is not iterable`);
    for (const item of items) {
      const out = yield* this.#turn(stmt, item, around, frame);
      if (out !== undefined) return out;
    }
    return null;
  }

  /** One turn of `for..of`; undefined where it goes on. */
  *#turn(
    stmt: Statement & { kind: "forOf" },
    item: unknown,
    around: Scope,
    frame: Frame,
  ): Generator<unknown, Completion | undefined> {
    spend();
    const scope = new Scope(around);
    const declares = stmt.assigns !== true;
    if (declares) for (const name of namesIn(stmt.target)) scope.announce(name);
    yield* this.#expressions.patterns.assign(stmt.target, item, scope, frame, declares, stmt.constant);
    return leaves(yield* this.block(stmt.body, scope, frame), stmt);
  }

  *#forAwait(stmt: Statement & { kind: "forOf" }, through: unknown, around: Scope, frame: Frame): Running {
    if (!isIterable(through) && !isAsyncIterable(through))
      throw new TypeError(`${written(stmt.iterated)} is not async iterable`);
    const iterator = iteratorLater(through);
    let isOver = true;
    let failed = false;
    try {
      for (;;) {
        const { done, value } = (yield iterator.next()) as IteratorResult<unknown>;
        if (done === true) return null;
        isOver = false;
        const out = yield* this.#turn(stmt, value, around, frame);
        if (out !== undefined) return out;
        isOver = true;
      }
    } catch (thrown) {
      failed = !(thrown instanceof Leave);
      throw thrown;
    } finally {
      if (!isOver) yield* this.#close(iterator, failed);
    }
  }

  /** Leaves what is gone through; that this fails is of no matter where something has failed already. */
  *#close(iterator: AsyncIterator<unknown>, failed: boolean): Generator<unknown, void> {
    try {
      const end: unknown = yield iterator.return?.();
      if (!failed && end !== undefined && (typeof end !== "object" || end === null))
        throw new TypeError(`${String(end)} is not an object`);
    } catch (thrown) {
      if (!failed || isLost(thrown)) throw thrown;
    }
  }

  *#while(stmt: Statement & { kind: "while" }, scope: Scope, frame: Frame): Running {
    for (let first = stmt.once; ; first = false) {
      if (!first && !known(yield* this.#expressions.evaluate(stmt.test, scope, frame))) return null;
      const completion = yield* this.block(stmt.body, scope, frame);
      const out = leaves(completion, stmt);
      if (out !== undefined) return out;
    }
  }

  *#switch(stmt: Statement & { kind: "switch" }, around: Scope, frame: Frame): Running {
    const subject = known(yield* this.#expressions.evaluate(stmt.subject, around, frame));
    const scope = new Scope(around);
    this.#announce(
      stmt.cases.flatMap(({ body }) => body),
      scope,
      frame,
    );
    let from = -1;
    for (const [n, { test }] of stmt.cases.entries()) {
      if (test === null || known(yield* this.#expressions.evaluate(test, scope, frame)) !== subject) continue;
      from = n;
      break;
    }
    if (from < 0) from = stmt.cases.findIndex(({ test }) => test === null);
    if (from < 0) return null;
    const rest = stmt.cases.slice(from).flatMap(({ body }) => body);
    const completion = yield* this.#with(rest, scope, frame);
    return completion === "break" ? null : completion;
  }

  *#try(stmt: Statement & { kind: "try" }, scope: Scope, frame: Frame): Running {
    let completion: Completion = null;
    let lost = false;
    try {
      completion = yield* this.block(stmt.body, scope, frame);
    } catch (thrown) {
      lost = isLost(thrown);
      if (stmt.handler === null || lost || thrown instanceof Leave) throw thrown;
      const inside = new Scope(scope);
      if (stmt.param !== null)
        yield* this.#expressions.patterns.assign(stmt.param, thrown, inside, frame, true);
      completion = yield* this.block(stmt.handler, inside, frame);
    } finally {
      if (stmt.finalizer !== null && !lost) {
        const last = yield* this.block(stmt.finalizer, scope, frame);
        // biome-ignore lint/correctness/noUnsafeFinally: as the program has it
        if (last !== null) return last;
      }
    }
    return completion;
  }

  *enumeration(stmt: Statement & { kind: "enum" }, scope: Scope, frame: Frame): Generator<unknown, object> {
    const made: Record<string, unknown> = {};
    let next = 0;
    for (const { name, value } of stmt.members) {
      const is = value === null ? next : yield* this.#expressions.evaluate(value, scope, frame);
      set(made, name, is);
      if (typeof is !== "number") continue;
      set(made, String(is), name);
      next = is + 1;
    }
    return made;
  }
}

/** The names that `for..in` goes through: what is taken away on the way is left out. */
function* namesOf(object: unknown): Generator<string> {
  for (const [name] of entriesOf(object))
    if (typeof object !== "object" || object === null || has(object, name)) yield name;
}
