/** Real code for the benchmark: packages that ship their TypeScript sources, by version, and this repository. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = ["effect@3.19.0", "zod@4.1.0", "rxjs@7.8.2"] as const;

/** Name → folder. Packages are installed into the cache once, by the registry that npm is set up for. */
export function realCode(cache: string): Map<string, string> {
  const folders = new Map([["this repository", fileURLToPath(new URL("../../", import.meta.url))]]);
  const place = join(cache, "real");
  mkdirSync(place, { recursive: true });
  for (const spec of PACKAGES) {
    const name = spec.slice(0, spec.lastIndexOf("@"));
    const prefix = join(place, spec);
    const folder = join(prefix, "node_modules", name);
    if (!existsSync(folder))
      execFileSync(
        "npm",
        ["install", "--prefix", prefix, "--no-save", "--ignore-scripts", "--no-audit", spec],
        {
          stdio: ["ignore", "ignore", "inherit"],
          shell: process.platform === "win32",
        },
      );
    folders.set(spec, folder);
  }
  return folders;
}
