/** Files that a command makes because it was told to: a baseline, a saved run. */
import path from "node:path";
import { FileRefused, readText, writeFiles } from "../files/index.ts";
import { type Io, UsageError } from "./io.ts";

export interface Product {
  /** As the person named it. */
  file: string;
  /** "baseline", "saved run". */
  kind: string;
  text: string;
  /** Null when a text is one of this kind; else what is wrong with it. */
  check(text: string): string | null;
  /** Overwrite whatever is there. */
  force: boolean;
}

/**
 * Writes a product. An empty file and an older one of its kind are replaced, everything else only with `force`.
 * @throws UsageError
 */
export async function writeProduct(io: Io, { file, kind, text, check, force }: Product): Promise<void> {
  const content = (before: Buffer | null): Uint8Array => {
    const isOwn = before === null || before.length === 0 || check(before.toString("utf8")) === null;
    if (!isOwn && !force)
      throw new FileRefused(`it holds something else than a ${kind}; --force overwrites it`);
    return Buffer.from(text, "utf8");
  };
  try {
    await writeFiles([{ file: path.resolve(io.cwd, file), content }]);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new UsageError(`${file}: the ${kind} was not written: ${error.message}`);
  }
}

/** The text of a file that an option names. @throws UsageError */
export async function readOption(io: Io, file: string, missing = "no such file"): Promise<string> {
  try {
    return await readText(path.resolve(io.cwd, file));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new UsageError(
      `${file}: ${error.code === "ENOENT" ? missing : `cannot be read: ${error.message}`}`,
    );
  }
}
