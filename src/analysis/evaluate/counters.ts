/** Variables that a function counts on: where it may run any number of times, nobody knows how far it has come. */
import { keptFor } from "../../model/index.ts";
import { eachDeclarator, eachExpr } from "../facts/each-expression.ts";
import type { Func } from "../ir.ts";
import type { Interpreter } from "./interpreter.ts";
import { type Fn, unknown } from "./values.ts";

/** How many functions deep, each called by the one before, numbers are looked for. */
const MAX_DEPTH = 3;

/** Forgets them, and those of the functions that it calls, before the function is run as one that others call. */
export function forgetCounters(I: Interpreter, { func, scope }: Fn, depth = 0): void {
  for (const name of depth < MAX_DEPTH ? calledIn(func) : []) {
    const called = scope.find(name)?.contents;
    if (called?.kind === "function" && called.func !== func) forgetCounters(I, called, depth + 1);
  }
  for (const { name, part } of countersIn(func)) {
    const cell = scope.find(name);
    if (cell === null) continue;
    const why = unknown(`"${name}" counts how often a function runs`, scope.module.at(func));
    const { contents: c } = cell;
    if (part === null) {
      if (c.kind === "literal") I.journal.write(cell, why);
    } else if (c.kind === "record" && c.contents.props.get(part)?.value.kind === "literal") {
      const at = scope.module.at(func);
      const props = new Map(c.contents.props).set(part, { value: why, at, maybe: false });
      I.journal.write(c, { ...c.contents, props });
    }
  }
}

/** `n++`, `n += 1`, `ids.next++`: of variables that the function does not declare itself. */
const countersIn = keptFor((func: Func): readonly { name: string; part: string | null }[] => {
  const found: { name: string; part: string | null }[] = [];
  eachExpr(func, (x) => {
    if (x.kind !== "assignment" || (x.op !== "+=" && x.op !== "-=")) return;
    const { target: t } = x;
    if (t.kind === "identifier") found.push({ name: t.name, part: null });
    else if (t.kind === "reference" && t.expr.kind === "get" && t.expr.object.kind === "identifier")
      found.push({ name: t.expr.object.name, part: t.expr.name });
  });
  if (found.length === 0) return found;
  const own = new Set(func.params.flatMap(({ target: t }) => (t.kind === "identifier" ? [t.name] : [])));
  eachDeclarator(func, ({ target: t }) => {
    if (t.kind === "identifier") own.add(t.name);
  });
  return found.filter(({ name }) => !own.has(name));
});

/** The names of what a function calls. */
const calledIn = keptFor((func: Func): readonly string[] => {
  const found = new Set<string>();
  eachExpr(func, (x) => {
    if (x.kind === "call" && x.callee.kind === "identifier") found.add(x.callee.name);
  });
  return [...found];
});
