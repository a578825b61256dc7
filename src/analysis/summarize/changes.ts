/** Calls that change what they are made on: `list.push(…)`, `set.add(…)`, `Object.assign(table, …)`. */
import { ts } from "ts-morph";
import { FILLERS, MUTATORS } from "../containers.ts";
import type { Expr } from "../ir.ts";
import type { Context } from "./context.ts";

type Get = Expr & { kind: "get" };

/** Notes what a call of a method changes. */
export function noteChange(f: Get, args: readonly Expr[], at: number, c: Context): void {
  const { object, name } = f;
  if (MUTATORS.has(name)) c.changes(object, at);
  else if (FILLERS.has(name)) {
    if (object.kind !== "get" || object.object.kind !== "this") c.changes(object, at, true);
    else if (name === "set" || name === "add") c.changes(object, at);
  } else if (
    object.kind === "identifier" &&
    object.name === "Object" &&
    name.startsWith("assign") &&
    args[0] !== undefined
  )
    c.changes(args[0], at);
  if (object.kind === "identifier" && (MUTATORS.has(name) || FILLERS.has(name)))
    c.changesDirectly(object.name);
}

/** The language's own, whose methods may be called on anything. */
const PROTOTYPE = /^(?:Array|Map|Set)\.prototype$/;
/** No identifier of the program. */
const ARGUMENTS = "the arguments";

/** What means the same when a function is called as when it is bound. */
const STAYS: ReadonlySet<Expr["kind"]> = new Set(["literal", "identifier", "this"]);

/** `this.call.bind(this, "db")`: a method that the class has from what it extends, of which only the library may know. */
function isInherited(object: Expr, method: string, f: string, rest: readonly Expr[], c: Context): boolean {
  const isSame = f !== "bind" || (rest.length > 0 && rest.every(({ kind }) => STAYS.has(kind)));
  return object.kind === "this" && isSame && !c.isOfClass(method);
}

/**
 * `list.push.bind(list)` is `(...x) => list.push(...x)`, `list.push.call(list, x)` is `list.push(x)`, and with `apply` it is
 * `list.push(...x)`. Null for any other call.
 */
export function changeByAnotherName(f: Expr, args: Expr[], node: ts.CallExpression, c: Context): Expr | null {
  if (f.kind !== "get" || f.object.kind !== "get" || !ts.isPropertyAccessExpression(node.expression))
    return null;
  const { name: method, object: from } = f.object;
  const [on, ...rest] = args;
  if (f.name !== "bind" && f.name !== "call" && f.name !== "apply") return null;
  if (on === undefined) return null;
  if (!(MUTATORS.has(method) || FILLERS.has(method) || isInherited(from, method, f.name, rest, c)))
    return null;
  const inner = node.expression.expression;
  const owner = ts.isPropertyAccessExpression(inner) ? c.textOf(inner.expression) : "";
  if (owner !== c.textOf(node.arguments[0]!) && !PROTOTYPE.test(owner)) return null;
  const span = { start: c.start(node), end: node.end };
  const callee: Get = {
    kind: "get",
    start: from.start,
    end: f.object.end,
    object: on,
    name: method,
    optional: false,
    ...(PROTOTYPE.test(owner) ? { of: owner.replace(".prototype", "") } : {}),
  };
  const call = (given: Expr[]): Expr & { kind: "call" } => {
    noteChange(callee, given, span.start, c);
    return { kind: "call", ...span, callee, args: given, optional: false };
  };
  const all = (argument: Expr): Expr => ({
    kind: "spread",
    start: argument.start,
    end: argument.end,
    argument,
  });
  if (f.name === "call") return call(rest);
  if (f.name === "apply") return call(rest[0] === undefined ? [] : [all(rest[0])]);
  c.pushScope();
  const identifier = { kind: "identifier" as const, ...span, name: ARGUMENTS };
  const body = call([...rest, all(identifier)]);
  c.popScope();
  const param = {
    target: identifier,
    default: null,
    rest: true,
    type: null,
    required: false,
    primitive: null,
  };
  return {
    kind: "function",
    ...span,
    func: { ...span, name: null, params: [param], body, arrow: true, async: false, generator: false },
  };
}
