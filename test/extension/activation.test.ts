/** Waking up in a window that has nothing to do with supervision: nothing heavy is loaded, nothing is read, no thread starts. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { targets } from "../../scripts/targets.ts";

interface Woken {
  loaded: string[];
  asked: string[];
  started: string[];
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "suptree-activation-"));
const target = targets.find(({ name }) => name === "extension")!;
let inputs: string[];

beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    bundle: true,
    metafile: true,
    ...target.options,
    sourcemap: false,
    outdir: folder,
    entryPoints: { extension: target.entry },
  });
  inputs = Object.keys(metafile?.inputs ?? {});
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function wake(manifest: object): Woken {
  const window = fileURLToPath(new URL("activation-window.cjs", import.meta.url));
  const args = [window, join(folder, "extension.cjs"), JSON.stringify(manifest)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Woken;
}

test("nothing heavy is part of what is loaded", () => {
  expect(inputs).toContain(target.entry);
  const packages = new Set(
    inputs.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
  expect([...packages].sort()).toEqual(["valibot"]);
  const rooms = new Set(inputs.flatMap((file) => /^src\/(\w+)\//.exec(file)?.[1] ?? []));
  for (const room of ["simulation", "sandbox", "webview"]) expect(rooms).not.toContain(room);
  // Of the library what says how events and recordings look, not what runs processes.
  const library = inputs.filter((file) => file.startsWith("src/runtime/"));
  expect(library.sort()).toEqual(["src/runtime/recording-format.ts", "src/runtime/trace.ts"]);
});

test("without a reason to look only manifests are asked for", () => {
  const { loaded, asked, started } = wake({ dependencies: { express: "5" } });
  expect(loaded.filter((name) => name !== "vscode" && !isBuiltin(name))).toEqual([]);
  expect(asked.filter((call) => call !== "commands.executeCommand")).toEqual([
    "findFiles **/package.json 50",
    "readFile /app/package.json",
  ]);
  expect(started).toEqual([]);
});

test("a manifest that depends on the library starts the analysis", () => {
  expect(wake({ dependencies: { suptree: "1" } }).started).toHaveLength(1);
});
