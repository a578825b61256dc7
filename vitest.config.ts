import { configDefaults, defineConfig } from "vitest/config";
import { alias, freshBuild, SLOW } from "./scripts/test/suites.ts";

/** What is run all day: everything that needs no browser, no editor, and not long. */
export default defineConfig({
  resolve: { alias },
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    // These have configurations of their own: see scripts/test/steps.ts.
    exclude: [...configDefaults.exclude, "test/browser/**", "test/e2e/**", "**/fixtures/**", ...SLOW],
    globalSetup: freshBuild,
    // Modules are loaded once per worker, not once per file: that is half of the time.
    isolate: false,
    // By default one core is left alone; of two that is half.
    maxWorkers: "100%",
    testTimeout: 30_000,
  },
});
