/**
 * Real code in a real editor, with the packed extension and the esbuild that it ships: chosen in the page, run, crashed by a
 * click, looked into, edited, and replayed with what came out differently.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Editor, gateway, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

let editor: Editor;
let workbench: Workbench;

beforeAll(async () => {
  editor = await openEditor({ folder: gateway, size: { width: 1680, height: 1000 } });
  workbench = new Workbench(editor.page);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    await workbench.screenshot(`failed ${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
});

afterAll(() => editor?.close());

test("Run Tree runs the program itself when that is chosen", async () => {
  await workbench.openContainer("Supervision Trees");
  await workbench.row(/worker listener/).click();
  await editor.page.locator(".codelens-decoration a").filter({ hasText: "Run Tree" }).first().click();
  const page = workbench.runFrame();
  await card(page, "GatewaySup/presence").waitFor();
  await page.getByLabel("What runs").selectOption("code");
  await page.locator(".app[data-run=running]").waitFor();
  await card(page, "GatewaySup/presence").click();
  // A stand-in has no fields.
  await inspector(page).locator(".fields").waitFor();
  await workbench.screenshot("real-code");
});

test("a click crashes a process of the program, and it comes back", async () => {
  const page = workbench.runFrame();
  await inspector(page).getByRole("button", { name: "Crash", exact: true }).click();
  await page.locator('[data-path="GatewaySup/presence"][data-incarnation="2"]').waitFor();
  await page.locator('[data-path="GatewaySup/metrics"][data-incarnation="1"]').waitFor();
  await inspector(page).locator(".fields").waitFor();
});

test("a file is saved: built again, replayed, and what differs is marked", async () => {
  const file = join(editor.folder, "src", "connections", "presence.ts");
  const text = await readFile(file, "utf8");
  const changed = text.replace(
    "export class Presence extends GenServer<PresenceProtocol> {",
    '$&\n  override init() {\n    this.register("also_presence");\n  }\n',
  );
  expect(changed).not.toBe(text);
  await writeFile(file, changed);
  const page = workbench.runFrame();
  await page
    .getByText(/Saved, built again and replayed with the same inputs: \d+ events differ, from 0 s on/)
    .waitFor();
  await page.getByRole("button", { name: "All differences" }).click();
  await page.getByText("presence takes the name also_presence").first().waitFor();
  await page.locator(".timeline .different").first().waitFor();
  await page
    .locator('[data-path="GatewaySup/presence"][aria-label*="differs from the run before"]')
    .waitFor();
  await page.locator('[data-path="GatewaySup/presence"][data-incarnation="2"]').waitFor();
  await workbench.screenshot("real-code-replayed");
});

test("one child runs as its stand-in, and its own code comes back", async () => {
  const page = workbench.runFrame();
  await card(page, "GatewaySup/presence").click();
  await inspector(page).getByRole("button", { name: "Run its stand-in" }).click();
  await inspector(page).getByText("A stand-in: it has the supervision properties").waitFor();
  await inspector(page).getByRole("button", { name: "Run its real code" }).click();
  await inspector(page).locator(".fields").waitFor();
});

test("what cannot be bundled is said in the page and in Problems", async () => {
  const file = join(editor.folder, "src", "connections", "presence.ts");
  const text = await readFile(file, "utf8");
  await writeFile(file, `import "no-such-package";\n${text}`);
  const page = workbench.runFrame();
  await page.getByText(/The package no-such-package is not installed/).waitFor();
  const problems = await workbench.openProblems();
  await problems
    .getByText(/The package no-such-package is not installed/)
    .first()
    .waitFor();
});

function card(page: FrameLocator, path: string) {
  return page.locator(`[data-path="${path}"]`).first();
}

function inspector(page: FrameLocator) {
  return page.getByRole("complementary", { name: "Inspector" });
}
