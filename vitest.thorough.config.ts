/** What takes long: fuzzing, OTP scenario by scenario, leaks, the commands of all documents. */
import { configDefaults, defineConfig } from "vitest/config";
import { alias, freshBuild, SLOW } from "./scripts/test/suites.ts";

export default defineConfig({
  resolve: { alias },
  test: {
    include: [...SLOW],
    exclude: [...configDefaults.exclude, "**/fixtures/**"],
    globalSetup: freshBuild,
    testTimeout: 60_000,
  },
});
