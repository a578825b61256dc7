/**
 * `node scripts/l10n.ts`: gathers the sentences of the extension (`l10n.t`) and of the page (`t`) into
 * `l10n/bundle.l10n.json`, from which translations are made: `bundle.l10n.de.json` and so on.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ts } from "ts-morph";
import { OTP_WORDS } from "../src/model/index.ts";
import { root } from "./util/paths.ts";

export const bundleFile = join(root, "l10n", "bundle.l10n.json");

/** Every sentence, sorted; the key is the English text itself. @throws when a sentence is not a literal */
export async function collectSentences(): Promise<Record<string, string>> {
  const sentences = new Set<string>(Object.values(OTP_WORDS).map(({ meaning }) => meaning));
  for (const folder of ["extension", "webview"]) {
    const base = join(root, "src", folder);
    for (const name of await readdir(base, { recursive: true })) {
      if (!/\.tsx?$/.test(name)) continue;
      const text = await readFile(join(base, name), "utf8");
      const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isCallExpression(node) && isTranslation(node.expression)) {
          for (const sentence of literals(node.arguments[0])) sentences.add(sentence);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  }
  return Object.fromEntries([...sentences].sort().map((sentence) => [sentence, sentence]));
}

/** `l10n.t`, `vscode.l10n.t` and the page's `t`. */
function isTranslation(callee: ts.Expression): boolean {
  return callee.getText() === "t" || /(^|\.)l10n\.t$/.test(callee.getText());
}

/** A literal, or a choice between literals; what is looked up at run time is collected where it is written. */
function literals(node: ts.Expression | undefined): string[] {
  if (!node) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return literals(node.expression);
  return [];
}

export function bundleText(sentences: Record<string, string>): string {
  return `${JSON.stringify(sentences, null, 2)}\n`;
}

if (import.meta.main) {
  const sentences = await collectSentences();
  await writeFile(bundleFile, bundleText(sentences));
  console.log(`l10n/bundle.l10n.json: ${Object.keys(sentences).length} sentences`);
}
