/** Classes that get methods from elsewhere: `Server.prototype.handleInfo = ...`, `applyMixins(Server, [Watching])`. */
import { evaluate } from "../evaluate/expressions.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { isHarmless } from "../evaluate/unread-calls.ts";
import type { At, Cls } from "../evaluate/values.ts";
import type { Expr, Func } from "../ir.ts";

/** Where the module of a class changes it after its definition, or may; null where it does not. */
export function patchedAt(
  I: Interpreter,
  { class: c, scope }: Cls,
  isOwn: (pkg: string) => boolean,
): At | null {
  const { name } = c;
  const { module: m } = scope;
  if (name === null) return null;
  const { body, identifiers } = m.summary;
  for (const [i, stmt] of body.entries()) {
    if (stmt.kind !== "expression" || !identifiers[i]!.includes(name)) continue;
    const x = stmt.expr;
    if (x.kind === "assignment" && x.target.kind === "reference" && isOfPrototype(x.target.expr, name))
      return m.at(x);
    if (x.kind !== "call") continue;
    if (x.args.some((arg) => isPrototype(arg, name))) return m.at(x);
    if (!x.args.some((arg) => arg.kind === "identifier" && arg.name === name)) continue;
    const callee = evaluate(I, x.callee, scope);
    if (callee.kind === "external" && !isHarmless(callee) && !isOwn(callee.pkg)) return m.at(x);
    if (callee.kind === "function" && usesPrototypes(callee.func)) return m.at(x);
  }
  return null;
}

function isPrototype(x: Expr, of: string): boolean {
  return x.kind === "get" && x.name === "prototype" && x.object.kind === "identifier" && x.object.name === of;
}

/** `Server.prototype.handleInfo`. */
function isOfPrototype(x: Expr, of: string): boolean {
  return (
    (x.kind === "get" || x.kind === "index") && (isPrototype(x.object, of) || isOfPrototype(x.object, of))
  );
}

function usesPrototypes(func: Func): boolean {
  const inside = (x: unknown): boolean => {
    if (typeof x !== "object" || x === null) return false;
    if (Array.isArray(x)) return x.some(inside);
    const { kind, name } = x as { kind?: unknown; name?: unknown };
    return (kind === "get" && name === "prototype") || Object.values(x).some(inside);
  };
  return inside(func.body);
}
