/** Where things are: every script works from the project's root, wherever it is called from. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const dist = join(root, "dist");
/** Screenshots and logs of test runs; git-ignored. */
export const artifacts = join(root, "artifacts");

/** Downloaded editors and browsers: `.cache` here, or a folder that several clones share. */
export const cacheFolder = process.env.SUPTREE_CACHE || join(root, ".cache");

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
