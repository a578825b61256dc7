/**
 * What is known of the file system, in memory. Answers are synchronous; what is not known yet is put on a list, `load`
 * fetches it and the question is asked again. So resolution is one plain function on hosts that answer at once and on
 * hosts that answer with promises.
 */
import { decode } from "./decode.ts";
import { type DirectoryEntry, type FileSystemHost, HostError, isPromise } from "./host.ts";
import { basename, childOf, dirname, isWithin, normalize, relative } from "./paths.ts";

export interface Listing {
  files: Set<string>;
  folders: Set<string>;
}

/** A package.json or tsconfig larger than this is not one. */
const MAX_CONFIG = 4 * 1024 * 1024;

export class FileTree {
  readonly host: FileSystemHost;
  readonly #listings = new Map<string, Listing | null>();
  readonly #texts = new Map<string, string | HostError>();
  /** Configurations that were asked for, found or not. */
  readonly #asked = new Set<string>();
  readonly #wantedFolders = new Set<string>();
  readonly #wantedTexts = new Set<string>();
  /** Files that an editor holds, and the disk perhaps does not (any more). */
  readonly #extras = new Set<string>();
  /** Links to folders → the real folder, so that one file has one path. */
  readonly #links = new Map<string, string>();

  constructor(host: FileSystemHost) {
    this.host = host;
  }

  /** True when an answer since the last `load` was given without knowing. */
  get incomplete(): boolean {
    return this.#wantedFolders.size > 0 || this.#wantedTexts.size > 0;
  }

  /** Fetches what was asked for and not known. */
  load(): void | Promise<void> {
    const waits: Promise<unknown>[] = [];
    for (const folder of this.#wantedFolders) {
      const answer = this.host.readDirectory(folder);
      if (isPromise(answer)) waits.push(answer.then((entries) => this.#keep(folder, entries)));
      else {
        const more = this.#keep(folder, answer);
        if (more !== undefined) waits.push(more);
      }
    }
    this.#wantedFolders.clear();
    for (const file of this.#wantedTexts) {
      const answer = this.host.readFile(file, MAX_CONFIG);
      const take = (bytes: Uint8Array | HostError): void => {
        this.#texts.set(file, bytes instanceof HostError ? bytes : decode(bytes));
      };
      if (isPromise(answer)) waits.push(answer.then(take));
      else take(answer);
    }
    this.#wantedTexts.clear();
    if (waits.length > 0) return Promise.all(waits).then(() => undefined);
  }

  #keep(folder: string, entries: DirectoryEntry[] | HostError): void | Promise<void> {
    const listing: Listing = { files: new Set(), folders: new Set() };
    for (const path of this.#extras) {
      if (!isWithin(folder, path) || path === folder) continue;
      const [first, ...rest] = relative(folder, path).split("/");
      (rest.length === 0 ? listing.files : listing.folders).add(first!);
    }
    if (entries instanceof HostError) {
      const held = listing.files.size + listing.folders.size > 0;
      this.#listings.set(folder, held ? listing : null);
      return;
    }
    const waits: Promise<void>[] = [];
    for (const { name, kind } of entries) {
      if (kind === "file") listing.files.add(name);
      else if (kind === "directory") listing.folders.add(name);
      else if (kind === "symlink") {
        const wait = this.#follow(folder, name, listing);
        if (wait !== undefined) waits.push(wait);
      }
    }
    this.#listings.set(folder, listing);
    if (waits.length > 0) return Promise.all(waits).then(() => undefined);
  }

  #follow(folder: string, name: string, listing: Listing): void | Promise<void> {
    const path = childOf(folder, name);
    const stat = this.host.stat(path);
    const real = this.host.realPath(path);
    const take = (kind: string | HostError, target: string | HostError): void => {
      if (kind instanceof HostError || target instanceof HostError) return;
      if (kind === "file") listing.files.add(name);
      else if (kind === "directory") {
        listing.folders.add(name);
        this.link(path, target);
      }
    };
    if (!isPromise(stat) && !isPromise(real)) return take(stat instanceof HostError ? stat : stat.kind, real);
    return Promise.all([stat, real]).then(([s, r]) => take(s instanceof HostError ? s : s.kind, r));
  }

  /** Records that the folder `path` is a link to `target`. */
  link(path: string, target: string): void {
    if (path !== target) this.#links.set(path, target);
  }

  /** The path with the known folder links followed. */
  real(path: string): string {
    if (this.#links.size === 0) return path;
    for (let at = path.length; at > 0; at = path.lastIndexOf("/", at - 1)) {
      const target = this.#links.get(path.slice(0, at));
      if (target !== undefined) return target + path.slice(at);
    }
    return path;
  }

  /** Records a folder that the walk has read. */
  setListing(folder: string, listing: Listing): void {
    this.#listings.set(folder, listing);
    this.#wantedFolders.delete(folder);
  }

  /** What lies in a folder; undefined when there is no such folder, or when it is not known yet. */
  listing(folder: string): Listing | undefined {
    const known = this.#listings.get(folder);
    if (known !== undefined) return known ?? undefined;
    // A folder whose own parent is known and does not hold it needs no look.
    const up = dirname(folder);
    if (up !== folder) {
      const parent = this.#listings.get(up);
      if (parent === null || (parent !== undefined && !parent.folders.has(basename(folder)))) {
        this.#listings.set(folder, null);
        return undefined;
      }
    }
    this.#wantedFolders.add(folder);
    return undefined;
  }

  /** Whether the folder was read, and was there. */
  isListed(folder: string): boolean {
    return (this.#listings.get(folder) ?? null) !== null;
  }

  hasFile(path: string): boolean {
    if (path.endsWith(".json")) this.#asked.add(path);
    return this.listing(dirname(path))?.files.has(basename(path)) ?? false;
  }

  hasFolder(path: string): boolean {
    const up = dirname(path);
    return up === path || (this.listing(up)?.folders.has(basename(path)) ?? false);
  }

  /** The text of a small file such as package.json; undefined when absent or not known yet. */
  text(path: string): string | HostError | undefined {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    if (this.hasFile(path)) this.#wantedTexts.add(path);
    return undefined;
  }

  /** Whether something was concluded from this configuration, or from its absence. */
  wasAsked(path: string): boolean {
    return this.#asked.has(path);
  }

  /** An editor holds this file: it is there whatever the disk says, until `release`. */
  hold(path: string): void {
    if (this.#extras.has(path)) return;
    this.#extras.add(path);
    this.addFile(path);
  }

  /** Whether the file is thought to be there; undefined when nobody has asked. */
  believes(path: string): boolean | undefined {
    for (let at = path; ; at = dirname(at)) {
      const folder = dirname(at);
      if (folder === at) return undefined;
      const known = this.#listings.get(folder);
      if (known === undefined) continue;
      if (at === path) return known?.files.has(basename(at)) ?? false;
      return known?.folders.has(basename(at)) ? undefined : false;
    }
  }

  isHeld(path: string): boolean {
    return this.#extras.has(path);
  }

  /** The editor is closed. */
  release(path: string): void {
    this.#extras.delete(path);
  }

  /** Takes note of a new file, and of the folders above it, which may be new too. */
  addFile(path: string): void {
    this.#texts.delete(path);
    let kind: "files" | "folders" = "files";
    for (let at = path; ; kind = "folders") {
      const folder = dirname(at);
      if (folder === at) return;
      const known = this.#listings.get(folder);
      // What is not known will be read when it matters.
      if (known?.[kind].has(basename(at)) && kind === "folders") return;
      if (known) known[kind].add(basename(at));
      else if (known === null) {
        const listing: Listing = { files: new Set(), folders: new Set() };
        listing[kind].add(basename(at));
        this.#listings.set(folder, listing);
      }
      at = folder;
    }
  }

  /** Takes note that a file is gone from disk. */
  removeFile(path: string): void {
    if (this.#extras.has(path)) return;
    this.#texts.delete(path);
    this.#listings.get(dirname(path))?.files.delete(basename(path));
  }

  /** Forgets a folder and everything below it; they are read again when asked for. */
  forgetFolder(path: string): void {
    const prefix = childOf(normalize(path), "");
    for (const map of [this.#listings, this.#texts, this.#links])
      for (const key of map.keys()) if (key === path || key.startsWith(prefix)) map.delete(key);
    const up = this.#listings.get(dirname(path));
    if (up) this.#listings.delete(dirname(path));
  }
}

/** Asks `question` until everything that it needs is known. */
export function settle<T>(tree: FileTree, question: () => T): T | Promise<T> {
  for (let round = 0; round < 64; round++) {
    const answer = question();
    if (!tree.incomplete) return answer;
    const wait = tree.load();
    if (wait !== undefined) return wait.then(() => settle(tree, question));
  }
  return question();
}
