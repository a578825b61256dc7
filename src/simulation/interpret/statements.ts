/** Statements of code that is interpreted. */
import type { NodeExtras, Pattern, Stmt } from "../../model/code.ts";
import { spend } from "./budget.ts";
import { type Expressions, type Frame, isIterable, type Maker, written } from "./expressions.ts";
import { isLost, NotInterpreted } from "./not-interpreted.ts";
import { entriesOf, has, set } from "./properties.ts";
import { Scope } from "./scope.ts";

type Statement = Stmt<NodeExtras>;

/** How a statement ends, where that is not by its end. */
export class Return {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export type Completion = "break" | "continue" | Return | null;

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
    this.#announce(body, scope);
    for (const stmt of body)
      if (stmt.kind === "functionDeclaration" && stmt.func.name !== null)
        scope.declare(stmt.func.name, this.#maker.function(stmt.func, scope, frame));
    for (const stmt of body) {
      const completion = yield* this.#one(stmt, scope, frame);
      if (completion !== null) return completion;
    }
    return null;
  }

  /** Variables are there, though without values, from the beginning of their block on. */
  #announce(body: readonly Statement[], scope: Scope): void {
    for (const stmt of body)
      if (stmt.kind === "var") for (const { target } of stmt.declarators) namesIn(target, scope);
      else if (stmt.kind === "classDeclaration" && stmt.class.name !== null) scope.announce(stmt.class.name);
  }

  *#one(stmt: Statement, scope: Scope, frame: Frame): Running {
    spend();
    const expressions = this.#expressions;
    switch (stmt.kind) {
      case "var":
        if (stmt.functionScoped === true) throw new NotInterpreted("var");
        for (const { target, value } of stmt.declarators) {
          const given = value === null ? undefined : yield* expressions.evaluate(value, scope, frame);
          yield* expressions.assign(target, given, scope, frame, true, stmt.constant);
        }
        return null;
      case "expression":
        yield* expressions.evaluate(stmt.expr, scope, frame);
        return null;
      case "return":
        return new Return(
          stmt.value === null ? undefined : yield* expressions.evaluate(stmt.value, scope, frame),
        );
      case "throw":
        throw yield* expressions.evaluate(stmt.value, scope, frame);
      case "if":
        if (yield* expressions.evaluate(stmt.test, scope, frame))
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
        if (stmt.labelled === true) throw new NotInterpreted("a jump to a label");
        return stmt.word;
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

  *#for(stmt: Statement & { kind: "for" }, around: Scope, frame: Frame): Running {
    let scope = new Scope(around);
    if (stmt.init !== null) yield* this.#one(stmt.init, scope, frame);
    for (;;) {
      spend();
      if (stmt.test !== null && !(yield* this.#expressions.evaluate(stmt.test, scope, frame))) return null;
      const completion = yield* this.block(stmt.body, scope, frame);
      if (completion === "break") return null;
      if (completion instanceof Return) return completion;
      scope = scope.copy();
      if (stmt.update !== null) yield* this.#expressions.evaluate(stmt.update, scope, frame);
    }
  }

  *#forOf(stmt: Statement & { kind: "forOf" }, around: Scope, frame: Frame): Running {
    const through = yield* this.#expressions.evaluate(stmt.iterated, around, frame);
    if (stmt.await === true) throw new NotInterpreted("for await");
    const items = stmt.of ? (through as Iterable<unknown>) : namesOf(through);
    if (!isIterable(items)) throw new TypeError(`${written(stmt.iterated)} is not iterable`);
    for (const item of items) {
      spend();
      const scope = new Scope(around);
      yield* this.#expressions.assign(stmt.target, item, scope, frame, stmt.assigns !== true);
      const completion = yield* this.block(stmt.body, scope, frame);
      if (completion === "break") return null;
      if (completion instanceof Return) return completion;
    }
    return null;
  }

  *#while(stmt: Statement & { kind: "while" }, scope: Scope, frame: Frame): Running {
    for (let first = stmt.once; ; first = false) {
      if (!first && !(yield* this.#expressions.evaluate(stmt.test, scope, frame))) return null;
      const completion = yield* this.block(stmt.body, scope, frame);
      if (completion === "break") return null;
      if (completion instanceof Return) return completion;
    }
  }

  *#switch(stmt: Statement & { kind: "switch" }, around: Scope, frame: Frame): Running {
    const subject = yield* this.#expressions.evaluate(stmt.subject, around, frame);
    const scope = new Scope(around);
    let from = -1;
    for (const [n, { test }] of stmt.cases.entries()) {
      if (test === null || (yield* this.#expressions.evaluate(test, scope, frame)) !== subject) continue;
      from = n;
      break;
    }
    if (from < 0) from = stmt.cases.findIndex(({ test }) => test === null);
    if (from < 0) return null;
    for (const { body } of stmt.cases) this.#announce(body, scope);
    for (const { body } of stmt.cases.slice(from)) {
      const completion = yield* this.run(body, scope, frame);
      if (completion === "break") return null;
      if (completion !== null) return completion;
    }
    return null;
  }

  *#try(stmt: Statement & { kind: "try" }, scope: Scope, frame: Frame): Running {
    let completion: Completion = null;
    let lost = false;
    try {
      completion = yield* this.block(stmt.body, scope, frame);
    } catch (thrown) {
      lost = isLost(thrown);
      if (stmt.handler === null || lost) throw thrown;
      const inside = new Scope(scope);
      if (stmt.param !== null) yield* this.#expressions.assign(stmt.param, thrown, inside, frame, true);
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

function namesIn(target: Pattern<NodeExtras>, scope: Scope): void {
  if (target.kind === "identifier") scope.announce(target.name);
  else if (target.kind === "objectPattern" || target.kind === "arrayPattern") {
    for (const part of target.parts) if (part !== null) namesIn(part.target, scope);
    if (target.rest !== null) namesIn(target.rest, scope);
  }
}

/** The names that `for..in` goes through: what is taken away on the way is left out. */
function* namesOf(object: unknown): Generator<string> {
  for (const [name] of entriesOf(object))
    if (typeof object !== "object" || object === null || has(object, name)) yield name;
}
