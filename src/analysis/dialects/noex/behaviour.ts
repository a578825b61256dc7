/** noex's servers: objects with `init`, `handleCall`, `handleCast`, ... given to `GenServer.start`. */
import { isLit, type Value } from "../../evaluate/values.ts";
import { codeKey } from "../../link/drafts.ts";
import type { Callback, ProcessCode } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { nameAround } from "../naming.ts";

const CALLBACKS: readonly [string, Callback["phase"]][] = [
  ["init", "init"],
  ["handleContinue", "continue"],
  ["handleCall", "later"],
  ["handleCast", "later"],
  ["handleInfo", "later"],
  ["terminate", "later"],
];

/** Null when the value is not a behaviour object that is known. */
export function behaviourCode(v: Value, options: Value): ProcessCode | null {
  if (v.k !== "rec") return null;
  const callbacks: Callback[] = [];
  for (const [name, phase] of CALLBACKS) {
    const fn = v.c.props.get(name)?.v;
    if (fn?.k === "fn") callbacks.push({ name, phase, fn, args: [] });
  }
  if (callbacks.length === 0) return null;
  const trap = Fields.raw(options, "trapExit");
  return {
    key: codeKey(v.at),
    symbol: nameAround(v.at) ?? "behavior",
    at: v.at,
    self: null,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: [],
    trapsExit: trap !== null && isLit(trap.v, true),
  };
}
