/** Every program in this repository that can run: the examples, the guide's and the rules' pages, tests' own. */
import { globSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { analyzeSources } from "../../src/analysis/index.ts";
import { analyzePaths } from "../../src/analysis/session/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { type Program, ROOT } from "./loader.ts";

export interface Subject extends Program {
  model: TreeModel;
}

const read = (path: string) => readFileSync(path, "utf8");

/** The folders under `examples`. */
export async function examples(): Promise<Subject[]> {
  const folder = join(ROOT, "examples");
  const subjects: Subject[] = [];
  for (const name of readdirSync(folder)) {
    const own = join(folder, name);
    const files = globSync(join(own, "src/**/*.ts"));
    if (files.length === 0) continue;
    const { model } = await analyzePaths([own], { cwd: own });
    // What a `main.ts` does is for people to look at.
    const kept = files.filter((file) => basename(file) !== "main.ts");
    const sources = new Map(kept.map((file) => [relative(own, file), read(file)]));
    subjects.push({ name: `examples-${name}`, folder: own, sources, model });
  }
  return subjects;
}

/** A program of one file, given as text. */
export function single(name: string, text: string): Subject {
  return several(name, new Map([["app.ts", text]]));
}

/** A program of files that are given as texts. */
export function several(name: string, sources: Map<string, string>): Subject {
  return { name, folder: null, sources, model: analyzeSources(sources) };
}

/** The `ts` blocks of the rules' and the guide's pages. */
export function pages(): Subject[] {
  const subjects: Subject[] = [];
  for (const folder of ["docs/rules", "docs/guide"]) {
    for (const file of readdirSync(join(ROOT, folder))) {
      const blocks = [...read(join(ROOT, folder, file)).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
        ([, body]) => body ?? "",
      );
      const name = `${basename(folder)}-${basename(file, ".md")}`;
      if (folder === "docs/guide") subjects.push(single(name, blocks.join("\n")));
      else
        blocks.forEach((text, n) => {
          if (text.includes('from "suptree"')) subjects.push(single(`${name}-${n + 1}`, text));
        });
    }
  }
  return subjects;
}

/** What the helpers of the tests put before their sources. */
const EVERYTHING =
  'import { continueWith, defineApplication, DynamicSupervisor, GenServer, ignore, noReply, processName, reply, startOf, stop, Supervisor, Task, TaskSupervisor, timeout } from "suptree";';

/** The sources that tests of the analysis and the rules are made of, where they stand for themselves. */
export function testPrograms(): Subject[] {
  const subjects: Subject[] = [];
  for (const path of globSync(join(ROOT, "test/{lint,analysis,cli,extension}/*.ts"))) {
    let n = 0;
    for (const [, text] of read(path).matchAll(/`((?:[^`\\]|\\.)*)`/g)) {
      if (text === undefined || !/extends Supervisor\b/.test(text) || /\$\{|@hamicek/.test(text)) continue;
      n += 1;
      const sources = filesOf(text.replaceAll("\\`", "`"));
      const name = `test-${basename(path, ".ts")}-${n}`;
      subjects.push({ name, folder: null, sources, model: analyzeSources(sources) });
    }
  }
  return subjects;
}

/** Files from one text; the marks of expected findings are left out. */
function filesOf(text: string): Map<string, string> {
  const files = new Map<string, string>();
  let file = "app.ts";
  for (const line of text.split("\n")) {
    const begins = /^\s*\/\/ (?:file:|FILE) (\S+)$/.exec(line)?.[1];
    if (begins !== undefined) file = begins;
    else if (!/^\s*(?:\/\/\s*)?~+ /.test(line)) files.set(file, `${files.get(file) ?? ""}${line}\n`);
  }
  for (const [name, body] of files) {
    if (body.trim() === "") files.delete(name);
    else if (!/from "suptree"/.test(body)) files.set(name, `${EVERYTHING}\n${body}`);
  }
  return files;
}

/** Programs as strangers write them, two of each finding: see `test/lint/truth/programs`. */
export function strangers(): Subject[] {
  const folder = join(ROOT, "test/lint/truth/programs");
  const times = new Map<string, number>();
  const subjects: Subject[] = [];
  for (const file of readdirSync(folder).sort()) {
    const programs = read(join(folder, file)).split(/^=== /m).slice(1);
    for (const [n, program] of programs.entries()) {
      const [, says = "", ...lines] = program.split("\n");
      const findings = says
        .slice("---".length)
        .split(";")
        .map((finding) => finding.trim());
      if (
        /node:|hamicek|nact|actor-ts/.test(program) ||
        !findings.some((each) => each !== "" && (times.get(each) ?? 0) < 2)
      )
        continue;
      for (const finding of findings) times.set(finding, (times.get(finding) ?? 0) + 1);
      const sources = filesOf(lines.join("\n"));
      subjects.push({
        name: `strangers-${basename(file, ".txt")}-${n}`,
        folder: null,
        sources,
        model: analyzeSources(sources),
      });
    }
  }
  return subjects;
}

/** Programs with what the demonstrations of their findings say: see `demonstrated.test.ts`. */
export function demonstrated(): { subject: Subject; says: readonly string[] }[] {
  const programs = read(join(ROOT, "test/simulation/demonstrated.txt")).split(/^=== /m).slice(1);
  return programs.map((program) => {
    const [title = "", says = "", ...lines] = program.split("\n");
    const sources = filesOf(lines.join("\n"));
    const subject = { name: `demonstrated-${title}`, folder: null, sources, model: analyzeSources(sources) };
    const verdicts = says.slice("---".length).split(";");
    return { subject, says: verdicts.map((each) => each.trim()).filter(Boolean) };
  });
}

const OWN = join(ROOT, "test/simulation/programs");

/** The names of the programs beside this file. */
export function ownNames(): string[] {
  return globSync(join(OWN, "*.ts"))
    .map((path) => basename(path, ".ts"))
    .sort();
}

export function ownProgram(name: string): Subject {
  const sources = new Map([[`${name}.ts`, read(join(OWN, `${name}.ts`))]]);
  return { name: `own-${name}`, folder: OWN, sources, model: analyzeSources(sources) };
}

/** The programs beside this file. */
export const ownPrograms = (): Subject[] => ownNames().map(ownProgram);

const SERVICES = join(ROOT, "test/simulation/fixtures");

/** Services of several files that use the platform, as others write them: with compilers that allow what ours does not. */
export const serviceNames = (): string[] => readdirSync(SERVICES).sort();

export function service(name: string): Subject {
  const folder = join(SERVICES, name);
  const files = globSync(join(folder, "**/*.ts")).sort();
  const sources = new Map(files.map((file) => [relative(folder, file), read(file)]));
  return { name: `service-${name}`, folder, sources, model: analyzeSources(sources) };
}
