/** How imports are resolved that do not lead to a file of the program: see `docs/ARCHITECTURE.md`, "Real code". */
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Loader, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import type { DoublesFile } from "./doubles-file.ts";
import { standingFor } from "./node-modules.ts";

export interface PluginOptions {
  /** Absolute. */
  entry: string;
  doubles: DoublesFile | null;
  /** The folder with the implementations of Node's modules. */
  nodeModules: string;
  /** Where TypeScript would look when Node does not find it; null when nowhere. */
  resolve(from: string, specifier: string): string | null;
}

/** Bytes of one file of data. */
const MOST_DATA = 8_000_000;

/** Marks a question that this plugin asks itself. */
const OWN = { own: true };

const isOwn = ({ pluginData }: OnResolveArgs): boolean => pluginData === OWN;

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
  const { entry, doubles, nodeModules } = options;
  return {
    name: "suptree",
    setup(build) {
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

      build.onResolve({ filter: /^suptree$/ }, () => made("__suptree"));
      build.onResolve({ filter: /^suptree:doubles$/ }, () => ({
        path: "doubles",
        namespace: "suptree-doubles",
      }));

      // Names of packages and of Node's modules: whatever is no path.
      build.onResolve({ filter: /^[^./\\]/ }, async (args) => {
        const { path, importer, kind, resolveDir } = args;
        if (isOwn(args) || /^[a-zA-Z]:[\\/]/.test(path) || kind === "entry-point") return null;
        if (
          doubles?.names.has(path.replace(/^node:/, "")) &&
          importer !== doubles.file &&
          args.namespace === "file"
        )
          return { path, namespace: "suptree-given", pluginData: { resolveDir } };
        const standing = inPlace(path);
        const found = await build.resolve(path, { importer, kind, resolveDir, pluginData: OWN });
        // A package may have the name of one of Node's modules, as `events` does: Node itself takes its own.
        if (standing !== null) return standing;
        // Not returned: only what esbuild finds itself has the options of its tsconfig.
        if (found.errors.length === 0) return null;
        const elsewhere = options.resolve(importer, path);
        return elsewhere === null ? null : { path: elsewhere };
      });

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

      // Only the entry's own text is read here.
      const filter = new RegExp(`^${entry.replaceAll(/[^\w]/g, "\\$&")}$`);
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
    },
  };
}

/** The sentence for data that a sandbox cannot hold. */
export function tooLarge(what: string, bytes: number): string {
  return `${what} holds ${Math.round(bytes / 1e6)} MB, and a run takes at most ${MOST_DATA / 1e6} MB: import less, or give a smaller module in its place in suptree.doubles.ts.`;
}
