/** `suptree lint`: findings for people, grouped by file. */
import { type Finding, printable } from "../../model/index.ts";
import type { Paint } from "../colours.ts";
import { LEVEL_COLOUR } from "../findings.ts";

export interface TextReportOptions {
  paint: Paint;
  place: (location: { file: string; line: number; column: number }) => string;
}

export function reportText(findings: readonly Finding[], { paint, place }: TextReportOptions): string {
  const lines: string[] = [];
  for (const finding of findings) {
    const sure = finding.certainty === "best effort" ? paint("dim", " (best effort)") : "";
    lines.push(
      `${paint("bold", printable(place(finding.location)))}  ${paint(LEVEL_COLOUR[finding.severity], finding.severity)}  ${paint("dim", finding.rule)}${sure}`,
      `  ${printable(finding.message)}`,
    );
    for (const { message, location } of finding.related) {
      lines.push(paint("dim", `    ${printable(`${place(location)}  ${message}`)}`));
    }
    const fix = finding.fixes[0];
    if (fix)
      lines.push(
        `    ${paint("green", fix.safe ? "fix (--fix):" : "fix (in the editor):")} ${printable(fix.title)}`,
      );
    lines.push("");
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
