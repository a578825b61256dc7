import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { nodeHost, openPaths } from "../../src/analysis/session/index.ts";
import { lint } from "../../src/lint/index.ts";
import { type Analysed, liveProvider, type ModelProvider } from "../../src/web/index.ts";

let folder: string;
let provider: ModelProvider | null = null;
/** What was read from disk since it was emptied. */
let reads: string[] = [];
let errors: unknown[] = [];

const SUP = (name: string, ...ids: string[]): string =>
  `import { Supervisor } from "suptree";\nexport class ${name} extends Supervisor { init() { return { children: [${ids.map((id) => `{ id: "${id}", start: [A] }`).join(", ")}] }; } }\n`;

const at = (...parts: string[]): string => path.join(folder, ...parts);

async function open(...paths: string[]): Promise<ModelProvider> {
  const host = nodeHost();
  const { readFile } = host;
  host.readFile = (file, limit) => {
    reads.push(path.relative(folder, file));
    return readFile(file, limit);
  };
  const opened = await openPaths(paths, { host, cwd: folder, base: folder });
  await opened.session.scan();
  provider = liveProvider({
    ...opened,
    quiet: 20,
    onError: (error) => errors.push(error),
    check: (model) => lint(model, { sources: opened.session.sources }),
  });
  reads = [];
  return provider;
}

const ids = ({ model }: Analysed): string[] =>
  model.supervisors.map(({ name, children }) => `${name}: ${children.map(({ id }) => id).join(" ")}`).sort();

/** Does it, and waits until the provider tells what `expected` says; fails with what it told instead. */
async function after(act: () => Promise<unknown>, expected: string[]): Promise<void> {
  await act();
  for (let look = 0; look < 400; look++) {
    if (JSON.stringify(ids(provider!.current())) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  expect(ids(provider!.current())).toEqual(expected);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "suptree-watch-"));
  errors = [];
  await mkdir(at("src"));
  await mkdir(at("node_modules"));
  for (let n = 0; n < 20; n++) await writeFile(at("src", `s${n}.ts`), SUP(`S${n}`, "a"));
});

afterEach(async () => {
  provider?.close();
  expect(errors).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

const twenty = Array.from({ length: 20 }, (_, n) => `S${n}: a`).sort();

it("reads the file that changed and no other", async () => {
  const live = await open(".");
  expect(ids(live.current())).toEqual(twenty);
  await writeFile(at("node_modules", "x.ts"), SUP("Hidden"));
  await writeFile(at("notes.md"), "");
  const told = new Promise<Analysed>((resolve) => live.onChange(resolve));
  await after(
    () => writeFile(at("src", "s3.ts"), SUP("S3", "a", "b")),
    twenty.with(twenty.indexOf("S3: a"), "S3: a b"),
  );
  expect((await told).model).toBe(live.current().model);
  expect([...new Set(reads)]).toEqual(["src/s3.ts"]);
});

it("follows files and folders as they come, move and go", async () => {
  await open(".");
  await after(() => writeFile(at("new.ts"), SUP("New", "x")), ["New: x", ...twenty]);
  await after(async () => {
    await mkdir(at("lib", "deep"), { recursive: true });
    await writeFile(at("lib", "deep", "d.ts"), SUP("Deep", "d"));
  }, ["Deep: d", "New: x", ...twenty]);
  await after(() => writeFile(at("lib", "deep", "d.ts"), SUP("Deep", "e")), ["Deep: e", "New: x", ...twenty]);
  await after(() => rename(at("lib"), at("moved")), ["Deep: e", "New: x", ...twenty]);
  await after(
    () => writeFile(at("moved", "deep", "d.ts"), SUP("Deep", "f")),
    ["Deep: f", "New: x", ...twenty],
  );
  expect(provider!.current().model.supervisors.map(({ key }) => key)).toContain("moved/deep/d.ts#Deep");
  await after(() => rm(at("src"), { recursive: true }), ["Deep: f", "New: x"]);
  await mkdir(at(".git"));
  await after(() => writeFile(at(".gitignore"), "moved/\n"), ["New: x"]);
  await after(() => rm(at("new.ts")), []);
});

it("takes a change of branches, hundreds of files at once", async () => {
  await open(".");
  await after(async () => {
    await rm(at("src", "s0.ts"));
    for (let n = 0; n < 300; n++) await writeFile(at("src", `t${n}.ts`), SUP(`T${n}`, "t"));
  }, [
    ...twenty.filter((line) => line !== "S0: a"),
    ...Array.from({ length: 300 }, (_, n) => `T${n}: t`),
  ].sort());
});

it("sees a comment that silences a rule, which changes no tree", async () => {
  await writeFile(at("src", "s1.ts"), SUP("S1", "same", "same"));
  const live = await open(at("src", "s1.ts"));
  expect(live.current().findings.length).toBeGreaterThan(0);
  const told = new Promise<Analysed>((resolve) => live.onChange(resolve));
  await writeFile(
    at("src", "s1.ts"),
    `${SUP("S1", "same", "same").trimEnd()} // suptree-disable-line\n// suptree-disable-file\n`,
  );
  expect((await told).findings).toEqual([]);
});

it("watches a single file through its folder, where editors replace it", async () => {
  await open("src/s0.ts");
  await after(async () => {
    await writeFile(at("src", "s0.ts.tmp"), SUP("S0", "b"));
    await rename(at("src", "s0.ts.tmp"), at("src", "s0.ts"));
  }, ["S0: b"]);
  await after(() => rm(at("src", "s0.ts")), []);
  await after(() => writeFile(at("src", "s0.ts"), SUP("S0", "c")), ["S0: c"]);
});

it("follows what the folder imports from beside it", async () => {
  const SHARED = (id: string): string => `export const ID = "${id}";\n`;
  await mkdir(at("bot"));
  await mkdir(at("core"));
  await writeFile(at("core", "ids.ts"), SHARED("one"));
  const text = `import { ID } from "../core/ids";\n${SUP("Bot", "x").replace('"x"', "ID")}`;
  await writeFile(at("bot", "sup.ts"), text);
  const live = await open("bot");
  expect(ids(live.current())).toEqual(["Bot: one"]);
  await after(() => writeFile(at("core", "ids.ts"), SHARED("two")), ["Bot: two"]);
});
