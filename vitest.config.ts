import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      suptree: fileURLToPath(new URL("./src/runtime/index.ts", import.meta.url)),
      vscode: fileURLToPath(new URL("./test/hostile/vscode-stub.ts", import.meta.url)),
    },
  },
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    // These two need a browser or an editor and have runners of their own: see scripts/test.mjs.
    exclude: ["test/browser/**", "test/e2e/**", "**/fixtures/**", "node_modules/**"],
    testTimeout: 30_000,
  },
});
