/**
 * Builds what stands for Node's modules in a bundled program: the implementations of `@jspm/core`, as files beside each
 * other in `dist/node-modules`, of which a bundle takes those that it needs.
 */
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { ESBUILD_PROCESS } from "../src/bundle/esbuild.ts";
import { SHIPPED_MODULES } from "../src/bundle/node-modules.ts";
import { dist, root } from "./util/paths.ts";

const FROM = join(root, "node_modules/@jspm/core/nodelibs/browser");

/** Globals of Node that programs use without importing them. */
const globals: Plugin = {
  name: "globals",
  setup(building) {
    building.onResolve({ filter: /^globals$/ }, () => ({ path: "globals", namespace: "globals" }));
    building.onLoad({ filter: /.*/, namespace: "globals" }, () => ({
      contents: 'export { Buffer } from "./buffer.js";',
      resolveDir: FROM,
    }));
  },
};

export async function buildNodeModules(
  minify: boolean,
  outdir = join(dist, "node-modules"),
): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true });
  const entries = SHIPPED_MODULES.map((name) => [name.replace("/", "-"), join(FROM, `${name}.js`)]);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...Object.fromEntries(entries), globals: "globals" },
    plugins: [globals],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minifySyntax: minify,
    minifyWhitespace: minify,
    legalComments: "none",
    // A sandbox has none.
    define: { "navigator.language": '"en"', navigator: "undefined" },
    logLevel: "warning",
    metafile: true,
  });
  // Nothing of them counts that is not used.
  await writeFile(join(outdir, "package.json"), '{ "type": "module", "sideEffects": false }\n');
  return metafile;
}

/** The parts of `esbuild-wasm` that its API for Node needs. */
const ESBUILD = [
  "LICENSE.md",
  "package.json",
  "bin/esbuild",
  "lib/main.js",
  "esbuild.wasm",
  "wasm_exec.js",
  "wasm_exec_node.js",
];

/** Puts the bundler beside the rest, for machines where the program has none of its own. */
export async function copyEsbuild(): Promise<void> {
  const to = join(dist, "esbuild-wasm");
  await rm(to, { recursive: true, force: true });
  for (const file of ESBUILD) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await copyFile(join(root, "node_modules/esbuild-wasm", file), join(to, file));
  }
  await build({
    absWorkingDir: root,
    entryPoints: ["src/bundle/esbuild-process.ts"],
    outfile: join(to, ESBUILD_PROCESS),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "warning",
  });
}
