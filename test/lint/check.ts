/**
 * Checks rules on source text. A fixture is one string with one or more files; a line of `~` under the code says
 * which finding is expected there:
 *
 *     // file: app.ts
 *     { id: "api", start: [Api] },
 *     ~~~~~~~~~~~~~~~~~~~~~~~~~~~ child-order bootFails
 *
 * A finding that spans lines is drawn up to the end of its first line.
 */
import { expect } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { applyEdits, type LintOptions, lint, type RuleId } from "../../src/lint/index.ts";
import type { Finding } from "../../src/model/index.ts";

const MARK = /^(?:\s*\/\/)?(\s*)(~+)\s+([a-z-]+)\s+(\w+)\s*$/;

interface Fixture {
  files: Map<string, string>;
  expected: string[];
}

function parse(text: string): Fixture {
  const files = new Map<string, string>();
  const expected: string[] = [];
  let file = "app.ts";
  let lines: string[] = [];
  const close = () => {
    if (lines.some((line) => line.trim() !== "")) files.set(file, `${lines.join("\n")}\n`);
  };
  for (const line of text.split("\n")) {
    const start = /^\s*\/\/ file: (\S+)$/.exec(line)?.[1];
    const mark = MARK.exec(line);
    if (start !== undefined) {
      close();
      file = start;
      lines = [];
    } else if (mark) {
      const column = line.indexOf("~") + 1;
      expected.push(`${file}:${lines.length}:${column}-${column + mark[2]!.length} ${mark[3]} ${mark[4]}`);
    } else {
      lines.push(line);
    }
  }
  close();
  return { files, expected };
}

export interface Checked {
  findings: Finding[];
  files: Map<string, string>;
  /** The files after the first fix of the first finding that has one; null when there is none. */
  fixed: Map<string, string> | null;
}

/** Lints the fixture with one rule; fails when the findings are not exactly those that are drawn. */
export function check(rule: RuleId, text: string, options: LintOptions = {}): Checked {
  const { files, expected } = parse(text);
  const findings = lintFiles(files, options).filter((finding) => finding.rule === rule);
  const drawn = findings.map(({ location, messageId }) => {
    const line = files.get(location.file)!.split("\n")[location.line - 1]!;
    const end = location.endLine === location.line ? location.endColumn : line.length + 1;
    return `${location.file}:${location.line}:${location.column}-${end} ${rule} ${messageId}`;
  });
  expect(drawn).toEqual(expected);
  return { findings, files, fixed: applyFirstFix(files, findings) };
}

/** All findings in these files. */
export function lintFiles(files: Map<string, string>, options: LintOptions = {}): Finding[] {
  const model = analyzeSources(files);
  // A file whose analysis failed has no findings, and tests that expect none would pass.
  expect(model.problems.filter(({ kind }) => kind === "internal")).toEqual([]);
  return lint(model, { sources: files, ...options });
}

export function applyFirstFix(
  files: Map<string, string>,
  findings: readonly Finding[],
): Map<string, string> | null {
  const fix = findings.flatMap((finding) => finding.fixes)[0];
  if (!fix) return null;
  const fixed = new Map(files);
  for (const [file, text] of files) {
    const edits = fix.edits.filter((edit) => edit.location.file === file);
    if (edits.length === 0) continue;
    const changed = applyEdits(text, edits);
    expect(changed, `the edits of "${fix.title}" fit together`).not.toBeNull();
    fixed.set(file, changed!);
  }
  return fixed;
}
