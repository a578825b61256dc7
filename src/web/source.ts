/** Excerpts of source files for the page, which cannot open an editor by itself. */
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Location } from "../model/index.ts";

export interface Excerpt {
  title: string;
  /** From `first` on, 1-based. */
  lines: string[];
  first: number;
  /** The lines that the location names. */
  marked: { from: number; to: number };
  /** Opens the place in VS Code. */
  editor: string;
}

const AROUND = 6;
const MOST = 60;

/**
 * The lines around a location.
 * @throws Error when the file is outside `base` or cannot be read; the message is fit to be shown.
 */
export async function excerpt(base: string, location: Location): Promise<Excerpt> {
  const root = await realpath(base);
  const asked = path.resolve(root, location.file);
  let file: string;
  let text: string;
  try {
    file = await realpath(asked);
  } catch {
    throw new Error(`${location.file} is not there any more.`);
  }
  // After links are resolved: a link in the folder must not lead out of it.
  if (file !== root && !file.startsWith(root + path.sep)) {
    throw new Error(`${location.file} is outside ${path.basename(root)} and is not shown.`);
  }
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new Error(`${location.file} cannot be read.`);
  }
  const lines = text.split(/\r\n|\r|\n/);
  const first = Math.max(1, location.line - AROUND);
  const last = Math.min(lines.length, location.endLine + AROUND, first + MOST - 1);
  const editor = `vscode://file${pathToFileURL(file).pathname}:${location.line}:${location.column}`;
  return {
    title: `${location.file}:${location.line}`,
    lines: lines.slice(first - 1, last),
    first,
    marked: { from: location.line, to: Math.min(last, location.endLine) },
    editor,
  };
}
