/** What goes into the two packages: the licences of others, and the same bytes for the same files. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { bundled, noticesFile, noticesOf, SHIPPED } from "../../scripts/notices.ts";
import { pack } from "../../scripts/package.ts";
import { targets } from "../../scripts/targets.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const scratch: string[] = [];
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "suptree-packages-"));
  scratch.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
afterAll(() => {
  for (const folder of scratch) rmSync(folder, { recursive: true, force: true });
});

describe("the notices of what others wrote", () => {
  const metafiles = new Map<string, Metafile>();
  const outputs = new Map<string, string>();
  beforeAll(async () => {
    for (const { name, entry, output, options } of targets) {
      const { metafile, outputFiles = [] } = await build({
        absWorkingDir: ROOT,
        bundle: true,
        metafile: true,
        write: false,
        legalComments: "none",
        assetNames: "[name]",
        ...options,
        outdir: "dist",
        sourcemap: false,
        entryPoints: { [output]: entry },
      });
      metafiles.set(name, metafile!);
      outputs.set(name, outputFiles.map(({ text }) => text).join("\n"));
    }
  }, 120_000);
  const of = (name: keyof typeof SHIPPED): Metafile[] =>
    SHIPPED[name].map((target) => metafiles.get(target)!);

  it.each(["extension", "npm"] as const)(
    "%s: everything bundled has its licence's text, and nothing else",
    async (name) => {
      const text = await noticesOf(of(name));
      const titles = [...text.matchAll(/^-{80}\n\n(.+?) \(.+\)$/gm)].map(([, title]) => title!);
      // esbuild writes before each part where it is from: a second witness, in the bytes themselves.
      const parts = new Set(
        SHIPPED[name].flatMap((target) =>
          [
            ...outputs.get(target)!.matchAll(/^\s*(?:\/\/|\/\*) (node_modules\/(?:@[^/]+\/)?[^/\n]+)\//gm),
          ].map(([, folder]) => folder!),
        ),
      );
      const named = (folder: string): string =>
        JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).name;
      for (const folder of parts)
        expect(titles.some((title) => title.startsWith(`${named(folder)} `))).toBe(true);
      const folders = bundled(of(name)).filter((folder) => !/\.js$/.test(folder));
      expect(folders.map(named).sort()).toEqual(
        titles
          .filter((title) => !title.includes(", inside "))
          .map((title) => title.replace(/ [^ ]+$/, ""))
          .sort(),
      );
      // What the analysis parses with is TypeScript, under a licence of its own.
      expect(text).toContain("TypeScript, inside");
      expect(text).toContain("Apache License");
      expect(text).toContain("Creative Commons Attribution 4.0"); // the icons
      expect(text.includes("commander")).toBe(name === "npm");
      expect(text).not.toContain("vitest");
    },
  );

  it("what applications get, the library, holds nothing of others", () => {
    expect(bundled([metafiles.get("library")!, metafiles.get("library-cjs")!])).toEqual([]);
  });

  it("something without a licence's text stops the build", async () => {
    const strange = { outputs: { "a.js": { inputs: { "node_modules/.bin/x.js": { bytesInOutput: 1 } } } } };
    await expect(noticesOf([strange as unknown as Metafile])).rejects.toThrow();
  });
});

test("the tarball has the notices and the pages of the rules that it links to", () => {
  const folder = folderWith({
    [noticesFile("npm")]: "",
    [noticesFile("extension")]: "",
    "dist/cli.js": "",
    "dist/lib/index.js": "",
    "docs/ARCHITECTURE.md": "",
    "src/cli/main.ts": "",
  });
  for (const name of ["package.json", ".npmignore", "docs/rules"])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  const out = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: folder,
    encoding: "utf8",
  });
  const files: string[] = JSON.parse(out)[0].files.map(({ path }: { path: string }) => path);
  expect(files).toContain("dist/notices/npm.txt");
  expect(files).toContain("docs/rules/child-order.md");
  expect(files).not.toContain("dist/notices/extension.txt");
  expect(files.filter((file) => /^src|^docs\/[^r]/.test(file))).toEqual([]);
});

test("the same files are packed to the same bytes, whenever and wherever", { timeout: 60_000 }, async () => {
  const files: Record<string, string> = {
    "package.json": JSON.stringify({
      name: "x",
      version: "1.0.0",
      publisher: "p",
      engines: { vscode: "^1.96.0" },
      license: "MIT",
      repository: "https://example.org/x.git",
    }),
    LICENSE: "MIT",
    "README.md": "Hello\n",
    "b.txt": "b",
    "a/Z.txt": "z",
    "a/y.txt": "y",
  };
  const before = { ...process.env };
  const one = folderWith(files);
  const other = folderWith(Object.fromEntries(Object.entries(files).reverse()));
  for (const name of Object.keys(files))
    utimesSync(join(other, name), new Date(2001, 1, 1), new Date(2001, 1, 1));
  const first = join(folderWith({}), "x.vsix");
  await pack(one, first);
  const zone = process.env.TZ;
  process.env.TZ = "Pacific/Kiritimati";
  const second = join(folderWith({}), "x.vsix");
  try {
    await pack(other, second);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
  expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
  expect({ ...process.env }).toEqual(before);
});
