#!/usr/bin/env node
/**
 * `npm start`: from a fresh clone to the trees of `examples/` in the terminal, then the same trees in the editor
 * or in a browser. Uses built-ins only, since nothing may be installed yet, and runs on any Node from 20.
 *
 *   --no-open   end after the terminal's part (also when CI is set)
 *   --web       serve the page even where VS Code is installed
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment, install, root } from "./util/bootstrap.mjs";

const args = new Set(process.argv.slice(2));
const stay = !args.has("--no-open") && !process.env.CI;

/** Runs to the end and shows what it prints. @returns {number} the exit code */
function show(command, commandArgs) {
  return spawnSync(command, commandArgs, { cwd: root, env: environment, stdio: "inherit" }).status ?? 1;
}

function build() {
  const { status, stdout, stderr } = spawnSync("node", ["scripts/build.ts"], {
    cwd: root,
    env: environment,
    encoding: "utf8",
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}\nThe build failed; the lines above say where.`);
    process.exit(1);
  }
}

const cli = join("dist", "cli.js");
const example = join("examples", "gateway");

install();
console.log("Building …");
build();

console.log("\nSupervision trees of examples/\n");
const trees = show("node", [cli, "tree", "examples"]);
console.log("\nWhat is wrong with them (planted on purpose, see each README)\n");
const findings = show("node", [cli, "lint", "examples"]);
// Findings are the point here: 1 means that there are some.
if (trees !== 0 || findings > 1) {
  console.error("\nThe command line failed; the lines above say why.");
  process.exit(1);
}

if (!stay) process.exit(0);

const code = args.has("--web") ? null : findCode();
if (code) {
  console.log(`\nOpening ${example} in VS Code with the extension from this folder.`);
  console.log("Look at the Supervision icon in the activity bar, then click Run Tree.");
  const child = spawn(code, [`--extensionDevelopmentPath=${root}`, join(root, example)], {
    stdio: "ignore",
    detached: true,
    shell: process.platform === "win32",
  });
  child.on("error", serve);
  child.unref();
} else {
  serve();
}

/** VS Code's command line tool where it can open a window; null elsewhere. */
function findCode() {
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return null;
  const probe = process.platform === "win32" ? "where" : "which";
  for (const name of ["code", "code-insiders", "codium"]) {
    const { status, stdout } = spawnSync(probe, [name], { encoding: "utf8" });
    const path = stdout?.split(/\r?\n/)[0]?.trim();
    if (status === 0 && path && existsSync(path)) return path;
  }
  return null;
}

/** The page on the loopback address; it prints its address and runs until Ctrl+C. */
function serve() {
  console.log(`\nServing ${example} (Ctrl+C ends it):`);
  const child = spawn("node", [cli, "serve", example], { cwd: root, env: environment, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (status) => process.exit(status ?? 0));
}
