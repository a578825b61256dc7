/** What the side panel says when there is nothing to show, and in a workspace that is not trusted. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type Editor, gateway, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

let editor: Editor | undefined;
const scratch: string[] = [];

afterEach(async () => {
  await editor?.close();
  editor = undefined;
  for (const folder of scratch.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "suptree-states-"));
  scratch.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test("a window without a folder offers to open one, or the sample", async () => {
  editor = await openEditor({ folder: null });
  const workbench = new Workbench(editor.page);
  await workbench.openContainer("Supervision Trees");
  await workbench.sidebar.getByRole("button", { name: "Open Folder" }).first().waitFor();
  expect(await workbench.sidebar.getByText("open a sample tree").count()).toBeGreaterThan(0);
  await workbench.screenshot("no-folder");
});

test("a folder without TypeScript says that no tree was found", async () => {
  editor = await openEditor({ folder: await folderWith({ "notes.txt": "nothing here\n" }) });
  const workbench = new Workbench(editor.page);
  await workbench.openContainer("Supervision Trees");
  await workbench.sidebar.getByText("No supervision tree was found").waitFor();
  await workbench.screenshot("nothing-found");
});

test("an untrusted workspace is read, checked and run all the same", async () => {
  editor = await openEditor({ folder: gateway, trusted: false });
  const workbench = new Workbench(editor.page);
  await workbench.openContainer("Supervision Trees");
  await workbench
    .row(/supervisor GatewaySup|GatewaySup/)
    .first()
    .waitFor();
  await workbench.screenshot("untrusted");
});

/** No file is known that really ends the worker: this one does as if, whenever it opens a text that asks for it. */
const MORTAL = `{
  const fs = require("node:fs");
  const open = fs.openSync;
  fs.openSync = (path, ...rest) => {
    if (String(path).endsWith("deadly.ts") && fs.readFileSync(path, "utf8").includes("DIE")) process.exit(3);
    return open(path, ...rest);
  };
}
`;

test("a file at which the analysis dies is named, the others stay, and it is tried again when it changes", async () => {
  const sup = (name: string): string =>
    `import { GenServer, Supervisor } from "suptree";\nclass Worker extends GenServer {}\nexport class ${name} extends Supervisor { init() { return { children: [{ id: "worker", start: [Worker] }] }; } }\n`;
  const folder = await folderWith({ "good.ts": sup("GoodSup"), "deadly.ts": `// DIE\n${sup("DeadlySup")}` });
  editor = await openEditor({
    folder,
    inPlace: true,
    async installed(extension) {
      const worker = join(extension, "dist", "analysis-worker.cjs");
      await writeFile(worker, MORTAL + (await readFile(worker, "utf8")));
    },
  });
  const workbench = new Workbench(editor.page);
  await workbench.openContainer("Supervision Trees");
  await workbench.row(/supervisor GoodSup/).waitFor();
  await workbench.sidebar.getByText(/Left out, since the analysis died at it twice: deadly\.ts/).waitFor();
  const item = editor.page.locator(".statusbar").getByText("Suptree: deadly.ts left out");
  await item.waitFor();
  await workbench.screenshot("left-out");
  await item.click();
  await editor.page
    .getByRole("tab", { name: /deadly\.ts/ })
    .first()
    .waitFor();
  await writeFile(join(folder, "deadly.ts"), sup("DeadlySup"));
  await workbench.row(/supervisor DeadlySup/).waitFor();
  await item.waitFor({ state: "detached" });
  expect(await workbench.sidebar.getByText(/Left out/).count()).toBe(0);
});
