/** nact: what an actor runs, as a process whose functions the library calls. */
import type { CallSite } from "../../evaluate/interpreter.ts";
import {
  type At,
  alternatives,
  type Entry,
  type Fn,
  lit,
  record,
  type Term,
  unknown,
  type Value,
} from "../../evaluate/values.ts";
import { declaredState } from "../declared-fields.ts";
import { Fields } from "../fields.ts";
import { type Callback, type ProcessCode, STATE } from "../process-code.ts";
import { statelessOf } from "./nact-arguments.ts";
import { siteOf } from "./taken-names.ts";

/** Which actor, or which system, a place makes. */
export function reference(at: At, key: string): Term {
  return { kind: "term", tag: "proc", data: { site: lit(key) }, at };
}

/**
 * An actor's function gets its state (unless it has none), a message and a context that knows the actor, and returns the
 * next state. The first one may be made by a function of the options; another one of them is asked what to do at a crash,
 * and acts for the actor as well.
 */
export function codeOfActor(
  site: CallSite,
  key: string,
  symbol: string,
  fn: Fn,
  options: Value,
  how: string,
  under: Value | undefined,
): ProcessCode {
  const { at } = site;
  const place = fn.scope.module.at(fn.func);
  const entry = (v: Value): Entry => ({ value: v, at, maybe: false });
  const self = reference(at, key);
  const parent = under?.kind === "term" ? reference(under.at, siteOf(under) ?? "") : under;
  const context = record(
    new Map([
      // By this one an actor knows itself; to those that it is given to it is another one.
      ["self", entry({ ...self, data: { ...self.data, own: lit(true) } })],
      ["parent", entry(parent ?? unknown("no parent is given", at))],
    ]),
    at,
    unknown("the actor's context", place),
  );
  const message = unknown("a message that is not known", place);
  const state: Value = { kind: "symbol", root: "field", name: STATE, path: [], at: place, of: key };
  const callbacks: Callback[] = [];
  const first = Fields.raw(options, "initialStateFunc")?.value;
  const crash = Fields.raw(options, "onCrash")?.value;
  if (first?.kind === "function")
    callbacks.push({
      name: "initialStateFunc",
      phase: "init",
      fn: first,
      args: [context],
      state: alternatives,
    });
  if (how === "spawnStateless")
    callbacks.push({
      name: "receive",
      phase: "later",
      fn,
      args: [message, context],
      ...(statelessOf(site, how) === "@nact/core" ? { concurrent: true } : {}),
    });
  else
    callbacks.push({
      name: "receive",
      phase: "later",
      fn,
      args: [state, message, context],
      state: alternatives,
    });
  // nact puts its own in the place of a stateless actor's.
  if (crash?.kind === "function" && statelessOf(site, how) !== "nact") {
    const error = unknown("the error that it fails with", place);
    callbacks.push({ name: "onCrash", phase: "later", fn: crash, args: [message, error, context] });
  }
  const fields = how === "spawnStateless" ? [] : declaredState([fn], 0);
  return { dialect: "parent-spawn", key, symbol, at, self: null, callbacks, hasTerminate: false, fields };
}
