/** actor-ts: actors are classes, `context.spawn` makes children, `supervisorStrategy()` of the parent is the policy. */
import type { EdgeKind } from "../../../model/index.ts";
import { callFunction } from "../../evaluate/calls.ts";
import { classKey, codeKey } from "../../evaluate/identity.ts";
import { instantiate } from "../../evaluate/instances.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { chainOf, property } from "../../evaluate/objects.ts";
import {
  type At,
  type Cls,
  choice,
  type Ext,
  isLit,
  lit,
  type Term,
  unknown,
  type Value,
} from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { Expr } from "../../ir.ts";
import type { ChildDraft, CodeRef, StartDraft, SupervisorDraft } from "../../link/drafts.ts";
import { blankChild, readId } from "../children.ts";
import { type Callback, isMethodOf, type ModuleSink, type ProcessCode, type Role } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { classNameOf } from "../naming.ts";
import { madeAt, madeByCalls, nameForCaller } from "../site.ts";
import {
  ACTOR_TS,
  ownLimit,
  readRestart,
  readStrategy,
  type Strategy,
  strategyOf,
  strategyOfActor,
} from "./strategy.ts";

/** Exports that count where the library's own repository imports them by paths. */
export const OWN_NAMES = [
  ...["ActorOptions", "Behaviors", "Directive", "Props", "decideBy", "Router"],
  ...["defaultStrategy", "stoppingStrategy", "escalatingStrategy"],
];

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
  // What the constructor gets is what the spawn gives: found when files are put together.
  const ctor = chainOf(I, cls).classes.find((c) => c.c.m.some((member) => member.k === "ctor"));
  const given = ctor?.c.m.find((member) => member.k === "ctor")?.f?.p ?? [];
  const values = given.map(
    (p, n): Value => ({ k: "sym", root: "arg", n, path: [], at: ctor!.scope.m.at(p.t), of: classKey(cls) }),
  );
  const self = instantiate(I, cls, { values, open: false }, at);
  const callbacks: Callback[] = [];
  for (const [name, phase] of CALLBACKS) {
    const fn = property(I, self, name, at);
    if (fn.k === "fn") callbacks.push({ name, phase, fn, args: [] });
  }
  return {
    key: classKey(cls),
    made: cls.made,
    symbol: symbolOf(cls),
    at,
    self,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "postStop"),
    fields: [],
  };
}

function symbolOf(cls: Cls): string {
  return classNameOf(cls) ?? "actor";
}

/** An actor as the supervisor of what it spawns; it is one only if it spawns something. */
export function readActor(cls: Cls, I: Interpreter): SupervisorDraft {
  const at = cls.scope.m.at(cls.c);
  const self = instantiate(I, cls, { values: [], open: true }, at);
  const draft = parent(at, symbolOf(cls), strategyOfActor(self, I, at), true);
  return { ...draft, key: classKey(cls), cls };
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

export function actorValue(site: CallSite, I: Interpreter): Value | null {
  const { at } = site;
  const made = (actor: string, key = codeKey(at)): Value => ({
    k: "term",
    tag: "proc",
    d: { site: lit(key), actor: lit(actor) },
    at,
  });
  if (isSystem(site)) return made("system", systemKey(at, I));
  return spawnName(site) === null ? described(site) : made("ref", keyOf(site, I));
}

/** What is made here first may be asked at once: `ActorSystem.create("app").spawn(...)` begins at the same place. */
function systemKey(at: At, I: Interpreter): string {
  return `${madeByCalls(at, I)}${I.calls.length === 0 ? "@" : "."}system`;
}

/** Which actor of those that this place spawns. */
function keyOf({ at, args }: CallSite, I: Interpreter): string {
  return madeAt(at, I, args[0], args[1]);
}

/** Options and deciders that are put together by calls of the library. */
function described({ callee, args, at }: CallSite): Value | null {
  if (callee.k === "ext") {
    if (!ACTOR_TS.includes(callee.pkg)) return null;
    const name = callee.path.join(".");
    // Older releases wrap what makes an actor.
    if (name === "Props.create") return args[0] ?? null;
    if (name === "ActorOptions.create") return { k: "term", tag: "actor options", d: {}, at };
    if (callee.path[0] === "Router" && callee.path.length === 2) {
      const [size, routee, third, fourth] = args;
      const how = callee.path[1]!;
      const options = how === "custom" || how.startsWith("scatterGather") ? fourth : third;
      const d = { size, routee, options, how: lit(how) };
      const given = Object.entries(d).flatMap(([n, v]) => (v === undefined ? [] : [[n, v] as const]));
      return { k: "term", tag: "router", d: Object.fromEntries(given), at };
    }
    const [cases, fallback] = args;
    if (name === "Behaviors.supervise")
      return { k: "term", tag: "behaviour", d: { of: args[0] ?? unknown("no behaviour is given", at) }, at };
    if (name !== "decideBy" || cases?.k !== "list" || fallback === undefined) return null;
    const why = unknown("depends on the error", at);
    const of = cases.c.items.map((item) => Fields.raw(item.v, "then")?.v ?? why);
    return { k: "term", tag: "decider", d: { of: of.reduce((a, b) => choice(a, b, why), fallback) }, at };
  }
  const { self, n } = callee;
  if (self.k === "term" && self.tag === "behaviour" && n === "onFailure")
    return { ...self, d: { ...self.d, supervisorStrategy: args[0] ?? unknown("no strategy is given", at) } };
  if (self.k !== "term" || self.tag !== "actor options") return null;
  if (n !== "withSupervisorStrategy") return self;
  return { ...self, d: { ...self.d, supervisorStrategy: args[0] ?? unknown("no strategy is given", at) } };
}

export function noteActorDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const { at, args } = site;
  if (isSystem(site)) {
    const name = args[0]?.k === "lit" && typeof args[0].v === "string" ? args[0].v : null;
    // One that a function makes is shown where something is started under it.
    const draft = parent(at, name ?? nameForCaller(at, I) ?? "system", { k: "default" }, I.calls.length > 0);
    sink.supervisor({ ...draft, key: systemKey(at, I) });
    return;
  }
  const name = spawnName(site);
  const under = receiver(site, "system");
  if (name === null || under === null) return;
  if (args[0]?.k === "term" && args[0].tag === "router") sink.supervisor(router(args[0], site, I));
  sink.start(spawned(site, name, under, { k: "default" }, I));
}

/** A router is the parent of its routees. */
function router(pool: Term, site: CallSite, I: Interpreter): SupervisorDraft {
  const { at } = site;
  const given = site.args[1];
  const name = given?.k === "lit" && typeof given.v === "string" ? given.v : poolName(pool);
  const draft = parent(at, name, { k: "default" }, false);
  const code = codeOf(madeBy(pool.d.routee, I, at) ?? pool.d.routee, I);
  const fields = new Fields(at);
  const { size, options } = pool.d;
  const count = size?.k === "lit" && typeof size.v === "number" ? size.v : null;
  if (code === null) fields.because("start", pool.d.routee ?? unknown("no actor is given", at), at);
  const policy = policyOf(options ?? lit(undefined), { k: "default" }, at, I, fields);
  fields.note("shutdown", NO_LIMIT, at);
  fields.defaults.push("id", "type", "significant");
  draft.children.push({
    ...blankChild(pool.at, fields),
    id: "routee-*",
    type: "worker",
    ...policy,
    significant: false,
    code: code ?? { symbol: null, at: null, key: null, type: "worker" },
    cardinality: "many",
    count,
  });
  return draft;
}

function poolName(pool: Term): string {
  return pool.d.how?.k === "lit" ? `Router.${String(pool.d.how.v)}` : "Router";
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

/** A method of what a field holds, or of what the constructor was given, counts in files that use the library. */
function isField({ callee, at }: CallSite, I: Interpreter): boolean {
  if (callee.k !== "extm" || callee.self.k !== "sym") return false;
  return at.m.summary.specifiers.some((specifier) => {
    const to = I.world.resolution(at.m, specifier);
    return to?.package !== undefined && ACTOR_TS.includes(to.package);
  });
}

function spawned(site: CallSite, how: string, under: Value, parents: Strategy, I: Interpreter): StartDraft {
  const { at, args } = site;
  const anonymous = how.endsWith("Anonymous");
  const typed = how.startsWith("spawnTyped");
  const what = args[0];
  const made = typed ? null : madeBy(what, I, at);
  const fields = new Fields(at);
  const ref = refOf(typed ? (what ?? null) : (made ?? what ?? null), typed, site, fields, I);
  // A typed behaviour brings its own policy along.
  const options =
    what?.k === "term" && what.tag === "behaviour"
      ? what
      : ((anonymous ? args[1] : args[2]) ?? lit(undefined));
  const policy = policyOf(options, parents, at, I, fields);
  fields.note("shutdown", NO_LIMIT, at);
  const dynamic = I.phase === "later" && I.calls.length > 0 && under.k === "cls";
  let id: string | null = null;
  const name = args[1];
  if (anonymous) fields.note("id", "no name is given: one is made up at run time", at);
  else if (name === undefined) fields.note("id", "it is absent", at);
  else id = readId(name, at, true, (field, reason, place) => fields.note(field, reason, place));
  const known = name?.k === "lit" && !anonymous;
  const many = !known && (dynamic || name?.k === "text");
  fields.defaults.push("type", "significant");
  const arguments_ = made?.k === "inst" ? made.args : made === null && args[0]?.k === "cls" ? [] : null;
  return {
    code: ref,
    args: arguments_,
    at,
    site: keyOf(site, I),
    linked: true,
    name: null,
    under,
    child: {
      id,
      type: "worker",
      ...policy,
      shutdown: null,
      significant: false,
      code: ref,
      args: arguments_,
      site: keyOf(site, I),
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

const NO_LIMIT = "actors are stopped without a time limit of their own";

/** What runs: a class, a router, a typed behaviour by the name of what makes it. */
function refOf(v: Value | null, typed: boolean, site: CallSite, fields: Fields, I: Interpreter): CodeRef {
  const { at, x } = site;
  if (v?.k === "term" && v.tag === "router")
    return { symbol: poolName(v), at, key: codeKey(at), type: "supervisor" };
  const code = typed || v === null ? null : codeOf(v, I);
  if (code !== null) return code;
  const symbol = typed && x.k === "call" && x.a[0] !== undefined ? behaviourName(x.a[0]) : null;
  if (symbol === null) fields.because("start", v ?? unknown("it is absent", at), at);
  return { symbol, at: null, key: null, type: "worker" };
}

/** `poller` for `poller`, `poller(6)` and `Behaviors.supervise(poller(6)).onFailure(...)`. */
function behaviourName(x: Expr): string | null {
  if (x.k === "id") return x.n;
  if (x.k !== "call") return null;
  if (x.f.k === "id") return x.f.n;
  if (x.f.k !== "get") return null;
  if (x.f.n === "onFailure") return behaviourName(x.f.o);
  return x.f.n === "supervise" && x.a[0] !== undefined ? behaviourName(x.a[0]) : null;
}

/** What is done when it fails: as its own options say, else as its parent's strategy says. */
function policyOf(
  options: Value,
  parents: Strategy,
  at: At,
  I: Interpreter,
  fields: Fields,
): Pick<ChildDraft, "restart" | "ownLimit"> {
  const described = options.k === "term" && (options.tag === "actor options" || options.tag === "behaviour");
  const given = described ? options.d.supervisorStrategy : undefined;
  const own = given !== undefined ? { v: given, at: options.k === "term" ? options.at : at } : null;
  const strategy = own ?? (options.k === "rec" ? Fields.raw(options, "supervisorStrategy") : null);
  if (strategy !== null && !isLit(strategy.v, undefined)) {
    const given = strategyOf(strategy.v, strategy.at);
    const restart = readRestart(given, I, fields);
    const isLimited = given.k !== "unknown" && restart !== "temporary";
    const typed = options.k === "term" && options.tag === "behaviour";
    return isLimited ? { restart, ownLimit: ownLimit(given, strategy.at, typed) } : { restart };
  }
  if (described || options.k === "rec" || isLit(options, undefined))
    return { restart: readRestart(parents, I, fields) };
  fields.note("restart", "its options are made at run time and may hold a strategy", at);
  return { restart: null };
}

/** What a function that makes an actor makes; null when there is none. */
function madeBy(v: Value | undefined, I: Interpreter, at: At): Value | null {
  return v?.k === "fn" ? I.journal.branch(() => callFunction(I, v, [], v.self, at))[1] : null;
}

/** The class that is spawned, as such or made by a function. */
function codeOf(v: Value | undefined, I: Interpreter): CodeRef | null {
  const cls = v?.k === "inst" ? v.cls : v;
  if (cls?.k === "ext") return { symbol: cls.path.join("."), at: null, key: null, type: "worker" };
  if (cls?.k !== "cls") return null;
  const place = cls.scope.m.at(cls.c);
  I.world.deps.touch(cls.scope.m.file);
  const { base } = chainOf(I, cls);
  const key = base?.k === "ext" && roleOf(base) !== null ? classKey(cls) : null;
  const code: CodeRef = { symbol: symbolOf(cls), at: place, key, type: "worker" };
  return cls.made === undefined || key === null ? code : { ...code, made: cls };
}
