/** The page as `suptree serve` gives it to a browser: who sees the token. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { startWebHost } from "../../src/web/index.ts";
import { launch } from "./harness.ts";
import { five } from "./models.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
});

async function serve() {
  const current = { model: five(), findings: [], base: "/none" };
  const host = await startWebHost({
    provider: { current: () => current, onChange: () => () => {}, close() {} },
    assets: fileURLToPath(new URL("../../dist", import.meta.url)),
  });
  onTestFinished(() => host.close());
  return host;
}

it("takes the token out of the address bar; a reload works, another tab does not", async () => {
  const host = await serve();
  const token = new URL(host.url).searchParams.get("token")!;
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${host.url}&theme=dark`);
  await page.waitForSelector(".card");
  const bare = `http://127.0.0.1:${host.port}/?theme=dark`;
  expect(page.url()).toBe(bare);
  for (let n = 0; n < 2; n++) {
    await page.reload();
    await page.waitForSelector(".card");
    expect(page.url()).toBe(bare);
  }
  expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(token);
  expect(await page.evaluate(() => document.cookie)).toBe("");

  const other = await context.newPage();
  expect((await other.goto(bare))?.status()).toBe(401);
  expect(await other.textContent("body")).toContain("open the address that was printed");
  await context.close();
});

it("is reached from a file, as --open does", async () => {
  const host = await serve();
  const folder = await mkdtemp(path.join(tmpdir(), "suptree-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, "open.html");
  await writeFile(file, `<!DOCTYPE html><meta http-equiv="refresh" content="0; url=${host.url}">`);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector(".card");
  await host.opened;
  expect(page.url()).toBe(`http://127.0.0.1:${host.port}/`);
  await page.close();
});

it("says so when the server is another one than before", async () => {
  const first = await serve();
  const page = await browser.newPage();
  await page.goto(first.url);
  await page.waitForSelector(".card");
  await first.close();
  const current = { model: five(), findings: [], base: "/none" };
  const second = await startWebHost({
    provider: { current: () => current, onChange: () => () => {}, close() {} },
    assets: fileURLToPath(new URL("../../dist", import.meta.url)),
    port: first.port,
  });
  onTestFinished(() => second.close());
  await page.reload();
  await expect.poll(() => page.textContent("body")).toContain("open the address that was printed");
  await page.close();
});
