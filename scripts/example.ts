/**
 * `npm run example NAME`: bundles `examples/NAME/src/main.ts` and runs it. NAME is a folder's name or its number.
 * What follows is passed on.
 */
import { spawn } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { dist, exists, root } from "./util/paths.ts";

const examples = join(root, "examples");

/** Folders that can be run, in order. */
export async function exampleNames(): Promise<string[]> {
  const names: string[] = [];
  for (const name of (await readdir(examples)).sort()) {
    if (await exists(join(examples, name, "src", "main.ts"))) names.push(name);
  }
  return names;
}

/** Bundles an example for Node with the runtime inside. @returns the file */
export async function bundleExample(name: string): Promise<string> {
  const outfile = join(dist, "examples", `${name}.mjs`);
  await mkdir(join(dist, "examples"), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: [join(examples, name, "src", "main.ts")],
    tsconfig: join(examples, name, "tsconfig.json"),
    alias: { suptree: join(root, "src", "runtime", "index.ts") },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  return outfile;
}

async function main(): Promise<number> {
  const names = await exampleNames();
  const [wanted, ...rest] = process.argv.slice(2);
  const name = names.find(
    (each) => each === wanted || (wanted !== undefined && each.startsWith(`${wanted}-`)),
  );
  if (!name) {
    console.error(`Which example? npm run example NAME, where NAME is one of:\n  ${names.join("\n  ")}`);
    return 2;
  }
  const file = await bundleExample(name);
  const child = spawn(process.execPath, ["--enable-source-maps", file, ...rest], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on("exit", (code) => done(code ?? 1)));
}

if (import.meta.main) process.exitCode = await main();
