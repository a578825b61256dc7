/** Findings in the Problems panel and under the code: one collection, kept in step with the store. */
import * as vscode from "vscode";
import { type FileProblem, type Finding, printable, type Severity } from "../../model/index.ts";
import { DIAGNOSTIC_SOURCE } from "../ids.ts";
import { toRange, toUri, toVSCodeLocation } from "../locations.ts";
import { rulePage } from "../rule-pages.ts";
import type { FolderState, Store } from "../workspace/store.ts";

const SEVERITY: Record<Exclude<Severity, "off">, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection(DIAGNOSTIC_SOURCE);
  readonly #subscription: vscode.Disposable;
  readonly #store: Store;
  readonly #extension: vscode.Uri;
  /** Which files of a folder have diagnostics now. */
  readonly #files = new Map<string, Set<string>>();
  readonly #versions = new Map<string, number>();

  constructor(store: Store, extension: vscode.Uri) {
    this.#store = store;
    this.#extension = extension;
    this.#subscription = store.onDidChange(() => this.#refresh());
    this.#refresh();
  }

  #refresh(): void {
    const present = new Set<string>();
    for (const folder of this.#store.folders) {
      const key = folder.uri.toString();
      present.add(key);
      if (folder.status.kind === "off") this.#clear(key);
      else if (folder.model && this.#versions.get(key) !== folder.version) this.#update(folder);
    }
    for (const key of [...this.#files.keys()]) if (!present.has(key)) this.#clear(key);
  }

  #update(folder: FolderState): void {
    const key = folder.uri.toString();
    const byFile = new Map<string, vscode.Diagnostic[]>();
    const add = (file: string, diagnostic: vscode.Diagnostic): void => {
      const list = byFile.get(file);
      if (list) list.push(diagnostic);
      else byFile.set(file, [diagnostic]);
    };
    for (const finding of folder.findings)
      add(finding.location.file, toDiagnostic(folder.uri, finding, this.#extension));
    for (const problem of folder.model?.problems ?? []) {
      if (TOLD.has(problem.kind)) add(problem.file, problemDiagnostic(problem));
    }
    const entries: [vscode.Uri, vscode.Diagnostic[] | undefined][] = [];
    for (const file of this.#files.get(key) ?? []) {
      if (!byFile.has(file)) entries.push([toUri(folder.uri, file), undefined]);
    }
    for (const [file, diagnostics] of byFile) entries.push([toUri(folder.uri, file), diagnostics]);
    this.#collection.set(entries);
    this.#files.set(key, new Set(byFile.keys()));
    this.#versions.set(key, folder.version);
  }

  #clear(key: string): void {
    const folder = vscode.Uri.parse(key);
    for (const file of this.#files.get(key) ?? []) this.#collection.delete(toUri(folder, file));
    this.#files.delete(key);
    this.#versions.delete(key);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#collection.dispose();
  }
}

/** Why a file was left out. Syntax errors are not among them: TypeScript tells those itself. */
const TOLD: ReadonlySet<FileProblem["kind"]> = new Set(["too_large", "unreadable", "config"]);

function problemDiagnostic({ line = 1, column = 1, message }: FileProblem): vscode.Diagnostic {
  const start = new vscode.Position(line - 1, column - 1);
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(start, start),
    printable(message),
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = DIAGNOSTIC_SOURCE;
  return diagnostic;
}

export function toDiagnostic(folder: vscode.Uri, finding: Finding, extension: vscode.Uri): vscode.Diagnostic {
  const [head, details] = inTwoLines(finding.message);
  const exact = finding.certainty === "exact";
  const message = exact ? head : vscode.l10n.t("{0} (best effort)", head);
  const diagnostic = new vscode.Diagnostic(tightRange(finding), message, SEVERITY[finding.severity]);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = { value: finding.rule, target: rulePage(extension, finding.rule) };
  const doubt = exact ? "" : vscode.l10n.t("Best effort: part of the evidence is not certain.");
  const more = [details, doubt].filter((text) => text !== "").join(" ");
  diagnostic.relatedInformation = [
    ...(more === "" ? [] : [{ location: finding.location, message: more }]),
    ...finding.related,
  ].map(
    (related) =>
      new vscode.DiagnosticRelatedInformation(toVSCodeLocation(folder, related.location), related.message),
  );
  return diagnostic;
}

/** What two lines of the editor's hover hold. */
const TWO_LINES = 160;

/** The first sentences, and what is told beside them. */
function inTwoLines(message: string): [head: string, details: string] {
  const sentences = message.split(/(?<=[.!?]) (?=[A-Z`])/);
  let count = 1;
  while (count < sentences.length && sentences.slice(0, count + 1).join(" ").length <= TWO_LINES) count++;
  return [sentences.slice(0, count).join(" "), sentences.slice(count).join(" ")];
}

/** A definition of many lines is underlined in its first one: the rest is not what is wrong. */
export function tightRange(finding: Finding): vscode.Range {
  const range = toRange(finding.location);
  if (range.isSingleLine) return range;
  return new vscode.Range(range.start, new vscode.Position(range.start.line, Number.MAX_SAFE_INTEGER));
}
