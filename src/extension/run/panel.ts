/**
 * One panel that runs one tree. The run itself lives in the page's sandbox; what this side keeps is the run as
 * data (seed and inputs), so that a page which was hidden, and therefore thrown away, continues where it was.
 */
import * as v from "valibot";
import * as vscode from "vscode";
import {
  type Demonstration,
  EVERYTHING,
  filesOf,
  type Location,
  printable,
  type SavedRun,
} from "../../model/index.ts";
import {
  type HostMessage,
  type PageMessage,
  PROTOCOL_VERSION,
  savedRunSchema,
} from "../../protocol/index.ts";
import { reveal } from "../locations.ts";
import { log } from "../log.ts";
import { pageSettings, runSeed } from "../settings.ts";
import type { FolderState, Store } from "../workspace/store.ts";
import { assetsFolder, pageHtml } from "./assets.ts";
import { type ForPanel, pageSaid } from "./page-messages.ts";
import { Pulse } from "./pulse.ts";
import type { RealCode } from "./real-code.ts";
import { saveExport } from "./save.ts";

/** What a restored panel is made from; the page keeps it in its state. */
export interface PanelState {
  folder: string;
  root: string;
  saved: SavedRun | null;
}

const stateSchema = v.object({
  folder: v.string(),
  root: v.string(),
  saved: v.optional(v.nullable(savedRunSchema), null),
});

/** What a page kept in its state; null when it is none. */
export function restoredState(raw: unknown): PanelState | null {
  const state = v.safeParse(stateSchema, raw);
  return state.success ? state.output : null;
}

export interface PanelServices {
  extension: vscode.Uri;
  store: Store;
  realCode: RealCode;
  strings: Record<string, string>;
  /** Applies a finding's fix. @throws with a sentence for the person */
  applyFix(folder: FolderState, rule: string, title: string, location: Location): Promise<void>;
  /** Writes an order experiment into the source. @throws with a sentence for the person */
  applyExperiment(
    folder: FolderState,
    experiment: Extract<PageMessage, { type: "applyExperiment" }>,
  ): Promise<void>;
  openRuleDocs(rule: string): Promise<void>;
  /** The person selected a process in this page. */
  selected(page: RunPanel, key: string): void;
}

/** What a panel is told about its beginning, and tells of its end. */
export interface PanelLife {
  demonstration: Demonstration | null;
  /** It takes the place of a panel whose page was lost. */
  afterLoss: boolean;
  /** The page is shown and no longer answers. */
  onLost(): void;
}

export class RunPanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly state: PanelState;
  readonly #services: PanelServices;
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #pulse: Pulse;
  #demonstration: Demonstration | null;
  #lost: boolean;
  #version = -1;
  #ready = false;
  /** The page is ready, and there was no model yet. */
  #waits = false;
  /** Told when the program that runs here was saved. */
  #saves: vscode.Disposable | null = null;
  /** What the page said last about its run: shown in the panel's log and to tests. */
  summary = "";

  /** `panel` is new or restored; its page is made here. */
  constructor(panel: vscode.WebviewPanel, state: PanelState, life: PanelLife, services: PanelServices) {
    this.panel = panel;
    this.state = state;
    this.#services = services;
    this.#demonstration = life.demonstration;
    this.#lost = life.afterLoss;
    this.#pulse = new Pulse({
      ask: (id) => this.#post({ type: "areYouThere", id }),
      listens: () => this.#ready && this.panel.visible,
      lost: life.onLost,
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(services.extension, "media", "suptree-light.svg"),
      dark: vscode.Uri.joinPath(services.extension, "media", "suptree-dark.svg"),
    };
    this.#subscriptions.push(
      this.#pulse,
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      services.store.onDidChange((folder) => {
        if (!folder || folder.uri.toString() === state.folder) this.#sendModel();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("suptree.run")) this.#sendSettings();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#sendSettings()),
    );
  }

  /** Sets the options and the page; apart from the constructor since it reads a file. */
  async load(): Promise<void> {
    const { extension } = this.#services;
    this.panel.webview.options = { enableScripts: true, localResourceRoots: [assetsFolder(extension)] };
    this.panel.webview.html = await pageHtml(extension, this.panel.webview, this.panel.title, {
      folder: this.state.folder,
      root: this.state.root,
    });
  }

  /** Plays a finding's fault in this panel. */
  demonstrate(demonstration: Demonstration): void {
    this.state.saved = null;
    if (this.#ready) this.#post({ type: "run", root: demonstration.root, demonstration, seed: null });
    else this.#demonstration = demonstration;
  }

  /** Shows a process that was selected elsewhere. */
  select(key: string): void {
    if (this.#ready) this.#post({ type: "select", key });
  }

  #folder(): FolderState | null {
    return this.#services.store.get(vscode.Uri.parse(this.state.folder));
  }

  #post(message: HostMessage): void {
    void this.panel.webview.postMessage(message);
  }

  #receive(raw: unknown): void {
    this.#pulse.heard();
    pageSaid(raw, {
      of: "run",
      name: "run panel",
      handle: (message) => this.#handle(message),
      post: (message) => this.#post(message),
    });
  }

  async #handle(message: ForPanel): Promise<void> {
    const folder = this.#folder();
    switch (message.type) {
      case "ready":
        return this.#init(message.protocol);
      case "alive":
        return;
      case "reveal":
        if (folder?.model && this.#mayShow(folder, message.location.file))
          await reveal(folder.uri, message.location, { beside: true });
        return;
      case "save":
        if (folder) this.#done(message.id, await saveExport(message, folder.uri));
        return;
      case "state":
        this.state.saved = message.saved;
        return;
      case "runChanged":
        if (message.root !== null) this.state.root = message.root;
        this.summary = message.summary;
        log().debug(printable(`run ${message.root ?? "-"}: ${message.state}. ${message.summary}`));
        return;
      case "needCode":
        if (folder) {
          const code = await this.#services.realCode.codeFor(folder, message.root);
          this.#saves ??= this.#services.realCode.onSaved(folder, () => this.#post({ type: "codeChanged" }));
          this.#post({ type: "code", id: message.id, code });
        }
        return;
      case "mode":
        if (folder) await this.#services.realCode.remember(folder, message.root, message.mode);
        return;
      case "applyFix":
        if (folder) {
          await this.#services.applyFix(folder, message.rule, message.title, message.location);
          this.#done(message.id, true);
        }
        return;
      case "applyExperiment":
        if (folder) {
          await this.#services.applyExperiment(folder, message);
          this.#done(message.id, true);
        }
        return;
      case "selected":
        return this.#services.selected(this, message.key);
      case "liveWatch":
      case "liveSeek":
      case "liveRead":
      case "liveLook":
      case "liveModel":
      case "liveInspect":
      case "liveChoose":
      case "liveAllow":
      case "liveCommand":
        // The editor's page runs trees itself.
        return;
      case "help":
        return this.#services.openRuleDocs(message.rule);
    }
  }

  #mayShow(folder: FolderState, file: string): boolean {
    if (folder.model !== null && filesOf(folder.model, folder.findings).has(file)) return true;
    return this.#services.realCode.holds(folder, file);
  }

  #done(id: number, ok: boolean): void {
    this.#post({ type: "done", id, ok, message: ok ? null : vscode.l10n.t("cancelled") });
  }

  #init(protocol: number): void {
    if (protocol !== PROTOCOL_VERSION) {
      this.#post({
        type: "error",
        message: vscode.l10n.t("This page is of another version: close the panel and open it again."),
      });
      return;
    }
    const folder = this.#folder();
    // Restored before the first analysis: the model follows as soon as there is one.
    this.#waits = !folder?.model;
    this.#ready = !this.#waits;
    if (!folder?.model) return;
    this.#version = folder.version;
    this.#services.realCode.warm(folder);
    const demonstration = this.#demonstration;
    this.#demonstration = null;
    const lost = this.#lost;
    this.#lost = false;
    this.#post({
      type: "init",
      protocol: PROTOCOL_VERSION,
      host: "vscode",
      model: folder.model,
      findings: folder.findings,
      root: this.state.root === EVERYTHING ? null : this.state.root,
      demonstration,
      realCode: this.#services.realCode.remembered(folder),
      noCode: this.#services.realCode.refusal(folder),
      seed: runSeed(),
      settings: pageSettings(),
      strings: this.#services.strings,
      saved: demonstration ? null : this.state.saved,
      lost,
      live: null,
    });
  }

  #sendModel(): void {
    const folder = this.#folder();
    if (!folder?.model || folder.version === this.#version) return;
    if (!this.#ready) {
      if (this.#waits && this.panel.visible) this.#init(PROTOCOL_VERSION);
      return;
    }
    this.#version = folder.version;
    this.#post({ type: "model", model: folder.model, findings: folder.findings });
  }

  #sendSettings(): void {
    if (this.#ready) {
      const noCode = this.#services.realCode.refusal(this.#folder());
      this.#post({ type: "settings", settings: pageSettings(), noCode });
    }
  }

  /** Called when the panel has been closed; closes it otherwise. */
  dispose(): void {
    this.#ready = false;
    this.#saves?.dispose();
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
    this.panel.dispose();
  }
}
