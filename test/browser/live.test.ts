/** A page that looks at a running program: real program, real inspector, real server, real Chromium. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { LiveTrace, modelOf } from "../../src/live/index.ts";
import { GenServer, Supervisor, System } from "../../src/runtime/index.ts";
import type { LiveAccess, LiveSnapshot, LiveSystem } from "../../src/runtime/live-protocol.ts";
import { suptree } from "../cli/cli.ts";
import { GATEWAY, root, start } from "../live/program.ts";
import { buildPage, launch, open } from "./harness.ts";
import { cutOff } from "./measure.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser?.close());

/** Attaches to a program, and opens the page. */
async function look(
  address: string,
  more: readonly string[] = [],
): Promise<{ page: Page; printed: () => string; done: Promise<unknown> }> {
  const interrupt = new AbortController();
  let printed = "";
  const done = suptree(root, ["attach", address, ...more], {
    signal: interrupt.signal,
    out: (text) => {
      printed += text;
    },
  });
  onTestFinished(async () => {
    interrupt.abort();
    await done;
  });
  await expect.poll(() => printed, { timeout: 20_000 }).toContain("http://127.0.0.1:");
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  onTestFinished(() => page.close());
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  onTestFinished(() => expect(problems).toEqual([]));
  await page.goto(/http:\S+/.exec(printed)?.[0] ?? "");
  return { page, printed: () => printed, done };
}

const card = (page: Page, path: string) => page.locator(`[data-path="${path}"]`).first();
const inspector = (page: Page) => page.getByRole("complementary", { name: "Inspector" });

it("shows the running tree, and gives it a fault only when that is allowed", async () => {
  const program = await start(GATEWAY);
  await program.says("is up");
  const { page, printed } = await look(program.address);
  await card(page, "GatewaySup/presence").click();
  await page.getByText(`Live: program.mjs (${program.pid})`).waitFor();
  // What a live program cannot do is not shown.
  for (const name of ["Step", "Restart the run", "Inject a fault"])
    expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
  expect(await page.getByRole("spinbutton", { name: "seed" }).count()).toBe(0);
  const crash = inspector(page).getByRole("button", { name: "Crash", exact: true });
  expect(await crash.count()).toBe(0);
  await page.keyboard.press("c");
  await page.waitForTimeout(300);
  expect(await page.locator('[data-path="GatewaySup/presence"][data-incarnation="2"]').count()).toBe(0);
  await inspector(page).getByText("online", { exact: false }).first().waitFor();

  await page.getByRole("checkbox", { name: "Allow commands" }).check();
  await crash.click();
  await page.locator('[data-path="GatewaySup/presence"][data-incarnation="2"]').waitFor();
  // In the program's own log, and in the terminal.
  await program.says("supervisor");
  await expect.poll(printed).toContain("presence crashed (boom). rest_for_one");
  await page.getByRole("tab", { name: "Events" }).click();
  await page
    .getByText(/presence crashed \(boom\)/)
    .first()
    .waitFor();
  await page.getByRole("tab", { name: "Tree" }).click();

  // Beside an editor too nothing is cut off: figures take columns, and times of day are longer than a run's.
  for (const width of [1400, 720, 400]) {
    await page.setViewportSize({ width, height: 800 });
    for (const view of ["Table", "Outline"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      await page.waitForTimeout(100);
      expect(await cutOff(page), `${view} at ${width}`).toEqual([]);
    }
    await page.getByRole("tab", { name: "Events" }).click();
    expect(await cutOff(page), `events at ${width}`).toEqual([]);
    const times = await page
      .locator(".event .time")
      .evaluateAll((all) => all.map((time) => time.getBoundingClientRect().height));
    expect(Math.max(...times)).toBeLessThan(24);
    await page.getByRole("tab", { name: "Tree" }).click();
  }
  await page.getByRole("button", { name: "Cards", exact: true }).click();
  await page.setViewportSize({ width: 1400, height: 900 });

  // What if: asked of stand-ins, and the program is not touched.
  await page.getByRole("tab", { name: "Crash matrix" }).click();
  await page
    .getByRole("row", { name: /listener/ })
    .first()
    .waitFor();
  await page.getByRole("tab", { name: "Tree" }).click();
  expect(await page.locator('[data-path="GatewaySup/listener"][data-incarnation="1"]').count()).toBe(1);

  // A reload sees it again.
  await page.reload();
  await page.locator('[data-path="GatewaySup/presence"][data-incarnation="2"]').waitFor();
  program.child.stdin?.end();
  await page
    .getByText(/The program (is not seen any more|has ended)/)
    .first()
    .waitFor();
  expect(await program.exited).toBe(0);
});

it("shows drift against the source, figures and state, and hides secrets; what if says that nothing is touched", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "suptree-drift-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "shop.ts");
  const source = (intensity: number) => `
    import { GenServer, Supervisor, type SupervisorSpec, System } from "suptree";
    class Till extends GenServer { apiKey = "s3cret"; items = { milk: 3 }; handleCast() {} }
    class Shop extends Supervisor {
      init(): SupervisorSpec { return { intensity: ${intensity}, period: 60, children: [{ id: "till", start: [Till] }] }; }
    }`;
  writeFileSync(file, source(3));
  const program = await start(`${source(3)}
    const system = new System({ name: "shop", logger: null });
    await system.start(Shop);
    const pid = system.listProcesses().find(({ childId }) => childId === "till").pid;
    setInterval(() => system.cast(pid, { type: "x" }), 5);
    console.log("all up");`);
  await program.says("all up");
  const { page } = await look(program.address, ["--source", folder]);
  await card(page, "Shop/till").click();
  await inspector(page).getByText("hidden").waitFor();
  await inspector(page).getByRole("button", { name: "items" }).click();
  await inspector(page).getByText("milk").waitFor();
  expect(await page.content()).not.toContain("s3cret");
  await page.getByRole("tab", { name: "Drift" }).click();
  await page.getByText("All 1 supervisors run as in the source.").waitFor();
  // An edit is followed, and stands on the card.
  writeFileSync(file, source(7));
  await page.getByText("intensity: 3 in the program, 7 in the source").waitFor();
  await page.getByRole("tab", { name: "Tree" }).click();
  await page.getByRole("treeitem", { name: /Shop.*differs from the source/ }).waitFor();
  await page.getByRole("button", { name: "Table" }).click();
  await page.getByRole("columnheader", { name: "Handled/s" }).click();
  await page.locator(".process-table .column-rate .bar").first().waitFor();
  await page.getByRole("tab", { name: "Crash matrix" }).click();
  await page.getByText("The program is not touched.").waitFor();
});

it("begins with nothing, and shows a system when it comes; others are chosen", async () => {
  const program = await start(`
    import { GenServer, System } from "suptree";
    class Only extends GenServer {}
    console.log("ready");
    const make = async (name) => { const system = new System({ name, logger: null }); await system.start(Only, { name: name + "-one" }); return system; };
    const kept = [];
    process.stdin.on("data", async (line) => { kept.push(await make(String(line).trim())); });
  `);
  await program.says("ready");
  const { page } = await look(program.address);
  await page.getByText("No process yet").waitFor();
  program.child.stdin?.write("first\n");
  await page.locator("[data-path]").first().waitFor();
  program.child.stdin?.write("second\n");
  const choice = page.getByRole("combobox").filter({ has: page.locator("option", { hasText: "second" }) });
  await choice.selectOption({ label: "second" });
  await expect.poll(() => choice.inputValue()).toBe("2");
  await page.locator("[data-path]").first().waitFor();
});

it("shows two pages the same, and goes on when one is closed", async () => {
  const program = await start(GATEWAY);
  await program.says("is up");
  const { page, printed } = await look(program.address);
  const other = await browser.newPage();
  await other.goto(/http:\S+/.exec(printed())?.[0] ?? "");
  await card(other, "GatewaySup/presence").waitFor();
  await card(page, "GatewaySup/presence").click();
  await page.getByRole("checkbox", { name: "Allow commands" }).check();
  await inspector(page).getByRole("button", { name: "Kill", exact: true }).click();
  for (const each of [page, other])
    await each.locator('[data-path="GatewaySup/presence"][data-incarnation="2"]').waitFor();
  // Leave to give commands is each page's own.
  expect(await other.getByRole("checkbox", { name: "Allow commands" }).isChecked()).toBe(false);
  await other.close();
  await inspector(page).getByRole("button", { name: "Kill", exact: true }).click();
  await page.locator('[data-path="GatewaySup/presence"][data-incarnation="3"]').waitFor();
});

it("begins again when its host does, and understands nothing of before", async () => {
  const system = new System({ name: "shown" });
  class Job extends GenServer {}
  class JobSup extends Supervisor {
    override init() {
      return {
        children: [
          { id: "a", start: [Job] as const },
          { id: "b", start: [Job] as const },
        ],
      };
    }
  }
  await system.start(JobSup);
  onTestFinished(() => system.stop());
  const record = (globalThis as unknown as Record<symbol, { live: LiveAccess }>)[
    Symbol.for("suptree.systems")
  ];
  const connection = record?.live.open(() => {}, 20);
  const systems: LiveSystem[] = JSON.parse(connection?.ask('{"ask":"systems"}') ?? "").ok;
  const number = systems.find(({ name }) => name === "shown")?.system;
  const { ok } = JSON.parse(connection?.ask(`{"ask":"watch","system":${number},"detail":"none"}`) ?? "");
  const snapshot = ok as LiveSnapshot;
  const { model } = modelOf(snapshot);
  const live = { title: "shown", commands: true, allowed: false, recording: null };
  const opened = await open(browser, await buildPage(process.env.SUPTREE_TEST_SANDBOX), { model, live });
  onTestFinished(() => opened.close());
  const events = new LiveTrace().begin(snapshot);
  const watched = async () => (await opened.posted()).filter(({ type }) => type === "liveWatch").length;
  const running = opened.page.locator('[data-path="JobSup/b"][data-state="running"]').first();
  for (const time of [1, 2, 3]) {
    await expect.poll(watched).toBe(time);
    // Of the time before this beginning.
    const late = { seq: 900, at: 9, type: "child_removed", child: { supervisor: 77, id: "x" } };
    await opened.send({ type: "liveEvents", reset: false, events: [late], left: 0 });
    await opened.send({ type: "liveEvents", reset: true, events, left: 0 });
    await running.waitFor();
    await card(opened.page, "JobSup/b").click();
    if (time < 3)
      await opened.send(await opened.page.evaluate(() => (globalThis as { first?: unknown }).first));
  }
  expect(opened.problems).toEqual([]);
});
