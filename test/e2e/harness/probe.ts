/** Builds and packs the probe: an extension whose only work is to run tests inside the extension host. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";
import { artifacts, root } from "../../../scripts/util/paths.ts";
import { buildAttacks } from "../../sandbox/build.ts";

/** @returns the packed file */
export async function packProbe(): Promise<string> {
  const folder = join(root, "test", "e2e", "probe");
  await build({
    entryPoints: [join(folder, "src", "probe.ts")],
    outfile: join(folder, "out", "probe.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    logLevel: "warning",
  });
  await writeFile(join(folder, "out", "attacks.js"), (await buildAttacks()).page);
  const packagePath = join(artifacts, "probe.vsix");
  await createVSIX({ cwd: folder, packagePath, dependencies: false, skipLicense: true });
  return packagePath;
}
