/**
 * The first steps of a fresh clone, with built-ins only: install what is missing, and put the project's own
 * Node 24 first in the PATH (the editor's extension host has the same major; the machine may have an older one).
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(root, "node_modules", ".bin");

export const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };

/** Installs what is missing; nothing when everything is there. Ends the process when it fails. */
export function install() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 12)) {
    console.error(`Node ${process.versions.node} is too old: Suptree's scripts need 20.12 or newer.`);
    process.exit(1);
  }
  if (isInstalled()) return;
  // `ci` starts from nothing; over an older installation, `install` only adds what the lock file has anew.
  const verb = existsSync(join(root, "node_modules")) ? "install" : "ci";
  console.log(`Installing packages (npm ${verb}) …`);
  const { status, stdout, stderr } = spawnSync("npm", [verb, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}\nnpm ${verb} failed; is the npm registry reachable?`);
    process.exit(1);
  }
}

/** Compares the lock file with what npm noted down about the packages that it installed. */
function isInstalled() {
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional || installed[path]?.version === entry.version,
  );
}

/** @returns {Record<string, { version?: string, optional?: boolean }> | null} */
function packagesOf(path) {
  if (!existsSync(path)) return null;
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages ?? null;
  } catch {
    return null;
  }
}
