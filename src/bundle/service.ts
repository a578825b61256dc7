/** Programs for those who run them: finds esbuild once, keeps the bundler, and says what is wrong in a host's words. */
import { existsSync, type FSWatcher, watch } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Location, programFile, type TreeModel } from "../model/index.ts";
import { Bundler } from "./bundler.ts";
import { type Esbuild, findEsbuild } from "./esbuild.ts";
import type { ModuleRules } from "./module-rules.ts";

export interface CodeServiceOptions {
  /** Absolute: files of the model are relative to it. */
  base: string;
  /** The folder with `node-modules` and `esbuild-wasm`. */
  assets: string;
  /** Folders whose own esbuild may be run, in their order. */
  folders: readonly string[];
  /** The version of the library in the sandbox. */
  version: string;
  rules: ModuleRules;
}

/** A bundled program, or why there is none. */
export interface BundledCode {
  script: string | null;
  notes: string[];
  problems: { message: string; location: Location | null; chain: string[] }[];
}

/** Folders that are watched. */
const MOST_FOLDERS = 200;
/** Milliseconds after a save until it is told: tools save several files at once. */
const QUIET = 100;

const NO_ESBUILD = "Real code needs esbuild to be bundled: install it (npm install --save-dev esbuild).";

/** Only for programs that may be executed: it runs their own esbuild, where they have one. */
export class CodeService {
  readonly #options: CodeServiceOptions;
  #bundler: Promise<Bundler | null> | null = null;
  #inputs: ReadonlySet<string> = new Set();
  readonly #listeners = new Set<() => void>();
  readonly #watched = new Map<string, FSWatcher>();
  #soon: NodeJS.Timeout | null = null;

  constructor(options: CodeServiceOptions) {
    this.#options = options;
  }

  /** Begins to load what bundling needs, so that it is there when it is asked for. */
  warm(): void {
    void this.#start();
  }

  /** Absolute paths of what the last bundle was made of. */
  get inputs(): ReadonlySet<string> {
    return this.#inputs;
  }

  /** The program that defines `root`, a key of the model. */
  async codeFor(model: TreeModel, root: string): Promise<BundledCode> {
    const file = programFile(model, root);
    return file === null ? refusal(`There is no tree ${root} any more.`) : this.bundle(file);
  }

  /** The program of one file, relative to the base. */
  async bundle(file: string): Promise<BundledCode> {
    const bundler = await this.#start();
    if (bundler === null) return refusal(NO_ESBUILD);
    const result = await bundler.bundle({ file });
    const { base } = this.#options;
    if ("bundle" in result) {
      const { script, notes, inputs } = result.bundle;
      this.#inputs = new Set(inputs.map((name) => resolve(base, name)));
      this.#follow();
      return { script, notes, problems: [] };
    }
    // Whatever is saved may have mended it.
    const places = result.problems.flatMap(({ place, chain }) => [
      ...(place === null ? [] : [place.file]),
      ...chain,
    ]);
    this.#inputs = new Set([...this.#inputs, ...[file, ...places].map((name) => resolve(base, name))]);
    this.#follow();
    const problems = result.problems.map(({ message, place, chain }) => ({
      message,
      chain,
      location: place === null ? null : { ...place, endLine: place.line, endColumn: place.column + 1 },
    }));
    return { script: null, notes: [], problems };
  }

  /** Calls back a moment after something was saved that the last bundle was made of. Returns what ends that. */
  onSaved(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#follow();
    return () => {
      this.#listeners.delete(listener);
      this.#follow();
    };
  }

  /** Folders, not files: editors put a new file in the place of the old one. */
  #follow(): void {
    const own = [...this.#inputs].filter((file) => !file.includes("node_modules"));
    const wanted = this.#listeners.size === 0 ? [] : [...new Set(own.map((file) => dirname(file)))];
    for (const [folder, watcher] of this.#watched) {
      if (wanted.includes(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of wanted.slice(0, MOST_FOLDERS)) {
      if (this.#watched.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (_event, name) => {
          if (name === null || this.#inputs.has(join(folder, name))) this.#saved();
        });
        watcher.on("error", () => watcher.close());
        this.#watched.set(folder, watcher);
      } catch {
        // A folder that is gone: the next bundle says what is missing.
      }
    }
  }

  #saved(): void {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#soon = null;
      for (const listener of this.#listeners) listener();
    }, QUIET);
    this.#soon.unref();
  }

  #start(): Promise<Bundler | null> {
    this.#bundler ??= this.#load();
    return this.#bundler;
  }

  async #load(): Promise<Bundler | null> {
    const { base, assets, folders, version, rules } = this.#options;
    const nodeModules = join(assets, "node-modules");
    const esbuild: Esbuild | null = existsSync(nodeModules)
      ? await findEsbuild({ folders, wasm: join(assets, "esbuild-wasm") })
      : null;
    // It may be installed meanwhile.
    if (esbuild === null) this.#bundler = null;
    return esbuild === null ? null : new Bundler({ esbuild, base, nodeModules, version, rules });
  }

  async dispose(): Promise<void> {
    this.#listeners.clear();
    this.#follow();
    if (this.#soon !== null) clearTimeout(this.#soon);
    const bundler = await this.#bundler;
    this.#bundler = null;
    await bundler?.dispose();
  }
}

const refusal = (message: string): BundledCode => ({
  script: null,
  notes: [],
  problems: [{ message, location: null, chain: [] }],
});
