/** The walkthrough's six lessons, clicked in a real editor: each opens its example, runs its real code, and is checked off. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Editor, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

let editor: Editor;
let workbench: Workbench;

beforeAll(async () => {
  editor = await openEditor({ folder: null, size: { width: 1680, height: 1000 } });
  workbench = new Workbench(editor.page);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    await workbench.screenshot(`failed ${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
});

afterAll(() => editor?.close());

const STEPS = ["playskool", "hindsight", "links", "call", "registry", "tips"];
const step = (id: string) => editor.page.locator(`[data-step-id$="#${id}"]`);
const done = (id: string) => step(id).locator(".codicon-getting-started-step-checked").first();

async function openWalkthrough(): Promise<void> {
  await workbench.command("View: Close All Editors");
  await workbench.command("Suptree: Open Walkthrough");
  await step("tips").first().waitFor();
}

beforeAll(async () => {
  // The palette has its commands when this is there.
  await workbench.openContainer("Supervision Trees");
});

test.each(STEPS)("lesson %s opens its source, runs its real code, and is checked off", async (id) => {
  await openWalkthrough();
  if (id === STEPS[0]) await workbench.screenshot("walkthrough");
  expect(await done(id).isVisible()).toBe(false);
  const button = step(id).getByRole("button", { name: "Open and Run" });
  if (!(await button.isVisible())) await step(id).first().click();
  await button.click();
  const page = workbench.runFrame();
  await page.locator(".app[data-run=running], .app[data-run=ended]").waitFor();
  expect(await page.getByLabel("What runs").inputValue()).toBe("code");
  await page.locator("[data-incarnation]").first().waitFor();
  await editor.page.getByRole("tab", { name: /\.ts/ }).first().waitFor();
  await workbench.screenshot(`lesson-${id}`);
  await openWalkthrough();
  await done(id).waitFor();
  // And no step but those whose lessons were opened.
  const later = STEPS.slice(STEPS.indexOf(id) + 1);
  for (const other of later) expect(await done(other).isVisible(), other).toBe(false);
});
