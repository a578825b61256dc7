/** Real code in the page of `suptree serve --code`: chosen, run, crashed, looked into, edited, and replayed. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { nodeHost, openPaths } from "../../src/analysis/session/index.ts";
import { typescriptRules } from "../../src/bundle/elsewhere.ts";
import { CodeService } from "../../src/bundle/index.ts";
import { liveProvider, startWebHost } from "../../src/web/index.ts";
import { launch } from "./harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const APP = (more = "") => `import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";
import { greeting } from "./greeting.ts";

class Counter extends GenServer {
  count = 0;
  visits = new Map([["home", { seen: 1, by: ["ann"] }]]);
  get costly(): number { throw new Error("run"); }
  override init() {
    console.log(greeting);${more}
  }
  override handleInfo(message: { type: string }) {
    this.count += message.type === "add" ? 1 : 10;
  }
  override handleCall(request: object) { return reply(request, this.count); }
}

export class AppSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, children: [{ id: "counter", start: [Counter], name: "counter" }] };
  }
}
`;

/** A server on a small project; `code` as with --code. */
async function serve(code: boolean, app = APP()) {
  await mkdir(path.join(root, ".cache"), { recursive: true });
  const folder = await mkdtemp(path.join(root, ".cache", "serve-code-"));
  await writeFile(path.join(folder, "app.ts"), app);
  await writeFile(path.join(folder, "greeting.ts"), 'export const greeting = "hello";\n');
  const opened = await openPaths([folder], { host: nodeHost(), cwd: folder, base: folder });
  await opened.session.scan({});
  const provider = liveProvider({ ...opened, check: () => [] });
  const service = new CodeService({
    base: folder,
    assets: path.join(root, "dist"),
    folders: [root],
    version: "0.1.0",
    rules: typescriptRules,
  });
  const host = await startWebHost({
    provider,
    assets: path.join(root, "dist"),
    ...(code ? { code: service } : {}),
  });
  onTestFinished(async () => {
    await host.close();
    await service.dispose();
    provider.close();
    await rm(folder, { recursive: true, force: true });
  });
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  onTestFinished(() => page.close());
  await page.goto(host.url);
  await page.waitForSelector(".chip select");
  return { page, folder, problems };
}

const crash = (page: Page) => page.click(".inspector .actions .button >> text=Crash");
const text = (page: Page, selector: string) => page.textContent(selector);

it("runs the program, shows its fields and console, and replays what was saved", async () => {
  const { page, folder, problems } = await serve(true);
  await page.selectOption(".chip select", "code");
  await page.click('.toolbar [aria-label="Play"]');
  await page.waitForSelector(".console >> text=hello");
  await page.click('[data-path="AppSup/counter"]');
  await page.waitForSelector(".fields >> text=visits");
  expect(await text(page, ".fields")).toContain("count: 0");
  expect(await text(page, ".fields")).toContain("Map(1)");
  await page.click(".fields .link-button >> text=visits");
  await page.waitForSelector('.fields >> text="home" →');
  await page.fill(".inspector .send input", '{"type":"add"}');
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".fields")?.textContent?.includes("count: 1"));
  await crash(page);
  await page.waitForFunction(() => document.querySelector(".inspector h2")?.textContent?.includes("#2"));

  // Another start than before: what comes of the same inputs is different from there on.
  await writeFile(path.join(folder, "app.ts"), APP('\n    this.register("also");'));
  await page.waitForSelector(".banner.difference >> text=3 events differ, from 0 s on.");
  await page.click(".banner.difference >> text=All differences");
  expect(await text(page, ".differences")).toContain("counter takes the name also");
  expect(await page.getAttribute('[data-path="AppSup/counter"]', "aria-label")).toContain(
    "differs from the run before",
  );
  expect(await page.locator(".timeline .different").count()).toBeGreaterThan(0);
  await page.click(".differences button");

  // A mistake is named with its place, and the run stays as it is.
  await writeFile(
    path.join(folder, "greeting.ts"),
    'import "nothing-like-it";\nexport const greeting = "hello";\n',
  );
  await page.waitForSelector(".banner.error >> text=greeting.ts:1");
  expect(await text(page, ".banner.error")).toContain("The package nothing-like-it is not installed");
  await page.click(".banner.error >> text=greeting.ts:1");
  await page.waitForSelector("text=nothing-like-it");
  expect(problems).toEqual([]);
});

it("offers stand-ins only, and says why, without --code", async () => {
  const { page } = await serve(false);
  expect(await page.getAttribute(".chip", "title")).toContain("suptree serve --code");
  expect(await page.isDisabled('.chip option[value="code"]')).toBe(true);
});

/** One child needs files when it starts, another one the world outside. */
const NEEDY = `import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { GenServer, reply, Supervisor, type SupervisorSpec } from "suptree";

class Disk extends GenServer {
  override init() { readFileSync("/etc/hosts"); }
}
class Client extends GenServer {
  polls = 0;
  override init() { this.sendAfter(100, this.self, { type: "poll" } as never); }
  override async handleInfo(message: { type: string }) {
    await sleep(10);
    this.polls += 1;
    this.sendAfter(100, this.self, { type: "poll" } as never);
  }
}
export class AppSup extends Supervisor {
  override init(): SupervisorSpec {
    return { intensity: 3, period: 600, children: [{ id: "disk", start: [Disk] }, { id: "client", start: [Client] }] };
  }
}
`;

it("runs one child as its stand-in, and the world outside fails by a click", async () => {
  const { page, problems } = await serve(true, NEEDY);
  await page.selectOption(".chip select", "code");
  await page.click('.toolbar [aria-label="Play"]');
  await page.waitForSelector(".banner >> text=and a run in the sandbox has no file system");
  await page.click('[data-path="AppSup/disk"]');
  await page.click(".stand-in >> text=Run its stand-in");
  await page.waitForSelector('[data-path="AppSup/client"][data-incarnation="1"]');
  await page.waitForSelector(".inspector >> text=A stand-in: it has the supervision properties");
  await page.click('[data-path="AppSup/client"]');
  await page.waitForSelector(".fields >> text=polls");

  // The talk's "Twitter API changes".
  await page.click('.toolbar [aria-label="The world outside the program"]');
  await page.click('.menu >> text="waiting fails"');
  await page.waitForSelector('[data-path="AppSup/client"][data-incarnation="2"]');
  await page.waitForSelector(".console >> text=what was waited for failed");

  await page.click('[data-path="AppSup/disk"]');
  await page.click(".stand-in >> text=Run its real code");
  await page.waitForSelector(".banner >> text=and a run in the sandbox has no file system");
  expect(problems).toEqual([]);
});

it("runs a module that starts its processes with nothing above them", async () => {
  const { page, problems } = await serve(
    true,
    `import { GenServer, System } from "suptree";
class Lonely extends GenServer { count = 1; override init() { console.log("nobody above"); } }
const system = new System({ logger: null });
await system.start(Lonely);
`,
  );
  await page.selectOption(".chip select", "code");
  await page.click('.toolbar [aria-label="Play"]');
  await page.waitForSelector(".console >> text=nobody above");
  await page.click('[data-path^="Lonely"]');
  await page.waitForSelector(".fields >> text=count");
  await crash(page);
  await page.waitForSelector(".banner >> text=The run has ended");
  await page.click("text=Crash matrix");
  await page.waitForSelector(".matrix >> text=Real code: every row is a run of its own");
  expect(problems).toEqual([]);
});
