/** Real code in the editor: what is bundled, what is remembered, what is put into Problems; never without trust. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { analyzeOn, nodeHost } from "../../src/analysis/session/index.ts";
import { CodeService } from "../../src/bundle/index.ts";
import type { FolderState } from "../../src/extension/workspace/store.ts";

vi.mock("vscode", () => import("./fake-vscode.ts"));

const vscode = await import("vscode");
const fake = await import("./fake-vscode.ts");
const { RealCode } = await import("../../src/extension/run/real-code.ts");
const root = fileURLToPath(new URL("../..", import.meta.url));

const APP = `import { Supervisor } from "suptree";
import "./helper.ts";
export class AppSup extends Supervisor { override init() { return { children: [] }; } }
`;

async function folderWith(helper: string): Promise<FolderState> {
  mkdirSync(path.join(root, ".cache"), { recursive: true });
  const base = mkdtempSync(path.join(root, ".cache", "real-code-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  writeFileSync(path.join(base, "app.ts"), APP);
  writeFileSync(path.join(base, "helper.ts"), helper);
  const { model } = await analyzeOn([base], { host: nodeHost(), cwd: base, base });
  const uri = vscode.Uri.file(base);
  return {
    uri,
    name: "x",
    status: { kind: "ready" },
    model,
    findings: [],
    stopped: false,
    settings: [],
    version: 1,
  };
}

function editor() {
  const kept = new Map<string, unknown>();
  const context = {
    extensionUri: vscode.Uri.file(root),
    extension: { packageJSON: { version: "0.1.0" } },
    workspaceState: {
      get: (key: string, fallback: unknown) => kept.get(key) ?? fallback,
      update: async (key: string, value: unknown) => void kept.set(key, value),
    },
  };
  const realCode = new RealCode(context as never);
  onTestFinished(() => realCode.dispose());
  return realCode;
}

afterEach(() => {
  fake.workspace.isTrusted = true;
  fake.problems.clear();
  vi.restoreAllMocks();
});

test("bundles a trusted folder's program, and remembers which trees run it", {
  timeout: 60_000,
}, async () => {
  const [realCode, folder] = [editor(), await folderWith("export {};")];
  expect(realCode.refusal(folder)).toBeNull();
  const { script, problems } = await realCode.codeFor(folder, "app.ts#AppSup");
  expect(problems).toEqual([]);
  expect(script).toContain("AppSup");
  expect(realCode.holds(folder, "helper.ts")).toBe(true);
  expect(realCode.holds(folder, "../secret.ts")).toBe(false);
  await realCode.remember(folder, "app.ts#AppSup", "code");
  expect(realCode.remembered(folder)).toEqual(["app.ts#AppSup"]);
  await realCode.remember(folder, "app.ts#AppSup", "simulated");
  expect(realCode.remembered(folder)).toEqual([]);
});

test("what cannot be bundled is a problem of its file, until it can", { timeout: 60_000 }, async () => {
  const [realCode, folder] = [editor(), await folderWith('import "not-there";')];
  const { script, problems } = await realCode.codeFor(folder, "app.ts#AppSup");
  expect(script).toBeNull();
  expect(problems[0]).toMatchObject({
    location: { file: "helper.ts", line: 1 },
    chain: ["app.ts", "helper.ts"],
  });
  const [[file, [problem]]] = [...fake.problems] as [[string, { message: string }[]]];
  expect(file).toMatch(/helper\.ts$/);
  expect(problem?.message).toContain("The package not-there is not installed");
  writeFileSync(path.join(folder.uri.fsPath, "helper.ts"), "export {};");
  expect((await realCode.codeFor(folder, "app.ts#AppSup")).script).not.toBeNull();
  expect(fake.problems.size).toBe(0);
});

test("an untrusted workspace never bundles", async () => {
  const [realCode, folder] = [editor(), await folderWith("export {};")];
  fake.workspace.isTrusted = false;
  const bundled = vi.spyOn(CodeService.prototype, "codeFor");
  const warmed = vi.spyOn(CodeService.prototype, "warm");
  await realCode.remember(folder, "app.ts#AppSup", "code");
  realCode.warm(folder);
  const { script, problems } = await realCode.codeFor(folder, "app.ts#AppSup");
  expect(script).toBeNull();
  expect(problems[0]?.message).toContain("trusted workspaces only");
  expect(bundled).not.toHaveBeenCalled();
  expect(warmed).not.toHaveBeenCalled();
});

test("what bundles is loaded anew after it could not be", async () => {
  const [realCode, folder] = [editor(), await folderWith("export {};")];
  const missing = {
    ...folder,
    uri: { ...folder.uri, scheme: "file", toString: () => folder.uri.toString() },
  };
  Object.defineProperty(missing.uri, "fsPath", {
    get: vi
      .fn(() => folder.uri.fsPath)
      .mockImplementationOnce(() => {
        throw new Error("its file is missing");
      }),
  });
  await expect(realCode.codeFor(missing as FolderState, "app.ts#AppSup")).rejects.toThrow(
    "its file is missing",
  );
  expect((await realCode.codeFor(missing as FolderState, "app.ts#AppSup")).problems).toEqual([]);
});
