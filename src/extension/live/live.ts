/** Running programs in the editor: those that are debugged, and those that somebody has named. */
import * as vscode from "vscode";
import { CONTEXT } from "../ids.ts";
import { Attachments } from "./attach.ts";
import { Debugging } from "./debugging.ts";
import type { LivePanelServices } from "./panel.ts";
import type { LiveRun } from "./run.ts";

export class LivePrograms implements vscode.Disposable {
  readonly #debugging: Debugging;
  readonly #attachments: Attachments;
  #told = false;

  constructor(services: LivePanelServices) {
    const changed = () => this.#changed();
    this.#debugging = new Debugging(services, changed);
    this.#attachments = new Attachments(services, changed);
  }

  get runs(): readonly LiveRun[] {
    return [...this.#debugging.runs, ...this.#attachments.runs];
  }

  attach(): Promise<void> {
    return this.#attachments.ask();
  }

  /** Shows a running program again whose panel was closed, or that nobody has wanted to see so far. */
  async show(): Promise<void> {
    const found = this.runs.filter((run) => run.found);
    const [first] = found;
    if (first === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("No program with a System of suptree is debugged. Start one with F5."),
      );
      return;
    }
    const name =
      found.length === 1
        ? first.name
        : await vscode.window.showQuickPick(
            found.map((run) => run.name),
            { placeHolder: vscode.l10n.t("Show which program?") },
          );
    await found.find((run) => run.name === name)?.show();
  }

  #changed(): void {
    const there = this.runs.some((run) => run.found);
    if (there === this.#told) return;
    this.#told = there;
    void vscode.commands.executeCommand("setContext", CONTEXT.live, there);
  }

  dispose(): void {
    this.#debugging.dispose();
    this.#attachments.dispose();
  }
}
