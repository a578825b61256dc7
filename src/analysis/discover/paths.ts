/**
 * Paths as the analysis uses them everywhere: absolute, `/` between the parts on every platform, no trailing `/` except that
 * of a root: `/`, `c:/` (drives in lower case). A share of Windows or WSL is `//server/share`, and its own root. Pure string
 * functions, so that they run in a web worker.
 */

/** `\\?\C:\x` and `\\?\UNC\server\share`: as Windows writes long paths. */
const LONG = /^\/\/[?.]\/(?=[A-Za-z]:)|^\/\/[?.]\/UNC(?=\/)/i;
const DRIVE = /^[A-Za-z]:(?:\/|$)/;
const SHARE = /^\/\/[^/]+\/[^/]+/;

/** True for `/x`, `c:/x`, `//server/share/x` and with back slashes. */
export function isAbsolute(path: string): boolean {
  return /^[\\/]/.test(path) || /^[A-Za-z]:[\\/]/.test(path);
}

/** The part of a normalised path that nothing leads out of: `/`, `c:/`, `//server/share`; empty when it is relative. */
export function rootOf(path: string): string {
  if (path.startsWith("//")) return SHARE.exec(path)?.[0] ?? "/";
  if (path.startsWith("/")) return "/";
  return DRIVE.test(path) ? path.slice(0, 3) : "";
}

/** Resolves `.`, `..`, doubled and trailing slashes and back slashes. */
export function normalize(path: string): string {
  let text = path.includes("\\") ? path.replaceAll("\\", "/") : path;
  if (text.startsWith("//")) text = text.replace(LONG, (prefix) => (/unc$/i.test(prefix) ? "/" : ""));
  if (DRIVE.test(text)) text = `${text[0]!.toLowerCase()}:/${text.slice(3)}`;
  if (!/\/\/|\/\.|^\.|\/$/.test(text)) return text;
  const root = rootOf(text);
  const out: string[] = [];
  for (const part of text.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (part !== ".." || root === "") out.push(part);
  }
  const joined = out.join("/");
  return joined === "" ? root || "." : root === "" ? joined : childOf(root, joined);
}

/** What is called `name` in a folder. Both are normalised. */
export function childOf(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** `path` seen from the folder `base`, unless it is absolute. */
export function join(base: string, path: string): string {
  if (!isAbsolute(path)) return normalize(childOf(base, path));
  // On Windows `/x` is on the drive, or the share, that one is on.
  const root = rootOf(base);
  return root.length > 1 && /^[\\/](?![\\/])/.test(path) ? normalize(root + path) : normalize(path);
}

/** The folder that holds `path`; a root's folder is the root. */
export function dirname(path: string): string {
  const at = path.lastIndexOf("/");
  if (at < 0) return ".";
  const root = rootOf(path);
  return at < root.length ? root : path.slice(0, at);
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** True when `path` is `folder` or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  if (folder.endsWith("/")) return rootOf(path) === folder;
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 47);
}

/** The way from the folder `from` to `to`: `a/b.ts`, `../c.ts`, or `.` for the folder itself. */
export function relative(from: string, to: string): string {
  if (to === from) return ".";
  const root = rootOf(from);
  if (rootOf(to) !== root) return to; // another drive or share
  const prefix = childOf(from, "");
  if (to.startsWith(prefix)) return to.slice(prefix.length);
  const parts = (path: string): string[] =>
    path
      .slice(root.length)
      .split("/")
      .filter((part) => part !== "");
  const a = parts(from);
  const b = parts(to);
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
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

/** Files with a script in markup, which no compiler of TypeScript reads as they are. */
export function isComponent(name: string): boolean {
  return /\.(?:vue|svelte|astro)$/.test(name);
}

/** `.d.ts`, `.d.mts`, `.d.cts`. */
export function isDeclaration(name: string): boolean {
  return DECLARATION.test(name);
}

/** The file name without folder and source extension: `registry` for `src/registry.ts`. */
export function stem(path: string): string {
  return basename(path).replace(DECLARATION, "").replace(SOURCE, "");
}
