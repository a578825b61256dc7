/** The extension's side of the analysis, with a worker that really dies. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { compilerOnly } from "../../scripts/targets.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const { Uri } = await import("./fake-vscode.ts");
const { FolderAnalysis } = await import("../../src/extension/workspace/folder-analysis.ts");
const { Store, folderNotices } = await import("../../src/extension/workspace/store.ts");

const SUP = (id: string): string =>
  `import { Supervisor } from "suptree";\nexport class Sup extends Supervisor { init() { return { children: [{ id: "${id}", start: [A] }] }; } }\n`;

let built: string;
let folder: string;

beforeEach(async () => {
  built = mkdtempSync(join(tmpdir(), "suptree-worker-"));
  folder = mkdtempSync(join(tmpdir(), "suptree-folder-"));
  await build({
    entryPoints: [fileURLToPath(new URL("../analysis-session/deadly/worker.ts", import.meta.url))],
    outfile: join(built, "worker.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    plugins: [compilerOnly],
  });
}, 60_000);
afterEach(() => {
  for (const path of [built, folder]) rmSync(path, { recursive: true, force: true });
});

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
