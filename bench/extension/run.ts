/**
 * `node bench/extension/run.ts [--rounds N]`: what the extension costs a window that has nothing to do with supervision: processor
 * time of loading and activating the packed extension, the median of several processes, and as a ratio to the same for an
 * extension that does nothing. The window is the test's (`test/extension/activation-window.cjs`): synthetic, but for the
 * editor's interface, whose names are the real ones. Exit code 1 when the target is missed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { targets } from "../../scripts/targets.ts";
import { atMost, conclude } from "../shared/targets.ts";
import { inTurns, median } from "../shared/timing.ts";

/** Milliseconds of the extension host's time. */
const AT_MOST = 20;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const root = fileURLToPath(new URL("../..", import.meta.url));
const scratch = join(root, ".cache", "bench-extension");
mkdirSync(scratch, { recursive: true });
const target = targets.find(({ name }) => name === "extension");
if (target === undefined) throw new Error("The build has no target named extension.");
await build({
  absWorkingDir: root,
  bundle: true,
  minify: true,
  ...target.options,
  outdir: scratch,
  entryPoints: { extension: target.entry },
});
writeFileSync(join(scratch, "nothing.cjs"), "exports.activate = () => {};\n");

function milliseconds(extension: string): number {
  const window = join(root, "test", "extension", "activation-window.cjs");
  const printed = execFileSync(process.execPath, [window, join(scratch, extension)], { encoding: "utf8" });
  return (JSON.parse(printed) as { milliseconds: number }).milliseconds;
}

const { ours, nothing } = await inTurns(Number(values.rounds), {
  ours: () => milliseconds("extension.cjs"),
  nothing: () => milliseconds("nothing.cjs"),
});
const [cost, floor] = [median(ours), median(nothing)];
atMost(
  "waking the extension, processor time",
  cost,
  AT_MOST,
  "ms",
  `lowest ${Math.min(...ours).toFixed(1)}; an extension that does nothing: ${floor.toFixed(2)} ms, ${(cost / floor).toFixed(0)} times less`,
);
conclude();
