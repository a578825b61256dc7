/** What a policy that is a function decides, way by way: "reset if err instanceof Timeout, escalate otherwise". */
import { excerpt } from "../../evaluate/excerpt.ts";
import type { Expr, Func, Stmt } from "../../ir.ts";

interface Decision {
  what: string;
  when: string;
}

const MAX_WAYS = 8;

/** The ways through the function, as text; null when it decides nothing that has a name. */
export function decisions(f: Func, name: (x: Expr) => string | null): string | null {
  const ways = waysThrough(f, name);
  if (ways.length === 0 || ways.every((way) => way.what === "?")) return null;
  const shown = ways.slice(0, MAX_WAYS).map(({ what, when }) => (when === "" ? what : `${what} ${when}`));
  return `${shown.join(", ")}${ways.length > MAX_WAYS ? ", …" : ""}`;
}

/** What is decided about everything that no other way is for; null where that has no name. */
export function lastDecision(f: Func, name: (x: Expr) => string | null): string | null {
  const last = waysThrough(f, name).at(-1);
  return last === undefined || last.what === "?" ? null : last.what;
}

function waysThrough(f: Func, name: (x: Expr) => string | null): Decision[] {
  const ways: Decision[] = [];
  if (Array.isArray(f.body)) inBlock(f.body, "", ways, name);
  else inExpression(f.body, "", ways, name);
  return ways;
}

/** Whether what follows runs only if nothing before it decided. */
function inBlock(
  body: readonly Stmt[],
  given: string,
  ways: Decision[],
  name: (x: Expr) => string | null,
): void {
  let when = given;
  for (const stmt of body) {
    const before = ways.length;
    switch (stmt.kind) {
      case "return":
        if (stmt.value !== null) inExpression(stmt.value, when, ways, name);
        return;
      case "throw":
        ways.push({ what: "fails itself", when });
        return;
      case "if": {
        inBlock(stmt.consequent, both(given, `if ${excerpt(stmt.test)}`), ways, name);
        if (stmt.alternate !== null) inBlock(stmt.alternate, both(given, "otherwise"), ways, name);
        break;
      }
      case "switch":
        for (const one of stmt.cases) {
          const test =
            one.test === null ? "otherwise" : `if ${excerpt(stmt.subject)} is ${excerpt(one.test)}`;
          inBlock(one.body, both(given, test), ways, name);
        }
        break;
      case "block":
        inBlock(stmt.body, given, ways, name);
        break;
      case "try":
        inBlock(stmt.body, given, ways, name);
        if (stmt.handler !== null) inBlock(stmt.handler, both(given, "if that fails"), ways, name);
        break;
    }
    if (ways.length > before) when = both(given, "otherwise");
  }
}

function inExpression(x: Expr, when: string, ways: Decision[], name: (x: Expr) => string | null): void {
  if (x.kind === "conditional") {
    inExpression(x.consequent, both(when, `if ${excerpt(x.test)}`), ways, name);
    inExpression(x.alternate, both(when, "otherwise"), ways, name);
    return;
  }
  const decided = x.kind === "await" ? x.argument : x;
  ways.push({ what: name(decided) ?? "?", when });
}

function both(outer: string, inner: string): string {
  return outer === "" || outer === "otherwise" ? inner : `${outer} and ${inner}`.replace("and if", "and");
}
