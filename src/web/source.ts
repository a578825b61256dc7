/** Excerpts of source files for the page, which cannot open an editor by itself. */
import { realpath } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { decode } from "../analysis/discover/decode.ts";
import { FileRefused, isInside, readBytes, realRoots } from "../files/index.ts";
import { type Location, printable } from "../model/index.ts";
import type { Excerpt } from "../protocol/index.ts";

const AROUND = 6;
const MOST = 60;

/** No source file that the analysis reads is larger. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_COLUMNS = 1000;

/**
 * The lines around a location.
 * @throws Error when the file is outside the folders and files of `within` or cannot be read; the message is fit to be shown.
 */
export async function excerpt(base: string, within: readonly string[], location: Location): Promise<Excerpt> {
  const asked = path.resolve(base, location.file);
  let file: string;
  let text: string;
  try {
    file = await realpath(asked);
  } catch {
    throw new Error(`${location.file} is not there any more.`);
  }
  // After links are resolved: a link in the folder must not lead out of it.
  if (!isInside(await realRoots(within), file))
    throw new Error(`${location.file} is outside what is served and is not shown.`);
  try {
    text = decode(await readBytes(file, MOST_BYTES));
  } catch (error) {
    throw error instanceof FileRefused
      ? new Error(`${location.file} cannot be read: ${error.message}.`)
      : error;
  }
  const lines = text.split(/\r\n|[\r\n\u2028\u2029]/);
  const first = Math.max(1, location.line - AROUND);
  const last = Math.min(lines.length, location.endLine + AROUND, first + MOST - 1);
  const editor = editorLink(pathToFileURL(file), location);
  return {
    title: `${location.file}:${location.line}`,
    lines: lines.slice(first - 1, last).map(shown),
    first,
    marked: { from: location.line, to: Math.min(last, location.endLine) },
    editor,
  };
}

/** What would hide or turn the text around it is spelled out; tabs are what they are. */
function shown(line: string): string {
  const start = line.length > MOST_COLUMNS ? `${line.slice(0, MOST_COLUMNS)}…` : line;
  return start.split("\t").map(printable).join("\t");
}

/** Opens a place in the editor. On a share of Windows the server is a part of the path. */
export function editorLink(file: URL, { line, column }: { line: number; column: number }): string {
  const server = file.host === "" ? "" : `//${file.host}`;
  return `vscode://file${server}${file.pathname}:${line}:${column}`;
}
