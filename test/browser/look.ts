/**
 * `node test/browser/look.ts [FILTERS]`: pictures of the page at every size, shape and theme, for people to look at, in
 * artifacts/look. With FILTERS (comma between) only those whose names hold one of them; "state+720+hc" is all three at once.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { Theme } from "../../src/web/themes.ts";
import { buildPage, launch, type OpenOptions, open } from "./harness.ts";
import { five, grouped, layered, model, odd, rich } from "./models.ts";

const THEMES: readonly Theme[] = ["dark", "light", "hc-dark", "hc-light"];
const SHAPES: Record<string, OpenOptions["model"]> = {
  "5": five(),
  "40-two": grouped(4, 9),
  "330-three": layered([6, 6, 8]),
  "2000-two": grouped(40, 49),
  "2000-three": layered([10, 10, 19]),
  "10000-three": layered([20, 20, 24]),
  "12-chain": layered([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3]),
  "odd-1": odd(1),
  "odd-3": odd(3),
  "odd-4": odd(4),
  "40-twelve": layered([2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]),
};
const WIDTHS = [400, 720, 1400];

interface Shot extends OpenOptions {
  name: string;
  act?: (page: Page) => Promise<void>;
}

const ran = async (page: Page): Promise<void> => {
  await page.keyboard.press("Space");
  await page.waitForSelector('[data-state="running"]', { timeout: 60_000 });
  await page.waitForTimeout(2500);
};

function shots(): Shot[] {
  return [...shapes(), ...states().flatMap((shot) => THEMES.map((theme) => inTheme(shot, theme)))];
}

const inTheme = (shot: Shot, theme: Theme): Shot => ({ ...shot, name: `${shot.name}-${theme}`, theme });

function shapes(): Shot[] {
  const found: Shot[] = [];
  for (const [shape, tree] of Object.entries(SHAPES)) {
    for (const width of WIDTHS) {
      for (const theme of THEMES) {
        found.push({ name: `${shape}-${width}-${theme}`, model: tree, width, height: 700, theme });
      }
    }
  }
  return found;
}

function states(): Shot[] {
  const found: Shot[] = [];
  const crash = async (page: Page) => {
    await ran(page);
    await page.locator("[data-path]").nth(3).click();
    await page.keyboard.press("c");
    await page.waitForTimeout(900);
  };
  for (const width of [400, 550, 720, 1400]) {
    found.push({ name: `state-crash-${width}`, model: grouped(4, 9), width, height: 700, act: crash });
    found.push({
      name: `state-more-${width}`,
      model: grouped(4, 9),
      width,
      height: 700,
      act: async (page) => {
        await ran(page);
        await page
          .getByRole("button", { name: "More controls" })
          .click({ timeout: 1000 })
          .catch(() => {});
      },
    });
    for (const tab of ["Sequence", "Crash matrix", "Events"]) {
      found.push({
        name: `state-${tab.replace(" ", "-").toLowerCase()}-${width}`,
        model: five(),
        width,
        height: 700,
        act: async (page) => {
          await crash(page);
          await page.getByRole("tab", { name: tab }).click();
          await page.waitForTimeout(1500);
        },
      });
    }
    found.push({
      name: `state-table-${width}`,
      model: layered([6, 6, 8]),
      width,
      height: 700,
      act: async (page) => {
        await ran(page);
        await page.getByRole("button", { name: "Table" }).click();
        await page.waitForTimeout(500);
      },
    });
    found.push(
      {
        name: `state-past-${width}`,
        model: grouped(4, 9),
        width,
        height: 700,
        act: async (page) => {
          await crash(page);
          await page.keyboard.press("Space");
          await page.locator(".track").press("ArrowLeft");
          await page.locator(".track").press("ArrowLeft");
          await page.waitForTimeout(400);
        },
      },
      {
        name: `state-ended-${width}`,
        model: five(),
        width,
        height: 700,
        act: async (page) => {
          await ran(page);
          await page.locator('[data-path="AppSup/registry"]').first().click();
          for (let i = 0; i < 5; i++) {
            await page.keyboard.press("k");
            await page.waitForTimeout(700);
          }
          await page.waitForTimeout(2500);
        },
      },
      {
        name: `state-error-${width}`,
        model: five(),
        width,
        height: 700,
        act: async (page) => {
          await page.evaluate(() =>
            window.postMessage(
              { type: "error", message: "src/app.ts was not written: it is read-only." },
              "*",
            ),
          );
          await page.waitForTimeout(300);
        },
      },
      {
        name: `state-experiment-${width}`,
        model: grouped(2, 5),
        width,
        height: 700,
        act: async (page) => {
          await page.locator('[data-path="Root/group_1"]').first().click();
          const inspector = page.getByRole("button", { name: "Inspector", exact: true });
          if (width < 1000) await inspector.click({ timeout: 2000 }).catch(() => {});
          await page
            .getByRole("button", { name: /^Start worker_1_1 later/ })
            .first()
            .click({ timeout: 2000 })
            .catch(() => {});
          await page.waitForTimeout(500);
        },
      },
      {
        name: `state-outline-${width}`,
        model: layered([6, 6, 8]),
        width,
        height: 700,
        act: async (page) => {
          await ran(page);
          await page.getByRole("button", { name: "Outline", exact: true }).click();
          await page.waitForTimeout(400);
        },
      },
    );
    const { model: tree, findings } = rich();
    found.push({ name: `state-rich-${width}`, model: tree, findings, width, height: 700 });
    found.push({ name: `state-empty-${width}`, model: model([], []), width, height: 700 });
  }
  return found;
}

const folder = join(fileURLToPath(new URL("../..", import.meta.url)), "artifacts", "look");
await mkdir(folder, { recursive: true });
const built = await buildPage();
const browser = await launch();
try {
  const filters = (process.argv[2] ?? "").split(",").map((filter) => filter.split("+"));
  const wanted = shots().filter(({ name }) =>
    filters.some((parts) => parts.every((part) => name.includes(part))),
  );
  for (const { name, act, ...options } of wanted) {
    const { page, close, problems } = await open(browser, built, options);
    await page.waitForSelector("[data-path], .empty-state");
    await page.waitForTimeout(150);
    await act?.(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    for (const problem of problems) console.log(`${name}: ${problem}`);
    await close();
  }
} finally {
  await browser.close();
}
