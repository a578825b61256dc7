/** The probe's tests: they run inside the extension host and are told here one by one. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/util/paths.ts";
import { type Editor, gateway, openEditor } from "./harness/editor.ts";
import { packProbe } from "./harness/probe.ts";
import { Workbench } from "./harness/workbench.ts";
import type { ProbeReport } from "./probe/src/runner.ts";

/** The names, so that each test is reported by itself; a test below compares them with what ran. */
const names = await probeTests();
let report: ProbeReport;
let editor: Editor | undefined;
let scratch = "";

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "suptree-probe-"));
  const result = join(scratch, "report.json");
  editor = await openEditor({
    folder: gateway,
    extensions: [await packProbe()],
    env: { SUPTREE_PROBE_RESULT: result },
  });
  report = await waitFor(result, editor);
  await new Workbench(editor.page).screenshot("host");
});

afterAll(async () => {
  await editor?.close();
  await rm(scratch, { recursive: true, force: true });
});

test("the suite ran to its end", () => {
  expect(report.fatal).toBeNull();
  expect(report.results.map(({ name }) => name).sort()).toEqual([...names].sort());
});

for (const name of names) {
  test(`in the extension host: ${name}`, () => {
    const result = report.results.find((each) => each.name === name);
    expect(result, "it ran").toBeDefined();
    expect(result?.error ?? null).toBeNull();
  });
}

async function waitFor(file: string, running: Editor): Promise<ProbeReport> {
  for (let attempt = 0; attempt < 1_900; attempt++) {
    try {
      return JSON.parse(await readFile(file, "utf8"));
    } catch {
      await new Promise((done) => setTimeout(done, 200));
    }
  }
  await new Workbench(running.page).screenshot("host-stuck");
  throw new Error(`the probe wrote no report:\n${running.output()}`);
}

/** Read from the sources: the suite itself can only be loaded inside the editor. */
async function probeTests(): Promise<string[]> {
  const found: string[] = [];
  for (const suite of ["analysis", "editor", "panels"]) {
    const text = await readFile(join(root, "test", "e2e", "probe", "src", `suite-${suite}.ts`), "utf8");
    for (const [, name = ""] of text.matchAll(/^test\("([^"]+)",/gm)) found.push(name);
  }
  return found;
}
