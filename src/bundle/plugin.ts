/** How imports are resolved that do not lead to a file of the program: see `docs/ARCHITECTURE.md`, "Real code and running programs". */
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Loader, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import type { DoublesFile } from "./doubles-file.ts";
import { NODE_MODULES, standingFor } from "./node-modules.ts";

export interface PluginOptions {
  /** Absolute. */
  entry: string;
  doubles: DoublesFile | null;
  /** The folder with the implementations of Node's modules. */
  nodeModules: string;
  /** Files for imports that lead nowhere by Node's rules. */
  elsewhere: Elsewhere;
}

/** Importer → specifier → file, all absolute. */
export type Elsewhere = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Bytes of one file of data. */
const MOST_DATA = 8_000_000;

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
/** Matches exactly these; what no filter matches costs no question. */
const oneOf = (names: Iterable<string>): RegExp => new RegExp(`^(?:${[...names].map(escaped).join("|")})$`);

/** Modules made of one expression. */
const SPACE = "suptree";
const made = (expression: string): OnResolveResult => ({
  path: expression,
  namespace: SPACE,
  sideEffects: false,
});

const CLASSES = /^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s+([A-Za-z_$][\w$]*)/gm;
const APPLICATIONS = /^(?:export\s+)?(?:const|let|var)\s+([A-Za-z_$][\w$]*)[^=\n]*=\s*defineApplication\(/gm;
const IS_MODULE = /^\s*(?:import\b(?!\s*\()|export\b)/m;

/** What hidden exports begin with. */
export const HIDDEN = "$suptree$";

/** The entry's text, with the classes and applications that it keeps to itself exported under hidden names. */
function opened(text: string): string {
  if (!IS_MODULE.test(text)) return text;
  const names = new Set([...text.matchAll(CLASSES), ...text.matchAll(APPLICATIONS)].map(([, name]) => name));
  return `${text}\nexport { ${[...names].map((name) => `${name} as ${HIDDEN}${name}`).join(", ")} };\n`;
}

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};

export function sandboxPlugin(options: PluginOptions): Plugin {
  return {
    name: "suptree",
    setup(build) {
      resolveStandIns(build, options);
      loadStandIns(build, options);
      loadFiles(build, options.entry);
    },
  };
}

/** Where imports lead that do not lead to the file that they name. */
function resolveStandIns(build: PluginBuild, { doubles, elsewhere, nodeModules }: PluginOptions): void {
  const inPlace = (name: string): OnResolveResult | null => {
    const known = standingFor(name);
    if (known === null) return null;
    if (known.standing === "shipped") {
      const path = join(nodeModules, `${known.name.replace("/", "-")}.js`);
      return { path, sideEffects: false };
    }
    const what = known.standing === "run" ? "given" : "double";
    return made(`__host.${what}(${JSON.stringify(`node:${known.name}`)})`);
  };

  build.onResolve({ filter: /^(?:npm:\/?)?suptree(?:@[^/]+)?$/ }, () => made("__suptree"));
  build.onResolve({ filter: /^suptree:doubles$/ }, () => ({
    path: "doubles",
    namespace: "suptree-doubles",
  }));

  for (const [from, files] of elsewhere) {
    build.onResolve({ filter: oneOf(files.keys()) }, ({ path, importer }) =>
      importer === from ? { path: files.get(path) ?? "" } : null,
    );
  }
  if (doubles !== null && doubles.names.size > 0) {
    const names = [...doubles.names].flatMap((name) => [name, `node:${name}`]);
    build.onResolve({ filter: oneOf(names), namespace: "file" }, ({ path, importer, resolveDir }) =>
      importer === doubles.file ? null : { path, namespace: "suptree-given", pluginData: { resolveDir } },
    );
  }
  // A package may have the name of one of Node's modules, as `events` does: Node itself takes its own.
  build.onResolve({ filter: NODE_MODULES }, ({ path }) => inPlace(path));
}

/** What stands for modules that a sandbox lacks, and for those that the program replaces. */
function loadStandIns(build: PluginBuild, { doubles, entry }: PluginOptions): void {
  build.onLoad({ filter: /.*/, namespace: SPACE }, ({ path }) => ({
    contents: `module.exports = ${path};`,
    loader: "js",
  }));
  build.onLoad({ filter: /.*/, namespace: "suptree-given" }, ({ path, pluginData }) => {
    const { resolveDir } = pluginData as { resolveDir: string };
    const name = JSON.stringify(path);
    return {
      contents: `const given = __host.replaced(${name});
if (given !== undefined) module.exports = given;
// Inside of try, it need not be installed.
else try { module.exports = require(${name}); } catch (error) { throw error; }`,
      loader: "js",
      resolveDir,
    };
  });
  build.onLoad({ filter: /.*/, namespace: "suptree-doubles" }, () => ({
    contents:
      doubles === null
        ? ""
        : `import given from ${JSON.stringify(doubles.file)};\n__host.replacements(given);`,
    loader: "js",
    resolveDir: join(entry, ".."),
  }));
}

/** Files that are not read as they are. */
function loadFiles(build: PluginBuild, entry: string): void {
  // Only the entry's own text is read here.
  const filter = oneOf([entry]);
  build.onLoad({ filter, namespace: "file" }, async ({ path }) => {
    const loader = LOADERS[extname(path)];
    return loader === undefined ? null : { contents: opened(await readFile(path, "utf8")), loader };
  });
  build.onLoad({ filter: /\.(?:node|wasm)$/, namespace: "file" }, ({ path }) => {
    const kind = path.endsWith(".node") ? "native addon" : "WebAssembly module";
    const name = path.replaceAll("\\", "/").split("/").slice(-2).join("/");
    return {
      contents: `module.exports = __host.double(${JSON.stringify(`the ${kind} ${name}`)});`,
      loader: "js",
    };
  });
  build.onLoad(
    { filter: /\.(?:json|txt|sql|csv|html|md|graphql|gql|ya?ml)$/, namespace: "file" },
    async ({ path }) => {
      const { size } = await stat(path);
      if (size > MOST_DATA) return { errors: [{ text: tooLarge("It", size) }] };
      return path.endsWith(".json") ? null : { contents: await readFile(path, "utf8"), loader: "text" };
    },
  );
}

/** The sentence for data that a sandbox cannot hold. */
export function tooLarge(what: string, bytes: number): string {
  return `${what} holds ${Math.round(bytes / 1e6)} MB, and a run takes at most ${MOST_DATA / 1e6} MB: import less, or give a smaller module in its place in suptree.doubles.ts.`;
}
