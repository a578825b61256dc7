/**
 * What is foretold of programs that nobody has written happens: servers whose callbacks are sequences of the library's actions,
 * in trees of every kind. Each fault by itself is compared in what it leads to, and lives that are drawn in everything that
 * happens in them. SUPTREE_FUZZ_SEED and SUPTREE_FUZZ_PROGRAMS go on with others.
 */
import { rmSync } from "node:fs";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { System } from "../../src/runtime/index.ts";
import { type Comparison, compare, compareLives } from "../simulation/comparison.ts";
import { several } from "../simulation/corpus.ts";
import { load, rootsOf } from "../simulation/loader.ts";
import { randomProgram } from "../simulation/random/program.ts";

const SEED = Number(process.env.SUPTREE_FUZZ_SEED ?? 1);
const PROGRAMS = Number(process.env.SUPTREE_FUZZ_PROGRAMS ?? 15);

/** Largest share of faults whose outcome may rest on a supposition. */
const SUPPOSED = 0.04;

const loaded: string[] = [];
afterAll(() => {
  for (const file of loaded) rmSync(file);
});

/** What lives are drawn by. */
const chances = fc.array(fc.nat(), { minLength: 100, maxLength: 100 });

async function compared(sources: Map<string, string>, drawn: readonly number[]): Promise<Comparison[]> {
  let at = 0;
  const below = (n: number) => (drawn[at++ % drawn.length] ?? 0) % n;
  // A module is loaded once under a name.
  const subject = several(`random-${SEED}-${loaded.length}`, sources);
  const program = await load(subject, ["app.ts"]);
  loaded.push(program.file);
  const all: Comparison[] = [];
  for (const root of rootsOf(subject.model)) {
    if (!program.has(root)) continue;
    const start = (system: System) => program.start(system, root);
    all.push(...(await compare(subject.name, subject.model, root, start, program.anew)));
    all.push(...(await compareLives(subject.name, subject.model, root, start, program.anew, below)));
  }
  return all;
}

it("foretells of programs at random what happens, and supposes little", { timeout: 900_000 }, async () => {
  let [supposed, all] = [0, 0];
  await fc.assert(
    fc.asyncProperty(randomProgram, chances, async (sources, drawn) => {
      const comparisons = await compared(sources, drawn);
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
