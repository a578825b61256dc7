/**
 * `npm run e2e [FILE...]`: the end-to-end tests alone. `npm run pictures` runs them with `--pictures` and takes the
 * README's pictures from the run into docs/images.
 */
import { spawn } from "node:child_process";
import { root } from "./util/paths.ts";

const args = process.argv.slice(2);
const pictures = args.includes("--pictures");
const rest = args.filter((argument) => argument !== "--pictures");
const child = spawn("vitest", ["run", "-c", "vitest.e2e.config.ts", ...rest], {
  cwd: root,
  env: { ...process.env, ...(pictures ? { SUPTREE_PICTURES: "1" } : {}) },
  stdio: "inherit",
});
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
