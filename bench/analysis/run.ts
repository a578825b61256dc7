/**
 * `npm run bench:analysis [-- FOLDER] [--rounds N]`: the analysis against floors that it measures itself, on real code (real.ts) and, where a
 * workspace must have a certain size or shape, on generated code (synth.ts), which says so in its row. Design follows the
 * real rows: generated code is laid out alike everywhere and flatters whoever guesses. Every contestant runs in a
 * process of its own, in rotation; numbers are the lowest of the rounds, which other work on the machine disturbs least.
 * With FOLDER, that folder is measured too.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { atMost, conclude } from "../shared/targets.ts";
import { realCode } from "./real.ts";
import { dense, linked, sparse } from "./synth.ts";

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "5" } },
  allowPositionals: true,
});
const ROUNDS = Number(values.rounds);
const here = fileURLToPath(new URL(".", import.meta.url));
const cache = fileURLToPath(new URL("../../.cache/bench-analysis/", import.meta.url));

type Result = Record<string, number>;

function runCase(name: string, folders: readonly string[]): Result {
  const out = execFileSync(
    process.execPath,
    [
      "--no-warnings",
      ...(name === "memory" ? [join(here, "memory.ts")] : [join(here, "cases.ts"), name]),
      ...folders,
    ],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return JSON.parse(out.trim().split("\n").at(-1)!) as Result;
}

/** Each contestant in turn, `rounds` times; the lowest of every number. */
function rotate(
  contestants: Record<string, [name: string, ...folders: string[]]>,
  rounds = ROUNDS,
): Record<string, Result> {
  const best: Record<string, Result> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [label, [name, ...folders]] of Object.entries(contestants)) {
      const result = runCase(name, folders);
      const known = best[label];
      if (known === undefined) best[label] = result;
      else for (const [key, value] of Object.entries(result)) known[key] = Math.min(known[key]!, value);
    }
  }
  return best;
}

const ms = (value: number): string => (value < 10 ? `${value.toFixed(3)} ms` : `${value.toFixed(0)} ms`);

/** Wall-clock, and processor time, which other work on the machine does not distort. */
const against = (ours: Result, floor: Result): string =>
  `${ms(ours.ms!)} : ${ms(floor.ms!)} (processor ${(ours.cpu! / floor.cpu!).toFixed(2)} x)`;

mkdirSync(cache, { recursive: true });
console.log("making workspaces in .cache/bench-analysis ...");
const sparseFolder = sparse(join(cache, "sparse"), 10_000);
const oneFolder = sparse(join(cache, "one"), 1);
const denseFolder = dense(join(cache, "dense"), 1200);
const small = linked(join(cache, "linked-100"), 100);
const large = linked(join(cache, "linked-1000"), 1000);
console.log(`node ${process.version}, lowest of ${ROUNDS}, each in a process of its own\n`);

for (const [name, folder] of realCode(cache)) {
  const { floor, ours } = rotate(
    { floor: ["parseTypescript", folder], ours: ["summarise", folder] },
    Math.min(3, ROUNDS),
  );
  atMost(
    `real: ${name}, ${ours!.files} files, all kept : ts.createSourceFile`,
    ours!.cpu! / floor!.cpu!,
    1.7,
    "x",
    against(ours!, floor!),
  );
}
{
  const { read, scan } = rotate({ read: ["read", sparseFolder], scan: ["scan", sparseFolder] });
  atMost(
    `generated: cold scan, ${scan!.files} files, ${scan!.candidates} matter : reading them all`,
    scan!.ms! / read!.ms!,
    3,
    "x",
    against(scan!, read!),
  );
  // Of memory one look says enough, and it waits for the worker to tidy up.
  const { memory } = rotate({ memory: ["memory", sparseFolder] }, 1);
  atMost(
    "  resident after it, the analysis in its worker",
    memory!.scanned!,
    250,
    "MB",
    `${memory!.scanned!.toFixed(0)} MB at once, ${memory!.before!.toFixed(0)} when idle; the host alone ${memory!.bare!.toFixed(0)}`,
  );
  atMost(
    "  resident after 1,000 edits : before",
    memory!.edited! / memory!.before!,
    1.5,
    "x",
    `${memory!.edited!.toFixed(0)} at once, ${memory!.after!.toFixed(0)} when idle : ${memory!.before!.toFixed(0)} MB`,
  );
}
{
  const { parse, scan } = rotate({ parse: ["parse", denseFolder], scan: ["scan", denseFolder] });
  atMost(
    `generated: cold scan, ${scan!.files} files, all matter : ts.createSourceFile`,
    scan!.ms! / parse!.ms!,
    2.2,
    "x",
    against(scan!, parse!),
  );
}
{
  const { edit, plain } = rotate({
    edit: ["edit", sparseFolder, oneFolder],
    plain: ["plain", sparseFolder],
  });
  atMost(
    "generated: edit of a 500-line file alone, model and findings : updateSourceFile",
    edit!.alone! / edit!.floor!,
    4,
    "x",
    `${ms(edit!.alone!)} (lint ${ms(edit!.aloneLint!)}) : ${ms(edit!.floor!)}`,
  );
  atMost(`edit of a file without supervision (${plain!.lines} lines)`, plain!.ms!, 0.1, "ms");
}
{
  const { hundred, among, thousand } = rotate(
    {
      hundred: ["supervised", small],
      among: ["supervised", small, sparseFolder],
      thousand: ["supervised", large],
    },
    Math.min(3, ROUNDS),
  );
  const sent = (result: Result): string => `${result.files} files, ${result.sent!.toFixed(0)} kB sent`;
  for (const result of [hundred!, thousand!])
    atMost(
      `generated: edit among ${result.supervisors} supervisors, model and findings`,
      result.ms!,
      result === hundred ? 30 : 200,
      "ms",
      sent(result),
    );
  atMost(
    `  ${among!.supervisors} supervisors among ${among!.files} files : ${hundred!.supervisors} among ${hundred!.files}`,
    among!.ms! / hundred!.ms!,
    (1.2 * among!.supervisors!) / hundred!.supervisors!,
    "x",
    sent(among!),
  );
}
{
  const { few, many } = rotate({ few: ["scan", small], many: ["scan", large] });
  atMost(
    `generated: ${many!.supervisors} supervisors, ${many!.children} children : ${few!.supervisors}, ${few!.children}`,
    many!.ms! / few!.ms!,
    12,
    "x",
    `${ms(many!.ms!)} : ${ms(few!.ms!)}, ${many!.edges} edges`,
  );
}
const [folder] = positionals;
if (folder !== undefined) {
  const given = resolve(folder);
  const { read, parse, scan } = rotate({
    read: ["read", given],
    parse: ["parse", given],
    scan: ["scan", given],
  });
  console.log(
    `\n${given}: ${read!.files} source files, ${(read!.sum! / 1e6).toFixed(1)} MB, ${scan!.candidates} matter, ${scan!.supervisors} supervisors, ${scan!.problems} problems, ${scan!.rss!.toFixed(0)} MB resident`,
  );
  const share = scan!.candidates! / Math.max(1, scan!.files!);
  atMost(
    "scan : reading all",
    scan!.ms! / read!.ms!,
    share > 0.02 ? Number.POSITIVE_INFINITY : 3,
    "x",
    against(scan!, read!),
  );
  atMost("scan : ts.createSourceFile of all", scan!.ms! / parse!.ms!, 1.4, "x", against(scan!, parse!));
}
conclude();
