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
  const ways: Decision[] = [];
  if (Array.isArray(f.b)) inBlock(f.b, "", ways, name);
  else inExpression(f.b, "", ways, name);
  if (ways.length === 0 || ways.every((way) => way.what === "?")) return null;
  const shown = ways.slice(0, MAX_WAYS).map(({ what, when }) => (when === "" ? what : `${what} ${when}`));
  return `${shown.join(", ")}${ways.length > MAX_WAYS ? ", …" : ""}`;
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
    switch (stmt.k) {
      case "ret":
        if (stmt.x !== null) inExpression(stmt.x, when, ways, name);
        return;
      case "throw":
        ways.push({ what: "fails itself", when });
        return;
      case "if": {
        inBlock(stmt.t, both(given, `if ${excerpt(stmt.c)}`), ways, name);
        if (stmt.f !== null) inBlock(stmt.f, both(given, "otherwise"), ways, name);
        break;
      }
      case "switch":
        for (const one of stmt.c) {
          const test = one.t === null ? "otherwise" : `if ${excerpt(stmt.x)} is ${excerpt(one.t)}`;
          inBlock(one.b, both(given, test), ways, name);
        }
        break;
      case "block":
        inBlock(stmt.b, given, ways, name);
        break;
      case "try":
        inBlock(stmt.b, given, ways, name);
        if (stmt.h !== null) inBlock(stmt.h, both(given, "if that fails"), ways, name);
        break;
    }
    if (ways.length > before) when = both(given, "otherwise");
  }
}

function inExpression(x: Expr, when: string, ways: Decision[], name: (x: Expr) => string | null): void {
  if (x.k === "cond") {
    inExpression(x.t, both(when, `if ${excerpt(x.c)}`), ways, name);
    inExpression(x.f, both(when, "otherwise"), ways, name);
    return;
  }
  const decided = x.k === "await" ? x.x : x;
  ways.push({ what: name(decided) ?? "?", when });
}

function both(outer: string, inner: string): string {
  return outer === "" || outer === "otherwise" ? inner : `${outer} and ${inner}`.replace("and if", "and");
}
