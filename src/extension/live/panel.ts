/** The page of a running program, beside the editor. What it shows is kept by the source, so a page that was hidden misses nothing. */
import * as vscode from "vscode";
import type { LiveOffer, OfferedPage } from "../../live/index.ts";
import { emptyModel, filesOf, shortened } from "../../model/index.ts";
import { type HostMessage, PROTOCOL_VERSION } from "../../protocol/index.ts";
import { PANEL_LIVE } from "../ids.ts";
import { reveal } from "../locations.ts";
import { assetsFolder, pageHtml } from "../run/assets.ts";
import { type ForPanel, pageSaid } from "../run/page-messages.ts";
import { saveExport } from "../run/save.ts";
import { pageSettings } from "../settings.ts";
import { plainText } from "../views/words.ts";
import type { FolderState, Store } from "../workspace/store.ts";

export interface LivePanelServices {
  extension: vscode.Uri;
  store: Store;
  strings: Record<string, string>;
  openRuleDocs(rule: string): Promise<void>;
}

export class LivePanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  /** The person has closed it. */
  onClosed: (() => void) | null = null;
  readonly #services: LivePanelServices;
  readonly #subscriptions: vscode.Disposable[] = [];
  #ready = false;
  #folder: vscode.Uri | null = null;
  #offer: LiveOffer | null = null;
  #page: OfferedPage | null = null;
  /** How often it has begun. */
  #beginnings = 0;
  /** What the page said last about what it shows: for tests. */
  summary = "";

  static open(name: string, services: LivePanelServices): LivePanel {
    const beside = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel(
      PANEL_LIVE,
      vscode.l10n.t("Live: {0}", plainText(shortened(name))),
      { viewColumn: beside, preserveFocus: true },
      { enableScripts: true },
    );
    return new LivePanel(panel, services);
  }

  constructor(panel: vscode.WebviewPanel, services: LivePanelServices) {
    this.panel = panel;
    this.#services = services;
    panel.iconPath = {
      light: vscode.Uri.joinPath(services.extension, "media", "suptree-light.svg"),
      dark: vscode.Uri.joinPath(services.extension, "media", "suptree-dark.svg"),
    };
    this.#subscriptions.push(
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidChangeViewState(() => {
        // A hidden page is thrown away: it says when it is there again.
        if (!panel.visible) this.#leavePage();
      }),
      panel.onDidDispose(() => this.dispose()),
      // Edits of the source are followed: where it and what runs differ is shown.
      services.store.onDidChange(() => this.#compare()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("suptree.run") && this.#ready)
          this.#post({ type: "settings", settings: pageSettings(), noCode: null });
      }),
    );
  }

  /** Sets the page; apart from the constructor since it reads a file. */
  async load(): Promise<void> {
    const { extension } = this.#services;
    const { webview, title } = this.panel;
    webview.options = { enableScripts: true, localResourceRoots: [assetsFolder(extension)] };
    webview.html = await pageHtml(extension, webview, title, {});
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  /**
   * Looks at what is offered; what was allowed was allowed for what was offered before.
   * @param folder where its source is, as far as that is known
   */
  async look(offer: LiveOffer, folder: vscode.Uri | null): Promise<void> {
    const wanted = this.#page?.wanted ?? null;
    this.#page?.leave();
    this.#folder = folder;
    this.#offer = offer;
    this.#compare();
    const page: OfferedPage = offer.open(
      (message) => {
        if (page === this.#page && this.#ready) this.#post(message);
      },
      () => void this.#begin(),
      wanted,
    );
    this.#page = page;
    await this.#begin();
  }

  #compare(): void {
    this.#offer?.compareWith(this.#state()?.model ?? null);
  }

  say(message: string): void {
    if (this.#ready) this.#post({ type: "error", message });
  }

  /** The page from the start, with the tree as it is now. */
  async #begin(): Promise<void> {
    const page = this.#page;
    const beginning = ++this.#beginnings;
    if (page === null || !this.#ready) return;
    // What happens until the page asks to be told again is told then.
    page.hide();
    // A program may have ended before it was seen.
    const model = (await page.model()) ?? emptyModel();
    if (beginning !== this.#beginnings || !this.#ready) return;
    this.#post({
      type: "init",
      protocol: PROTOCOL_VERSION,
      host: "vscode",
      model,
      findings: [],
      root: null,
      demonstration: null,
      realCode: [],
      noCode: null,
      seed: 1,
      settings: pageSettings(),
      strings: this.#services.strings,
      saved: null,
      lost: false,
      live: page.program,
    });
  }

  #post(message: HostMessage): void {
    void this.panel.webview.postMessage(message);
  }

  #receive(raw: unknown): void {
    pageSaid(raw, {
      of: "program",
      name: "live panel",
      handle: (message) => this.#handle(message),
      post: (message) => this.#post(message),
    });
  }

  async #handle(message: ForPanel): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#ready = message.protocol === PROTOCOL_VERSION;
        return this.#begin();
      case "liveChoose":
      case "liveWatch":
      case "liveSeek":
      case "liveRead":
      case "liveLook":
      case "liveModel":
      case "liveInspect":
      case "liveAllow":
      case "liveCommand":
        return await this.#page?.handle(message);
      case "reveal": {
        const folder = this.#state();
        if (folder?.model && filesOf(folder.model, folder.findings).has(message.location.file))
          await reveal(folder.uri, message.location, { beside: true });
        return;
      }
      case "save": {
        const folder = this.#folder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
        const done = folder !== undefined && (await saveExport(message, folder));
        this.#post({
          type: "done",
          id: message.id,
          ok: done,
          message: done ? null : vscode.l10n.t("cancelled"),
        });
        return;
      }
      case "runChanged":
        this.summary = message.summary;
        return;
      case "help":
        return this.#services.openRuleDocs(message.rule);
      case "needCode":
      case "applyFix":
      case "applyExperiment":
      case "mode":
      case "state":
      case "selected":
      case "alive":
        // A program is looked at: nothing is bundled, and nothing written.
        return;
    }
  }

  #state(): FolderState | null {
    return this.#folder === null ? null : this.#services.store.get(this.#folder);
  }

  #leavePage(): void {
    this.#ready = false;
    this.#page?.hide();
  }

  /** Called when the panel has been closed; closes it otherwise. */
  dispose(): void {
    this.#leavePage();
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
    this.#page?.leave();
    this.#page = null;
    const closed = this.onClosed;
    this.onClosed = null;
    closed?.();
    this.panel.dispose();
  }
}
