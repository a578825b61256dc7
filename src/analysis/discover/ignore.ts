/**
 * .gitignore files, nested ones included, with git's own rules: the last matching pattern of the deepest file decides,
 * `!` takes back, a trailing `/` means folders only, and nothing below an ignored folder can be taken back (the walk
 * does not enter it).
 */
import { globSource } from "./glob.ts";

interface Rule {
  pattern: RegExp;
  negated: boolean;
  foldersOnly: boolean;
  /** It says nothing of folders above, so the name alone is tested: most patterns, and every file is asked. */
  named: boolean;
}

/** The patterns of one .gitignore. */
export interface IgnoreFile {
  /** The folder whose paths the patterns describe. */
  folder: string;
  rules: Rule[];
}

/** Reads the text of a .gitignore that lies in `folder`. */
export function parseIgnore(folder: string, text: string): IgnoreFile {
  const rules: Rule[] = [];
  for (const raw of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const rule = parseRule(raw);
    if (rule === undefined) continue;
    const last = rules.at(-1);
    // Neighbours that say the same kind of thing become one expression: fewer tests per file.
    if (
      last !== undefined &&
      last.negated === rule.negated &&
      last.foldersOnly === rule.foldersOnly &&
      last.named === rule.named
    )
      last.pattern = new RegExp(`${last.pattern.source}|${rule.pattern.source}`);
    else rules.push(rule);
  }
  return { folder, rules };
}

function parseRule(raw: string): Rule | undefined {
  let text = raw.replace(/(?<!\\)(?:[ \t])+$/, "");
  if (text === "" || text.startsWith("#")) return undefined;
  const negated = text.startsWith("!");
  if (negated) text = text.slice(1);
  const foldersOnly = text.endsWith("/");
  if (foldersOnly) text = text.slice(0, -1);
  const anchored = text.includes("/");
  if (text.startsWith("/")) text = text.slice(1);
  if (text === "") return undefined;
  // `a/**` is everything inside a, not a itself.
  const inside = text.endsWith("/**");
  while (text.endsWith("/**")) text = text.slice(0, -3);
  const all = inside && (text === "**" || text === "");
  const source = all ? ".+" : `${globSource(text, { braces: false, sets: true })}${inside ? "/.+" : ""}`;
  try {
    return {
      pattern: new RegExp(`^${source}$`),
      negated,
      foldersOnly,
      named: !anchored,
    };
  } catch {
    return undefined;
  }
}

/** Whether git ignores `path` (absolute), given the files that apply, outermost first. */
export function isIgnored(files: readonly IgnoreFile[], path: string, folder: boolean): boolean {
  for (let f = files.length - 1; f >= 0; f--) {
    const file = files[f]!;
    if (file.rules.length === 0) continue;
    const inside = path.slice(file.folder.length + (file.folder.endsWith("/") ? 0 : 1));
    const name = path.slice(path.lastIndexOf("/") + 1);
    for (let r = file.rules.length - 1; r >= 0; r--) {
      const rule = file.rules[r]!;
      if (rule.foldersOnly && !folder) continue;
      if (rule.pattern.test(rule.named ? name : inside)) return !rule.negated;
    }
  }
  return false;
}
