/** Recordings that somebody named. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Io } from "./io.ts";

/** True for the name of a file, so for nothing that a port or a process could be called. */
export function isRecording(io: Io, given: string): boolean {
  return given.endsWith(".suprec") || (!/^\d+$/.test(given) && existsSync(path.resolve(io.cwd, given)));
}
