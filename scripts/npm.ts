/**
 * The two packages for npm, as folders that `npm pack` and `npm publish` take: `dist/npm/suptree`, the library, and
 * `dist/npm/suptree-cli`, the command line. Each has a manifest of its own, made from the one at the top, which is the
 * extension's.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { noticesFile } from "./notices.ts";
import { dist, root } from "./util/paths.ts";

export type NpmPackage = "suptree" | "suptree-cli";

export const npmFolder = (name: NpmPackage): string => join(dist, "npm", name);

interface Contents {
  manifest: object;
  /** Path in the package → path in the project; folders are copied whole. */
  files: Record<string, string>;
}

const PACKAGES: Record<NpmPackage, Contents> = {
  suptree: {
    manifest: {
      description: "Supervision trees for TypeScript with the semantics of Erlang/OTP.",
      sideEffects: false,
      main: "./lib/index.cjs",
      types: "./lib/index.d.cts",
      exports: {
        ".": {
          // One copy for both kinds of modules: see libraryInNode.
          node: {
            import: { types: "./lib/index.d.ts", default: "./lib/index.node.js" },
            require: { types: "./lib/index.d.cts", default: "./lib/index.cjs" },
          },
          import: { types: "./lib/index.d.ts", default: "./lib/index.js" },
          require: { types: "./lib/index.d.cts", default: "./lib/index.cjs" },
        },
        "./package.json": "./package.json",
      },
    },
    files: {
      lib: "dist/lib",
      "docs/guide": "docs/guide",
      "docs/api": "docs/api",
      "docs/VERSIONS.md": "docs/VERSIONS.md",
      "README.md": "docs/npm/suptree.md",
    },
  },
  "suptree-cli": {
    manifest: {
      description: "See, check and run supervision trees written in TypeScript, on the command line.",
      bin: { suptree: "dist/cli.js" },
      exports: {
        "./schema/tree-model.schema.json": "./schema/tree-model.schema.json",
        "./package.json": "./package.json",
      },
    },
    files: {
      "dist/cli.js": "dist/cli.js",
      "dist/chunks": "dist/chunks",
      "dist/webview.js": "dist/webview.js",
      "dist/webview.css": "dist/webview.css",
      "dist/codicon.ttf": "dist/codicon.ttf",
      "dist/web-bridge.js": "dist/web-bridge.js",
      "dist/sandbox.js": "dist/sandbox.js",
      "dist/sandbox-guard.js": "dist/sandbox-guard.js",
      "dist/sandbox-node.js": "dist/sandbox-node.js",
      "dist/node-modules": "dist/node-modules",
      "dist/esbuild-wasm": "dist/esbuild-wasm",
      "docs/rules": "docs/rules",
      "docs/cli.md": "docs/cli.md",
      "docs/SECURITY.md": "docs/SECURITY.md",
      "docs/VERSIONS.md": "docs/VERSIONS.md",
      "schema/tree-model.schema.json": "schema/tree-model.schema.json",
      "README.md": "docs/npm/suptree-cli.md",
    },
  },
};

/** What a manifest for npm takes over from the one at the top. */
const SHARED = ["license", "type", "repository", "bugs", "homepage", "keywords"] as const;

/** Writes a package's folder from what the build has made. */
export async function writeNpmPackage(name: NpmPackage): Promise<void> {
  const { manifest, files } = PACKAGES[name];
  const top = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const folder = npmFolder(name);
  await rm(folder, { recursive: true, force: true });
  const all = { ...files, LICENSE: "LICENSE", "NOTICES.txt": noticesFile(name) };
  for (const [to, from] of Object.entries(all)) {
    const target = join(folder, to);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(root, from), target, { recursive: true, filter: (path) => !path.endsWith(".map") });
  }
  const own = {
    name,
    version: top.version,
    ...manifest,
    ...Object.fromEntries(SHARED.map((key) => [key, top[key]])),
    engines: { node: top.engines.node },
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(own, null, 2)}\n`);
  if (name === "suptree") await writeFile(join(folder, "lib", "index.node.js"), libraryInNode());
  const origin = `${top.homepage.replace(/#.*$/, "")}/blob/v${top.version}`;
  for (const page of await readdir(folder, { recursive: true })) {
    const path = page.replaceAll("\\", "/");
    if (!path.endsWith(".md")) continue;
    const text = await readFile(join(folder, path), "utf8");
    await writeFile(join(folder, path), withLinks(text, path, files, origin));
  }
}

/**
 * The library's ES module for Node and what follows it: the CommonJS file's exports by name. So a program that is in part
 * CommonJS has one `GenServer`, not two.
 */
function libraryInNode(): string {
  const names = Object.keys(createRequire(import.meta.url)(join(dist, "lib", "index.cjs"))).sort();
  return `import suptree from "./index.cjs";\nexport const {\n${names.map((name) => `  ${name},\n`).join("")}} = suptree;\n`;
}

/** A page whose relative links lead to files of the package, and to the repository for everything else. */
export function withLinks(text: string, page: string, files: Record<string, string>, origin: string): string {
  const from = files[page] ?? page;
  return text.replace(
    /(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))/g,
    (_, open: string, target: string, close: string) => {
      const path = posix.join(posix.dirname(from), target);
      const shipped = Object.entries(files).find(
        ([, source]) => path === source || path.startsWith(`${source}/`),
      );
      if (shipped === undefined) return `${open}${origin}/${path}${close}`;
      const inPackage = shipped[0] + path.slice(shipped[1].length);
      return `${open}${posix.relative(posix.dirname(page), inPackage)}${close}`;
    },
  );
}
