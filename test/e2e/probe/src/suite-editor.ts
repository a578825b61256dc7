/** Diagnostics, quick fixes, CodeLens and hovers, asked for as the editor asks for them. */
import { equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import { eventually, test } from "./runner.ts";
import { file, open, replace, ruleOf, suptree, suptreeProblems } from "./workspace.ts";

const GATEWAY_SUP = "src/gateway-sup.ts";

async function childOrder(): Promise<vscode.Diagnostic> {
  return eventually("child-order is reported", () =>
    suptreeProblems(file(GATEWAY_SUP)).find((each) => ruleOf(each) === "child-order"),
  );
}

async function actionsAt(uri: vscode.Uri, range: vscode.Range, kind?: string): Promise<vscode.CodeAction[]> {
  const found = await vscode.commands.executeCommand<(vscode.CodeAction | vscode.Command)[]>(
    "vscode.executeCodeActionProvider",
    uri,
    range,
    kind,
  );
  return found.filter((each): each is vscode.CodeAction => each instanceof vscode.CodeAction);
}

test("a problem names its rule with a link, says what happens, and points at the other end", async () => {
  await open(GATEWAY_SUP);
  const problem = await childOrder();
  equal(problem.source, "suptree");
  const { code } = problem;
  ok(typeof code === "object" && code.target.path.endsWith("/docs/rules/child-order.md"));
  match(problem.message, /listener/);
  match(problem.message, /presence/);
  ok(problem.range.isSingleLine, "the range is tight");
  const related = problem.relatedInformation ?? [];
  ok(related.length > 0, "there is related information");
});

test("the reorder fix is preferred; applied, it changes the order and the problem is gone", async () => {
  const document = await open(GATEWAY_SUP);
  const problem = await childOrder();
  const actions = await actionsAt(document.uri, problem.range, "quickfix");
  const fix = actions.find(({ isPreferred, edit }) => isPreferred && edit);
  ok(fix?.edit, `there is a preferred fix among: ${actions.map(({ title }) => title).join("; ")}`);
  ok(await vscode.workspace.applyEdit(fix.edit));
  const text = document.getText();
  ok(text.indexOf('id: "presence"') < text.indexOf('id: "listener"'), text);
  ok(text.includes("// Who is online. It asks"), "comments stay");
  await eventually(
    "the problem is gone",
    () => !suptreeProblems(document.uri).some((each) => ruleOf(each) === "child-order"),
  );
});

test("the same fix comes with fix all", async () => {
  const document = await open(GATEWAY_SUP);
  await childOrder();
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const actions = await actionsAt(document.uri, whole, "source.fixAll.suptree");
  const all = actions.find(({ kind }) => kind?.value === "source.fixAll.suptree");
  ok(all?.edit, "there is a fix-all action");
  ok(await vscode.workspace.applyEdit(all.edit));
  const text = document.getText();
  ok(text.indexOf('id: "presence"') < text.indexOf('id: "listener"'));
});

test("right after an edit, the offered fix fits the new text", async () => {
  const document = await open(GATEWAY_SUP);
  await childOrder();
  await replace(document, "export class GatewaySup", "// one\n// two\nexport class GatewaySup");
  const line = document
    .getText()
    .split("\n")
    .findIndex((each) => each.includes('id: "listener"'));
  const actions = await actionsAt(document.uri, document.lineAt(line).range, "quickfix");
  const fix = actions.find(({ isPreferred, edit }) => isPreferred && edit);
  ok(fix?.edit, "the fix is offered");
  ok(await vscode.workspace.applyEdit(fix.edit));
  const text = document.getText();
  match(text, /\/\/ one\n\/\/ two\nexport class GatewaySup/);
  ok(text.indexOf('id: "presence"') < text.indexOf('id: "listener"'));
});

test("a comment silences the problem, and is offered as a fix", async () => {
  const document = await open(GATEWAY_SUP);
  const problem = await childOrder();
  const actions = await actionsAt(document.uri, problem.range, "quickfix");
  const silence = actions.find(({ title }) => title.includes("child-order") && title.includes("comment"));
  ok(silence?.edit);
  ok(await vscode.workspace.applyEdit(silence.edit));
  match(document.getText(), /\/\/ suptree-disable-next-line child-order\n/);
  await eventually(
    "it is silent",
    () => !suptreeProblems(document.uri).some((each) => ruleOf(each) === "child-order"),
  );
});

test("CodeLens: run, show, and a summary", async () => {
  const document = await open(GATEWAY_SUP);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    10,
  );
  const titles = lenses.map(({ command }) => command?.title ?? "");
  ok(
    titles.some((title) => title.includes("Run Tree")),
    titles.join("; "),
  );
  ok(titles.includes("Show"));
  ok(
    titles.some((title) => /^rest_for_one, 6 children, \d+ problems?$/.test(title)),
    titles.join("; "),
  );
});

test("hovers explain the strategy and a child's blast radius", async () => {
  const document = await open(GATEWAY_SUP);
  const hover = async (text: string): Promise<string> => {
    const at = document.positionAt(document.getText().indexOf(text) + 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      at,
    );
    return hovers
      .flatMap(({ contents }) => contents)
      .map((each) => (typeof each === "string" ? each : each.value))
      .join("\n");
  };
  match(await hover("rest_for_one"), /started after it are stopped/);
  match(await hover('connections", start'), /stops .*listener.*presence.*acceptors.* too/s);
});

test("every command of the manifest is there", async () => {
  const manifest: { contributes: { commands: { command: string; category: string; title: string }[] } } =
    vscode.extensions.getExtension("suptree.suptree")?.packageJSON;
  const known = new Set(await vscode.commands.getCommands(true));
  for (const { command, category, title } of manifest.contributes.commands) {
    ok(known.has(command), command);
    equal(category, "Suptree");
    ok(title.length > 0 && !title.startsWith("%"), `${command} has a title`);
  }
});

test("wrong arguments do nothing, and say nothing wrong", async () => {
  for (const argument of [
    { folder: "file:///nowhere", key: "x" },
    { folder: "", key: "" },
  ]) {
    await vscode.commands.executeCommand("suptree.showTree", argument);
    await vscode.commands.executeCommand("suptree.openSource", argument);
    await vscode.commands.executeCommand("suptree.runTree", argument);
  }
  equal(suptree().panels.length, 0);
});
