/**
 * What is foretold of programs that nobody has written happens: servers whose callbacks are sequences of the library's actions,
 * in trees of every kind. SUPTREE_FUZZ_SEED and SUPTREE_FUZZ_PROGRAMS go on with others.
 */
import { rmSync } from "node:fs";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { type Comparison, compare } from "../simulation/comparison.ts";
import { several } from "../simulation/corpus.ts";
import { load, rootsOf } from "../simulation/loader.ts";
import { randomProgram } from "../simulation/random/program.ts";

const SEED = Number(process.env.SUPTREE_FUZZ_SEED ?? 1);
const PROGRAMS = Number(process.env.SUPTREE_FUZZ_PROGRAMS ?? 20);

/** Largest share of faults whose outcome may rest on a supposition. */
const SUPPOSED = 0.04;

const loaded: string[] = [];
afterAll(() => {
  for (const file of loaded) rmSync(file);
});

async function compared(sources: Map<string, string>): Promise<Comparison[]> {
  // A module is loaded once under a name.
  const subject = several(`random-${SEED}-${loaded.length}`, sources);
  const program = await load(subject, ["app.ts"]);
  loaded.push(program.file);
  const all: Comparison[] = [];
  for (const root of rootsOf(subject.model))
    if (program.has(root))
      all.push(
        ...(await compare(
          subject.name,
          subject.model,
          root,
          (system) => program.start(system, root),
          program.anew,
        )),
      );
  return all;
}

it("foretells of programs at random what happens, and supposes little", { timeout: 900_000 }, async () => {
  let [supposed, all] = [0, 0];
  await fc.assert(
    fc.asyncProperty(randomProgram, async (sources) => {
      const comparisons = await compared(sources);
      all += comparisons.length;
      supposed += comparisons.filter(({ verdict }) => verdict === "supposed").length;
      expect(comparisons.filter(({ verdict }) => verdict === "wrong")).toEqual([]);
    }),
    { seed: SEED, numRuns: PROGRAMS },
  );
  // Of what does not come up nothing is to be seen.
  expect(all).toBeGreaterThan(PROGRAMS * 10);
  expect(supposed / all).toBeLessThan(SUPPOSED);
});
