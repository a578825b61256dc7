/**
 * Paths as the analysis uses them everywhere: absolute, `/` between the parts on every platform, no trailing `/`
 * (except the root itself), drive letters in lower case. Pure string functions, so that they run in a web worker.
 */

const DRIVE = /^[A-Za-z]:/;

/** True for `/x`, `c:/x` and `scheme://x`. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}

/** Resolves `.`, `..`, doubled and trailing slashes and back slashes. */
export function normalize(path: string): string {
  let text = path.includes("\\") ? path.replaceAll("\\", "/") : path;
  if (DRIVE.test(text)) text = text[0]!.toLowerCase() + text.slice(1);
  if (!/\/\/|\/\.|^\.|\/$/.test(text)) return text;
  const absolute = text.startsWith("/");
  const out: string[] = [];
  for (const part of text.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (part !== ".." || !absolute) out.push(part);
  }
  const joined = out.join("/");
  return absolute ? `/${joined}` : joined === "" ? "." : joined;
}

/** `path` seen from the folder `base`, unless it is absolute. */
export function join(base: string, path: string): string {
  return isAbsolute(path) ? normalize(path) : normalize(`${base}/${path}`);
}

/** The folder that holds `path`; the root's folder is the root. */
export function dirname(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : at === 0 ? "/" : path.slice(0, at);
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** True when `path` is `folder` or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  if (folder === "/") return path.startsWith("/");
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 47);
}

/** The way from the folder `from` to `to`: `a/b.ts`, `../c.ts`, or `.` for the folder itself. */
export function relative(from: string, to: string): string {
  if (to === from) return ".";
  const prefix = from === "/" ? "/" : `${from}/`;
  if (to.startsWith(prefix)) return to.slice(prefix.length);
  const a = from.split("/");
  const b = to.split("/");
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  if (same === 0 && (DRIVE.test(from) || DRIVE.test(to))) return to; // another drive
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/") || ".";
}

/** The deepest folder that holds all of these folders; undefined for none, or for two drives. */
export function commonFolder(folders: readonly string[]): string | undefined {
  let common = folders[0];
  for (const folder of folders.slice(1)) {
    while (common !== undefined && !isWithin(common, folder)) {
      const up = dirname(common);
      common = up === common ? undefined : up;
    }
  }
  return common;
}

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATION = /\.d\.[cm]?ts$/;

/** TypeScript or JavaScript, declaration files included. */
export function isSource(name: string): boolean {
  return SOURCE.test(name);
}

/** `.d.ts`, `.d.mts`, `.d.cts`. */
export function isDeclaration(name: string): boolean {
  return DECLARATION.test(name);
}

/** The file name without folder and source extension: `registry` for `src/registry.ts`. */
export function stem(path: string): string {
  return basename(path).replace(DECLARATION, "").replace(SOURCE, "");
}
