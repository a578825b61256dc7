/** The user's module and what it imports → one script that is put behind the sandbox's. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildContext, BuildFailure, BuildOptions, BuildResult, Message, Metafile } from "esbuild";
import { type DoublesFile, findDoubles } from "./doubles-file.ts";
import type { Esbuild } from "./esbuild.ts";
import { hasOneConfiguration, type Import, type ModuleRules } from "./module-rules.ts";
import { sandboxPlugin, tooLarge } from "./plugin.ts";
import { chainTo, type Importers, importsPlugin, problemOf, STDIN, unresolved } from "./problems.ts";
import type { Bundle, BundleRequest, BundleResult } from "./types.ts";

export interface BundlerOptions {
  esbuild: Esbuild;
  /** Absolute: names of files are relative to it. */
  base: string;
  /** The folder with the implementations of Node's modules. */
  nodeModules: string;
  /** The version of the library in the sandbox. */
  version: string;
  rules: ModuleRules;
}

/** Characters of a script. */
const MOST_SCRIPT = 8_000_000;

/** Globals of Node and of browsers that a sandbox lacks, and what the run gives in their place. */
const GLOBALS: Readonly<Record<string, string>> = {
  process: "__host.process",
  global: "globalThis",
  setImmediate: "__host.setImmediate",
  clearImmediate: "__host.clearImmediate",
  __dirname: '"/"',
  __filename: '"/program"',
  ...Object.fromEntries(
    "fetch WebSocket EventSource XMLHttpRequest Worker SharedWorker BroadcastChannel localStorage sessionStorage indexedDB WebAssembly"
      .split(" ")
      .flatMap((name) => [
        [name, `__host.globals.${name}`],
        [`globalThis.${name}`, `__host.globals.${name}`],
      ]),
  ),
};

interface Kept {
  context: BuildContext;
  doubles: DoublesFile | null;
  elsewhere: Found;
  tsconfig: string | null;
}

/** What was found by TypeScript's rules: see `Elsewhere`. */
type Found = Map<string, Map<string, string>>;

/** Keeps what esbuild has read, so that bundling after an edit is quick. */
export class Bundler {
  readonly #options: BundlerOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: BundlerOptions) {
    this.#options = options;
  }

  /** Never rejects: what is wrong with the program is in the result. */
  async bundle(request: BundleRequest): Promise<BundleResult> {
    const { base } = this.#options;
    const entry = resolve(base, request.file);
    const doubles = findDoubles(entry, base);
    try {
      const result = await this.#build(entry, doubles);
      return this.#finish(entry, result.outputFiles ?? [], result.metafile);
    } catch (error) {
      const { errors } = error as Partial<BuildFailure>;
      if (errors === undefined) {
        const message = error instanceof Error ? error.message : String(error);
        return {
          problems: [{ message: `The program could not be bundled: ${message}`, place: null, chain: [] }],
        };
      }
      return { problems: await this.#explain(entry, doubles, errors) };
    }
  }

  /** Again as long as what leads nowhere is found elsewhere. */
  async #build(entry: string, doubles: DoublesFile | null): Promise<BuildResult> {
    for (;;) {
      const kept = await this.#contextOf(entry, doubles);
      try {
        return await kept.context.rebuild();
      } catch (error) {
        const { errors = [] } = error as Partial<BuildFailure>;
        if (!(await this.#lookElsewhere(kept.elsewhere, errors))) throw error;
        // The filters of a context are fixed.
        this.#kept.delete(entry);
        await kept.context.dispose();
        this.#kept.set(entry, await this.#makeContext(entry, doubles, kept.elsewhere));
      }
    }
  }

  /** True when something was found. */
  async #lookElsewhere(known: Found, errors: readonly Message[]): Promise<boolean> {
    const asked: Import[] = [];
    for (const { text, location } of errors) {
      const specifier = unresolved(text);
      if (specifier === null || location === null) continue;
      const importer = resolve(this.#options.base, location.file);
      if (known.get(importer)?.has(specifier) !== true) asked.push({ importer, specifier });
    }
    if (asked.length === 0) return false;
    const files = await this.#options.rules.find(asked);
    let more = false;
    for (const [n, { importer, specifier }] of asked.entries()) {
      const file = files[n] ?? null;
      if (file === null) continue;
      known.set(importer, (known.get(importer) ?? new Map<string, string>()).set(specifier, file));
      more = true;
    }
    return more;
  }

  async #contextOf(entry: string, doubles: DoublesFile | null): Promise<Kept> {
    const kept = this.#kept.get(entry);
    const names = (file: DoublesFile | null): string =>
      file === null ? "" : `${file.file}\n${[...file.names].join("\n")}`;
    if (kept !== undefined && names(kept.doubles) === names(doubles)) return kept;
    await kept?.context.dispose();
    const next = await this.#makeContext(entry, doubles, kept?.elsewhere ?? new Map());
    this.#kept.set(entry, next);
    return next;
  }

  async #makeContext(entry: string, doubles: DoublesFile | null, elsewhere: Found): Promise<Kept> {
    const tsconfig = hasOneConfiguration(entry) ? null : await this.#options.rules.configurationOf(entry);
    const how = this.#how(entry, doubles, elsewhere, tsconfig);
    const context = await this.#options.esbuild.api.context(how);
    return { context, doubles, elsewhere, tsconfig };
  }

  #how(
    entry: string,
    doubles: DoublesFile | null,
    elsewhere: Found,
    tsconfig: string | null,
    importers?: Importers,
  ): BuildOptions {
    const { base, nodeModules } = this.#options;
    const url = pathToFileURL(`/${this.#name(entry)}`).href;
    return {
      absWorkingDir: base,
      stdin: {
        contents: `import "suptree:doubles";\nimport * as entry from ${JSON.stringify(entry)};\n__host.exports(entry);`,
        resolveDir: dirname(entry),
        sourcefile: STDIN,
        loader: "js",
      },
      ...(tsconfig === null ? {} : { tsconfig }),
      outfile: "code.js",
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      mainFields: ["browser", "module", "main"],
      conditions: ["browser", "module"],
      sourcemap: "external",
      sourcesContent: false,
      keepNames: true,
      legalComments: "none",
      charset: "utf8",
      logLevel: "silent",
      define: { ...GLOBALS, "import.meta": "__host.meta", "import.meta.url": JSON.stringify(url) },
      inject: [join(nodeModules, "globals.js")],
      plugins: [
        ...(importers === undefined ? [] : [importsPlugin(importers, (path) => this.#name(path))]),
        sandboxPlugin({ entry, doubles, nodeModules, elsewhere }),
      ],
    };
  }

  #name(path: string): string {
    return (isAbsolute(path) ? relative(this.#options.base, path) : path).replaceAll("\\", "/");
  }

  /** Builds again, listening to who imports whom. */
  async #explain(entry: string, doubles: DoublesFile | null, errors: readonly Message[]) {
    const importers: Importers = new Map();
    try {
      const { elsewhere = new Map(), tsconfig = null } = this.#kept.get(entry) ?? {};
      await this.#options.esbuild.api.build(this.#how(entry, doubles, elsewhere, tsconfig, importers));
    } catch {
      // As it did before.
    }
    return errors.map((error) => problemOf(error, this.#name(entry), importers));
  }

  #finish(
    entry: string,
    files: readonly { path: string; text: string }[],
    metafile: Metafile | undefined,
  ): BundleResult {
    const text = (ending: string): string => files.find(({ path }) => path.endsWith(ending))?.text ?? "";
    const code = text("code.js");
    const inputs = Object.entries(metafile?.inputs ?? {}).filter(([name]) => !/^(?:suptree|<)/.test(name));
    const map = text(".map");
    const size = Math.max(code.length, map.length);
    if (size > MOST_SCRIPT) {
      const importers: Importers = new Map();
      for (const [name, { imports }] of inputs)
        for (const { path } of imports) if (!importers.has(path)) importers.set(path, name);
      const [largest = ["", { bytes: 0 }]] = inputs.sort(([, a], [, b]) => b.bytes - a.bytes);
      const place = { file: largest[0], line: 1, column: 1 };
      const chain = chainTo(largest[0], this.#name(entry), importers);
      return { problems: [{ message: tooLarge("The program", size), place, chain }] };
    }
    const bundle: Bundle = {
      script: scriptOf(code, map),
      inputs: inputs.map(([name]) => name),
      notes: this.#notes(entry),
    };
    return { bundle };
  }

  #notes(entry: string): string[] {
    const installed = installedVersion(dirname(entry));
    const { version } = this.#options;
    return installed === null || installed === version
      ? []
      : [`The program has suptree ${installed}; this run uses ${version}, which may behave otherwise.`];
  }

  async dispose(): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const { context } of kept) await context.dispose();
  }
}

/** The version of the library that a program in `folder` would load; null when none is installed. */
function installedVersion(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "node_modules", "suptree", "package.json");
    if (existsSync(file)) {
      try {
        const manifest = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
        return typeof manifest.version === "string" ? manifest.version : null;
      } catch {
        return null;
      }
    }
    if (dirname(at) === at) return null;
  }
}

/**
 * A call of the door that the sandbox opens for it. The error tells at which line of the whole script the bundle begins;
 * in strict mode, as modules are.
 */
function scriptOf(code: string, map: string): string {
  return `suptreeCode(new Error(), async (__suptree, __host) => { "use strict";\n${code}\n}, ${JSON.stringify(map)});\n`;
}
