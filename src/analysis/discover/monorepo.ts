/**
 * The packages beside the one that was named: a bot imports `@acme/core` from the same monorepo whether the monorepo's folder is
 * analysed, the bot's or one file of it. Who belongs together is said by `workspaces` in a package.json (npm, yarn, bun), by
 * pnpm-workspace.yaml or by lerna.json.
 */
import { globMatcher } from "./glob.ts";
import { HostError } from "./host.ts";
import { readPackage } from "./packages.ts";
import { childOf, dirname, isWithin } from "./paths.ts";
import type { FileTree } from "./tree.ts";
import { isEntered } from "./walk.ts";

/** Folders that are looked into at most: a list may say "all folders", in a home folder too. */
const MOST_FOLDERS = 2000;

export interface Monorepo {
  root: string;
  /** The folders of its packages. */
  packages: string[];
}

/** The monorepo that `folder` is part of; null where it is part of none. */
export function monorepoAround(tree: FileTree, folder: string): Monorepo | null {
  for (let at = folder; ; at = dirname(at)) {
    const globs = listedIn(tree, at);
    if (globs.length > 0) {
      const packages = expanded(tree, at, globs);
      const isPart = at === folder || packages.some((each) => isWithin(each, folder));
      return isPart ? { root: at, packages } : null;
    }
    // A repository ends where it begins.
    if (dirname(at) === at || tree.listing(at)?.folders.has(".git")) return null;
  }
}

/** The globs by which a folder names packages below it. */
function listedIn(tree: FileTree, folder: string): string[] {
  const json = readPackage(tree, folder)?.json;
  const yarn = json?.workspaces;
  const listed = typeof yarn === "object" && yarn !== null && !Array.isArray(yarn) ? yarn.packages : yarn;
  const lerna = tree.text(childOf(folder, "lerna.json"));
  const pnpm = tree.text(childOf(folder, "pnpm-workspace.yaml"));
  return [
    ...texts(listed),
    ...(typeof lerna === "string" ? texts(packagesIn(lerna)) : []),
    ...(pnpm === undefined || pnpm instanceof HostError ? [] : itemsOf(pnpm)),
  ];
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

function packagesIn(json: string): unknown {
  try {
    const read: unknown = JSON.parse(json);
    return typeof read === "object" && read !== null && "packages" in read ? read.packages : undefined;
  } catch {
    return undefined;
  }
}

/** The items of `packages:` in a YAML file, written as a list with a line for each, as pnpm's documentation does. */
function itemsOf(yaml: string): string[] {
  const list = /^packages:[ \t]*(?:#.*)?\r?\n((?:[ \t]*(?:-.*|#.*)?\r?\n?)*)/m.exec(yaml)?.[1] ?? "";
  return [...list.matchAll(/^[ \t]*-[ \t]+(?:"([^"]+)"|'([^']+)'|([^\s#'"]+))/gm)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}

/** The folders with a package.json that globs name. `!` takes folders out. */
function expanded(tree: FileTree, root: string, globs: readonly string[]): string[] {
  const wanted = globs.filter((glob) => !glob.startsWith("!"));
  const unwanted = globMatcher(globs.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1)));
  const found: string[] = [];
  let left = MOST_FOLDERS;
  const enter = (folder: string, inside: string, rest: readonly Parts[]): void => {
    for (const name of [...(tree.listing(folder)?.folders ?? [])].sort()) {
      if (!isEntered(name) || left-- <= 0) continue;
      const [below, path] = [childOf(folder, name), inside === "" ? name : `${inside}/${name}`];
      const next = rest.flatMap((parts) => after(parts, name));
      const isNamed = next.some((parts) => parts.every((part) => part === ANY));
      if (isNamed && unwanted?.(path) !== true && tree.hasFile(childOf(below, "package.json")))
        found.push(below);
      const further = next.filter((parts) => parts.length > 0);
      if (further.length > 0) enter(below, path, further);
    }
  };
  enter(root, "", wanted.map(partsOf));
  return found;
}

/** Stands for any number of folders. */
const ANY = "**";

/** A glob's parts between its slashes: each says which names it takes. */
type Parts = readonly (typeof ANY | ((name: string) => boolean))[];

const NONE = (): boolean => false;

function partsOf(glob: string): Parts {
  const parts = glob.replace(/^\.\//, "").replace(/\/+$/, "").split("/");
  return parts.map((part) => (part === ANY ? ANY : (globMatcher([part]) ?? NONE)));
}

/** What is left behind a folder of this name; several ways where a part stands for any number. */
function after([first, ...rest]: Parts, name: string): Parts[] {
  if (first === undefined) return [];
  if (first === ANY) return [[first, ...rest], ...(rest.length > 0 ? after(rest, name) : [])];
  return first(name) ? [rest] : [];
}
