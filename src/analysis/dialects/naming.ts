/** Names for things that the source does not name: after the variable that takes them, or the function around. */
import type { At, Cls } from "../evaluate/values.ts";

interface Node {
  s: number;
  e: number;
  [key: string]: unknown;
}

function isNode(x: unknown): x is Node {
  return (
    typeof x === "object" &&
    x !== null &&
    typeof (x as Node).s === "number" &&
    typeof (x as Node).e === "number"
  );
}

/** The variable that a value at this place is put into, else the innermost function or class around it, else null. */
export function nameAround(at: At): string | null {
  let name: string | null = null;
  let current: unknown = at.m.summary.body;
  for (let depth = 0; depth < 400; depth++) {
    const inner: Node | null = childAround(current, at);
    if (inner === null) return name;
    name = ownName(inner, at) ?? name;
    current = inner;
  }
  return name;
}

/** The name of a class; of one that a function makes, the variable's that takes it from the call. */
export function classNameOf({ c, scope, made }: Cls): string | null {
  const at = scope.m.at(c);
  const [by, next] = made?.by ?? [];
  // What is made by a function that is written in the call itself is one of many: `names.map((n) => pool(n))`.
  const isOneOfMany = by !== undefined && (isIn(at, by) || (next !== undefined && isIn(next, by)));
  const taken = by === undefined || isOneOfMany ? null : nameTaking(by);
  return taken ?? c.n ?? nameAround(at);
}

function isIn(inner: At, outer: At): boolean {
  return inner.m === outer.m && outer.s <= inner.s && inner.e <= outer.e;
}

/** The variable, field or property that a value at this place is put into. */
function nameTaking(at: At): string | null {
  let name: string | null = null;
  let current: unknown = at.m.summary.body;
  for (let depth = 0; depth < 400; depth++) {
    const inner: Node | null = childAround(current, at);
    if (inner === null) return name;
    name = takerName(inner, at) ?? name;
    current = inner;
  }
  return name;
}

/** The node below `x` that covers the place. */
function childAround(x: unknown, at: At): Node | null {
  const values: unknown[] = Array.isArray(x) ? x : Object.values(x as object);
  for (const value of values) {
    if (isNode(value)) {
      if (value.s <= at.s && at.e <= value.e && value !== x) return value;
    } else if (typeof value === "object" && value !== null) {
      const found = childAround(value, at);
      if (found !== null) return found;
    }
  }
  return null;
}

/** A declarator whose value it is; a field; an assignment; a property. */
function takerName(node: Node, at: At): string | null {
  const target = node.t;
  if (isNode(target) && target.k === "id" && isNode(node.v) && isValue(node.v, at)) return String(target.n);
  if (
    isNode(target) &&
    target.k === "ref" &&
    isNode(target.x) &&
    target.x.k === "get" &&
    isNode(node.v) &&
    isValue(node.v, at)
  ) {
    return String(target.x.n);
  }
  const isMember = node.k === "field" || node.k === "prop";
  if (isMember && typeof node.n === "string" && isNode(node.v) && isValue(node.v, at)) return node.n;
  return null;
}

function ownName(node: Node, at: At): string | null {
  const taken = takerName(node, at);
  if (taken !== null) return taken;
  // A function or class.
  const target = node.t;
  if (Array.isArray(node.p) && "arrow" in node) return typeof node.n === "string" ? node.n : null;
  if (Array.isArray(node.m) && "ns" in node) return typeof node.n === "string" ? node.n : null;
  // `const start = () => ...`: the function has the variable's name.
  if (isNode(target) && target.k === "id" && isNode(node.v) && node.v.k === "fn") return String(target.n);
  return null;
}

/** Whether the value is the thing at this place, awaited or not. */
function isValue(v: Node, at: At): boolean {
  let x: unknown = v;
  while (isNode(x) && x.k === "await") x = x.x;
  return isNode(x) && x.s <= at.s && at.e <= x.e && x.e - x.s <= at.e - at.s + 1;
}
