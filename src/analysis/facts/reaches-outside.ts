/** What reaches outside the program: what a process waits for when it awaits one of these. */
import { type Dialect, isDialectPackage } from "../dialects/dialect.ts";
import type { CallSite } from "../evaluate/interpreter.ts";
import { type At, alternatives, type Ext, type Value } from "../evaluate/values.ts";

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
function reachesOutside(site: CallSite, dialects: readonly Dialect[]): boolean {
  const base: Ext = site.callee.kind === "external" ? site.callee : site.callee.base;
  if (base.pkg === "") return site.callee.kind === "external" && GLOBALS.has(base.path[0] ?? "");
  if (isDialectPackage(dialects, base.pkg)) return false;
  const name = base.pkg.replace(/^node:/, "").split("/")[0] ?? "";
  if (NODE_MODULES.has(name)) return true;
  if (name === "events" && WAITS.has(base.path.at(-1) ?? "")) return true;
  return !QUIET_NODE_MODULES.has(name);
}

/** Whether whoever awaits this waits for something outside. */
export function isOutside(value: Value): boolean {
  const inList = value.kind === "list" ? value.contents.items.map(({ value: v }) => v) : [];
  return [...alternatives(value), ...inList].some((v) => v.kind === "term" && v.tag === "outside");
}

/** Where some code uses what is outside. */
export class OutsideUses {
  readonly #dialects: readonly Dialect[];
  readonly #places: At[] = [];

  constructor(dialects: readonly Dialect[]) {
    this.#dialects = dialects;
  }

  /** Whether a call reaches outside, or makes a promise whose executor does: `new Promise((done) => setTimeout(done, 10))`. */
  reaches(site: CallSite): boolean {
    if (!reachesOutside(site, this.#dialects)) return this.#isPromiseAroundOne(site);
    this.#places.push(site.at);
    return true;
  }

  #isPromiseAroundOne({ isNew, callee, at }: CallSite): boolean {
    if (!isNew || callee.kind !== "external" || callee.pkg !== "" || callee.path[0] !== "Promise")
      return false;
    return this.#places.some(
      ({ module, start, end }) => module === at.module && start >= at.start && end <= at.end,
    );
  }
}
