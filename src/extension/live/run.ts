/**
 * What is looked at together: the programs of one debugging (a process, its workers, the processes that it starts, the same
 * again after a restart), with one panel that shows one of their systems.
 */
import type * as vscode from "vscode";
import { errorText, printable } from "../../model/index.ts";
import { log } from "../log.ts";
import { LivePanel, type LivePanelServices } from "./panel.ts";
import { SeenProgram, type SeenSystem } from "./program.ts";

export interface LiveRunOptions {
  /** How people call it. */
  name: string;
  folder: vscode.Uri | null;
  services: LivePanelServices;
  /** May its systems be looked at? Asked once, when there is one. */
  consent(): Promise<boolean>;
  /** Something is to be seen that was not, or no more. */
  changed(): void;
  /** The panel of an earlier run of the same. */
  panel?: LivePanel | null;
}

export class LiveRun implements vscode.Disposable {
  readonly name: string;
  readonly #options: LiveRunOptions;
  readonly #programs: SeenProgram[] = [];
  #panel: LivePanel | null = null;
  #consent: Promise<boolean> | null = null;
  #shown: SeenSystem | null = null;

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.name = options.name;
    if (options.panel) this.#take(options.panel);
  }

  get panel(): LivePanel | null {
    return this.#panel;
  }

  /** There is a System. */
  get found(): boolean {
    return this.#programs.some(({ found, ended }) => found && ended === null);
  }

  /** One more program; whoever calls connects it. */
  add(name: string): SeenProgram {
    const program: SeenProgram = new SeenProgram(name, {
      found: () => void this.#found(program).catch(problem),
      changed: () => this.#changed(),
      paused: () => this.#tellPaused(),
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
    if (this.#panel !== null) this.#panel.reveal();
    await Promise.all(this.#programs.map((program) => program.enter()));
    if (this.#panel === null) await this.#present(this.#shown ?? this.#choice());
  }

  #changed(): void {
    this.#options.changed();
    const goesOn = this.#shown !== null && this.#shown.ended === null;
    if (!goesOn) {
      const next = this.#choice();
      if (next !== null && next !== this.#shown) void this.#present(next).catch(problem);
    }
    this.#tellSystems();
  }

  /** What is called as that which was shown before, else the first that goes on. */
  #choice(): SeenSystem | null {
    const going = this.#systems().filter(({ ended }) => ended === null);
    const before = this.#shown?.system.name;
    const next = going.find(({ system }) => system.name === before) ?? going[0];
    // What failed at once is shown too, where there is nothing else.
    return next ?? (this.#shown === null ? (this.#systems().at(-1) ?? null) : null);
  }

  #systems(): SeenSystem[] {
    return this.#programs.flatMap(({ systems }) => systems);
  }

  async #present(system: SeenSystem | null): Promise<void> {
    if (system === null || this.#closed) return;
    this.#shown = system;
    if (this.#panel === null) {
      const panel = LivePanel.open(this.name, this.#options.services);
      this.#take(panel);
      await panel.load();
    }
    await this.#panel?.show(system.source, this.#options.folder);
    this.#tellSystems();
    this.#tellPaused();
  }

  /** The person has closed the panel: it is not opened again by itself in this run. */
  #closed = false;

  #take(panel: LivePanel): void {
    this.#panel = panel;
    this.#closed = false;
    panel.owner = {
      choose: (id) => {
        const system = this.#systems().find((each) => each.id === id);
        if (system === undefined || system === this.#shown) return;
        void this.#present(system).catch(problem);
      },
      ready: () => {
        this.#tellSystems();
        this.#tellPaused();
      },
      closed: () => {
        this.#panel = null;
        this.#closed = true;
        for (const { source } of this.#systems()) source.rest().catch(() => undefined);
      },
    };
  }

  /** Its panel goes on to another run. */
  release(): LivePanel | null {
    const panel = this.#panel;
    this.#panel = null;
    this.#closed = true;
    return panel;
  }

  #tellSystems(): void {
    const systems = this.#systems().filter((each) => each.ended === null || each === this.#shown);
    this.#panel?.tellSystems(
      systems.map((each) => ({ id: each.id, name: each.program.nameOf(each) })),
      this.#shown?.id ?? null,
    );
  }

  #tellPaused(): void {
    this.#panel?.tellPaused(this.#shown?.program.paused === true && this.#shown.ended === null);
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
