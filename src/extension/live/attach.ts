/** A program under `--inspect`, at an address that the person names: what the debugger does not run itself. */
import * as vscode from "vscode";
import { LiveError, parseTarget, urlsAt } from "../../live/index.ts";
import { errorText } from "../../model/index.ts";
import { cannotConnect } from "./connect.ts";
import type { LivePanelServices } from "./panel.ts";
import { LiveRun } from "./run.ts";

export class Attachments implements vscode.Disposable {
  readonly #services: LivePanelServices;
  readonly #changed: () => void;
  readonly #runs = new Map<string, LiveRun>();

  constructor(services: LivePanelServices, changed: () => void) {
    this.#services = services;
    this.#changed = changed;
  }

  get runs(): readonly LiveRun[] {
    return [...this.#runs.values()];
  }

  /** Asks for the address, attaches and shows. @throws LiveError */
  async ask(): Promise<void> {
    if (!vscode.workspace.isTrusted)
      throw new LiveError(vscode.l10n.t("Running programs are looked at in trusted workspaces only."));
    const cannot = cannotConnect();
    if (cannot !== null) throw new LiveError(cannot);
    const given = await vscode.window.showInputBox({
      title: vscode.l10n.t("Attach to a Running Program"),
      prompt: vscode.l10n.t("HOST:PORT of a program that was started with node --inspect"),
      value: "127.0.0.1:9229",
      validateInput: (text) => wrongWith(text.trim()),
    });
    if (given !== undefined) await this.attach(given.trim());
  }

  /** @throws LiveError */
  async attach(given: string): Promise<LiveRun> {
    const target = parseTarget(given);
    if (target.kind !== "address") throw new LiveError(wrongWith(given) ?? "");
    const name = `${target.address.host}:${target.address.port}`;
    const urls = await urlsAt(target.address);
    const before = this.#runs.get(name);
    const run = new LiveRun({
      name,
      folder: vscode.workspace.workspaceFolders?.[0]?.uri ?? null,
      services: this.#services,
      consent: async () => true,
      changed: this.#changed,
      panel: before?.release() ?? null,
    });
    before?.dispose();
    this.#runs.set(name, run);
    const program = run.add("");
    await program.through(urls);
    await program.enter();
    if (run.empty)
      void vscode.window.showInformationMessage(
        vscode.l10n.t("{0} has made no System of suptree yet. Its tree is shown as soon as it does.", name),
      );
    return run;
  }

  dispose(): void {
    for (const run of this.#runs.values()) run.dispose();
  }
}

function wrongWith(text: string): string | undefined {
  try {
    if (parseTarget(text).kind === "address") return undefined;
    return vscode.l10n.t(
      "{0} is a pid: attach to it with suptree attach {0}, or start it with node --inspect.",
      text,
    );
  } catch (error) {
    return errorText(error);
  }
}
