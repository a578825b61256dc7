/** The extension, packed and installed in a real VS Code. Slow: `npm test -- e2e`, or `npm run e2e`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    globalSetup: ["test/e2e/harness/setup.ts"],
    // One editor at a time: the machine may have two cores.
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 400_000,
  },
});
