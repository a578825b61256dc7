/** noex's servers: objects with `init`, `handleCall`, `handleCast`, ... given to `GenServer.start`. */

import { codeKey, hash, siteKey } from "../../evaluate/identity.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { property } from "../../evaluate/objects.ts";
import {
  type At,
  alternatives,
  type Fn,
  type Inst,
  isLit,
  type Sym,
  type Value,
} from "../../evaluate/values.ts";
import { Fields } from "../fields.ts";
import { nameAround } from "../naming.ts";
import { CALLBACKS, type Callback, type ProcessCode, STATE } from "../process-code.ts";

/** Null when the value is not a behaviour object that is known. */
export function behaviourCode(v: Value, options: Value, I: Interpreter): ProcessCode | null {
  if (v.kind === "instance") return instanceCode(v, options, I);
  if (v.kind !== "record") return null;
  const functions = new Map<string, Fn>();
  for (const [name] of CALLBACKS) {
    const fn = v.contents.props.get(name)?.value;
    if (fn?.kind === "function") functions.set(name, fn);
  }
  if (functions.size === 0) return null;
  const key = keyOf(v.at, [...functions.values()]);
  const callbacks = callbacksOf(functions, key);
  return {
    key,
    symbol: nameAround(v.at) ?? "behavior",
    at: v.at,
    self: null,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: stateFields(v.at, [...functions.values()]),
    trapsExit: trapsExit(options),
  };
}

/** What the state is declared as: by a callback's parameter, or by `GenServerBehavior<State>` of the variable. */
function stateFields(at: At, functions: readonly Fn[]): ProcessCode["fields"] {
  const found: ProcessCode["fields"] = [];
  const note = (types: string[] | null | undefined, where: At): void => {
    if (types != null && types.length > 0) found.push({ name: STATE, types, at: where, changed: true });
  };
  for (const { func, scope } of functions) note(func.params[1]?.type, scope.module.at(func));
  const declaration = at.module.declarations.get(nameAround(at) ?? "");
  if (declaration?.kind !== "var") return found;
  const { type: ty, value } = declaration.stmt.declarators[declaration.index]!;
  // The names behind the first one may be those of messages.
  if (value !== null && at.start >= value.start && at.end <= value.end && ty?.[0] === "GenServerBehavior")
    note(ty.slice(1, 2), at);
  return found;
}

/** The state comes in as the second argument, and goes out as the result, or as the second part of a call's. */
function callbacksOf(functions: ReadonlyMap<string, Fn>, key: string): Callback[] {
  return CALLBACKS.flatMap(([name, phase]): Callback[] => {
    const fn = functions.get(name);
    if (fn === undefined) return [];
    const state: Sym = {
      kind: "symbol",
      root: "field",
      name: STATE,
      path: [],
      at: fn.scope.module.at(fn.func),
      of: key,
    };
    return [
      {
        name,
        phase,
        fn,
        args: name === "init" ? [] : [undefined, state],
        ...(name === "terminate" ? {} : { state: name === "handleCall" ? secondOf : alternatives }),
      },
    ];
  });
}

function secondOf(result: Value): Value[] {
  return alternatives(result).flatMap((v) => {
    const second = v.kind === "list" ? v.contents.items[1]?.value : undefined;
    return second === undefined ? [] : alternatives(second);
  });
}

/** A function that makes behaviours makes one for each set of what it is given, as far as that is known. */
function keyOf(at: At, functions: readonly Fn[]): string {
  const seen: string[] = [];
  for (let scope = functions[0]?.scope ?? null; scope !== null && scope.parent !== null; scope = scope.parent)
    for (const [name, { contents: c }] of scope.vars)
      if (c.kind === "literal") seen.push(`${name}=${JSON.stringify(c.value)}`);
  return seen.length === 0 ? codeKey(at) : siteKey(at, hash(seen.join(" ")));
}

function trapsExit(options: Value): boolean {
  const trap = Fields.raw(options, "trapExit");
  return trap !== null && isLit(trap.value, true);
}

/** A behaviour that is an object of a class. */
function instanceCode(v: Inst, options: Value, I: Interpreter): ProcessCode | null {
  if (v.cls.kind !== "class") return null;
  const at = v.cls.scope.module.at(v.cls.class);
  const functions = new Map<string, Fn>();
  for (const [name] of CALLBACKS) {
    const fn = property(I, v, name, at);
    if (fn.kind === "function") functions.set(name, fn);
  }
  if (functions.size === 0) return null;
  const callbacks = callbacksOf(functions, codeKey(at));
  // From now on its callbacks change it.
  v.kept = true;
  return {
    key: codeKey(at),
    symbol: v.cls.class.name ?? nameAround(at) ?? "behavior",
    at,
    self: v,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: stateFields(at, [...functions.values()]),
    trapsExit: trapsExit(options),
  };
}
