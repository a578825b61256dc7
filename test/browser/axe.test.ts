/** axe-core over every view and state of the page, in the four default themes. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Theme } from "../../src/web/themes.ts";
import { type Bundle, buildPage, launch, type OpenOptions, open } from "./harness.ts";
import { five, keyOf, layered, model, rich } from "./models.ts";

let browser: Browser;
let built: Bundle;
let axe: string;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  built = await buildPage(process.env.SUPTREE_TEST_SANDBOX);
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

/** What axe finds wrong now: the rule and where. */
async function violations(page: Page): Promise<string[]> {
  // Evaluated from outside: the page's own policy would let in nobody's script.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      iframes: false,
      // The name of a card tells its texts in sentences ("restarts 0 of 3 in 5 s"), so it does not hold them as they stand.
      rules: { "label-content-name-mismatch": { enabled: false } },
    }),
  );
  // What that rule is for: the visible name comes first in the name that is spoken.
  const misnamed = await page.evaluate(() =>
    [...document.querySelectorAll("[role=treeitem]")]
      .map((item) => [
        item.querySelector(".title, .tiny, .line-name")?.textContent ?? "",
        item.ariaLabel ?? "",
      ])
      .filter(([shown, spoken]) => !spoken!.startsWith(shown!.split(/[ …]/)[0]!))
      .map((pair) => pair.join(" is called ")),
  );
  expect(misnamed).toEqual([]);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`),
  );
}

const settled = (page: Page) => page.waitForTimeout(400);

async function crash(page: Page): Promise<void> {
  await page.keyboard.press("Space");
  await page.waitForSelector('[data-path="AppSup/http"][data-state="running"]', { timeout: 30_000 });
  await page.locator('[data-path="AppSup/registry"]').click();
  await page.keyboard.press("c");
  await page.waitForSelector('[data-path="AppSup/registry"][data-incarnation="2"][data-state="running"]', {
    timeout: 30_000,
  });
}

const tab = (name: string) => async (page: Page) => {
  await page.getByRole("tab", { name }).click();
  await settled(page);
};
const view = (name: string) => async (page: Page) => {
  await page.getByRole("button", { name, exact: true }).click();
  await settled(page);
};

const themes: readonly Theme[] = ["dark", "light", "hc-dark", "hc-light"];
const rest = rich();

/** Somebody has made the registry temporary. */
function edited() {
  const tree = five();
  tree.supervisors[0]!.children[1]!.restart = "temporary";
  return tree;
}

const states: Record<string, { options: OpenOptions; act?: (page: Page) => Promise<void> }[]> = {
  "a run and its views": [
    {
      options: { model: five(), width: 1280 },
      act: async (page) => {
        await crash(page);
        for (const change of [tab("Sequence"), tab("Crash matrix"), tab("Events"), tab("Tree")]) {
          await change(page);
          expect(await violations(page)).toEqual([]);
        }
        for (const change of [view("Outline"), view("Table"), view("Cards")]) {
          await change(page);
          expect(await violations(page)).toEqual([]);
        }
        await page.keyboard.press("?");
        await settled(page);
      },
    },
  ],
  "findings, unknown parts and the drawer": [
    {
      options: { model: rest.model, findings: rest.findings, width: 550 },
      act: async (page) => {
        await page.locator("[data-path]").nth(1).click();
        await settled(page);
        expect(await violations(page)).toEqual([]);
        await page.getByRole("button", { name: "More controls" }).click();
      },
    },
    { options: { model: layered([6, 6, 8]), width: 400 } },
  ],
  "nothing found": [{ options: { model: model([], []) } }],
  "a folder that is not trusted": [
    {
      options: {
        model: five(),
        root: keyOf("AppSup"),
        noCode: "The folder is not trusted: its code is not run.",
      },
      act: async (page) => {
        expect(await page.locator(".chip").first().getAttribute("title")).toContain("not trusted");
      },
    },
  ],
  "a past moment and an edited source": [
    {
      options: { model: five() },
      act: async (page) => {
        await crash(page);
        await page.keyboard.press("Space");
        await page.locator(".track").press("Home");
        await page.waitForSelector(".banner");
        await page.evaluate((message) => window.postMessage(message, "*"), {
          type: "model",
          model: edited(),
          findings: [],
        });
        await page.waitForSelector(".badge.edited");
      },
    },
  ],
  "an error": [{ options: { model: five() } }],
};

for (const theme of themes) {
  for (const [name, pages] of Object.entries(states)) {
    it(`finds nothing wrong with ${name} in ${theme}`, async () => {
      for (const { options, act } of pages) {
        const opened = await open(browser, built, { ...options, theme });
        try {
          await opened.page.waitForSelector("[data-path], .empty-state");
          if (name === "an error") {
            await opened.send({ type: "error", message: "The file was not written: it is read-only." });
            await opened.page.waitForSelector(".banner.error");
          }
          await act?.(opened.page);
          expect(await violations(opened.page)).toEqual([]);
        } finally {
          await opened.close();
        }
      }
    });
  }
}
