/** Runs the suite when the window has started, and writes the report to the file that the environment names. */
import { writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { openAttackPanel } from "./attack-panel.ts";
import { type ProbeReport, runTests } from "./runner.ts";
import { prepare, restoreFiles } from "./workspace.ts";
import "./suite-analysis.ts";
import "./suite-editor.ts";
import "./suite-panels.ts";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  if (process.env.SUPTREE_PROBE_ATTACKS === "1") openAttackPanel(context);
  const file = process.env.SUPTREE_PROBE_RESULT;
  if (!file) return;
  const report: ProbeReport = { results: [], fatal: null };
  try {
    await prepare();
    report.results = await runTests(restoreFiles);
  } catch (error) {
    report.fatal = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  await writeFile(file, JSON.stringify(report));
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}
