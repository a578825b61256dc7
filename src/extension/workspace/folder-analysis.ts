/**
 * The analysis of one folder over time: changes are gathered for a moment, a running analysis that has become
 * stale is cancelled, and one that failed is told without taking the last good trees away.
 */
import * as vscode from "vscode";
import { log } from "../log.ts";
import { analysisConfig } from "../settings.ts";
import type { Analyser, ExperimentChange, ExperimentEdits, MakeAnalyser } from "./analyser.ts";
import type { Store } from "./store.ts";

/** Milliseconds without a change before the analysis starts: shorter than a pause in typing. */
const DEBOUNCE = 150;

export class FolderAnalysis implements vscode.Disposable {
  readonly uri: vscode.Uri;
  readonly #store: Store;
  readonly #make: MakeAnalyser;
  #analyser: Analyser | null = null;
  #abort: AbortController | null = null;
  #timer: NodeJS.Timeout | undefined;
  #dirty = false;
  #running: Promise<void> | null = null;
  #disposed = false;
  #waiting: (() => void)[] = [];

  constructor(uri: vscode.Uri, store: Store, make: MakeAnalyser) {
    this.uri = uri;
    this.#store = store;
    this.#make = make;
  }

  overlay(path: string, text: string | null): void {
    this.#analyser?.overlay(path, text);
    this.#touch();
  }

  changed(paths: readonly string[]): void {
    this.#analyser?.changed(paths);
    this.#touch();
  }

  /** The settings have changed: what they decide is made anew. */
  configure(): void {
    const config = analysisConfig(this.uri);
    if (!config.enabled) {
      this.#stop();
      this.#store.setStatus(this.uri, { kind: "off" });
      this.#settle();
      return;
    }
    this.#analyser?.configure(config);
    this.#touch(0);
  }

  /** Forgets everything and looks again. */
  restart(): Promise<void> {
    this.#stop();
    this.configure();
    return this.idle();
  }

  /** Stops what runs; the last good trees stay. */
  cancel(): void {
    if (!this.#running) return;
    this.#dirty = false;
    this.#abort?.abort();
    this.#store.setStatus(this.uri, { kind: "ready" });
  }

  async experiment(change: ExperimentChange): Promise<ExperimentEdits | null> {
    await this.idle();
    return (await this.#analyser?.experiment(change)) ?? null;
  }

  get isIdle(): boolean {
    return this.#timer === undefined && this.#running === null;
  }

  /** Resolves when everything that has changed so far has been analysed, or analysing has failed. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((done) => this.#waiting.push(done));
  }

  #touch(delay = DEBOUNCE): void {
    if (this.#disposed || !analysisConfig(this.uri).enabled) return;
    this.#dirty = true;
    this.#abort?.abort();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running ??= this.#run();
    }, delay);
  }

  async #run(): Promise<void> {
    while (this.#dirty && !this.#disposed && this.#timer === undefined) {
      this.#dirty = false;
      const abort = new AbortController();
      this.#abort = abort;
      await this.#once(abort.signal);
    }
    this.#running = null;
    if (this.isIdle) this.#settle();
  }

  async #once(signal: AbortSignal): Promise<void> {
    const started = performance.now();
    const first = this.#analyser === null;
    try {
      this.#analyser ??= this.#open();
      if (first) this.#store.setStatus(this.uri, { kind: "scanning", percent: null });
      const { model, findings } = await this.#analyser.analyse(signal, (percent) => {
        if (first && !signal.aborted) this.#store.setStatus(this.uri, { kind: "scanning", percent });
      });
      if (signal.aborted || this.#disposed) return;
      for (const { file, line, message } of model.problems) {
        log().debug(`${file}${line === undefined ? "" : `:${line}`}: ${message}`);
      }
      log().debug(
        `${this.uri.path}: ${model.supervisors.length} supervisors, ${findings.length} findings in ${Math.round(performance.now() - started)} ms`,
      );
      this.#store.setResult(this.uri, model, findings);
    } catch (error) {
      if (signal.aborted || this.#disposed) return;
      const message = error instanceof Error ? error.message : String(error);
      log().error(
        `The analysis of ${this.uri.path} failed:`,
        error instanceof Error ? (error.stack ?? message) : message,
      );
      this.#analyser?.dispose();
      this.#analyser = null; // the next change starts anew
      this.#store.setStatus(this.uri, { kind: "failed", message });
    }
  }

  #open(): Analyser {
    const analyser = this.#make(this.uri.fsPath, analysisConfig(this.uri));
    for (const document of vscode.workspace.textDocuments) {
      if (document.isDirty && this.#store.folderOf(document.uri)?.uri.toString() === this.uri.toString()) {
        analyser.overlay(document.uri.fsPath, document.getText());
      }
    }
    return analyser;
  }

  #settle(): void {
    for (const done of this.#waiting.splice(0)) done();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dirty = false;
    this.#abort?.abort();
    this.#analyser?.dispose();
    this.#analyser = null;
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
    this.#settle();
  }
}
