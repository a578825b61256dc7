/** What goes into the packages: the licences of others, and the same bytes for the same files. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { buildNodeModules } from "../../scripts/node-modules.ts";
import { bundled, noticesOf, SHIPPED } from "../../scripts/notices.ts";
import { npmFolder } from "../../scripts/npm.ts";
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
    const folder = folderWith({});
    metafiles.set("node-modules", await buildNodeModules(false, folder));
    const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    outputs.set("node-modules", texts.join("\n"));
  }, 120_000);
  const of = (name: keyof typeof SHIPPED): Metafile[] =>
    SHIPPED[name].map((target) => metafiles.get(target)!);

  it.each(["extension", "suptree-cli"] as const)(
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
      expect(text.includes("commander")).toBe(name === "suptree-cli");
      expect(text).not.toContain("vitest");
    },
  );

  it("the library holds nothing of others, and says so", async () => {
    expect(bundled(of("suptree"))).toEqual([]);
    expect(await noticesOf(of("suptree"))).toBe("This package holds no software of others.\n");
  });

  it("something without a licence's text stops the build", async () => {
    const strange = { outputs: { "a.js": { inputs: { "node_modules/.bin/x.js": { bytesInOutput: 1 } } } } };
    await expect(noticesOf([strange as unknown as Metafile])).rejects.toThrow();
  });
});

describe.each(["suptree", "suptree-cli"] as const)("the npm package %s", (name) => {
  const folder = npmFolder(name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));

  it("names only files that are there, and nothing of the extension", () => {
    const named: string[] = [];
    JSON.stringify(manifest, (_, value) => {
      if (typeof value === "string" && /^\.?\/|^dist\//.test(value)) named.push(value);
      return value;
    });
    expect(named.length).toBeGreaterThan(1);
    for (const path of named) expect(existsSync(join(folder, path)), path).toBe(true);
    const top = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(manifest.version).toBe(top.version);
    expect(manifest.engines).toEqual({ node: top.engines.node });
    const own = ["contributes", "activationEvents", "dependencies", "devDependencies", "scripts", "private"];
    for (const key of own) expect(manifest).not.toHaveProperty(key);
  });

  it("has its licence, its notices, its pages, and no more", () => {
    for (const file of ["LICENSE", "NOTICES.txt", "README.md", "docs/VERSIONS.md"])
      expect(files).toContain(file);
    const room = name === "suptree" ? /^lib\/|^docs\/(guide|api)\// : /^dist\/|^docs\/rules\/|^schema\//;
    expect(files.filter((file) => !room.test(file) && file.includes("/")).sort()).toEqual(
      name === "suptree" ? ["docs/VERSIONS.md"] : ["docs/SECURITY.md", "docs/VERSIONS.md", "docs/cli.md"],
    );
    expect(files.filter((file) => /\.map$|extension|analysis-worker/.test(file))).toEqual([]);
  });

  it("has pages whose links lead somewhere: in the package, or to a file of the repository", () => {
    const origin = `https://github.com/suptree/suptree/blob/v${manifest.version}/`;
    let checked = 0;
    for (const page of files.filter((file) => file.endsWith(".md"))) {
      for (const [, link = ""] of readFileSync(join(folder, page), "utf8").matchAll(/\]\(([^)\s#]+)/g)) {
        checked += 1;
        if (link.startsWith(origin))
          expect(existsSync(join(ROOT, link.slice(origin.length))), link).toBe(true);
        else if (!link.includes(":"))
          expect(existsSync(join(folder, dirname(page), link)), `${page}: ${link}`).toBe(true);
      }
    }
    expect(checked).toBeGreaterThan(10);
  });
});

test("the library's two entries for ES modules export the same", async () => {
  const names = async (file: string): Promise<string[]> =>
    Object.keys(await import(pathToFileURL(join(npmFolder("suptree"), "lib", file)).href)).sort();
  expect(await names("index.node.js")).toEqual(await names("index.js"));
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
