/**
 * Replays OTP conformance scenarios on the runtime: `node scripts/conformance.ts [--seed N] [--inline] FILE.jsonl...`
 * (without files: the shipped ones). Prints each failing scenario with the first event that differs and ends with
 * the count; exit code 1 when one failed, 2 when a file cannot be used.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareTrace } from "../test/otp/compare.ts";
import { replay } from "../test/otp/replay.ts";
import type { Scenario } from "../test/otp/scenario.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    inline: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
const shipped = fileURLToPath(new URL("../test/otp/scenarios.jsonl", import.meta.url));
const files = positionals.length > 0 ? positionals : [shipped];
let passed = 0;
let failed = 0;

function read(file: string): Scenario[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as Scenario);
  } catch (error) {
    console.error(`cannot read scenarios from ${file}: ${(error as Error).message}`);
    process.exit(2);
  }
}

async function judge(scenario: Scenario): Promise<string[]> {
  if (!Array.isArray(scenario.trace)) return ["has no recorded trace: run it through the oracle first"];
  try {
    const options = {
      inline: values.inline,
      ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    };
    return compareTrace(scenario.trace, await replay(scenario, options));
  } catch (error) {
    return [`the runner failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

for (const file of files) {
  for (const scenario of read(file)) {
    const bad = await judge(scenario);
    if (bad.length === 0) passed++;
    else {
      failed++;
      console.log(`${scenario.name} (${scenario.category})`);
      for (const line of values.verbose ? bad : bad.slice(0, 1)) console.log(`   ${line}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
