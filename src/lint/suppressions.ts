/**
 * Comments that silence findings:
 *
 *     // suptree-disable-next-line child-order -- the cache may come up late
 *     // suptree-disable-file overloaded-supervisor, child-order
 *
 * Without a rule they silence all. A comment stands alone on its line; what follows `--` is the reason.
 */
import type { Finding, Location } from "../model/index.ts";
import type { SourceReader } from "./rule.ts";

interface Suppressions {
  /** Rules silenced in the whole file; null stands for all. */
  file: (string | null)[];
  /** By the line that they apply to (1-based). */
  lines: Map<number, (string | null)[]>;
}

const NONE: Suppressions = { file: [], lines: new Map() };
const COMMENT = /^\s*(?:\/\/|\/\*+|\*)\s*suptree-disable-(next-line|file)\b([^\n]*)$/;

/** Reads the comments of one file. */
export function parseSuppressions(text: string): Suppressions {
  if (!text.includes("suptree-disable-")) return NONE;
  const found: Suppressions = { file: [], lines: new Map() };
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  for (const [index, line] of lines.entries()) {
    const match = COMMENT.exec(line);
    if (!match) continue;
    const names = (match[2] ?? "").replace(/\*\/\s*$/, "").split(/\s--(?:\s|$)/)[0] ?? "";
    const rules = names.split(/[\s,]+/).filter((name) => name !== "");
    const entries = rules.length > 0 ? rules : [null];
    if (match[1] === "file") {
      found.file.push(...entries);
      continue;
    }
    // Several such comments may be stacked above one line of code.
    let target = index + 1;
    while (target < lines.length && (COMMENT.test(lines[target]!) || lines[target]!.trim() === "")) target++;
    const line1 = target + 1;
    found.lines.set(line1, [...(found.lines.get(line1) ?? []), ...entries]);
  }
  return found;
}

/**
 * Splits findings into those to show and those that a comment silences: one above what is underlined, or above the definition
 * that it is part of.
 */
export function applySuppressions(
  findings: readonly Finding[],
  definitions: ReadonlyMap<Finding, Location>,
  sources: SourceReader,
): { shown: Finding[]; suppressed: Finding[] } {
  const byFile = new Map<string, Suppressions>();
  const shown: Finding[] = [];
  const suppressed: Finding[] = [];
  for (const finding of findings) {
    const { file, line } = finding.location;
    let comments = byFile.get(file);
    if (!comments) {
      comments = parseSuppressions(sources.get(file) ?? "");
      byFile.set(file, comments);
    }
    const silences = (rule: string | null): boolean => rule === null || rule === finding.rule;
    const lines = [line, definitions.get(finding)?.line ?? line];
    const isSilent =
      comments.file.some(silences) ||
      lines.some((each) => comments?.lines.get(each)?.some(silences) === true);
    (isSilent ? suppressed : shown).push(finding);
  }
  return { shown, suppressed };
}
