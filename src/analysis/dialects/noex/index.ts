/** noex: `import { GenServer, Supervisor, Registry } from "@hamicek/noex"`. See docs/dialects/noex.md. */

import { callFunction } from "../../evaluate/calls.ts";
import { codeKey } from "../../evaluate/identity.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { property } from "../../evaluate/objects.ts";
import { isLit, lit, record, type Term, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { CodeRef, StartDraft } from "../../link/unresolved-definitions.ts";
import type { Dialect, ModuleSink } from "../dialect.ts";
import { Fields } from "../fields.ts";
import { STATE } from "../process-code.ts";
import { CALL_TRAITS } from "../traits.ts";
import { behaviourCode } from "./behaviour.ts";
import { IN_CHILD, isSupervisorStart, supervisorKey } from "./nesting.ts";
import { register, registerBehaviour, started } from "./registrations.ts";
import { readChild, readSupervisor } from "./spec.ts";
import { codeOf, nameOf } from "./start.ts";
import { calledName, FAILING_LOOKUP, PACKAGES, SERVICES, STARTS, useOf, WITH_CODE } from "./uses.ts";

export const noex: Dialect = {
  name: "noex",
  traits: {
    ...CALL_TRAITS,
    spelledAsOtp: true,
    refusesTwins: true,
    failureEnds: false,
    deadReference: "ServerNotRunningError",
    periodUnit: "ms",
    supervisorShutdown: 5000,
    pastLimit: "program_ends",
    groupRestarts: "running",
    endListener: "GenServer.onLifecycleEvent",
    aliveCheck: "GenServer.isRunning",
  },
  packages: PACKAGES,
  names: new Set([
    "Supervisor",
    "DistributedSupervisor",
    ...WITH_CODE,
    "Registry",
    "Application",
    "BehaviorRegistry",
    "Task",
    ...SERVICES,
  ]),
  pidTypes: new Set([
    "GenServerRef",
    "SupervisorRef",
    "AgentRef",
    "StateMachineRef",
    "EventBusRef",
    "CacheRef",
    "RateLimiterRef",
    "TimerServiceRef",
  ]),
  value: callValue,
  use: noteUse,
  runs: ({ contents: c }) => c.props.has("init") && RUN_BESIDE_INIT.some((name) => c.props.has(name)),
  startsChildren: (site) =>
    calledName(site) !== null && (isSupervisorStart(site) || STARTS_CHILD.has(calledName(site)!)),
  define: noteDefinition,
};

/** What a behaviour has beside its `init`. */
const RUN_BESIDE_INIT = ["handleCall", "handleCast", "states"];

const STOPS: ReadonlySet<string> = new Set([...WITH_CODE, ...SERVICES].map((service) => `${service}.stop`));

const STARTS_CHILD: ReadonlySet<string> = new Set([
  "Supervisor.startChild",
  "DistributedSupervisor.startChild",
]);

function callValue(site: CallSite, I: Interpreter): Value | null {
  const { args, at } = site;
  const key = lit(codeKey(at));
  const name = calledName(site);
  const [service = "", member] = name?.split(".") ?? [];
  if (member === "start" && SERVICES.includes(service)) {
    const behaviour: Value = { kind: "external", pkg: PACKAGES[0]!, path: [service] };
    return {
      kind: "term",
      tag: "proc",
      data: { site: key, behaviour, options: args[0] ?? lit(undefined) },
      at,
    };
  }
  switch (name) {
    case "Supervisor.start":
    case "DistributedSupervisor.start":
    case "Task.Supervisor.start":
      return {
        kind: "term",
        tag: "proc",
        data: { site: lit(supervisorKey(site, I)), supervisor: lit(true) },
        at,
      };
    case "GenServer.start":
    case "Agent.start":
    case "GenStateMachine.start": {
      const given = args[0];
      if (given === undefined) return null;
      // What an agent is given makes its first state.
      const init = new Map([["init", { value: given, at, maybe: false }]]);
      const behaviour = name === "Agent.start" ? record(init, at) : given;
      return {
        kind: "term",
        tag: "proc",
        data: { site: key, behaviour, options: args[1] ?? lit(undefined) },
        at,
      };
    }
    case "Application.create":
      return args[0] ?? null;
    case "Application.start":
      return { kind: "term", tag: "application", data: {}, at };
    case "Supervisor.startChild":
    case "DistributedSupervisor.startChild":
      return { kind: "term", tag: "proc", data: { site: key }, at };
    case "Registry.lookup":
    case "Registry.whereis":
    case "Registry.isRegistered":
      return args[0] === undefined ? null : { kind: "term", tag: "lookup", data: { target: args[0] }, at };
    default:
      return null;
  }
}

function noteUse(site: CallSite, I: Interpreter, sink: FactSink): Value | null {
  const name = calledName(site);
  if (name === null) return null;
  const use = useOf(name);
  const target = use === undefined ? undefined : site.args[use[1]];
  if (use !== undefined && target !== undefined) sink.use(use[0], target, site, I, name === FAILING_LOOKUP);
  if (STOPS.has(name) && site.args[0] !== undefined) sink.ends(site.args[0], reasonOf(site.args[1]), site, I);
  // Whoever asks first does not use a dead one: what it asks for, it has from what it keeps.
  if (name === "GenServer.isRunning")
    I.hooks.askedAlive?.({ kind: "symbol", root: "field", name: STATE, path: [], at: site.at });
  // Monitors tell a listener, whoever has set one.
  if (name === "GenServer.onLifecycleEvent") sink.unread("it listens to what becomes of others", site.at);
  if (STARTS.has(name) && !I.marks.has(IN_CHILD)) {
    const start = startOf(site, I, null);
    if (start !== null) sink.start(start);
  }
  if (STARTS_CHILD.has(name) && !I.marks.has(IN_CHILD)) askedByProcess(site, I, sink);
  return null;
}

/** A process asks for a child: what starts it is not the process's own doing. */
function askedByProcess(site: CallSite, I: Interpreter, sink: FactSink): void {
  const { hooks } = I;
  I.hooks = { ...hooks, call: callValue };
  I.muted++;
  const found: StartDraft[] = [];
  startChild(site, I, {
    supervisor: () => {},
    application: () => {},
    start: (start) => found.push(start),
    process: (code) => sink.makes?.(code),
  });
  I.muted--;
  I.hooks = hooks;
  for (const start of found) sink.start(start);
}

function reasonOf(v: Value | undefined): string | null {
  if (v === undefined || isLit(v, undefined)) return "normal";
  return v.kind === "literal" && typeof v.value === "string" ? v.value : null;
}

function noteDefinition(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const name = calledName(site);
  if (name === null) return;
  if (isSupervisorStart(site)) sink.supervisor(readSupervisor(site, I, sink));
  else if (STARTS.has(name)) {
    if (I.marks.has(IN_CHILD)) return;
    const start = startOf(site, I, sink);
    if (start === null) return;
    started(I, codeKey(site.at), start);
    sink.start(start);
  } else if (name === "Registry.register") register(site, I);
  else if (STARTS_CHILD.has(name)) startChild(site, I, sink);
  else if (name === "Application.start") startApplication(site, I);
  else if (name === "BehaviorRegistry.register") registerBehaviour(site, I);
}

/** `Application.start(behaviour, { name, config })` calls the behaviour's `start` with the configuration. */
function startApplication({ args: [behaviour, options], at }: CallSite, I: Interpreter): void {
  if (behaviour === undefined) return;
  const start = property(I, behaviour, "start", at);
  if (start.kind !== "function") return;
  const config = Fields.raw(options ?? lit(undefined), "config")?.value ?? lit(undefined);
  callFunction(I, start, [config], behaviour, at);
}

/** A server that is started by itself. */
function startOf(site: CallSite, I: Interpreter, sink: ModuleSink | null): StartDraft | null {
  const value = callValue(site, I);
  if (value?.kind !== "term") return null;
  const behaviour =
    value.data.behaviour === undefined
      ? null
      : behaviourCode(value.data.behaviour, value.data.options ?? lit(undefined), I);
  const code =
    sink !== null
      ? codeOf(value, I, sink)
      : behaviour === null
        ? libraryCode(value)
        : { symbol: behaviour.symbol, at: behaviour.at, key: behaviour.key, type: "worker" as const };
  if (code === null || code.type === "supervisor") return null;
  const isService = SERVICES.includes(calledName(site)?.split(".")[0] ?? "");
  return {
    // The library's own servers are processes too, though their code is not read.
    code: isService ? { ...code, key: codeKey(site.at) } : code,
    args: null,
    at: site.at,
    linked: false,
    name: nameOf(value),
    under: null,
    child: null,
    phase: I.phase,
  };
}

/** What of the library's is started; null where it is code of the program. */
function libraryCode({ data: { behaviour } }: Term): CodeRef | null {
  return behaviour?.kind === "external" && PACKAGES.includes(behaviour.pkg)
    ? { symbol: behaviour.path.join("."), at: null, key: null, type: "worker" }
    : null;
}

function startChild(site: CallSite, I: Interpreter, sink: ModuleSink): void {
  const [under, what] = site.args;
  if (under === undefined) return;
  const child =
    what === undefined || what.kind === "list"
      ? null
      : readChild(what, what.kind === "record" ? what.at : site.at, true, I, sink);
  // An id is taken once.
  const once = child?.id != null && !child.id.includes("*");
  if (child !== null) Object.assign(child, { cardinality: once ? "maybe" : "many", dynamic: true });
  sink.start({
    code: child?.code ?? { symbol: null, at: null, key: null, type: null },
    args: null,
    at: site.at,
    linked: true,
    name: null,
    under,
    child,
    phase: I.phase,
  });
}
