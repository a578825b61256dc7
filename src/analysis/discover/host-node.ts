/** The file system host of Node: synchronous calls, since they are several times faster than promises for small files. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { type DirectoryEntry, type FileFailure, type FileSystemHost, HostError } from "./host.ts";
import { normalize } from "./paths.ts";

/** A FIFO without a writer is empty then, instead of holding everything up. */
const READ = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0);
const FIRST_BUFFER = 256 * 1024;
/** A larger one is given back after use. */
const KEPT_BUFFER = 4 * 1024 * 1024;

/** A host on the real file system. Each host has one read buffer, so each thread needs its own. */
export function nodeHost(): FileSystemHost {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);

  function readFile(path: string, limit: number): Uint8Array | HostError {
    let fd: number;
    try {
      fd = fs.openSync(path, READ);
    } catch (error) {
      return failure(error);
    }
    try {
      let length = 0;
      for (;;) {
        const room = buffer.length - length;
        const read = fs.readSync(fd, buffer, length, room, null);
        length += read;
        if (length > limit) return new HostError("too_large", `larger than ${limit} bytes`);
        // A short read of a regular file is its end; asking again would cost a system call per file.
        if (read < room) return buffer.subarray(0, length);
        const larger = Buffer.allocUnsafeSlow(
          Math.min(buffer.length * 4, Math.max(limit, buffer.length) + 1),
        );
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
    } catch (error) {
      return failure(error);
    } finally {
      try {
        fs.closeSync(fd);
      } catch {
        // Nothing was written, so a failing close loses nothing.
      }
      if (buffer.length > KEPT_BUFFER) buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
    }
  }

  return {
    answersAtOnce: true,
    readFile,
    hash: (bytes) => createHash("md5").update(bytes).digest("base64"),
    readDirectory(path) {
      try {
        return fs.readdirSync(path, { withFileTypes: true }).map(entryOf);
      } catch (error) {
        return failure(error);
      }
    },
    stat(path) {
      try {
        const stat = fs.statSync(path);
        return { kind: stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other", size: stat.size };
      } catch (error) {
        return failure(error);
      }
    },
    realPath(path) {
      try {
        return normalize(fs.realpathSync.native(path));
      } catch (error) {
        return failure(error);
      }
    },
  };
}

function entryOf(entry: fs.Dirent): DirectoryEntry {
  const kind = entry.isFile()
    ? "file"
    : entry.isDirectory()
      ? "directory"
      : entry.isSymbolicLink()
        ? "symlink"
        : "other";
  return { name: entry.name, kind };
}

const KINDS: Readonly<Record<string, FileFailure>> = {
  ENOENT: "not_found",
  ENOTDIR: "not_a_directory",
  EISDIR: "not_a_file",
};

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "not a folder",
  EISDIR: "is a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "symbolic links that lead in a circle",
  EMFILE: "too many open files",
  ENAMETOOLONG: "the path is too long",
  EAGAIN: "is not a regular file",
};

function failure(error: unknown): HostError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const words = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  return new HostError(KINDS[code] ?? "unreadable", words);
}
