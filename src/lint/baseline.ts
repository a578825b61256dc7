/**
 * A baseline: the findings that a code base already has, so that it can adopt the rules today and be told only
 * what is new. A finding is known again by its rule, message, supervisor and children, not by its line, so the
 * file survives unrelated edits. The file is sorted and has one line per finding, so that it diffs well.
 */
import { addUnder, type Finding } from "../model/index.ts";

const BASELINE_VERSION = 1;

/** A finding's identity across edits. */
export interface KnownFinding {
  rule: string;
  messageId: string;
  file: string;
  supervisor: string | null;
  children: string[];
}

export interface Baseline {
  version: typeof BASELINE_VERSION;
  findings: KnownFinding[];
}

export type BaselineResult = { ok: true; baseline: Baseline } | { ok: false; problem: string };

const identityOf = (finding: Finding | KnownFinding, file: string): KnownFinding => ({
  rule: finding.rule,
  messageId: finding.messageId,
  file,
  supervisor: finding.supervisor,
  children: [...finding.children],
});

const keyOf = (known: KnownFinding): string =>
  JSON.stringify([known.file, known.rule, known.messageId, known.supervisor, known.children]);

const identify = (finding: Finding): KnownFinding => identityOf(finding, finding.location.file);

/** The text of a baseline file with these findings. */
export function writeBaseline(findings: readonly Finding[]): string {
  const lines = findings
    .map(identify)
    .map((known) => ({ known, key: keyOf(known) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ known }) => `    ${JSON.stringify(known)}`);
  const body = lines.length > 0 ? `[\n${lines.join(",\n")}\n  ]` : "[]";
  return `{\n  "version": ${BASELINE_VERSION},\n  "findings": ${body}\n}\n`;
}

/** Reads a baseline file; the problem says what is wrong with it and where. */
export function readBaseline(text: string): BaselineResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!isRecord(value)) return { ok: false, problem: "is not a JSON object" };
  if (value.version !== BASELINE_VERSION) {
    return {
      ok: false,
      problem: `has version ${JSON.stringify(value.version)}, expected ${BASELINE_VERSION}`,
    };
  }
  if (!Array.isArray(value.findings)) return { ok: false, problem: 'has no list "findings"' };
  const findings: KnownFinding[] = [];
  for (const [index, entry] of value.findings.entries()) {
    const known = toKnown(entry);
    if (!known) return { ok: false, problem: `has a malformed entry findings[${index}]` };
    findings.push(known);
  }
  return { ok: true, baseline: { version: BASELINE_VERSION, findings } };
}

function toKnown(entry: unknown): KnownFinding | null {
  if (!isRecord(entry)) return null;
  const { rule, messageId, file, supervisor, children } = entry;
  if (typeof rule !== "string" || typeof messageId !== "string" || typeof file !== "string") return null;
  if (supervisor !== null && typeof supervisor !== "string") return null;
  if (!Array.isArray(children) || !children.every((key): key is string => typeof key === "string"))
    return null;
  return { rule, messageId, file, supervisor, children };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Splits findings into new and known ones. An entry covers one finding, so a second one of the same kind in the
 * same place is new. `gone` are entries that nothing matches any more: time to update the file.
 */
export function applyBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
): { fresh: Finding[]; known: Finding[]; gone: KnownFinding[] } {
  const left = new Map<string, KnownFinding[]>();
  for (const entry of baseline.findings) {
    const key = keyOf(entry);
    addUnder(left, key, entry);
  }
  const fresh: Finding[] = [];
  const known: Finding[] = [];
  for (const finding of findings) {
    const entries = left.get(keyOf(identify(finding)));
    if (entries?.pop()) known.push(finding);
    else fresh.push(finding);
  }
  return { fresh, known, gone: [...left.values()].flat() };
}
