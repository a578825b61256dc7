/** The user's settings, read with types. What is not of the right shape counts as absent. */
import * as vscode from "vscode";
import type { SpecObjectConfig } from "../analysis/index.ts";
import { DEFAULT_SETTINGS, type PageSettings } from "../protocol/index.ts";
import { type RuleSettings, ruleSettings } from "./rule-settings.ts";

export const SECTION = "suptree";

export interface AnalysisConfig {
  enabled: boolean;
  exclude: string[];
  specObjects: SpecObjectConfig[];
  /** Null: the usual names. */
  testFiles: string[] | null;
  rules: RuleSettings;
}

export function analysisConfig(folder: vscode.Uri): AnalysisConfig {
  const config = vscode.workspace.getConfiguration(SECTION, folder);
  return {
    enabled: config.get<boolean>("enable", true),
    exclude: config.get<unknown[]>("exclude", []).filter((each) => typeof each === "string"),
    specObjects: config.get<SpecObjectConfig[]>("specObjects", []),
    testFiles:
      config.get<unknown[] | null>("testFiles", null)?.filter((each) => typeof each === "string") ?? null,
    rules: ruleSettings(config.get<Record<string, unknown>>("rules", {})),
  };
}

export function codeLensEnabled(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration(SECTION, uri).get<boolean>("codeLens.enabled", true);
}

/** What a run's page is told. Values out of range fall back to the default. */
export function pageSettings(): PageSettings {
  const config = vscode.workspace.getConfiguration(`${SECTION}.run`);
  const motion = config.get<string>("reducedMotion", "auto");
  return {
    reducedMotion: motion === "on" || motion === "off" ? motion : "auto",
    speed: number(config.get("speed"), 0.01, DEFAULT_SETTINGS.speed),
    dynamicChildren: Math.trunc(number(config.get("dynamicChildren"), 0, DEFAULT_SETTINGS.dynamicChildren)),
    maxEvents: Math.trunc(number(config.get("maxEvents"), 1000, DEFAULT_SETTINGS.maxEvents)),
  };
}

export function runSeed(): number {
  return Math.trunc(number(vscode.workspace.getConfiguration(`${SECTION}.run`).get("seed"), 0, 1));
}

function number(value: unknown, minimum: number, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) && value >= minimum ? value : fallback;
}
