/** Running loops: turn by turn where that is known, else what one turn does, any number of times. */
import type { Expr, Pattern, Stmt } from "../ir.ts";
import { type Origins, OTHER, originsOf, perhaps } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { awaited, evaluate, evaluateAs } from "./expressions.ts";
import { inOrder } from "./globals.ts";
import type { Interpreter } from "./interpreter.ts";
import { type Changes, inAnyTurn } from "./journal.ts";
import { bind } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { run, runBlock, type Status } from "./statements.ts";
import { elementOf, isNone } from "./symbolic.ts";
import {
  computed,
  type Item,
  iterated,
  known,
  TRUE,
  truth,
  type Unknown,
  unknown,
  type Value,
} from "./values.ts";

const MAX_TURNS = 64;
const MAX_ENDLESS_TURNS = 12;
const NONE: Changes = new Map();

/** One turn of a loop: what it leaves for the statement after it. */
function turn(I: Interpreter, body: readonly Stmt[], scope: Scope): Status {
  return runBlock(I, body, new Scope(scope, scope.m, null, null));
}

/** `while` and `do … while`. */
export function runWhile(I: Interpreter, statement: Stmt & { k: "while" }, scope: Scope): Status {
  const turns = exactly(I, statement.b, null, scope, statement.c, statement.once);
  if (turns !== null) return turns;
  return repeat(I, statement.b, scope, null, null, `loop: ${excerpt(statement.c)}`, statement.c, {
    certain: statement.once || statement.c.k === "lit",
    under: I.leftUnder ?? OTHER,
  });
}

/** `for (…;…;…)`. */
export function runFor(I: Interpreter, loop: Stmt & { k: "for" }, scope: Scope): Status {
  if (loop.i !== null) run(I, loop.i, scope);
  const why = loop.c === null ? "loop" : `loop: ${excerpt(loop.c)}`;
  const place = loop.c ?? ({ ...loop, k: "opaque", x: [], w: "loop" } satisfies Expr);
  const turns = exactly(I, loop.b, loop.u, scope, loop.c, false);
  if (turns !== null) return turns;
  return repeat(
    I,
    loop.u === null ? loop.b : [...loop.b, { k: "expr", s: loop.s, e: loop.e, x: loop.u }],
    scope,
    null,
    null,
    why,
    place,
    { certain: loop.c === null, under: I.leftUnder ?? OTHER },
  );
}

/** Runs a loop turn by turn while its condition is known; null, and no effect, when it is not. */
function exactly(
  I: Interpreter,
  body: readonly Stmt[],
  update: Expr | null,
  outer: Scope,
  test: Expr | null,
  once: boolean,
): Status | null {
  const [changes, exact] = I.journal.branch((): Status | null => {
    let status: Status = "next";
    let scope = outer;
    // `for (;;)` and `while (true)` mostly are what a process does for its whole life.
    const most = test === null || test.k === "lit" ? MAX_ENDLESS_TURNS : MAX_TURNS;
    for (let n = 0; n <= most; n++) {
      const tested = test === null || (once && n === 0) ? TRUE : evaluate(I, test, scope);
      const condition = truth(tested);
      if (I.exhausted) return "throw";
      I.leftUnder = condition === null ? originsOf(tested) : OTHER;
      if (condition === null || n === most) return null;
      if (!condition) return status;
      const ended = turn(I, body, scope);
      if (ended === "ret" || ended === "throw") return ended;
      // With a `break` in it, the loop is no longer followed turn by turn.
      if (ended === "jump" && I.lastJump === "break") return status;
      if (ended === "maybe-jump" && jumps(body)) return null;
      if (ended === "jump" && I.lastJump === "either") return null;
      if (ended === "maybe-ret") status = ended;
      if (update === null) continue;
      // Each turn has variables of its own: what a function made in it sees stays.
      scope = copyOf(scope);
      evaluate(I, update, scope);
    }
    return null;
  });
  if (exact !== null) I.journal.apply(changes);
  return exact;
}

function copyOf(scope: Scope): Scope {
  if (scope.vars.size === 0) return scope;
  const copy = new Scope(scope.parent, scope.m, scope.self, scope.home);
  for (const [name, cell] of scope.vars) copy.vars.set(name, { c: cell.c });
  return copy;
}

function _patternName(t: Pattern): string {
  return t.k === "id" ? t.n : "";
}

/** `for … of`, `for … in` and `for await`. */
export function runForOf(I: Interpreter, loop: Stmt & { k: "forof" }, scope: Scope): Status {
  const over = loop.aw === true ? evaluateAs(I, "awaited", loop.x, scope) : evaluate(I, loop.x, scope);
  if (loop.aw === true) awaited(I, over, loop.x, scope.m.at(loop.x));
  const contents = loop.of ? iterated(over, scope.m.at(loop.x)) : null;
  const items = loop.of ? (contents?.items ?? null) : keysOf(over, scope, loop);
  if (items === null) {
    const why = computed(loop.x, scope.m.at(loop.t), "element of ");
    if (isNone(over)) return "next";
    const sure = known(over).k === "list";
    const element = loop.of && over.k === "sym" ? elementOf(over, why.why, scope.m.at(loop.t)) : why;
    return repeat(I, loop.b, scope, loop.t, element, `loop over ${excerpt(loop.x)}`, loop.x, {
      certain: sure,
      under: originsOf(over),
    });
  }
  let result: Status = "next";
  for (const item of items) {
    if (!I.step()) {
      I.cut(scope.m.at(loop));
      return "throw";
    }
    if (item.card === "many") {
      const status = repeat(I, loop.b, scope, loop.t, item.v, `loop over ${excerpt(loop.x)}`, loop.x, {
        count: item.count,
        certain: item.count !== null && item.count > 0,
      });
      if (status !== "next") result = status;
      continue;
    }
    const perTurn = new Scope(scope, scope.m, null, null);
    const go = (): Status => {
      bind(I, loop.t, item.v, perTurn, loop.t.k !== "ref");
      return turn(I, loop.b, perTurn);
    };
    let ended: Status;
    if (item.card === "maybe" || result === "maybe-ret" || result === "maybe-jump") {
      const [changes, status] = I.journal.branch(() => perhaps(I, OTHER, go));
      I.journal.merge(changes, NONE, computed(loop.x, scope.m.at(loop.x), "depends on "));
      ended =
        status === "ret"
          ? "maybe-ret"
          : status === "jump"
            ? "maybe-jump"
            : status === "throw"
              ? "next"
              : status;
    } else ended = go();
    if (ended === "ret" || ended === "throw") return ended;
    if (ended === "jump" && I.lastJump === "break") return result === "maybe-jump" ? "next" : result;
    if (ended === "jump" && I.lastJump === "continue") continue;
    if (ended === "jump" || ended === "maybe-jump") {
      if (jumps(loop.b)) result = "maybe-jump";
    } else if (ended !== "next") result = ended;
  }
  if (contents !== null && contents.open !== null) {
    const status = repeat(I, loop.b, scope, loop.t, contents.open, `loop over ${excerpt(loop.x)}`, loop.x);
    if (status !== "next") result = status;
  }
  return result === "maybe-jump" ? "next" : result;
}

/** Whether a `break` of this loop may be what ended a turn. */
function jumps(body: readonly Stmt[]): boolean {
  return body.some((s) =>
    s.k === "jump"
      ? s.w === "break"
      : s.k === "if"
        ? jumps(s.t) || (s.f !== null && jumps(s.f))
        : s.k === "block"
          ? jumps(s.b)
          : s.k === "try"
            ? jumps(s.b) || (s.h !== null && jumps(s.h))
            : false,
  );
}

function keysOf(over: Value, scope: Scope, loop: Stmt): Item[] | null {
  if (over.k !== "rec" || over.c.open !== null) return null;
  return inOrder(over.c.props).map(([name, entry]) => ({
    v: { k: "lit", v: name },
    card: entry.maybe ? "maybe" : "one",
    count: null,
    at: scope.m.at(loop),
  }));
}

interface Turns {
  count?: number | null;
  /** It runs at least once. */
  certain?: boolean;
  /** What the number of its turns depends on. */
  under?: Origins;
}

/** A loop of unknown length: what one turn adds is there many times, what it assigns is unknown. */
export function repeat(
  I: Interpreter,
  body: readonly Stmt[],
  scope: Scope,
  t: (Stmt & { k: "forof" })["t"] | null,
  element: Value | null,
  why: string,
  place: Expr,
  { count = null, certain = false, under = OTHER }: Turns = {},
): Status {
  const reason: Unknown = unknown(why, scope.m.at(place));
  const go = (): Status => {
    const inner = new Scope(scope, scope.m, null, null);
    if (t !== null && element !== null) bind(I, t, element, inner, t.k !== "ref");
    return turn(I, body, inner);
  };
  I.muted++;
  const [trial] = I.journal.branch(go);
  I.muted--;
  const [final, ended] = I.journal.branch(() => {
    for (const [target, contents] of trial) I.journal.write(target, inAnyTurn(target.c, contents, reason));
    return certain ? go() : perhaps(I, under, go);
  });
  I.journal.repeat(final, count, reason);
  if (ended !== "ret" && ended !== "maybe-ret") return "next";
  I.leftUnder = under;
  return "maybe-ret";
}
