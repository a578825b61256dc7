/**
 * The library's declarations: `tsc` writes `dist/lib/*.d.ts`, whose imports still say `.ts` as the sources do. They become
 * `.d.cts`, and the ES module's declaration is those, re-exported: its classes are the same, as they are when they run.
 */
import { execFile } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dist, exists, root } from "./util/paths.ts";

/** Null when all is well, else what tsc says. */
export async function emitLibraryTypes(): Promise<string | null> {
  const folder = join(dist, "lib");
  await removeDeclarations(folder);
  const problems = await new Promise<string | null>((done) => {
    const tsc = join(root, "node_modules", ".bin", "tsc");
    execFile(tsc, ["-p", join(root, "scripts", "tsconfig.lib.json")], { cwd: root }, (error, out, err) =>
      done(error ? `${out}${err}` : null),
    );
  });
  if (problems !== null) return problems;
  for (const name of await declarations(folder)) {
    const path = join(folder, name);
    const text = await readFile(path, "utf8");
    await writeFile(path.replace(/\.d\.ts$/, ".d.cts"), withEnding(text, ".cjs"));
    await rm(path);
  }
  await writeFile(join(folder, "index.d.ts"), 'export * from "./index.cjs";\n');
  return null;
}

async function declarations(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".d.ts"));
}

async function removeDeclarations(folder: string): Promise<void> {
  if (!(await exists(folder))) return;
  for (const name of await readdir(folder, { recursive: true })) {
    if (/\.d\.c?ts$/.test(name)) await rm(join(folder, name));
  }
}

/** `from "./a.ts"` and `import("./a.ts")` with another ending. */
function withEnding(text: string, ending: string): string {
  return text.replace(/((?:from|import)\s*\(?\s*")(\.{1,2}\/[^"]+?)\.ts(")/g, `$1$2${ending}$3`);
}
