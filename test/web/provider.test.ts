import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Analysed, type ModelProvider, watchedProvider } from "../../src/web/index.ts";
import { sampleModel } from "../protocol/samples.ts";

let folder: string;
let provider: ModelProvider | null = null;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "suptree-watch-"));
  await mkdir(path.join(folder, "src"));
  await mkdir(path.join(folder, "node_modules"));
});

afterEach(async () => {
  provider?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Analyses that fail when told to, and count themselves. */
function analyses() {
  const state = { runs: 0, fail: false };
  const analyse = async (): Promise<Analysed> => {
    state.runs += 1;
    if (state.fail) throw new Error("cannot be read");
    return { model: sampleModel, findings: [], base: String(state.runs) };
  };
  return { state, analyse };
}

it("analyses once at first, and again after sources have changed", async () => {
  const { state, analyse } = analyses();
  provider = await watchedProvider({ paths: [folder], analyse, quiet: 5 });
  expect([state.runs, provider.current().base]).toEqual([1, "1"]);
  const changed = new Promise<Analysed>((resolve) => provider?.onChange(resolve));
  await writeFile(path.join(folder, "node_modules", "x.ts"), "");
  await writeFile(path.join(folder, "notes.md"), "");
  await writeFile(path.join(folder, "src", "app.ts"), "export {}");
  const { base } = await changed;
  expect(provider.current().base).toBe(base);
});

it("keeps the last good model when an analysis fails, and says so", async () => {
  const { state, analyse } = analyses();
  const failed = new Promise<unknown>((resolve) => {
    void watchedProvider({ paths: [folder], analyse, quiet: 5, onError: resolve }).then(async (made) => {
      provider = made;
      state.fail = true;
      await writeFile(path.join(folder, "src", "app.ts"), "export {}");
    });
  });
  expect(await failed).toMatchObject({ message: "cannot be read" });
  expect(provider?.current().base).toBe("1");
});

it("watches a single file through its folder, where editors replace it", async () => {
  const { analyse } = analyses();
  const file = path.join(folder, "src", "one.ts");
  await writeFile(file, "1");
  provider = await watchedProvider({ paths: [file], analyse, quiet: 5 });
  const changed = new Promise<Analysed>((resolve) => provider?.onChange(resolve));
  await rm(file);
  await writeFile(file, "2");
  await changed;
});
