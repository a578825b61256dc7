/** The attacks of test/sandbox in a real Chromium, with the locks and, to show that they are attacks, without. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderPage } from "../../src/protocol/index.ts";
import type { Attack } from "../sandbox/attack.ts";
import { ATTACKS } from "../sandbox/attacks/index.ts";
import { type AttackBundles, buildAttacks } from "../sandbox/build.ts";
import { openCanary } from "../sandbox/canary.ts";
import { carryOut } from "../sandbox/carry-out.ts";
import { judge, judgeUnlocked, type Witnessed } from "../sandbox/judge.ts";
import { launch } from "./harness.ts";

let browser: Browser;
let built: AttackBundles;
let server: Server;
let canary: Awaited<ReturnType<typeof openCanary>>;
let gaps: { name: string; gap: number }[] = [];

const nonce = "dGVzdC1ub25jZS10ZXN0";

beforeAll(async () => {
  built = await buildAttacks();
  browser = await launch();
  canary = await openCanary();
  const html = renderPage({
    nonce,
    cspSource: "'self'",
    scripts: ["/page.js"],
    styles: [],
    workers: { sandbox: "", guard: "" },
    title: "attacks",
  });
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    response.setHeader("content-type", pathname === "/page.js" ? "text/javascript" : "text/html");
    if (pathname === "/page.js") response.end(built.page);
    // Without locks: no policy at all.
    else if (pathname === "/unlocked")
      response.end(html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""));
    else response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  server?.closeAllConnections();
  await canary?.close();
  await built?.close();
  gaps = gaps.sort((a, b) => b.gap - a.gap).slice(0, 5);
  console.log(
    `longest times in which the page did not answer: ${gaps.map(({ name, gap }) => `${Math.round(gap)} ms (${name})`).join(", ")}`,
  );
});

async function openPage(kind: "locked" | "unlocked"): Promise<Page> {
  // A context of its own has a process of its own.
  const page = await (await browser.newContext()).newPage();
  const { port } = server.address() as AddressInfo;
  if (kind === "unlocked") {
    await page.addInitScript(() => {
      // Without locks: the page's own origin, and no policy of the frame's own.
      const { setAttribute } = Element.prototype;
      Element.prototype.setAttribute = function (name, value) {
        setAttribute.call(this, name, name === "sandbox" ? "allow-scripts allow-same-origin" : value);
      };
      const srcdoc = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, "srcdoc");
      Object.defineProperty(HTMLIFrameElement.prototype, "srcdoc", {
        set(value: string) {
          srcdoc?.set?.call(this, value.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ""));
        },
      });
    });
  }
  await page.goto(`http://127.0.0.1:${port}/${kind}`);
  return page;
}

let locked: Page | null = null;

async function withLocks(attack: Attack, manner: "locked" | "program"): Promise<Witnessed> {
  locked ??= await openPage("locked");
  return carryOut(locked, attack, manner, { built, canary });
}

/**
 * In a page of its own: what no lock holds fills memory for as long as its process lives, since the engine's own loops are
 * not ended with their worker.
 *
 * @returns null where the attack took the page with it
 */
async function withoutLocks(attack: Attack): Promise<Witnessed | null> {
  const page = await openPage("unlocked");
  try {
    return await carryOut(page, attack, "unlocked", { built, canary });
  } catch (error) {
    if (String(error).includes("Target crashed")) return null;
    throw error;
  } finally {
    await page.context().close();
  }
}

for (const [group, attacks] of Object.entries(ATTACKS)) {
  const asScripts = attacks.filter(({ imports }) => imports === undefined);
  // What can come as somebody's program does: that is the way in. The rest is put beside the engine.
  const asPrograms = attacks.filter(({ where }) => where !== "engine");
  for (const [how, some] of [
    ["locked", asScripts.filter(({ where }) => where === "engine")],
    ["bundled", asPrograms],
  ] as const) {
    if (some.length === 0) continue;
    describe(`${how}: ${group}`, () => {
      it.each(some.map((attack) => [attack.name, attack] as const))("%s", async (name, attack) => {
        const seen = await withLocks(attack, how === "bundled" ? "program" : "locked");
        gaps.push({ name, gap: seen.longestGap });
        expect(judge(attack, seen)).toBeNull();
      });
    });
  }
  const control = asScripts.filter(({ unlocked }) => unlocked === "escapes");
  if (control.length > 0) {
    describe(`without locks: ${group}`, () => {
      it.each(control.map((attack) => [attack.name, attack] as const))("%s gets out", async (_, attack) => {
        const seen = await withoutLocks(attack);
        if (seen !== null) expect(judgeUnlocked(attack, seen)).toBeNull();
      });
    });
  }
}
