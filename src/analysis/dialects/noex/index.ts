/** noex: `import { GenServer, Supervisor, Registry } from "@hamicek/noex"`. See docs/dialects/noex.md. */

import { codeKey } from "../../evaluate/identity.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { isLit, lit, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { StartDraft } from "../../link/unresolved-definitions.ts";
import type { Dialect, ModuleSink } from "../dialect.ts";
import { STATE } from "../process-code.ts";
import { CALL_TRAITS } from "../traits.ts";
import { behaviourCode } from "./behaviour.ts";
import { IN_CHILD, isSupervisorStart, supervisorKey } from "./nesting.ts";
import { register, registerBehaviour, started } from "./registrations.ts";
import { readChild, readSupervisor } from "./spec.ts";
import { codeOf, nameOf } from "./start.ts";
import { calledName, PACKAGES, SERVICES, STARTS, useOf } from "./uses.ts";

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
    endListener: "GenServer.onLifecycleEvent",
    aliveCheck: "GenServer.isRunning",
  },
  packages: PACKAGES,
  names: new Set([
    "Supervisor",
    "DistributedSupervisor",
    "GenServer",
    "Registry",
    "BehaviorRegistry",
    "Task",
    ...SERVICES,
  ]),
  pidTypes: new Set([
    "GenServerRef",
    "SupervisorRef",
    "EventBusRef",
    "CacheRef",
    "RateLimiterRef",
    "TimerServiceRef",
  ]),
  value: callValue,
  use: noteUse,
  runs: ({ contents: c }) => c.props.has("init") && (c.props.has("handleCall") || c.props.has("handleCast")),
  startsChildren: (site) =>
    calledName(site) !== null && (isSupervisorStart(site) || STARTS_CHILD.has(calledName(site)!)),
  define: noteDefinition,
};

const STARTS_CHILD: ReadonlySet<string> = new Set([
  "Supervisor.startChild",
  "DistributedSupervisor.startChild",
]);

function callValue(site: CallSite, I: Interpreter): Value | null {
  const { args, at } = site;
  const key = lit(codeKey(at));
  const name = calledName(site);
  if (name !== null && name !== "GenServer.start" && STARTS.has(name)) {
    const behaviour: Value = { kind: "external", pkg: PACKAGES[0]!, path: name.split(".").slice(0, 1) };
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
      return args[0] === undefined
        ? null
        : {
            kind: "term",
            tag: "proc",
            data: { site: key, behaviour: args[0], options: args[1] ?? lit(undefined) },
            at,
          };
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
  if (use !== undefined && target !== undefined) sink.use(use[0], target, site, I);
  if (name === "GenServer.stop" && site.args[0] !== undefined)
    sink.ends(site.args[0], reasonOf(site.args[1]), site, I);
  // Whoever asks first does not use a dead one: what it asks for, it has from what it keeps.
  if (name === "GenServer.isRunning")
    I.hooks.askedAlive?.({ kind: "symbol", root: "field", name: STATE, path: [], at: site.at });
  // Monitors tell a listener, whoever has set one.
  if (name === "GenServer.onLifecycleEvent") sink.unread("it listens to what becomes of others", site.at);
  if (STARTS.has(name) && !I.marks.has(IN_CHILD)) {
    const start = startOf(site, I, null);
    if (start !== null) sink.start(start);
  }
  return null;
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
  else if (name === "BehaviorRegistry.register") registerBehaviour(site, I);
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
        ? null
        : { symbol: behaviour.symbol, at: behaviour.at, key: behaviour.key, type: "worker" as const };
  if (code === null || code.type === "supervisor") return null;
  return {
    code,
    args: null,
    at: site.at,
    linked: false,
    name: nameOf(value),
    under: null,
    child: null,
    phase: I.phase,
  };
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
