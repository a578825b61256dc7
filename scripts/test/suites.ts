/** What the configurations of the test runner share. */
import { fileURLToPath } from "node:url";

/** Programs of the tests import the library as users do. */
export const alias = { suptree: fileURLToPath(new URL("../../src/runtime/index.ts", import.meta.url)) };

/** Run before the tests of a configuration: see there. */
export const freshBuild = fileURLToPath(new URL("./fresh-build.ts", import.meta.url));

/** Suites that are slow by nature: they run in a step of their own, which `npm test` takes as well. */
export const SLOW: readonly string[] = [
  // Laws over many random cases.
  "test/fuzz/**/*.test.ts",
  "test/lint/truth/combined.test.ts",
  "test/lint/truth/single.test.ts",
  "test/simulation/demonstrated.test.ts",
  "test/simulation/matrix-law.test.ts",
  "test/simulation/not-followed.test.ts",
  "test/simulation/outcomes.test.ts",
  "test/simulation/reality.test.ts",
  "test/simulation/verdicts.test.ts",
  "test/trace/incidents.test.ts",
  "test/runtime/laws.test.ts",
  "test/analysis/incremental.test.ts",
  "test/protocol/contract.test.ts",
  "test/analysis/robust.test.ts",
  "test/analysis/budgets.test.ts",
  "test/analysis-session/any-order.test.ts",
  "test/analysis-session/layouts.test.ts",
  "test/analysis-session/live.test.ts",
  "test/analysis-session/set-aside.test.ts",
  // Programs, threads and commands that really run.
  "test/live/attach.test.ts",
  "test/live/record.test.ts",
  "test/live/threads.test.ts",
  "test/extension/live.test.ts",
  "test/extension/lesson.test.ts",
  "test/runtime/program.test.ts",
  "test/runtime/record.test.ts",
  "test/runtime/run.test.ts",
  "test/runtime/run-edge.test.ts",
  "test/runtime/services.test.ts",
  "test/code/**/*.test.ts",
  "test/cli/main.test.ts",
  "test/cli/run-code.test.ts",
  "test/analysis-session/worker.test.ts",
  "test/docs/commands.test.ts",
  "test/docs/contributing.test.ts",
  "test/hostile/command-line.test.ts",
  // TypeScript itself.
  "test/docs/guide.test.ts",
  "test/extension/sample.test.ts",
  // OTP beside ours.
  "test/runtime/conformance.test.ts",
  "test/runtime/nasty.test.ts",
  "test/runtime/limits.test.ts",
  // In a browser.
  "test/runtime/determinism.test.ts",
  "test/runtime/package.test.ts",
  // They count what is alive, so nobody else may be.
  "test/runtime/leaks.test.ts",
  "test/analysis-session/memory.test.ts",
];
