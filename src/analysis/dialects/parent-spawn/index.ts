/**
 * Actors whose parent is their supervisor: `spawn(parent, fn, name, { onCrash })` of nact, `context.spawn` of actor-ts
 * (in `actor-ts.ts`). The policy is a function, and is shown as such. See docs/dialects/parent-spawn.md.
 */

import type { EdgeKind } from "../../../model/index.ts";
import { callFunction } from "../../evaluate/calls.ts";
import { isOwnReference } from "../../evaluate/identity.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { locationOf } from "../../evaluate/scope.ts";
import { type At, alternatives, isLit, lit, unknown, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { ChildDraft, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { argumentAt, readId } from "../children.ts";
import type { Dialect, ModuleSink } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { nameAround } from "../naming.ts";
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
} from "./actor-ts.ts";
import { roleOf } from "./actors.ts";
import { type AfterCrash, afterCrash } from "./crash-policy.ts";
import { isBehaviour } from "./described.ts";
import { calledName, givenTo, NACT, SPAWNS, statelessOf } from "./nact-arguments.ts";
import { codeOfActor, reference } from "./nact-process.ts";
import { ACTOR_TS } from "./strategy.ts";
import { countTurns, giveBack, isPossibleUnder, noteMade, siteOf, takeName } from "./taken-names.ts";

export const parentSpawn: Dialect = {
  name: "parent-spawn",
  traits: {
    ...CALL_TRAITS,
    definition: "spawn",
    periodUnit: "ms",
    pastLimit: "children_stop",
    groupRestarts: "running",
    endMessage: { name: "Terminated", callback: "onReceive" },
  },
  packages: [...NACT, ...ACTOR_TS],
  names: new Set(["spawnStateless", "spawnPersistent", ...ACTOR_NAMES]),
  own: (pkg, name) => (NACT.includes(pkg) ? NACT_NAMES : ACTOR_TS_NAMES).has(name),
  answers: new Set(["replyTo", "sender"]),
  pidTypes: new Set(["ActorRef", "Ref", "LocalActorRef"]),
  startsChildren: (site) => SPAWNS.has(calledName(site) ?? "") || isBehaviour(site),
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

const USES = new Map<string, EdgeKind>([
  ["dispatch", "send"],
  ["query", "call"],
]);

/** Exports that count where the libraries' own repositories import them by paths. */
const NACT_NAMES: ReadonlySet<string> = new Set(["start", "spawn", ...USES.keys(), "stop"]);
const ACTOR_TS_NAMES: ReadonlySet<string> = new Set(OWN_NAMES);

/** Set while an actor's function runs: what it spawns comes and goes. */
const IN_ACTOR = "actor";

function callValue(site: CallSite, I: Interpreter): Value | null {
  const name = calledName(site);
  if (name === null || (name !== "start" && !SPAWNS.has(name))) return null;
  const made = reference(site.at, keyOf(site, name, I));
  return name === "start" ? { ...made, data: { ...made.data, system: lit(true) } } : made;
}

/** Which actor of those that this place spawns: a helper that spawns for others gives each a name. */
function keyOf(site: CallSite, how: string, I: Interpreter): string {
  if (how === "start") return madeByCalls(site.at, I);
  const { name, under } = givenTo(site, how);
  // A parent has one child of a name; without one, or with a computed one, each call makes another.
  return name?.kind === "literal" ? madeAt(site.at, I, name, under) : madeByCalls(site.at, I, name, under);
}

function noteUse(site: CallSite, I: Interpreter, sink: FactSink): Value | null {
  const kind = USES.get(calledName(site) ?? "");
  if (kind !== undefined && site.args[0] !== undefined) sink.use(kind, site.args[0], site, I);
  const [ended] = site.args;
  if (calledName(site) === "stop" && ended !== undefined) {
    if (isOwnReference(ended, sink.of.key)) sink.stops("normal", site.at, I);
    else sink.ends(ended, "normal", site, I);
  }
  return null;
}

function noteDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const name = calledName(site);
  if (name === "start") {
    const key = madeByCalls(site.at, I);
    noteMade(I, key);
    // One that a function makes is shown where something is started under it.
    const implicit = I.calls.length > 0 || I.owner !== null;
    sink.supervisor(parent(site.at, key, nameForCaller(site.at, I) ?? "system", implicit));
  } else if (name === "stop") giveBack(I, site.args[0]);
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
    takes: 0,
    implicit,
  };
}

function spawned(site: CallSite, how: string, I: Interpreter, sink: ModuleSink): void {
  const { at } = site;
  const { fn, name: nameValue, nameIn, options, under: given } = givenTo(site, how);
  const parents = given === undefined ? [] : parentsIn(given);
  const [under] = parents.length > 1 ? [unknown(BY_CONDITION, at)] : parents;
  const symbol =
    nameOf(nameValue) ??
    nameAround(at) ??
    (fn?.kind === "function" ? fn.func.name : null) ??
    (nameValue?.kind === "text" ? nameValue.parts.map((part) => part ?? "*").join("") : null);
  const key = keyOf(site, how, I);
  noteMade(I, key);
  // Where the parent is a parameter, callers say whose child it is.
  if (parents.length > 0 && parents[0]?.kind !== "unknown")
    sink.supervisor(parent(at, key, symbol ?? "actor", true));
  const made: ChildDraft = {
    ...child(at, key, symbol, nameValue, options, statelessOf(site, how), parents, I),
    ...(parents.length > 0 && parents.every(isAnother) && !I.marks.has(IN_ACTOR)
      ? { startedOutside: true as const }
      : {}),
    ...(nameValue === undefined ? {} : argumentAt(site, nameIn)),
  };
  if (parents.length === 1 && !I.marks.has(IN_ACTOR)) {
    takeName(I, siteOf(parents[0]), nameValue, made);
    countTurns(I, siteOf(parents[0]), made);
  }
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
  const actor = codeOfActor(site, key, symbol ?? "actor", fn, options, how, under);
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

/** An actor that is not the one which is running; a system is never started again. */
function isAnother(parent: Value): boolean {
  return parent.kind === "term" && parent.data.own === undefined && parent.data.system === undefined;
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

function nameOf(v: Value | undefined): string | null {
  return v?.kind === "literal" && typeof v.value === "string" ? v.value : null;
}

function child(
  at: At,
  key: string,
  symbol: string | null,
  name: Value | undefined,
  options: Value,
  stateless: "nact" | "@nact/core" | null,
  parents: readonly Value[],
  I: Interpreter,
): ChildDraft {
  const fields = new Fields(at);
  // A parent has one child of a name.
  const named = nameOf(name) !== null;
  const dynamic = I.marks.has(IN_ACTOR) || (I.calls.length > 0 && !named && !isCalledHere(I));
  const crash = stateless === "nact" ? null : Fields.raw(options, "onCrash");
  let after: AfterCrash = { restart: "temporary" };
  if (crash !== null && !isLit(crash.value, undefined)) after = afterCrash(crash.value, crash.at, I, fields);
  else if (stateless !== "nact" && options.kind !== "record" && !isLit(options, undefined)) {
    after = { restart: null };
    fields.note("restart", "its options are made at run time and may hold onCrash", at);
  } else if (stateless !== null) {
    after = { restart: null, goesOn: true };
    fields.note("restart", "a failure of a stateless actor is ignored", at);
  } else fields.defaults.push("restart");
  const idle = Fields.raw(options, "shutdownAfter");
  if (idle !== null && !isLit(idle.value, undefined)) after = { ...after, mayEnd: true };
  fields.note("shutdown", "actors are stopped without a time limit of their own", at);
  let id: string | null = null;
  if (name === undefined) fields.note("id", "no name is given: one is made up at run time", at);
  else id = readId(name, at, dynamic, (field, reason, place) => fields.note(field, reason, place));
  fields.defaults.push("type", "significant");
  const isPerhapsHere = isPossibleUnder(I, parents.length === 1 ? siteOf(parents[0]) : null);
  return {
    id,
    type: "worker",
    ...after,
    shutdown: null,
    significant: false,
    code: { symbol, at, key, type: "worker" },
    args: null,
    site: key,
    cardinality: dynamic && !named ? "many" : dynamic || isPerhapsHere ? "maybe" : "one",
    count: null,
    dynamic,
    name: null,
    at,
    defaults: fields.defaults,
    unknown: fields.unknown,
  };
}
