/** All modules: how a name in one leads to a value in another. */
import type { ExportRef, Expr, ImportRef, ModuleSummary, Shape } from "../ir.ts";
import type { Resolution, Resolver } from "../resolver.ts";
import { Definitions } from "./definitions.ts";
import { Dependencies } from "./memo.ts";
import { type Declaration, ModuleState } from "./scope.ts";
import { type Cls, type Ext, type Fn, type Namespace, unknown, type Value } from "./values.ts";

/** Evaluates what a declaration of a module defines. The interpreter, given later to break the cycle. */
export interface Definer {
  define(m: ModuleState, name: string, declaration: Declaration): Value;
  exported(m: ModuleState, ref: ExportRef & { kind: "expression" }): Value;
  /** What the variables and classes that a module changes at its top level are in the end, as one object. */
  settle(m: ModuleState): Value;
}

/** Packages that dialects know: their names are never followed into files. */
export interface KnownPackages {
  /** The package of a module specifier; null when no dialect knows it. */
  name(specifier: string): string | null;
  /** The entry point of a package that one of its files is, where a dialect knows that; else the package. */
  within(pkg: string, file: string): string;
  /** The name under which a workspace file is known to a dialect; null when it is none. */
  file(file: string): string | null;
  /** Whether the package exports something of this name that matters to its dialect. */
  exports(pkg: string, name: string): boolean;
}

type ToFile = Extract<Resolution, { file: string }>;

/** Read by whatever another module might change from outside. */
const MEDDLERS = "?meddlers";

/** What a computation depends on when it found no file behind an import: new files may change that. */
const UNRESOLVED = "?";

const SOURCE_FOLDER = /^(?:src|lib|source)\//;

/** Whether a file stands outside the sources of a library to which another belongs, as its examples and tests do. */
function isUserOf(file: string, { file: library, folder }: ToFile): boolean {
  const isRoot = folder === "" || folder === ".";
  const isAround = folder !== undefined && library.startsWith(`${folder}/`);
  const start = isRoot ? 0 : isAround ? folder.length + 1 : sharedBy(file, library);
  if (!SOURCE_FOLDER.test(library.slice(start))) return false;
  return !file.startsWith(library.slice(0, start)) || !SOURCE_FOLDER.test(file.slice(start));
}

/** How long the path of the folder is that two files are in. */
function sharedBy(a: string, b: string): number {
  let start = 0;
  for (let i = 0; a[i] === b[i] && i < b.length; i++) if (b[i] === "/") start = i + 1;
  return start;
}

/** Read by whatever takes this specifier for a package outside the workspace. */
function outsideKey(specifier: string): string {
  return `?${specifier}`;
}

/** What a module changes of others, as text. */
function meddling(m: ModuleState | undefined): string {
  const { changedImports = [], setImports = [] } = m?.summary ?? {};
  return [...changedImports, ...setImports]
    .map((name) => {
      const ref = m?.summary.imports[name.split(".", 1)[0]!];
      return `${ref?.module} ${ref?.name} ${name}`;
    })
    .join("\n");
}

export class World {
  readonly modules = new Map<string, ModuleState>();
  readonly deps = new Dependencies();
  readonly definitions = new Definitions(this.deps);
  definer: Definer | null = null;
  readonly #resolve: Resolver;
  readonly #known: KnownPackages;
  readonly #resolutions = new Map<ModuleState, Map<string, Resolution>>();
  /** The files that imports led to when something was first computed with them. */
  readonly #led = new Map<ModuleState, Map<string, ToFile>>();
  /** Modules that change what they import. */
  readonly #meddlers = new Set<ModuleState>();

  constructor(resolve: Resolver, known: KnownPackages) {
    this.#resolve = resolve;
    this.#known = known;
  }

  set(summary: ModuleSummary): ModuleState {
    const old = this.modules.get(summary.file);
    if (old !== undefined) this.#release(old);
    const m = new ModuleState(summary);
    this.modules.set(summary.file, m);
    if (summary.changedImports.length + summary.setImports.length > 0) this.#meddlers.add(m);
    if (meddling(old) !== meddling(m)) this.deps.invalidate(MEDDLERS);
    this.deps.invalidate(summary.file);
    if (old === undefined) this.filesChanged();
    return m;
  }

  delete(file: string): void {
    const old = this.modules.get(file);
    if (old === undefined) return;
    this.#release(old);
    this.modules.delete(file);
    if (meddling(old) !== "") this.deps.invalidate(MEDDLERS);
    this.deps.invalidate(file);
    this.filesChanged();
  }

  #release(m: ModuleState): void {
    this.definitions.release(m);
    this.#resolutions.delete(m);
    this.#led.delete(m);
    this.#meddlers.delete(m);
  }

  /** The file whose code changes a list, a table or an object that this module exports; null for none. */
  meddled(m: ModuleState, name: string): string | null {
    this.deps.touch(MEDDLERS);
    for (const other of this.#meddlers) {
      for (const local of other.summary.changedImports) {
        const origin = this.#originOf(other, other.summary.imports[local]!, 0);
        if (origin?.module === m && origin.name === name) return other.file;
      }
    }
    return null;
  }

  /** The properties that code of other files sets of an object that this module exports, and where. */
  setElsewhere(m: ModuleState, name: string): { property: string; file: string }[] {
    this.deps.touch(MEDDLERS);
    return [...this.#meddlers].flatMap((other) =>
      other.summary.setImports.flatMap((set) => {
        const [local = "", property = ""] = set.split(".");
        const origin = this.#originOf(other, other.summary.imports[local]!, 0);
        return origin?.module === m && origin.name === name ? [{ property, file: other.file }] : [];
      }),
    );
  }

  /**
   * What a module imports under a name, or under the name of a member of what stands for all of another module; null where that
   * is not found.
   */
  originOf(
    m: ModuleState,
    name: string,
  ): { module: ModuleState; name: string } | { package: string; name: string } | null {
    const [local = "", member] = name.split(".");
    const imported = Object.hasOwn(m.summary.imports, local) ? m.summary.imports[local] : undefined;
    if (imported === undefined || (member !== undefined && imported.name !== "*")) return null;
    const ref = member === undefined ? imported : { ...imported, name: member };
    const known = this.#known.name(ref.module);
    if (known !== null) return { package: known, name: ref.name };
    const to = this.resolution(m, ref.module);
    if (to !== null && !("file" in to)) return { package: to.package, name: ref.name };
    // Of the library's own sources its users see what it exports; every other file is read, whichever package it is in.
    const own = to === null ? null : this.#libraryOf(to);
    if (to !== null && own !== null && (isUserOf(m.file, to) || this.#known.exports(own, ref.name)))
      return { package: this.#known.within(own, to.file), name: ref.name };
    return this.#originOf(m, ref, 0);
  }

  /**
   * What is exported by the module that an imported name stands for all of, and where each is declared; null where the name
   * stands for something else, or not everything is found.
   */
  originsOf(m: ModuleState, name: string): Map<string, { module: ModuleState; name: string }> | null {
    const ref = Object.hasOwn(m.summary.imports, name) ? m.summary.imports[name]! : null;
    const all = ref === null || this.#known.name(ref.module) !== null ? null : this.#allOf(m, ref, 0);
    if (all === null || all.summary.stars.length > 0) return null;
    const found = new Map<string, { module: ModuleState; name: string }>();
    for (const exported of Object.keys(all.summary.exports).sort()) {
      const origin = this.#exported(all, exported, 0);
      if (origin === null) return null;
      if (origin.module.declarations.has(origin.name)) found.set(exported, origin);
      else if (!Object.hasOwn(origin.module.summary.shapes, origin.name)) return null;
    }
    return found;
  }

  /** The module that a name stands for all of, also where another module exports it as one. */
  #allOf(m: ModuleState, ref: ImportRef, depth: number): ModuleState | null {
    const to = this.resolution(m, ref.module);
    const target = to !== null && "file" in to ? this.modules.get(to.file) : undefined;
    if (target === undefined) this.deps.touch(UNRESOLVED);
    if (target === undefined || depth > 8) return null;
    this.deps.touch(target.file);
    if (ref.name === "*") return target;
    const { exports, imports } = target.summary;
    const found = Object.hasOwn(exports, ref.name) ? exports[ref.name]! : null;
    if (found?.kind === "from") return this.#allOf(target, found, depth + 1);
    return found?.kind === "local" && Object.hasOwn(imports, found.name)
      ? this.#allOf(target, imports[found.name]!, depth + 1)
      : null;
  }

  /** The library to whose own sources a file belongs; null for every other file. */
  #libraryOf({ package: name }: ToFile): string | null {
    return name === undefined ? null : this.#known.name(name);
  }

  /** Where an imported name is declared. */
  #originOf(m: ModuleState, ref: ImportRef, depth: number): { module: ModuleState; name: string } | null {
    const to = this.resolution(m, ref.module);
    const target = to !== null && "file" in to ? this.modules.get(to.file) : undefined;
    if (target === undefined) this.deps.touch(UNRESOLVED);
    if (target === undefined || depth > 8) return null;
    this.deps.touch(target.file);
    return this.#exported(target, ref.name, depth);
  }

  /** Where that is declared which a module exports by a name. */
  #exported(m: ModuleState, name: string, depth: number): { module: ModuleState; name: string } | null {
    const { exports, imports, stars } = m.summary;
    const found = Object.hasOwn(exports, name) ? exports[name] : undefined;
    if (found?.kind === "local") {
      if (!Object.hasOwn(imports, found.name)) return { module: m, name: found.name };
      return this.#originOf(m, imports[found.name]!, depth + 1);
    }
    if (found?.kind === "from")
      return this.#originOf(m, { module: found.module, name: found.name }, depth + 1);
    for (const specifier of stars) {
      const inside = this.#originOf(m, { module: specifier, name }, depth + 1);
      if (inside !== null) return inside;
    }
    return null;
  }

  /** A file appeared or vanished: imports may lead elsewhere. */
  filesChanged(): void {
    const before = [...this.#resolutions];
    this.#resolutions.clear();
    this.deps.invalidate(UNRESOLVED);
    // What looks like a package's name may be an alias whose file was not there.
    for (const [m, all] of before)
      for (const [specifier, old] of all) {
        if (old === null || "file" in old || this.#known.name(specifier) !== null) continue;
        const now = this.resolution(m, specifier);
        if (now === null || "file" in now) this.deps.invalidate(outsideKey(specifier));
      }
  }

  /** Files or configurations are others: what was computed with a file that an import does not lead to any more is stale. */
  resolutionsChanged(): void {
    this.filesChanged();
    for (const [m, all] of this.#led)
      for (const [specifier, old] of [...all]) {
        const now = this.resolution(m, specifier);
        const next = now !== null && "file" in now ? now : null;
        if (next?.file === old.file && next.package === old.package) continue;
        this.deps.invalidate(old.file);
        if (next === null) all.delete(specifier);
        else all.set(specifier, next);
      }
  }

  /** Whether a module specifier leads to a package that a dialect knows. */
  knows(specifier: string): boolean {
    return this.#known.name(specifier) !== null;
  }

  resolution(m: ModuleState, specifier: string): Resolution {
    let all = this.#resolutions.get(m);
    if (all === undefined) {
      all = new Map();
      this.#resolutions.set(m, all);
    }
    let found = all.get(specifier);
    if (found === undefined) {
      const name = this.#known.name(specifier);
      found = name === null ? this.#resolve(m.file, specifier) : { package: name };
      all.set(specifier, found);
      if (found !== null && "file" in found) this.#leadsTo(m, specifier, found);
    }
    return found;
  }

  #leadsTo(m: ModuleState, specifier: string, to: ToFile): void {
    let all = this.#led.get(m);
    if (all === undefined) {
      all = new Map();
      this.#led.set(m, all);
    }
    if (!all.has(specifier)) all.set(specifier, to);
  }

  /** The value of a name of a module: declared there, imported, or a global. Null when it is neither of the first two. */
  lookup(m: ModuleState, name: string): Value | null {
    this.deps.touch(m.file);
    const declaration = m.declarations.get(name);
    if (declaration !== undefined) {
      return this.definitions.value(m, name, () => this.definer!.define(m, name, declaration));
    }
    if (Object.hasOwn(m.summary.imports, name)) return this.imported(m, m.summary.imports[name]!);
    return null;
  }

  /**
   * What a name (or a static member of a class) is once its module has run, where only the module's top level changes
   * it; null when that is not so.
   */
  settled(m: ModuleState, name: string, member?: string): Value | null {
    const { changed, filled, changedInFunctions: esc } = m.summary;
    if (!Object.hasOwn(changed, name) && !Object.hasOwn(filled, name)) return null;
    if (esc.includes(name) || !m.declarations.has(name) || this.meddled(m, name) !== null) return null;
    const all = this.definitions.value(m, "(settled)", () => this.definer!.settle(m));
    if (all.kind !== "record") return null;
    return all.contents.props.get(member === undefined ? name : `${name}.${member}`)?.value ?? null;
  }

  imported(m: ModuleState, ref: ImportRef, seen: Set<string> = new Set()): Value {
    if (ref.type === true) return unknown("it is imported as a type only", m.at({ start: 0, end: 0 }));
    const to = this.resolution(m, ref.module);
    if (to === null) {
      this.deps.touch(UNRESOLVED);
      return unknown(`import of "${ref.module}" leads to no file`, m.at({ start: 0, end: 0 }));
    }
    if (!("file" in to)) {
      this.deps.touch(outsideKey(ref.module));
      return { kind: "external", pkg: to.package, path: ref.name === "*" ? [] : [ref.name] } satisfies Ext;
    }
    // Also where nothing of the file is read: the import may come to lead elsewhere.
    this.deps.touch(to.file);
    const described = ref.name === "*" ? null : this.#described(to.file, ref.name);
    if (described !== null) return described;
    const own = this.#libraryOf(to);
    if (own !== null && isUserOf(m.file, to))
      return {
        kind: "external",
        pkg: this.#known.within(own, to.file),
        path: ref.name === "*" ? [] : [ref.name],
      };
    const target = this.modules.get(to.file);
    if (target === undefined) {
      this.deps.touch(UNRESOLVED);
      return unknown(`${to.file} was not read`, m.at({ start: 0, end: 0 }));
    }
    if (ref.name === "*") {
      this.deps.touch(target.file);
      const whole = this.#wholeOf(target, seen);
      if (whole !== null) return whole;
      return { kind: "namespace", module: target } satisfies Namespace;
    }
    const found = this.exportOf(target, ref.name, seen);
    if (found === null) return unknown(`${to.file} exports no "${ref.name}"`, m.at({ start: 0, end: 0 }));
    return own !== null && this.#isImplementation(found, own, ref.name)
      ? { kind: "external", pkg: own, path: [ref.name] }
      : found;
  }

  /** The interface or alias that a name means in a module, and the module that declares it; null when there is none. */
  shape(m: ModuleState, name: string, depth = 0): { module: ModuleState; shape: Shape } | null {
    this.deps.touch(m.file);
    const { imports, shapes, exports, stars } = m.summary;
    if (Object.hasOwn(shapes, name)) return { module: m, shape: shapes[name]! };
    if (depth > 8) return null;
    const from = Object.hasOwn(exports, name) ? exports[name] : undefined;
    const ref = Object.hasOwn(imports, name) ? imports[name] : from?.kind === "from" ? from : undefined;
    const next = ref === undefined ? stars.map((module) => ({ module, name })) : [ref];
    for (const { module, name: n } of next) {
      const to = this.resolution(m, module);
      const target = to !== null && "file" in to ? this.modules.get(to.file) : undefined;
      if (target === undefined) this.deps.touch(UNRESOLVED);
      const found = target === undefined ? null : this.shape(target, n, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  /** `export = x`, `module.exports = x`: what the module is, if it is one thing. */
  #wholeOf(m: ModuleState, seen: Set<string>): Value | null {
    const { exports } = m.summary;
    if (!Object.hasOwn(exports, "export=")) return null;
    const whole = this.exportOf(m, "export=", seen);
    if (Object.keys(exports).every((n) => n === "export=" || n === "default")) return whole;
    // `module.exports.more = ...`: it is that thing and an object with more, as functions and classes are.
    return whole !== null && definedIn(m, whole) ? whole : null;
  }

  /** What a module exports besides `module.exports = fn`, which is a property of that function or class; null for all else. */
  addedTo(v: Fn | Cls, name: string): Value | null {
    const m = v.scope.module;
    if (!Object.hasOwn(m.summary.exports, "export=") || !Object.hasOwn(m.summary.exports, name)) return null;
    const whole = this.exportOf(m, "export=");
    const isIt = v.kind === "class" ? whole?.kind === "class" && whole.class === v.class : whole === v;
    return isIt ? this.exportOf(m, name) : null;
  }

  /**
   * Inside a library's own repository its classes come by relative imports. They are the library's when they
   * have the name of something that it exports and their file does not itself use the library.
   */
  #isImplementation(v: Value, pkg: string, name: string): boolean {
    if (!this.#known.exports(pkg, name)) return false;
    if (v.kind === "record" || v.kind === "instance")
      return v.at.module.declarations.has(name) && this.#usesNoLibrary(v.at.module);
    if (v.kind !== "class" && v.kind !== "function") return false;
    return (v.kind === "class" ? v.class.name : v.func.name) === name && this.#usesNoLibrary(v.scope.module);
  }

  #usesNoLibrary(m: ModuleState): boolean {
    return m.summary.specifiers.every((specifier) => this.#known.name(specifier) === null);
  }

  /** What the settings describe of a file of the workspace, whichever way it is imported. */
  #described(file: string, name: string): Ext | null {
    const pkg = this.#known.file(file);
    return pkg !== null && this.#known.exports(pkg, name) ? { kind: "external", pkg, path: [name] } : null;
  }

  /** The names that a module exports, in the order of the language; null where there may be more. */
  exportNames(m: ModuleState, seen: Set<ModuleState> = new Set()): string[] | null {
    this.deps.touch(m.file);
    const names = new Set(Object.keys(m.summary.exports));
    seen.add(m);
    for (const specifier of m.summary.stars) {
      const to = this.resolution(m, specifier);
      const target = to !== null && "file" in to ? this.modules.get(to.file) : undefined;
      if (target === undefined) {
        this.deps.touch(UNRESOLVED);
        return null;
      }
      const inner = seen.has(target) ? [] : this.exportNames(target, seen);
      if (inner === null) return null;
      for (const name of inner) if (name !== "default") names.add(name);
    }
    return [...names].sort();
  }

  /** What a module exports under a name; null when nothing. Import cycles end. */
  exportOf(m: ModuleState, name: string, seen: Set<string> = new Set()): Value | null {
    this.deps.touch(m.file);
    const described = this.#described(m.file, name);
    if (described !== null) return described;
    const key = `${m.file}\0${name}`;
    if (seen.has(key)) return null;
    seen.add(key);
    if (Object.hasOwn(m.summary.exports, name)) {
      const ref = m.summary.exports[name]!;
      if (ref.kind === "local") return this.settled(m, ref.name) ?? this.lookup(m, ref.name);
      if (ref.kind === "from") return this.imported(m, { module: ref.module, name: ref.name }, seen);
      return this.definitions.value(m, `export ${name}`, () => this.definer!.exported(m, ref));
    }
    if (name === "default") return null;
    let outside: Ext | null = null;
    for (const specifier of m.summary.stars) {
      const to = this.resolution(m, specifier);
      if (to === null) this.deps.touch(UNRESOLVED);
      else if ("file" in to) {
        const target = this.modules.get(to.file);
        if (target === undefined) this.deps.touch(UNRESOLVED);
        else {
          const found = this.exportOf(target, name, seen);
          if (found !== null) return found;
        }
      } else {
        this.deps.touch(outsideKey(specifier));
        outside ??= { kind: "external", pkg: to.package, path: [name] };
      }
    }
    return outside ?? this.#fieldOfWhole(m, name);
  }

  /** `module.exports = { ...common }`, `module.exports = table`: what the object has under the name; null when nothing. */
  #fieldOfWhole(m: ModuleState, name: string): Value | null {
    const whole = m.summary.exports["export="];
    if (whole?.kind !== "expression" || name === "export=") return null;
    const { expr: object } = whole;
    const { start, end } = object;
    const expr: Expr = { kind: "get", start, end, object, name, optional: false };
    const found = this.definitions.value(m, `export ${name}`, () =>
      this.definer!.exported(m, { kind: "expression", expr }),
    );
    return found.kind === "literal" && found.value === undefined ? null : found;
  }
}

const definedIn = (m: ModuleState, v: Value): boolean =>
  (v.kind === "function" || v.kind === "class") && v.scope.module === m;
