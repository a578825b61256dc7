/** Findings as JSON: the model's own records, with what was wrong with the input. */
import { type FileProblem, type Finding, printableJson } from "../../model/index.ts";

export function reportJson(
  findings: readonly Finding[],
  more: { base: string; problems: readonly FileProblem[]; suppressed: number; known: number },
): string {
  return `${printableJson({ schemaVersion: 1, ...more, findings })}\n`;
}
