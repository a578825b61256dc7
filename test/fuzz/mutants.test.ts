/**
 * Tens of thousands of broken variants of every example, at every token: the analysis and the rules never throw, and what
 * they say is always valid. A failure names the variant; SUPTREE_FUZZ_SEED and SUPTREE_FUZZ_VARIANTS go on with others.
 */
import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { analyzeSources, Linker, sourceResolver, summarize } from "../../src/analysis/index.ts";
import { createSession } from "../../src/analysis/session/index.ts";
import { lint } from "../../src/lint/index.ts";
import { memoryHost } from "../analysis-session/memory-host.ts";
import { expectFindings, expectInside, expectValid } from "./check-model.ts";
import { workspaces } from "./corpus.ts";
import { FRAGMENTS, MUTATIONS, random, tokenStarts } from "./mutate.ts";

const SEED = Number(process.env.SUPTREE_FUZZ_SEED ?? 1);
/** Random ones for each workspace, over all its files; those at every token come on top. */
const VARIANTS = Number(process.env.SUPTREE_FUZZ_VARIANTS ?? 250);

const SOURCE = /\.[cm]?[jt]sx?$/;

const all = workspaces();
const everyText = all.flatMap(({ files }) =>
  [...files].filter(([file]) => SOURCE.test(file)).map(([, text]) => text),
);

it("there are tens of thousands of variants", () => {
  const tokens = everyText.reduce((sum, text) => sum + tokenStarts(text).length, 0);
  expect(4 * tokens + all.length * VARIANTS).toBeGreaterThan(20_000);
});

describe.each(all)("$name", ({ files }) => {
  const sources = new Map([...files].filter(([file]) => SOURCE.test(file)));
  const names = [...sources.keys()];
  /** Every token of the files together. */
  const tokens = names.flatMap((file) => {
    const starts = tokenStarts(sources.get(file)!);
    return starts.map((at, n) => ({ file, at, end: starts[n + 1] ?? at }));
  });

  /** As between two edits: the other files' facts are kept. */
  const linker = new Linker({ resolve: sourceResolver((file) => sources.has(file)) });
  const facts = (file: string, text: string) =>
    summarize(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false));
  for (const [file, text] of sources) linker.set(file, facts(file, text));
  let last = "";

  function check(file: string, text: string, what: string): void {
    const texts = new Map(sources).set(file, text);
    try {
      if (last !== file && last !== "") linker.set(last, facts(last, sources.get(last)!));
      linker.set(file, facts(file, text));
      const model = linker.model();
      expectValid(model, texts);
      const findings = lint(model, { sources: texts });
      expectFindings(findings, model, texts);
      last = file;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${SEED}, ${file}, ${what}: ${message}`, { cause: error });
    }
  }

  it("as it is", () => {
    for (const file of names) check(file, sources.get(file)!, "unchanged");
    expect(linker.model()).toEqual(analyzeSources(sources));
  });

  it("cut off at every token, as it is typed into an open editor", { timeout: 480_000 }, async () => {
    const host = memoryHost(Object.fromEntries([...files].map(([file, text]) => [`/w/${file}`, text])));
    const session = createSession({ host, roots: ["/w"] });
    const { model } = await session.scan();
    for (const { file, at } of tokens) {
      const text = sources.get(file)!.slice(0, at);
      const result = await session.update(`/w/${file}`, text);
      const findings = lint(result.model, { sources: session.sources });
      try {
        // Facts may be those of the whole text, so places are checked against the longer one.
        expectValid(result.model, sources);
        expectFindings(findings, result.model, sources, session.sources);
        // What is kept says so.
        const own = result.model.problems.filter((problem) => problem.file === file);
        const kept = own.some(({ message }) => message.includes("showing what was known before"));
        if (!kept) expectInside(result.model, new Map(sources).set(file, text));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`${file} cut at ${at}: ${message}`, { cause: error });
      }
      await session.close(`/w/${file}`);
    }
    expect(session.model()).toEqual(model);
  });

  it("without any one of its tokens", { timeout: 480_000 }, () => {
    for (const { file, at, end } of tokens) {
      const text = sources.get(file)!;
      check(file, text.slice(0, at) + text.slice(end), `without the token at ${at}`);
    }
  });

  it("spliced at every token with the end of another file", { timeout: 480_000 }, () => {
    const next = random(SEED + 2);
    for (const { file, at } of tokens) {
      const other = everyText[Math.floor(next() * everyText.length)]!;
      const from = Math.floor(next() * other.length);
      check(file, sources.get(file)!.slice(0, at) + other.slice(from), `spliced at ${at}`);
    }
  });

  it("with something strange in place of every token", { timeout: 480_000 }, () => {
    const next = random(SEED + 3);
    for (const { file, at, end } of tokens) {
      const strange = FRAGMENTS[Math.floor(next() * FRAGMENTS.length)]!;
      const text = sources.get(file)!;
      check(file, `${text.slice(0, at)}${strange} ${text.slice(end)}`, `${strange} at ${at}`);
    }
  });

  it("mutated in several places", { timeout: 480_000 }, () => {
    const next = random(SEED);
    const kinds = Object.keys(MUTATIONS);
    for (let n = 0; n < VARIANTS; n++) {
      const file = names[n % names.length]!;
      const kind = kinds[Math.floor(next() * kinds.length)]!;
      const text = sources.get(file)!;
      check(file, MUTATIONS[kind]!(text, tokenStarts(text), next), `variant ${n}: ${kind}`);
    }
  });

  it("mutated, edit after edit, ends where a fresh look ends", { timeout: 480_000 }, async () => {
    const next = random(SEED + 1);
    const kinds = Object.keys(MUTATIONS);
    const host = memoryHost(Object.fromEntries([...files].map(([file, text]) => [`/w/${file}`, text])));
    const session = createSession({ host, roots: ["/w"] });
    await session.scan();
    const first = session.model();
    for (let n = 0; n < VARIANTS / 5; n++) {
      const file = names[Math.floor(next() * names.length)]!;
      const text = sources.get(file)!;
      const kind = kinds[Math.floor(next() * kinds.length)]!;
      await session.update(`/w/${file}`, MUTATIONS[kind]!(text, tokenStarts(text), next));
    }
    for (const file of names) await session.update(`/w/${file}`, sources.get(file)!);
    expect(session.model()).toEqual(first);
  });
});
