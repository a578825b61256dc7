/** Recordings that somebody named. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Io } from "./io.ts";

export const isRecording = (given: string): boolean => given.endsWith(".suprec");

/** True for the name of a file, so for nothing that a port or a process could be called. */
export function isFile(io: Io, given: string): boolean {
  return isRecording(given) || (!/^\d+$/.test(given) && existsSync(path.resolve(io.cwd, given)));
}
