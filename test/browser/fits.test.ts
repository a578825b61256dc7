/** Nothing is cut off or covered: odd trees in every view, the frame at every width, and what comes and goes around the tree. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, buildPage, launch, type OpenOptions, open } from "./harness.ts";
import { badTexts, cards, cutOff, overControls, overlapping } from "./measure.ts";
import { EDGES, five, grouped, rich } from "./models.ts";

let browser: Browser;
let built: Bundle;

beforeAll(async () => {
  built = await buildPage();
  browser = await launch();
});

afterAll(() => browser?.close());

async function withPage(options: OpenOptions, act: (page: Page) => Promise<void>): Promise<void> {
  const opened = await open(browser, built, { reducedMotion: true, height: 700, ...options });
  try {
    await opened.page.waitForSelector("[data-path], .empty-state");
    await act(opened.page);
    expect(opened.problems).toEqual([]);
  } finally {
    await opened.close();
  }
}

const settled = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

async function expectWhole(page: Page, where: string): Promise<void> {
  await settled(page);
  expect(await cutOff(page), where).toEqual([]);
  expect(await overControls(page), where).toEqual([]);
}

describe("an odd tree is whole in every view at every width", () => {
  it.for(Object.entries(EDGES))("%s", { timeout: 180_000 }, async ([, tree]) => {
    await withPage({ model: tree, width: 1400, speed: 8 }, async (page) => {
      await page.keyboard.press("Space");
      // Siblings of one name cannot start: that is a picture as well.
      await page.waitForSelector(
        '[data-path]:is([data-state="running"], [data-state="crashed"], [data-state="stopped"])',
      );
      for (const width of [1400, 720, 400]) {
        await page.setViewportSize({ width, height: 700 });
        await page.locator("#tab-tree").click();
        for (const view of ["Cards", "Outline", "Table"]) {
          await page.getByRole("button", { name: view, exact: true }).click();
          await expectWhole(page, `${view} at ${width}`);
          if (view === "Cards") {
            expect(overlapping(await cards(page))).toEqual([]);
            expect(await badTexts(page)).toEqual([]);
          }
        }
        await page.locator("tr[data-path]").last().click();
        await expectWhole(page, `inspector at ${width}`);
        await page.getByRole("button", { name: "Close the inspector" }).click();
        for (const tab of ["sequence", "matrix", "events"]) {
          await page.locator(`#tab-${tab}`).click();
          await expectWhole(page, `${tab} at ${width}`);
        }
      }
    });
  });
});

it("has a frame that is whole at every width, before, during and after a run", {
  timeout: 180_000,
}, async () => {
  const widths = Array.from({ length: 34 }, (_, i) => 360 + i * 20);
  for (const tree of [five(), rich().model]) {
    await withPage({ model: tree, width: 1400 }, async (page) => {
      for (const started of [false, true]) {
        if (started) {
          await page.keyboard.press("Space");
          await page.waitForSelector('[data-path][data-state="running"]');
        }
        for (const width of widths) {
          await page.setViewportSize({ width, height: 700 });
          await expectWhole(page, `${width} px, ${started ? "running" : "idle"}`);
        }
      }
    });
  }
});

it("tells of errors, of the past and of experiments without moving what is looked at", async () => {
  for (const width of [400, 720, 1400]) {
    await withPage({ model: grouped(2, 5), width }, async (page) => {
      for (const view of ["Cards", "Outline", "Table"]) {
        await page.getByRole("button", { name: view, exact: true }).click();
        await settled(page);
        const place = () => page.locator('[data-path="Root"]').first().boundingBox();
        const before = await place();
        await page.evaluate(() => window.postMessage({ type: "error", message: "it was not written." }, "*"));
        await page.getByRole("alert").waitFor();
        await settled(page);
        expect(await place(), view).toEqual(before);
        await expectWhole(page, `${view} at ${width}`);
        await page.getByRole("button", { name: "Dismiss" }).click();
      }
    });
  }
});

it("shows who was picked beside what is said about it, in a narrow page as in a wide one", async () => {
  for (const width of [400, 580, 720, 1400]) {
    await withPage({ model: grouped(2, 5), width }, async (page) => {
      const row = page.locator('[data-path="Root/group_2/worker_2_5"]').first();
      await row.click();
      const inspector = page.getByRole("complementary", { name: "Inspector" });
      await inspector.waitFor();
      await settled(page);
      // Its name is what a click at its place reaches.
      const seen = await row.evaluate((element) => {
        const box = (element.querySelector(".line-name, .title") ?? element).getBoundingClientRect();
        const at = document.elementFromPoint(box.x + 4, box.y + box.height / 2);
        return at !== null && element.contains(at);
      });
      expect(seen, `${width} px`).toBe(true);
      await expectWhole(page, `${width} px`);
    });
  }
});

it("says what went wrong also where there is no tree", async () => {
  await withPage({ model: { ...five(), supervisors: [], roots: [] }, width: 400 }, async (page) => {
    await page.evaluate(() => window.postMessage({ type: "error", message: "the folder is gone." }, "*"));
    await page.getByText("the folder is gone.").waitFor();
    await expectWhole(page, "no tree");
  });
});
