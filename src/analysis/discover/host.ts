/**
 * What the analysis needs of a file system. The same analysis runs on Node's `fs`, on `vscode.workspace.fs` behind
 * messages, and on a map in memory: a host may answer at once or with a promise, and failures are values.
 */

export type MaybePromise<T> = T | Promise<T>;

export type FileFailure =
  | "not_found"
  | "unreadable"
  | "too_large"
  | "set_aside"
  | "not_a_file"
  | "not_a_directory";

/** Why the host could not answer; `message` is the system's own words. */
export class HostError {
  readonly kind: FileFailure;
  readonly message: string;
  constructor(kind: FileFailure, message: string) {
    this.kind = kind;
    this.message = message;
  }
}

export type EntryKind = "file" | "directory" | "symlink" | "other";

export interface DirectoryEntry {
  name: string;
  kind: EntryKind;
}

export interface FileStat {
  kind: "file" | "directory" | "other";
  /** Bytes. */
  size: number;
}

/** Paths are absolute and normalised (see paths.ts). No method throws or rejects. */
export interface FileSystemHost {
  /** The entries of a folder in any order; links are reported as links. */
  readDirectory(path: string): MaybePromise<DirectoryEntry[] | HostError>;
  /**
   * The bytes of a file, at most `limit` of them: a longer file is `too_large`. The array may be the host's own buffer and
   * is valid until the next call that answers at once; whoever keeps it copies it.
   */
  readFile(path: string, limit: number): MaybePromise<Uint8Array | HostError>;
  /** Follows links. */
  stat(path: string): MaybePromise<FileStat | HostError>;
  /** The path with every link followed. */
  realPath(path: string): MaybePromise<string | HostError>;
  /** No answer of this host is a promise. */
  answersAtOnce?: true;
  /** A digest of a content, where the platform has a fast one. */
  hash?(bytes: Uint8Array): string;
}

/** Waits only if there is something to wait for: the Node host answers at once, thousands of times. */
export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return value instanceof Promise;
}
