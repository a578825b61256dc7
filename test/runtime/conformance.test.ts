import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareTrace } from "../otp/compare.ts";
import { type ReplayOptions, replay } from "../otp/replay.ts";
import type { Scenario } from "../otp/scenario.ts";

const otp = fileURLToPath(new URL("../otp/", import.meta.url));
const read = (text: string): Scenario[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Scenario);
const scenarios = read(readFileSync(join(otp, "scenarios.jsonl"), "utf8"));
/** Timeouts, continue, hibernate: what the shared scenarios are without. */
const next = read(readFileSync(join(otp, "scenarios-next.jsonl"), "utf8"));
/** Faults in specifications, odd reasons, requests and signals in the middle of something. */
const edge = read(readFileSync(join(otp, "scenarios-edge.jsonl"), "utf8"));

async function failures(list: readonly Scenario[], options: ReplayOptions): Promise<string[]> {
  const bad: string[] = [];
  for (const scenario of list) {
    const [first] = compareTrace(scenario.trace, await replay(scenario, options));
    if (first !== undefined) bad.push(`${scenario.name}: ${first}`);
  }
  return bad;
}

describe("OTP conformance", () => {
  it("has the scenarios that were recorded", () => {
    expect(scenarios.length).toBe(765);
    expect(scenarios.reduce((sum, { trace }) => sum + trace.length, 0)).toBeGreaterThan(5000);
    expect(next.length).toBe(225);
    expect(edge.length).toBe(616);
  });

  it.each<[string, ReplayOptions]>([
    ["first come, first served", {}],
    ["turns drawn from seed 1", { seed: 1 }],
    ["turns drawn from seed 2", { seed: 2 }],
    ["calls and starts at once, as with the real clock", { inline: true }],
  ])("replays all of them: %s", async (_, options) => {
    expect(await failures(scenarios, options)).toEqual([]);
    expect(await failures(next, options)).toEqual([]);
    expect(await failures(edge, options)).toEqual([]);
  });

  it("notices a trace that differs", async () => {
    const scenario = scenarios.find(({ name }) => name === "call_delayed_reply") as Scenario;
    const changed = structuredClone(scenario);
    (changed.trace[1] as { events: unknown[] }).events = [["call_result", "a#1", { reply: "fast" }]];
    expect(compareTrace(changed.trace, await replay(scenario))).toEqual([
      'op 0: missing: ["call_result","a#1",{"reply":"fast"}]',
      'op 0: unexpected: ["call_result","a#1",{"reply":"slow"}]',
    ]);
  });
});

function hasErlang(): boolean {
  try {
    execFileSync("erl", ["-noshell", "-eval", "halt()."], { stdio: "ignore" });
    execFileSync("sh", ["-c", "command -v erlc"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.runIf(hasErlang())("fresh scenarios, asked of the OTP that is installed", () => {
  it("agree", async () => {
    const folder = mkdtempSync(join(tmpdir(), "suptree-otp-"));
    try {
      // A different handful every day, the same one all day long.
      const from = 100_000 + Math.floor(Date.now() / 86_400_000) * 10;
      const asked = (size: string, count: number) =>
        execFileSync(
          "node",
          [join(otp, "oracle/generate.mjs"), String(from), String(from + count - 1), size],
          {
            encoding: "utf8",
          },
        );
      const input = join(folder, "in.jsonl");
      const output = join(folder, "out.jsonl");
      writeFileSync(input, asked("normal", 8) + asked("large", 2) + asked("next", 4));
      execFileSync("sh", [join(otp, "oracle/run.sh"), input, output], { stdio: "ignore", timeout: 280_000 });
      const fresh = read(readFileSync(output, "utf8"));
      expect(fresh.length).toBeGreaterThan(0);
      // Those with timeouts really ran.
      expect(readFileSync(input, "utf8")).toContain('"gen_next"');
      expect(await failures(fresh, {})).toEqual([]);
      expect(await failures(fresh, { seed: from })).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 300_000);
});
