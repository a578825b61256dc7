/** How far a scan is, for the status bar. */
import type { ScanProgress } from "../../analysis/session/options.ts";

/** Walking takes no time that anybody could tell in advance; looking at files and parsing them share the bar. */
export function percentOf({ phase, done, total }: ScanProgress): number | null {
  if (phase === "walk" || total === 0) return null;
  const part = done / total;
  return Math.round((phase === "scan" ? part * 0.7 : 0.7 + part * 0.3) * 100);
}
