/** The user's settings, read with types. What is not of the right shape counts as absent. */
import * as vscode from "vscode";
import type { SpecObjectConfig } from "../analysis/index.ts";
import type { Severity } from "../model/index.ts";
import { DEFAULT_SETTINGS, type PageSettings } from "../protocol/index.ts";

export const SECTION = "suptree";

export interface AnalysisConfig {
  enabled: boolean;
  exclude: string[];
  specObjects: SpecObjectConfig[];
  rules: RuleSettings;
}

/** Per rule: a severity, or a severity with numbers of the rule. */
export interface RuleSettings {
  severities: Record<string, Severity>;
  options: Record<string, Record<string, number>>;
}

const SEVERITIES: readonly string[] = ["error", "warning", "info", "hint", "off"] satisfies Severity[];

export function analysisConfig(folder: vscode.Uri): AnalysisConfig {
  const config = vscode.workspace.getConfiguration(SECTION, folder);
  return {
    enabled: config.get<boolean>("enable", true),
    exclude: config.get<unknown[]>("exclude", []).filter((each) => typeof each === "string"),
    specObjects: config.get<SpecObjectConfig[]>("specObjects", []),
    rules: ruleSettings(config.get<Record<string, unknown>>("rules", {})),
  };
}

/** `{ "child-order": "error", "overloaded-supervisor": { "severity": "info", "maxChildren": 20 } }`. */
export function ruleSettings(value: Record<string, unknown>): RuleSettings {
  const severities: Record<string, Severity> = {};
  const options: Record<string, Record<string, number>> = {};
  for (const [rule, entry] of Object.entries(value)) {
    if (isSeverity(entry)) severities[rule] = entry;
    else if (typeof entry === "object" && entry !== null) {
      const numbers: Record<string, number> = {};
      for (const [name, field] of Object.entries(entry)) {
        if (name === "severity" && isSeverity(field)) severities[rule] = field;
        else if (typeof field === "number") numbers[name] = field;
      }
      if (Object.keys(numbers).length > 0) options[rule] = numbers;
    }
  }
  return { severities, options };
}

function isSeverity(value: unknown): value is Severity {
  return typeof value === "string" && SEVERITIES.includes(value);
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
