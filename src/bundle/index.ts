/** Bundles a program's module for running it in the sandbox. */
export { Bundler, type BundlerOptions } from "./bundler.ts";
export { type Esbuild, type EsbuildPlaces, findEsbuild } from "./esbuild.ts";
export type { Import, ModuleRules } from "./module-rules.ts";
export { SHIPPED_MODULES } from "./node-modules.ts";
export { HIDDEN } from "./plugin.ts";
export { describeBundleProblem } from "./problems.ts";
export { type BundledCode, CodeService, type CodeServiceOptions } from "./service.ts";
export type * from "./types.ts";
