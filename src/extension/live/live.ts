/**
 * Running programs in the editor: those that are debugged, those that somebody has named, and recordings. What shows them is loaded
 * when there is one.
 */
import * as vscode from "vscode";
import { CONTEXT, EDITOR_RECORDING } from "../ids.ts";
import type { Attachments } from "./attach.ts";
import { Debugging } from "./debugging.ts";
import type { LivePanelServices } from "./panel.ts";
import type { LiveRun } from "./run.ts";

export class LivePrograms implements vscode.Disposable {
  readonly #debugging: Debugging;
  readonly #recordings: vscode.Disposable;
  readonly #services: LivePanelServices;
  #attachments: Attachments | null = null;
  #told = false;

  constructor(services: LivePanelServices) {
    this.#services = services;
    this.#debugging = new Debugging(services, () => this.#changed());
    const recordings: vscode.CustomReadonlyEditorProvider = {
      openCustomDocument: (uri) => ({ uri, dispose() {} }),
      resolveCustomEditor: async ({ uri }, panel) => {
        const { showRecording } = await import("./recording-editor.ts");
        await showRecording(uri, panel, services);
      },
    };
    this.#recordings = vscode.window.registerCustomEditorProvider(EDITOR_RECORDING, recordings, {
      supportsMultipleEditorsPerDocument: false,
    });
  }

  get runs(): readonly LiveRun[] {
    return [...this.#debugging.runs, ...(this.#attachments?.runs ?? [])];
  }

  async attach(): Promise<void> {
    const { Attachments } = await import("./attach.ts");
    this.#attachments ??= new Attachments(this.#services, () => this.#changed());
    await this.#attachments.ask();
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
    this.#attachments?.dispose();
    this.#recordings.dispose();
  }
}
