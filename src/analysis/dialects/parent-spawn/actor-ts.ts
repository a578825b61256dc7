/** actor-ts: actors are classes, `context.spawn` makes children, `supervisorStrategy()` of the parent is the policy. */
import type { EdgeKind } from "../../../model/index.ts";
import { callFunction } from "../../evaluate/calls.ts";
import { classKey, codeKey, placeKey } from "../../evaluate/identity.ts";
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
import type { ChildDraft, CodeRef, StartDraft, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { argumentAt, blankChild, readId } from "../children.ts";
import { isMethodOf, type ModuleSink, type Role } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { classNameOf } from "../naming.ts";
import type { Callback, ProcessCode } from "../process-code.ts";
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
  const at = cls.scope.module.at(cls.class);
  // What the constructor gets is what the spawn gives: found when files are put together.
  const ctor = chainOf(I, cls).classes.find((c) =>
    c.class.members.some((member) => member.kind === "constructor"),
  );
  const given = ctor?.class.members.find((member) => member.kind === "constructor")?.func?.params ?? [];
  const values = given.map(
    (p, n): Value => ({
      kind: "symbol",
      root: "arg",
      name: n,
      path: [],
      at: ctor!.scope.module.at(p.target),
      of: classKey(cls),
    }),
  );
  const self = instantiate(I, cls, { values, open: false }, at);
  const callbacks: Callback[] = [];
  for (const [name, phase] of CALLBACKS) {
    const fn = property(I, self, name, at);
    if (fn.kind === "function") callbacks.push({ name, phase, fn, args: [] });
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
  const at = cls.scope.module.at(cls.class);
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
function receiver(site: CallSite, actor: "system" | "ref"): (Value & { kind: "term" }) | null {
  const { callee } = site;
  if (callee.kind !== "externalMethod" || callee.self.kind !== "term" || callee.self.tag !== "proc")
    return null;
  return callee.self.data.actor !== undefined && isLit(callee.self.data.actor, actor) ? callee.self : null;
}

const SPAWNS = new Set(["spawn", "spawnAnonymous", "spawnTyped", "spawnTypedAnonymous"]);

/** `spawn` for `this.context.spawn` and `system.spawn`, else null. */
function spawnName(site: CallSite): string | null {
  const { callee } = site;
  if (callee.kind !== "externalMethod") return null;
  const { name: n } = callee;
  if (isMethodOf(callee, ACTOR_TS)) {
    const own = n.startsWith("context.") ? n.slice("context.".length) : "";
    return SPAWNS.has(own) ? own : null;
  }
  return receiver(site, "system") !== null && SPAWNS.has(n) ? n : null;
}

function isSystem({ callee }: CallSite): boolean {
  return (
    callee.kind === "external" &&
    ACTOR_TS.includes(callee.pkg) &&
    callee.path.join(".") === "ActorSystem.create"
  );
}

export function actorValue(site: CallSite, I: Interpreter): Value | null {
  const { at } = site;
  const made = (actor: string, key = codeKey(at)): Value => ({
    kind: "term",
    tag: "proc",
    data: { site: lit(key), actor: lit(actor) },
    at,
  });
  if (isSystem(site)) return made("system", systemKey(at, I));
  return spawnName(site) === null ? described(site) : made("ref", keyOf(site, I));
}

/** What is made here first may be asked at once: `ActorSystem.create("app").spawn(...)` begins at the same place. */
function systemKey(at: At, I: Interpreter): string {
  const key = madeByCalls(at, I);
  return `${key}${placeKey(key) === key ? "@" : "."}system`;
}

/** Which actor of those that this place spawns. */
function keyOf({ at, args }: CallSite, I: Interpreter): string {
  return madeAt(at, I, args[0], args[1]);
}

/** Options and deciders that are put together by calls of the library. */
function described({ callee, args, at }: CallSite): Value | null {
  if (callee.kind === "external") {
    if (!ACTOR_TS.includes(callee.pkg)) return null;
    const name = callee.path.join(".");
    // Older releases wrap what makes an actor.
    if (name === "Props.create") return args[0] ?? null;
    if (name === "ActorOptions.create") return { kind: "term", tag: "actor options", data: {}, at };
    if (callee.path[0] === "Router" && callee.path.length === 2) {
      const [size, routee, third, fourth] = args;
      const how = callee.path[1]!;
      const options = how === "custom" || how.startsWith("scatterGather") ? fourth : third;
      const d = { size, routee, options, how: lit(how) };
      const given = Object.entries(d).flatMap(([n, v]) => (v === undefined ? [] : [[n, v] as const]));
      return { kind: "term", tag: "router", data: Object.fromEntries(given), at };
    }
    const [cases, fallback] = args;
    if (name === "Behaviors.supervise")
      return {
        kind: "term",
        tag: "behaviour",
        data: { of: args[0] ?? unknown("no behaviour is given", at) },
        at,
      };
    if (name !== "decideBy" || cases?.kind !== "list" || fallback === undefined) return null;
    const why = unknown("depends on the error", at);
    const of = cases.contents.items.map((item) => Fields.raw(item.value, "then")?.value ?? why);
    return {
      kind: "term",
      tag: "decider",
      data: { of: of.reduce((a, b) => choice(a, b, why), fallback) },
      at,
    };
  }
  const { self, name: n } = callee;
  if (self.kind === "term" && self.tag === "behaviour" && n === "onFailure")
    return {
      ...self,
      data: { ...self.data, supervisorStrategy: args[0] ?? unknown("no strategy is given", at) },
    };
  if (self.kind !== "term" || self.tag !== "actor options") return null;
  if (n !== "withSupervisorStrategy") return self;
  return {
    ...self,
    data: { ...self.data, supervisorStrategy: args[0] ?? unknown("no strategy is given", at) },
  };
}

export function noteActorDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const { at, args } = site;
  if (isSystem(site)) {
    const name = args[0]?.kind === "literal" && typeof args[0].value === "string" ? args[0].value : null;
    // One that a function makes is shown where something is started under it.
    const draft = parent(
      at,
      name ?? nameForCaller(at, I) ?? "system",
      { kind: "default" },
      I.calls.length > 0 || I.owner !== null,
    );
    sink.supervisor({ ...draft, key: systemKey(at, I) });
    return;
  }
  const name = spawnName(site);
  const under = receiver(site, "system");
  if (name === null || under === null) return;
  if (args[0]?.kind === "term" && args[0].tag === "router") sink.supervisor(router(args[0], site, I));
  sink.start(spawned(site, name, under, { kind: "default" }, I));
}

/** A router is the parent of its routees. */
function router(pool: Term, site: CallSite, I: Interpreter): SupervisorDraft {
  const { at } = site;
  const given = site.args[1];
  const name = given?.kind === "literal" && typeof given.value === "string" ? given.value : poolName(pool);
  const draft = parent(at, name, { kind: "default" }, false);
  const code = codeOf(madeBy(pool.data.routee, I, at) ?? pool.data.routee, I);
  const fields = new Fields(at);
  const { size, options } = pool.data;
  const count = size?.kind === "literal" && typeof size.value === "number" ? size.value : null;
  if (code === null) fields.because("start", pool.data.routee ?? unknown("no actor is given", at), at);
  const policy = policyOf(options ?? lit(undefined), { kind: "default" }, at, I, fields);
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
  return pool.data.how?.kind === "literal" ? `Router.${String(pool.data.how.value)}` : "Router";
}

const METHODS = new Map<string, EdgeKind>([
  ["tell", "send"],
  ["send", "send"],
  ["ask", "call"],
]);

export function noteActorUse(site: CallSite, I: Interpreter, sink: FactSink): void {
  const { callee, args, at } = site;
  if (callee.kind !== "externalMethod") return;
  const kind = METHODS.get(callee.name);
  if (kind !== undefined && (receiver(site, "ref") !== null || isField(site, I))) {
    sink.use(kind, callee.self, site, I);
    return;
  }
  const name = spawnName(site);
  if (name !== null && callee.self.kind === "instance") {
    const strategy = strategyOfActor(callee.self, I, at);
    sink.start(spawned(site, name, callee.self.cls, strategy, I));
    return;
  }
  if (!isMethodOf(callee, ACTOR_TS)) return;
  if (callee.name === "context.watch" || callee.name === "context.watchWith") {
    if (args[0] !== undefined) sink.use("monitor", args[0], site, I);
  } else if (callee.name === "context.stopSelf" || callee.name === "self.stop") sink.stops("normal", at, I);
}

/** A method of what a field holds, or of what the constructor was given, counts in files that use the library. */
function isField({ callee, at }: CallSite, I: Interpreter): boolean {
  if (callee.kind !== "externalMethod" || callee.self.kind !== "symbol") return false;
  return at.module.summary.specifiers.some((specifier) => {
    const to = I.world.resolution(at.module, specifier);
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
    what?.kind === "term" && what.tag === "behaviour"
      ? what
      : ((anonymous ? args[1] : args[2]) ?? lit(undefined));
  const policy = policyOf(options, parents, at, I, fields);
  fields.note("shutdown", NO_LIMIT, at);
  const dynamic = I.phase === "later" && I.calls.length > 0 && under.kind === "class";
  let id: string | null = null;
  const name = args[1];
  if (anonymous) fields.note("id", "no name is given: one is made up at run time", at);
  else if (name === undefined) fields.note("id", "it is absent", at);
  else id = readId(name, at, true, (field, reason, place) => fields.note(field, reason, place));
  const known = name?.kind === "literal" && !anonymous;
  const many = !known && (dynamic || name?.kind === "text");
  fields.defaults.push("type", "significant");
  const arguments_ =
    made?.kind === "instance" ? made.args : made === null && args[0]?.kind === "class" ? [] : null;
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
      ...(id === null ? {} : argumentAt(site, 1)),
      defaults: fields.defaults,
      unknown: fields.unknown,
    },
    phase: I.phase,
  };
}

const NO_LIMIT = "actors are stopped without a time limit of their own";

/** What runs: a class, a router, a typed behaviour by the name of what makes it. */
function refOf(v: Value | null, typed: boolean, site: CallSite, fields: Fields, I: Interpreter): CodeRef {
  const { at, expr: x } = site;
  if (v?.kind === "term" && v.tag === "router")
    return { symbol: poolName(v), at, key: codeKey(at), type: "supervisor" };
  const code = typed || v === null ? null : codeOf(v, I);
  if (code !== null) return code;
  const symbol = typed && x.kind === "call" && x.args[0] !== undefined ? behaviourName(x.args[0]) : null;
  if (symbol === null) fields.because("start", v ?? unknown("it is absent", at), at);
  return { symbol, at: null, key: null, type: "worker" };
}

/** `poller` for `poller`, `poller(6)` and `Behaviors.supervise(poller(6)).onFailure(...)`. */
function behaviourName(x: Expr): string | null {
  if (x.kind === "identifier") return x.name;
  if (x.kind !== "call") return null;
  if (x.callee.kind === "identifier") return x.callee.name;
  if (x.callee.kind !== "get") return null;
  if (x.callee.name === "onFailure") return behaviourName(x.callee.object);
  return x.callee.name === "supervise" && x.args[0] !== undefined ? behaviourName(x.args[0]) : null;
}

/** What is done when it fails: as its own options say, else as its parent's strategy says. */
function policyOf(
  options: Value,
  parents: Strategy,
  at: At,
  I: Interpreter,
  fields: Fields,
): Pick<ChildDraft, "restart" | "ownLimit"> {
  const described =
    options.kind === "term" && (options.tag === "actor options" || options.tag === "behaviour");
  const given = described ? options.data.supervisorStrategy : undefined;
  const own = given !== undefined ? { value: given, at: options.kind === "term" ? options.at : at } : null;
  const strategy = own ?? (options.kind === "record" ? Fields.raw(options, "supervisorStrategy") : null);
  if (strategy !== null && !isLit(strategy.value, undefined)) {
    const given = strategyOf(strategy.value, strategy.at);
    const restart = readRestart(given, I, fields);
    const isLimited = given.kind !== "unknown" && restart !== "temporary";
    const typed = options.kind === "term" && options.tag === "behaviour";
    return isLimited ? { restart, ownLimit: ownLimit(given, strategy.at, typed) } : { restart };
  }
  if (described || options.kind === "record" || isLit(options, undefined))
    return { restart: readRestart(parents, I, fields) };
  fields.note("restart", "its options are made at run time and may hold a strategy", at);
  return { restart: null };
}

/** What a function that makes an actor makes; null when there is none. */
function madeBy(v: Value | undefined, I: Interpreter, at: At): Value | null {
  return v?.kind === "function" ? I.journal.branch(() => callFunction(I, v, [], v.self, at))[1] : null;
}

/** The class that is spawned, as such or made by a function. */
function codeOf(v: Value | undefined, I: Interpreter): CodeRef | null {
  const cls = v?.kind === "instance" ? v.cls : v;
  if (cls?.kind === "external") return { symbol: cls.path.join("."), at: null, key: null, type: "worker" };
  if (cls?.kind !== "class") return null;
  const place = cls.scope.module.at(cls.class);
  I.world.deps.touch(cls.scope.module.file);
  const { base } = chainOf(I, cls);
  const key = base?.kind === "external" && roleOf(base) !== null ? classKey(cls) : null;
  const code: CodeRef = { symbol: symbolOf(cls), at: place, key, type: "worker" };
  return cls.made === undefined || key === null ? code : { ...code, made: cls };
}
