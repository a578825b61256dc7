/** actor-ts: actors are classes, `context.spawn` makes children, `supervisorStrategy()` of the parent is the policy. */
import type { EdgeKind } from "../../../model/index.ts";
import { callFunction, instantiate } from "../../evaluate/calls.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { chainOf, property } from "../../evaluate/objects.ts";
import { type At, type Cls, type Ext, isLit, lit, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import {
  type ChildDraft,
  type CodeRef,
  codeKey,
  type StartDraft,
  type SupervisorDraft,
} from "../../link/drafts.ts";
import { readId } from "../children.ts";
import { type Callback, isMethodOf, type ModuleSink, type ProcessCode, type Role } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { nameAround } from "../naming.ts";
import {
  ACTOR_TS,
  readRestart,
  readStrategy,
  type Strategy,
  strategyOf,
  strategyOfActor,
} from "./strategy.ts";

/** The exports that matter here. */
export const ACTOR_NAMES = [
  ...["ActorSystem", "Actor", "PersistentActor", "DurableStateActor", "FSM"],
  ...["OneForOneStrategy", "AllForOneStrategy"],
];

const BASES = new Set(["Actor", "PersistentActor", "DurableStateActor", "FSM"]);

export function roleOf(base: Ext): Role | null {
  return ACTOR_TS.includes(base.pkg) && base.path.length === 1 && BASES.has(base.path[0]!)
    ? "supervisor"
    : null;
}

const CALLBACKS: readonly [string, Callback["phase"]][] = [
  // `spawn` does not wait for it.
  ["preStart", "continue"],
  ["onReceive", "later"],
  ["onCommand", "later"],
  ["onEvent", "later"],
  ["postStop", "later"],
];

export function readActorProcess(cls: Cls, I: Interpreter): ProcessCode {
  const at = cls.scope.m.at(cls.c);
  const self = instantiate(I, cls, { values: [], open: true }, at);
  const callbacks: Callback[] = [];
  for (const [name, phase] of CALLBACKS) {
    const fn = property(I, self, name, at);
    if (fn.k === "fn") callbacks.push({ name, phase, fn, args: [] });
  }
  return {
    key: codeKey(at),
    symbol: symbolOf(cls, at),
    at,
    self,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "postStop"),
    fields: [],
  };
}

function symbolOf(cls: Cls, at: At): string {
  return cls.c.n ?? nameAround(at) ?? "actor";
}

/** An actor as the supervisor of what it spawns; it is one only if it spawns something. */
export function readActor(cls: Cls, I: Interpreter): SupervisorDraft {
  const at = cls.scope.m.at(cls.c);
  const self = instantiate(I, cls, { values: [], open: true }, at);
  return parent(at, symbolOf(cls, at), strategyOfActor(self, I, at), true);
}

function parent(at: At, name: string, strategy: Strategy, implicit: boolean): SupervisorDraft {
  const fields = new Fields(at);
  const read = readStrategy(strategy, fields);
  return {
    key: codeKey(at),
    name,
    dialect: "parent-spawn",
    at,
    nameAt: null,
    childrenAt: null,
    ...read,
    autoShutdown: "never",
    children: [],
    dynamic: false,
    registers: null,
    process: null,
    defaults: [...fields.defaults, "autoShutdown"],
    unknown: fields.unknown,
    takesArguments: false,
    implicit,
  };
}

/** What a call on a reference or a system is made on; `actor` tells which of the two. */
function receiver(site: CallSite, actor: "system" | "ref"): (Value & { k: "term" }) | null {
  const { callee } = site;
  if (callee.k !== "extm" || callee.self.k !== "term" || callee.self.tag !== "proc") return null;
  return callee.self.d.actor !== undefined && isLit(callee.self.d.actor, actor) ? callee.self : null;
}

const SPAWNS = new Set(["spawn", "spawnAnonymous", "spawnTyped", "spawnTypedAnonymous"]);

/** `spawn` for `this.context.spawn` and `system.spawn`, else null. */
function spawnName(site: CallSite): string | null {
  const { callee } = site;
  if (callee.k !== "extm") return null;
  const { n } = callee;
  if (isMethodOf(callee, ACTOR_TS)) {
    const own = n.startsWith("context.") ? n.slice("context.".length) : "";
    return SPAWNS.has(own) ? own : null;
  }
  return receiver(site, "system") !== null && SPAWNS.has(n) ? n : null;
}

function isSystem({ callee }: CallSite): boolean {
  return (
    callee.k === "ext" && ACTOR_TS.includes(callee.pkg) && callee.path.join(".") === "ActorSystem.create"
  );
}

export function actorValue(site: CallSite): Value | null {
  const { at } = site;
  const made = (actor: string): Value => ({
    k: "term",
    tag: "proc",
    d: { site: lit(codeKey(at)), actor: lit(actor) },
    at,
  });
  if (isSystem(site)) return made("system");
  return spawnName(site) === null ? null : made("ref");
}

export function noteActorDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const { at, args } = site;
  if (isSystem(site)) {
    const name = args[0]?.k === "lit" && typeof args[0].v === "string" ? args[0].v : null;
    sink.supervisor(parent(at, name ?? nameAround(at) ?? "system", { k: "default" }, false));
    return;
  }
  const name = spawnName(site);
  const under = receiver(site, "system");
  if (name !== null && under !== null) sink.start(spawned(site, name, under, { k: "default" }, I));
}

const METHODS = new Map<string, EdgeKind>([
  ["tell", "send"],
  ["send", "send"],
  ["ask", "call"],
]);

export function noteActorUse(site: CallSite, I: Interpreter, sink: FactSink): void {
  const { callee, args, at } = site;
  if (callee.k !== "extm") return;
  const kind = METHODS.get(callee.n);
  if (kind !== undefined && (receiver(site, "ref") !== null || isField(site, I))) {
    sink.use(kind, callee.self, site, I);
    return;
  }
  const name = spawnName(site);
  if (name !== null && callee.self.k === "inst") {
    const strategy = strategyOfActor(callee.self, I, at);
    sink.start(spawned(site, name, callee.self.cls, strategy, I));
    return;
  }
  if (!isMethodOf(callee, ACTOR_TS)) return;
  if (callee.n === "context.watch" || callee.n === "context.watchWith") {
    if (args[0] !== undefined) sink.use("monitor", args[0], site, I);
  } else if (callee.n === "context.stopSelf" || callee.n === "self.stop") sink.stops("normal", at, I);
}

/** A method of what a field holds counts in files that use the library. */
function isField({ callee, at }: CallSite, I: Interpreter): boolean {
  if (callee.k !== "extm" || callee.self.k !== "sym" || callee.self.root !== "field") return false;
  return at.m.summary.specifiers.some((specifier) => {
    const to = I.world.resolution(at.m, specifier);
    return to?.package !== undefined && ACTOR_TS.includes(to.package);
  });
}

function spawned(site: CallSite, how: string, under: Value, parents: Strategy, I: Interpreter): StartDraft {
  const { at, args } = site;
  const anonymous = how.endsWith("Anonymous");
  const code = how.startsWith("spawnTyped") ? null : codeOf(args[0], I, at);
  const ref: CodeRef = code ?? { symbol: nameAround(at), at: null, key: null, type: "worker" };
  const fields = new Fields(at);
  const options = (anonymous ? args[1] : args[2]) ?? lit(undefined);
  const own = options.k === "rec" ? Fields.raw(options, "supervisorStrategy") : null;
  let restart: ChildDraft["restart"];
  if (own !== null) restart = readRestart(strategyOf(own.v, own.at), I, fields);
  else if (options.k === "rec" || isLit(options, undefined)) restart = readRestart(parents, I, fields);
  else {
    fields.note("restart", "its options are made at run time and may hold a strategy", at);
    restart = null;
  }
  fields.note("shutdown", "actors are stopped without a time limit of their own", at);
  const dynamic = I.phase === "later" && I.calls.length > 0 && under.k === "cls";
  let id: string | null = null;
  const name = args[1];
  if (anonymous) fields.note("id", "no name is given: one is made up at run time", at);
  else if (name === undefined) fields.note("id", "it is absent", at);
  else id = readId(name, at, true, (field, reason, place) => fields.note(field, reason, place));
  const known = name?.k === "lit" && !anonymous;
  const many = !known && (dynamic || name?.k === "text");
  fields.defaults.push("type", "significant");
  return {
    code: ref,
    args: null,
    at,
    linked: true,
    name: null,
    under,
    child: {
      id,
      type: "worker",
      restart,
      shutdown: null,
      significant: false,
      code: ref,
      args: null,
      cardinality: many ? "many" : dynamic ? "maybe" : "one",
      count: null,
      dynamic,
      name: null,
      at,
      defaults: fields.defaults,
      unknown: fields.unknown,
    },
    phase: I.phase,
  };
}

/** The class that is spawned, as such or made by a function. */
function codeOf(v: Value | undefined, I: Interpreter, at: At): CodeRef | null {
  let cls: Value | undefined = v;
  if (v?.k === "fn") {
    const [, made] = I.journal.branch(() => callFunction(I, v, [], v.self, at));
    cls = made.k === "inst" ? made.cls : undefined;
  }
  if (cls?.k === "ext") return { symbol: cls.path.join("."), at: null, key: null, type: "worker" };
  if (cls?.k !== "cls") return null;
  const place = cls.scope.m.at(cls.c);
  I.world.deps.touch(cls.scope.m.file);
  const { base } = chainOf(I, cls);
  const key = base?.k === "ext" && roleOf(base) !== null ? codeKey(place) : null;
  return { symbol: symbolOf(cls, place), at: place, key, type: "worker" };
}
