/** Every program in the repository that is analysed as one: examples, the guide's, and those in tests. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";
import { sources } from "../analysis/check.ts";
import { workspaces } from "../fuzz/corpus.ts";

export interface Program {
  name: string;
  /** Path in the program → text. */
  files: Map<string, string>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Modules in a test's strings, or in the fenced blocks of a page. */
function embedded(file: string): string[] {
  const text = readFileSync(root + file, "utf8");
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  if (file.endsWith(".md"))
    found.push(...[...text.matchAll(/^```(?:ts|js)[^\n]*\n([\s\S]*?)^```/gm)].map((match) => match[1]!));
  else visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found.filter((one) => /\bfrom ["']|\brequire\(["']/.test(one));
}

function inFolder(folder: string, ending: string): string[] {
  return readdirSync(root + folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`);
}

export function programs(): Program[] {
  const embeddedIn = [
    ...inFolder("test/analysis", ".test.ts"),
    ...inFolder("test/lint", ".test.ts"),
    ...inFolder("docs/guide", ".md"),
    ...inFolder("docs/dialects", ".md"),
    ...inFolder("docs/rules", ".md"),
  ].map((file) => ({ file, texts: embedded(file) }));
  return [
    ...workspaces(),
    ...embeddedIn.flatMap(({ file, texts }) =>
      texts.map((text, n) => ({ name: `${file} ${n}`, files: sources(text) })),
    ),
  ].filter(({ files }) => files.size > 0);
}
