/** The lessons of the walkthrough are projects that TypeScript and the bundler have nothing to say about, and each runs. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { analyzeOn, nodeHost } from "../../src/analysis/session/index.ts";
import { EVERYTHING, programFile } from "../../src/model/index.ts";
import { inThread } from "../code/programs.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const vscode = await import("vscode");
const { writeSample } = await import("../../src/extension/commands/sample.ts");
const { LESSONS, treeOf, writeLesson } = await import("../../src/extension/commands/lesson.ts");
const extension = vscode.Uri.file(fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, ""));

let place = "";
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "suptree lessons "));
});
afterAll(() => rm(place, { recursive: true }));

const TIPS = "6-tips";

test.for([...LESSONS, TIPS])("%s is a project whose real code runs", { timeout: 60_000 }, async (lesson) => {
  const parent = vscode.Uri.file(place);
  const made = lesson === TIPS ? writeSample(extension, parent) : writeLesson(extension, parent, lesson);
  const folder = (await made).fsPath;
  const tsc = join(extension.fsPath, "node_modules", "typescript", "bin", "tsc");
  const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
  const { model } = await analyzeOn([folder], { host: nodeHost(), cwd: folder, base: folder });
  const tree = treeOf(model);
  const file = programFile(model, tree?.key ?? "");
  expect(file).toContain(lesson === TIPS ? "chat.ts" : `${lesson}/src/`);
  const root = tree?.key === EVERYTHING ? null : (tree?.key ?? "");
  const { events, status: run } = await inThread({ file: file as string, base: folder, root, model });
  expect(events.filter(({ type }) => type === "running").length).toBeGreaterThan(1);
  expect([null, "no process is left"]).toContain(run.reason);
});

test("the steps of the walkthrough open the lessons, in their order", async () => {
  const sentences = JSON.parse(await readFile(join(extension.fsPath, "package.nls.json"), "utf8")) as Record<
    string,
    string
  >;
  const manifest = JSON.parse(await readFile(join(extension.fsPath, "package.json"), "utf8"));
  const opened = manifest.contributes.walkthroughs[0].steps.map(
    ({ description }: { description: string }) =>
      /openLesson\?(\S+)\)/.exec(sentences[description.slice(1, -1)] ?? "")?.[1],
  );
  expect(opened.map((each: string) => JSON.parse(decodeURIComponent(each)))).toEqual(
    [...LESSONS, TIPS].map((each) => [each]),
  );
});
