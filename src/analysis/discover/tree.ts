/**
 * What is known of the file system, in memory. Answers are synchronous; what is not known yet is put on a list, `load`
 * fetches it and the question is asked again. So resolution is one plain function on hosts that answer at once and on
 * hosts that answer with promises.
 */
import { decode } from "./decode.ts";
import { type DirectoryEntry, type FileSystemHost, HostError, isPromise } from "./host.ts";
import { basename, dirname, normalize } from "./paths.ts";

export interface Listing {
  files: Set<string>;
  folders: Set<string>;
}

/** A package.json or tsconfig larger than this is not one. */
const MAX_CONFIG = 4 * 1024 * 1024;

export class FileTree {
  readonly host: FileSystemHost;
  private readonly listings = new Map<string, Listing | null>();
  private readonly texts = new Map<string, string | HostError>();
  private readonly wantedFolders = new Set<string>();
  private readonly wantedTexts = new Set<string>();
  /** Files that an editor holds and the disk perhaps does not. */
  private readonly extras = new Set<string>();
  /** Links to folders → the real folder, so that one file has one path. */
  private readonly links = new Map<string, string>();

  constructor(host: FileSystemHost) {
    this.host = host;
  }

  /** True when an answer since the last `load` was given without knowing. */
  get incomplete(): boolean {
    return this.wantedFolders.size > 0 || this.wantedTexts.size > 0;
  }

  /** Fetches what was asked for and not known. */
  load(): void | Promise<void> {
    const waits: Promise<unknown>[] = [];
    for (const folder of this.wantedFolders) {
      const answer = this.host.readDirectory(folder);
      if (isPromise(answer)) waits.push(answer.then((entries) => this.keep(folder, entries)));
      else {
        const more = this.keep(folder, answer);
        if (more !== undefined) waits.push(more);
      }
    }
    this.wantedFolders.clear();
    for (const file of this.wantedTexts) {
      const answer = this.host.readFile(file, MAX_CONFIG);
      const take = (bytes: Uint8Array | HostError): void => {
        this.texts.set(file, bytes instanceof HostError ? bytes : decode(bytes));
      };
      if (isPromise(answer)) waits.push(answer.then(take));
      else take(answer);
    }
    this.wantedTexts.clear();
    if (waits.length > 0) return Promise.all(waits).then(() => undefined);
  }

  private keep(folder: string, entries: DirectoryEntry[] | HostError): void | Promise<void> {
    const listing: Listing = { files: new Set(), folders: new Set() };
    for (const path of this.extras) if (dirname(path) === folder) listing.files.add(basename(path));
    if (entries instanceof HostError) {
      this.listings.set(folder, listing.files.size > 0 ? listing : null);
      return;
    }
    const waits: Promise<void>[] = [];
    for (const { name, kind } of entries) {
      if (kind === "file") listing.files.add(name);
      else if (kind === "directory") listing.folders.add(name);
      else if (kind === "symlink") {
        const wait = this.follow(folder, name, listing);
        if (wait !== undefined) waits.push(wait);
      }
    }
    this.listings.set(folder, listing);
    if (waits.length > 0) return Promise.all(waits).then(() => undefined);
  }

  private follow(folder: string, name: string, listing: Listing): void | Promise<void> {
    const path = folder === "/" ? `/${name}` : `${folder}/${name}`;
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
    if (path !== target) this.links.set(path, target);
  }

  /** The path with the known folder links followed. */
  real(path: string): string {
    if (this.links.size === 0) return path;
    for (let at = path.length; at > 0; at = path.lastIndexOf("/", at - 1)) {
      const target = this.links.get(path.slice(0, at));
      if (target !== undefined) return target + path.slice(at);
    }
    return path;
  }

  /** Records a folder that the walk has read. */
  setListing(folder: string, listing: Listing): void {
    this.listings.set(folder, listing);
    this.wantedFolders.delete(folder);
  }

  /** What lies in a folder; undefined when there is no such folder, or when it is not known yet. */
  listing(folder: string): Listing | undefined {
    const known = this.listings.get(folder);
    if (known !== undefined) return known ?? undefined;
    // A folder whose own parent is known and does not hold it needs no look.
    const up = dirname(folder);
    if (up !== folder) {
      const parent = this.listings.get(up);
      if (parent === null || (parent !== undefined && !parent.folders.has(basename(folder)))) {
        this.listings.set(folder, null);
        return undefined;
      }
    }
    this.wantedFolders.add(folder);
    return undefined;
  }

  hasFile(path: string): boolean {
    return this.listing(dirname(path))?.files.has(basename(path)) ?? false;
  }

  hasFolder(path: string): boolean {
    const up = dirname(path);
    return up === path || (this.listing(up)?.folders.has(basename(path)) ?? false);
  }

  /** The text of a small file such as package.json; undefined when absent or not known yet. */
  text(path: string): string | HostError | undefined {
    const known = this.texts.get(path);
    if (known !== undefined) return known;
    if (this.hasFile(path)) this.wantedTexts.add(path);
    return undefined;
  }

  /** Takes note of a new file, or of one that an editor holds and the disk does not. */
  addFile(path: string): void {
    let child = basename(path);
    let folder = dirname(path);
    this.texts.delete(path);
    const known = this.listings.get(folder);
    if (known) {
      known.files.add(child);
      return;
    }
    this.extras.add(path);
    if (known === undefined) return; // merged when the folder is read
    // New folders above it: they are known to exist and to hold nothing else that was seen.
    this.listings.set(folder, { files: new Set([child]), folders: new Set() });
    for (;;) {
      child = basename(folder);
      const up = dirname(folder);
      if (up === folder) return;
      folder = up;
      const above = this.listings.get(folder);
      if (above === undefined) return; // not known: it will be read when it matters
      if (above !== null) {
        above.folders.add(child);
        return;
      }
      this.listings.set(folder, { files: new Set(), folders: new Set([child]) });
    }
  }

  /** Takes note that a file is gone. */
  removeFile(path: string): void {
    this.texts.delete(path);
    this.extras.delete(path);
    this.listings.get(dirname(path))?.files.delete(basename(path));
  }

  /** Forgets a folder and everything below it; they are read again when asked for. */
  forgetFolder(path: string): void {
    const prefix = `${normalize(path)}/`;
    for (const map of [this.listings, this.texts, this.links])
      for (const key of map.keys()) if (key === path || key.startsWith(prefix)) map.delete(key);
    const up = this.listings.get(dirname(path));
    if (up) this.listings.delete(dirname(path));
  }

  /** Forgets a small file's text, so that it is read again. */
  forgetText(path: string): void {
    this.texts.delete(path);
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
