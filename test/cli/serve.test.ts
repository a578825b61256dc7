import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/index.ts";
import { HOSTILE } from "../hostile/names.ts";
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
  expect((await fetch(url, { headers: { origin: "null" } })).status).toBe(403);
  stop.abort();
  expect((await done).code).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});

/** A served folder and the page's side of it. */
async function served(folder: string, more: string[] = [], io: Partial<Io> = {}) {
  const stop = new AbortController();
  const address = Promise.withResolvers<string>();
  const done = suptree(folder, ["serve", ".", ...more], {
    out: (text) => address.resolve(/http:\/\/\S+/.exec(text)?.[0] ?? ""),
    signal: stop.signal,
    ...io,
  });
  const url = new URL(await address.promise);
  const token = url.searchParams.get("token")!;
  const stream = await fetch(new URL("/events?client=test", url), { headers: { "x-suptree-token": token } });
  expect(stream.status).toBe(200);
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const lines: string[] = [];
  const arrived = new EventTarget();
  void (async () => {
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ value: "", done: true }));
      const parts = (rest + (value ?? "")).split("\n\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      arrived.dispatchEvent(new Event("line"));
      if (done) return;
    }
  })();
  /** Takes the first line that holds these words. */
  const answered = async (words: string): Promise<string> => {
    for (;;) {
      const at = lines.findIndex((line) => line.includes(words));
      if (at >= 0) return lines.splice(at, 1)[0]!;
      await new Promise((resolve) => arrived.addEventListener("line", resolve, { once: true }));
    }
  };
  const post = async (message: unknown) => {
    const response = await fetch(new URL("/message", url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-suptree-token": token, "x-suptree-client": "test" },
      body: JSON.stringify(message),
    });
    expect(response.status).toBe(204);
  };
  const ask = async (message: { id: number; [key: string]: unknown }) => {
    await post(message);
    return answered(`"id":${message.id},`);
  };
  const init = async () => {
    await post({ type: "ready", protocol: PROTOCOL_VERSION });
    const line = await answered('"type":"init"');
    return JSON.parse(line.slice("data: ".length)).message as { model: TreeModel; saved: unknown };
  };
  const model = async () => (await init()).model;
  const show = async (location: unknown) => {
    await post({ type: "reveal", location });
    return answered('"type":"error"');
  };
  const close = async () => {
    stop.abort();
    await done;
  };
  return { url, post, ask, init, model, show, close };
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
  expect(await fix(7)).toContain("Done: Move `db` before `api`");
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

test.runIf(built)("simultaneous requests never leave a broken file", async () => {
  for (let round = 0; round < 6; round++) {
    const folder = project(SHOP);
    const { supervisors } = JSON.parse((await suptree(folder, ["tree", ".", "--json"])).out) as TreeModel;
    const { key, children } = supervisors.find(({ name }) => name === "ShopSup")!;
    const keys = children.map((child) => child.key);
    const { ask, close } = await served(folder);
    const strategies = ["one_for_all", "one_for_one", "rest_for_one"] as const;
    const wanted = Array.from({ length: 6 }, (_, n) => ({
      order: n % 2 === 0 ? keys : keys.toReversed(),
      strategy: strategies[n % 3]!,
    }));
    const answers = await Promise.all(
      wanted.map((each, id) => ask({ type: "applyExperiment", id, supervisor: key, ...each })),
    );
    await close();
    expect(answers.some((answer) => answer.includes("Done"))).toBe(true);
    for (const answer of answers)
      expect(answer).toMatch(/Done: ShopSup|changed since it was analysed|not written in a way/);
    const after = JSON.parse((await suptree(folder, ["tree", ".", "--json"])).out) as TreeModel;
    expect(after.problems).toEqual([]);
    const now = after.supervisors.find((each) => each.key === key)!;
    const done = wanted.filter((_, n) => answers[n]!.includes("Done"));
    expect(done).toContainEqual({ order: now.children.map((child) => child.key), strategy: now.strategy });
    expect(readdirSync(path.join(folder, "src")).sort()).toEqual(["api.ts", "db.ts", "shop-sup.ts"]);
  }
});

test.runIf(built)(
  "does not write what it would not show: links that lead out of the served folder",
  async () => {
    const folder = project({ ...SHOP, "in/readme.md": "" });
    symlinkSync(path.join(folder, "src"), path.join(folder, "in/linked"));
    const { ask, close, model, show } = await served(path.join(folder, "in"));
    const supervisor = (await model()).supervisors.find(({ name }) => name === "ShopSup")!;
    const order = supervisor.children.map((child) => child.key).reverse();
    const answer = await ask({
      type: "applyExperiment",
      id: 1,
      supervisor: supervisor.key,
      order,
      strategy: "one_for_all",
    });
    expect(answer).toContain("outside the folders and files that were named");
    expect(readFileSync(path.join(folder, "src/shop-sup.ts"), "utf8")).toBe(SHOP["src/shop-sup.ts"]);
    expect(await show(supervisor.location)).toContain("outside what is served");
    await close();
  },
);

test.runIf(built)("an edit made for an older file is refused", async () => {
  const folder = project(SHOP);
  const { ask, close, model } = await served(folder);
  const { key, children } = (await model()).supervisors.find(({ name }) => name === "ShopSup")!;
  const file = path.join(folder, "src/shop-sup.ts");
  // Nobody waits until the watcher has seen it.
  const theirs = `// mine\n\n\n${SHOP["src/shop-sup.ts"]}`;
  writeFileSync(file, theirs);
  const order = children.map((child) => child.key).reverse();
  const answer = await ask({ type: "applyExperiment", id: 1, supervisor: key, order, strategy: null });
  expect(answer).toMatch(/changed since it was analysed|not written in a way/);
  expect(readFileSync(file, "utf8")).toBe(theirs);
  await close();
});

test.runIf(built)("--open shows the token to nobody, and leaves nothing behind", async () => {
  const folder = project(SHOP);
  const seen = path.join(folder, "seen.txt");
  const tool = path.join(folder, "bin/xdg-open");
  mkdirSync(path.dirname(tool));
  // A browser that reads the file, follows it, and says what it was given.
  const browser = `#!/bin/sh
{ tr '\\0' ' ' </proc/$$/cmdline; echo; stat -c '%a %u' "$1" "$(dirname "$1")"; cat "$1"; } >'${seen}.part'
mv '${seen}.part' '${seen}'
`;
  writeFileSync(tool, browser, { mode: 0o755 });
  const { PATH } = process.env;
  process.env.PATH = `${path.dirname(tool)}${path.delimiter}${PATH}`;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  const { url, close } = await served(folder, ["--open"]);
  await vi.waitFor(() => expect(existsSync(seen)).toBe(true));
  const [command = "", file, parent, ...page] = readFileSync(seen, "utf8").split("\n");
  expect(command).not.toContain(url.searchParams.get("token"));
  expect(command).not.toContain(String(url.port));
  expect([file, parent]).toEqual([`600 ${process.getuid!()}`, `700 ${process.getuid!()}`]);
  expect(page.join("\n")).toContain(`content="0; url=${url.href}"`);
  const opened = /\S+open\.html/.exec(command)![0];
  expect(existsSync(opened)).toBe(true);
  // What a browser says that comes from a file.
  const headers = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  // `fetch` would say otherwise.
  const status = await new Promise((resolve, reject) =>
    get(url, { headers }, (response) => resolve(response.resume().statusCode)).on("error", reject),
  );
  expect(status).toBe(200);
  await vi.waitFor(() => expect(existsSync(path.dirname(opened))).toBe(false));
  await close();
});

test.runIf(built)("what a page says is one line of text on stderr", async () => {
  let err = "";
  const { post, ask, close } = await served(project(SHOP), [], {
    err: (text) => {
      err += text;
    },
  });
  for (const message of HOSTILE) await post({ type: "log", level: "error", message });
  await post({ type: "log", level: "info", message: "said to nobody" });
  await ask({ type: "applyFix", id: 1, rule: "child-order", title: HOSTILE[0], location: PLACE });
  await close();
  const lines = err.trimEnd().split("\n");
  expect(lines).toHaveLength(HOSTILE.length);
  for (const line of lines) expect(line).toMatch(/^suptree: [^\p{Cc}\p{Cs}\p{Bidi_Control}]{0,11000}$/u);
});

const PLACE = { file: "a.ts", line: 1, column: 1, endLine: 1, endColumn: 1 };

test("nothing to serve is bad input", async () => {
  const { code, err } = await suptree(project(SHOP), ["serve", "none"]);
  expect(code).toBe(2);
  expect(err).toMatch(built ? /none: no such file or folder/ : /npm run build/);
});

test.runIf(built)("opens with a saved run, and says when it is of another tree", async () => {
  const folder = project(SHOP);
  const saved = path.join(folder, "shop.run.json");
  const { model, close: closeFirst } = await served(folder);
  const root = (await model()).roots[0]!;
  await closeFirst();
  const run = { format: 1, root, mode: "simulated", seed: 7, inputs: [], until: { at: 5, step: 1 } };
  writeFileSync(saved, JSON.stringify(run));
  const { init, close } = await served(folder, ["--run", "shop.run.json"]);
  expect((await init()).saved).toEqual(run);
  await close();
  writeFileSync(saved, JSON.stringify({ ...run, root: "gone.ts#Gone" }));
  const { code, err } = await suptree(folder, ["serve", ".", "--run", "shop.run.json"]);
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("it is a run of gone.ts#Gone, which is not in what is served"),
  ]);
});
