import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { Dialect } from "../../src/analysis/dialects/dialect.ts";
import { analyze, render } from "./check.ts";

const docs = new URL("../../docs/dialects/", import.meta.url);
const tutorial = readFileSync(new URL("your-first-dialect.md", docs), "utf8");

/** The fenced blocks whose first line begins with `opening`. */
function blocks(opening: string): string[] {
  return [...tutorial.matchAll(/```([^\n]*)\n([\s\S]*?)```/g)]
    .filter((m) => m[1] === opening)
    .map((m) => m[2]!);
}

const folder = fileURLToPath(new URL("../../src/analysis/dialects/.tutorial/", import.meta.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the steps of the tutorial give what it says", async () => {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}index.ts`;
  writeFileSync(file, blocks("ts dialect").join("\n"));
  const { tiny } = (await import(/* @vite-ignore */ file)) as { tiny: Dialect };
  const text = `// FILE main.ts\n${blocks("ts file=main.ts")[0]}// FILE clock.ts\n${blocks("ts file=clock.ts")[0]}`;
  const model = analyze(text, { dialects: [tiny] });
  expect(render(model)).toBe(blocks("text")[0]!.trimEnd());
  expect(model.supervisors[0]!.children[1]!.restart).toBe("temporary");
});

test("every dialect has a page", () => {
  const dialects = readdirSync(new URL("../../src/analysis/dialects/", import.meta.url), {
    withFileTypes: true,
  })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => `${entry.name}.md`);
  expect(dialects.length).toBeGreaterThan(3);
  for (const page of dialects) expect(readdirSync(docs)).toContain(page);
});
