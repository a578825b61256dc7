/**
 * The guide is true: every page's `ts` blocks, put together, compile under the project's own settings and print,
 * when run, what the page's `text` blocks say.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const GUIDE = join(ROOT, "docs", "guide");
const SCRATCH = join(ROOT, ".cache", "guide-test");

interface Page {
  name: string;
  program: string;
  output: string;
}

function readPage(file: string): Page {
  const text = readFileSync(join(GUIDE, file), "utf8");
  const blocks = [...text.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)];
  const of = (language: string): string[] =>
    blocks.filter(([, tag]) => tag === language).map(([, , body]) => body ?? "");
  return { name: file.replace(/\.md$/, ""), program: of("ts").join("\n"), output: of("text").join("") };
}

const pages = readdirSync(GUIDE)
  .filter((file) => /^\d/.test(file))
  .map(readPage);

function run(
  command: string,
  args: readonly string[],
): Promise<{ failed: boolean; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: ROOT, timeout: 60_000 }, (error, out, err) => {
      resolve({ failed: error !== null, out, err });
    });
  });
}

beforeAll(() => {
  mkdirSync(SCRATCH, { recursive: true });
  for (const { name, program } of pages)
    writeFileSync(join(SCRATCH, `${name}.ts`), `${program}\nexport {};\n`);
  writeFileSync(
    join(SCRATCH, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] }),
  );
});

afterAll(() => {
  rmSync(SCRATCH, { recursive: true, force: true });
});

describe("the guide", () => {
  it("has its pages, each listed in its index and each with a program", () => {
    const index = readFileSync(join(GUIDE, "README.md"), "utf8");
    expect(pages.length).toBeGreaterThanOrEqual(8);
    for (const { name, program, output } of pages) {
      expect(index).toContain(`(${name}.md)`);
      expect(program).toContain('from "suptree"');
      expect(output).not.toBe("");
    }
  });

  it("type-checks", async () => {
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    const { out } = await run(tsc, ["-p", join(SCRATCH, "tsconfig.json"), "--noEmit", "--pretty", "false"]);
    expect(out).toBe("");
  }, 120_000);

  it.for(pages)("$name prints what it says", async ({ name, output }) => {
    const outfile = join(SCRATCH, `${name}.mjs`);
    await build({
      entryPoints: [join(SCRATCH, `${name}.ts`)],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "es2023",
      external: ["@opentelemetry/*"],
      alias: { suptree: join(ROOT, "src", "runtime", "index.ts") },
    });
    const { failed, out, err } = await run(process.execPath, [outfile]);
    expect(err).toBe("");
    expect(out).toBe(output);
    expect(failed).toBe(false);
  });

  it("links to places that exist", () => {
    const files = new Set(readdirSync(GUIDE));
    for (const file of files) {
      const text = readFileSync(join(GUIDE, file), "utf8");
      for (const [, target] of text.matchAll(/\]\(([\w-]+\.md)(?:#[\w-]+)?\)/g)) {
        expect(files, `${file} links to ${target}`).toContain(target);
      }
    }
  });
});
