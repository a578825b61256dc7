/**
 * `node scripts/manifest-rules.ts`: writes every lint rule into the manifest's setting `suptree.rules`, so that the
 * editor completes and explains them. A test fails when a rule was added without this.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rules } from "../src/lint/index.ts";
import { root } from "./util/paths.ts";

interface RuleSchema {
  anyOf: unknown;
  markdownDescription?: string;
}

interface Manifest {
  contributes: {
    configuration: {
      properties: Record<
        string,
        { properties?: Record<string, RuleSchema>; additionalProperties?: RuleSchema }
      >;
    }[];
  };
}

/** The manifest and its sentences with all rules in them. */
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
