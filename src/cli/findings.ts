/** Findings as the commands count and show them. */
import type { Finding, Severity } from "../model/index.ts";
import type { Colour } from "./colours.ts";

export type Level = Exclude<Severity, "off">;
export const LEVELS: readonly Level[] = ["error", "warning", "info", "hint"];

export const LEVEL_COLOUR: Record<Level, Colour> = {
  error: "red",
  warning: "yellow",
  info: "blue",
  hint: "cyan",
};

/** "1 error, 2 warnings"; empty for none. */
export function tally(findings: readonly Finding[]): string {
  return LEVELS.map((level) => {
    const n = findings.filter((finding) => finding.severity === level).length;
    if (n === 0) return "";
    const word = level === "info" ? "info" : n === 1 ? level : `${level}s`;
    return `${n} ${word}`;
  })
    .filter((part) => part !== "")
    .join(", ");
}

/** The most serious level among the findings. */
export const worst = (findings: readonly Finding[]): Level | null =>
  LEVELS.find((level) => findings.some((finding) => finding.severity === level)) ?? null;
