/** Every relative link and picture in the project's Markdown leads to a file, and to a heading where it names one. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { exists, root } from "../util/paths.ts";
import type { StepResult } from "./steps.ts";

const SKIP = new Set(["node_modules", "dist", "artifacts", ".cache", ".git", "fixtures"]);

export async function checkDocs(): Promise<StepResult> {
  const problems: string[] = [];
  let passed = 0;
  for (const file of await markdownFiles(root)) {
    const found = await brokenLinks(file);
    if (found.length === 0) passed += 1;
    else problems.push(...found);
  }
  return problems.length === 0
    ? { passed, failed: 0, skipped: 0 }
    : { passed, failed: problems.length, skipped: 0, output: problems.join("\n") };
}

async function markdownFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (SKIP.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await markdownFiles(path)));
    else if (entry.name.endsWith(".md")) files.push(path);
  }
  return files;
}

async function brokenLinks(file: string): Promise<string[]> {
  const text = withoutCode(await readFile(file, "utf8"));
  const problems: string[] = [];
  for (const [, target = ""] of text.matchAll(/!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)) {
    if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
    const [path = "", anchor] = target.split("#");
    const resolved = path === "" ? file : join(dirname(file), decodeURIComponent(path));
    if (!(await exists(resolved))) problems.push(`${relative(root, file)}: ${target} does not exist`);
    else if (anchor && resolved.endsWith(".md") && !(await headings(resolved)).has(anchor)) {
      problems.push(`${relative(root, file)}: ${target} names no heading`);
    }
  }
  return problems;
}

async function headings(file: string): Promise<Set<string>> {
  const text = withoutCode(await readFile(file, "utf8"));
  const anchors = new Set<string>();
  for (const [, title = ""] of text.matchAll(/^#{1,6}\s+(.+)$/gm)) {
    const anchor = title
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    // As on GitHub: the second heading of the same text is `text-1`.
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Fenced blocks hold code, not links. Code spans keep their text: headings have them. */
function withoutCode(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "");
}
