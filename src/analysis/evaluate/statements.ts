/** Running statements. */
import type { Stmt } from "../ir.ts";
import { originsOf, perhaps } from "./conditions.ts";
import { classValue, enumValue, evaluate, evaluateAs, functionValue, returned } from "./expressions.ts";
import { caught, isRejected } from "./failure.ts";
import { computedFrom, holds } from "./formula.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Changes } from "./journal.ts";
import { runFor, runForOf, runWhile } from "./loops.ts";
import { type Narrowed, narrowed } from "./narrow.ts";
import { both, type Origins, OTHER } from "./origins.ts";
import { bind } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { isThrownLater } from "./thrown-later.ts";
import { same } from "./truth.ts";
import { computed, throws, UNDEFINED, unknown, type Value } from "./values.ts";

/**
 * How a statement ends. "maybe-jump" and "maybe-ret": on some way it left the loop or the function, so what
 * follows runs perhaps.
 */
export type Status = "next" | "jump" | "return" | "throw" | "maybe-jump" | "maybe-ret";

const NONE: Changes = new Map();

export function runBlock(I: Interpreter, statements: readonly Stmt[], scope: Scope): Status {
  for (const statement of statements) {
    if (statement.kind === "functionDeclaration" && statement.func.name !== null) {
      scope.vars.set(statement.func.name, { contents: functionValue(I, statement.func, scope) });
    } else if (statement.kind === "classDeclaration" && statement.class.name !== null) {
      scope.vars.set(statement.class.name, { contents: classValue(I, statement.class, scope) });
    }
  }
  return runFrom(I, statements, 0, scope);
}

function runFrom(I: Interpreter, statements: readonly Stmt[], first: number, scope: Scope): Status {
  if (first >= statements.length) return "next";
  const { definitions } = I.world;
  if (!definitions.enter()) {
    I.stopTooDeep(scope.module.at(statements[first]!));
    return "throw";
  }
  const status = runAll(I, statements, first, scope);
  definitions.leave();
  return status;
}

function runAll(I: Interpreter, statements: readonly Stmt[], first: number, scope: Scope): Status {
  // Each statement of a module is a definition of its own.
  const ofModule = scope === I.top;
  for (let i = first; i < statements.length; i++) {
    const statement = statements[i]!;
    if (ofModule) I.renew();
    const status =
      statement.kind === "if" ? runIf(I, statement, statements, i, scope) : run(I, statement, scope);
    if (ofModule && I.exhausted) continue;
    if (statement.kind === "if" && status !== null) return status;
    if (status === "maybe-jump" || status === "maybe-ret")
      return runRest(I, statements, i + 1, scope, status, NONE, NONE, I.leftUnder ?? OTHER);
    if (status !== "next" && status !== null) return status;
  }
  return "next";
}

/** Runs what follows a place where some way out was taken perhaps. */
function runRest(
  I: Interpreter,
  statements: readonly Stmt[],
  first: number,
  scope: Scope,
  status: Status,
  left: Changes,
  stayed: Changes,
  condition: Origins,
): Status {
  const [changes, rest] = I.journal.branch(() => {
    I.charge(stayed.size + left.size);
    I.journal.apply(stayed);
    return perhaps(I, condition, () => runFrom(I, statements, first, scope));
  });
  I.leftUnder = condition;
  I.charge(changes.size);
  if (rest === "throw" && !I.exhausted) {
    I.journal.apply(left);
    return status === "maybe-jump" ? "jump" : "return";
  }
  const at = scope.module.at(statements[first] ?? statements[0]!);
  I.journal.merge(left, changes, unknown("depends on a condition", at));
  if (rest === "return" && status === "maybe-ret") return "return";
  if (rest === "jump" && status === "maybe-jump") return "jump";
  if (rest === "return" || rest === "maybe-ret") return "maybe-ret";
  return status;
}

/** Null: go on with the next statement. */
function runIf(
  I: Interpreter,
  statement: Stmt & { kind: "if" },
  statements: readonly Stmt[],
  index: number,
  scope: Scope,
): Status | null {
  const test = evaluate(I, statement.test, scope);
  const condition = holds(I, test);
  if (condition !== null) {
    const taken = condition ? statement.consequent : statement.alternate;
    if (taken === null) return null;
    const status = runBlock(I, taken, new Scope(scope, scope.module, null, null));
    if (status === "maybe-jump" || status === "maybe-ret") {
      return runRest(I, statements, index + 1, scope, status, NONE, NONE, I.leftUnder ?? OTHER);
    }
    return status === "next" ? null : status;
  }
  const under = originsOf(test);
  const branch = (body: readonly Stmt[] | null, known: Narrowed | null) =>
    I.journal.branch((): Status => {
      if (known !== null) I.journal.write(known.cell, known.value);
      if (body === null) return "next";
      return perhaps(I, under, () => runBlock(I, body, new Scope(scope, scope.module, null, null)));
    });
  const ifTrue = narrowed(statement.test, true, scope);
  const ifFalse = narrowed(statement.test, false, scope);
  const [yes, a] = branch(statement.consequent, ifTrue);
  const [no, b] = branch(statement.alternate, ifFalse);
  // What goes on after both is as much known as before.
  if (!leaves(b)) forget(yes, ifTrue);
  if (!leaves(a)) forget(no, ifFalse);
  const why = computed(statement.test, scope.module.at(statement.test), "depends on a condition: ");
  if (a === "throw" && b === "throw") return "throw";
  if (a === "throw" || b === "throw") {
    I.journal.apply(a === "throw" ? no : yes);
    const status = a === "throw" ? b : a;
    if (status === "maybe-jump" || status === "maybe-ret") {
      return runRest(I, statements, index + 1, scope, status, NONE, NONE, under);
    }
    return status === "next" ? null : status;
  }
  if (a === "next" && b === "next") {
    I.journal.merge(yes, no, why);
    return null;
  }
  const aLeaves = leaves(a);
  const bLeaves = leaves(b);
  if (aLeaves && bLeaves) {
    I.lastJump = "either";
    I.jumpsTo = null;
    I.journal.merge(yes, no, why);
    return a === b ? a : "return";
  }
  const returns = [a, b].some((status) => status === "return" || status === "maybe-ret");
  const status: Status = returns ? "maybe-ret" : "maybe-jump";
  if (aLeaves) return runRest(I, statements, index + 1, scope, status, yes, no, under);
  if (bLeaves) return runRest(I, statements, index + 1, scope, status, no, yes, under);
  I.journal.merge(yes, no, why);
  return runRest(I, statements, index + 1, scope, status, NONE, NONE, under);
}

const leaves = (status: Status): boolean => status === "return" || status === "jump" || status === "throw";

function forget(changes: Changes, known: Narrowed | null): void {
  if (known !== null && changes.get(known.cell) === known.value) changes.delete(known.cell);
}

/** Runs one statement that is no `if` with something after it. */
export function run(I: Interpreter, statement: Stmt, scope: Scope): Status {
  if (!I.step()) {
    I.cut(scope.module.at(statement));
    return "throw";
  }
  switch (statement.kind) {
    case "expression":
      return throws(evaluateAs(I, "dropped", statement.expr, scope)) ? "throw" : "next";
    case "var":
      for (const d of statement.declarators) {
        // `var x;` leaves x as it is.
        if (
          statement.functionScoped === true &&
          d.value === null &&
          d.target.kind === "identifier" &&
          scope.function().vars.has(d.target.name)
        )
          continue;
        const v = d.value === null ? UNDEFINED : evaluate(I, d.value, scope);
        bind(I, d.target, v, scope, true, statement.functionScoped === true);
        const cell = d.type && d.target.kind === "identifier" ? scope.vars.get(d.target.name) : undefined;
        if (cell !== undefined) cell.declared = d;
      }
      return "next";
    case "return": {
      const v = statement.value === null ? UNDEFINED : returned(I, statement.value, scope);
      if (throws(v)) return "throw";
      I.frame.returns.push(v);
      I.frame.under = I.conditions.slice(I.frame.conditions).reduce(both, I.frame.under);
      if (I.exhausted && I.journal.level === I.frame.level && I.frame.yields === null) I.frame.partial ??= v;
      if (I.muted === 0) I.hooks.returned?.(v, scope.module.at(statement), I);
      return "return";
    }
    case "throw": {
      const v = evaluate(I, statement.value, scope);
      I.throws++;
      if (I.muted === 0) I.hooks.thrown?.(v, scope.module.at(statement), I);
      return "throw";
    }
    case "block": {
      const status = runBlock(I, statement.body, new Scope(scope, scope.module, null, null));
      return status === "jump" && isNamed(I, statement) ? "next" : status;
    }
    case "jump":
      I.lastJump = statement.word;
      I.jumpsTo = statement.label ?? null;
      return "jump";
    case "for":
      return runFor(I, statement, new Scope(scope, scope.module, null, null));
    case "forOf":
      return runForOf(I, statement, scope);
    case "while":
      return runWhile(I, statement, scope);
    case "switch":
      return runSwitch(I, statement, scope);
    case "try":
      return runTry(I, statement, scope);
    case "if": // as the body of a label
      return runFrom(I, [statement], 0, scope);
    case "enum":
      scope.vars.set(statement.name, { contents: enumValue(I, statement, scope) });
      return "next";
    default:
      return "next";
  }
}

function runSwitch(I: Interpreter, statement: Stmt & { kind: "switch" }, scope: Scope): Status {
  const x = evaluate(I, statement.subject, scope);
  const tests = statement.cases.map((clause) => {
    if (clause.test === null) return { is: null, from: originsOf(UNDEFINED) };
    const v = evaluate(I, clause.test, scope);
    I.hooks.compared?.(x, v);
    const is = same(x, v) ?? decidedEqual(I, x, v);
    if (is === true && v.kind === "literal") I.hooks.named?.(v.value);
    return { is, from: originsOf(v) };
  });
  const inner = new Scope(scope, scope.module, null, null);
  const known = tests.findIndex(({ is }) => is === true);
  const open = tests.some(({ is }, i) => is === null && statement.cases[i]!.test !== null);
  if (known >= 0 || !open) {
    const from = known >= 0 ? known : statement.cases.findIndex((clause) => clause.test === null);
    if (from < 0) return "next";
    const status = runBlock(
      I,
      statement.cases.slice(from).flatMap((clause) => clause.body),
      inner,
    );
    if (status === "maybe-jump")
      return leavesMore(statement.cases.flatMap(({ body }) => body)) ? status : "next";
    const isOwn = I.jumpsTo === null ? I.lastJump === "break" : isNamed(I, statement);
    return status === "jump" && isOwn ? "next" : status;
  }
  const why = computed(statement.subject, scope.module.at(statement.subject), "depends on ");
  const under = tests.reduce((all: Origins, { from }) => both(all, from), originsOf(x));
  let all: Changes = NONE;
  let everyLeaves = statement.cases.some((clause) => clause.test === null);
  let anyReturns = false;
  statement.cases.forEach((clause, i) => {
    if (tests[i]!.is === false || clause.body.length === 0) return;
    const [changes, ended] = I.journal.branch(() =>
      perhaps(I, under, () => runBlock(I, clause.body, new Scope(inner, scope.module, null, null))),
    );
    if (ended === "return" || ended === "maybe-ret") anyReturns = true;
    if (ended !== "return" && ended !== "throw") everyLeaves = false;
    if (ended === "throw") return;
    const before = all;
    [all] = I.journal.branch(() => I.journal.merge(changes, before, why));
  });
  I.journal.apply(all);
  I.leftUnder = under;
  if (!anyReturns && statement.cases.some(({ body }) => leavesMore(body))) return "maybe-jump";
  return everyLeaves ? (anyReturns ? "return" : "throw") : anyReturns ? "maybe-ret" : "next";
}

/** Whether the last jump names a statement; then it has got where it led. */
export function isNamed(I: Interpreter, { labels }: Stmt): boolean {
  if (I.jumpsTo === null || labels?.includes(I.jumpsTo) !== true) return false;
  I.jumpsTo = null;
  return true;
}

/** Whether something in a `switch` goes on with the loop around, or leaves what has a name. */
function leavesMore(body: readonly Stmt[]): boolean {
  return jumpsIn(body, ({ word, label }) => word === "continue" || label !== undefined);
}

/** Whether there is a jump of some kind in statements, loops and `switch` in them apart, which have their own. */
export function jumpsIn(body: readonly Stmt[], isOne: (jump: Stmt & { kind: "jump" }) => boolean): boolean {
  const named = ({ label }: Stmt & { kind: "jump" }): boolean => label !== undefined;
  return body.some((s) => {
    switch (s.kind) {
      case "jump":
        return isOne(s);
      case "if":
        return jumpsIn(s.consequent, isOne) || (s.alternate !== null && jumpsIn(s.alternate, isOne));
      case "block":
        return jumpsIn(s.body, isOne);
      case "try":
        return [s.body, s.handler, s.finalizer].some((part) => part !== null && jumpsIn(part, isOne));
      case "switch":
        return s.cases.some((each) =>
          jumpsIn(each.body, (jump) => jump.label !== undefined || (jump.word === "continue" && isOne(jump))),
        );
      case "for":
      case "forOf":
      case "while":
        return jumpsIn(s.body, named);
      default:
        return false;
    }
  });
}

/** Whether the subject of a `switch` is a case's value, where a run could tell. */
function decidedEqual(I: Interpreter, x: Value, v: Value): boolean | null {
  const at = v.kind === "literal" && (x.kind === "symbol" || x.kind === "unknown") ? x.at : null;
  return at === null ? null : holds(I, computedFrom(unknown("compared", at), "===", x, v));
}

/** Whether what has failed fails all the same when the handler has run: for certain, on a condition, or not at all. */
function failsAgain(I: Interpreter, statement: Stmt & { kind: "try" }, scope: Scope): boolean | null {
  const { handler, param } = statement;
  if (handler === null) return true;
  const { returns } = I.frame;
  const before = returns.length;
  const throwsBefore = I.throws;
  I.muted++;
  const [, ended] = I.journal.branch(() => {
    const inner = new Scope(scope, scope.module, null, null);
    if (param !== null) bind(I, param, caught(I.hooks.failure, scope.module.at(param)), inner, true);
    return runBlock(I, handler, inner);
  });
  I.muted--;
  const given = returns.splice(before);
  const isFailure = (v: Value): boolean => isRejected(v) || I.hooks.isFailure?.(v, I) === true;
  // Who ends itself later on is prepared: it has chosen how.
  if (ended === "throw" && I.phase !== "init" && I.throws === throwsBefore) return false;
  if (ended === "throw" || (ended === "return" && given.every(isFailure))) return true;
  if (I.throws > throwsBefore || given.some(isFailure)) return null;
  const around = I.calls.at(-1);
  return around === undefined ? false : isThrownLater(around, statement);
}

function runTry(I: Interpreter, statement: Stmt & { kind: "try" }, scope: Scope): Status {
  // What fails in `init` fails the start, unless the handler goes on. Where that is not known, it is not known what fails.
  const again = failsAgain(I, statement, scope);
  const decides = again === null;
  const catches = again === false;
  const at = scope.module.at(statement);
  const tell = (part: "try" | "catch" | "end"): void => {
    if (I.muted === 0 && statement.handler !== null) I.hooks.attempt?.(part, at, I);
  };
  if (catches) I.guarded++;
  tell("try");
  const attempt = (): Status => runBlock(I, statement.body, new Scope(scope, scope.module, null, null));
  let status = decides ? perhaps(I, OTHER, attempt) : attempt();
  if (catches) I.guarded--;
  tell("catch");
  if (statement.handler !== null) {
    const handler = statement.handler;
    const [changes, ended] = I.journal.branch(() => {
      const inner = new Scope(scope, scope.module, null, null);
      if (statement.param !== null)
        bind(I, statement.param, unknown("a caught error", scope.module.at(statement.param)), inner, true);
      I.handling++;
      const end = perhaps(I, OTHER, () => runBlock(I, handler, inner));
      I.handling--;
      return end;
    });
    tell("end");
    if (ended !== "throw" && ended !== "return") {
      I.journal.merge(changes, NONE, unknown("set when something fails", scope.module.at(statement)));
      if (status === "return") status = "maybe-ret";
      if (status === "jump") status = "maybe-jump";
      if (status === "throw") status = ended;
    } else if (status === "next") {
      status = ended === "return" ? "maybe-ret" : "next";
      I.leftUnder = OTHER;
    } else if (status === "throw") status = ended;
  }
  if (statement.finalizer !== null) {
    const last = runBlock(I, statement.finalizer, new Scope(scope, scope.module, null, null));
    if (last === "return" || last === "throw") return last;
  }
  return status;
}
