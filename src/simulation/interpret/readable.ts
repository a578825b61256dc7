/** Whether the code of a process can be interpreted, all of it; what it uses of the world around. */
import type { FileCode, Func, Loading, NodeExtras, Stmt } from "../../model/code.ts";
import { addUnder, chainOf, classAt, type Meaning } from "../../model/index.ts";
import { Definition } from "./definition.ts";
import { KNOWN, OUTSIDE_OF, ofNode } from "./globals.ts";
import { LIBRARY } from "./library.ts";

export interface Read {
  /** Why it cannot be; null where it can. */
  obstacle: string | null;
  /** Of `OUTSIDE`. */
  outside: ReadonlySet<string>;
  /** The definitions that it gets to, as `file#name`, those of other processes among them. */
  reaches: ReadonlySet<string>;
  /** The texts in them; of one that is put together, what it begins with. */
  texts: ReadonlySet<string>;
  beginnings: ReadonlySet<string>;
  /** What tells the messages apart that they make. */
  made: ReadonlySet<string>;
  /** The texts that they compare something with. */
  compared: ReadonlySet<string>;
}

/** What is taken together of all definitions. */
const COLLECTED = ["outside", "texts", "beginnings", "made", "compared"] as const;

/** What of it is known so far. */
type Found = Read & Record<(typeof COLLECTED)[number], Set<string>>;

export class Readable {
  readonly #code: ReadonlyMap<string, FileCode>;
  readonly #known = new Map<string, Read>();
  /** What modules do while they are loaded, by what they change. */
  readonly #loading = new Map<string, Loading[]>();
  readonly #fileOf = new Map<Loading, string>();

  constructor(code: ReadonlyMap<string, FileCode>) {
    this.#code = code;
    for (const { file, load = [] } of code.values())
      for (const loading of load) {
        this.#fileOf.set(loading, file);
        for (const { file: of, name } of loading.changes) addUnder(this.#loading, `${of}#${name}`, loading);
      }
  }

  /** What is known of the class of a process. */
  process(file: string, name: string): Read {
    const key = `${file}#${name}`;
    let read = this.#known.get(key);
    if (read === undefined) {
      read = this.#read(file, name);
      this.#known.set(key, read);
    }
    return read;
  }

  #read(file: string, name: string): Read {
    const seen = new Set<string>();
    const loaded = new Set<Loading>();
    const found: Found = {
      obstacle: null,
      outside: new Set(),
      reaches: seen,
      texts: new Set(),
      beginnings: new Set(),
      made: new Set(),
      compared: new Set(),
    };
    const todo: [string, string][] = [[file, name]];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const [at, what] = next;
      const key = `${at}#${what}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const module = this.#code.get(at);
      const stmt = module?.definitions[what] as Stmt<NodeExtras> | undefined;
      // Another process is another's code, and started by its class.
      if (seen.size > 1 && this.#rootOf(at, what) === "process" && !this.#isBelow(file, name, at, what))
        continue;
      if (module === undefined || stmt === undefined) found.obstacle ??= `${what} was not found`;
      else {
        const own = new Definition(stmt);
        found.obstacle ??= this.#obstacleIn(own, at, what, module);
        this.#take(own, at, module, todo, found);
      }
      for (const loading of this.#loading.get(key) ?? []) {
        if (loaded.has(loading)) continue;
        loaded.add(loading);
        const from = this.#fileOf.get(loading)!;
        const own = new Definition(loading.does as Stmt<NodeExtras>);
        found.obstacle ??= own.obstacle;
        this.#take(own, from, this.#code.get(from)!, todo, found);
      }
    }
    return found;
  }

  #take(own: Definition, at: string, module: FileCode, todo: [string, string][], found: Found): void {
    for (const what of COLLECTED) for (const each of own[what]) found[what].add(each);
    for (const free of own.names) {
      // It is followed also where something else was not.
      const obstacle = this.#follow(free, own, at, module, todo, found.outside);
      found.obstacle ??= obstacle;
    }
  }

  #obstacleIn(own: Definition, at: string, what: string, module: FileCode): string | null {
    const members = this.#rootOf(at, what) === "process" ? this.#members(at, what) : null;
    const isOwn = (each: string): boolean =>
      Object.hasOwn(module.definitions, each) || Object.hasOwn(module.imports, each);
    return own.obstacle ?? own.thisObstacle(members) ?? own.languageObstacle(isOwn);
  }

  /** What a name leads to; why it cannot be followed, where it cannot. */
  #follow(
    free: string,
    own: Definition,
    at: string,
    module: FileCode,
    todo: [string, string][],
    outside: Set<string>,
  ): string | null {
    const isDefined = Object.hasOwn(module.definitions, free);
    // A name of the module's may be a variable's in one place and the module's in another.
    if (own.declared.has(free) && !isDefined) return null;
    if (isDefined) todo.push([at, free]);
    else if (Object.hasOwn(module.imports, free)) {
      const from = module.imports[free]!;
      const node = "file" in from ? null : ofNode(from.package, from.name);
      if ("file" in from) todo.push([from.file, from.name]);
      else if (node !== null) this.#outside("global" in node ? node.global : "", outside);
      else if (!LIBRARY.has(from.name)) return `it uses ${from.name} of ${from.package}`;
    } else if (!KNOWN.has(free) && free !== "arguments") return `it uses ${free}`;
    else this.#outside(free, outside);
    return null;
  }

  #outside(global: string, outside: Set<string>): void {
    if (Object.hasOwn(OUTSIDE_OF, global)) outside.add(OUTSIDE_OF[global]!);
  }

  /** A method of a class, or of one that it extends; null where the program has none. */
  method(file: string, name: string, method: string): Func<NodeExtras> | null {
    for (const { class: cls } of this.#chain(file, name)?.classes ?? [])
      for (const { kind, name: own, func, static: isStatic } of cls.members)
        if (kind === "method" && own === method && !isStatic) return func;
    return null;
  }

  readonly #meaning: Meaning<string> = (file, name) => {
    const module = this.#code.get(file);
    if (module === undefined) return null;
    if (Object.hasOwn(module.definitions, name))
      return { module: file, definition: module.definitions[name] as Stmt<NodeExtras> };
    const from = Object.hasOwn(module.imports, name) ? module.imports[name]! : null;
    if (from === null) return null;
    return "file" in from ? this.#meaning(from.file, from.name) : from.name;
  };

  /** A class and those that it extends; null for what is no class. */
  #chain(file: string, name: string): ReturnType<typeof chainOf<string>> | null {
    const cls = classAt(file, name, this.#meaning);
    return cls === null ? null : chainOf(cls, this.#meaning);
  }

  #rootOf(file: string, name: string): "process" | null {
    return typeof this.#chain(file, name)?.root === "string" ? "process" : null;
  }

  #isBelow(file: string, name: string, other: string, otherName: string): boolean {
    const above = classAt(other, otherName, this.#meaning)?.class;
    return this.#chain(file, name)?.classes.some((each) => each.class === above) === true;
  }

  /** The names of members of a class and of those that it extends. */
  #members(file: string, name: string): ReadonlySet<string> {
    const all = this.#chain(file, name)?.classes ?? [];
    return new Set(all.flatMap(({ class: { members } }) => members.map((each) => each.name)));
  }
}
