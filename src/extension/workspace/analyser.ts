/** What the service needs of the analysis of one folder. The worker is behind it; tests put a fake there. */
import type { Finding, TreeModel } from "../../model/index.ts";
import type { AnalysisConfig } from "../settings.ts";

export interface AnalysisResult {
  model: TreeModel;
  findings: Finding[];
}

export interface Analyser {
  /** Unsaved text of a file, which takes precedence over the disk; null when the disk holds again. */
  overlay(path: string, text: string | null): void;
  /** Files on disk that were made, changed or removed. */
  changed(paths: readonly string[]): void;
  configure(config: AnalysisConfig): void;
  /**
   * The model and findings of everything as it is now. `onPercent` is told how far a long scan has come, null
   * while that cannot be said. @throws AbortError when cancelled, Error when the analysis itself failed
   */
  analyse(signal: AbortSignal, onPercent: (percent: number | null) => void): Promise<AnalysisResult>;
  /** The edits that write an order experiment into the source; null when they cannot be made. */
  experiment(change: ExperimentChange): Promise<ExperimentEdits | null>;
  /** Asks for what a person wants to keep; then the worker ends. */
  dispose(): void;
}

export interface ExperimentChange {
  supervisor: string;
  /** Child keys in their new order. */
  order: string[] | null;
  strategy: string | null;
}

export interface ExperimentEdits {
  edits: Finding["fixes"][number]["edits"];
}

export type MakeAnalyser = (folder: string, config: AnalysisConfig) => Analyser;
