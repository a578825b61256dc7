/** The run in the light and the high-contrast themes, and a problem shown by running its fault. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Editor, gateway, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

let editor: Editor;
let workbench: Workbench;

beforeAll(async () => {
  editor = await openEditor({ folder: gateway, size: { width: 1440, height: 900 } });
  workbench = new Workbench(editor.page);
  await workbench.openContainer("Supervision Trees");
  await workbench.row(/^child 1 of GatewaySup, worker metrics/).waitFor();
});

afterAll(() => editor?.close());

test("Show what happens plays the problem's fault", async () => {
  await workbench.openFile("ops-sup.ts");
  const line = editor.page.locator(".view-line").filter({ hasText: 'id: "report"' }).first();
  const action = editor.page.locator(".action-widget").getByText("Show what happens").first();
  for (let attempt = 0; attempt < 5 && !(await action.isVisible()); attempt++) {
    await editor.page.keyboard.press("Escape");
    await line.click({ timeout: 20_000 }).catch(() => undefined);
    await editor.page.keyboard.press("ControlOrMeta+.");
    await action.waitFor({ timeout: 10_000 }).catch(() => undefined);
  }
  await action.click();
  const page = workbench.runFrame();
  // report calls backup in its init, before backup runs: the tree cannot start.
  await page.locator(".app[data-run=failed], .app[data-run=ended]").first().waitFor();
  await workbench.screenshot("show-what-happens");
});

test.each([
  ["Default Light Modern", "vscode-light"],
  ["Default High Contrast", "vscode-high-contrast"],
])("the page follows the theme: %s", async (theme, bodyClass) => {
  await editor.close();
  editor = await openEditor({ folder: gateway, settings: { "workbench.colorTheme": theme } });
  workbench = new Workbench(editor.page);
  await workbench.openContainer("Supervision Trees");
  const row = workbench.row(/^supervisor GatewaySup/);
  await row.hover();
  await row.getByRole("button", { name: "Run Tree" }).click();
  const page = workbench.runFrame();
  await page.locator(`body.${bodyClass} .app[data-run=running]`).waitFor();
  const colours = await page.locator("body").evaluate((body) => {
    const { backgroundColor, color } = getComputedStyle(body);
    return [backgroundColor, color];
  });
  expect(colours[0]).not.toBe(colours[1]);
  await workbench.screenshot(`theme-${bodyClass}`);
});
