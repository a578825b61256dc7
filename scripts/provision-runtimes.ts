/**
 * Fetches the runtimes in which the packages are tried, from npm packages that carry their binaries, once. Node 24 is the
 * project's own. `node scripts/provision-runtimes.ts` fetches all and says which.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, exists } from "./util/paths.ts";
import { run } from "./util/run.ts";

export interface ProvisionedRuntime {
  executable: string;
  from: string;
}

/** The oldest Node is the one that the manifest names. */
const CARRIERS = {
  "Node 20": "node@20.12",
  "Node 22": "node@22",
  "Node 24": null,
  Bun: "bun@1",
  Deno: "deno@2",
} as const;

export type Runtime = keyof typeof CARRIERS;
export const RUNTIMES = Object.keys(CARRIERS) as Runtime[];

/** @throws Error whose message says what was tried and what to do. */
export async function provisionRuntime(
  runtime: Runtime,
  say: (line: string) => void = () => {},
): Promise<ProvisionedRuntime> {
  const carrier = CARRIERS[runtime];
  if (carrier === null) return { executable: process.execPath, from: process.execPath };
  const folder = join(cacheFolder, "runtimes", carrier);
  const executable = join(folder, "node_modules", ".bin", carrier.replace(/@.*/, ""));
  if (!(await works(executable))) {
    say(`installing ${carrier} from the npm registry, once`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
    const { output } = await run("npm", ["install", "--no-audit", "--no-fund", carrier], {
      cwd: folder,
      timeout: 300_000,
    });
    if (!(await works(executable)))
      throw new Error(`${runtime}: npm could not install ${carrier}: ${output.trim().slice(-300)}`);
  }
  return { executable, from: carrier };
}

async function works(executable: string): Promise<boolean> {
  return (await exists(executable)) && (await run(executable, ["--version"], { timeout: 30_000 })).code === 0;
}

if (import.meta.main) {
  for (const runtime of RUNTIMES)
    console.log(`${runtime}: ${(await provisionRuntime(runtime, console.log)).from}`);
}
