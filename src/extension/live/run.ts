/**
 * What is looked at together: the programs of one debugging (a process, its workers, the processes that it starts, the same
 * again after a restart), with one panel that shows one of their systems.
 */
import type * as vscode from "vscode";
import { LiveChoices } from "../../live/index.ts";
import { errorText, printable } from "../../model/index.ts";
import { log } from "../log.ts";
import { LivePanel, type LivePanelServices } from "./panel.ts";
import { SeenProgram } from "./program.ts";

export interface LiveRunOptions {
  /** How people call it. */
  name: string;
  folder: vscode.Uri | null;
  services: LivePanelServices;
  /** May its systems be looked at? Asked once, when there is one. */
  consent(): Promise<boolean>;
  /** Something is to be seen that was not, or no more. */
  changed(): void;
  /** The panel of an earlier run of the same: it goes on here as soon as there is something to look at. */
  panel?: LivePanel | null;
}

export class LiveRun implements vscode.Disposable {
  readonly name: string;
  readonly #options: LiveRunOptions;
  readonly #programs: SeenProgram[] = [];
  readonly #choices: LiveChoices;
  #panel: LivePanel | null = null;
  /** The panel looks at what is offered here. */
  #looks = false;
  /** The person has closed the panel: it is not opened again by itself. */
  #closed = false;
  #consent: Promise<boolean> | null = null;

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.name = options.name;
    this.#choices = new LiveChoices({ changed: () => this.#changed() });
    if (options.panel) this.#take(options.panel);
  }

  get panel(): LivePanel | null {
    return this.#panel;
  }

  /** There is a System. */
  get found(): boolean {
    return this.#programs.some(({ found, ended }) => found && ended === null);
  }

  /** No System is known. */
  get empty(): boolean {
    return this.#choices.empty;
  }

  /** One more program; whoever calls connects it. */
  add(name: string): SeenProgram {
    const program: SeenProgram = new SeenProgram(name, this.#choices, {
      found: () => void this.#found(program).catch(problem),
      ended: () => this.#options.changed(),
      remark: (text) => log().info(printable(text)),
    });
    this.#programs.push(program);
    return program;
  }

  async #found(program: SeenProgram): Promise<void> {
    this.#options.changed();
    this.#consent ??= this.#options.consent();
    if (await this.#consent) await program.enter();
  }

  /** The person asks for it: that is consent enough. */
  async show(): Promise<void> {
    this.#consent = Promise.resolve(true);
    this.#closed = false;
    this.#panel?.reveal();
    await Promise.all(this.#programs.map((program) => program.enter()));
    await this.#present();
  }

  #changed(): void {
    this.#options.changed();
    this.#present().catch(problem);
  }

  async #present(): Promise<void> {
    if (this.#closed || this.#looks || this.#choices.empty) return;
    this.#looks = true;
    if (this.#panel === null) {
      const panel = LivePanel.open(this.name, this.#options.services);
      this.#take(panel);
      await panel.load();
    }
    await this.#panel?.look(this.#choices, this.#options.folder);
  }

  #take(panel: LivePanel): void {
    this.#panel = panel;
    panel.onClosed = () => {
      this.#panel = null;
      this.#looks = false;
      this.#closed = true;
      this.#choices.rest();
    };
  }

  /** Its panel goes on to another run. */
  release(): LivePanel | null {
    const panel = this.#panel;
    this.#panel = null;
    this.#closed = true;
    return panel;
  }

  /** A sentence in the panel, if there is one. */
  say(text: string): void {
    this.#panel?.say(text);
  }

  dispose(): void {
    for (const program of this.#programs) program.leave().catch(() => undefined);
    this.#panel?.dispose();
  }
}

function problem(error: unknown): void {
  log().warn(printable(errorText(error)));
}
