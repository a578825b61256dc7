/** The BEAM: OTP's own gen_server and supervisor, on one scheduler, in a process of its own. */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CACHE, here } from "../peers.ts";
import type { Measurement, Workload } from "../workloads.ts";

const EBIN = join(CACHE, "beam");

/** The OTP release, after compiling the benchmark for it; or why there is none. */
export async function prepareBeam(): Promise<{ ok: true; version: string } | { ok: false; why: string }> {
  try {
    mkdirSync(EBIN, { recursive: true });
    await run("erlc", ["-o", EBIN, join(here, "beam", "bench.erl")]);
    const release = 'io:format("~s", [erlang:system_info(otp_release)]), halt().';
    return { ok: true, version: `OTP ${await run("erl", ["-noshell", "-eval", release])}` };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { ok: false, why: missing ? "erl is not installed (Debian: erlang-base)" : String(error) };
  }
}

export async function measureBeam(workload: Workload, samples: number, clock: string): Promise<Measurement> {
  const flags = ["+S", "1:1", "+P", "1000000", "-noshell", "-noinput", "-pa", EBIN];
  return JSON.parse(
    await run("erl", [...flags, "-run", "bench", "main", workload, String(samples), clock]),
  ) as Measurement;
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 180_000, cwd: CACHE }, (error, out) => {
      if (error) reject(error);
      else resolve(out);
    });
  });
}
