/** Running statements. */
import type { Stmt } from "../ir.ts";
import { both, type Origins, OTHER, originsOf, perhaps } from "./conditions.ts";
import { classValue, enumValue, evaluate, evaluateAs, functionValue, returned } from "./expressions.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Changes } from "./journal.ts";
import { runFor, runForOf, runWhile } from "./loops.ts";
import { bind } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { computed, same, truth, UNDEFINED, unknown } from "./values.ts";

/**
 * How a statement ends. "maybe-jump" and "maybe-ret": on some way it left the loop or the function, so what
 * follows runs perhaps.
 */
export type Status = "next" | "jump" | "ret" | "throw" | "maybe-jump" | "maybe-ret";

const NONE: Changes = new Map();

export function runBlock(I: Interpreter, statements: readonly Stmt[], scope: Scope): Status {
  for (const statement of statements) {
    if (statement.k === "func" && statement.f.n !== null) {
      scope.vars.set(statement.f.n, { c: functionValue(I, statement.f, scope) });
    } else if (statement.k === "class" && statement.c.n !== null) {
      scope.vars.set(statement.c.n, { c: classValue(I, statement.c, scope) });
    }
  }
  return runFrom(I, statements, 0, scope);
}

export function runFrom(I: Interpreter, statements: readonly Stmt[], first: number, scope: Scope): Status {
  if (first >= statements.length) return "next";
  const { definitions } = I.world;
  if (!definitions.enter()) {
    I.stopTooDeep(scope.m.at(statements[first]!));
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
      statement.k === "if" ? runIf(I, statement, statements, i, scope) : run(I, statement, scope);
    if (ofModule && I.exhausted) continue;
    if (statement.k === "if" && status !== null) return status;
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
    return status === "maybe-jump" ? "jump" : "ret";
  }
  const at = scope.m.at(statements[first] ?? statements[0]!);
  I.journal.merge(left, changes, unknown("depends on a condition", at));
  if (rest === "ret" && status === "maybe-ret") return "ret";
  if (rest === "jump" && status === "maybe-jump") return "jump";
  if (rest === "ret" || rest === "maybe-ret") return "maybe-ret";
  return status;
}

/** Null: go on with the next statement. */
function runIf(
  I: Interpreter,
  statement: Stmt & { k: "if" },
  statements: readonly Stmt[],
  index: number,
  scope: Scope,
): Status | null {
  const test = evaluate(I, statement.c, scope);
  const condition = truth(test);
  if (condition !== null) {
    const taken = condition ? statement.t : statement.f;
    if (taken === null) return null;
    const status = runBlock(I, taken, new Scope(scope, scope.m, null, null));
    if (status === "maybe-jump" || status === "maybe-ret") {
      return runRest(I, statements, index + 1, scope, status, NONE, NONE, I.leftUnder ?? OTHER);
    }
    return status === "next" ? null : status;
  }
  const under = originsOf(test);
  const branch = (body: readonly Stmt[]): Status =>
    perhaps(I, under, () => runBlock(I, body, new Scope(scope, scope.m, null, null)));
  const [yes, a] = I.journal.branch(() => branch(statement.t));
  const [no, b] = I.journal.branch(() => (statement.f === null ? "next" : branch(statement.f)));
  const why = computed(statement.c, scope.m.at(statement.c), "depends on a condition: ");
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
  const aLeaves = a === "ret" || a === "jump";
  const bLeaves = b === "ret" || b === "jump";
  if (aLeaves && bLeaves) {
    I.lastJump = "either";
    I.journal.merge(yes, no, why);
    return a === b ? a : "ret";
  }
  const returns = [a, b].some((status) => status === "ret" || status === "maybe-ret");
  const status: Status = returns ? "maybe-ret" : "maybe-jump";
  if (aLeaves) return runRest(I, statements, index + 1, scope, status, yes, no, under);
  if (bLeaves) return runRest(I, statements, index + 1, scope, status, no, yes, under);
  I.journal.merge(yes, no, why);
  return runRest(I, statements, index + 1, scope, status, NONE, NONE, under);
}

/** Runs one statement that is no `if` with something after it. */
export function run(I: Interpreter, statement: Stmt, scope: Scope): Status {
  if (!I.step()) {
    I.cut(scope.m.at(statement));
    return "throw";
  }
  switch (statement.k) {
    case "expr":
      evaluateAs(I, "dropped", statement.x, scope);
      return "next";
    case "var":
      for (const d of statement.d) {
        // `var x;` leaves x as it is.
        if (statement.fn === true && d.v === null && d.t.k === "id" && scope.function().vars.has(d.t.n))
          continue;
        const v = d.v === null ? UNDEFINED : evaluate(I, d.v, scope);
        bind(I, d.t, v, scope, true, statement.fn === true);
      }
      return "next";
    case "ret": {
      const v = statement.x === null ? UNDEFINED : returned(I, statement.x, scope);
      I.frame.returns.push(v);
      if (I.exhausted && I.journal.level === I.frame.level && I.frame.yields === null) I.frame.partial ??= v;
      if (I.muted === 0) I.hooks.returned?.(v, scope.m.at(statement), I);
      return "ret";
    }
    case "throw": {
      const v = evaluate(I, statement.x, scope);
      if (I.muted === 0) I.hooks.thrown?.(v, scope.m.at(statement), I);
      return "throw";
    }
    case "block":
      return runBlock(I, statement.b, new Scope(scope, scope.m, null, null));
    case "jump":
      I.lastJump = statement.w;
      return "jump";
    case "for":
      return runFor(I, statement, new Scope(scope, scope.m, null, null));
    case "forof":
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
      scope.vars.set(statement.n, { c: enumValue(I, statement, scope) });
      return "next";
    default:
      return "next";
  }
}

function runSwitch(I: Interpreter, statement: Stmt & { k: "switch" }, scope: Scope): Status {
  const x = evaluate(I, statement.x, scope);
  const tests = statement.c.map((clause) => {
    if (clause.t === null) return { is: null, from: originsOf(UNDEFINED) };
    const v = evaluate(I, clause.t, scope);
    I.hooks.compared?.(x, v);
    const is = same(x, v);
    if (is === true && v.k === "lit") I.hooks.named?.(v.v);
    return { is, from: originsOf(v) };
  });
  const inner = new Scope(scope, scope.m, null, null);
  const known = tests.findIndex(({ is }) => is === true);
  const open = tests.some(({ is }, i) => is === null && statement.c[i]!.t !== null);
  if (known >= 0 || !open) {
    const from = known >= 0 ? known : statement.c.findIndex((clause) => clause.t === null);
    if (from < 0) return "next";
    const status = runBlock(
      I,
      statement.c.slice(from).flatMap((clause) => clause.b),
      inner,
    );
    return status === "jump" || status === "maybe-jump" ? "next" : status;
  }
  const why = computed(statement.x, scope.m.at(statement.x), "depends on ");
  const under = tests.reduce((all: Origins, { from }) => both(all, from), originsOf(x));
  let all: Changes = NONE;
  let everyLeaves = statement.c.some((clause) => clause.t === null);
  let anyReturns = false;
  statement.c.forEach((clause, i) => {
    if (tests[i]!.is === false || clause.b.length === 0) return;
    const [changes, ended] = I.journal.branch(() =>
      perhaps(I, under, () => runBlock(I, clause.b, new Scope(inner, scope.m, null, null))),
    );
    if (ended === "ret" || ended === "maybe-ret") anyReturns = true;
    if (ended !== "ret" && ended !== "throw") everyLeaves = false;
    if (ended === "throw") return;
    const before = all;
    [all] = I.journal.branch(() => I.journal.merge(changes, before, why));
  });
  I.journal.apply(all);
  I.leftUnder = under;
  return everyLeaves ? (anyReturns ? "ret" : "throw") : anyReturns ? "maybe-ret" : "next";
}

function runTry(I: Interpreter, statement: Stmt & { k: "try" }, scope: Scope): Status {
  const catches = statement.h !== null && statement.h.at(-1)?.k !== "throw";
  const at = scope.m.at(statement);
  const tell = (part: "try" | "catch" | "end"): void => {
    if (I.muted === 0 && statement.h !== null) I.hooks.attempt?.(part, at, I);
  };
  if (catches) I.guarded++;
  tell("try");
  let status = runBlock(I, statement.b, new Scope(scope, scope.m, null, null));
  if (catches) I.guarded--;
  tell("catch");
  if (statement.h !== null) {
    const handler = statement.h;
    const [changes, ended] = I.journal.branch(() => {
      const inner = new Scope(scope, scope.m, null, null);
      if (statement.p !== null)
        bind(I, statement.p, unknown("a caught error", scope.m.at(statement.p)), inner, true);
      return perhaps(I, OTHER, () => runBlock(I, handler, inner));
    });
    tell("end");
    if (ended !== "throw" && ended !== "ret") {
      I.journal.merge(changes, NONE, unknown("set when something fails", scope.m.at(statement)));
      if (status === "ret") status = "maybe-ret";
      if (status === "jump") status = "maybe-jump";
      if (status === "throw") status = ended;
    } else if (status === "next") {
      status = ended === "ret" ? "maybe-ret" : "next";
      I.leftUnder = OTHER;
    } else if (status === "throw") status = ended;
  }
  if (statement.f !== null) {
    const last = runBlock(I, statement.f, new Scope(scope, scope.m, null, null));
    if (last === "ret" || last === "throw") return last;
  }
  return status;
}
