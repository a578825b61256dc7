/** Why a file was not read or not written, in words for the person who named it. */

/** The message is the end of a sentence that begins with the file: "it is a folder". */
export class FileRefused extends Error {
  override name = "FileRefused";
  /** The system's own code, such as ENOENT. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of its path is no folder",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "it would be larger than files may be here",
  ELOOP: "symbolic links lead in a circle",
  ENAMETOOLONG: "its path is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EIO: "the disk reports an error",
};

/** A failure of the file system as a refusal; other errors are defects and pass through. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof FileRefused) return error;
  if ("code" in error && error.code === "ERR_INVALID_ARG_VALUE")
    return new FileRefused("its path holds the character NUL", error.code);
  if (!("code" in error) || !("syscall" in error)) return error;
  const code = String(error.code);
  return new FileRefused(WORDS[code] ?? code, code);
}
