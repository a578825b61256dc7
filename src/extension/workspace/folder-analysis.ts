/**
 * The analysis of one folder over time, in a worker: changes are gathered for a moment, then sent; what comes back
 * goes into the store. A failure is told without taking the last good trees away.
 */
import { sep } from "node:path";
import * as vscode from "vscode";
import type { ScanProgress, SessionSettings } from "../../analysis/session/index.ts";
// Not from the index: it holds the server's side too, and with it the compiler.
import { AnalysisClient, AnalysisWorkerError } from "../../analysis/worker/client.ts";
import { startNodeWorker } from "../../analysis/worker/start-node.ts";
import { printable, printableLines, shortened } from "../../model/index.ts";
import { log } from "../log.ts";
import { type AnalysisConfig, analysisConfig } from "../settings.ts";
import { MOST_OF_NOTICE, plainText } from "../views/words.ts";
import { isSource } from "./evidence.ts";
import { OutsideFiles } from "./outside-files.ts";
import { percentOf } from "./percent.ts";
import type { Store } from "./store.ts";

/** Milliseconds without a change before it is sent: shorter than a pause in typing. */
const DEBOUNCE = 150;

/** A comment that silences a rule changes no tree, only what is reported. */
const SUPPRESSION = "suptree-disable-";

export class FolderAnalysis implements vscode.Disposable {
  readonly uri: vscode.Uri;
  readonly #store: Store;
  readonly #script: string;
  #client: AnalysisClient | null = null;
  #config: AnalysisConfig | null = null;
  #abort: AbortController | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Paths of documents to send, and whether each is open. */
  readonly #documents = new Map<string, vscode.TextDocument | null>();
  readonly #disk = new Map<string, boolean>();
  /** Documents whose text the worker has. */
  readonly #sent = new Set<string>();
  /** Documents whose files were deleted or moved away: an editor may still show them, and what they define is elsewhere or gone. */
  readonly #gone = new Set<string>();
  readonly #outside = new OutsideFiles((path, removed) => this.watched(path, removed));
  #open = 0;
  #waiting: (() => void)[] = [];

  /** `script` is the built worker. */
  constructor(uri: vscode.Uri, store: Store, script: string) {
    this.uri = uri;
    this.#store = store;
    this.#script = script;
  }

  /** Whether a document of another folder is part of this one's programs. */
  follows(document: vscode.TextDocument): boolean {
    return this.#outside.has(document);
  }

  /** A document of this folder, or one that it follows, was opened or edited. */
  edited(document: vscode.TextDocument): void {
    if (this.#gone.has(document.uri.fsPath)) return;
    this.#documents.set(document.uri.fsPath, document);
    this.#touch();
  }

  closed(document: vscode.TextDocument): void {
    this.#gone.delete(document.uri.fsPath);
    if (!this.#sent.has(document.uri.fsPath) && !this.#documents.has(document.uri.fsPath)) return;
    this.#documents.set(document.uri.fsPath, null);
    this.#touch();
  }

  /** A file on disk was made, changed or removed. */
  watched(path: string, removed: boolean): void {
    this.#disk.set(path, removed);
    for (const document of this.#openDocuments()) {
      const { fsPath } = document.uri;
      if (fsPath !== path && !fsPath.startsWith(path + sep)) continue;
      if (removed) {
        this.#gone.add(fsPath);
        this.#documents.set(fsPath, null);
      } else if (fsPath === path && this.#gone.delete(fsPath)) this.#documents.set(fsPath, document);
    }
    this.#touch();
  }

  /** Reads the settings and does what they ask for now. */
  configure(): void {
    const config = analysisConfig(this.uri);
    const before = this.#config;
    this.#config = config;
    this.#tell(config.problems);
    if (!config.enabled) {
      this.#stop();
      this.#store.setStatus(this.uri, { kind: "off" });
    } else if (!this.#client) this.#start(config);
    else if (!before || !sameAnalysis(before, config)) void this.#scan("open");
    else if (JSON.stringify(before.rules) !== JSON.stringify(config.rules)) {
      void this.#track(this.#client.configureCheck(config.rules));
    }
  }

  /** Says once what is wrong with the settings; the view goes on saying it. */
  #tell(problems: readonly string[]): void {
    const known = this.#store.get(this.uri)?.settings ?? [];
    this.#store.setSettings(this.uri, problems);
    const fresh = problems.filter((problem) => !known.includes(problem));
    if (fresh.length === 0) return;
    for (const problem of fresh) log().warn(printable(problem));
    void this.#offerSettings(
      fresh.map((problem) => plainText(shortened(problem, MOST_OF_NOTICE))).join("\n"),
    );
  }

  async #offerSettings(message: string): Promise<void> {
    const open = vscode.l10n.t("Open Settings");
    if ((await vscode.window.showWarningMessage(message, open)) === open)
      await vscode.commands.executeCommand("workbench.action.openSettings", "suptree");
  }

  /** Looks at everything again, with a new worker if the old one has given up. */
  async rescan(): Promise<void> {
    if (!this.#client) this.configure();
    else await this.#scan("rescan");
    await this.idle();
  }

  /** Stops a scan; the last good trees stay. */
  cancel(): void {
    this.#abort?.abort();
  }

  get isIdle(): boolean {
    return this.#timer === undefined && this.#open === 0;
  }

  /** Resolves when everything that has changed so far has been analysed, or analysing has failed. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((done) => this.#waiting.push(done));
  }

  #start(config: AnalysisConfig): void {
    this.#client = new AnalysisClient({
      start: () => startNodeWorker(this.#script),
      onModel: (model, findings) => {
        this.#followOutside();
        // While a scan runs, its models are partial.
        if (!this.#abort) this.#store.setResult(this.uri, model, findings);
      },
      onCheckError: (message) => log().error(printable(`The rules failed on ${this.uri.path}: ${message}`)),
      onCrash: (error) => this.#crashed(error),
    });
    for (const document of this.#openDocuments()) this.edited(document);
    this.#config = config;
    this.#flush();
    void this.#scan("open");
  }

  #openDocuments(): vscode.TextDocument[] {
    const own = this.uri.toString();
    return vscode.workspace.textDocuments.filter(
      (document) =>
        isSource(document) &&
        (this.#store.folderOf(document.uri)?.uri.toString() === own || this.follows(document)),
    );
  }

  /** What the trees rest on outside the folder is followed; editors that show some of it count before the disk. */
  #followOutside(): void {
    if (!this.#outside.follow(this.#client?.outside ?? [])) return;
    for (const document of this.#openDocuments())
      if (this.follows(document) && !this.#sent.has(document.uri.fsPath)) this.edited(document);
  }

  async #scan(how: "open" | "rescan"): Promise<void> {
    const client = this.#client;
    const config = this.#config;
    if (!client || !config) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const started = performance.now();
    this.#store.setStatus(this.uri, { kind: "scanning", percent: null });
    const options = {
      signal: abort.signal,
      onProgress: (progress: ScanProgress) => {
        if (!abort.signal.aborted) {
          this.#store.setStatus(this.uri, { kind: "scanning", percent: percentOf(progress) });
        }
      },
    };
    try {
      const { stats } = await this.#track(
        how === "rescan"
          ? client.rescan(options)
          : client.open(
              {
                roots: [this.uri.fsPath],
                base: this.uri.fsPath,
                settings: analysisSettings(config),
                checkSettings: config.rules,
              },
              options,
            ),
      );
      if (this.#abort !== abort) return;
      this.#abort = null;
      this.#store.setStopped(this.uri, false);
      this.#store.setResult(this.uri, client.model, client.findings);
      log().info(
        `${this.uri.path}: ${stats.files} files, ${stats.candidates} with supervision, ${client.model.supervisors.length} supervisors, ${client.findings.length} problems, ${Math.round(performance.now() - started)} ms`,
      );
    } catch (error) {
      if (this.#abort !== abort) return;
      this.#abort = null;
      if (abort.signal.aborted) {
        this.#store.setStopped(this.uri, true);
        this.#store.setStatus(this.uri, { kind: "ready" });
      } else if (error instanceof AnalysisWorkerError && error.restarted) {
        // The client scans again with the next worker; what that finds comes as a model.
        this.#store.setStopped(this.uri, false);
      } else this.#failed(error);
    }
  }

  #touch(): void {
    if (!this.#client) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), DEBOUNCE);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const client = this.#client;
    if (client) {
      if (this.#disk.size > 0) {
        const changes = [...this.#disk].map(([path, removed]) => ({ path, removed }));
        void this.#quietly(client.watched(changes));
      }
      for (const [path, document] of this.#documents) {
        if (document === null) {
          this.#sent.delete(path);
          void this.#quietly(client.close(path));
        } else {
          this.#sent.add(path);
          void this.#quietly(this.#send(client, path, document.getText()));
        }
      }
    }
    this.#disk.clear();
    this.#documents.clear();
    this.#settle();
  }

  async #send(client: AnalysisClient, path: string, text: string): Promise<void> {
    const { changed } = await client.update(path, text);
    if (!changed && text.includes(SUPPRESSION) && this.#config)
      await client.configureCheck(this.#config.rules);
  }

  /** An edit that could not be analysed is told once, by the crash handler or here in the log. */
  async #quietly(work: Promise<unknown>): Promise<void> {
    try {
      await this.#track(work);
    } catch (error) {
      if (!(error instanceof AnalysisWorkerError)) log().warn(printable(String(error)));
    }
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#open += 1;
    try {
      return await work;
    } finally {
      this.#open -= 1;
      // What follows the work in the same turn, such as the store's update, counts as part of it.
      queueMicrotask(() => queueMicrotask(() => this.#settle()));
    }
  }

  #crashed(error: AnalysisWorkerError): void {
    log().error(printable(error.message));
    if (!error.restarted) this.#failed(error);
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    log().error(
      printable(`The analysis of ${this.uri.path} failed:`),
      printableLines(error instanceof Error ? (error.stack ?? message) : message),
    );
    this.#stop(); // the next try starts anew
    this.#store.setStatus(this.uri, { kind: "failed", message });
  }

  #settle(): void {
    if (this.isIdle) for (const done of this.#waiting.splice(0)) done();
  }

  #stop(): void {
    this.#outside.dispose();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = null;
    this.#client?.dispose();
    this.#client = null;
    this.#sent.clear();
    this.#documents.clear();
    this.#disk.clear();
    this.#settle();
  }

  dispose(): void {
    this.#stop();
    for (const done of this.#waiting.splice(0)) done();
  }
}

function analysisSettings({ exclude, specObjects, testFiles }: AnalysisConfig): SessionSettings {
  return { exclude, specObjects, ...(testFiles === null ? {} : { testFiles }) };
}

function sameAnalysis(a: AnalysisConfig, b: AnalysisConfig): boolean {
  return JSON.stringify(analysisSettings(a)) === JSON.stringify(analysisSettings(b));
}
