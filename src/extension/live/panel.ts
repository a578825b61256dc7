/** The page of a running program, beside the editor. What it shows is kept by the source, so a page that was hidden misses nothing. */
import * as vscode from "vscode";
import { LiveViewer, type PageSource } from "../../live/index.ts";
import { emptyModel, errorText, filesOf, printable, shortened, type TreeModel } from "../../model/index.ts";
import { type HostMessage, type LiveChoice, PROTOCOL_VERSION } from "../../protocol/index.ts";
import { PANEL_LIVE } from "../ids.ts";
import { reveal } from "../locations.ts";
import { log } from "../log.ts";
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

/** Whose panel it is. */
export interface LivePanelOwner {
  choose(system: string): void;
  ready(): void;
  closed(): void;
}

/** Milliseconds without a new process after which a tree that boots is taken to stand. */
const SETTLED = 200;
/** Milliseconds for that in all. */
const BOOTING = 5_000;

export class LivePanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  owner: LivePanelOwner | null = null;
  readonly #services: LivePanelServices;
  readonly #subscriptions: vscode.Disposable[] = [];
  #ready = false;
  #folder: vscode.Uri | null = null;
  #source: PageSource | null = null;
  /** The page was told that the program is not seen any more. */
  #over = false;
  #viewer: LiveViewer | null = null;
  #model: TreeModel | null = null;
  /** Processes came after the model was made. */
  #settling: NodeJS.Timeout | undefined;
  #booting = 0;
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
      services.store.onDidChange(() => this.#source?.compareWith?.(this.#state()?.model ?? null)),
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

  /** Shows a system. @param folder where its source is, as far as that is known */
  async show(source: PageSource, folder: vscode.Uri | null): Promise<void> {
    this.#viewer?.leave();
    // Commands were allowed for the programs of one debugging, not for a single one of them.
    const allowed = this.#viewer?.allowed === true;
    this.#source = source;
    this.#folder = folder;
    this.#model = null;
    this.#booting = Date.now() + BOOTING;
    this.#over = false;
    source.compareWith?.(this.#state()?.model ?? null);
    this.#viewer = new LiveViewer(source, (message) => this.#tell(source, message), allowed);
    await this.#begin();
  }

  /** Another debugging goes on here: nobody has allowed anything in it. */
  renew(): void {
    this.#viewer?.leave();
    this.#viewer = null;
  }

  tellSystems(systems: LiveChoice[], shown: string | null): void {
    if (this.#ready) this.#post({ type: "liveSystems", systems, shown });
  }

  tellPaused(paused: boolean): void {
    if (this.#ready) this.#post({ type: "livePaused", paused });
  }

  say(message: string): void {
    if (this.#ready) this.#post({ type: "error", message });
  }

  /** The page from the start, with the tree as it is now. */
  async #begin(): Promise<void> {
    const source = this.#source;
    if (source === null || !this.#ready) return;
    try {
      this.#model = await source.model();
    } catch (error) {
      // The program has gone meanwhile: what is kept of it is shown.
      log().info(printable(errorText(error)));
    }
    if (source !== this.#source || !this.#ready) return;
    // What happens until the page asks to be told again is told then.
    this.#viewer?.leave();
    this.#post({
      type: "init",
      protocol: PROTOCOL_VERSION,
      host: "vscode",
      // A program may have ended before it was seen.
      model: this.#model ?? emptyModel(),
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
      live: { ...source.program, allowed: this.#viewer?.allowed === true },
    });
    this.owner?.ready();
  }

  /** The page is told again what has happened, with the places that there are now. */
  async #grow(source: PageSource): Promise<void> {
    try {
      this.#model = await source.model();
    } catch (error) {
      // The program has gone meanwhile: the page is told so by itself.
      return log().info(printable(errorText(error)));
    }
    // A page that was told of the end does not listen any more.
    if (source === this.#source && this.#ready && !this.#over)
      await this.#viewer?.handle({ type: "liveWatch" });
  }

  /** What a page knows of places it has from the model: while a tree boots, that grows. */
  #tell(source: PageSource, message: HostMessage): void {
    if (source !== this.#source || !this.#ready) return;
    this.#post(message);
    if (message.type === "liveEnded") this.#over = true;
    if (message.type !== "liveEvents" || message.reset || Date.now() > this.#booting) return;
    if (!message.events.some(({ type }) => type === "child_started")) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#grow(source), SETTLED);
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
        return this.owner?.choose(message.system);
      case "liveWatch":
      case "liveSeek":
      case "liveRead":
      case "liveLook":
      case "liveModel":
      case "liveInspect":
      case "liveAllow":
      case "liveCommand":
        return await this.#viewer?.handle(message);
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
    clearTimeout(this.#settling);
    this.#viewer?.leave();
  }

  /** Called when the panel has been closed; closes it otherwise. */
  dispose(): void {
    this.#leavePage();
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
    const owner = this.owner;
    this.owner = null;
    owner?.closed();
    this.panel.dispose();
  }
}
