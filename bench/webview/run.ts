/**
 * `npm run bench:webview [-- --only first,chaos] [--rounds N]`: the page in headless Chromium with software rendering, against floors that
 * are drawn in the same browser in the same run. See README.md.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, CDPSession, Page } from "playwright-core";
import { type Bundle, buildPage, launch, type Opened, open } from "../../test/browser/harness.ts";
import { layered } from "../../test/browser/models.ts";
import { atMost, conclude } from "../shared/targets.ts";
import { inTurns, median, percentile } from "../shared/timing.ts";
import { type Frames, watchFrames } from "./frames.ts";
import type { Probe } from "./probe.ts";
import { installProbe } from "./probe.ts";
import { timeServe, timeTree } from "./serve.ts";
import { writeWorkspace } from "./workspace.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, ".cache", "bench-webview");
/** 1 + 20 + 400 + 9,600 processes. */
const model = layered([20, 20, 24]);
const given = process.argv.indexOf("--rounds");
const ROUNDS = given < 0 ? 5 : Number(process.argv[given + 1]);

const asked = process.argv.indexOf("--only");
/** Judges processor time instead of the clock: for a machine that has other work. */
const cpu = process.argv.includes("--cpu");
const only = asked < 0 ? null : (process.argv[asked + 1] ?? "").split(",");
const wanted = (name: string): boolean => only === null || only.includes(name);

const ms = (value: number): string => `${value.toFixed(1)} ms`;

async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
  });
  return result.outputFiles[0]!.text;
}

const size = { width: 1400, height: 900 };

async function openPage(
  browser: Browser,
  built: Bundle,
  options: { seed?: number; speed?: number; maxEvents?: number } = {},
): Promise<Opened> {
  return open(browser, built, { model, ...size, ...options, before: installProbe });
}

const probe = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.shown);

// ---- the first picture ----

async function firstPicture(browser: Browser, built: Bundle): Promise<void> {
  const floorScript = await bundle("floor.ts");
  const { ours, floors } = await inTurns(ROUNDS, {
    floors: () => timeFloor(browser, floorScript),
    ours: async () => {
      const opened = await openPage(browser, built);
      await opened.page.waitForFunction(() => (globalThis as unknown as { probe: Probe }).probe.shown > 0);
      const shown = await probe(opened.page);
      await opened.close();
      return shown;
    },
  });
  atMost(
    "first picture of 10,021 processes in three levels",
    median(ours) / median(floors),
    2,
    "x",
    `${ms(median(ours))} : canvas and d3-hierarchy ${ms(median(floors))}, from the page's start`,
  );
}

async function timeFloor(browser: Browser, script: string): Promise<number> {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  await page.addInitScript(
    (first) => {
      (globalThis as unknown as { first: unknown }).first = first;
    },
    { model },
  );
  await page.route("**/*", (route) =>
    route.request().url().endsWith(".js")
      ? route.fulfill({ contentType: "text/javascript", body: script })
      : route.fulfill({ contentType: "text/html", body: '<body><script src="/floor.js"></script></body>' }),
  );
  await page.goto("http://suptree.test/");
  await page.waitForFunction(() => (globalThis as unknown as { shown?: number }).shown !== undefined);
  const shown = await page.evaluate(() => (globalThis as unknown as { shown: number }).shown);
  await context.close();
  return shown;
}

// ---- frames ----

function frames(name: string, { between, work }: Frames): void {
  const told = `${between.length} frames; by the clock ${ms(median(between))} median, ${ms(percentile(between, 0.95))} p95, ${ms(Math.max(...between))} longest`;
  atMost(`${name}: a frame, median`, median(cpu ? work : between), 16.7, "ms", told);
  const p95 = percentile(cpu ? work : between, 0.95);
  atMost(
    "  95 of 100 within",
    p95,
    33.4,
    "ms",
    `work ${ms(median(work))} median, ${ms(percentile(work, 0.95))} p95, ${ms(Math.max(...work))} longest`,
  );
}

const shownEvents = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.querySelector(".track")?.getAttribute("aria-valuenow") ?? 0));

/** Until the boot is told and nothing moves. */
async function booted(page: Page): Promise<void> {
  await page.waitForSelector(".app[data-run=running]");
  let before = -1;
  for (;;) {
    const now = await shownEvents(page);
    if (now > 10_000 && now === before) return;
    before = now;
    await page.waitForTimeout(400);
  }
}

async function chaos(browser: Browser, built: Bundle): Promise<void> {
  const { page, close } = await openPage(browser, built);
  await page.waitForSelector("[data-path]");
  const watch = (act: () => Promise<void>): Promise<Frames> => watchFrames(browser, page, act);
  frames("10,021 processes at rest", await watch(() => page.waitForTimeout(2000)));
  frames(
    "10,021 processes start",
    await watch(async () => {
      await page.keyboard.press("Space");
      await page.waitForTimeout(4000);
    }),
  );
  await booted(page);
  await page.getByRole("button", { name: /^Chaos/ }).click();
  frames("10,021 processes under chaos", await watch(() => page.waitForTimeout(8000)));
  await page.getByRole("button", { name: /^Chaos/ }).click();
  // A whole branch: 20 supervisors with 24 workers each stop and start again.
  await page.locator('[data-path="Root/sup_0_2"]').first().click();
  frames(
    "a branch of 501 processes is killed",
    await watch(async () => {
      await page.keyboard.press("k");
      await page.waitForTimeout(6000);
    }),
  );
  frames(
    "panning",
    await watch(async () => {
      for (let i = 0; i < 60; i++) {
        await page.mouse.move(500 + i * 4, 300);
        await page.mouse.wheel(i % 2 === 0 ? 12 : -4, 20);
      }
    }),
  );
  await close();
}

// ---- synthetic traces ----

async function flood(browser: Browser, built: Bundle): Promise<void> {
  const total = 240_000;
  const { page, close, problems } = await openPage(browser, built, {
    seed: total / 1000,
    maxEvents: 1_000_000,
  });
  await page.waitForSelector("[data-path]");
  await page.keyboard.press("Space");
  await page.waitForSelector(".app[data-run=running]");
  await page.waitForTimeout(1500);
  const at = await shownEvents(page);
  let seen = 0;
  const found = await watchFrames(browser, page, async () => {
    await page.waitForTimeout(8000);
    seen = (await shownEvents(page)) - at;
  });
  frames(`20,000 events a second (synthetic; ${Math.round(seen / 8).toLocaleString("en")} shown)`, found);
  const judged = cpu ? found.work : found.between;
  const long = judged.filter((each) => each > 50);
  atMost("  longest frame", Math.max(...judged), 50, "ms", `${long.length} of ${judged.length} above`);
  await page.waitForFunction(
    (last) => Number(document.querySelector(".track")?.getAttribute("aria-valuenow")) === last,
    total,
    { timeout: 60_000 },
  );
  atMost(
    "  events that the timeline lost",
    total - (await shownEvents(page)),
    0,
    "",
    `${problems.length} problems`,
  );
  await close();
}

async function million(browser: Browser, built: Bundle): Promise<void> {
  const total = 1_000_000;
  const { page, close } = await openPage(browser, built, { seed: total / 1000 + 1, maxEvents: 2_000_000 });
  await page.waitForSelector("[data-path]");
  await page.keyboard.press("Space");
  await page.waitForFunction(
    (last) => Number(document.querySelector(".track")?.getAttribute("aria-valuenow")) === last,
    total,
    { timeout: 300_000, polling: 500 },
  );
  await page.getByRole("button", { name: "Pause" }).click();
  const box = (await page.locator(".track").boundingBox())!;
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const x = box.x + box.width * (((i * 7) % 20) / 20 + 0.02);
    times.push(
      await page.evaluate(
        ([x, y]) =>
          new Promise<number>((resolve) => {
            const track = document.querySelector(".track")!;
            const begun = performance.now();
            const options = { clientX: x!, clientY: y!, buttons: 1, bubbles: true, pointerId: 1 };
            track.dispatchEvent(new PointerEvent("pointermove", options));
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
          }),
        [x, box.y + box.height / 2],
      ),
    );
  }
  atMost(
    "any moment of a run of 1,000,000 events (synthetic)",
    Math.max(...times),
    1000,
    "ms",
    `20 moments, median ${ms(median(times))}`,
  );
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  atMost("  memory of the page", usedSize / 1e6, 500, "MB", "heap after collection");
  await close();
}

async function serve(): Promise<void> {
  const cli = join(root, "dist", "cli.js");
  const folder = join(cache, "program");
  await mkdir(cache, { recursive: true });
  writeWorkspace(folder);
  const { trees, serves } = await inTurns(ROUNDS, {
    trees: () => timeTree(cli, folder),
    serves: () => timeServe(cli, folder),
  });
  atMost(
    "serve until a page of 10,021 processes has its answer",
    Math.min(...serves) / Math.min(...trees),
    1.5,
    "x",
    `${ms(Math.min(...serves))} : suptree tree ${ms(Math.min(...trees))}`,
  );
}

const browser = await launch();
try {
  const built = await buildPage();
  if (wanted("first")) await firstPicture(browser, built);
  if (wanted("chaos")) await chaos(browser, built);
  if (wanted("flood") || wanted("million")) {
    await mkdir(cache, { recursive: true });
    const file = join(cache, "feed.js");
    await writeFile(file, await bundle("feed.ts"));
    const fed = await buildPage(file);
    await rm(file);
    if (wanted("flood")) await flood(browser, fed);
    if (wanted("million")) await million(browser, fed);
  }
  if (wanted("serve")) await serve();
} finally {
  await browser.close();
}
conclude();
