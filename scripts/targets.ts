/** What the build makes of which entry file. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";
import { splitCommonJs } from "./split-commonjs.ts";

export interface Target {
  name: string;
  /** Entry file, relative to the project's root. */
  entry: string;
  /** Output name in `dist/`, without its ending. */
  output: string;
  options: BuildOptions;
  /** The folder in `dist/` of the parts of a target that is split. */
  parts?: string;
  executable?: boolean;
}

/** VS Code 1.96 runs extensions on Node 20. */
const NODE = "node20";
const BROWSERS = ["chrome120", "firefox121", "safari17"];

/** ts-morph is CommonJS inside: an ES module that holds it needs these three names. */
const commonJsNames = [
  'import { createRequire as __createRequire } from "node:module";',
  'import { fileURLToPath as __fileURLToPath } from "node:url";',
  "const require = __createRequire(import.meta.url);",
  "const __filename = __fileURLToPath(import.meta.url);",
  'const __dirname = __fileURLToPath(new URL(".", import.meta.url));',
].join("\n");

/**
 * Of ts-morph the sources use the compiler inside it. Bundling that alone halves every bundle that parses: ts-morph's
 * other half is the text of TypeScript's library declarations.
 */
export const compilerOnly: Plugin = {
  name: "compiler-only",
  setup(build) {
    build.onResolve({ filter: /^ts-morph$/ }, () => ({ path: "ts-morph", namespace: "compiler-only" }));
    build.onLoad({ filter: /./, namespace: "compiler-only" }, async () => {
      const options = { kind: "require-call", resolveDir: import.meta.dirname } as const;
      const common = await build.resolve("@ts-morph/common", options);
      if (common.errors.length > 0) return { errors: common.errors };
      const compiler = common.path.replace(/ts-morph-common\.js$/, "typescript.js");
      const contents = `module.exports = { ts: require(${JSON.stringify(compiler)}) };`;
      return { contents, loader: "js", resolveDir: import.meta.dirname };
    });
  },
};

/**
 * The editor's interface, taken once. Without this, each file that imports it would copy its 300 names when the extension
 * wakes: more than half of what waking costs.
 */
const editorOnce: Plugin = {
  name: "editor-once",
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === "editor"
        ? { path: "vscode", external: true }
        : { path: "vscode", namespace: "editor", sideEffects: false },
    );
    build.onLoad({ filter: /./, namespace: "editor" }, async () => {
      const types = await readFile(fileURLToPath(import.meta.resolve("@types/vscode/index.d.ts")), "utf8");
      const names = new Set(
        types.match(/(?<=^\texport (?:abstract )?(?:class|namespace|enum|const|function) )\w+/gm),
      );
      const exported = [...names].map(
        (name) => `export const ${name} = /* @__PURE__ */ (() => api.${name})();`,
      );
      return { contents: ['const api = require("vscode");', ...exported].join("\n"), loader: "js" };
    });
  },
};

/**
 * Globals that the sandbox's engine has under names of its own, so that user code beside it cannot take them away. Clocks and
 * timers are not among them: user code that runs a system of its own must get the run's.
 */
const ENGINES_OWN = [
  "Object, Function, Array, Number, String, Boolean, Symbol, BigInt, Promise, RegExp, Date, Math, JSON, Reflect, Proxy, Intl",
  "Map, Set, WeakMap, WeakSet, FinalizationRegistry, Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError",
  "TypeError, URIError, ArrayBuffer, DataView, Uint8Array, Uint32Array, DOMException, AbortController, MessageChannel",
  "parseInt, parseFloat, isNaN, isFinite",
].join(", ");

/** The engine of the sandbox, wherever it runs. */
const ENGINE = {
  format: "iife",
  sourcemap: false,
  // Messages of the runtime name classes as their authors do.
  keepNames: true,
  banner: { js: `((${ENGINES_OWN}) => {` },
  footer: { js: `})(${ENGINES_OWN});` },
} as const satisfies BuildOptions;

const TARGETS: readonly Target[] = [
  {
    name: "extension",
    entry: "src/extension/extension.ts",
    output: "extension",
    parts: "extension",
    options: {
      platform: "node",
      target: NODE,
      mainFields: ["module", "main"],
      // What wakes in every window is small; the rest is read when it is wanted.
      plugins: [editorOnce, splitCommonJs],
    },
  },
  {
    name: "analysis-worker",
    entry: "src/extension/worker/node.ts",
    output: "analysis-worker",
    options: {
      platform: "node",
      format: "cjs",
      target: NODE,
      outExtension: { ".js": ".cjs" },
      plugins: [compilerOnly],
    },
  },
  {
    // The same analysis for hosts without Node; see docs/ARCHITECTURE.md.
    name: "analysis-worker-web",
    entry: "src/extension/worker/web.ts",
    output: "analysis-worker-web",
    options: { platform: "browser", format: "iife", target: BROWSERS, plugins: [compilerOnly] },
  },
  {
    name: "webview",
    entry: "src/webview/index.tsx",
    output: "webview",
    options: {
      platform: "browser",
      format: "iife",
      target: BROWSERS,
      jsx: "automatic",
      jsxImportSource: "preact",
      loader: { ".ttf": "file", ".svg": "text" },
    },
  },
  {
    // One file of text: the page hands it to a worker as a blob, where nothing can be loaded any more.
    name: "sandbox",
    entry: "src/sandbox/worker.ts",
    output: "sandbox",
    options: { ...ENGINE, platform: "browser", target: BROWSERS },
  },
  {
    // Text in the page, as the sandbox is.
    name: "sandbox-guard",
    entry: "src/protocol/sandbox-guard-worker.ts",
    output: "sandbox-guard",
    options: { platform: "browser", format: "iife", target: BROWSERS, sourcemap: false },
  },
  {
    // The same for a thread of Node, where the command line runs real code.
    name: "sandbox-node",
    entry: "src/sandbox/worker-node.ts",
    output: "sandbox-node",
    options: { ...ENGINE, platform: "neutral", target: NODE },
  },
  {
    // Gives the page in a browser what the editor's webview gives it.
    name: "web-bridge",
    entry: "src/web/bridge.ts",
    output: "web-bridge",
    options: { platform: "browser", format: "iife", target: BROWSERS },
  },
  {
    name: "cli",
    entry: "src/cli/main.ts",
    output: "cli",
    parts: "chunks",
    executable: true,
    options: {
      platform: "node",
      format: "esm",
      target: NODE,
      banner: { js: `${commonJsNames}` },
      plugins: [compilerOnly],
    },
  },
  {
    name: "library",
    entry: "src/runtime/index.ts",
    output: "lib/index",
    // Stack traces of users' programs lead into it.
    options: { platform: "neutral", format: "esm", target: "es2022", minify: false },
  },
  {
    name: "library-cjs",
    entry: "src/runtime/index.ts",
    output: "lib/index",
    options: {
      platform: "neutral",
      format: "cjs",
      target: "es2022",
      outExtension: { ".js": ".cjs" },
      minify: false,
    },
  },
];

const splitInto = (folder: string): BuildOptions => ({
  splitting: true,
  chunkNames: `${folder}/[name]-[hash]`,
});

export const targets: readonly Target[] = TARGETS.map((target) =>
  target.parts === undefined
    ? target
    : { ...target, options: { ...splitInto(target.parts), ...target.options } },
);
