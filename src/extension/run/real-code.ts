/**
 * Real code in the editor: bundles programs of trusted workspaces, remembers which trees run that way, and puts what is
 * wrong with a bundle into Problems. An untrusted workspace never bundles.
 */
import * as vscode from "vscode";
import type { BundledCode, CodeService } from "../../bundle/index.ts";
import type { RunMode } from "../../model/index.ts";
import { toRange, toUri } from "../locations.ts";
import type { FolderState } from "../workspace/store.ts";
import { assetsFolder } from "./assets.ts";
import { rulesOfThread } from "./module-rules.ts";

/** Where the trees are kept that ran as real code last. */
const REMEMBERED = "suptree.realCode";

/** What bundles could not be loaded: whoever runs a tree is told why. */
const NOT_YET = (): void => undefined;

export class RealCode implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  /** By folder: loaded and made when a tree is to run as real code, for the first time. */
  readonly #services = new Map<string, Promise<CodeService>>();
  /** Those that are made. */
  readonly #made = new Map<string, CodeService>();
  readonly #problems = vscode.languages.createDiagnosticCollection("suptree-bundle");

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
  }

  /** Why real code is not offered, in a sentence; null where it is. */
  refusal(folder: FolderState | null): string | null {
    if (!vscode.workspace.isTrusted)
      return vscode.l10n.t("Real code runs in trusted workspaces only. Trust this workspace to run it.");
    return folder === null || folder.uri.scheme === "file"
      ? null
      : vscode.l10n.t("Real code runs from folders on disk only.");
  }

  /** Loads what bundling needs while the page opens. */
  warm(folder: FolderState): void {
    if (this.refusal(folder) === null && this.remembered(folder).length > 0)
      void this.#serviceOf(folder).then((service) => service.warm(), NOT_YET);
  }

  async codeFor(folder: FolderState, root: string): Promise<BundledCode> {
    const refusal = this.refusal(folder);
    if (refusal !== null || folder.model === null)
      return { script: null, notes: [], problems: [{ message: refusal ?? "", location: null, chain: [] }] };
    const { model } = folder;
    const code = await (await this.#serviceOf(folder)).codeFor(model, root);
    this.#show(folder, code);
    return code;
  }

  /** Whether a file is part of the last program of a folder. */
  holds(folder: FolderState, file: string): boolean {
    const inputs = this.#made.get(folder.uri.toString())?.inputs;
    return inputs?.has(toUri(folder.uri, file).fsPath) === true;
  }

  /** Calls back when something of a folder's last program was saved. */
  onSaved(folder: FolderState, listener: () => void): vscode.Disposable {
    let stop = (): void => {};
    let over = false;
    void this.#serviceOf(folder).then((service) => {
      if (!over) stop = service.onSaved(listener);
    }, NOT_YET);
    return new vscode.Disposable(() => {
      over = true;
      stop();
    });
  }

  remembered(folder: FolderState): string[] {
    const prefix = `${folder.uri}\n`;
    const all = this.#context.workspaceState.get<string[]>(REMEMBERED, []);
    return all.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
  }

  async remember(folder: FolderState, root: string, mode: RunMode): Promise<void> {
    const own = `${folder.uri}\n${root}`;
    const others = this.#context.workspaceState.get<string[]>(REMEMBERED, []).filter((each) => each !== own);
    await this.#context.workspaceState.update(REMEMBERED, mode === "code" ? [...others, own] : others);
  }

  #serviceOf(folder: FolderState): Promise<CodeService> {
    const key = folder.uri.toString();
    const known = this.#services.get(key);
    if (known !== undefined) return known;
    const service = this.#make(folder);
    this.#services.set(key, service);
    // One that could not be made is tried anew the next time.
    service.catch(() => this.#services.delete(key));
    return service;
  }

  async #make({ uri }: FolderState): Promise<CodeService> {
    const { CodeService: Service } = await import("../../bundle/index.ts");
    const assets = assetsFolder(this.#context.extensionUri).fsPath;
    const service = new Service({
      base: uri.fsPath,
      assets,
      folders: [uri.fsPath],
      version: this.#context.extension.packageJSON.version as string,
      rules: rulesOfThread(assets),
    });
    this.#made.set(uri.toString(), service);
    return service;
  }

  #show(folder: FolderState, { problems }: BundledCode): void {
    this.#problems.clear();
    for (const { message, location, chain } of problems) {
      if (location === null) continue;
      const uri = toUri(folder.uri, location.file);
      const by = chain.length > 1 ? ` (${chain.join(" → ")})` : "";
      const diagnostic = new vscode.Diagnostic(
        toRange(location),
        message + by,
        vscode.DiagnosticSeverity.Error,
      );
      diagnostic.source = "suptree";
      diagnostic.code = "bundle";
      this.#problems.set(uri, [...(this.#problems.get(uri) ?? []), diagnostic]);
    }
  }

  dispose(): void {
    this.#problems.dispose();
    for (const service of this.#services.values()) void service.then((made) => made.dispose(), NOT_YET);
    this.#services.clear();
  }
}
