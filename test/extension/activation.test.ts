/** Waking up in a window that has nothing to do with supervision: nothing heavy is loaded, nothing is read, no thread starts. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
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
/** The sources of each file that the build makes. */
const sources = new Map<string, string[]>();

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
  for (const [output, { inputs }] of Object.entries(metafile?.outputs ?? {}))
    sources.set(basename(output), Object.keys(inputs));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function wake(manifest: object): Woken {
  const window = fileURLToPath(new URL("activation-window.cjs", import.meta.url));
  const args = [window, join(folder, "extension.cjs"), JSON.stringify(manifest)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Woken;
}

const packagesOf = (files: string[]) => [
  ...new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])),
];
const roomsOf = (files: string[]) => new Set(files.flatMap((file) => /^src\/(\w+)\//.exec(file)?.[1] ?? []));

test("nothing heavy is part of the extension", () => {
  const all = [...sources.values()].flat();
  expect(all).toContain(target.entry);
  expect(packagesOf(all)).toEqual(["valibot"]);
  for (const room of ["simulation", "sandbox", "webview"]) expect(roomsOf(all)).not.toContain(room);
  // Of the library what says how events and recordings look, not what runs processes.
  const library = all.filter((file) => file.startsWith("src/runtime/"));
  expect(library.sort()).toEqual(["src/runtime/recording-format.ts", "src/runtime/trace.ts"]);
});

test("what runs trees and what sees programs is not read before it is wanted", () => {
  const { loaded } = wake({ dependencies: { express: "5" } });
  const files = new Set([
    "extension.cjs",
    ...loaded.filter((id) => id.endsWith(".cjs")).map((id) => basename(id)),
  ]);
  const read = [...files].flatMap((file) => sources.get(file) ?? [`unknown: ${file}`]);
  expect(read).toContain(target.entry);
  expect(read.filter((file) => /unknown|^src\/(live|runtime|bundle)\//.test(file))).toEqual([
    "src/live/hidden-names.ts",
  ]);
  // Of the protocol what settings are and how a page looks, not its forty schemas.
  expect(read.filter((file) => file.startsWith("src/protocol/")).sort()).toEqual([
    "src/protocol/page.ts",
    "src/protocol/settings.ts",
  ]);
  expect(read).not.toContain("src/extension/run/panel.ts");
});

test("without a reason to look only manifests are asked for", () => {
  const { loaded, asked, started } = wake({ dependencies: { express: "5" } });
  expect(loaded.filter((name) => name !== "vscode" && !name.endsWith(".cjs") && !isBuiltin(name))).toEqual(
    [],
  );
  expect(asked.filter((call) => call !== "commands.executeCommand")).toEqual([
    "findFiles **/package.json 50",
    "readFile /app/package.json",
  ]);
  expect(started).toEqual([]);
});

test("a manifest that depends on the library starts the analysis", () => {
  expect(wake({ dependencies: { suptree: "1" } }).started).toHaveLength(1);
});
