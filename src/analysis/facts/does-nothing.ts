/**
 * Code that does nothing: none at all, or only calls of methods that do nothing and walks over what is never there, as the hooks
 * and lists of a template that nobody fills.
 */
import { evaluate } from "../evaluate/expressions.ts";
import type { Interpreter } from "../evaluate/interpreter.ts";
import { chainOf } from "../evaluate/objects.ts";
import type { Cls, Fn, Value } from "../evaluate/values.ts";
import type { Expr, Func, Stmt } from "../ir.ts";
import { eachExpr } from "./each-expression.ts";

const isEmpty = (x: Expr | null): boolean =>
  x === null ||
  (x.kind === "array" && x.items.length === 0) ||
  (x.kind === "new" && x.args.length === 0) ||
  (x.kind === "literal" && (x.value === null || x.value === undefined));

function mentions(code: Func | Expr | null, field: string): boolean {
  let found = false;
  if (code !== null)
    eachExpr(code, (x) => {
      // Under a name that is computed it may be this one.
      found ||= (x.kind === "get" && x.name === field) || (x.kind === "index" && x.object.kind === "this");
      found ||= x.kind === "call" && x.args.some(({ kind }) => kind === "this");
    });
  return found;
}

/** Methods that call each other in a circle are not idle. */
const MAX_DEPTH = 8;

/** Whether a callback does nothing, whatever happens. */
export function doesNothing(I: Interpreter, fn: Value | undefined, self: Value | null): boolean {
  if (fn?.kind !== "function") return false;
  const cls = self?.kind === "instance" && self.cls.kind === "class" ? self.cls : null;
  return isIdle(fn.func, fn.home);

  function isIdle({ body }: Func, home: Cls | null, depth = 0): boolean {
    if (depth > MAX_DEPTH) return false;
    if (!Array.isArray(body)) return isIdleCall(body, home, depth);
    return body.every((stmt) => isIdleStatement(stmt, home, depth));
  }

  function isIdleStatement(stmt: Stmt, home: Cls | null, depth: number): boolean {
    switch (stmt.kind) {
      case "expression":
        return isIdleCall(stmt.expr, home, depth);
      case "return":
        return stmt.value === null || isIdleCall(stmt.value, home, depth);
      case "forOf":
        return isNeverFilled(stmt.iterated);
      case "if":
        return (
          isNeverFilled(stmt.test) &&
          (stmt.alternate ?? []).every((each) => isIdleStatement(each, home, depth))
        );
      default:
        return false;
    }
  }

  /** A field that is empty in the beginning and that no other method says anything of. */
  function isNeverFilled(x: Expr): boolean {
    if (cls === null || x.kind !== "get" || x.object.kind !== "this") return false;
    const { classes, members } = chainOf(I, cls);
    const member = members.get(x.name)?.member;
    if (member?.kind !== "field" || member.static || !isEmpty(member.value)) return false;
    return classes.every(
      ({ class: { members: all, computed, decorated } }) =>
        computed === undefined &&
        decorated !== true &&
        all.every(({ static: isStatic, name, func, value }) => {
          if (isStatic || name === "terminate") return true;
          return !mentions(func, x.name) && !mentions(value, x.name);
        }),
    );
  }

  function isIdleCall(x: Expr, home: Cls | null, depth: number): boolean {
    if (x.kind === "await") return isIdleCall(x.argument, home, depth);
    if (x.kind !== "call" || x.callee.kind !== "get") return x.kind === "literal";
    const { object, name } = x.callee;
    // What it would be given is not worked out then.
    if (x.optional && depth === 0 && object.kind === "identifier" && isAbsent(I, fn as Fn, object.name, name))
      return true;
    if (!x.args.every(({ kind }) => kind === "identifier" || kind === "literal")) return false;
    const from = object.kind === "this" ? cls : object.kind === "super" && home !== null ? above(home) : null;
    if (from === null) return false;
    if (from.kind === "external") return object.kind === "super" && name === "terminate";
    if (from.kind !== "class") return false;
    const { members, changed, base } = chainOf(I, from);
    const found = members.get(name);
    // The library's own does nothing, and a hook that is declared only, and called if it is there, is not there.
    if (found === undefined)
      return base?.kind === "external" && (object.kind === "super" ? name === "terminate" : x.optional);
    const { member } = found;
    const func =
      member.kind === "field" && member.value?.kind === "function" ? member.value.func : member.func;
    return !changed.has(name) && member.kind !== "get" && func !== null && isIdle(func, found.cls, depth + 1);
  }

  function above(home: Cls): Value | null {
    const { classes, base } = chainOf(I, home);
    return classes[1] ?? base;
  }
}

/** Whether what a function around a callback was given under some name has no member of that name. */
function isAbsent(I: Interpreter, { func, scope }: Fn, of: string, name: string): boolean {
  const isOwn = func.params.some(({ target }) => target.kind !== "identifier" || target.name === of);
  const { start, end } = func;
  const x = { kind: "identifier", start, end, name: of } as const;
  const v = isOwn ? null : I.journal.branch(() => evaluate(I, x, scope))[1];
  return v?.kind === "record" && v.contents.open === null && !v.contents.props.has(name);
}
