import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
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

test.runIf(built)("applies a fix that the page asks for, once", async () => {
  const stop = new AbortController();
  const folder = project(SHOP);
  const { findings } = JSON.parse((await suptree(folder, ["lint", ".", "--format", "json"])).out);
  const address = Promise.withResolvers<string>();
  const done = suptree(folder, ["serve", "."], {
    out: (text) => address.resolve(/http:\/\/\S+/.exec(text)?.[0] ?? ""),
    signal: stop.signal,
  });
  const url = new URL(await address.promise);
  const token = url.searchParams.get("token")!;
  const stream = await fetch(new URL("/events?client=test", url), { headers: { "x-suptree-token": token } });
  expect(stream.status).toBe(200);
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const answered = async (id: number) => {
    for (let text = ""; ; ) {
      const { value = "", done: ended } = await reader.read();
      text += value;
      const line = text.split("\n").find((each) => each.includes(`"id":${id},`));
      if (line) return line;
      if (ended) throw new Error(`no answer in ${text}`);
    }
  };
  const ask = (id: number) =>
    fetch(new URL("/message", url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-suptree-token": token, "x-suptree-client": "test" },
      body: JSON.stringify({
        type: "applyFix",
        id,
        rule: "child-order",
        title: findings[0].fixes[0].title,
        location: findings[0].location,
      }),
    });
  expect((await ask(7)).status).toBe(204);
  expect(await answered(7)).toContain("Done: Reorder the children of `ShopSup`");
  const text = readFileSync(path.join(folder, "src/shop-sup.ts"), "utf8");
  expect(text.indexOf('id: "db"')).toBeLessThan(text.indexOf('id: "api"'));
  await ask(8);
  expect(await answered(8)).toMatch(/it changed since it was analysed|no longer there/);
  stop.abort();
  await done;
});

test("nothing to serve is bad input", async () => {
  const { code, err } = await suptree(project(SHOP), ["serve", "none"]);
  expect(code).toBe(2);
  expect(err).toMatch(built ? /none: no such file or folder/ : /npm run build/);
});
