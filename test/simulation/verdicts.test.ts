/**
 * Verdicts and reality: every demonstration of every finding in the programs of this repository that can run is played
 * in the program itself, on the virtual clock, and the same hazard must be seen there, or the same must not.
 */
import { describe, expect, it } from "vitest";
import { lint } from "../../src/lint/index.ts";
import type { Finding } from "../../src/model/index.ts";
import { demonstrate } from "../../src/simulation/index.ts";
import { examples, ownPrograms, pages, type Subject, strangers, testPrograms } from "./corpus.ts";
import { load, type Startable } from "./loader.ts";
import { RealStage } from "./verdicts.ts";

interface Compared {
  name: string;
  simulated: string;
  real: boolean | null;
  because: string;
}

const findingsOf = ({ model }: Subject) => lint(model).filter(({ demonstration }) => demonstration !== null);

/** Plays the demonstrations of each program's findings, or of the findings that another program has. */
async function compareAll(
  subjects: readonly Subject[],
  findingsFor: (subject: Subject) => readonly Finding[] = findingsOf,
): Promise<Compared[]> {
  const all: Compared[] = [];
  for (const subject of subjects) {
    const findings = findingsFor(subject);
    if (findings.length === 0) continue;
    const { supervisors, applications, orphans } = subject.model;
    const roots = new Set([...supervisors, ...applications, ...orphans].map(({ key }) => key));
    let program: Startable;
    try {
      program = await load(subject, [...subject.sources.keys()]);
    } catch {
      continue; // a page or a test that is no whole program
    }
    for (const { rule, messageId, demonstration, location } of findings) {
      if (demonstration?.root == null || !roots.has(demonstration.root)) continue;
      if (!program.has(demonstration.root)) continue;
      const { verdict, because } = await demonstrate(subject.model, demonstration);
      const stage = await RealStage.of(subject.model, program, [...subject.sources.values()], demonstration);
      const real = await stage.verdict();
      all.push({
        name: `${subject.name}:${location.line} ${rule} ${messageId}`,
        simulated: verdict,
        real: real.shown,
        because: `simulated: ${because} really: ${real.because}`,
      });
    }
  }
  return all;
}

const of = (all: readonly Compared[], test: (each: Compared) => boolean) =>
  all.filter(test).map(({ name, simulated, real, because }) => `${name}: ${simulated}, ${real}: ${because}`);

const compared: Compared[] = [];
const isDifferent = ({ simulated, real }: Compared) => (simulated === "shown") !== (real === true);

describe("what a demonstration shows happens in the program itself", () => {
  it.for([
    { what: "the examples", subjects: examples, least: 7 },
    { what: "the pages of the rules and of the guide", subjects: async () => pages(), least: 30 },
    { what: "the programs of other tests", subjects: async () => testPrograms(), least: 20 },
    { what: "services as people write them", subjects: async () => ownPrograms(), least: 20 },
    { what: "programs of strangers", subjects: async () => strangers(), least: 40 },
  ])("in $what", { timeout: 300_000 }, async ({ subjects, least }) => {
    const all = await compareAll(await subjects());
    expect(of(all, (each) => isDifferent(each) && !each.because.includes("Supposed of"))).toEqual([]);
    expect(all.length).toBeGreaterThanOrEqual(least);
    compared.push(...all);
  });

  it("nor does it happen where a page has mended it", { timeout: 300_000 }, async () => {
    const all = pages();
    const mended = all.filter(({ name }) => /^rules-.*-[2-9]$/.test(name));
    const before = ({ name }: Subject) => all.find((each) => each.name === name.replace(/-\d$/, "-1"));
    const outcomes = await compareAll(mended, (subject) => {
      const original = before(subject);
      return original === undefined ? [] : findingsOf(original);
    });
    expect(of(outcomes, isDifferent)).toEqual([]);
    expect(outcomes.filter(({ simulated }) => simulated === "not shown").length).toBeGreaterThan(5);
  });

  it("and little of it rests on a supposition", () => {
    const supposed = of(compared, isDifferent);
    expect(supposed.length / compared.length, supposed.join("\n")).toBeLessThan(0.05);
  });
});
