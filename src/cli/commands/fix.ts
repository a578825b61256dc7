import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { applyEdits, type SourceReader, selectFixes } from "../../lint/index.ts";
import type { Finding, TextEdit } from "../../model/index.ts";
import type { Io } from "../io.ts";
import { display } from "../load.ts";

const BOM = "\uFEFF";

/**
 * Applies the safe fixes that can be applied together, to the files on disk.
 * @returns how many fixes were applied; 0 when there is nothing more to do
 */
export async function fixFiles(
  io: Io,
  base: string,
  sources: SourceReader,
  findings: readonly Finding[],
): Promise<number> {
  const { fixes, edits } = selectFixes(findings);
  const failed = new Set<string>();
  for (const [file, list] of edits) {
    const problem = await change(path.resolve(base, file), sources.get(file), (text) =>
      applyEdits(text, list),
    );
    if (problem === null) continue;
    failed.add(file);
    io.err(`suptree: ${display(io, base, file)}: not fixed: ${problem}\n`);
  }
  let applied = 0;
  for (const { fix } of fixes) {
    if (fix.edits.some((edit) => failed.has(edit.location.file))) continue;
    applied++;
    io.err(`Fixed ${display(io, base, fix.edits[0]!.location.file)}: ${fix.title}\n`);
  }
  return applied;
}

/**
 * Applies the edits of one fix or experiment to the files on disk.
 * @returns null, or what prevented it
 */
export async function writeEdits(
  base: string,
  sources: SourceReader,
  wanted: readonly TextEdit[],
): Promise<string | null> {
  for (const file of new Set(wanted.map((edit) => edit.location.file))) {
    const edits = wanted.filter((edit) => edit.location.file === file);
    const problem = await change(path.resolve(base, file), sources.get(file), (text) =>
      applyEdits(text, edits),
    );
    if (problem !== null) return `${file}: ${problem}`;
  }
  return null;
}

/** Rewrites one file; the problem when that is not possible. A byte order mark stays. */
async function change(
  file: string,
  analysed: string | undefined,
  edit: (text: string) => string | null,
): Promise<string | null> {
  try {
    const raw = await readFile(file, "utf8");
    const mark = raw.startsWith(BOM) && !analysed?.startsWith(BOM) ? BOM : "";
    const text = raw.slice(mark.length);
    if (text !== analysed) return "it changed since it was analysed";
    const changed = edit(text);
    if (changed === null) return "its fixes overlap";
    await writeFile(file, mark + changed);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
