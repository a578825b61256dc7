/** How calls of noex use processes. */
import type { EdgeKind } from "../../../model/index.ts";
import type { CallSite } from "../../evaluate/interpreter.ts";
import { PACKAGES as KNOWN } from "../packages.ts";

export const PACKAGES: readonly string[] = KNOWN.noex;

/** Servers that the library brings along: `EventBus.start({ name })`. Their other members take the reference first. */
export const SERVICES = ["EventBus", "Cache", "RateLimiter", "TimerService"];
/** Servers with code of the program's own: `Agent.start(initialise)`, `GenStateMachine.start(behaviour)`. */
export const WITH_CODE = ["GenServer", "Agent", "GenStateMachine"];
export const STARTS = new Set([...WITH_CODE, ...SERVICES].map((service) => `${service}.start`));
/** Members that the server does not answer. */
const UNANSWERED = new Set([
  ...["EventBus.publish", "Cache.prune", "RateLimiter.cleanup"],
  ...["Agent.castUpdate", "GenStateMachine.cast"],
]);
/** Members that do not ask the server. */
const NO_MESSAGE = new Set(["isRunning", "stop", "_resetIdCounter"]);
const ASKED_BY_MEMBERS = [...SERVICES, ...WITH_CODE.slice(1)];

/** `Supervisor.start`, `GenServer.call`, ...; null for what is not noex's. */
export function calledName({ callee }: CallSite): string | null {
  return callee.kind === "external" && PACKAGES.includes(callee.pkg) ? callee.path.join(".") : null;
}

/** It fails where nobody has the name; `Registry.whereis` gives nothing. */
export const FAILING_LOOKUP = "Registry.lookup";

const USES = new Map<string, [EdgeKind, number]>([
  ["GenServer.call", ["call", 0]],
  ["GenServer.cast", ["cast", 0]],
  ["GenServer.monitor", ["monitor", 1]],
  ["GenServer.link", ["link", 1]],
  [FAILING_LOOKUP, ["lookup", 0]],
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
export function useOf(name: string): [EdgeKind, number] | undefined {
  const [service = "", member = ""] = name.split(".");
  if (!ASKED_BY_MEMBERS.includes(service) || member === "start" || NO_MESSAGE.has(member))
    return USES.get(name);
  return [UNANSWERED.has(name) ? "cast" : "call", 0];
}
