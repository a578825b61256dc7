/** Bundles of the attacks: the worker with its door, locked and unlocked, and the page. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { targets } from "../../scripts/targets.ts";
import { buildGuard } from "../browser/harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface AttackBundles {
  locked: string;
  unlocked: string;
  guard: string;
  page: string;
}

export async function buildAttacks(): Promise<AttackBundles> {
  const sandbox = targets.find(({ name }) => name === "sandbox")!;
  const { banner, footer, ...plain } = sandbox.options;
  const bundle = async (entry: string, unlocked: boolean): Promise<string> => {
    const { outputFiles } = await build({
      ...plain,
      // The engine's own names are a lock as well.
      ...(unlocked ? {} : { banner, footer }),
      absWorkingDir: root,
      entryPoints: [join("test", "sandbox", entry)],
      bundle: true,
      write: false,
      define: { UNLOCKED: String(unlocked) },
      logLevel: "error",
    });
    return outputFiles[0]?.text ?? "";
  };
  return {
    locked: await bundle("door.ts", false),
    unlocked: await bundle("door.ts", true),
    guard: await buildGuard(),
    page: await bundle("page.ts", false),
  };
}
