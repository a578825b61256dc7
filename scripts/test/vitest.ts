/** Runs vitest with one of our configurations and counts from its JSON report. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { artifacts, root } from "../util/paths.ts";
import { run } from "../util/run.ts";
import type { StepResult } from "./steps.ts";

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

export async function runVitest(config: string, name: string, timeout: number): Promise<StepResult> {
  const file = join(artifacts, `${name}.json`);
  await rm(file, { force: true });
  const { output } = await run(
    "vitest",
    ["run", "-c", config, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    { cwd: root, timeout, env: { ...process.env, NO_COLOR: "1" } },
  );
  let report: Report;
  try {
    report = JSON.parse(await readFile(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, output: output.slice(-8000) };
  }
  const result: StepResult = {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  // A file that could not be loaded has no tests to count.
  if (!report.success && result.failed === 0) result.failed = 1;
  if (result.failed > 0) result.output = failures(report) || output.slice(-8000);
  if (result.skipped > 0) {
    const names = report.testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status !== "passed" && status !== "failed"),
    );
    result.why = names.map(({ fullName }) => fullName.trim()).join("; ");
  }
  return result;
}

function failures(report: Report): string {
  const lines: string[] = [];
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    if (failed.length === 0 && file.status !== "passed") lines.push(`${file.name}\n${file.message}`);
    for (const { fullName, failureMessages } of failed) {
      lines.push(`${file.name.replace(root, "")}: ${fullName}\n${failureMessages.join("\n").slice(0, 3000)}`);
    }
  }
  return lines.join("\n\n");
}
