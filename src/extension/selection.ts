/**
 * One selection for the run pages, the side panel and the editor: whoever changes it tells the others, which show it
 * without taking the focus. What they show because of this is told by none of them, so that nothing goes round.
 */
import * as vscode from "vscode";
import { locationOf } from "../model/index.ts";
import type { ProcessRef } from "./editor/code-lens.ts";
import { keyAt } from "./editor/place.ts";
import { toRange, toUri } from "./locations.ts";
import { log } from "./log.ts";
import type { RunPanel } from "./run/panel.ts";
import type { TreesView } from "./views/trees.ts";
import type { FolderState, Store } from "./workspace/store.ts";

/** A cursor that only passes by selects nothing. */
const REST = 150;

export interface SelectionParts {
  store: Store;
  view: Pick<TreesView, "onDidChoose" | "follow">;
  /** The open run pages. */
  pages(): readonly Pick<RunPanel, "state" | "select">[];
  /** Resolves when the model is that of the text as it is. */
  settled(): Promise<void>;
}

export class Selection implements vscode.Disposable {
  readonly #parts: SelectionParts;
  readonly #subscriptions: vscode.Disposable[];
  #current: ProcessRef | null = null;
  /** Where this put a cursor, until the editor says so. */
  #placed: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SelectionParts) {
    this.#parts = parts;
    this.#subscriptions = [
      parts.view.onDidChoose((ref) => {
        this.#current = ref;
        this.#toPages(ref, null);
        this.#toEditor(ref);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#moved(textEditor)),
    ];
  }

  /** The person selected a process in a run's page. */
  fromPage(page: Pick<RunPanel, "state" | "select">, key: string): void {
    const ref = { folder: page.state.folder, key };
    this.#current = ref;
    this.#toPages(ref, page);
    this.#toView(ref);
    this.#toEditor(ref);
  }

  #moved(editor: vscode.TextEditor): void {
    // Cursors move by themselves too: in editors that nobody is in, and where this puts them.
    if (editor !== vscode.window.activeTextEditor) return;
    clearTimeout(this.#timer);
    if (cursorOf(editor) === this.#placed) return;
    this.#placed = null;
    this.#timer = setTimeout(() => void this.#fromEditor(editor), REST);
  }

  async #fromEditor(editor: vscode.TextEditor): Promise<void> {
    const cursor = cursorOf(editor);
    await this.#parts.settled();
    if (cursorOf(editor) !== cursor || editor !== vscode.window.activeTextEditor) return;
    const folder = this.#parts.store.folderOf(editor.document.uri);
    const key = folder && keyAt(folder, editor.document.uri, editor.selection.active);
    if (!folder || key === null) return;
    const ref = { folder: folder.uri.toString(), key };
    if (this.#current?.folder === ref.folder && this.#current.key === ref.key) return;
    this.#current = ref;
    this.#toPages(ref, null);
    this.#toView(ref);
  }

  #toPages({ folder, key }: ProcessRef, but: Pick<RunPanel, "state" | "select"> | null): void {
    for (const page of this.#parts.pages()) {
      if (page !== but && page.state.folder === folder) page.select(key);
    }
  }

  #toView({ folder, key }: ProcessRef): void {
    this.#parts.view.follow(vscode.Uri.parse(folder), key).catch((error: unknown) => {
      // The item went away meanwhile: the next selection is another chance.
      log().debug(`the side panel did not follow: ${String(error)}`);
    });
  }

  /** Only where the file is in sight already: opening one is what the person asks for by a click. */
  #toEditor({ folder, key }: ProcessRef): void {
    const state = this.#parts.store.get(vscode.Uri.parse(folder));
    const location = state?.model && locationOf(state.model, key);
    if (!state || !location) return;
    const uri = toUri(state.uri, location.file);
    const editor = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === uri.toString(),
    );
    if (!editor || shows(state, editor, key)) return;
    const { start } = toRange(location);
    editor.selection = new vscode.Selection(start, start);
    this.#placed = cursorOf(editor);
    editor.revealRange(toRange(location), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function shows(folder: FolderState, editor: vscode.TextEditor, key: string): boolean {
  return keyAt(folder, editor.document.uri, editor.selection.active) === key;
}

function cursorOf({ document, selection }: vscode.TextEditor): string {
  return `${document.uri.toString()}:${selection.active.line}:${selection.active.character}`;
}
