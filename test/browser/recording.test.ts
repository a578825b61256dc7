/** A recording in the page: the whole as a strip, the part that is looked at as a run, and nothing that could be done to it. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { project, suptree } from "../cli/cli.ts";
import { events, fileOf, head, keyframe, made, program, restart, system } from "../live/made-recording.ts";
import { launch } from "./harness.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser?.close());

/** Serves a file, and opens the page. */
async function look(bytes: Uint8Array, options: readonly string[] = ["--run"]): Promise<Page> {
  const folder = project({});
  writeFileSync(path.join(folder, "made.suprec"), bytes);
  const interrupt = new AbortController();
  let printed = "";
  const done = suptree(folder, ["serve", ...options, "made.suprec"], {
    signal: interrupt.signal,
    out: (text) => {
      printed += text;
    },
  });
  onTestFinished(async () => {
    interrupt.abort();
    await done;
  });
  await expect.poll(() => printed, { timeout: 20_000 }).toContain("http://127.0.0.1:");
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  onTestFinished(() => page.close());
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  onTestFinished(() => expect(problems).toEqual([]));
  await page.goto(/http:\S+/.exec(printed)?.[0] ?? "");
  return page;
}

const WAIT = { timeout: 30_000 };

const card = (page: Page, place: string, incarnation: number) =>
  page.locator(`[data-path="${place}"][data-incarnation="${incarnation}"]`).first();

it("shows a small recording whole, at any moment, and offers nothing that it cannot do", async () => {
  const page = await look(fileOf(made(60, 6, 1)), []);
  await page.getByText("Recorded: made.ts").waitFor();
  await page.getByText("made.ts ended.").first().waitFor();
  await card(page, "Root/c0", 11).waitFor();
  for (const name of ["Play", "Pause", "Run again", "Step", "Inject a fault"])
    expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
  expect(await page.getByRole("checkbox", { name: "Allow commands" }).count()).toBe(0);
  // The page has all of it: there is no part to choose.
  expect(await page.locator(".recorded").count()).toBe(0);
  const timeline = page.getByRole("slider", { name: /Timeline/ });
  await timeline.press("Home");
  await page.getByText("Back to now").waitFor();
  await timeline.press("End");
  await page.getByRole("tab", { name: "Events" }).click();
  await page
    .getByText(/c0 #10 crashed \(boom\)/)
    .first()
    .waitFor();
  await page.getByRole("tab", { name: "Crash matrix" }).click();
  await page.getByRole("row", { name: /c1/ }).first().waitFor();
});

it("gets the part of a large recording that is looked at", async () => {
  const page = await look(fileOf(made(30_000, 10, 10)));
  const strip = page.getByRole("slider", { name: /recording/ });
  await strip.waitFor();
  await card(page, "Root/c0", 3001).waitFor();
  expect(await strip.getAttribute("aria-valuemax")).toBe("210000");
  expect(await strip.getAttribute("aria-valuenow")).toBe("210000");
  // The page has a part of it, and not the rest.
  expect(await page.locator(".recorded-count").textContent()).toMatch(/^\d{1,2},\d{3} of 210,000 events$/);
  await page.getByRole("button", { name: "Earlier" }).click();
  await expect
    .poll(async () => Number(await strip.getAttribute("aria-valuenow")), WAIT)
    .toBeLessThan(209_000);
  const box = await strip.boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 10);
  await expect
    .poll(async () => Math.abs(Number(await strip.getAttribute("aria-valuenow")) - 105_000), WAIT)
    .toBeLessThan(300);
  // Half way through, each of the ten has been restarted half as often.
  await expect
    .poll(async () =>
      Number(await page.locator('[data-path="Root/c0"]').first().getAttribute("data-incarnation")),
    )
    .toBeGreaterThan(1_495);
  expect(
    Number(await page.locator('[data-path="Root/c0"]').first().getAttribute("data-incarnation")),
  ).toBeLessThan(1_506);
  await strip.press("End");
  await card(page, "Root/c0", 3001).waitFor();
});

it("shows a gap as a gap", async () => {
  const parts = [head(), program(), system(), keyframe(0, 0, 3), events(restart(1, 10, 0, 2, 5, 2), 1)];
  parts.push(keyframe(7, 50, 3, 1_234, 9), events(restart(2_000, 60, 1, 27, 30, 10), 8, 5));
  const page = await look(fileOf(parts));
  await card(page, "Root/c1", 10).waitFor();
  await page.getByText("5 messages left out").waitFor();
  const after = page.locator(".recorded-slice.after-gap");
  expect(await after.getAttribute("title")).toContain("1,234 events before this are missing");
  // Where the past is told as well: at its place on the timeline, and as a row of the chart.
  const missing = () =>
    page
      .locator(".track .gap")
      .evaluateAll((gaps) => gaps.map((gap) => [gap.getAttribute("title"), gap.getBoundingClientRect().x]));
  expect((await missing()).map(([title]) => title).join()).toContain("1,234 events before this are missing");
  await page.getByRole("tab", { name: "Sequence" }).click();
  const rows = page.locator(".seq-gap text");
  await rows.filter({ hasText: "1,234 events before this are missing" }).waitFor();
  await rows.filter({ hasText: "5 messages left out" }).waitFor();
  await page.getByRole("button", { name: "Earlier" }).click();
  await page.locator(".seq-row").filter({ hasText: "starts c0 #2" }).waitFor();
  // Until its end is looked at, nothing is missing.
  expect(await rows.count()).toBe(0);
  await page.getByRole("slider", { name: /Timeline/ }).press("End");
  await rows.filter({ hasText: "1,234 events after this are missing" }).waitFor();
  expect(await rows.count()).toBe(1);
  expect((await missing()).map(([title]) => title)).toEqual(["1,234 events after this are missing"]);
  expect(await page.getByText("messages left out").count()).toBe(0);
  await page.getByRole("tab", { name: "Events" }).click();
  await expect
    .poll(() => page.getByRole("log").locator("li").last().textContent())
    .toBe("1,234 events after this are missing");
  await page.getByRole("tab", { name: "Tree" }).click();
  await card(page, "Root/c0", 2).waitFor();
});

it("of a million events the page has a part, and no more memory for whatever was looked at", {
  timeout: 240_000,
}, async () => {
  const page = await look(fileOf(made(143_000, 10, 10)));
  const strip = page.getByRole("slider", { name: /recording/ });
  await strip.waitFor();
  expect(await strip.getAttribute("aria-valuemax")).toBe("1001000");
  const session = await page.context().newCDPSession(page);
  /** Megabytes, of what is still used. */
  const used = async (): Promise<number> => {
    await session.send("HeapProfiler.collectGarbage");
    return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
  };
  const megabytes = [await used()];
  for (const at of [0.05, 0.9, 0.3, 0.7, 0.5, 0.1]) {
    const box = await strip.boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * at, (box?.y ?? 0) + 10);
    await expect
      .poll(async () => Math.abs(Number(await strip.getAttribute("aria-valuenow")) - at * 1_001_000), WAIT)
      .toBeLessThan(2_000);
    megabytes.push(await used());
  }
  console.log(`figures: the page uses ${megabytes.map(Math.round).join(", ")} MB`);
  expect(Math.max(...megabytes)).toBeLessThan(500);
});
