/** Quick fixes: what a finding offers, running its scripted fault, silencing it; and "fix all" for a file. */
import * as vscode from "vscode";
import { selectFixes } from "../../lint/apply-edits.ts";
import type { Finding, Fix } from "../../model/index.ts";
import { COMMANDS, DIAGNOSTIC_SOURCE, SUPPRESSION } from "../ids.ts";
import { relativeFile, toRange, toUri } from "../locations.ts";
import { plainText } from "../views/words.ts";
import type { FolderState, Store } from "../workspace/store.ts";
import { tightRange, toDiagnostic } from "./diagnostics.ts";

export const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append(DIAGNOSTIC_SOURCE);

/** What a command needs to play a finding's scripted fault. */
export interface FindingRef {
  folder: string;
  rule: string;
  messageId: string;
  file: string;
  line: number;
  column: number;
}

function findingRef(folder: FolderState, finding: Finding): FindingRef {
  const { file, line, column } = finding.location;
  return {
    folder: folder.uri.toString(),
    rule: finding.rule,
    messageId: finding.messageId,
    file,
    line,
    column,
  };
}

export class CodeActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL],
  };

  readonly #store: Store;
  readonly #extension: vscode.Uri;
  readonly #settle: (document: vscode.TextDocument, token: vscode.CancellationToken) => Promise<boolean>;

  /** `settle` waits until the findings are those of the document as it is; false when they cannot be. */
  constructor(
    store: Store,
    extension: vscode.Uri,
    settle: (document: vscode.TextDocument, token: vscode.CancellationToken) => Promise<boolean>,
  ) {
    this.#store = store;
    this.#extension = extension;
    this.#settle = settle;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const before = this.#store.folderOf(document.uri);
    if (!before || before.status.kind === "off") return [];
    // Edits of an older text would land in the wrong place.
    if (!(await this.#settle(document, token)) || token.isCancellationRequested) return [];
    const folder = this.#store.folderOf(document.uri);
    const file = folder ? relativeFile(folder.uri, document.uri) : null;
    if (!folder || file === null) return [];
    const inFile = folder.findings.filter((finding) => finding.location.file === file);
    const actions: vscode.CodeAction[] = [];
    if (!context.only || context.only.contains(vscode.CodeActionKind.QuickFix)) {
      for (const finding of inFile) {
        if (tightRange(finding).intersection(range))
          actions.push(...this.#forFinding(folder, finding, document));
      }
    }
    if (context.only && FIX_ALL.intersects(context.only)) {
      const all = fixAll(folder, file, inFile);
      if (all) actions.push(all);
    }
    return actions;
  }

  #forFinding(folder: FolderState, finding: Finding, document: vscode.TextDocument): vscode.CodeAction[] {
    const diagnostics = [toDiagnostic(folder.uri, finding, this.#extension)];
    const actions = finding.fixes.map((fix) => fixAction(folder.uri, fix, diagnostics));
    if (finding.demonstration) {
      const run = new vscode.CodeAction(
        vscode.l10n.t("Show what happens: run it with this fault"),
        vscode.CodeActionKind.QuickFix,
      );
      run.command = {
        command: COMMANDS.runFinding,
        title: run.title,
        arguments: [findingRef(folder, finding)],
      };
      run.diagnostics = diagnostics;
      actions.push(run);
    }
    actions.push(suppress(finding, document, diagnostics));
    return actions;
  }
}

function fixAction(folder: vscode.Uri, fix: Fix, diagnostics: vscode.Diagnostic[]): vscode.CodeAction {
  const action = new vscode.CodeAction(plainText(fix.title), vscode.CodeActionKind.QuickFix);
  action.edit = workspaceEdit(folder, fix.edits);
  action.isPreferred = fix.safe;
  action.diagnostics = diagnostics;
  return action;
}

export function workspaceEdit(folder: vscode.Uri, edits: Fix["edits"]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { location, newText } of edits) {
    edit.replace(toUri(folder, location.file), toRange(location), newText);
  }
  return edit;
}

function suppress(
  finding: Finding,
  document: vscode.TextDocument,
  diagnostics: vscode.Diagnostic[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(
    vscode.l10n.t("Silence {0} here with a comment", finding.rule),
    vscode.CodeActionKind.QuickFix,
  );
  const line = document.lineAt(Math.min(finding.location.line - 1, document.lineCount - 1));
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  const newline = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, line.range.start, `${indent}// ${SUPPRESSION} ${finding.rule}${newline}`);
  action.diagnostics = diagnostics;
  return action;
}

/** The first safe fix of every finding here, as far as they do not overlap. */
function fixAll(folder: FolderState, file: string, findings: readonly Finding[]): vscode.CodeAction | null {
  const here = findings.filter((finding) =>
    finding.fixes.some((fix) => fix.safe && fix.edits.every((edit) => edit.location.file === file)),
  );
  const edits = selectFixes(here).edits.get(file) ?? [];
  if (edits.length === 0) return null;
  const action = new vscode.CodeAction(vscode.l10n.t("Fix all Suptree problems"), FIX_ALL);
  action.edit = workspaceEdit(folder.uri, edits);
  return action;
}
