/** noex's servers: objects with `init`, `handleCall`, `handleCast`, ... given to `GenServer.start`. */

import { nameOfTarget } from "../../evaluate/conditions.ts";
import { codeKey, hash, siteKey } from "../../evaluate/identity.ts";
import type { Interpreter } from "../../evaluate/interpreter.ts";
import { property } from "../../evaluate/objects.ts";
import {
  type At,
  alternatives,
  type Fn,
  type Inst,
  isLit,
  type Rec,
  type Sym,
  type Value,
} from "../../evaluate/values.ts";
import { declaredState } from "../declared-fields.ts";
import { Fields } from "../fields.ts";
import { nameAround } from "../naming.ts";
import { CALLBACKS, type Callback, type ProcessCode, STATE, type Tie } from "../process-code.ts";

/** Null when the value is not a behaviour object that is known. */
export function behaviourCode(
  v: Value,
  options: Value,
  I: Interpreter,
  ties: readonly Tie[] = [],
  called: string | null = null,
): ProcessCode | null {
  if (v.kind === "instance") return instanceCode(v, options, I, ties);
  if (v.kind !== "record") return null;
  const functions = new Map<string, Fn>();
  for (const [name] of CALLBACKS) {
    const fn = v.contents.props.get(name)?.value;
    if (fn?.kind === "function") functions.set(name, fn);
  }
  const states = v.contents.props.get("states")?.value;
  const ofStates = states?.kind === "record" ? handlersIn(states) : [];
  if (functions.size + ofStates.length === 0) return null;
  const all = [...functions.values(), ...ofStates.map(({ fn }) => fn)];
  const key = tied(v.at, keyOf(v.at, all), ties);
  const callbacks = ofStates.length > 0 ? ofMachine(functions, ofStates, key) : callbacksOf(functions, key);
  return {
    key,
    symbol: called ?? nameAround(v.at) ?? "behavior",
    at: v.at,
    self: null,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: stateFields(v.at, all),
    trapsExit: trapsExit(options),
    ...(ties.length > 0 ? { ties } : {}),
  };
}

/** What one start ties to others is no other's that runs the same code. */
function tied(at: At, key: string, ties: readonly Tie[]): string {
  return ties.length === 0
    ? key
    : siteKey(
        at,
        hash(
          [key, ...ties.map((tie) => `${tie.kind} ${codeKey(tie.at)} ${nameOfTarget(tie.target)}`)].join(" "),
        ),
      );
}

/** What the state is declared as: by a callback's parameter, or by what the behaviour is: `GenServerBehavior<State>`. */
function stateFields(at: At, functions: readonly Fn[]): ProcessCode["fields"] {
  const found = declaredState(functions, 1);
  const { of, names } = at.module.summary.declared[at.start] ?? {};
  return of === "GenServerBehavior" && names !== undefined && names.length > 0
    ? [...found, { name: STATE, types: names, at, changed: true }]
    : found;
}

/** The state comes in as the second argument, and goes out as the result, or as the second part of a call's. */
function callbacksOf(functions: ReadonlyMap<string, Fn>, key: string): Callback[] {
  return CALLBACKS.flatMap(([name, phase]): Callback[] => {
    const fn = functions.get(name);
    if (fn === undefined) return [];
    const state = stateOf(fn, key);
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

interface Handler {
  /** `open.handleEvent`. */
  name: string;
  fn: Fn;
  /** Which of its arguments is the machine's data. */
  data: number;
}

/** The functions of a state machine's states. */
function handlersIn(states: Rec): Handler[] {
  return [...states.contents.props].flatMap(([state, { value }]) =>
    value.kind !== "record"
      ? []
      : HANDLERS.flatMap(([name, data]) => {
          const fn = value.contents.props.get(name)?.value;
          return fn?.kind === "function" ? [{ name: `${state}.${name}`, fn, data }] : [];
        }),
  );
}

const HANDLERS: readonly [name: string, data: number][] = [
  ["handleEvent", 1],
  ["onEnter", 0],
  ["onExit", 0],
];

/** A state machine's data comes in as an argument, and goes out as a property of the result. */
function ofMachine(
  functions: ReadonlyMap<string, Fn>,
  handlers: readonly Handler[],
  key: string,
): Callback[] {
  const data = (fn: Fn): Sym => stateOf(fn, key);
  const next = (result: Value): Value[] =>
    alternatives(result).flatMap((v) => {
      const kept = v.kind === "record" ? v.contents.props.get("data")?.value : undefined;
      return kept === undefined ? [] : alternatives(kept);
    });
  const init = functions.get("init");
  const terminate = functions.get("terminate");
  return [
    ...(init === undefined
      ? []
      : [{ name: "init", phase: "init" as const, fn: init, args: [], state: next }]),
    ...handlers.map(
      ({ name, fn, data: nth }): Callback => ({
        name,
        phase: "later",
        fn,
        args: [...Array<undefined>(nth), data(fn)],
        ...(name.endsWith("handleEvent") ? { state: next } : {}),
      }),
    ),
    ...(terminate === undefined
      ? []
      : [
          {
            name: "terminate",
            phase: "later" as const,
            fn: terminate,
            args: [undefined, undefined, data(terminate)],
          },
        ]),
  ];
}

function stateOf(fn: Fn, key: string): Sym {
  return { kind: "symbol", root: "field", name: STATE, path: [], at: fn.scope.module.at(fn.func), of: key };
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
function instanceCode(v: Inst, options: Value, I: Interpreter, ties: readonly Tie[]): ProcessCode | null {
  if (v.cls.kind !== "class") return null;
  const at = v.cls.scope.module.at(v.cls.class);
  const functions = new Map<string, Fn>();
  for (const [name] of CALLBACKS) {
    const fn = property(I, v, name, at);
    if (fn.kind === "function") functions.set(name, fn);
  }
  if (functions.size === 0) return null;
  const key = tied(at, codeKey(at), ties);
  const callbacks = callbacksOf(functions, key);
  // From now on its callbacks change it.
  v.kept = true;
  return {
    key,
    symbol: v.cls.class.name ?? nameAround(at) ?? "behavior",
    at,
    self: v,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: stateFields(at, [...functions.values()]),
    trapsExit: trapsExit(options),
    ...(ties.length > 0 ? { ties } : {}),
  };
}
