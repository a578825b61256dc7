/** Names that are out to act, in a real editor. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOSTILE, hostileProject } from "../hostile/names.ts";
import { type Editor, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

let folder: string;
let editor: Editor;
let workbench: Workbench;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "suptree-hostile-"));
  const files = hostileProject(HOSTILE.filter((name) => name.length < 1000));
  // Of all that is in it, the tree without calls: it fits the window.
  await writeFile(join(folder, "noex.ts"), files["noex.ts"]!);
  editor = await openEditor({ folder, inPlace: true, size: { width: 1400, height: 1600 } });
  workbench = new Workbench(editor.page);
});

afterAll(async () => {
  await editor?.close();
  await rm(folder, { recursive: true, force: true });
});

test("no name becomes an icon, a link or a line of its own in the side panel", async () => {
  await workbench.openContainer("Supervision Trees");
  await workbench.row(/\$/).first().waitFor();
  const drawn = await workbench.sidebar.evaluate((sidebar) => ({
    // The rows' own icons are others, and stand beside their labels.
    icons: sidebar.querySelectorAll(
      ".monaco-list-row :is(.codicon-sync, .codicon-zap, .codicon-modifier-spin), .label-name .codicon, .label-description .codicon",
    ).length,
    links: sidebar.querySelectorAll(".monaco-list-row a[href^=command], .monaco-list-row img[src^=http]")
      .length,
    labels: [...sidebar.querySelectorAll(".monaco-list-row")].map((row) => row.textContent ?? ""),
  }));
  expect(drawn.icons).toBe(0);
  expect(drawn.links).toBe(0);
  expect(drawn.labels.length).toBeGreaterThan(10);
  for (const label of drawn.labels) expect(label).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  await workbench.screenshot("hostile");
});

test("nor in the hover of a row", async () => {
  await workbench.row(/\$/).first().hover();
  const hover = editor.page.locator(".monaco-hover:visible, .workbench-hover:visible").first();
  await hover.waitFor();
  const found = await hover.evaluate((element) => ({
    spinning: element.querySelectorAll(".codicon-sync, .codicon-zap, .codicon-modifier-spin").length,
    links: element.querySelectorAll("a[data-href^=command], img").length,
  }));
  expect(found).toEqual({ spinning: 0, links: 0 });
});
