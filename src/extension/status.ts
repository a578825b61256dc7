/**
 * Progress: a bar in the view, and for scans that take longer the percentage in the status bar. And what the analysis has to
 * leave out, for as long as it does.
 */
import * as vscode from "vscode";
import { CANCEL_SCAN, COMMANDS, VIEW_TREES } from "./ids.ts";
import { toUri } from "./locations.ts";
import { plainText } from "./views/words.ts";
import { folderNotices, type Store } from "./workspace/store.ts";

/** Shorter scans would only flicker. */
const PATIENCE = 500;

export class Status implements vscode.Disposable {
  readonly #store: Store;
  readonly #subscription: vscode.Disposable;
  readonly #item: vscode.StatusBarItem;
  readonly #command: vscode.Disposable;
  /** Names what is missing in the trees. */
  readonly #lacking: vscode.StatusBarItem;
  #finish: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** `cancel` stops the running scan, when the item in the status bar is clicked. */
  constructor(store: Store, cancel: () => void) {
    this.#store = store;
    this.#command = vscode.commands.registerCommand(CANCEL_SCAN, cancel);
    this.#item = vscode.window.createStatusBarItem("suptree.progress", vscode.StatusBarAlignment.Left, 0);
    this.#item.command = CANCEL_SCAN;
    this.#item.name = vscode.l10n.t("Suptree: Progress");
    this.#lacking = vscode.window.createStatusBarItem("suptree.lacking", vscode.StatusBarAlignment.Left, 0);
    this.#lacking.name = vscode.l10n.t("Suptree: Left Out");
    this.#subscription = store.onDidChange(() => this.#update());
    this.#update();
  }

  #updateLacking(): void {
    const { leftOut, stopped } = folderNotices(this.#store);
    const [first] = leftOut;
    if (first === undefined && !stopped) {
      this.#lacking.hide();
      return;
    }
    if (first === undefined) {
      this.#lacking.text = vscode.l10n.t("$(warning) Suptree: partial");
      this.#lacking.tooltip = vscode.l10n.t(
        "The scan was stopped: this may not be all. Click to look again.",
      );
      this.#lacking.command = COMMANDS.refresh;
    } else {
      this.#lacking.text =
        leftOut.length === 1
          ? vscode.l10n.t("$(warning) Suptree: {0} left out", plainText(first.file))
          : vscode.l10n.t("$(warning) Suptree: {0} files left out", leftOut.length);
      this.#lacking.tooltip = vscode.l10n.t(
        "Left out, since the analysis died at it twice: {0}. It is tried again when it changes.",
        leftOut.map(({ file }) => plainText(file)).join(", "),
      );
      this.#lacking.command = {
        title: vscode.l10n.t("Open"),
        command: "vscode.open",
        arguments: [toUri(first.folder, first.file)],
      };
    }
    this.#lacking.show();
  }

  #update(): void {
    this.#updateLacking();
    const scanning = this.#store.folders.flatMap(({ status }) =>
      status.kind === "scanning" ? [status] : [],
    );
    if (scanning.length === 0) {
      this.#stop();
      return;
    }
    if (!this.#finish) this.#start();
    const known = scanning.flatMap(({ percent }) => (percent === null ? [] : [percent]));
    const percent = known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0) / known.length);
    this.#item.text =
      percent === null
        ? vscode.l10n.t("$(sync~spin) Suptree: scanning")
        : vscode.l10n.t("$(sync~spin) Suptree: scanning, {0} %", percent);
    this.#item.tooltip = vscode.l10n.t(
      "Looking for supervision trees. Click to stop; what was known before stays.",
    );
  }

  #start(): void {
    void vscode.window.withProgress({ location: { viewId: VIEW_TREES } }, () => {
      return new Promise<void>((done) => {
        this.#finish = done;
      });
    });
    this.#timer = setTimeout(() => this.#item.show(), PATIENCE);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#item.hide();
    this.#finish?.();
    this.#finish = null;
  }

  dispose(): void {
    this.#stop();
    this.#subscription.dispose();
    this.#command.dispose();
    this.#item.dispose();
    this.#lacking.dispose();
  }
}
