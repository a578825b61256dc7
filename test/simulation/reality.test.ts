/**
 * Prediction and reality: every program in the repository that can run is really run on the library, with the virtual
 * clock, and each of its processes is really made to fail. What the simulation foretells from the model alone must be
 * what happens: who restarts, who is gone, what is decided, in which order. Where it differs, the simulation must have
 * said what it supposes of the very process that differs.
 */
import { describe, expect, it } from "vitest";
import { type Comparison, compare } from "./comparison.ts";
import {
  examples,
  ownNames,
  ownProgram,
  pages,
  type Subject,
  service,
  serviceNames,
  testPrograms,
} from "./corpus.ts";
import { load, rootsOf, type Startable } from "./loader.ts";

/** Largest share of faults whose outcome may rest on a supposition. */
const SUPPOSED = 0.02;

async function compareAll(subjects: readonly Subject[]): Promise<Comparison[]> {
  const all: Comparison[] = [];
  for (const subject of subjects) {
    if (subject.model.supervisors.length === 0) continue;
    let program: Startable;
    try {
      program = await load(subject, [...subject.sources.keys()]);
    } catch {
      continue; // a page or a test that is no whole program
    }
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
  }
  return all;
}

const of = (all: readonly Comparison[], verdict: Comparison["verdict"]) =>
  all.filter((each) => each.verdict === verdict);

/** Differences, readable where a test fails. */
const told = (all: readonly Comparison[]) =>
  all.map(({ program, fault, path, difference }) => `${program}: ${fault} ${path}: ${difference}`);

const compared: Comparison[] = [];

describe("what the simulation foretells happens", () => {
  it.for([
    { what: "the examples", subjects: examples, faults: 150 },
    { what: "the pages of the rules and of the guide", subjects: async () => pages(), faults: 300 },
    { what: "the programs of other tests", subjects: async () => testPrograms(), faults: 150 },
  ])("in $what", { timeout: 300_000 }, async ({ subjects, faults }) => {
    const all = await compareAll(await subjects());
    expect(told(of(all, "wrong"))).toEqual([]);
    expect(all.length).toBeGreaterThan(faults);
    compared.push(...all);
  });

  it.for(ownNames())("in %s, as people write services", { timeout: 120_000 }, async (name) => {
    const all = await compareAll([ownProgram(name)]);
    expect(told(of(all, "wrong"))).toEqual([]);
    expect(all.length).toBeGreaterThan(0);
    compared.push(...all);
  });

  it.for(serviceNames())("in the service %s", { timeout: 120_000 }, async (name) => {
    const all = await compareAll([service(name)]);
    expect(told(of(all, "wrong"))).toEqual([]);
    expect(all.length).toBeGreaterThan(0);
    compared.push(...all);
  });

  it("and little of it rests on a supposition", () => {
    const supposed = of(compared, "supposed");
    expect(supposed.length / compared.length, told(supposed).join("\n")).toBeLessThan(SUPPOSED);
  });
});
