/** Names for things that the source does not name: after the variable that takes them, or the function around. */
import type { At, Cls } from "../evaluate/values.ts";

interface Node {
  start: number;
  end: number;
  [key: string]: unknown;
}

function isNode(x: unknown): x is Node {
  return (
    typeof x === "object" &&
    x !== null &&
    typeof (x as Node).start === "number" &&
    typeof (x as Node).end === "number"
  );
}

/** The variable that a value at this place is put into, else the innermost function or class around it, else null. */
export const nameAround = (at: At): string | null => innermost(at, ownName);

/** The name of a class; of one that a function makes, the variable's that takes it from the call. */
export function classNameOf({ class: c, scope, made }: Cls): string | null {
  const at = scope.module.at(c);
  const [by, next] = made?.by ?? [];
  // What is made by a function that is written in the call itself is one of many: `names.map((n) => pool(n))`.
  const isOneOfMany = by !== undefined && (isIn(at, by) || (next !== undefined && isIn(next, by)));
  const isPart = by === undefined || isOneOfMany || (c.name !== null && isInReturnedObject(at, c.name));
  const taken = isPart ? null : nameTaking(by);
  return taken ?? c.name ?? nameAround(at);
}

/** Whether the function around a class hands it out as a member of an object. */
function isInReturnedObject(at: At, name: string): boolean {
  let returned: unknown = null;
  innermost(at, ({ params, body }) => {
    if (!Array.isArray(params) || !Array.isArray(body)) return null;
    const last = body.at(-1) as Node | undefined;
    returned = last?.kind === "return" ? last.value : null;
    return null;
  });
  if (!isNode(returned) || returned.kind !== "object" || !Array.isArray(returned.props)) return false;
  return (returned.props as Node[]).some(
    ({ value }) => isNode(value) && value.kind === "identifier" && value.name === name,
  );
}

function isIn(inner: At, outer: At): boolean {
  return inner.module === outer.module && outer.start <= inner.start && inner.end <= outer.end;
}

/** The variable, field or property that a value at this place is put into. */
export const nameTaking = (at: At): string | null => innermost(at, takerName);

/** What the innermost node around a place says, of those that say something. */
function innermost(at: At, nameOf: (node: Node, at: At) => string | null): string | null {
  let name: string | null = null;
  let current: unknown = at.module.summary.body;
  for (let depth = 0; depth < 400; depth++) {
    const inner: Node | null = childAround(current, at);
    if (inner === null) return name;
    name = nameOf(inner, at) ?? name;
    current = inner;
  }
  return name;
}

/** The node below `x` that covers the place. */
function childAround(x: unknown, at: At): Node | null {
  const values: unknown[] = Array.isArray(x) ? x : Object.values(x as object);
  for (const value of values) {
    if (isNode(value)) {
      if (value.start <= at.start && at.end <= value.end && value !== x) return value;
    } else if (typeof value === "object" && value !== null) {
      const found = childAround(value, at);
      if (found !== null) return found;
    }
  }
  return null;
}

/** A declarator whose value it is; a field; an assignment; a property. */
function takerName(node: Node, at: At): string | null {
  const target = node.target;
  if (isNode(target) && target.kind === "identifier" && isNode(node.value) && isValue(node.value, at))
    return String(target.name);
  if (
    isNode(target) &&
    target.kind === "reference" &&
    isNode(target.expr) &&
    target.expr.kind === "get" &&
    isNode(node.value) &&
    isValue(node.value, at)
  ) {
    // `module.exports = start()` names nothing.
    const { object, name } = target.expr;
    return name === "exports" && isNode(object) && object.name === "module" ? null : String(name);
  }
  const isMember = node.kind === "field" || node.kind === "property";
  if (isMember && typeof node.name === "string" && isNode(node.value) && isValue(node.value, at))
    return node.name;
  return null;
}

function ownName(node: Node, at: At): string | null {
  const taken = takerName(node, at);
  if (taken !== null) return taken;
  // A function or class.
  const target = node.target;
  if (Array.isArray(node.params) && "arrow" in node) return typeof node.name === "string" ? node.name : null;
  if (Array.isArray(node.members) && "nameStart" in node)
    return typeof node.name === "string" ? node.name : null;
  // `const start = () => ...`: the function has the variable's name.
  if (isNode(target) && target.kind === "identifier" && isNode(node.value) && node.value.kind === "function")
    return String(target.name);
  return null;
}

/** Whether the value is the thing at this place, awaited or not. */
function isValue(v: Node, at: At): boolean {
  let x: unknown = v;
  while (isNode(x) && x.kind === "await") x = x.argument;
  return isNode(x) && x.start <= at.start && at.end <= x.end && x.end - x.start <= at.end - at.start + 1;
}
