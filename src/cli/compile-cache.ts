/**
 * Where Node keeps compiled code between runs. What lies there is executed, so it must be a folder that nobody else can write
 * to: Node's own default is a shared one below the folder for temporary files.
 */
import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** The user's own folder, made when it is missing; null when there is none that is safe. */
export function compileCacheFolder(env: NodeJS.ProcessEnv = process.env, home = homedir()): string | null {
  const caches = cachesFolder(env, home);
  if (caches === null) return null;
  const folder = path.join(caches, "suptree", "compile-cache");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (process.platform === "win32") return folder;
    const own = process.getuid?.();
    const stats = lstatSync(folder);
    if (!stats.isDirectory() || stats.uid !== own) return null;
    if ((stats.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
    return isGuarded(realpathSync(folder), own) ? folder : null;
  } catch {
    return null;
  }
}

function cachesFolder(env: NodeJS.ProcessEnv, home: string): string | null {
  const absolute = (folder: string | undefined): string | null =>
    folder !== undefined && path.isAbsolute(folder) ? folder : null;
  if (process.platform === "win32") return absolute(env.LOCALAPPDATA);
  const own = absolute(home);
  if (process.platform === "darwin") return own && path.join(own, "Library", "Caches");
  return absolute(env.XDG_CACHE_HOME) ?? (own && path.join(own, ".cache"));
}

/** Nobody but this user and root can put another folder in the place of this one or of one above it. */
function isGuarded(folder: string, own: number | undefined): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    const { uid, mode } = statSync(at);
    const sticky = (mode & 0o1000) !== 0;
    if ((uid !== own && uid !== 0) || ((mode & 0o022) !== 0 && !sticky)) return false;
    if (at === path.dirname(at)) return true;
  }
}
