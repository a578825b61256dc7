/** Which of Node's modules need no machine, and where the implementations lie that stand for them. */
import { builtinModules } from "node:module";

/** Implementations that are shipped: a file each in the folder of `BundlerOptions.nodeModules`. */
export const SHIPPED_MODULES = [
  "assert",
  "assert/strict",
  "buffer",
  "diagnostics_channel",
  "events",
  "path",
  "path/posix",
  "path/win32",
  "punycode",
  "querystring",
  "stream",
  "stream/promises",
  "string_decoder",
  "url",
  "util",
  "util/types",
] as const;

/** Modules that the run itself gives: its clock, its randomness, its own `process`. */
const GIVEN_BY_THE_RUN: ReadonlySet<string> = new Set([
  "async_hooks",
  "console",
  "crypto",
  "perf_hooks",
  "process",
  "timers",
  "timers/promises",
]);

/** What stands for one of Node's modules. */
export type Standing = "shipped" | "run" | "double";

const SHIPPED: ReadonlySet<string> = new Set(SHIPPED_MODULES);
const BUILT_IN: ReadonlySet<string> = new Set(builtinModules);

/** Specifiers that name one of Node's modules; `events/` is how packages ask for the package of that name. */
export const NODE_MODULES = new RegExp(
  `^(?:node:.*|(?:${[...BUILT_IN].map((name) => name.replaceAll("/", "\\/")).join("|")})\\/?)$`,
);

/** The name without `node:` and what stands for it; null for what is none of Node's modules. */
export function standingFor(specifier: string): { name: string; standing: Standing } | null {
  const prefixed = specifier.startsWith("node:");
  const name = prefixed ? specifier.slice("node:".length) : specifier.replace(/\/$/, "");
  if (!prefixed && !BUILT_IN.has(name)) return null;
  // `sys` is the old name.
  if (name === "sys") return { name: "util", standing: "shipped" };
  if (SHIPPED.has(name)) return { name, standing: "shipped" };
  return { name, standing: GIVEN_BY_THE_RUN.has(name) ? "run" : "double" };
}
