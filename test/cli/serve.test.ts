import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { project, SHOP, suptree } from "./cli.ts";

const built = existsSync(fileURLToPath(new URL("../../dist/webview.js", import.meta.url)));

// The page is made by `npm run build`, which the whole test run does first.
test.runIf(built)("serves with the token, refuses without, and ends when interrupted", async () => {
  const stop = new AbortController();
  let printed: (text: string) => void = () => {};
  const address = new Promise<string>((resolve) => {
    printed = (text) => {
      const url = /http:\/\/\S+/.exec(text)?.[0];
      if (url) resolve(url);
    };
  });
  const done = suptree(project(SHOP), ["serve", ".", "--port", "0"], {
    out: (text) => printed(text),
    signal: stop.signal,
  });
  const url = await address;
  expect(new URL(url).hostname).toBe("127.0.0.1");
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("<!DOCTYPE html>");
  expect((await fetch(new URL("/", url))).status).toBe(401);
  stop.abort();
  expect((await done).code).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});

test("nothing to serve is bad input", async () => {
  const { code, err } = await suptree(project(SHOP), ["serve", "none"]);
  expect(code).toBe(2);
  expect(err).toMatch(built ? /none: no such file or folder/ : /npm run build/);
});
