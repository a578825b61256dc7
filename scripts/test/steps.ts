/** The steps of the test run, cheapest first: what fails early is told early. */
import { provisionBrowser } from "../provision-browser.ts";
import { provisionErlang } from "../provision-erlang.ts";
import { provisionRuntime } from "../provision-runtimes.ts";
import { provisionVSCode } from "../provision-vscode.ts";
import { root } from "../util/paths.ts";
import { type RunOptions, run } from "../util/run.ts";
import { checkDocs } from "./docs.ts";
import { checkExamples } from "./examples.ts";
import { checkNpmPackages } from "./npm-packages.ts";
import { runVitest } from "./vitest.ts";

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface StepResult extends Counts {
  /** Beside the counts, on the step's line. */
  note?: string;
  /** What failed, in full. */
  output?: string;
  /** Why something was skipped. */
  why?: string;
}

/** What a step needs of the machine. All of it is installed before the first step runs. */
export const NEEDS = {
  browser: provisionBrowser,
  editor: provisionVSCode,
  Erlang: provisionErlang,
  "Node 20": (say) => provisionRuntime("Node 20", say),
  "Node 22": (say) => provisionRuntime("Node 22", say),
  Bun: (say) => provisionRuntime("Bun", say),
  Deno: (say) => provisionRuntime("Deno", say),
} as const satisfies Record<string, (say: (line: string) => void) => Promise<{ from: string }>>;

export type Need = keyof typeof NEEDS;

export interface Step {
  name: string;
  /** Without these it is skipped, with the reason. */
  needs?: readonly Need[];
  /** It runs without these, and skips some tests of its own. */
  uses?: readonly Need[];
  run(): Promise<StepResult>;
}

const MINUTE = 60_000;

export const steps: readonly Step[] = [
  {
    name: "types",
    run: () => command("tsc", ["-p", "tsconfig.json", "--noEmit"]),
  },
  {
    name: "lint",
    run: () => command("biome", ["ci", "--colors=off", "--error-on-warnings", "."]),
  },
  {
    name: "build",
    run: () => command("node", ["scripts/build.ts", "--strict"]),
  },
  {
    name: "unit",
    uses: ["Erlang"],
    run: () => runVitest("vitest.config.ts", "unit", 15 * MINUTE),
  },
  {
    name: "thorough",
    uses: ["Erlang", "browser"],
    run: () => runVitest("vitest.thorough.config.ts", "thorough", 20 * MINUTE),
  },
  {
    name: "conformance",
    run: () => conformance(["scripts/conformance.ts"]),
  },
  { name: "packages", uses: ["Node 20", "Node 22", "Bun", "Deno"], run: checkNpmPackages },
  { name: "examples", run: checkExamples },
  { name: "docs", run: checkDocs },
  {
    name: "webview",
    needs: ["browser"],
    run: () => runVitest("vitest.browser.config.ts", "webview", 25 * MINUTE),
  },
  {
    name: "e2e",
    needs: ["editor", "browser"],
    run: () => runVitest("vitest.e2e.config.ts", "e2e", 30 * MINUTE),
  },
];

export function skipped(why: string): StepResult {
  return { passed: 0, failed: 0, skipped: 1, why };
}

/** A command whose exit code is the verdict. */
async function command(name: string, args: readonly string[], options: RunOptions = {}): Promise<StepResult> {
  const { code, output } = await run(name, args, { cwd: root, timeout: 5 * MINUTE, ...options });
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0, output: output.trim() };
}

/** A command that ends with `N passed, N failed`. */
async function conformance(args: readonly string[]): Promise<StepResult> {
  const { code, output } = await run("node", args, { cwd: root, timeout: 10 * MINUTE });
  const counts = /(\d+) passed, (\d+) failed/.exec(output.trim().split("\n").at(-1) ?? "");
  if (!counts) return { passed: 0, failed: 1, skipped: 0, output };
  const failed = Number(counts[2]);
  const result = { passed: Number(counts[1]), failed: failed === 0 && code !== 0 ? 1 : failed, skipped: 0 };
  return result.failed > 0 ? { ...result, output: output.slice(-8000) } : result;
}
