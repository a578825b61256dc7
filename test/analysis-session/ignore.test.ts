import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globMatcher } from "../../src/analysis/discover/glob.ts";
import { isIgnored, parseIgnore } from "../../src/analysis/discover/ignore.ts";

/** Ours, as the walk uses it: an ignored folder is not entered. */
function ignoredByUs(text: string, path: string): boolean {
  const file = parseIgnore("/r", text);
  const parts = path.split("/");
  for (let n = 1; n <= parts.length; n++)
    if (isIgnored([file], `/r/${parts.slice(0, n).join("/")}`, n < parts.length)) return true;
  return false;
}

describe("gitignore patterns", () => {
  it.each([
    ["*.log", "a.log", true],
    ["*.log", "deep/er/a.log", true],
    ["/build", "build/x.ts", true],
    ["/build", "src/build/x.ts", false],
    ["build/", "src/build/x.ts", true],
    ["build/", "build", false],
    ["doc/*.ts", "doc/a.ts", true],
    ["doc/*.ts", "doc/in/a.ts", false],
    ["**/gen", "a/b/gen/x.ts", true],
    ["a/**/z.ts", "a/z.ts", true],
    ["a/**", "a/b.ts", true],
    ["*.ts\n!keep.ts", "keep.ts", false],
    ["*.ts\n!keep.ts", "other.ts", true],
    ["lib\n!lib/keep.ts", "lib/keep.ts", true],
    ["# comment\n\\#x.ts", "#x.ts", true],
    ["a[0-9].ts", "a7.ts", true],
    ["a[!0-9].ts", "a7.ts", false],
    ["trail.ts   ", "trail.ts", true],
  ])("%j on %s: %s", (text, path, expected) => {
    expect(ignoredByUs(text, path)).toBe(expected);
  });

  const hasGit = spawnSync("git", ["--version"]).status === 0;
  it.runIf(hasGit)("agrees with git on random patterns and paths", () => {
    const part = fc.constantFrom(
      "a",
      "b",
      "ab",
      "a.ts",
      "b.ts",
      "*.ts",
      "*",
      "?",
      "**",
      "a*",
      "[ab]",
      "[!a]",
    );
    const pattern = fc
      .tuple(
        fc.constantFrom("", "", "", "!"),
        fc.constantFrom("", "/"),
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("", "/"),
      )
      .map(([not, lead, parts, trail]) => not + lead + parts.join("/") + trail);
    const paths = ["a", "b", "ab", "a.ts"].flatMap((x) => [
      `${x}_/a.ts`,
      `${x.replace(".ts", "")}d/b.ts`,
      `ab_/${x.replace(".", "")}/b.ts`,
      `top-${x}.ts`,
    ]);
    const all = [
      ...new Set([...paths, "a.ts", "b.ts", "x/a", "x/b/a.ts", "x/ab/b.ts", "ab/a.ts", "ab/x/b.ts"]),
    ];
    const root = mkdtempSync(join(tmpdir(), "suptree-ignore-"));
    try {
      execFileSync("git", ["init", "-q", root]);
      // One question for many folders, each with patterns of its own: starting git is what takes the time.
      const lists = fc.array(pattern, { minLength: 1, maxLength: 4 }).map((patterns) => patterns.join("\n"));
      fc.assert(
        fc.property(fc.array(lists, { minLength: 1, maxLength: 50, size: "max" }), (texts) => {
          for (const [n, text] of texts.entries()) {
            mkdirSync(join(root, `f${n}`), { recursive: true });
            writeFileSync(join(root, `f${n}`, ".gitignore"), text);
          }
          const asked = texts.flatMap((_, n) => all.map((path) => `f${n}/${path}`));
          const { stdout } = spawnSync("git", ["-C", root, "check-ignore", "--no-index", "--stdin"], {
            input: asked.join("\n"),
            encoding: "utf8",
          });
          const byGit = new Set(stdout.split("\n").filter((line) => line !== ""));
          for (const [n, text] of texts.entries())
            expect([text, all.filter((path) => ignoredByUs(text, path))]).toEqual([
              text,
              all.filter((path) => byGit.has(`f${n}/${path}`)),
            ]);
        }),
        { numRuns: 12 },
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe("the settings' globs", () => {
  it.each([
    ["**/generated/**", "src/generated/a.ts", true],
    ["**/*.gen.ts", "src/a.gen.ts", true],
    ["*.gen.ts", "src/deep/a.gen.ts", true],
    ["src/{old,legacy}", "src/legacy/a.ts", true],
    ["src/{old,legacy}", "src/new/a.ts", false],
    ["./test/", "test/a.ts", true],
    ["test", "src/test/a.ts", true],
    ["/test", "src/test/a.ts", false],
    ["[", "a.ts", false],
    ["{a", "{a", true],
  ])("%j on %s: %s", (glob, path, expected) => {
    expect(globMatcher([glob])!(path)).toBe(expected);
  });
});
