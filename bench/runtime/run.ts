/**
 * `npm run bench:runtime -- [--quick] [--cpu] [--only WORKLOAD,...] [--without NAME,...] [--json FILE]`
 *
 * Every round runs each workload of each contestant in a process of its own, in an order that turns from round
 * to round, so that a busy moment of the machine hits nobody twice; the medians over the rounds are compared.
 * `--cpu` counts the time of the main thread instead of the time that passes, for a machine on which others work
 * too; contestants that wait, for a timer or a poll, then look better than they are. Exit code 1 when a target is
 * missed.
 */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../shared/timing.ts";
import { measureBeam, prepareBeam } from "./contestants/beam.ts";
import { buildOurs } from "./ours.ts";
import { here, installPeers } from "./peers.ts";
import { evaluate, OBSERVED, observerCost, type Results, render, SUPERVISED } from "./table.ts";
import { type Measurement, WORKLOADS, type Workload } from "./workloads.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    cpu: { type: "boolean", default: false },
    only: { type: "string" },
    without: { type: "string" },
    json: { type: "string" },
  },
});

const clock = options.cpu ? "cpu" : "wall";
const rounds = options.quick ? 2 : 5;
const samples = options.quick ? 3 : 5;
const warmUp = options.quick ? 200 : 400;

interface Entry {
  name: string;
  version: string;
}

const without = new Set(options.without?.split(",") ?? []);
const entries: Entry[] = [];
const absent: string[] = [];

function enter(name: string, state: { ok: true; version: string } | { ok: false; why: string }): void {
  if (without.has(name)) absent.push(`${name}: left out as asked`);
  else if (state.ok) entries.push({ name, version: state.version });
  else absent.push(`${name}: ${state.why}`);
}

enter("floor", { ok: true, version: "hand-written" });
if (["suptree", OBSERVED, SUPERVISED].some((name) => !without.has(name))) await buildOurs();
enter("suptree", { ok: true, version: "this repository" });
enter(OBSERVED, { ok: true, version: "this repository" });
enter(SUPERVISED, { ok: true, version: "this repository" });
const peers = await installPeers();
const peer = (name: string) => peers.get(name) ?? ({ ok: false, why: "unknown" } as const);
enter("noex", peer("@hamicek/noex"));
enter("actor-ts", peer("actor-ts"));
enter("nact", peer("nact"));
enter("xstate", peer("xstate"));
enter("xstate machine", peer("xstate"));
enter("beam", await prepareBeam());

const only = options.only?.split(",");
const workloads = WORKLOADS.filter(({ id }) => only === undefined || only.includes(id));
if (workloads.length === 0) {
  console.error(`No workload among ${options.only}. They are: ${WORKLOADS.map(({ id }) => id).join(", ")}`);
  process.exit(2);
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${rounds} rounds, ${clock} time`,
);
for (const { name, version } of entries) console.log(`  ${name}: ${version}`);
for (const line of absent) console.log(`  not measured – ${line}`);

const all = new Map<string, Map<Workload, Measurement[]>>(entries.map(({ name }) => [name, new Map()]));
const failures: string[] = [];
const total = rounds * workloads.length * entries.length;
let finished = 0;
for (let round = 0; round < rounds; round++) {
  for (const { id } of workloads) {
    const turn = round % entries.length;
    for (const { name } of [...entries.slice(turn), ...entries.slice(0, turn)]) {
      progress(`${++finished}/${total} ${name}: ${id}`);
      try {
        const measured =
          name === "beam" ? await measureBeam(id, samples, clock) : await measureInChild(name, id);
        if (measured === null) continue;
        const list = all.get(name)!.get(id) ?? [];
        list.push(measured);
        all.get(name)!.set(id, list);
      } catch (error) {
        failures.push(`${name}, ${id}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
progress("");

const results: Results = new Map(
  [...all].map(([name, of]) => [name, new Map([...of].map(([id, list]) => [id, medians(list)]))]),
);
console.log();
console.log(
  render(
    results,
    entries.map(({ name }) => name),
  ),
);
for (const failure of new Set(failures)) console.log(`\nfailed – ${failure}`);
if (options.json !== undefined) {
  const plain = [...results].map(([name, of]) => [name, Object.fromEntries(of)]);
  writeFileSync(options.json, `${JSON.stringify(Object.fromEntries(plain), null, 2)}\n`);
}
const missed =
  evaluate(results).flatMap(({ verdicts }) => verdicts.filter(({ pass }) => pass === false)).length +
  observerCost(results).filter(({ pass }) => !pass).length;
console.log(missed === 0 ? "\nAll targets reached." : `\n${missed} targets missed.`);
process.exit(missed === 0 && failures.length === 0 ? 0 : 1);

function measureInChild(name: string, workload: Workload): Promise<Measurement | null> {
  const args = [
    "--expose-gc",
    join(here, "worker.ts"),
    name,
    workload,
    String(samples),
    String(warmUp),
    clock,
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: 180_000, maxBuffer: 1 << 26 }, (error, out, err) => {
      if (error) reject(new Error(err.split("\n").find((line) => line.includes("Error")) ?? error.message));
      else resolve(JSON.parse(out.trim().split("\n").at(-1) ?? "null") as Measurement | null);
    });
  });
}

function medians(list: readonly Measurement[]): Measurement {
  const of = (pick: (measurement: Measurement) => number | undefined): number | undefined => {
    const values = list.map(pick).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  const warmUs = of(({ warmUs }) => warmUs);
  const stopUs = of(({ stopUs }) => stopUs);
  const bytes = of(({ bytes }) => bytes);
  return {
    us: of(({ us }) => us) ?? Number.NaN,
    ...(warmUs === undefined ? {} : { warmUs }),
    ...(stopUs === undefined ? {} : { stopUs }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
