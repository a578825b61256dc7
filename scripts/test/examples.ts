/** Every example type-checks by itself, and runs to its end. */
import { join } from "node:path";
import { bundleExample, exampleNames } from "../example.ts";
import { root } from "../util/paths.ts";
import { run } from "../util/run.ts";
import type { StepResult } from "./steps.ts";

export async function checkExamples(): Promise<StepResult> {
  const result = { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  const judge = (what: string, { code, output }: { code: number; output: string }): void => {
    if (code === 0) result.passed += 1;
    else {
      result.failed += 1;
      problems.push(`${what}\n${output.trim()}`);
    }
  };
  for (const name of await exampleNames()) {
    judge(
      `examples/${name}: types`,
      await run("tsc", ["-p", join("examples", name), "--noEmit"], { cwd: root, timeout: 120_000 }),
    );
    const file = await bundleExample(name);
    judge(`examples/${name}: run`, await run(process.execPath, [file], { cwd: root, timeout: 60_000 }));
  }
  return problems.length === 0 ? result : { ...result, output: problems.join("\n\n") };
}
