/** Nothing is cut off or covered: odd trees in every view, the frame at every width, and what comes and goes around the tree. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bundle, buildPage, launch, type OpenOptions, open } from "./harness.ts";
import { badTexts, cards, cutOff, overControls, overlapping } from "./measure.ts";
import { EDGES, five, grouped, layered, rich } from "./models.ts";

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

/** Half the pixels, and two thirds of them, of a panel of 400 px, a split and a window. */
const ZOOMED = [
  [200, 450],
  [267, 600],
  [360, 450],
  [480, 600],
  [700, 450],
  [933, 600],
] as const;

describe("a window at 150 and 200 % is whole, in every view, before, during and after an incident", () => {
  it.for([
    ["40 processes", grouped(4, 9)],
    ["330 processes", layered([6, 6, 8])],
    ["names of 200 letters", EDGES["names of 200 letters"]!],
  ] as const)("%s", { timeout: 180_000 }, async ([, tree]) => {
    await withPage({ model: tree, width: 1400, speed: 8, scale: 2 }, async (page) => {
      for (const started of [false, true]) {
        if (started) {
          await page.getByRole("button", { name: "Play", exact: true }).click();
          await page.locator("#tab-tree").click();
          await page.waitForSelector('[data-path][data-state="running"]');
        }
        for (const [width, height] of ZOOMED) {
          await page.setViewportSize({ width, height });
          await page.locator("#tab-tree").click();
          for (const view of ["Outline", "Table"]) {
            await page.getByRole("button", { name: view, exact: true }).click();
            await expectWhole(page, `${view} at ${width}`);
          }
          await page.locator("tr[data-path]").last().click();
          await expectWhole(page, `inspector at ${width}`);
          if (started) {
            await page.getByRole("button", { name: "More faults" }).click();
            await expectWhole(page, `menu at ${width}`);
            await page.keyboard.press("Escape");
            if (width === 200) await page.keyboard.press("c");
          }
          await page.getByRole("button", { name: "Close the inspector" }).click();
          const tabs = started ? ["sequence", "matrix", "events"] : ["events"];
          for (const tab of tabs) {
            await page.locator(`#tab-${tab}`).click();
            if (tab === "matrix") await page.locator(".matrix tbody th").first().waitFor();
            await expectWhole(page, `${tab} at ${width}`);
          }
        }
      }
    });
  });
});

it("lists in a narrow page whom each crash hits and how it ends, and runs what is clicked", async () => {
  await withPage({ model: grouped(2, 5), width: 400 }, async (page) => {
    await page.locator("#tab-matrix").click();
    const row = page.getByRole("row", { name: /worker_2_1/ });
    await row.getByText("recovers; group_2: 1 of 3 in 5 s").waitFor({ timeout: 60_000 });
    // rest_for_one: itself, and the four behind it.
    expect(((await row.locator(".counts").textContent()) ?? "").trim().replaceAll(/\s+/g, " ")).toBe("1 4");
    await expectWhole(page, "matrix");
    await row.locator(".told").click();
    await page.waitForSelector('[data-path="Root/group_2/worker_2_1"][data-incarnation="2"]');
  });
});

it("keeps the eye's place while an incident goes on, whatever becomes of the window and its panes", async () => {
  await withPage({ model: grouped(2, 3), width: 1400, speed: 0.25 }, async (page) => {
    await page.keyboard.press("Space");
    await page.waitForSelector('[data-path="Root/group_2/worker_2_3"][data-state="running"]');
    await page.locator('[data-path="Root/group_2/worker_2_1"]').click();
    await page.keyboard.press("c");
    await page.waitForSelector(".card.origin");
    await page.getByRole("button", { name: "Pause" }).click();
    // In the midst of it, however quickly it went: at one of its steps.
    for (let i = 0; i < 30 && (await page.locator(".card.origin").count()) === 0; i++)
      await page.locator(".track").press("ArrowLeft");
    const place = () => page.locator('[data-path="Root"] .face').boundingBox();
    const before = await place();
    for (const act of [
      () => page.setViewportSize({ width: 900, height: 700 }),
      () => page.getByRole("button", { name: "Inspector", exact: true }).click(),
      () => page.setViewportSize({ width: 900, height: 420 }),
      () => page.setViewportSize({ width: 500, height: 420 }),
      () => page.setViewportSize({ width: 1400, height: 700 }),
    ]) {
      await act();
      await settled(page);
      expect(await page.locator(".card.origin").count()).toBe(1);
      expect(await place()).toEqual(before);
    }
  });
});

it("says why real code cannot be chosen where it is chosen, also to those who cannot hover", async () => {
  const [one, other] = [five(), grouped(1, 2)];
  const both = {
    ...one,
    supervisors: [...one.supervisors, ...other.supervisors],
    roots: [...one.roots, ...other.roots],
  };
  const why = "Choose one tree to run its code.";
  await withPage({ model: both, width: 720 }, async (page) => {
    const choice = page.getByRole("combobox", { name: "What runs" });
    expect(await choice.locator(`optgroup[label="${why}"] option[disabled]`).textContent()).toBe("Real code");
    const described = await choice.getAttribute("aria-describedby");
    expect(await page.locator(`#${described}`).textContent()).toBe(why);
    await page.getByRole("button", { name: "More controls" }).click();
    await page.getByRole("combobox", { name: "Tree" }).selectOption({ label: "AppSup" });
    expect(await choice.locator("option[disabled], optgroup").count()).toBe(0);
    expect(await choice.getAttribute("aria-describedby")).toBeNull();
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
