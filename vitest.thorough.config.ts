/** What takes long: fuzzing, OTP scenario by scenario, leaks, the commands of all documents. */
import { configDefaults, defineConfig } from "vitest/config";
import { alias, freshBuild, SLOW } from "./scripts/test/suites.ts";

export default defineConfig({
  resolve: { alias },
  test: {
    include: [...SLOW],
    exclude: [...configDefaults.exclude, "**/fixtures/**"],
    globalSetup: freshBuild,
    // By default one core is left alone; of two that is half.
    maxWorkers: "100%",
    testTimeout: 60_000,
  },
});
