/** Findings as JSON: the model's own records, with what was wrong with the input. */
import type { FileProblem, Finding } from "../../model/index.ts";

export function reportJson(
  findings: readonly Finding[],
  more: { base: string; problems: readonly FileProblem[]; suppressed: number; known: number },
): string {
  return `${JSON.stringify({ schemaVersion: 1, ...more, findings }, null, 2)}\n`;
}
