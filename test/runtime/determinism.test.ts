import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { trace } from "./deterministic-world.ts";

const seeds = [1, 2, 3, 4, 5];
const executablePath = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

describe("determinism", () => {
  it("the same seed gives the same trace, another seed another one", async () => {
    const traces = [];
    for (const seed of seeds) {
      const first = await trace(seed);
      expect(await trace(seed)).toBe(first);
      expect(first.split("\n").length).toBeGreaterThan(100);
      traces.push(first);
    }
    expect(new Set(traces).size).toBe(seeds.length);
  });

  it.runIf(executablePath !== undefined)(
    "byte for byte the same in Chromium",
    async () => {
      const entry = fileURLToPath(new URL("deterministic-world.ts", import.meta.url));
      const bundle = await build({
        entryPoints: [entry],
        bundle: true,
        write: false,
        format: "iife",
        globalName: "world",
        platform: "browser",
        // Error texts and names of classes are part of the trace.
        keepNames: true,
        logLevel: "silent",
      });
      const browser = await chromium.launch({
        executablePath: executablePath as string,
        args: ["--no-sandbox"],
      });
      try {
        const page = await browser.newPage();
        await page.addScriptTag({ content: (bundle.outputFiles[0] as { text: string }).text });
        for (const seed of seeds) {
          const theirs = await page.evaluate(`world.trace(${seed})`);
          expect(theirs).toBe(await trace(seed));
        }
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});
