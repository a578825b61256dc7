/** Run panels: opened, revealed instead of opened twice, closed without a trace. */
import { equal, ok } from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { eventually, test } from "./runner.ts";
import { folder, suptree } from "./workspace.ts";

function ref(name: string): { folder: string; key: string } {
  const key = suptree().folders[0]?.model?.supervisors.find((each) => each.name === name)?.key;
  ok(key, `${name} was found`);
  return { folder: folder().toString(), key };
}

const runTabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("suptree.run"));

test("one panel per root: a second run reveals the first", async () => {
  await vscode.commands.executeCommand("suptree.runTree", ref("GatewaySup"));
  await vscode.commands.executeCommand("suptree.runTree", ref("GatewaySup"));
  await eventually("one tab", () => runTabs().length === 1);
  equal(suptree().panels.length, 1);
  await vscode.commands.executeCommand("suptree.runTree", ref("RoomsSup"));
  await eventually("two tabs", () => runTabs().length === 2);
  equal(suptree().panels.length, 2);
});

test("the page starts and reports its run", async () => {
  await vscode.commands.executeCommand("suptree.runTree", ref("GatewaySup"));
  await eventually("a summary came from the page", () => suptree().panels[0]?.summary);
});

test("opening and closing leaves nothing behind", async () => {
  for (let round = 0; round < 10; round++) {
    await vscode.commands.executeCommand("suptree.runTree", ref("GatewaySup"));
    await eventually("it is open", () => runTabs().length === 1);
    await vscode.window.tabGroups.close(runTabs());
    await eventually("it is closed", () => runTabs().length === 0 && suptree().panels.length === 0);
  }
});

test("the sample opens with its source and its run", async () => {
  const scratch = vscode.Uri.file(await mkdtemp(join(tmpdir(), "suptree-sample-")));
  await vscode.commands.executeCommand("suptree.openSample", scratch);
  await eventually("its panel is open", () => suptree().panels.some(({ root }) => root.endsWith("ChatSup")));
  ok(
    vscode.window.visibleTextEditors.some(({ document }) =>
      document.uri.path.endsWith("/suptree-sample/chat.ts"),
    ),
  );
});

test("a saved run opens as its page; another file of that name says what it is not", async () => {
  const scratch = await mkdtemp(join(tmpdir(), "suptree-runs-"));
  const { key } = ref("GatewaySup");
  const saved = { format: 1, root: key, mode: "simulated", seed: 7, inputs: [], until: { at: 0, step: 40 } };
  const open = async (name: string, text: string) => {
    const uri = vscode.Uri.file(join(scratch, name));
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    await vscode.commands.executeCommand("vscode.open", uri);
  };
  await open("crash.run.json", JSON.stringify(saved));
  await eventually("its page is open and tells of its run", () =>
    suptree().panels.some(({ root, summary }) => root === key && summary !== ""),
  );
  const before = suptree().panels.length;
  await open("other.run.json", "{}");
  await eventually("the other file is open", () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .some(
        ({ input }) => input instanceof vscode.TabInputCustom && input.uri.path.endsWith("other.run.json"),
      ),
  );
  // A tab that is only looked at gives way to the next one, and its page with it.
  ok(suptree().panels.length <= before, "it is no run");
});
