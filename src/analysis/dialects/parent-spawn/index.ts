/**
 * Actors whose parent is their supervisor: `spawn(parent, fn, name, { onCrash })` of nact, `context.spawn` of actor-ts
 * (in `actor-ts.ts`). The policy is a function, and is shown as such. See docs/dialects/parent-spawn.md.
 */

import type { EdgeKind } from "../../../model/index.ts";
import { callFunction } from "../../evaluate/calls.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { locationOf } from "../../evaluate/scope.ts";
import {
  type At,
  alternatives,
  type Entry,
  type Fn,
  isLit,
  lit,
  record,
  type Term,
  unknown,
  type Value,
} from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { ChildDraft, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { argumentAt, readId } from "../children.ts";
import type { Dialect, ModuleSink } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { nameAround } from "../naming.ts";
import { PACKAGES as KNOWN } from "../packages.ts";
import { type Callback, type ProcessCode, STATE } from "../process-code.ts";
import { isCalledHere, madeAt, madeByCalls, nameForCaller } from "../site.ts";
import { CALL_TRAITS } from "../traits.ts";
import {
  ACTOR_NAMES,
  actorValue,
  noteActorDefinition,
  noteActorUse,
  OWN_NAMES,
  readActor,
  readActorProcess,
  roleOf,
} from "./actor-ts.ts";
import { decisions } from "./decisions.ts";
import { ACTOR_TS } from "./strategy.ts";

const PACKAGES: readonly string[] = KNOWN.nact;

export const parentSpawn: Dialect = {
  name: "parent-spawn",
  traits: { ...CALL_TRAITS, definition: "spawn", periodUnit: "ms", pastLimit: "children_stop" },
  packages: [...PACKAGES, ...ACTOR_TS],
  names: new Set(["spawnStateless", "spawnPersistent", ...ACTOR_NAMES]),
  own: new Set(OWN_NAMES),
  pidTypes: new Set(["ActorRef", "Ref", "LocalActorRef"]),
  role: roleOf,
  supervisor: readActor,
  process: readActorProcess,
  value: (site, I) => callValue(site, I) ?? actorValue(site, I),
  use: (site, I, sink) => {
    noteActorUse(site, I, sink);
    return noteUse(site, I, sink);
  },
  define: (site, I, sink) => {
    noteActorDefinition(site, I, sink);
    noteDefinition(site, I, sink);
  },
};

const SPAWNS = new Set(["spawn", "spawnStateless", "spawnPersistent"]);

function calledName(site: CallSite): string | null {
  const { callee } = site;
  return callee.kind === "external" && PACKAGES.includes(callee.pkg) ? (callee.path[0] ?? null) : null;
}

/** Set while an actor's function runs: what it spawns comes and goes. */
const IN_ACTOR = "actor";

function callValue(site: CallSite, I: Interpreter): Value | null {
  const name = calledName(site);
  if (name === null || (name !== "start" && !SPAWNS.has(name))) return null;
  const made = reference(site.at, keyOf(site, name, I));
  return name === "start" ? { ...made, data: { ...made.data, system: lit(true) } } : made;
}

function reference(at: At, key: string): Term {
  return { kind: "term", tag: "proc", data: { site: lit(key) }, at };
}

/** Which actor of those that this place spawns: a helper that spawns for others gives each a name. */
function keyOf({ at, args }: CallSite, how: string, I: Interpreter): string {
  if (how === "start") return madeByCalls(at, I);
  const given = how === "spawnPersistent" ? args[4] : args[2];
  const name = given?.kind === "record" ? Fields.raw(given, "name")?.value : given;
  // A parent has one child of a name; without one each call makes another.
  return name === undefined || isLit(name, undefined)
    ? madeByCalls(at, I, args[0])
    : madeAt(at, I, name, args[0]);
}

const USES = new Map<string, EdgeKind>([
  ["dispatch", "send"],
  ["query", "call"],
]);

function noteUse(site: CallSite, I: Interpreter, sink: FactSink): Value | null {
  const kind = USES.get(calledName(site) ?? "");
  if (kind !== undefined && site.args[0] !== undefined) sink.use(kind, site.args[0], site, I);
  return null;
}

function noteDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const name = calledName(site);
  if (name === "start")
    sink.supervisor(
      parent(
        site.at,
        madeByCalls(site.at, I),
        nameForCaller(site.at, I) ?? "system",
        // One that a function makes is shown where something is started under it.
        I.calls.length > 0 || I.owner !== null,
      ),
    );
  else if (name !== null && SPAWNS.has(name)) spawned(site, name, I, sink);
}

/** Whoever has children is their supervisor. What happens at a crash is said by each child's own policy. */
function parent(at: At, key: string, name: string, implicit: boolean): SupervisorDraft {
  const fields = new Fields(at);
  const why = "each actor has its own policy, a function";
  fields.note("intensity", `restarts are not counted: ${why}`, at);
  fields.note("period", `restarts are not counted: ${why}`, at);
  return {
    key,
    name,
    dialect: "parent-spawn",
    at,
    nameAt: null,
    childrenAt: null,
    strategy: "one_for_one",
    intensity: null,
    period: null,
    autoShutdown: "never",
    children: [],
    dynamic: false,
    registers: null,
    process: null,
    defaults: ["strategy", "autoShutdown"],
    unknown: fields.unknown,
    takesArguments: false,
    implicit,
  };
}

function spawned(site: CallSite, how: string, I: Interpreter, sink: ModuleSink): void {
  const { at, args } = site;
  const [, fn, givenName] = args;
  const parents = args[0] === undefined ? [] : parentsIn(args[0]);
  const [under] = parents.length > 1 ? [unknown(BY_CONDITION, at)] : parents;
  // nact takes the name before the options, or leaves it out.
  const options =
    (how === "spawnPersistent" ? args[5] : givenName?.kind === "record" ? givenName : args[3]) ??
    lit(undefined);
  // @nact/core 8 has the name among the options.
  const nameValue =
    how === "spawnPersistent"
      ? args[4]
      : givenName?.kind === "record"
        ? Fields.raw(givenName, "name")?.value
        : givenName;
  const symbol =
    nameOf(nameValue) ??
    nameAround(at) ??
    (fn?.kind === "function" ? fn.func.name : null) ??
    (nameValue?.kind === "text" ? nameValue.parts.map((part) => part ?? "*").join("") : null);
  const key = keyOf(site, how, I);
  // Where the parent is a parameter, callers say whose child it is.
  if (parents.length > 0 && parents[0]?.kind !== "unknown")
    sink.supervisor(parent(at, key, symbol ?? "actor", true));
  const made = {
    ...child(at, key, symbol, nameValue, options, I.marks.has(IN_ACTOR), I),
    ...(nameValue === undefined || isLit(nameValue, undefined)
      ? {}
      : argumentAt(site, how === "spawnPersistent" ? 4 : 2)),
  };
  for (const each of parents.length > 0 ? parents : [unknown("no parent is given", at)])
    sink.start({
      code: { symbol, at, key, type: "worker" },
      args: null,
      at,
      site: key,
      linked: true,
      name: null,
      under: each,
      child: parents.length > 1 ? perhapsHere(made, at) : made,
      phase: I.phase,
    });
  if (fn?.kind !== "function") return;
  const first = Fields.raw(options, "initialStateFunc")?.value;
  const actor = code(site, key, symbol ?? "actor", fn, first?.kind === "function" ? first : null, how, under);
  // What the actor spawns when it gets messages belongs to it. By then whoever spawned it has gone on.
  I.defer(`actor ${key} ${fn.func.start}`, () => {
    sink.process(actor);
    const outer = I.marks.has(IN_ACTOR);
    for (const callback of actor.callbacks) {
      const given = callback.args.map((v) => v ?? unknown("an argument that is not known", at));
      const run = (): void =>
        void I.journal.branch(
          () => callback.fn.kind === "function" && callFunction(I, callback.fn, given, null, at),
        );
      // What it spawns as it starts is there once; what a message makes it spawn comes and goes.
      if (callback.phase === "init") run();
      else {
        I.marks.add(IN_ACTOR);
        I.later(run);
        if (!outer) I.marks.delete(IN_ACTOR);
      }
    }
  });
}

/**
 * Those whose child it may be. `engine ? start(options, engine) : start(options)` is one system, whichever way it is
 * started; with names of their own they are several.
 */
function parentsIn(under: Value): Value[] {
  const known = alternatives(under).filter((v) => v.kind === "term" && v.tag === "proc");
  const [first, ...others] = known;
  if (first?.kind !== "term" || others.length === 0) return [under];
  const isTheSame = (v: Value): boolean =>
    v.kind === "term" &&
    v.at.module === first.at.module &&
    v.data.system !== undefined &&
    nameAround(v.at) === nameAround(first.at);
  return known.every(isTheSame) ? [first] : known;
}

const BY_CONDITION = "a condition at run time decides whose child it is";

function perhapsHere(child: ChildDraft, at: At): ChildDraft {
  const { cardinality } = child;
  return {
    ...child,
    cardinality: cardinality === "one" ? "maybe" : cardinality,
    unknown: [...child.unknown, { field: "parent", reason: BY_CONDITION, location: locationOf(at) }],
  };
}

const ACTIONS = [
  ...["stop", "stopAll", "stopChild", "stopAllChildren", "escalate"],
  ...["resume", "reset", "resetAll", "resetChild", "resetAllChildren"],
];

/** What a policy does if it always does that. */
const ALWAYS = new Map([
  ["resume", "a failure is ignored: the actor goes on with its state"],
  ["escalate", "a failure becomes the parent's own"],
  ["resetAll", "a failure restarts the actor and all of its siblings"],
  ["stopAll", "a failure stops the actor and all of its siblings"],
]);

/** What `onCrash` decides: known when it always decides the same. */
function afterCrash(v: Value, at: At, I: Interpreter, fields: Fields): ChildDraft["restart"] {
  const byFunction = "decided at run time by the function onCrash";
  if (v.kind !== "function") {
    fields.note("restart", v.kind === "unknown" ? `${byFunction}: ${v.why}` : byFunction, at);
    return null;
  }
  const place = v.scope.module.at(v.func);
  const entry = (n: string): [string, Entry] => [n, { value: lit(n), at: place, maybe: false }];
  const context = record(new Map(ACTIONS.map(entry)), place, unknown("the context of a failure", place));
  const [, decided] = I.journal.branch(() =>
    callFunction(I, v, [unknown("the message", place), unknown("the error", place), context], v.self, at),
  );
  const all = new Set(alternatives(decided).map((a) => (a.kind === "literal" ? String(a.value) : "?")));
  const only = all.size === 1 ? [...all][0]! : "?";
  // An actor that stops by itself is not started again.
  if (only === "reset") return "transient";
  if (only === "stop") return "temporary";
  const ways = decisions(v.func, (x) => (x.kind === "get" && ACTIONS.includes(x.name) ? x.name : null));
  fields.note("restart", ALWAYS.get(only) ?? (ways === null ? byFunction : `${byFunction}: ${ways}`), place);
  return null;
}

function nameOf(v: Value | undefined): string | null {
  return v?.kind === "literal" && typeof v.value === "string" ? v.value : null;
}

function child(
  at: At,
  key: string,
  symbol: string | null,
  name: Value | undefined,
  options: Value,
  inActor: boolean,
  I: Interpreter,
): ChildDraft {
  const fields = new Fields(at);
  // A parent has one child of a name.
  const named = nameOf(name) !== null;
  const dynamic = inActor || (I.calls.length > 0 && !named && !isCalledHere(I));
  const crash = Fields.raw(options, "onCrash");
  let restart: ChildDraft["restart"] = "temporary";
  if (crash !== null && !isLit(crash.value, undefined))
    restart = afterCrash(crash.value, crash.at, I, fields);
  else if (options.kind !== "record" && !isLit(options, undefined)) {
    restart = null;
    fields.note("restart", "its options are made at run time and may hold onCrash", at);
  } else fields.defaults.push("restart");
  fields.note("shutdown", "actors are stopped without a time limit of their own", at);
  let id: string | null = null;
  if (name === undefined || name.kind === "record" || isLit(name, undefined))
    fields.note("id", "no name is given: one is made up at run time", at);
  else id = readId(name, at, dynamic, (field, reason, place) => fields.note(field, reason, place));
  fields.defaults.push("type", "significant");
  return {
    id,
    type: "worker",
    restart,
    shutdown: null,
    significant: false,
    code: { symbol, at, key, type: "worker" },
    args: null,
    site: key,
    cardinality: !dynamic ? "one" : named ? "maybe" : "many",
    count: null,
    dynamic,
    name: null,
    at,
    defaults: fields.defaults,
    unknown: fields.unknown,
  };
}

/**
 * An actor's function gets its state (unless it has none), a message and a context that knows the actor, and returns the
 * next state. The first one may be made by a function of the options.
 */
function code(
  site: CallSite,
  key: string,
  symbol: string,
  fn: Fn,
  first: Fn | null,
  how: string,
  under: Value | undefined,
): ProcessCode {
  const { at } = site;
  const place = fn.scope.module.at(fn.func);
  const entry = (v: Value): Entry => ({ value: v, at, maybe: false });
  const context = record(
    new Map([
      ["self", entry(reference(at, key))],
      ["parent", entry(under ?? unknown("no parent is given", at))],
    ]),
    at,
    unknown("the actor's context", place),
  );
  const message = unknown("a message that is not known", place);
  const state: Value = { kind: "symbol", root: "field", name: STATE, path: [], at: place, of: key };
  const callbacks: Callback[] = [];
  if (first !== null)
    callbacks.push({
      name: "initialStateFunc",
      phase: "init",
      fn: first,
      args: [context],
      state: alternatives,
    });
  if (how === "spawnStateless")
    callbacks.push({ name: "receive", phase: "later", fn, args: [message, context] });
  else
    callbacks.push({
      name: "receive",
      phase: "later",
      fn,
      args: [state, message, context],
      state: alternatives,
    });
  return { key, symbol, at, self: null, callbacks, hasTerminate: false, fields: [] };
}
