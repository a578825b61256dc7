/** Short descriptions of supervisors and children, shared by text, Mermaid and DOT. */
import { type Child, type Shutdown, type Supervisor, shortened } from "../../model/index.ts";

export const nameOf = (child: Child): string => shortened(child.id ?? child.start.symbol ?? "(id unknown)");

/** Milliseconds as people say them. */
export function milliseconds(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${trim(ms / 1000)} s`;
  return `${trim(ms / 60_000)} min`;
}

const trim = (value: number): string => String(Math.round(value * 100) / 100);

function shutdownWord(shutdown: Shutdown): string {
  if (shutdown === "brutal_kill") return "killed at shutdown";
  if (shutdown === "infinity") return "unlimited shutdown";
  return `${milliseconds(shutdown)} to shut down`;
}

/** "rest_for_one", "3 restarts in 5 s": what is unknown is a "?". */
export function settings(supervisor: Supervisor): string[] {
  const strategy =
    supervisor.dynamic && supervisor.strategy !== "simple_one_for_one" ? "dynamic" : supervisor.strategy;
  const restarts = supervisor.intensity ?? "?";
  const parts = [
    strategy ?? "strategy ?",
    `${restarts} restart${restarts === 1 ? "" : "s"} in ${supervisor.period ?? "?"} s`,
  ];
  if (supervisor.autoShutdown !== null && supervisor.autoShutdown !== "never") {
    parts.push(`auto shutdown: ${supervisor.autoShutdown}`);
  }
  if (supervisor.dialect !== "suptree") parts.push(supervisor.dialect);
  return parts;
}

/** "4 restarts in 10 s of its own", "restarts without limit of its own". */
function limitWords({ intensity, period }: NonNullable<Child["ownLimit"]>): string {
  if (intensity === null) return "restarts without limit of its own";
  const restarts = `${intensity} restart${intensity === 1 ? "" : "s"}`;
  return `${restarts}${period === null ? "" : ` in ${period} s`} of its own`;
}

/** What is worth saying of a child; defaults that say nothing new are left out. */
export function traits(child: Child): string[] {
  const parts: string[] = [child.restart ?? (child.goesOn === true ? "failures ignored" : "restart ?")];
  if (child.ownLimit) parts.push(limitWords(child.ownLimit));
  if (child.cardinality === "many") parts.push(child.count === null ? "×n" : `×${child.count}`);
  if (child.cardinality === "maybe") parts.push("conditional");
  if (child.dynamic) parts.push("started at run time");
  if (child.significant === true) parts.push("significant");
  if (child.shutdown !== null && !child.defaults.includes("shutdown"))
    parts.push(shutdownWord(child.shutdown));
  if (child.name !== null && child.name !== child.id) parts.push(`named ${shortened(child.name)}`);
  return parts;
}
