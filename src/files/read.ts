/** Reading a file that somebody named: only regular files, and only so much of them. */
import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { FileRefused, refusal } from "./refused.ts";

const { O_RDONLY, O_NONBLOCK = 0 } = constants;

/** What a saved run, a baseline or a source file may hold at most. */
export const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The bytes of a regular file. A FIFO or a device is not waited for, and nothing larger than `limit` is loaded.
 * @throws FileRefused
 */
export async function readBytes(file: string, limit = MOST_BYTES): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    // Asked before it is opened, too: opening alone does something to some devices.
    refuseIrregular(await stat(file));
    handle = await open(file, O_RDONLY | O_NONBLOCK);
    const stats = await handle.stat();
    refuseIrregular(stats);
    return await readAll(handle, stats, limit);
  } catch (error) {
    throw refusal(error);
  } finally {
    await handle?.close();
  }
}

/** The text of a file; what is not UTF-8 becomes U+FFFD. @throws FileRefused */
export async function readText(file: string, limit?: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(file, limit));
}

/** What an open file holds. @throws FileRefused when that is more than `limit` */
export async function readAll(
  handle: FileHandle,
  stats: { size: number | bigint },
  limit: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    // Both are asked: it may grow, and what the system makes up as it is read has no size.
    if (size > limit || stats.size > limit)
      throw new FileRefused(`it is larger than ${Math.round(limit / 1024 / 1024)} MB`);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(256 * 1024), 0, null, null);
    if (bytesRead === 0) return Buffer.concat(chunks, size);
    size += bytesRead;
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

/** @throws FileRefused for all but regular files */
export function refuseIrregular(stats: { isFile(): boolean; isDirectory(): boolean }): void {
  if (stats.isDirectory()) throw new FileRefused("it is a folder", "EISDIR");
  if (!stats.isFile()) throw new FileRefused("it is not a regular file");
}
