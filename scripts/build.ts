/**
 * Builds everything into `dist/`: `node scripts/build.ts [--watch] [--minify] [--strict] [--only NAME,...]`.
 *
 * `--minify` is for packaging (no source maps; the library stays readable), `--strict` fails when an entry is missing. The last lines say
 * what was written and how large it is.
 */
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { type BuildOptions, build, context, type Metafile } from "esbuild";
import { emitLibraryTypes } from "./library-types.ts";
import { buildNodeModules, copyEsbuild } from "./node-modules.ts";
import { noticesFile, noticesOf, type Package, SHIPPED } from "./notices.ts";
import { writeNpmPackage } from "./npm.ts";
import { type Target, targets } from "./targets.ts";
import { dist, exists, root } from "./util/paths.ts";

const { values: options } = parseArgs({
  options: {
    watch: { type: "boolean", default: false },
    minify: { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
    only: { type: "string" },
  },
});

function esbuildOptions(target: Target): BuildOptions {
  return {
    absWorkingDir: root,
    bundle: true,
    logLevel: "warning",
    minify: options.minify,
    sourcemap: options.minify || target.options.sourcemap === false ? false : "linked",
    legalComments: "none",
    metafile: true,
    outdir: dist,
    entryNames: "[dir]/[name]",
    assetNames: "[name]",
    ...target.options,
    entryPoints: { [target.output]: target.entry },
    tsconfig: join(root, "tsconfig.json"),
  };
}

/** Parts carry a hash in their names: remove those of the last build, or they pile up. */
async function removeOldParts({ parts }: Target): Promise<void> {
  if (parts !== undefined) await rm(join(dist, parts), { recursive: true, force: true });
}

async function makeExecutable(path: string): Promise<void> {
  const text = await readFile(path, "utf8");
  if (!text.startsWith("#!")) await writeFile(path, `#!/usr/bin/env node\n${text}`);
  await chmod(path, 0o755);
}

/** The notices of each package whose parts have all been built now, and the folders of those that go to npm. */
async function writePackages(metafiles: ReadonlyMap<string, Metafile>): Promise<void> {
  for (const name of Object.keys(SHIPPED) as Package[]) {
    const parts = SHIPPED[name].flatMap((target) => metafiles.get(target) ?? []);
    if (parts.length < SHIPPED[name].length) continue;
    const file = join(root, noticesFile(name));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await noticesOf(parts));
    if (name !== "extension") await writeNpmPackage(name);
  }
}

async function size(path: string): Promise<string> {
  const kilobytes = (await stat(path)).size / 1024;
  return kilobytes < 1000 ? `${kilobytes.toFixed(1)} kB` : `${(kilobytes / 1024).toFixed(2)} MB`;
}

async function report(): Promise<void> {
  const parts = new Set(["npm", ...targets.flatMap((target) => target.parts ?? [])]);
  const names = (await readdir(dist, { recursive: true })).filter(
    (name) => /\.(cjs|js|css|ttf|wasm)$/.test(name) && !parts.has(name.split(sep)[0]!),
  );
  for (const name of names.sort()) console.log(`  dist/${name}  ${await size(join(dist, name))}`);
}

async function main(): Promise<number> {
  await mkdir(dist, { recursive: true });
  const wanted = options.only?.split(",");
  const chosen = targets.filter((target) => !wanted || wanted.includes(target.name));
  const present: Target[] = [];
  let missing = 0;
  for (const target of chosen) {
    if (await exists(join(root, target.entry))) present.push(target);
    else {
      missing += 1;
      console.log(`build: ${target.name} skipped, ${target.entry} does not exist`);
    }
  }
  for (const target of present) await removeOldParts(target);

  if (options.watch) {
    for (const target of present) await (await context(esbuildOptions(target))).watch();
    console.log(`build: watching ${present.map((target) => target.name).join(", ")}`);
    return -1;
  }

  let failed = 0;
  const metafiles = new Map<string, Metafile>();
  await Promise.all(
    present.map(async (target) => {
      try {
        const { metafile } = await build(esbuildOptions(target));
        if (metafile) metafiles.set(target.name, metafile);
        if (target.executable) await makeExecutable(join(dist, `${target.output}.js`));
      } catch {
        // esbuild has printed the reasons.
        failed += 1;
        console.error(`build: ${target.name} failed (${relative(root, join(root, target.entry))})`);
      }
    }),
  );
  if (!wanted || wanted.includes("sandbox")) {
    try {
      metafiles.set("node-modules", await buildNodeModules(options.minify));
      await copyEsbuild();
    } catch {
      failed += 1;
      console.error("build: node-modules failed");
    }
  }
  // The extension has them too: its sample is a project of its own.
  if (present.some(({ name }) => name === "library" || name === "extension") && failed === 0) {
    const problems = await emitLibraryTypes();
    if (problems !== null) {
      failed += 1;
      console.error(`build: the library's types failed\n${problems}`);
    }
  }
  if (failed === 0) await writePackages(metafiles);
  await report();
  console.log(`build: ${present.length - failed} built, ${failed} failed, ${missing} skipped`);
  return failed > 0 || (options.strict && missing > 0) ? 1 : 0;
}

const code = await main();
if (code >= 0) process.exitCode = code;
