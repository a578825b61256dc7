/** Applies the text edits of fixes to source text. Pure. */
import type { Finding, Fix, TextEdit } from "../model/index.ts";
import { Positions } from "./positions.ts";

/**
 * Applies edits that do not overlap, in any order.
 * @returns null when two edits overlap or one lies outside the text.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | null {
  const positions = new Positions(text);
  const ranges: { start: number; end: number; newText: string; order: number }[] = [];
  for (const [order, edit] of edits.entries()) {
    const range = positions.range(edit.location);
    if (!range) return null;
    ranges.push({ ...range, newText: edit.newText, order });
  }
  ranges.sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let result = "";
  let at = 0;
  for (const range of ranges) {
    if (range.start < at) return null;
    result += text.slice(at, range.start) + range.newText;
    at = range.end;
  }
  return result + text.slice(at);
}

export interface FixSelection {
  /** The fixes that can be applied together, each with the findings that it answers. */
  fixes: { fix: Fix; findings: Finding[] }[];
  /** Edits by file. */
  edits: Map<string, TextEdit[]>;
}

/**
 * Chooses the first safe fix of each finding, leaving out what would overlap an earlier choice: lint again after
 * applying, the rest comes then. Findings whose fix is the same edit share it.
 */
export function selectFixes(findings: readonly Finding[]): FixSelection {
  const chosen: FixSelection = { fixes: [], edits: new Map() };
  const byEdits = new Map<string, { fix: Fix; findings: Finding[] }>();
  for (const finding of findings) {
    const fix = finding.fixes.find((candidate) => candidate.safe && candidate.edits.length > 0);
    if (!fix) continue;
    const key = JSON.stringify(fix.edits);
    const same = byEdits.get(key);
    if (same) {
      same.findings.push(finding);
      continue;
    }
    if (fix.edits.some((edit) => touchesAny(edit, chosen.edits.get(edit.location.file) ?? []))) continue;
    for (const edit of fix.edits) {
      const list = chosen.edits.get(edit.location.file) ?? [];
      list.push(edit);
      chosen.edits.set(edit.location.file, list);
    }
    const entry = { fix, findings: [finding] };
    byEdits.set(key, entry);
    chosen.fixes.push(entry);
  }
  return chosen;
}

function touchesAny(edit: TextEdit, others: readonly TextEdit[]): boolean {
  const a = edit.location;
  return others.some(({ location: b }) => {
    const before = a.endLine < b.line || (a.endLine === b.line && a.endColumn < b.column);
    const after = b.endLine < a.line || (b.endLine === a.line && b.endColumn < a.column);
    return !before && !after;
  });
}
