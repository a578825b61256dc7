/**
 * What a demonstration says is about the hazard that its finding names, and happens in the program itself: see
 * `demonstrated.txt`. A fix ends the finding, makes no new one, and the hazard with it.
 */
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { applyEdits, lint } from "../../src/lint/index.ts";
import type { Demonstration, Finding, Fix } from "../../src/model/index.ts";
import { demonstrate } from "../../src/simulation/index.ts";
import { demonstrated, type Subject } from "./corpus.ts";
import { load } from "./loader.ts";
import { RealStage } from "./verdicts.ts";

async function really({ model, ...subject }: Subject, demonstration: Demonstration) {
  const program = await load(subject, [...subject.sources.keys()]);
  const stage = await RealStage.of(model, program, [...subject.sources.values()], demonstration);
  return stage.verdict();
}

function fixed(subject: Subject, fix: Fix): Subject {
  const sources = new Map(subject.sources);
  for (const [file, text] of subject.sources) {
    const edits = fix.edits.filter(({ location }) => location.file === file);
    sources.set(file, applyEdits(text, edits) ?? text);
  }
  return { ...subject, name: `${subject.name}-fixed`, sources, model: analyzeSources(sources) };
}

const SUPPOSED = " Supposed of ";
const nameOf = ({ rule, messageId }: Finding) => `${rule} ${messageId}`;
const identity = (finding: Finding) => `${nameOf(finding)} ${finding.children.join()}`;

describe.each(demonstrated())("$subject.name", ({ subject, says }) => {
  const findings = lint(subject.model, { sources: subject.sources });
  const shown = findings.flatMap((finding) =>
    finding.demonstration === null ? [] : [{ finding, demonstration: finding.demonstration }],
  );

  it("shows what is written, and what happens", async () => {
    const said: string[] = [];
    const different: unknown[] = [];
    for (const { finding, demonstration } of shown) {
      const { verdict, because } = await demonstrate(subject.model, demonstration);
      const isSupposed = because.includes(SUPPOSED) && verdict === "shown";
      said.push(`${nameOf(finding)}: ${verdict}${isSupposed ? ", supposed" : ""}`);
      const real = await really(subject, demonstration);
      if ((verdict === "shown") !== (real.shown === true) && !isSupposed)
        different.push({ finding: nameOf(finding), verdict, because, real });
    }
    expect(said).toEqual(says);
    expect(different).toEqual([]);
  });

  it("is mended by its fixes", async () => {
    for (const finding of findings) {
      for (const fix of finding.fixes) {
        const after = fixed(subject, fix);
        const left = lint(after.model, { sources: after.sources });
        expect(left.map(identity)).not.toContain(identity(finding));
        expect(findings.map(nameOf)).toEqual(expect.arrayContaining(left.map(nameOf)));
        if (finding.demonstration === null) continue;
        expect(await demonstrate(after.model, finding.demonstration)).not.toMatchObject({ verdict: "shown" });
        expect(await really(after, finding.demonstration)).not.toMatchObject({ shown: true });
      }
    }
  });
});
