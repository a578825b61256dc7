/** Real code does in the engine's thread what it does by itself on the library's virtual clock, event by event. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { plain } from "./plain.ts";
import { bundleOf, examples, guide, inThread, LEFT_OUT, PAGES, pageOf, ROOT } from "./programs.ts";

const programs = [...(await examples()), ...(await guide())];
const named = programs.map((program) => ({
  program,
  name: program.root ?? `${program.base.split("/").at(-1)}/${program.file}`,
}));

describe("the same seed, inputs and code", () => {
  it("has every file of the examples, and every page of the guide", { timeout: 60_000 }, async () => {
    const folder = join(ROOT, "examples");
    const bundled = new Set<string>();
    for (const program of programs)
      for (const file of (await bundleOf(program)).inputs) bundled.add(resolve(program.base, file));
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
      .map((name) => join(folder, name));
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((file) => !bundled.has(file))).toEqual([]);
    const pages = programs.filter(({ base }) => base.endsWith("guide-code")).map(({ file }) => file);
    expect([...pages, ...Object.keys(LEFT_OUT).map((page) => `${page}.ts`)].sort()).toEqual(
      PAGES.map((page) => `${page}.ts`).sort(),
    );
  });

  it.for(Object.entries(LEFT_OUT))(
    "%s says what it lacks when it is run",
    { timeout: 60_000 },
    async ([page, sentence]) => {
      const { status } = await inThread(await pageOf(page));
      expect(status.reason).toMatch(sentence);
    },
  );

  it.for(named)(
    "$name gives the same trace in the engine and by itself",
    { timeout: 60_000 },
    async ({ program }) => {
      const [ran, expected] = [await inThread(program), await plain(program)];
      expect(ran.events.length).toBeGreaterThan(3);
      expect(ran.events.map((event) => JSON.stringify(event))).toEqual(
        expected.map((event) => JSON.stringify(event)),
      );
    },
  );
});
