/**
 * The one way in which the command line and `serve` write files: whole or not at all. The new content goes to a
 * temporary file beside the old one, is brought to the disk, and takes its name.
 */
import { randomBytes } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { access, type FileHandle, link, lstat, open, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";
import { isInside, realRoots } from "./fence.ts";
import { MOST_BYTES, readAll, refuseIrregular } from "./read.ts";
import { FileRefused, refusal } from "./refused.ts";

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

export interface FileChange {
  /** Absolute. */
  file: string;
  /**
   * The new content; `before` is null when there is no such file.
   * @throws FileRefused to leave it as it is
   */
  content(before: Buffer | null): Uint8Array;
}

/** A refusal that says which file it was about. */
export class FileNotWritten extends FileRefused {
  override name = "FileNotWritten";
  /** As it was named. */
  readonly file: string;

  constructor(file: string, reason: FileRefused) {
    super(reason.message, reason.code);
    this.file = file;
  }
}

/**
 * Writes all of these files, or none. A link is followed and its target replaced. Changes of the same file wait for each
 * other, and each sees what the one before it left.
 * @param within folders and files; what lies elsewhere once links are followed is refused
 * @throws FileNotWritten; then every file is as it was, unless the message says that one could not be put back
 */
export async function writeFiles(
  changes: readonly FileChange[],
  { within }: { within?: readonly string[] } = {},
): Promise<void> {
  const targets: string[] = [];
  for (const { file } of changes) targets.push(await about(file, () => targetOf(file)));
  await inTurn(targets, async () => {
    const roots = within && (await realRoots(within));
    const staged: Staged[] = [];
    const replaced: Staged[] = [];
    try {
      for (const [index, change] of changes.entries())
        await about(change.file, async () => {
          const target = targets[index]!;
          if ((await targetOf(change.file)) !== target) throw new FileRefused("it changed meanwhile");
          if (targets.indexOf(target) !== index) throw new FileRefused("it has two names here");
          if (roots && !isInside(roots, target))
            throw new FileRefused("it lies outside the folders and files that were named");
          const file = await stage(target, change.content);
          if (file) staged.push({ ...file, name: change.file });
        });
      for (const file of staged) {
        await about(file.name, () => replace(file));
        replaced.push(file);
      }
    } catch (error) {
      await putAllBack(replaced.reverse());
      throw error;
    } finally {
      for (const { temporary } of staged) await rm(temporary, { force: true });
    }
  });
}

/** The file that a name means, links followed; its folder must exist, it need not. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const folder = await realpath(path.dirname(file)).catch((reason: NodeJS.ErrnoException) => {
      throw reason.code === "ENOENT" ? new FileRefused("its folder does not exist", "ENOENT") : reason;
    });
    const target = path.join(folder, path.basename(file));
    if (await lstatOf(target)) throw new FileRefused("it is a link to a file that does not exist");
    return target;
  }
}

/** The last piece of work on each file. */
const tails = new Map<string, Promise<unknown>>();

/** Starts when all earlier work on any of these files has ended. */
async function inTurn<T>(files: readonly string[], work: () => Promise<T>): Promise<T> {
  const before = files.map((file) => tails.get(file));
  const result = Promise.all(before).then(work);
  const tail = result.catch(() => undefined);
  for (const file of files) tails.set(file, tail);
  try {
    return await result;
  } finally {
    for (const file of files) if (tails.get(file) === tail) tails.delete(file);
  }
}

interface Original {
  bytes: Buffer;
  stats: BigIntStats;
}

interface NewContent {
  target: string;
  /** The new content, beside the target. */
  temporary: string;
  /** Null when the file is new. */
  original: Original | null;
}

interface Staged extends NewContent {
  /** As the change calls it. */
  name: string;
}

/** Everything but the renaming; null when nothing changes. */
async function stage(target: string, content: FileChange["content"]): Promise<NewContent | null> {
  const original = await readOriginal(target);
  const bytes = content(original?.bytes ?? null);
  if (original?.bytes.equals(bytes)) return null;
  return { target, original, temporary: await writeBeside(target, bytes, original?.stats ?? null) };
}

async function readOriginal(target: string): Promise<Original | null> {
  const seen = await lstatOf(target);
  if (seen === null) return null;
  refuseIrregular(seen);
  const handle = await open(target, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = await handle.stat({ bigint: true });
    refuseIrregular(stats);
    // Renaming over it would ask the folder only.
    if ((stats.mode & 0o222n) === 0n) throw new FileRefused("it is read-only");
    await access(target, constants.W_OK);
    if (stats.nlink > 1n)
      throw new FileRefused(`it has ${stats.nlink} names (hard links), which writing it would part`);
    return { bytes: await readAll(handle, stats, MOST_BYTES), stats };
  } finally {
    await handle.close();
  }
}

/** A new file with this content, and with the old one's owner and mode; on the disk, not only in memory. */
async function writeBeside(target: string, bytes: Uint8Array, like: BigIntStats | null): Promise<string> {
  const temporary = path.join(path.dirname(target), `.suptree-${randomBytes(9).toString("base64url")}.tmp`);
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  const handle = await open(temporary, flags, like ? 0o600 : 0o666);
  try {
    try {
      await handle.writeFile(bytes);
      if (like) await adopt(handle, like);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function adopt(handle: FileHandle, like: BigIntStats): Promise<void> {
  const mode = Number(like.mode & 0o7777n);
  const now = await handle.stat({ bigint: true });
  if (now.uid !== like.uid || now.gid !== like.gid)
    await handle.chown(Number(like.uid), Number(like.gid)).catch(() => {});
  // After the owner: changing that takes some of the mode away.
  await handle.chmod(mode);
  const kept = await handle.stat({ bigint: true });
  if (kept.uid !== like.uid || kept.gid !== like.gid)
    throw new FileRefused("it belongs to somebody else, which writing it would change");
  if (process.platform !== "win32" && (kept.mode & 0o7777n) !== BigInt(mode))
    throw new FileRefused("its mode cannot be kept");
}

async function replace({ target, temporary, original }: NewContent): Promise<void> {
  if (original === null) await takeName(temporary, target);
  else {
    const now = await lstatOf(target);
    if (now === null || !isSame(now, original.stats)) throw new FileRefused("it changed meanwhile");
    await rename(temporary, target);
  }
  await syncFolder(path.dirname(target));
}

/** Unlike a renaming, a link never takes a name that somebody else has taken meanwhile. */
async function takeName(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
    await rm(temporary);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new FileRefused("it appeared meanwhile", code);
    // Not every file system has hard links.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
    await rename(temporary, target);
  }
}

const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.dev === b.dev &&
  a.ino === b.ino &&
  a.size === b.size &&
  a.mtimeNs === b.mtimeNs &&
  a.ctimeNs === b.ctimeNs;

/** The state before, since another file of the same change could not be written. */
async function putAllBack(files: readonly Staged[]): Promise<void> {
  const failures: unknown[] = [];
  for (const file of files)
    await about(file.name, () => putBack(file)).catch((error: unknown) => void failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function putBack({ target, original }: NewContent): Promise<void> {
  try {
    if (original === null) await rm(target);
    else await rename(await writeBeside(target, original.bytes, original.stats), target);
  } catch (error) {
    const { message } = refusal(error) as Error;
    throw new FileRefused(`it was written, and could not be put back: ${message}`);
  }
}

/** A renaming is on the disk when its folder is. Not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, O_RDONLY).catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function lstatOf(file: string): Promise<BigIntStats | null> {
  try {
    return await lstat(file, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Failures say which file they are about. */
async function about<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = refusal(error);
    throw reason instanceof FileRefused ? new FileNotWritten(file, reason) : reason;
  }
}
