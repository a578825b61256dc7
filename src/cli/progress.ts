/** A bar on stderr for scans that take a while. It draws nothing in the first moments, and cleans up behind itself. */
import type { ScanProgress } from "../analysis/session/index.ts";
import type { Io } from "./io.ts";

const PATIENCE = 400; // ms without a bar
const INTERVAL = 80; // ms between redraws

const LABELS: Record<ScanProgress["phase"], string> = {
  walk: "finding files",
  scan: "looking for supervisors",
  parse: "reading definitions",
};

export interface Progress {
  update(progress: ScanProgress): void;
  done(): void;
}

/** @param now milliseconds, for tests */
export function createProgress(io: Io, now: () => number = () => performance.now()): Progress {
  const start = now();
  let last = 0;
  let drawn = false;
  return {
    update(progress) {
      const time = now();
      if (!io.interactive || time - start < PATIENCE || time - last < INTERVAL) return;
      last = time;
      drawn = true;
      io.err(`\r\u001b[2K${bar(progress, io.columns)}`);
    },
    done() {
      if (drawn) io.err("\r\u001b[2K");
      drawn = false;
    },
  };
}

/** One line, no wider than `columns`. */
export function bar({ phase, done, total }: ScanProgress, columns: number): string {
  const label = LABELS[phase];
  if (total === 0) return `${label}: ${done}`.slice(0, columns - 1);
  const share = Math.min(1, done / total);
  const numbers = ` ${Math.floor(share * 100)} %  ${done}/${total}`;
  const width = Math.min(30, columns - label.length - numbers.length - 4);
  if (width < 5) return `${label}${numbers}`.slice(0, columns - 1);
  const full = Math.round(share * width);
  return `${label} ${"█".repeat(full)}${"░".repeat(width - full)}${numbers}`;
}
