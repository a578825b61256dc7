/** Processes of our own dialect: how their code is entered, and what their calls do. */
import type { EdgeKind, UseManner } from "../../../model/index.ts";
import { classKey, codeKey } from "../../evaluate/identity.ts";
import { instantiateProcess } from "../../evaluate/instances.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { chainOf, property } from "../../evaluate/objects.ts";
import { type Cls, type Inst, isLit, isPlain, lit, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { NameRef, StartDraft } from "../../link/unresolved-definitions.ts";
import { declaredFields } from "../declared-fields.ts";
import { type Deed, isMethodOf, type Outcome, type Sent } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { classNameOf } from "../naming.ts";
import { CALLBACKS, type Callback, type ProcessCode } from "../process-code.ts";
import { madeAt } from "../site.ts";
import { codeOf, nameOf, namePattern, PACKAGES, roleOf } from "./names.ts";
import { isOfRegistry, registryOf, useOfRegistry } from "./registry.ts";
import { readChild } from "./supervisor.ts";

export function readProcess(cls: Cls, I: Interpreter): ProcessCode | null {
  // What nobody can start does nothing by itself: its code is that of the classes that extend it.
  if (cls.class.abstract) return null;
  const m = cls.scope.module;
  const at = m.at(cls.class);
  const self: Inst = instantiateProcess(I, cls, at);
  const callbacks: Callback[] = [];
  for (const [name, phase] of CALLBACKS) {
    const fn = property(I, self, name, at);
    if (fn.kind === "function") callbacks.push({ name, phase, fn, args: [] });
  }
  const { classes } = chainOf(I, cls);
  return {
    dialect: "suptree",
    key: classKey(cls),
    symbol: classNameOf(cls) ?? "default",
    at,
    made: cls.made,
    self,
    isMadeByLibrary: true,
    callbacks,
    hasTerminate: callbacks.some((callback) => callback.name === "terminate"),
    fields: declaredFields(classes),
  };
}

const USES = new Map<string, EdgeKind>([
  ["call", "call"],
  ["cast", "cast"],
  ["send", "send"],
  ["monitor", "monitor"],
  ["link", "link"],
  ["whereis", "lookup"],
  ["terminateChild", "call"],
  ["restartChild", "call"],
  ["deleteChild", "call"],
  ["whichChildren", "call"],
  ["countChildren", "call"],
  ["getChildSpec", "call"],
  ["sendExit", "send"],
  ["stopServer", "call"],
]);

/** With what a process acts, or looks. */
export const METHODS: ReadonlySet<string> = new Set([
  ...USES.keys(),
  ...["start", "startLink", "startChild", "startChildResult", "sendAfter"],
  ...["trapExit", "register", "unregister", "exit", "async", "await", "system"],
  ...["reply", "demonitor", "unlink", "cancelTimer", "sleep"],
]);

/** What a process may do with its system as with itself. */
const OF_SYSTEM = /^system\./;

export function readUse(site: CallSite, I: Interpreter, sink: FactSink): Value | null {
  const { callee, args, at } = site;
  if (callee.kind === "external") {
    if (isOfRegistry(site)) useOfRegistry(site, I, sink);
    else if (callee.pkg === "suptree" && callee.path[0] === "stop")
      sink.makesStop(reasonText(args[0] ?? lit("normal")), at, I);
    return null;
  }
  if (!isMethodOf(callee, PACKAGES) || roleOf(callee.base) === null) return null;
  const first = args[0];
  const n = callee.name.replace(OF_SYSTEM, "");
  if (n !== callee.name && !METHODS.has(n)) sink.unread(`it uses its system: ${callee.name}`, at);
  const kind = USES.get(n);
  if (kind !== undefined) {
    if (first !== undefined) useOf(kind, first, site, I, sink);
    // A system tells a function, and not by a message.
    if (callee.name === "system.monitor") sink.handlesDown();
    return null;
  }
  switch (n) {
    case "trapExit":
      sink.trapsExit(first?.kind === "literal" ? first.value === true : null, I);
      break;
    case "register": {
      const name = first === undefined ? null : nameOf(first);
      if (name !== null) sink.registers(name, I);
      else if (first !== undefined) sink.registersPattern(namePattern(first), first, I);
      break;
    }
    case "exit":
      sink.stops(first === undefined ? null : reasonText(first), at, I);
      break;
    case "sendAfter":
    case "sendInterval":
      if (args[1] !== undefined) sendLater(args[0], args[1], site, I, sink);
      break;
    case "async":
    case "asyncStream": {
      const under = supervisorOfTasks(n === "async" ? args[1] : args[2]);
      if (under !== null) useOf("lookup", under, site, I, sink);
      break;
    }
    case "sleep":
      sink.waits("this.sleep(...)", at, I);
      break;
    case "startChild":
    case "startChildResult":
      startChild(site, I, sink);
      break;
    case "start":
    case "startLink":
      sink.start(startOf(site, I, n === "startLink"));
      break;
  }
  return null;
}

/** Who goes by a name that is a key of a registry looks into that, too. */
function useOf(kind: EdgeKind, target: Value, site: CallSite, I: Interpreter, sink: FactSink): void {
  const registry = registryOf(target);
  if (registry !== null) sink.use("lookup", registry, site, I);
  sink.use(kind, target, site, I);
}

/** What a timer sends is sent when its time is over, and not in the callback that sets it. */
function sendLater(
  ms: Value | undefined,
  target: Value,
  site: CallSite,
  I: Interpreter,
  sink: FactSink,
): void {
  const send = (): void => useOf("send", target, site, I, sink);
  if (ms !== undefined && isLit(ms, 0)) send();
  else I.later(send);
}

/** Under whom tasks are started, by the options that they are started with: it is looked up for each. */
function supervisorOfTasks(options: Value | undefined): Value | null {
  const under = options === undefined ? null : (Fields.raw(options, "under")?.value ?? null);
  return under === null || isLit(under, undefined) ? null : under;
}

/** The reason as text, as far as rules ask: `{ shutdown: … }` is a shutdown, whatever it says. */
function reasonText(v: Value): string | null {
  if (v.kind === "record" && v.contents.props.has("shutdown")) return "shutdown";
  return v.kind === "literal" && typeof v.value === "string" ? v.value : null;
}

/** `start(Class, ...args)` of a process or of a system, and `start([Class, ...args], options)` of a system. */
export function startOf(site: CallSite, I: Interpreter, linked: boolean): StartDraft {
  let [what, ...rest] = site.args;
  let { open } = site;
  let name: NameRef | null = null;
  if (what?.kind === "list") {
    const { items, open: more } = what.contents;
    const given = rest[0]?.kind === "record" ? rest[0].contents.props.get("name")?.value : undefined;
    if (given !== undefined) name = nameOf(given);
    open = more !== null || !isPlain(what.contents);
    [what, ...rest] = items.map(({ value }) => value);
  }
  const none = { symbol: null, at: null, key: null, type: null };
  return {
    code: (what === undefined ? null : codeOf(what, I)) ?? none,
    args: open ? null : rest,
    at: site.at,
    site: madeAt(site.at, I, ...site.args),
    linked,
    name,
    under: null,
    child: null,
    phase: I.phase,
  };
}

function startChild(site: CallSite, I: Interpreter, sink: FactSink): void {
  const starts = childrenStartedBy(site, I);
  const first = starts[0];
  if (first === undefined) return;
  useOf("start", first.under, site, I, sink);
  for (const start of starts) sink.start(start);
}

type ChildStart = StartDraft & { under: Value };

/** `startChild(supervisor, spec | extra arguments)` of a process or of a system: one start for each spec that it may be. */
export function childrenStartedBy(site: CallSite, I: Interpreter): ChildStart[] {
  const [under, what] = site.args;
  if (under === undefined) return [];
  // Without a spec nothing is started.
  const specs = what?.kind === "choice" ? what.of.filter((v) => !isLit(v, undefined)) : [];
  return specs.length > 1 && specs.every((v) => v.kind === "record")
    ? specs.map((spec) => childStart(site, under, spec, I, codeKey(spec.at)))
    : [childStart(site, under, what, I, "")];
}

/** `which`: of several, so that the pid that it gives is taken for none of them. */
function childStart(
  site: CallSite,
  under: Value,
  what: Value | undefined,
  I: Interpreter,
  which: string,
): ChildStart {
  const extra = what?.kind === "list";
  const place = `${madeAt(site.at, I, ...site.args)}${which}`;
  const child =
    what === undefined || extra ? null : readChild(what, what.kind === "record" ? what.at : site.at, true, I);
  if (child !== null) {
    child.cardinality = "many";
    child.dynamic = true;
    child.site = place;
  }
  return {
    code: child?.code ?? { symbol: null, at: null, key: null, type: null },
    args:
      child?.args ??
      (what?.kind === "list" && what.contents.open === null
        ? what.contents.items.map((item) => item.value)
        : null),
    at: site.at,
    site: place,
    linked: true,
    name: null,
    under,
    child,
    phase: I.phase,
  };
}

/** What a returned value asks for. */
export function outcomeOf(v: Value): Outcome | null {
  if (v.kind === "external" && v.pkg === "suptree") {
    if (v.path[0] === "ignore") return { how: "ignore", reason: null };
    return v.path[0] === "noReply" ? { how: "noReply" } : null;
  }
  if (v.kind !== "term") return null;
  if (v.tag === "next" && v.data.next !== undefined) return outcomeOf(v.data.next);
  if (v.tag === "stop") {
    const reason = reasonText(v.data.reason ?? lit("normal"));
    return { how: "stop", reason, ...(v.data.reply === undefined ? {} : { replies: true }) };
  }
  if (v.tag === "timeout") return { how: "timeout", ms: milliseconds(v.data.ms) };
  if (v.tag === "continue") return { how: "continue", term: v.data.term ?? lit(undefined) };
  return null;
}

/** What a callback answers that returns this; `stop` may bring an answer along. */
export function answerOf(v: Value): Value | null {
  if (v.kind !== "term") return null;
  if (v.tag === "next") return v.data.answer ?? null;
  return v.tag === "stop" && v.data.reply !== undefined ? answerOf(v.data.reply) : null;
}

/** What `call`, `cast`, `send` and `sendAfter` send. */
export function sentBy({ callee, args }: CallSite): Sent | null {
  if (callee.kind !== "externalMethod" || !isMethodOf(callee, PACKAGES)) return null;
  const { self } = callee;
  const own = (v: Value | undefined) => v?.kind === "externalMethod" && v.name === "self" && v.self === self;
  const sent = (
    event: Sent["event"],
    to: Value | undefined,
    message: Value | undefined,
    ms: number | null,
  ) => (message === undefined ? null : { event, message, toItself: own(to), ms });
  switch (callee.name) {
    case "call": {
      const call = sent("call", args[0], args[1], 0);
      const timeout = timeoutOf(args[2]);
      return call === null || timeout === null ? call : { ...call, timeout };
    }
    case "cast":
      return sent("cast", args[0], args[1], 0);
    case "send":
      return sent("info", args[0], args[1], 0);
    case "sendAfter":
      return sent("info", args[1], args[2], milliseconds(args[0]));
    case "sendInterval": {
      const each = sent("info", args[1], args[2], milliseconds(args[0]));
      return each === null ? null : { ...each, repeats: true };
    }
    default:
      return null;
  }
}

const MANNERS = new Map<string, UseManner["how"]>([
  ["sendExit", "exit"],
  ["stopServer", "stop"],
  ["terminateChild", "terminate_child"],
  ["restartChild", "restart_child"],
  ["deleteChild", "delete_child"],
  ["startChildResult", "start_result"],
]);

/** What a call does to the process that is its first argument, other than to send it a message. */
export function mannerOf({ callee, args }: CallSite): UseManner | null {
  if (callee.kind !== "externalMethod" || !isMethodOf(callee, PACKAGES)) return null;
  const how = MANNERS.get(callee.name);
  if (how === undefined) return null;
  return { how, what: args[1] === undefined ? (how === "stop" ? "normal" : null) : reasonText(args[1]) };
}

/** What a call does that concerns what the process has done before. */
export function deedOf({ callee, args: [first] }: CallSite): Deed | null {
  if (callee.kind !== "externalMethod" || !isMethodOf(callee, PACKAGES)) return null;
  if (callee.name === "reply") return { does: "answer" };
  if (first === undefined) return null;
  if (["unlink", "demonitor", "cancelTimer"].includes(callee.name)) return { does: "forget", of: first };
  return callee.name === "await" ? { does: "join", of: first } : null;
}

/** What `async` runs in a process of its own, and under whom. */
export function taskOf({ callee, args }: CallSite): { fn: Value; under: Value | null } | null {
  if (callee.kind !== "externalMethod" || callee.name !== "async" || !isMethodOf(callee, PACKAGES))
    return null;
  const [fn, options] = args;
  if (fn === undefined) return null;
  return {
    fn,
    under: options?.kind === "record" ? (options.contents.props.get("under")?.value ?? null) : null,
  };
}

/** How long a call waits; null where that is not said, or not known. */
function timeoutOf(v: Value | undefined): number | "infinity" | null {
  return v?.kind === "literal" && v.value === "infinity" ? "infinity" : milliseconds(v);
}

function milliseconds(v: Value | undefined): number | null {
  return v?.kind === "literal" && typeof v.value === "number" ? v.value : null;
}
