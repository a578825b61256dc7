/** What is no Node and can be attached to: pages of a real Chromium, a real Deno. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { provisionBrowser } from "../../scripts/provision-browser.ts";
import { provisionRuntime } from "../../scripts/provision-runtimes.ts";
import { openProgram, type SessionMessage, type SessionSystem, urlsAt } from "../../src/live/index.ts";
import { bundle } from "../live/program.ts";

async function open(port: string) {
  const heard: SessionMessage[] = [];
  let end: (reason: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const session = await openProgram(
    await urlsAt({ host: "127.0.0.1", port: Number(port) }),
    { heard: (message) => void heard.push(message), ended: (reason) => end(reason) },
    { below: true },
  );
  onTestFinished(() => session.close());
  return { session, heard, ended };
}

const named = (systems: readonly SessionSystem[]) =>
  systems.map(({ name, thread }) => `${name} in ${thread ?? "main"}`).sort();

it("sees a page of Chromium and its workers, and leaves nothing behind", async () => {
  const script = readFileSync(
    await bundle(
      `
    import { GenServer, System } from "suptree";
    class Cart extends GenServer { items = 3; }
    const inside = typeof document === "undefined";
    const system = new System({ name: inside ? "sync" : "shop", logger: null });
    globalThis.system = system;
    await system.start(Cart);
    if (!inside) new Worker("/program.mjs", { type: "module", name: "sync" });
  `,
      "browser",
    ),
  );
  const server = createServer((request, response) => {
    if (request.url === "/program.mjs")
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else
      response
        .writeHead(200, { "content-type": "text/html" })
        .end(`<title>Shop</title><script type="module" src="/program.mjs"></script>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { executable, args } = await provisionBrowser();
  const folder = mkdtempSync(path.join(tmpdir(), "suptree-chromium-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // Playwright drives it through a pipe; the port is for whoever else wants to look.
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: executable,
    args: [...args, "--remote-debugging-port=0"],
  });
  onTestFinished(() => context.close());
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const [port = ""] = readFileSync(path.join(folder, "DevToolsActivePort"), "utf8").split("\n");
  const { session } = await open(port);
  expect(session.program).toMatchObject({ title: "Shop", pid: null, host: "a browser" });
  await expect
    .poll(async () => named(await session.systems()))
    .toEqual(["shop in main", expect.stringMatching(/^sync in worker/)]);
  const shop = (await session.systems()).find(({ name }) => name === "shop")?.system ?? 0;
  const { list } = await session.watch(shop, "structure");
  expect(list).toMatchObject([{ className: "Cart" }]);
  expect((await session.inspect(shop, list[0]?.id ?? 0))?.state).toEqual({ items: "3" });

  await session.close();
  expect(await page.evaluate("Object.keys(globalThis).filter((key) => key.startsWith('suptree_'))")).toEqual(
    [],
  );
});

it("sees a program of Deno", async (context) => {
  const deno = await provisionRuntime("Deno").catch((error: Error) => error);
  if (deno instanceof Error) return context.skip(deno.message);
  const file = await bundle(`
    import { GenServer, System } from "suptree";
    class Cart extends GenServer { items = 3; }
    const system = new System({ name: "shop", logger: null });
    await system.start(Cart);
    setInterval(() => {}, 1000);
    console.log("up");
  `);
  const child = spawn(deno.executable, ["run", "--allow-all", "--inspect=127.0.0.1:0", file]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += String(data)));
  await expect.poll(() => said, { timeout: 30_000 }).toMatch(/ws:\/\/[\s\S]*up/);
  const { session, ended } = await open(/ws:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1] ?? "");
  expect(session.program.host).toMatch(/^Deno 2\./);
  const [system] = await session.systems();
  expect(system).toMatchObject({ name: "shop", thread: null });
  expect((await session.watch(system?.system ?? 0, "structure")).list).toMatchObject([{ className: "Cart" }]);
  child.kill("SIGKILL");
  expect(await ended).toMatch(/closed|failed/);
});
