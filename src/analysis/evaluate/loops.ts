/** Running loops: turn by turn where that is known, else what one turn does, any number of times. */

import type { Expr, Pattern, Stmt } from "../ir.ts";
import { inTurn, originsOf, perhaps, turnOf } from "./conditions.ts";
import { excerpt } from "./excerpt.ts";
import { awaited, evaluate, evaluateAs } from "./expressions.ts";
import { inOrder } from "./globals.ts";
import type { Interpreter } from "./interpreter.ts";
import { type Changes, inAnyTurn } from "./journal.ts";
import { withExports } from "./namespaces.ts";
import { type Origins, OTHER } from "./origins.ts";
import { bind } from "./patterns.ts";
import { Scope } from "./scope.ts";
import { isNamed, jumpsIn, run, runBlock, type Status } from "./statements.ts";
import { elementOf, isNone } from "./symbolic.ts";
import { known, truth } from "./truth.ts";
import { computed, type Item, iterated, TRUE, type Unknown, unknown, type Value } from "./values.ts";

const MAX_TURNS = 64;
const MAX_ENDLESS_TURNS = 12;
const NONE: Changes = new Map();

/** One turn of a loop: what it leaves for the statement after it. */
function turn(I: Interpreter, body: readonly Stmt[], scope: Scope): Status {
  return runBlock(I, body, new Scope(scope, scope.module, null, null));
}

/** `while` and `do … while`. */
export function runWhile(I: Interpreter, statement: Stmt & { kind: "while" }, scope: Scope): Status {
  const turns = exactly(I, statement, null, scope, statement.test, statement.once);
  if (turns !== null) return turns;
  const status = waited(I, (under) =>
    repeat(I, statement.body, scope, null, null, `loop: ${excerpt(statement.test)}`, statement.test, {
      certain: statement.once || statement.test.kind === "literal",
      under,
    }),
  );
  return open(statement, status);
}

/** `for (…;…;…)`. */
export function runFor(I: Interpreter, loop: Stmt & { kind: "for" }, scope: Scope): Status {
  if (loop.init !== null) run(I, loop.init, scope);
  const why = loop.test === null ? "loop" : `loop: ${excerpt(loop.test)}`;
  const place = loop.test ?? ({ ...loop, kind: "opaque", parts: [], what: "loop" } satisfies Expr);
  const turns = exactly(I, loop, loop.update, scope, loop.test, false);
  if (turns !== null) return turns;
  const body: readonly Stmt[] =
    loop.update === null
      ? loop.body
      : [...loop.body, { kind: "expression", start: loop.start, end: loop.end, expr: loop.update }];
  return open(
    loop,
    waited(I, (under) =>
      repeat(I, body, scope, null, null, why, place, { certain: loop.test === null, under }),
    ),
  );
}

/** Runs a loop that ends when a condition holds: whom that looks up is there afterwards. */
function waited(I: Interpreter, loop: (under: Origins) => Status): Status {
  const under = I.leftUnder ?? OTHER;
  const status = loop(under);
  for (const name of under.tested) {
    I.waitedFor.add(name);
    if (I.muted === 0) I.hooks.waitedFor?.(name, I);
  }
  return status;
}

/**
 * Runs a loop turn by turn while its condition is known; null, and no effect, when it is not. What it depends on that the
 * loop ends is left in `leftUnder`.
 */
function exactly(
  I: Interpreter,
  loop: Loop,
  update: Expr | null,
  outer: Scope,
  test: Expr | null,
  once: boolean,
): Status | null {
  const { body } = loop;
  if (I.muted === 0) I.hooks.loop?.("begin");
  const [changes, exact] = I.journal.branch((): Status | null => {
    let status: Status = "next";
    let scope = outer;
    let until: Origins = OTHER;
    // `for (;;)` and `while (true)` mostly are what a process does for its whole life.
    const most = test === null || test.kind === "literal" ? MAX_ENDLESS_TURNS : MAX_TURNS;
    for (let n = 0; n <= most; n++) {
      const tested = test === null || (once && n === 0) ? TRUE : evaluate(I, test, scope);
      const condition = truth(tested);
      if (I.exhausted) return "throw";
      I.leftUnder = condition === null ? originsOf(tested) : until;
      if (condition === null || n === most) return null;
      if (!condition) return status;
      // What has perhaps left the function takes no further turn for certain.
      const ended: Status = inTurn(I, status === "next" ? n : 0, () => turn(I, body, scope));
      if (ended === "return" || ended === "throw") return ended;
      // With a `break` in it, the loop is no longer followed turn by turn.
      if (ended === "jump" && leads(I, loop)) return ended;
      if (ended === "jump" && I.lastJump === "break") return status;
      if (ended === "maybe-jump" && jumps(body)) return null;
      if (ended === "maybe-ret") until = I.leftUnder ?? OTHER;
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
  if (I.muted === 0) I.hooks.loop?.(exact === null ? "forgotten" : "done");
  return exact;
}

function copyOf(scope: Scope): Scope {
  if (scope.vars.size === 0) return scope;
  const copy = new Scope(scope.parent, scope.module, scope.self, scope.home);
  for (const [name, cell] of scope.vars) copy.vars.set(name, { contents: cell.contents });
  return copy;
}

function _patternName(t: Pattern): string {
  return t.kind === "identifier" ? t.name : "";
}

/** `for … of`, `for … in` and `for await`. */
export function runForOf(I: Interpreter, loop: Stmt & { kind: "forOf" }, scope: Scope): Status {
  const over =
    loop.await === true ? evaluateAs(I, "awaited", loop.iterated, scope) : evaluate(I, loop.iterated, scope);
  if (loop.await === true) awaited(I, over, loop.iterated, scope.module.at(loop.iterated), "loop");
  const contents = loop.of ? iterated(over, scope.module.at(loop.iterated)) : null;
  const items = loop.of
    ? (contents?.items ?? null)
    : keysOf(withExports(I, over, scope.module.at(loop)), scope, loop);
  if (items === null) return open(loop, repeatUnknown(I, loop, over, scope));
  let result: Status = "next";
  for (const [n, item] of items.entries()) {
    if (!I.step()) {
      I.cut(scope.module.at(loop));
      return "throw";
    }
    if (item.card === "many") {
      const status = repeat(
        I,
        loop.body,
        scope,
        loop.target,
        item.value,
        `loop over ${excerpt(loop.iterated)}`,
        loop.iterated,
        {
          count: item.count,
          certain: item.count !== null && item.count > 0,
        },
      );
      if (status !== "next") result = status;
      continue;
    }
    const perTurn = new Scope(scope, scope.module, null, null);
    const go = (): Status => {
      bind(I, loop.target, item.value, perTurn, loop.target.kind !== "reference");
      return turn(I, loop.body, perTurn);
    };
    const isCertain = item.card !== "maybe" && result !== "maybe-ret" && result !== "maybe-jump";
    const ended = isCertain ? inTurn(I, n, go) : possibleTurn(I, loop, scope, go);
    if (ended === "return" || ended === "throw") return ended;
    if (ended === "jump" && leads(I, loop)) return result === "next" ? ended : "maybe-jump";
    if (ended === "jump" && I.lastJump === "break") return result === "maybe-jump" ? "next" : result;
    if (ended === "jump" && I.lastJump === "continue") continue;
    if (ended === "jump" || ended === "maybe-jump") {
      if (jumps(loop.body)) result = "maybe-jump";
    } else if (ended !== "next") result = ended;
  }
  if (contents !== null && contents.open !== null) {
    const status = repeat(
      I,
      loop.body,
      scope,
      loop.target,
      contents.open,
      `loop over ${excerpt(loop.iterated)}`,
      loop.iterated,
    );
    if (status !== "next") result = status;
  }
  return result === "maybe-jump" ? open(loop, "next") : result;
}

/** A loop over what is not known: any number of turns. */
function repeatUnknown(I: Interpreter, loop: Stmt & { kind: "forOf" }, over: Value, scope: Scope): Status {
  const why = computed(loop.iterated, scope.module.at(loop.target), "element of ");
  if (isNone(over)) return "next";
  const sure = known(over).kind === "list";
  const element =
    loop.of && over.kind === "symbol" ? elementOf(over, why.why, scope.module.at(loop.target)) : why;
  return repeat(
    I,
    loop.body,
    scope,
    loop.target,
    element,
    `loop over ${excerpt(loop.iterated)}`,
    loop.iterated,
    {
      certain: sure,
      under: originsOf(over),
    },
  );
}

/** A turn that may not be taken; what ends it ends it only perhaps. */
function possibleTurn(
  I: Interpreter,
  loop: Stmt & { kind: "forOf" },
  scope: Scope,
  go: () => Status,
): Status {
  const [changes, status] = I.journal.branch(() => perhaps(I, OTHER, go));
  I.journal.merge(changes, NONE, computed(loop.iterated, scope.module.at(loop.iterated), "depends on "));
  switch (status) {
    case "return":
      return "maybe-ret";
    case "jump":
      return "maybe-jump";
    case "throw":
      return "next";
    default:
      return status;
  }
}

/** Whether a `break` of this loop, or of one around, may be what ended a turn. */
function jumps(body: readonly Stmt[]): boolean {
  return jumpsIn(body, ({ word, label }) => word === "break" || label !== undefined);
}

/** Whether a turn may leave more than its loop. */
function leavesAround({ body, labels }: Loop): boolean {
  return jumpsIn(body, ({ label }) => label !== undefined && labels?.includes(label) !== true);
}

type Loop = Stmt & { kind: "for" | "forOf" | "while" };

/** How a loop ends that was not followed to its end: also as what is around it may be left. */
function open(loop: Loop, status: Status): Status {
  return status === "next" && leavesAround(loop) ? "maybe-jump" : status;
}

/** Whether the jump that has ended a turn leads out of the loop; else it is as if it named none. */
function leads(I: Interpreter, loop: Loop): boolean {
  return I.jumpsTo !== null && !isNamed(I, loop);
}

function keysOf(over: Value, scope: Scope, loop: Stmt): Item[] | null {
  if (over.kind !== "record" || over.contents.open !== null) return null;
  return inOrder(over.contents.props).map(([name, entry]) => ({
    value: { kind: "literal", value: name },
    card: entry.maybe ? "maybe" : "one",
    count: null,
    at: scope.module.at(loop),
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
  t: (Stmt & { kind: "forOf" })["target"] | null,
  element: Value | null,
  why: string,
  place: Expr,
  { count = null, certain = false, under = OTHER }: Turns = {},
): Status {
  const reason: Unknown = unknown(why, scope.module.at(place));
  const go = (): Status => {
    const inner = new Scope(scope, scope.module, null, null);
    if (t !== null && element !== null) bind(I, t, element, inner, t.kind !== "reference");
    return turn(I, body, inner);
  };
  I.muted++;
  const [trial] = I.journal.branch(go);
  I.muted--;
  const [final, ended] = I.journal.branch(() => {
    for (const [target, contents] of trial)
      I.journal.write(target, inAnyTurn(target.contents, contents, reason));
    return certain ? inTurn(I, turnOf(count), go) : perhaps(I, under, () => inTurn(I, null, go));
  });
  I.journal.repeat(final, count, reason);
  if (ended !== "return" && ended !== "maybe-ret") return "next";
  I.leftUnder = under;
  return "maybe-ret";
}
