/**
 * The test run: one line per step with its counts, details of what failed, and the sums on the last line.
 *
 *     npm test                      all steps
 *     npm test -- unit e2e          only these
 */
import { mkdir } from "node:fs/promises";
import { artifacts } from "../util/paths.ts";
import { type Counts, NEEDS, type Need, type Step, type StepResult, skipped, steps } from "./steps.ts";

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No such step: ${unknown.join(", ")}. There are: ${steps.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

await mkdir(artifacts, { recursive: true });
const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const provided = await provideAll(chosen);
const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
const notes: string[] = [];

for (const step of chosen) {
  const started = performance.now();
  const result = await runStep(step);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  sum.passed += result.passed;
  sum.failed += result.failed;
  sum.skipped += result.skipped;
  const verdict = result.failed > 0 ? "FAILED" : result.passed === 0 ? "skipped" : "ok";
  console.log(
    `${step.name.padEnd(12)} ${verdict.padEnd(8)} ${counts(result)}  (${seconds} s)${result.note ? `  ${result.note}` : ""}`,
  );
  if (result.output) console.log(indent(result.output));
  if (result.skipped > 0) notes.push(`${step.name}: ${result.why ?? "skipped"}`);
}

for (const note of notes) console.log(`SKIPPED ${note}`);
console.log(counts(sum));
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;

type Provided = ReadonlyMap<Need, { from: string } | { missing: string }>;

/** Installs first what the steps need, so that no test is skipped for what a later step would have brought. */
async function provideAll(chosen: readonly Step[]): Promise<Provided> {
  const found = new Map<Need, { from: string } | { missing: string }>();
  for (const need of new Set(chosen.flatMap(({ needs = [], uses = [] }) => [...needs, ...uses]))) {
    try {
      found.set(need, { from: (await NEEDS[need]((line) => console.log(line))).from });
    } catch (error) {
      found.set(need, { missing: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

async function runStep(step: Step): Promise<StepResult> {
  const needs = (step.needs ?? []).map((need) => provided.get(need)!);
  for (const need of needs) if ("missing" in need) return skipped(need.missing);
  try {
    const result = await step.run();
    const from = needs.flatMap((need) => ("from" in need ? [need.from] : []));
    return from.length === 0 ? result : { ...result, note: `with ${from.join(" and ")}` };
  } catch (error) {
    const output = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { passed: 0, failed: 1, skipped: 0, output };
  }
}

function counts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, "    ");
}
