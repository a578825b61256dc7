/** One hostile model through the page: drawn whole, run, looked into, exported. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Orphan, TreeModel } from "../../src/model/index.ts";
import { HOSTILE } from "../hostile/names.ts";
import { type Bundle, buildPage, launch, open } from "./harness.ts";
import { at, child, keyOf, model, supervisor } from "./models.ts";

let browser: Browser;
let built: Bundle;

beforeAll(async () => {
  built = await buildPage(process.env.SUPTREE_TEST_SANDBOX);
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
});

/** Paths join ids by `/`. */
const NAMES = HOSTILE.filter((name) => !name.includes("/") && name.length < 1000);
const LONG = HOSTILE.find((name) => name.length >= 1000)!;

function hostileModel(names: readonly string[]): TreeModel {
  const all = names.join(" ");
  const unknown = [{ field: all, reason: `because ${all}` }];
  const workers = names.map((name) =>
    child("Top", name, { name, start: { symbol: name, file: name, line: 1 }, unknown }),
  );
  const orphans: Orphan[] = names.map((name) => ({
    key: keyOf(`orphan ${name}`),
    name,
    start: { symbol: name, file: name, line: 1 },
    location: at(),
    linked: false,
    reason: all,
    process: null,
  }));
  const top = supervisor("Top", "one_for_one", workers, { name: all, unknown, intensity: 100 });
  return model([top], ["Top"], { orphans });
}

/** Everything that a person or a screen reader gets from the page, and what would act in it. */
function look(page: Page) {
  return page.evaluate(() => {
    const texts: string[] = [document.title];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      if (node instanceof Element) {
        for (const name of ["title", "aria-label", "placeholder", "alt"])
          texts.push(node.getAttribute(name) ?? "");
      } else if (node.parentElement?.closest("script, style") === null) texts.push(node.textContent ?? "");
    }
    const foreign = document.querySelectorAll(
      "img, a[href], iframe:not([sandbox]), object, embed, base, link[href^=http]",
    );
    return { texts, foreign: [...foreign].map((element) => element.outerHTML.slice(0, 200)) };
  });
}

const ACTS = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/u;

async function expectHarmless(page: Page): Promise<void> {
  const { texts, foreign } = await look(page);
  expect(foreign).toEqual([]);
  expect(texts.filter((text) => ACTS.test(text)).map((text) => JSON.stringify(text.slice(0, 300)))).toEqual(
    [],
  );
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(20_000);
}

it("draws, runs, tells and exports every name as text", { timeout: 120_000 }, async () => {
  const tree = hostileModel(NAMES);
  const opened = await open(browser, built, { model: tree, root: keyOf("Top"), speed: 4 });
  const { page } = opened;
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.waitForSelector('.card[data-state="running"]', { timeout: 30_000 });
  await page.waitForFunction(
    (count) => document.querySelectorAll('.card[data-state="running"]').length >= count,
    NAMES.length + 1,
    { timeout: 30_000 },
  );
  const ids = await page.evaluate(() => [...document.querySelectorAll(".card")].map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^\S+$/);
  await expectHarmless(page);

  const cards = page.locator(".card");
  for (let n = 0; n < NAMES.length; n += 3) {
    await cards.nth(n + 1).focus();
    await page.keyboard.press("Enter");
    await expectHarmless(page);
  }
  for (const tab of await page.locator('[role="tab"]').all()) {
    await tab.click();
    await expectHarmless(page);
  }
  expect(dialogs).toEqual([]);
  expect(opened.problems).toEqual([]);

  await page.locator('[role="tab"]').first().click();
  const items = ["Picture (SVG)", "Tree as Mermaid", "Transcript"];
  for (const item of items) {
    await page.click("button[aria-label=Export]");
    await page.click(`.menu-item:has-text("${item}")`);
  }
  await page.waitForFunction(
    () =>
      (globalThis as unknown as { posted: { type: string }[] }).posted.filter(({ type }) => type === "save")
        .length >= 3,
  );
  const saved = (await opened.posted()).filter(({ type }) => type === "save");
  for (const { name, content } of saved as unknown as { name: string; content: string }[]) {
    expect(name).toMatch(/^[\p{L}\p{N}._-]{1,80}$/u);
    expect(ACTS.exec(content)).toBeNull();
  }
  const svg = (saved as unknown as { name: string; content: string }[]).find(({ name }) =>
    name.endsWith(".svg"),
  )!;
  const parsed = await page.evaluate((text) => {
    const read = new DOMParser().parseFromString(text, "image/svg+xml");
    return {
      error: read.querySelector("parsererror")?.textContent ?? null,
      scripts: read.querySelectorAll("script, image, foreignObject, a").length,
    };
  }, svg.content);
  expect(parsed).toEqual({ error: null, scripts: 0 });
  await opened.close();
});

it("draws a name of a megabyte, and every other name beside it", { timeout: 60_000 }, async () => {
  const opened = await open(browser, built, {
    model: hostileModel([LONG, "\ud800", "small"]),
    root: keyOf("Top"),
  });
  await opened.page.waitForFunction(() => document.querySelectorAll(".card").length >= 4);
  await expectHarmless(opened.page);
  expect(opened.problems).toEqual([]);
  await opened.close();
});
