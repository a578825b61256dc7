/** What reaches outside the program: what a process waits for when it awaits one of these. */
import { type Dialect, isDialectPackage } from "../dialects/dialect.ts";
import { excerpt } from "../evaluate/excerpt.ts";
import type { CallSite, WaitedBy } from "../evaluate/interpreter.ts";
import { type At, alternatives, type Ext, lit, type Value } from "../evaluate/values.ts";

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

/** Functions of Node that give a thing and no promise: whoever awaits that waits for nothing. */
const GIVES_A_THING = /^(?:connect|create\w+|spawn|fork|exec|execFile|request|get|watch)$|Sync$/;

/** Whether the call goes to a timer, the network, files or somebody's package. */
function reachesOutside(site: CallSite, dialects: readonly Dialect[]): boolean {
  const { callee } = site;
  if (callee.kind === "externalMethod" && isOfPackage(callee.self)) return true;
  const base: Ext = callee.kind === "external" ? callee : callee.base;
  if (base.pkg === "") return callee.kind === "external" && GLOBALS.has(base.path[0] ?? "");
  if (isDialectPackage(dialects, base.pkg)) return false;
  const name = base.pkg.replace(/^node:/, "").split("/")[0] ?? "";
  if (NODE_MODULES.has(name)) return true;
  if (name === "events" && WAITS.has(base.path.at(-1) ?? "")) return true;
  return !QUIET_NODE_MODULES.has(name);
}

/** What a call gives that reaches outside. */
export function outsideTerm({ callee, isNew, expr, at }: CallSite): Value {
  const data: Record<string, Value> = { what: lit(excerpt(expr)) };
  if (isThing(callee, isNew)) data.isThing = lit(true);
  if (callee.kind === "externalMethod" && isOfPackage(callee.self)) data.isOfMethod = lit(true);
  else if (isOfNode(callee.kind === "external" ? callee : callee.base)) data.isOfNode = lit(true);
  return { kind: "term", tag: "outside", data, at };
}

function isThing(callee: CallSite["callee"], isNew: boolean): boolean {
  if (callee.kind !== "external") return false;
  const { pkg, path } = callee;
  if (isNew) return pkg !== "";
  return NODE_MODULES.has(pkg.replace(/^node:/, "")) && GIVES_A_THING.test(path.at(-1) ?? "");
}

function isOfNode({ pkg }: Ext): boolean {
  const [name = ""] = pkg.replace(/^node:/, "").split("/");
  return pkg === "" || NODE_MODULES.has(name) || QUIET_NODE_MODULES.has(name);
}

/** Whether it came from somebody's package, or is a part of what did: `createClient()`, `new Client().pool`. */
function isOfPackage(v: Value): boolean {
  if (v.kind !== "term") return false;
  if (v.tag === "part") return v.data.of !== undefined && isOfPackage(v.data.of);
  return v.tag === "outside" && v.data.isOfNode === undefined;
}

/** What async functions return of such methods: it may be no promise, and whoever awaits the function waits for none. */
const returnedOnly = new WeakSet<Value>();

/**
 * Whether whoever awaits this waits for something outside. What a method gives of an object that a package has made is a
 * promise where it is awaited by the word.
 */
export function isOutside(value: Value, by: WaitedBy): boolean {
  let found = false;
  for (const v of partsOf(value)) {
    if (v.kind !== "term" || v.tag !== "outside") continue;
    if (by !== "loop" && v.data.isThing !== undefined) continue;
    if (by === "return" && v.data.isOfMethod !== undefined) returnedOnly.add(v);
    if (!returnedOnly.has(v)) found = true;
  }
  return found;
}

/** Whether it may as well be something that is there already: what a function returns in another case. */
export const isOneOfSeveral = (value: Value): boolean =>
  value.kind === "choice" && value.of.some((v) => v.kind !== "term" || v.tag !== "outside");

const partsOf = (value: Value): Value[] => [
  ...alternatives(value),
  ...(value.kind === "list" ? value.contents.items.map(({ value: v }) => v) : []),
];

/** One promise that several functions wait for, each for the one that it calls, is one wait: `await load()`, and in it `await fetch(…)`. */
export class WaitedBefore {
  /** What was waited for, and whether for certain. */
  readonly #known = new WeakMap<Value, boolean>();

  /** Whether all that is outside in this value was waited for already, no less certainly. */
  add(value: Value, isCertain: boolean): boolean {
    let all = true;
    for (const v of partsOf(value)) {
      if (v.kind !== "term" || v.tag !== "outside") continue;
      const known = this.#known.get(v);
      all &&= known === true || (known === false && !isCertain);
      this.#known.set(v, known === true || isCertain);
    }
    return all;
  }
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
