/** actor-ts: actors are classes, `context.spawn` makes children, `supervisorStrategy()` of the parent is the policy. */
import type { EdgeKind } from "../../../model/index.ts";
import { message } from "../../evaluate/conditions.ts";
import { classKey, codeKey, placeKey } from "../../evaluate/identity.ts";
import { instantiate } from "../../evaluate/instances.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { chainOf, property } from "../../evaluate/objects.ts";
import { type At, type Cls, isLit, lit, record, unknown, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { Expr } from "../../ir.ts";
import type { ChildDraft, CodeRef, StartDraft, SupervisorDraft } from "../../link/unresolved-definitions.ts";
import { argumentAt, readId } from "../children.ts";
import { declaredFields } from "../declared-fields.ts";
import { isMethodOf, type ModuleSink } from "../dialect.ts";
import { Fields } from "../fields.ts";
import type { Callback, ProcessCode } from "../process-code.ts";
import { madeAt, madeByCalls, nameForCaller } from "../site.ts";
import { codeOf, madeBy, NO_LIMIT, parent, policyOf, roleOf, symbolOf } from "./actors.ts";
import { described } from "./described.ts";
import { isParentOfLibrary, nameOfParent, parentOfLibrary } from "./library-parents.ts";
import { ACTOR_TS, type Strategy, strategyOfActor } from "./strategy.ts";
import { countTurns, giveBack, isPossibleUnder, noteMade, siteOf, takeName } from "./taken-names.ts";

/** Exports that count where the library's own repository imports them by paths. */
export const OWN_NAMES = [
  ...[
    "ActorOptions",
    "ActorSystemOptions",
    "Behaviors",
    "ClusterBootstrapOptions",
    "Directive",
    "Props",
    "decideBy",
    "Router",
    "BackoffSupervisor",
  ],
  ...["defaultStrategy", "stoppingStrategy", "escalatingStrategy"],
];

/** The exports that matter here. */
export const ACTOR_NAMES = [
  ...["ActorSystem", "Cluster", "Actor", "PersistentActor", "DurableStateActor", "FSM"],
  ...["OneForOneStrategy", "AllForOneStrategy"],
];

const CALLBACKS: readonly [string, Callback["phase"]][] = [
  // `spawn` does not wait for it.
  ["preStart", "continue"],
  ["onReceive", "later"],
  ["onCommand", "later"],
  ["onEvent", "later"],
  ["postStop", "later"],
];

export function readActorProcess(cls: Cls, I: Interpreter): ProcessCode | null {
  // Nobody spawns an abstract class: those that extend it are actors.
  if (cls.class.abstract) return null;
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
    dialect: "parent-spawn",
    key: classKey(cls),
    made: cls.made,
    symbol: symbolOf(cls),
    at,
    self,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "postStop"),
    fields: declaredFields(chainOf(I, cls).classes),
    endNews: endNews(callbacks, at),
  };
}

/** `Terminated` comes like any other message; null where it is not seen what gets messages. */
function endNews(callbacks: readonly Callback[], at: At): NonNullable<ProcessCode["endNews"]> | null {
  const fn = callbacks.find(({ name }) => name === "onReceive" || name === "onCommand")?.fn;
  if (fn?.kind !== "function") return null;
  const told = (n: string) => ({ contents: message(n, at) });
  const fields = new Map([
    ["actor", told("the actor that has ended")],
    ["existenceConfirmed", told("existenceConfirmed")],
    ["addressTerminated", told("addressTerminated")],
  ]);
  const cls: Value = { kind: "external", pkg: ACTOR_TS[0]!, path: ["Terminated"] };
  return { callback: fn, message: { kind: "instance", cls, args: [], fields, at, kept: false, whole: true } };
}

/** An actor as the supervisor of what it spawns; it is one only if it spawns something. */
export function readActor(cls: Cls, I: Interpreter): SupervisorDraft | null {
  if (cls.class.abstract) return null;
  const at = cls.scope.module.at(cls.class);
  const self = instantiate(I, cls, { values: [], open: true }, at);
  const draft = parent(at, symbolOf(cls), strategyOfActor(self, I, at), true);
  return { ...draft, key: classKey(cls), cls };
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
function spawnName(site: CallSite, I: Interpreter): string | null {
  const { callee } = site;
  if (callee.kind !== "externalMethod") return null;
  const { name: n } = callee;
  if (isMethodOf(callee, ACTOR_TS)) {
    const own = n.startsWith("context.") ? n.slice("context.".length) : "";
    return SPAWNS.has(own) ? own : null;
  }
  return SPAWNS.has(n) && systemOf(site, I) !== null ? n : null;
}

/** The system that a call spawns under. What a variable or a field holds later is seen where all files are linked. */
function systemOf(site: CallSite, I: Interpreter): Value | null {
  const system = receiver(site, "system");
  if (system !== null || site.callee.kind !== "externalMethod") return system;
  const { self } = site.callee;
  return self.kind === "symbol" && self.root !== "arg" && isField(site, I) ? self : null;
}

/** The name that a call gives to the system that it makes; null where it makes none. */
function systemName({
  callee,
  args: [given],
}: CallSite): { of: Value | undefined; inCluster: boolean } | null {
  if (callee.kind !== "external" || !ACTOR_TS.includes(callee.pkg)) return null;
  const called = callee.path.join(".");
  if (called === "ActorSystem.create") return { of: given, inCluster: false };
  if (called !== "Cluster.bootstrap") return null;
  const built = given?.kind === "term" && given.tag === "system options" ? given.data.name : undefined;
  return { of: built, inCluster: true };
}

export function actorValue(site: CallSite, I: Interpreter): Value | null {
  const { at } = site;
  const made = (actor: string, key = codeKey(at)): Value => ({
    kind: "term",
    tag: "proc",
    data: { site: lit(key), actor: lit(actor) },
    at,
  });
  const system = systemName(site);
  if (system !== null) {
    const value = made("system", systemKey(at, I));
    const entry = { value, at, maybe: false };
    // A cluster comes with the system that it is of.
    return system.inCluster
      ? record(new Map([["system", entry]]), at, unknown("what else a cluster is started with", at))
      : value;
  }
  return spawnName(site, I) === null ? described(site) : made("ref", keyOf(site, I));
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

export function noteActorDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const { at } = site;
  const system = systemName(site);
  if (system !== null) {
    const { of } = system;
    const name = of?.kind === "literal" && typeof of.value === "string" ? of.value : null;
    // One that a function makes is shown where something is started under it.
    const draft = parent(
      at,
      name ?? nameForCaller(at, I) ?? "system",
      { kind: "default" },
      I.calls.length > 0 || I.owner !== null,
    );
    const key = systemKey(at, I);
    noteMade(I, key);
    sink.supervisor({ ...draft, key });
    return;
  }
  noteStop(site, I);
  const name = spawnName(site, I);
  const under = systemOf(site, I);
  if (name === null || under === null) return;
  const start = spawned(site, name, under, { kind: "default" }, I);
  if (start.supervisor !== undefined) sink.supervisor(start.supervisor);
  sink.start(start);
}

/** `ref.stop()`, `system.stop(ref)`, `this.context.stop(ref)`. */
function noteStop({ callee, args }: CallSite, I: Interpreter): void {
  if (callee.kind !== "externalMethod") return;
  if (callee.name === "terminate") giveBack(I, callee.self);
  else if (callee.name === "stop" || callee.name === "context.stop") giveBack(I, args[0] ?? callee.self);
}

const METHODS = new Map<string, EdgeKind>([
  ["tell", "send"],
  ["send", "send"],
  ["ask", "call"],
]);

export function noteActorUse(site: CallSite, I: Interpreter, sink: FactSink): void {
  const { callee, args, at } = site;
  if (callee.kind !== "externalMethod") return;
  noteStop(site, I);
  const kind = METHODS.get(callee.name);
  if (
    kind !== undefined &&
    (receiver(site, "ref") !== null || isField(site, I) || isOfActor(site, I, sink))
  ) {
    sink.use(kind, callee.self, site, I);
    return;
  }
  const name = spawnName(site, I);
  if (name !== null && callee.self.kind === "instance") {
    const strategy = strategyOfActor(callee.self, I, at);
    sink.start(spawned(site, name, callee.self.cls, strategy, I));
    return;
  }
  if (!isMethodOf(callee, ACTOR_TS)) return;
  if (callee.name === "context.watch" || callee.name === "context.watchWith") {
    if (args[0] !== undefined) sink.use("monitor", args[0], site, I);
    // The news is a message of its own protocol.
    if (callee.name === "context.watchWith") sink.handlesDown();
  } else if (callee.name === "context.become") {
    // From then on another function gets the messages.
    sink.handlesDown();
  } else if (callee.name === "context.stop" && args[0] !== undefined) sink.ends(args[0], "normal", site, I);
  else if (callee.name === "context.stopSelf" || callee.name === "self.stop") sink.stops("normal", at, I);
}

/** `tell` and `ask` of what an actor keeps, also in files that have nothing of the library but the type. */
function isOfActor({ callee }: CallSite, I: Interpreter, { of }: FactSink): boolean {
  if (callee.kind !== "externalMethod" || callee.name === "send" || of.self === null) return false;
  const { cls } = of.self;
  const { self } = callee;
  if (cls.kind !== "class" || self.kind !== "symbol" || self.of !== of.key) return false;
  const { base } = chainOf(I, cls);
  return base?.kind === "external" && roleOf(base) !== null;
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
  const parentKey = under.kind === "class" ? classKey(under) : siteOf(under);
  const child: ChildDraft = {
    id,
    type: "worker",
    ...policy,
    shutdown: null,
    significant: false,
    code: ref,
    args: arguments_,
    site: keyOf(site, I),
    cardinality: many ? "many" : dynamic || isPossibleUnder(I, parentKey) ? "maybe" : "one",
    count: null,
    dynamic,
    name: null,
    at,
    ...(id === null ? {} : argumentAt(site, 1)),
    defaults: fields.defaults,
    unknown: fields.unknown,
  };
  noteMade(I, keyOf(site, I));
  // What a message makes it spawn may have come and gone.
  const onMessage = I.phase === "later" && under.kind === "class";
  if (!anonymous && !onMessage) takeName(I, parentKey, name, child);
  if (!onMessage) countTurns(I, parentKey, child);
  return {
    code: ref,
    args: arguments_,
    at,
    site: keyOf(site, I),
    linked: true,
    name: null,
    under,
    child,
    phase: I.phase,
    ...(isParentOfLibrary(what) ? { supervisor: parentOfLibrary(what, site, I) } : {}),
  };
}

/** What runs: a class, a router, a typed behaviour by the name of what makes it. */
function refOf(v: Value | null, typed: boolean, site: CallSite, fields: Fields, I: Interpreter): CodeRef {
  const { at, expr: x } = site;
  if (isParentOfLibrary(v)) return { symbol: nameOfParent(v), at, key: codeKey(at), type: "supervisor" };
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
