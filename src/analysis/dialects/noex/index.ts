/** noex: `import { GenServer, Supervisor, Registry } from "@hamicek/noex"`. See docs/dialects/noex.md. */

import type { EdgeKind } from "../../../model/index.ts";
import { codeKey } from "../../evaluate/identity.ts";
import type { CallSite, Interpreter } from "../../evaluate/interpreter.ts";
import { lit, type Value } from "../../evaluate/values.ts";
import type { FactSink } from "../../facts/sink.ts";
import type { StartDraft } from "../../link/unresolved-definitions.ts";
import type { Dialect, ModuleSink } from "../dialect.ts";
import { PACKAGES as KNOWN } from "../packages.ts";
import { CALL_TRAITS } from "../traits.ts";
import { behaviourCode } from "./behaviour.ts";
import { IN_CHILD, isSupervisorStart, supervisorKey } from "./nesting.ts";
import { register, registerBehaviour, started } from "./registrations.ts";
import { codeOf, nameOf, readChild, readSupervisor } from "./spec.ts";

const PACKAGES: readonly string[] = KNOWN.noex;

/** Servers that the library brings along: `EventBus.start({ name })`. Their other members take the reference first. */
const SERVICES = ["EventBus", "Cache", "RateLimiter", "TimerService"];
const STARTS = new Set(["GenServer.start", ...SERVICES.map((service) => `${service}.start`)]);
/** Members that the server does not answer. */
const UNANSWERED = new Set(["EventBus.publish", "Cache.prune", "RateLimiter.cleanup"]);
/** Members that do not ask the server. */
const NO_MESSAGE = new Set(["isRunning", "_resetIdCounter"]);

export const noex: Dialect = {
  name: "noex",
  traits: { ...CALL_TRAITS, spelledAsOtp: true, periodUnit: "ms", supervisorShutdown: 5000 },
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
  define: noteDefinition,
};

/** `Supervisor.start`, `GenServer.call`, ...; null for what is not noex's. */
function calledName(site: CallSite): string | null {
  const { callee } = site;
  return callee.kind === "external" && PACKAGES.includes(callee.pkg) ? callee.path.join(".") : null;
}

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

const USES = new Map<string, [EdgeKind, number]>([
  ["GenServer.call", ["call", 0]],
  ["GenServer.cast", ["cast", 0]],
  ["GenServer.monitor", ["monitor", 1]],
  ["GenServer.link", ["link", 1]],
  ["Registry.lookup", ["lookup", 0]],
  ["Registry.whereis", ["lookup", 0]],
  ["Supervisor.startChild", ["start", 0]],
  ["Task.Supervisor.async", ["start", 0]],
  ["Task.Supervisor.asyncStream", ["start", 0]],
  ["Task.Supervisor.asyncStreamSettled", ["start", 0]],
  ["Supervisor.terminateChild", ["call", 0]],
  ["Supervisor.restartChild", ["call", 0]],
  ["DistributedSupervisor.startChild", ["start", 0]],
  ["DistributedSupervisor.terminateChild", ["call", 0]],
  ["DistributedSupervisor.restartChild", ["call", 0]],
]);

/** How a call uses a process, and which argument leads to it. */
function useOf(name: string): [EdgeKind, number] | undefined {
  const [service = "", member = ""] = name.split(".");
  if (!SERVICES.includes(service) || member === "start" || NO_MESSAGE.has(member)) return USES.get(name);
  return [UNANSWERED.has(name) ? "cast" : "call", 0];
}

function noteUse(site: CallSite, I: Interpreter, sink: FactSink): Value | null {
  const name = calledName(site);
  if (name === null) return null;
  const use = useOf(name);
  const target = use === undefined ? undefined : site.args[use[1]];
  if (use !== undefined && target !== undefined) sink.use(use[0], target, site, I);
  // Monitors tell a listener, whoever has set one.
  if (name === "GenServer.onLifecycleEvent") sink.unread("it listens to what becomes of others", site.at);
  if (STARTS.has(name) && !I.marks.has(IN_CHILD)) {
    const start = startOf(site, I, null);
    if (start !== null) sink.start(start);
  }
  return null;
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
  else if (name === "Supervisor.startChild" || name === "DistributedSupervisor.startChild")
    startChild(site, I, sink);
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
