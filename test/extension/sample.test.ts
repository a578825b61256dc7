/** The sample is a project of its own: nothing in it is underlined but what Suptree finds, and what it shows is in view. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { analyzeSources } from "../../src/analysis/index.ts";
import { lint } from "../../src/lint/index.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const vscode = await import("vscode");
const { writeSample } = await import("../../src/extension/commands/sample.ts");
const extension = vscode.Uri.file(fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, ""));

let place = "";
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "suptree sample "));
});
afterAll(() => rm(place, { recursive: true }));

test("TypeScript has nothing to say about it", async () => {
  const folder = (await writeSample(extension, vscode.Uri.file(place))).fsPath;
  const tsc = join(extension.fsPath, "node_modules", "typescript", "bin", "tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
});

test("it shows a tree, a child in the wrong place and an unsupervised process, the tree first", async () => {
  const text = await readFile(join(extension.fsPath, "media/sample/chat.ts"), "utf8");
  const files = new Map([["chat.ts", text]]);
  const model = analyzeSources(files);
  expect(model.roots).toHaveLength(1);
  expect(model.orphans).toHaveLength(1);
  const [root] = model.supervisors;
  // Within one screen, its CodeLens above it.
  expect(root!.location.endLine).toBeLessThan(35);
  const found = lint(model, { sources: files });
  expect(found.map(({ rule }) => rule).sort()).toEqual(["child-order", "unsupervised-process"]);
  const order = found.find(({ rule }) => rule === "child-order")!;
  expect(order.fixes[0]?.safe).toBeDefined();
  expect(order.demonstration).not.toBeNull();
});

test("another sample leaves what was changed in the first", async () => {
  const first = await writeSample(extension, vscode.Uri.file(place));
  await writeFile(join(first.fsPath, "chat.ts"), "// mine\n");
  const second = await writeSample(extension, vscode.Uri.file(place));
  expect(second.fsPath).not.toBe(first.fsPath);
  expect(await readFile(join(first.fsPath, "chat.ts"), "utf8")).toBe("// mine\n");
});
