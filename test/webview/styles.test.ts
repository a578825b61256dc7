/** What the page's styles refer to is there: a property that nobody sets is no colour, and nobody is told. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../src/webview", import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(css|tsx?)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

it("sets every property of its own that its styles use", () => {
  // In styles, and from code by name.
  const set = new Set(
    files.flatMap(({ text }) =>
      [...text.matchAll(/(?:[\s{;](--[\w-]+):|"(--[\w-]+)")/g)].map(([, a, b]) => a ?? b),
    ),
  );
  const missing = files.flatMap(({ name, text }) =>
    [...text.matchAll(/var\((--[\w-]+)\)/g)]
      .map(([, used]) => used!)
      .filter((used) => !used.startsWith("--vscode-") && !set.has(used))
      .map((used) => `${name}: ${used}`),
  );
  expect(missing).toEqual([]);
});
