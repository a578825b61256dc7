/** One tree whose files are spread over folders and packages is the same tree in every layout, however it is named. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyzeOn } from "../../src/analysis/session/index.ts";
import { diskOf, isTheSameHoweverNamed, ROOT } from "./however-named.ts";
import { filesOf, type Layout, layout, treeOf } from "./layouts.ts";

const RUNS = Number(process.env.SUPTREE_FUZZ_RUNS ?? 60);

async function treeIn(one: Layout): Promise<string[]> {
  const { model } = await analyzeOn([ROOT], { host: diskOf(filesOf(one)), cwd: ROOT, base: ROOT });
  const names = new Map(model.supervisors.map(({ key, name }) => [key, name]));
  return model.supervisors
    .map(
      ({ name, children }) =>
        `${name}: ${children.map((c) => names.get(c.supervisor ?? "") ?? c.id).join(", ")}`,
    )
    .sort();
}

describe("one tree over several files and packages", () => {
  test("is found whole, and once", { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(layout, async (one) => {
        expect(await treeIn(one)).toEqual(treeOf(one));
      }),
      { numRuns: RUNS * 4 },
    );
  });

  test("is the same however it is named", { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(layout, async (one) => isTheSameHoweverNamed(filesOf(one))),
      { numRuns: RUNS },
    );
  });
});
