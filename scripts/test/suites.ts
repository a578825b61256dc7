/** What the configurations of the test runner share. */
import { fileURLToPath } from "node:url";

/** Programs of the tests import the library as users do. */
export const alias = { suptree: fileURLToPath(new URL("../../src/runtime/index.ts", import.meta.url)) };

/** Run before the tests of a configuration: see there. */
export const freshBuild = fileURLToPath(new URL("./fresh-build.ts", import.meta.url));

/** Suites that take more than some seconds each. They run in a step of their own. */
export const SLOW: readonly string[] = [
  "test/fuzz/**/*.test.ts",
  "test/runtime/conformance.test.ts",
  "test/runtime/nasty.test.ts",
  "test/runtime/leaks.test.ts",
  "test/runtime/limits.test.ts",
  "test/docs/commands.test.ts",
  "test/docs/contributing.test.ts",
  "test/cli/main.test.ts",
  "test/cli/run-code.test.ts",
  "test/code/**/*.test.ts",
  "test/hostile/command-line.test.ts",
  "test/simulation/matrix-law.test.ts",
  "test/simulation/reality.test.ts",
  "test/simulation/verdicts.test.ts",
  "test/runtime/run.test.ts",
  "test/protocol/contract.test.ts",
  "test/analysis/robust.test.ts",
  "test/analysis/budgets.test.ts",
  "test/analysis-session/any-order.test.ts",
  "test/analysis-session/set-aside.test.ts",
  // It counts what is alive, so nobody else may be.
  "test/analysis-session/memory.test.ts",
];
