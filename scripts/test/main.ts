/**
 * The test run: one line per step with its counts, details of what failed, and the sums on the last line.
 *
 *     npm test                      all steps
 *     npm test -- unit e2e          only these
 */
import { mkdir } from "node:fs/promises";
import { artifacts } from "../util/paths.ts";
import { type Counts, type StepResult, steps } from "./steps.ts";

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No such step: ${unknown.join(", ")}. There are: ${steps.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

await mkdir(artifacts, { recursive: true });
const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
const notes: string[] = [];

for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  const started = performance.now();
  const result = await runStep(step.run);
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

async function runStep(run: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await run();
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
