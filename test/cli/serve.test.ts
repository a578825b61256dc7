import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { TreeModel } from "../../src/model/index.ts";
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

/** A served folder and the page's side of it. */
async function served(folder: string) {
  const stop = new AbortController();
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
  const ask = async (message: { id: number; [key: string]: unknown }) => {
    const response = await fetch(new URL("/message", url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-suptree-token": token, "x-suptree-client": "test" },
      body: JSON.stringify(message),
    });
    expect(response.status).toBe(204);
    return answered(message.id);
  };
  const close = async () => {
    stop.abort();
    await done;
  };
  return { ask, close };
}

test.runIf(built)("applies a fix that the page asks for, once", async () => {
  const folder = project(SHOP);
  const { findings } = JSON.parse((await suptree(folder, ["lint", ".", "--format", "json"])).out);
  const { ask, close } = await served(folder);
  const fix = (id: number) =>
    ask({
      type: "applyFix",
      id,
      rule: "child-order",
      title: findings[0].fixes[0].title,
      location: findings[0].location,
    });
  expect(await fix(7)).toContain("Done: Reorder the children of `ShopSup`");
  const text = readFileSync(path.join(folder, "src/shop-sup.ts"), "utf8");
  expect(text.indexOf('id: "db"')).toBeLessThan(text.indexOf('id: "api"'));
  expect(await fix(8)).toMatch(/it changed since it was analysed|no longer there/);
  await close();
});

test.runIf(built)("writes an experiment that the page asks for, and says why not", async () => {
  const folder = project(SHOP);
  const { supervisors } = JSON.parse((await suptree(folder, ["tree", ".", "--json"])).out) as TreeModel;
  const { key, children } = supervisors.find(({ name }) => name === "ShopSup")!;
  const order = children.map((child) => child.key).reverse();
  const { ask, close } = await served(folder);
  const experiment = { type: "applyExperiment", supervisor: key, order, strategy: "one_for_all" };
  expect(await ask({ ...experiment, id: 1, supervisor: "src/none.ts#None" })).toContain("no longer there");
  expect(await ask({ ...experiment, id: 2, order: order.slice(1) })).toContain("not written in a way");
  expect(await ask({ ...experiment, id: 3 })).toContain("Done: ShopSup");
  const after = JSON.parse((await suptree(folder, ["tree", ".", "--json"])).out) as TreeModel;
  const written = after.supervisors.find((one) => one.key === key)!;
  expect(written.children.map((child) => child.key)).toEqual(order);
  expect(written.strategy).toBe("one_for_all");
  await close();
});

test("nothing to serve is bad input", async () => {
  const { code, err } = await suptree(project(SHOP), ["serve", "none"]);
  expect(code).toBe(2);
  expect(err).toMatch(built ? /none: no such file or folder/ : /npm run build/);
});
