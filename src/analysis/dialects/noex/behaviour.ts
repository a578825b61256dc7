/** noex's servers: objects with `init`, `handleCall`, `handleCast`, ... given to `GenServer.start`. */
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { property } from "../../evaluate/objects.ts";
import { type At, type Inst, isLit, type Value } from "../../evaluate/values.ts";
import { codeKey, siteKey } from "../../link/drafts.ts";
import type { Callback, ProcessCode } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { nameAround } from "../naming.ts";
import { hash } from "../site.ts";

const CALLBACKS: readonly [string, Callback["phase"]][] = [
  ["init", "init"],
  ["handleContinue", "continue"],
  ["handleCall", "later"],
  ["handleCast", "later"],
  ["handleInfo", "later"],
  ["terminate", "later"],
];

/** Null when the value is not a behaviour object that is known. */
export function behaviourCode(v: Value, options: Value, I: Interpreter): ProcessCode | null {
  if (v.k === "inst") return instanceCode(v, options, I);
  if (v.k !== "rec") return null;
  const callbacks: Callback[] = [];
  for (const [name, phase] of CALLBACKS) {
    const fn = v.c.props.get(name)?.v;
    if (fn?.k === "fn") callbacks.push({ name, phase, fn, args: [] });
  }
  if (callbacks.length === 0) return null;
  return {
    key: keyOf(v.at, callbacks),
    symbol: nameAround(v.at) ?? "behavior",
    at: v.at,
    self: null,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: [],
    trapsExit: trapsExit(options),
  };
}

/** A function that makes behaviours makes one for each set of what it is given, as far as that is known. */
function keyOf(at: At, callbacks: readonly Callback[]): string {
  const seen: string[] = [];
  const fn = callbacks[0]?.fn;
  for (
    let scope = fn?.k === "fn" ? fn.scope : null;
    scope !== null && scope.parent !== null;
    scope = scope.parent
  )
    for (const [name, { c }] of scope.vars) if (c.k === "lit") seen.push(`${name}=${JSON.stringify(c.v)}`);
  return seen.length === 0 ? codeKey(at) : siteKey(at, hash(seen.join(" ")));
}

function trapsExit(options: Value): boolean {
  const trap = Fields.raw(options, "trapExit");
  return trap !== null && isLit(trap.v, true);
}

/** A behaviour that is an object of a class. */
function instanceCode(v: Inst, options: Value, I: Interpreter): ProcessCode | null {
  if (v.cls.k !== "cls") return null;
  const at = v.cls.scope.m.at(v.cls.c);
  const callbacks: Callback[] = [];
  for (const [name, phase] of CALLBACKS) {
    const fn = property(I, v, name, at);
    if (fn.k === "fn") callbacks.push({ name, phase, fn, args: [] });
  }
  if (callbacks.length === 0) return null;
  // From now on its callbacks change it.
  v.kept = true;
  return {
    key: codeKey(at),
    symbol: v.cls.c.n ?? nameAround(at) ?? "behavior",
    at,
    self: v,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: [],
    trapsExit: trapsExit(options),
  };
}
