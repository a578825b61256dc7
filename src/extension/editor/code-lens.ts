/** Above each supervisor: run it, show it, and in a few words what it is. */
import * as vscode from "vscode";
import { type Finding, type Supervisor, shortened } from "../../model/index.ts";
import { COMMANDS } from "../ids.ts";
import { relativeFile, toRange } from "../locations.ts";
import { codeLensEnabled } from "../settings.ts";
import { childrenCount, plainText, problemCount, UNKNOWN } from "../views/words.ts";
import type { Store } from "../workspace/store.ts";

/** Names a process of an analysed folder in a command's arguments. */
export interface ProcessRef {
  folder: string;
  key: string;
}

export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #store: Store;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #versions = "";

  constructor(store: Store) {
    this.#store = store;
    this.#subscriptions = [
      store.onDidChange(() => {
        const versions = store.folders
          .map(({ uri, version, status }) => `${uri} ${version} ${status.kind === "off"}`)
          .join("\n");
        if (versions === this.#versions) return;
        this.#versions = versions;
        this.#changed.fire();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("suptree.codeLens")) this.#changed.fire();
      }),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const folder = this.#store.folderOf(document.uri);
    if (!folder?.model || folder.status.kind === "off" || !codeLensEnabled(document.uri)) return [];
    const file = relativeFile(folder.uri, document.uri);
    const lenses: vscode.CodeLens[] = [];
    for (const supervisor of folder.model.supervisors) {
      if (supervisor.location.file !== file) continue;
      const start = toRange(supervisor.location).start;
      const range = new vscode.Range(start, start);
      const name = plainText(shortened(supervisor.name));
      const ref: ProcessRef = { folder: folder.uri.toString(), key: supervisor.key };
      const findings = findingsOf(supervisor, folder.findings);
      lenses.push(
        new vscode.CodeLens(range, {
          title: vscode.l10n.t("$(play) Run Tree"),
          tooltip: vscode.l10n.t("Run {0} in the sandbox, with stand-ins for its workers", name),
          command: COMMANDS.runTree,
          arguments: [ref],
        }),
        new vscode.CodeLens(range, {
          title: vscode.l10n.t("Show"),
          tooltip: vscode.l10n.t("Show {0} in the view Supervision Trees", name),
          command: COMMANDS.showTree,
          arguments: [ref],
        }),
        new vscode.CodeLens(range, {
          title: summary(supervisor, findings),
          tooltip: findings.map(({ message }) => plainText(message)).join("\n"),
          command: findings.length > 0 ? COMMANDS.showProblems : "",
        }),
      );
    }
    return lenses;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

/** Those about the supervisor or its children. */
export function findingsOf(supervisor: Supervisor, findings: readonly Finding[]): Finding[] {
  const keys = new Set([supervisor.key, ...supervisor.children.map(({ key }) => key)]);
  return findings.filter(
    (finding) =>
      (finding.supervisor !== null && keys.has(finding.supervisor)) ||
      (finding.supervisor === null && finding.children.some((key) => keys.has(key))),
  );
}

/** "rest_for_one, 3 children, 1 problem". */
function summary(supervisor: Supervisor, findings: readonly Finding[]): string {
  const strategy = supervisor.dynamic ? "dynamic" : (supervisor.strategy ?? UNKNOWN);
  const children = childrenCount(supervisor.children.length);
  return findings.length === 0
    ? vscode.l10n.t("{0}, {1}", strategy, children)
    : vscode.l10n.t("{0}, {1}, {2}", strategy, children, problemCount(findings));
}
