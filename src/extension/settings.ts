/** The user's settings, read with types. What makes no sense is told once and counts as absent. */
import * as vscode from "vscode";
import { HIDDEN_NAMES } from "../live/hidden-names.ts";
import type { PageSettings } from "../protocol/index.ts";
// Not through its index: what else is there is large, and this is read when the extension wakes.
import {
  DEFAULT_SETTINGS,
  type RuleSettings,
  readRules,
  readSetting,
  type SettingName,
  type SettingValue,
} from "../protocol/settings.ts";

export const SECTION = "suptree";

const EXTENSION_ID = "suptree.suptree";

export interface AnalysisConfig {
  enabled: boolean;
  exclude: string[];
  specObjects: SettingValue<"specObjects">;
  /** Null: the usual names. */
  testFiles: string[] | null;
  rules: RuleSettings;
  /** What is wrong with these and the other settings, in sentences. */
  problems: string[];
}

/** The names of the rules, from the manifest: the rules themselves are in the worker. */
function ruleNames(): readonly string[] {
  const { configuration } = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON.contributes ?? {};
  return Object.keys(configuration?.[0]?.properties?.["suptree.rules"]?.properties ?? {});
}

export function analysisConfig(folder: vscode.Uri): AnalysisConfig {
  const config = vscode.workspace.getConfiguration(SECTION, folder);
  const problems: string[] = [];
  const settings = {
    enabled: setting(config, "enable", true, problems),
    exclude: setting(config, "exclude", [], problems),
    specObjects: setting(config, "specObjects", [], problems),
    testFiles: setting(config, "testFiles", null, problems),
    rules: readRules(config.get("rules", {}), ruleNames(), problems),
    problems,
  };
  setting(config, "codeLens.enabled", true, problems);
  readPageSettings(config, problems);
  setting(config, "live.onDebug", "ask", problems);
  setting(config, "live.hideState", HIDDEN_NAMES, problems);
  setting(config, "run.seed", 1, problems);
  return settings;
}

export function codeLensEnabled(uri: vscode.Uri): boolean {
  return setting(vscode.workspace.getConfiguration(SECTION, uri), "codeLens.enabled", true, []);
}

/** What a run's page is told. */
export function pageSettings(): PageSettings {
  return readPageSettings(vscode.workspace.getConfiguration(SECTION), []);
}

function readPageSettings(config: vscode.WorkspaceConfiguration, problems: string[]): PageSettings {
  return {
    reducedMotion: setting(config, "run.reducedMotion", "auto", problems),
    speed: setting(config, "run.speed", DEFAULT_SETTINGS.speed, problems),
    dynamicChildren: setting(config, "run.dynamicChildren", DEFAULT_SETTINGS.dynamicChildren, problems),
    maxEvents: setting(config, "run.maxEvents", DEFAULT_SETTINGS.maxEvents, problems),
  };
}

/** What is done about a program that is debugged and has a System. */
export function onDebug(): SettingValue<"live.onDebug"> {
  return setting(vscode.workspace.getConfiguration(SECTION), "live.onDebug", "ask", []);
}

/** Names of fields whose values are not shown of running programs. */
export function hiddenNames(): string {
  return setting(vscode.workspace.getConfiguration(SECTION), "live.hideState", HIDDEN_NAMES, []);
}

export function runSeed(): number {
  return setting(vscode.workspace.getConfiguration(SECTION), "run.seed", 1, []);
}

function setting<N extends SettingName>(
  config: vscode.WorkspaceConfiguration,
  name: N,
  fallback: SettingValue<N>,
  problems: string[],
): SettingValue<N> {
  const value = config.get<unknown>(name);
  return value === undefined ? fallback : (readSetting(name, value, problems) ?? fallback);
}
