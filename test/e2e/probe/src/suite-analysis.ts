/** What is found, and that it follows the files: saved, unsaved, half typed, new, gone. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { eventually, test } from "./runner.ts";
import { file, folder, open, replace, ruleOf, suptree, suptreeProblems, write } from "./workspace.ts";

const GATEWAY_SUP = "src/gateway-sup.ts";

function model() {
  const found = suptree().folders[0]?.model;
  ok(found, "there is a model");
  return found;
}

function childIds(supervisor: string): (string | null)[] {
  const found = model().supervisors.find(({ name }) => name === supervisor);
  ok(found, `${supervisor} was found`);
  return found.children.map(({ id }) => id);
}

test("the gateway's applications and supervisors are found, children in start order", async () => {
  deepEqual(childIds("GatewaySup"), ["metrics", "rooms", "connections", "listener", "presence", "acceptors"]);
  deepEqual(
    model()
      .applications.map(({ name }) => name)
      .sort(),
    ["gateway", "store"],
  );
  const names = suptree().nodes.map((node) =>
    node.kind === "application" ? node.application.name : node.kind,
  );
  equal(names[0], "store", "an application stands after those that it depends on");
});

test("the side panel's ids survive an edit elsewhere", async () => {
  const ids = (): string[] => {
    const all: string[] = [];
    const visit = (nodes: readonly { id: string; children: readonly never[] | typeof nodes }[]): void => {
      for (const node of nodes) {
        all.push(node.id);
        visit(node.children);
      }
    };
    visit(suptree().nodes);
    return all;
  };
  const before = ids();
  ok(before.length > 20, "there are items");
  equal(new Set(before).size, before.length, "ids are unique");
  const document = await open(GATEWAY_SUP);
  await replace(document, "export class GatewaySup", "// moved down\n\n\nexport class GatewaySup");
  await eventually("the supervisor has moved", () =>
    suptree().folders[0]?.model?.supervisors.some(
      ({ name, location }) => name === "GatewaySup" && location.line > 12,
    ),
  );
  deepEqual(ids(), before);
});

test("an unsaved edit counts before the disk, and the disk again after closing without saving", async () => {
  const document = await open(GATEWAY_SUP);
  await replace(document, 'id: "metrics"', 'id: "measures"');
  await eventually("the new id is in the model", () => childIds("GatewaySup").includes("measures"));
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  await eventually("the old id is back", () => childIds("GatewaySup").includes("metrics"));
});

test("half a child spec takes nothing away", async () => {
  const document = await open(GATEWAY_SUP);
  await replace(document, '{ id: "metrics"', '{ id: "new", st\n        { id: "metrics"');
  await suptree().settled();
  equal(suptree().folders[0]?.status.kind, "ready");
  ok(model().supervisors.some(({ name }) => name === "GatewaySup"));
});

test("a new file appears, and vanishes when it is deleted", async () => {
  const uri = await write(
    "src/extra-sup.ts",
    'import { Supervisor } from "suptree";\nexport class ExtraSup extends Supervisor {\n  override init() {\n    return { children: [] };\n  }\n}\n',
  );
  await eventually("it was found", () => model().supervisors.some(({ name }) => name === "ExtraSup"));
  await vscode.workspace.fs.delete(uri);
  await eventually("it is gone", () => !model().supervisors.some(({ name }) => name === "ExtraSup"));
});

test("folders that are moved and removed outside the editor are followed, and hundreds of files at once", async () => {
  const at = (name: string): string => file(name).fsPath;
  const names = (prefix: string): number =>
    model().supervisors.filter(({ key }) => key.startsWith(`src/${prefix}/`)).length;
  try {
    mkdirSync(at("src/made/deep"), { recursive: true });
    for (let n = 0; n < 200; n++)
      writeFileSync(
        at(`src/made/deep/s${n}.ts`),
        `import { Supervisor } from "suptree";\nexport class Made${n} extends Supervisor {\n  override init() {\n    return { children: [] };\n  }\n}\n`,
      );
    await eventually("all were found", () => names("made") === 200);
    renameSync(at("src/made"), at("src/moved"));
    await eventually("all have moved", () => names("made") === 0 && names("moved") === 200);
    rmSync(at("src/moved"), { recursive: true });
    await eventually("all are gone", () => names("moved") === 0);
    equal(childIds("GatewaySup").length, 6);
  } finally {
    for (const name of ["src/made", "src/moved"]) rmSync(at(name), { recursive: true, force: true });
    await suptree().settled();
  }
});

test("a scan that is stopped takes nothing away", async () => {
  void vscode.commands.executeCommand("suptree.refresh");
  await vscode.commands.executeCommand("suptree.cancelScan");
  await suptree().settled();
  equal(childIds("GatewaySup").length, 6);
  equal(suptree().folders[0]?.status.kind, "ready");
  const document = await open(GATEWAY_SUP);
  await replace(document, 'id: "metrics"', 'id: "measures"');
  await eventually("it goes on", () => childIds("GatewaySup").includes("measures"));
});

test("a generated file of more than 2 MB disturbs nobody, and says that it was left out", async () => {
  const line = 'export const row = { id: "x", start: ["y"], restart: "permanent" };\n';
  const uri = await write(
    "src/generated.ts",
    `import { Supervisor } from "suptree";\n${line.repeat(40_000)}`,
  );
  const problem = await eventually("it is told", () => suptreeProblems(uri)[0]);
  equal(problem.severity, vscode.DiagnosticSeverity.Information);
  equal(suptree().folders[0]?.status.kind, "ready");
  equal(childIds("GatewaySup").length, 6);
});

test("a rule that is turned off is silent, and the folder can be turned off", async () => {
  const config = vscode.workspace.getConfiguration("suptree", folder());
  const hasChildOrder = (): boolean =>
    suptreeProblems(file(GATEWAY_SUP)).some((each) => ruleOf(each) === "child-order");
  await eventually("child-order is reported", hasChildOrder);
  try {
    await config.update("rules", { "child-order": "off" }, vscode.ConfigurationTarget.Workspace);
    await eventually("it is silent", () => !hasChildOrder());
    await config.update("rules", { "child-order": "info" }, vscode.ConfigurationTarget.Workspace);
    const found = await eventually("it is an information", () =>
      suptreeProblems(file(GATEWAY_SUP)).find((each) => ruleOf(each) === "child-order"),
    );
    equal(found.severity, vscode.DiagnosticSeverity.Information);
    await config.update("enable", false, vscode.ConfigurationTarget.Workspace);
    await eventually("nothing is reported", () => suptreeProblems(file(GATEWAY_SUP)).length === 0);
    equal(suptree().nodes.length, 0);
  } finally {
    await config.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
    await config.update("enable", undefined, vscode.ConfigurationTarget.Workspace);
    await suptree().settled();
  }
  await eventually("everything is back", hasChildOrder);
});
