/**
 * `node scripts/manifest.ts`: writes into the manifest what follows from the sources: every lint rule into the setting
 * `suptree.rules`, so that the editor completes and explains them (it resolves no references there, hence once for each
 * rule), and the packages of the dialects and the debugger's types into the activation events. Tests fail when this was forgotten.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ALL_PACKAGES } from "../src/analysis/dialects/packages.ts";
import { DEBUG_TYPES } from "../src/extension/live/types.ts";
import { rules } from "../src/lint/index.ts";
import { root } from "./util/paths.ts";

interface RuleSchema {
  anyOf: unknown;
  markdownDescription?: string;
}

interface Manifest {
  activationEvents: string[];
  contributes: {
    configuration: {
      properties: Record<
        string,
        { properties?: Record<string, RuleSchema>; additionalProperties?: RuleSchema }
      >;
    }[];
  };
}

const INSTALLED = "workspaceContains:node_modules/";
const TRACKED = "onDebugAdapterProtocolTracker:";

/** The manifest and its sentences with all rules and packages in them. */
export async function withRules(): Promise<{ manifest: string; sentences: string }> {
  const manifest: Manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const sentences: Record<string, string> = JSON.parse(
    await readFile(join(root, "package.nls.json"), "utf8"),
  );
  const setting = manifest.contributes.configuration[0]?.properties["suptree.rules"];
  const value = setting?.additionalProperties;
  if (!setting || !value)
    throw new Error("package.json has no setting suptree.rules with additionalProperties");
  for (const key of Object.keys(sentences)) if (key.startsWith("rule.")) delete sentences[key];
  setting.properties = {};
  for (const rule of Object.values(rules)) {
    setting.properties[rule.id] = { anyOf: value.anyOf, markdownDescription: `%rule.${rule.id}%` };
    const numbers = Object.entries(rule.options).map(([name, number]) => `\`${name}\` (${number})`);
    sentences[`rule.${rule.id}`] =
      numbers.length === 0 ? rule.description : `${rule.description} Numbers: ${numbers.join(", ")}.`;
  }
  const others = manifest.activationEvents.filter(
    (event) => !event.startsWith(INSTALLED) && !event.startsWith(TRACKED),
  );
  const languages = others.filter((event) => event.startsWith("onLanguage:"));
  manifest.activationEvents = [
    ...languages,
    ...ALL_PACKAGES.map((name) => `${INSTALLED}${name}/package.json`),
    ...DEBUG_TYPES.map((type) => `${TRACKED}${type}`),
    ...others.filter((event) => !languages.includes(event)),
  ];
  return {
    manifest: `${JSON.stringify(manifest, null, 2)}\n`,
    sentences: `${JSON.stringify(sentences, null, 2)}\n`,
  };
}

if (import.meta.main) {
  const { manifest, sentences } = await withRules();
  await writeFile(join(root, "package.json"), manifest);
  await writeFile(join(root, "package.nls.json"), sentences);
}
