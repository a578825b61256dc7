/** Edits of fixes and experiments, written into the files on disk. */
import path from "node:path";
import type { OpenedPaths } from "../../analysis/session/index.ts";
import {
  decodeExactly,
  encodeExactly,
  type FileChange,
  FileNotWritten,
  FileRefused,
  writeFiles,
} from "../../files/index.ts";
import { applyEdits, selectFixes } from "../../lint/index.ts";
import type { Finding, Fix, TextEdit } from "../../model/index.ts";
import type { Io } from "../io.ts";
import { display } from "../load.ts";
import { complain, note } from "../say.ts";

/**
 * Applies the safe fixes that can be applied together. What cannot be written is told once; `told` remembers it.
 * @returns how many fixes were applied; 0 when there is nothing more to do
 */
export async function fixFiles(
  io: Io,
  opened: OpenedPaths,
  findings: readonly Finding[],
  told: Set<string>,
): Promise<number> {
  let applied = 0;
  const { base } = opened.session;
  for (const fixes of together(selectFixes(findings).fixes.map(({ fix }) => fix))) {
    try {
      await writeEdits(
        opened,
        fixes.flatMap(({ edits }) => edits),
      );
      applied += fixes.length;
      for (const { edits, title } of fixes)
        note(io, `Fixed ${display(io, base, edits[0]!.location.file)}: ${title}`);
    } catch (error) {
      if (!(error instanceof FileNotWritten)) throw error;
      const problem = `${display(io, base, error.file)}: not fixed: ${error.message}`;
      if (!told.has(problem)) complain(io, problem);
      told.add(problem);
    }
  }
  return applied;
}

/** Fixes in groups that share no file: each group is written whole or not at all. */
function together(fixes: readonly Fix[]): Fix[][] {
  let groups: { fixes: Fix[]; files: Set<string> }[] = [];
  for (const fix of fixes) {
    const own = { fixes: [fix], files: new Set(fix.edits.map(({ location }) => location.file)) };
    const shares = (group: typeof own): boolean => [...group.files].some((file) => own.files.has(file));
    const touched = groups.filter(shares);
    groups = groups.filter((group) => !touched.includes(group));
    groups.push({
      fixes: [...touched.flatMap((group) => group.fixes), fix],
      files: new Set([...touched, own].flatMap((group) => [...group.files])),
    });
  }
  return groups.map((group) => group.fixes);
}

/**
 * Writes edits that were made for the session's present model.
 * @throws FileNotWritten; then all files are as they were
 */
const writeEdits = (opened: OpenedPaths, edits: readonly TextEdit[]): Promise<void> =>
  writeChanges(opened, changesFor(opened, edits));

/** Writes within the paths that the session was opened for. */
export const writeChanges = ({ roots, files }: OpenedPaths, changes: readonly FileChange[]): Promise<void> =>
  writeFiles(changes, { within: [...roots, ...files] });

/** Edits as changes of files, which are refused where a file is not what the session's model was made from. */
export function changesFor({ session }: OpenedPaths, edits: readonly TextEdit[]): FileChange[] {
  return [...new Set(edits.map(({ location }) => location.file))].map((file) => {
    const own = edits.filter(({ location }) => location.file === file);
    // Both as of now: until the change gets its turn, the session may go on.
    const isAnalysed = session.analysed(file);
    const analysed = session.sources.get(file);
    const content = (before: Buffer | null): Buffer => {
      const found = before && decodeExactly(before);
      if (before && !found)
        throw new FileRefused("it is not all UTF-8 or UTF-16: some of its bytes would be lost");
      if (!found || !isAnalysed?.(before) || found.text !== analysed)
        throw new FileRefused("it changed since it was analysed");
      const text = applyEdits(found.text, own);
      if (text === null) throw new FileRefused("the edits overlap");
      const bytes = encodeExactly({ ...found, text });
      if (bytes === null) throw new FileRefused("the new text cannot be encoded");
      return bytes;
    };
    return { file: path.resolve(session.base, file), content };
  });
}
