/** Handlers that keep what they have caught for a `throw` further on: `catch (error) { last = error; } … throw last;`. */
import { eachExpr } from "../facts/each-expression.ts";
import type { Expr, Func, Stmt } from "../ir.ts";

type Try = Stmt & { kind: "try" };

/** Whether what is caught there is thrown after all: null where that stands behind a condition that is about something else. */
export function isThrownLater({ body }: Func, { handler, param }: Try): boolean | null {
  if (handler === null || param?.kind !== "identifier" || !Array.isArray(body)) return false;
  const kept = keptIn(handler, param.name);
  return kept.size === 0 ? false : throwsOne(body, kept);
}

/** The variables that a handler gives what it has caught, or something made of it. */
function keptIn(handler: readonly Stmt[], error: string): Set<string> {
  const kept = new Set<string>();
  eachExpr(handler, (x) => {
    if (x.kind === "assignment" && x.target.kind === "identifier" && mentions(x.value, new Set([error])))
      kept.add(x.target.name);
  });
  return kept;
}

function mentions(code: Expr, names: ReadonlySet<string>): boolean {
  let found = false;
  eachExpr(code, (x) => {
    found ||= x.kind === "identifier" && names.has(x.name);
  });
  return found;
}

/** Whether statements throw what one of these variables holds. */
function throwsOne(body: readonly Stmt[], kept: ReadonlySet<string>): boolean | null {
  let found: boolean | null = false;
  for (const statement of body) {
    const here = throwsHere(statement, kept);
    if (here === true) return true;
    if (here === null) found = null;
  }
  return found;
}

function throwsHere(statement: Stmt, kept: ReadonlySet<string>): boolean | null {
  const perhaps = (...parts: (readonly Stmt[] | null)[]): null | false =>
    parts.some((part) => part !== null && throwsOne(part, kept) !== false) ? null : false;
  switch (statement.kind) {
    case "throw":
      return mentions(statement.value, kept);
    case "return":
      return statement.value !== null && isRejected(statement.value) && mentions(statement.value, kept);
    case "block":
      return throwsOne(statement.body, kept);
    case "if":
      return mentions(statement.test, kept)
        ? throwsOne([...statement.consequent, ...(statement.alternate ?? [])], kept)
        : perhaps(statement.consequent, statement.alternate);
    case "try":
      return perhaps(statement.body, statement.handler, statement.finalizer);
    case "switch":
      return perhaps(...statement.cases.map((each) => each.body));
    case "for":
    case "forOf":
    case "while":
      return perhaps(statement.body);
    default:
      return false;
  }
}

/** `Promise.reject(…)` */
const isRejected = (x: Expr): boolean =>
  x.kind === "call" && x.callee.kind === "get" && x.callee.name === "reject";
