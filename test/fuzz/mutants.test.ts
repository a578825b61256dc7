/**
 * Thousands of broken variants of every example: the analysis never throws, and its model is always valid. A failure
 * names the seed; SUPTREE_FUZZ_SEED and SUPTREE_FUZZ_VARIANTS play it again or go on for longer.
 */
import { describe, expect, it } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { createSession } from "../../src/analysis/session/index.ts";
import { memoryHost } from "../analysis-session/memory-host.ts";
import { expectValid } from "./check-model.ts";
import { workspaces } from "./corpus.ts";
import { MUTATIONS, random, tokenStarts } from "./mutate.ts";

const SEED = Number(process.env.SUPTREE_FUZZ_SEED ?? 1);
/** For each workspace, over all its files. */
const VARIANTS = Number(process.env.SUPTREE_FUZZ_VARIANTS ?? 250);

const SOURCE = /\.[cm]?[jt]sx?$/;

describe.each(workspaces())("$name", ({ files }) => {
  const sources = new Map([...files].filter(([file]) => SOURCE.test(file)));
  const names = [...sources.keys()];

  it("as it is", () => {
    expectValid(analyzeSources(sources), sources);
  });

  it("cut off at every token, as it is typed into an open editor", { timeout: 240_000 }, async () => {
    const host = memoryHost(Object.fromEntries([...files].map(([file, text]) => [`/w/${file}`, text])));
    const session = createSession({ host, roots: ["/w"] });
    const { model } = await session.scan();
    expectValid(model, sources);
    // Every token of the files together, thinned out so that each file has its share.
    const all = names.flatMap((file) => tokenStarts(sources.get(file)!).map((at) => [file, at] as const));
    const step = Math.max(1, all.length / VARIANTS);
    for (let n = 0; n < all.length; n += step) {
      const [file, at] = all[Math.floor(n)]!;
      const text = sources.get(file)!.slice(0, at);
      const result = await session.update(`/w/${file}`, text);
      // Facts may be those of the whole text, so places are checked against the longer one.
      valid(result.model, sources, `cut ${file} at ${at}`);
      await session.close(`/w/${file}`);
    }
    expect(session.model()).toEqual(model);
  });

  it("mutated", { timeout: 240_000 }, () => {
    const next = random(SEED);
    const kinds = Object.keys(MUTATIONS);
    for (let n = 0; n < VARIANTS; n++) {
      const file = names[n % names.length]!;
      const kind = kinds[Math.floor(next() * kinds.length)]!;
      const text = sources.get(file)!;
      const mutant = MUTATIONS[kind]!(text, tokenStarts(text), next);
      const texts = new Map(sources).set(file, mutant);
      let model: ReturnType<typeof analyzeSources>;
      try {
        model = analyzeSources(texts);
      } catch (error) {
        throw new Error(`seed ${SEED}, variant ${n}: ${kind} of ${file} throws`, { cause: error });
      }
      valid(model, texts, `seed ${SEED}, variant ${n}: ${kind} of ${file}`);
    }
  });

  it("mutated, edit after edit, ends where a fresh look ends", { timeout: 240_000 }, async () => {
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

function valid(
  model: Parameters<typeof expectValid>[0],
  texts: ReadonlyMap<string, string>,
  what: string,
): void {
  try {
    expectValid(model, texts);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
