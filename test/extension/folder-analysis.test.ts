/** The extension's side of the analysis, with a worker that really dies. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { compilerOnly } from "../../scripts/targets.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const { textDocument, Uri, watchers, workspace } = await import("./fake-vscode.ts");
const { FolderAnalysis } = await import("../../src/extension/workspace/folder-analysis.ts");
const { Store, folderNotices } = await import("../../src/extension/workspace/store.ts");

const SUP = (id: string): string =>
  `import { Supervisor } from "suptree";\nexport class Sup extends Supervisor { init() { return { children: [{ id: "${id}", start: [A] }] }; } }\n`;

let built: string;
let folder: string;

beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "suptree-worker-"));
  await build({
    entryPoints: [fileURLToPath(new URL("../analysis-session/deadly/worker.ts", import.meta.url))],
    outfile: join(built, "worker.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    plugins: [compilerOnly],
  });
}, 60_000);
afterAll(() => rmSync(built, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "suptree-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("a file at which the first scan dies is left out and named; the others are there", {
  timeout: 120_000,
}, async () => {
  writeFileSync(join(folder, "good.ts"), SUP("good"));
  writeFileSync(join(folder, "bad.ts"), `${SUP("bad")}// DIE: exit\n`);
  const store = new Store();
  const uri = Uri.file(folder) as unknown as import("vscode").Uri;
  const state = store.add(uri, "folder");
  const analysis = new FolderAnalysis(uri, store, join(built, "worker.cjs"));
  analysis.configure();
  while (state.status.kind === "scanning") await sleep(5);
  expect(state.status).toEqual({ kind: "ready" });
  expect(state.model?.supervisors.flatMap(({ children }) => children.map(({ id }) => id))).toEqual(["good"]);
  expect(folderNotices(store).leftOut.map(({ file }) => file)).toEqual(["bad.ts"]);
  expect(folderNotices(store).stopped).toBe(false);
  analysis.dispose();
  store.dispose();
});

it.each([
  ["a file", "old.ts", "new.ts"],
  ["its folder", "old", "new"],
])("%s that is moved while an editor shows it leaves one tree, not two", async (_, from, to) => {
  const [old, now] = [from, to].map((name) => (name.endsWith(".ts") ? name : `${name}/sup.ts`)) as [
    string,
    string,
  ];
  if (from === "old") mkdirSync(join(folder, from));
  writeFileSync(join(folder, old), SUP("one"));
  const store = new Store();
  const uri = Uri.file(folder) as unknown as import("vscode").Uri;
  const state = store.add(uri, "folder");
  const document = textDocument(Uri.file(join(folder, old)), SUP("edited"));
  const analysis = new FolderAnalysis(uri, store, join(built, "worker.cjs"));
  vi.spyOn(workspace, "textDocuments", "get").mockReturnValue([document] as never);
  const found = async () => {
    await analysis.idle();
    return state.model?.supervisors.map(({ key, children }) => `${key} ${children.map(({ id }) => id)}`);
  };
  try {
    analysis.configure();
    expect(await found()).toEqual([`${old}#Sup edited`]);
    renameSync(join(folder, from), join(folder, to));
    analysis.watched(join(folder, from), true);
    analysis.watched(join(folder, to), false);
    expect(await found()).toEqual([`${now}#Sup one`]);
    // Whatever is typed into what is left of the old one is not part of the folder, until it is saved.
    analysis.edited(document as unknown as import("vscode").TextDocument);
    expect(await found()).toEqual([`${now}#Sup one`]);
    if (from === "old") mkdirSync(join(folder, from));
    writeFileSync(join(folder, old), SUP("saved"));
    analysis.watched(join(folder, old), false);
    expect((await found())?.sort()).toEqual([`${now}#Sup one`, `${old}#Sup edited`].sort());
  } finally {
    analysis.dispose();
    store.dispose();
    vi.restoreAllMocks();
  }
});

it("files outside the folder that its trees rest on are followed, in editors and on disk", async () => {
  for (const name of ["bot", "core"]) mkdirSync(join(folder, name));
  const core = join(folder, "core", "ids.ts");
  const IDS = (id: string): string => `export const ID = "${id}";\n`;
  writeFileSync(core, IDS("one"));
  const sup = `import { ID } from "../core/ids";\n${SUP("x").replace('"x"', "ID")}`;
  writeFileSync(join(folder, "bot", "sup.ts"), sup);
  const store = new Store();
  const uri = Uri.file(join(folder, "bot")) as unknown as import("vscode").Uri;
  const state = store.add(uri, "bot");
  const analysis = new FolderAnalysis(uri, store, join(built, "worker.cjs"));
  const ids = async () => {
    await analysis.idle();
    return state.model?.supervisors.flatMap(({ children }) => children.map(({ id }) => id));
  };
  const open = vi.spyOn(workspace, "textDocuments", "get").mockReturnValue([]);
  try {
    analysis.configure();
    expect(await ids()).toEqual(["one"]);
    expect([...watchers].map(({ pattern }) => pattern.baseUri.fsPath)).toEqual([join(folder, "core")]);
    writeFileSync(core, IDS("two"));
    for (const watcher of watchers) {
      watcher.changed.fire(Uri.file(join(folder, "core", "other.ts")));
      watcher.changed.fire(Uri.file(core));
    }
    expect(await ids()).toEqual(["two"]);
    const document = textDocument(Uri.file(core), IDS("typed")) as unknown as import("vscode").TextDocument;
    expect(analysis.follows(document)).toBe(true);
    analysis.edited(document);
    expect(await ids()).toEqual(["typed"]);
    analysis.closed(document);
    expect(await ids()).toEqual(["two"]);
    // What is not imported any more is let go; what is imported anew counts as its editor shows it.
    const alone = textDocument(Uri.file(join(folder, "bot", "sup.ts")), SUP("alone"));
    analysis.edited(alone as unknown as import("vscode").TextDocument);
    expect(await ids()).toEqual(["alone"]);
    expect(watchers.size).toBe(0);
    open.mockReturnValue([document]);
    analysis.closed(alone as unknown as import("vscode").TextDocument);
    await ids();
    expect(await ids()).toEqual(["typed"]);
  } finally {
    analysis.dispose();
    store.dispose();
    vi.restoreAllMocks();
  }
  expect(watchers.size).toBe(0);
});
