/** All run panels: one per root, revealed when it is open already, restored without running after a restart. */
import * as vscode from "vscode";
import { type Demonstration, printable, shortened } from "../../model/index.ts";
import { CONTEXT, PANEL_RUN } from "../ids.ts";
import { log, tellFailure } from "../log.ts";
import { plainText } from "../views/words.ts";
import type { PanelServices, PanelState, RunPanel } from "./panel.ts";

/** Loaded with the first panel: most windows never have one. */
const panelCode = () => import("./panel.ts");

/** So often within this many milliseconds a tree's page is brought back; then somebody else must look. */
const MOST_LOSSES = 3;
const LOSSES_WITHIN = 120_000;

export class RunPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #services: PanelServices;
  readonly #open = new Map<string, RunPanel>();
  readonly #subscription: vscode.Disposable;
  /** When pages were lost, by their tree. */
  readonly #losses = new Map<string, number[]>();

  constructor(services: PanelServices) {
    this.#services = services;
    this.#subscription = vscode.window.registerWebviewPanelSerializer(PANEL_RUN, this);
  }

  get all(): readonly RunPanel[] {
    return [...this.#open.values()];
  }

  /** `root` is the key of a supervisor or application of `folder`. */
  async show(
    folder: vscode.Uri,
    root: string,
    name: string,
    demonstration: Demonstration | null = null,
  ): Promise<RunPanel> {
    const { RunPanel: Panel } = await panelCode();
    const known = this.#open.get(panelKey(folder.toString(), root));
    if (known) {
      known.panel.reveal(undefined, false);
      if (demonstration) known.demonstrate(demonstration);
      return known;
    }
    const panel = vscode.window.createWebviewPanel(
      PANEL_RUN,
      vscode.l10n.t("Run {0}", plainText(shortened(name))),
      { viewColumn: columnForRun(), preserveFocus: false },
      { enableScripts: true },
    );
    return this.#adopt(Panel, panel, { folder: folder.toString(), root, saved: null }, demonstration);
  }

  /** The page of a saved run in the editor's own panel for its file. */
  async showSaved(panel: vscode.WebviewPanel, state: PanelState, file: vscode.Uri): Promise<void> {
    const { RunPanel: Panel } = await panelCode();
    await this.#adopt(Panel, panel, state, null, false, file.toString());
  }

  /** After a restart of the editor: the same tree and the same run, not started by itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, raw: unknown): Promise<void> {
    const { RunPanel: Panel, restoredState } = await panelCode();
    const state = restoredState(raw);
    if (state === null || this.#open.has(panelKey(state.folder, state.root))) {
      panel.dispose();
      return;
    }
    await this.#adopt(Panel, panel, state, null);
  }

  async #adopt(
    Panel: typeof RunPanel,
    panel: vscode.WebviewPanel,
    state: PanelState,
    demonstration: Demonstration | null,
    afterLoss = false,
    key = panelKey(state.folder, state.root),
  ): Promise<RunPanel> {
    const life = { demonstration, afterLoss, onLost: () => void this.#bringBack(key) };
    const run = new Panel(panel, state, life, this.#services);
    this.#open.set(key, run);
    panel.onDidDispose(() => {
      if (this.#open.get(key) === run) this.#open.delete(key);
      run.dispose();
      void this.#updateContext();
    });
    panel.onDidChangeViewState(() => void this.#updateContext());
    try {
      await run.load();
    } catch (error) {
      run.dispose();
      await tellFailure(
        vscode.l10n.t("The run's page could not be loaded: the extension's files are not complete."),
        error,
      );
      throw error;
    }
    await this.#updateContext();
    return run;
  }

  /**
   * A page that is lost cannot be told anything, not even to load again: another one takes its place, with the run's
   * inputs. They are not run by themselves, since they may be what the page was lost of.
   */
  async #bringBack(key: string): Promise<void> {
    const { RunPanel: Panel } = await panelCode();
    const lost = this.#open.get(key);
    if (!lost) return;
    const now = Date.now();
    const losses = [...(this.#losses.get(key) ?? []).filter((at) => now - at < LOSSES_WITHIN), now];
    this.#losses.set(key, losses);
    const { panel, state } = lost;
    const { title, viewColumn, active } = panel;
    log().warn(printable(`run ${state.root}: its page no longer answers, and is made again.`));
    lost.dispose();
    if (losses.length > MOST_LOSSES) {
      const message = vscode.l10n.t(
        "The page of {0} was lost {1} times in a short time, and was closed.",
        title,
        losses.length,
      );
      void vscode.window.showWarningMessage(message);
      return;
    }
    const column = viewColumn ?? columnForRun();
    const next = vscode.window.createWebviewPanel(
      PANEL_RUN,
      title,
      { viewColumn: column, preserveFocus: !active },
      { enableScripts: true },
    );
    await this.#adopt(Panel, next, state, null, true);
  }

  async #updateContext(): Promise<void> {
    const focused = this.all.some(({ panel }) => panel.active);
    await vscode.commands.executeCommand("setContext", CONTEXT.runFocused, focused);
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const run of this.all) run.dispose();
    this.#open.clear();
  }
}

function panelKey(folder: string, root: string): string {
  return `${folder}\n${root}`;
}

/** Beside the source; where nothing is open, in its place. */
function columnForRun(): vscode.ViewColumn {
  return vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
}
