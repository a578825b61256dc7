/**
 * A running program in a real editor, with its own debugger: F5 on the gateway example shows its tree, which is crashed by a click,
 * held at a breakpoint, started again, and compared with an edited source.
 */
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/util/paths.ts";
import { type Editor, gateway, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

let editor: Editor;
let workbench: Workbench;

beforeAll(async () => {
  editor = await openEditor({ folder: gateway, size: { width: 1680, height: 1000 } });
  const top = join(editor.folder, "..", "..");
  await writeFile(join(top, "package.json"), '{ "type": "module", "dependencies": { "suptree": "*" } }');
  await symlink(join(root, "node_modules", "tsx"), join(top, "node_modules", "tsx"));
  const main = join(editor.folder, "src", "main.ts");
  // For the figures: when the program's own code begins.
  await writeFile(main, `console.log("begun at", Date.now());\n${await readFile(main, "utf8")}`);
  workbench = new Workbench(editor.page);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    await workbench.screenshot(`failed ${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
});

afterAll(() => editor?.close());

test("F5 asks before it shows the tree", async () => {
  await workbench.openFile("main.ts");
  await editor.page.keyboard.press("F5");
  const notice = editor.page.locator(".notification-toast").filter({ hasText: "has a supervision tree" });
  await notice.waitFor();
  expect(await editor.page.locator("iframe.webview").count()).toBe(0);
  await notice.getByRole("button", { name: "Always" }).click();
  await card("presence").waitFor();
  await workbench.screenshot("live");
});

test("a process is crashed by a click once that is allowed, as the program's own log says", async () => {
  await card("presence").click();
  const crash = inspector().getByRole("button", { name: "Crash", exact: true });
  expect(await crash.count()).toBe(0);
  await page().getByRole("checkbox", { name: "Allow commands" }).check();
  await crash.click();
  await life("presence", 2).waitFor();
  await log().getByText("presence #2: ok").first().waitFor();
  await workbench.screenshot("live-crashed");
});

test("a breakpoint holds the program, and the page says so", async () => {
  await openSource("service.ts");
  await goTo("const connection = await");
  await editor.page.keyboard.press("F9");
  const held = page().getByText("paused by the debugger");
  await held.waitFor();
  await workbench.screenshot("live-paused");
  // What it is can be seen meanwhile.
  await card("metrics").click();
  await inspector().getByText("Metrics").first().waitFor();
  await workbench.command("Remove All Breakpoints");
  await editor.page.locator(".debug-toolbar .codicon-debug-continue").first().click();
  await held.waitFor({ state: "detached" });
});

test("the session is started again: the same panel shows the new program, and leave to command it stays", async () => {
  const before = await page()
    .getByText(/^Live: main\.ts/)
    .textContent();
  await editor.page.keyboard.press("ControlOrMeta+Shift+F5");
  await page()
    .getByText(/^Live: main\.ts \(\d+\)/)
    .filter({ hasNotText: before ?? "" })
    .waitFor();
  await life("presence", 1).waitFor();
  expect(await page().getByRole("checkbox", { name: "Allow commands" }).isChecked()).toBe(true);
  expect(await panels()).toBe(1);
});

test("the next time it is there without a click, in the same panel, and nothing is allowed", async () => {
  await editor.page.keyboard.press("Shift+F5");
  await page()
    .getByText(/The program is not seen any more/)
    .waitFor();
  await life("presence", 1).waitFor();
  await openSource("main.ts");
  const pressed = Date.now();
  await editor.page.keyboard.press("F5");
  await page()
    .getByText(/The program is not seen any more/)
    .waitFor({ state: "detached" });
  await life("presence", 1).waitFor();
  const seen = Date.now();
  // The console still shows the lines of before.
  const begun = async () =>
    (
      await log()
        .getByText(/begun at \d+/)
        .allTextContents()
    )
      .map((line) => Number(/begun at (\d+)/.exec(line)?.[1]))
      .find((at) => at >= pressed);
  await expect.poll(begun).toBeDefined();
  console.log(
    `figures: the tree is there ${seen - pressed} ms after F5, ${seen - ((await begun()) ?? 0)} ms after the program's first line`,
  );
  expect(await panels()).toBe(1);
  expect(await page().getByRole("checkbox", { name: "Allow commands" }).isChecked()).toBe(false);
});

test("an edit of the source is seen as drift of what runs", async () => {
  const file = join(editor.folder, "src", "gateway-sup.ts");
  const text = await readFile(file, "utf8");
  expect(text).toContain('strategy: "rest_for_one"');
  await writeFile(file, text.replace('strategy: "rest_for_one"', 'strategy: "one_for_all"'));
  await page()
    .getByRole("tab", { name: /^Drift/ })
    .click();
  await page()
    .getByText(/GatewaySup.*one_for_all/s)
    .first()
    .waitFor();
  await workbench.screenshot("live-drift");
});

function page(): FrameLocator {
  return workbench.runFrame();
}

function card(id: string) {
  return page().locator(`[data-path="GatewaySup/${id}"]`).first();
}

function life(id: string, incarnation: number) {
  return page().locator(`[data-path="GatewaySup/${id}"][data-incarnation="${incarnation}"]`).first();
}

function inspector() {
  return page().getByRole("complementary", { name: "Inspector" });
}

/** What the program prints. */
function log() {
  return editor.page.locator(".repl");
}

const panels = () => editor.page.getByRole("tab", { name: /^Live: / }).count();

/** Beside the tree, not over it. */
async function openSource(name: string): Promise<void> {
  await editor.page.locator(".editor-instance .view-lines").first().click();
  await workbench.openFile(name);
}

/** Puts the cursor on the line of the open file that holds a text. */
async function goTo(text: string): Promise<void> {
  const source = await readFile(join(editor.folder, "src", "service.ts"), "utf8");
  const line = source.split("\n").findIndex((each) => each.includes(text)) + 1;
  expect(line).toBeGreaterThan(0);
  await workbench.quickInput("Control+g", `:${line}`);
}
