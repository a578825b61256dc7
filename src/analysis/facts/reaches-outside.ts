/** What reaches outside the program: what a process waits for when it awaits one of these. */
import type { CallSite } from "../evaluate/interpreter.ts";
import type { Ext } from "../evaluate/values.ts";

const GLOBALS = new Set(["fetch", "setTimeout", "setInterval", "XMLHttpRequest"]);

const NODE_MODULES = new Set([
  "fs",
  "net",
  "tls",
  "http",
  "http2",
  "https",
  "dns",
  "dgram",
  "child_process",
  "timers",
  "readline",
]);

/** What else Node has does not wait. */
const QUIET_NODE_MODULES = new Set([
  "path",
  "url",
  "util",
  "os",
  "events",
  "crypto",
  "assert",
  "buffer",
  "process",
  "module",
]);

/** What waits for an event. */
const WAITS = new Set(["once", "on"]);

/** Whether the call goes to a timer, the network, files or somebody's package. */
export function reachesOutside(site: CallSite, isDialect: (pkg: string) => boolean): boolean {
  const base: Ext = site.callee.kind === "external" ? site.callee : site.callee.base;
  if (base.pkg === "") return site.callee.kind === "external" && GLOBALS.has(base.path[0] ?? "");
  if (isDialect(base.pkg)) return false;
  const name = base.pkg.replace(/^node:/, "").split("/")[0] ?? "";
  if (NODE_MODULES.has(name)) return true;
  if (name === "events" && WAITS.has(base.path.at(-1) ?? "")) return true;
  return !QUIET_NODE_MODULES.has(name);
}
