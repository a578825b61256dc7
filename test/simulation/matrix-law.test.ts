/**
 * The short ways of the crash matrix (a tree that is back takes the next fault, children that are alike have one row, only those
 * who have to do with what failed are asked) give what a boot for every row gives.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { crashMatrix } from "../../src/simulation/index.ts";
import { examples, ownPrograms, pages, type Subject } from "./corpus.ts";
import { rootsOf } from "./loader.ts";
import { randomProgram } from "./random-tree.ts";

async function bothWays(model: TreeModel, root: string | null, fault: "crash" | "kill") {
  const short = await crashMatrix(model, root, { fault });
  const thorough = await crashMatrix(model, root, { fault, thorough: true });
  return { short, thorough };
}

const named = (pattern: RegExp): Subject[] => ownPrograms().filter(({ name }) => pattern.test(name));

describe("the crash matrix made the short way is the same", () => {
  it("for trees at random", { timeout: 300_000 }, async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(
        randomProgram,
        fc.constantFrom("crash" as const, "kill" as const),
        async (text, fault) => {
          const model = analyzeSources(new Map([["app.ts", text]]));
          const { short, thorough } = await bothWays(model, "app.ts#Root", fault);
          expect(short).toEqual(thorough);
          rows += short.rows.length;
        },
      ),
      { numRuns: 40 },
    );
    // What is drawn decides how many there are; without any, nothing was compared.
    expect(rows).toBeGreaterThan(20);
  });

  it.for([
    { what: "the examples", subjects: examples },
    { what: "the pages", subjects: async () => pages() },
    { what: "services as people write them, a to g", subjects: async () => named(/^own-[a-g]/) },
    { what: "services as people write them, h to z", subjects: async () => named(/^own-(?![a-g])/) },
  ])("for $what", { timeout: 300_000 }, async ({ subjects }) => {
    const all: Subject[] = await subjects();
    for (const { name, model } of all)
      for (const root of rootsOf(model)) {
        const { short, thorough } = await bothWays(model, root, "crash");
        expect(short, `${name} ${root}`).toEqual(thorough);
      }
  });
});
