import { defineConfig } from "vitest/config";

/** The page in a real Chromium: one browser at a time, since the tests look at what moves. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
