/** A recording in a real editor: a file that `suptree record` has made opens as its page, at any moment, of any system; and one that is broken. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FrameLocator } from "playwright-core";
import { afterAll, afterEach, expect, test } from "vitest";
import { dist } from "../../scripts/util/paths.ts";
import { bundle } from "../live/program.ts";
import { type Editor, openEditor } from "./harness/editor.ts";
import { Workbench } from "./harness/workbench.ts";

/** The gateway, and a system with a job that crashes once. */
const PROGRAM = `
  import { GenServer, Supervisor, System } from "suptree";
  import { gateway } from "./examples/gateway/src/applications.ts";
  let crashes = 0;
  class Job extends GenServer {
    override init() { this.sendAfter(100, this.self, { type: "work" }); }
    override handleInfo() { if (crashes++ === 0) throw new Error("no paper"); }
  }
  class JobSup extends Supervisor {
    override init() { return { children: [{ id: "job", start: [Job] }] }; }
  }
  await new System({ name: "gateway", logger: null }).startApplication(gateway);
  await new System({ name: "jobs", logger: null }).start(JobSup);
  setTimeout(() => process.exit(0), 1_500);
`;

let editor: Editor;
let workbench: Workbench;
let folder = "";

afterEach(async ({ task }) => {
  if (task.result?.state === "fail" && workbench !== undefined)
    await workbench.screenshot(`failed ${task.name.replace(/\W+/g, "-").slice(0, 60)}`);
});

afterAll(async () => {
  await editor?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const page = (): FrameLocator => workbench.runFrame();
const life = (path: string, incarnation: number) =>
  page().locator(`[data-path="${path}"][data-incarnation="${incarnation}"]`).first();

test("a recording opens as its page", async () => {
  folder = await mkdtemp(join(tmpdir(), "suptree-recordings-"));
  const file = join(folder, "made.suprec");
  const program = await bundle(PROGRAM);
  const record = [join(dist, "cli.js"), "record", "-o", file, "--", process.execPath, program];
  await promisify(execFile)(process.execPath, record);
  const bytes = await readFile(file);
  await writeFile(join(folder, "broken.suprec"), bytes.fill(0, 0, 20));
  editor = await openEditor({ folder, inPlace: true, size: { width: 1680, height: 1000 } });
  workbench = new Workbench(editor.page);
  await workbench.openFile("made.suprec");
  await life("GatewaySup/presence", 1).waitFor();
  await page().getByText("Recorded: program.mjs").first().waitFor();
  // It is over: nothing can be done to it.
  expect(await page().getByRole("checkbox", { name: "Allow commands" }).count()).toBe(0);
  await workbench.screenshot("recording");
});

test("another of its systems is chosen, and looked at in an earlier moment", async () => {
  await page().getByLabel("System").selectOption({ label: "jobs" });
  await life("JobSup/job", 2).waitFor();
  const timeline = page().getByRole("slider", { name: /Timeline/ });
  await timeline.press("Home");
  await page().getByText("Back to now").waitFor();
  await life("JobSup/job", 2).waitFor({ state: "detached" });
  await page().getByText("Back to now").click();
  await life("JobSup/job", 2).waitFor();
  await workbench.screenshot("recording-jobs");
});

test("a broken file is a sentence", async () => {
  await workbench.openFile("broken.suprec");
  await page().getByText("This recording cannot be shown: it is no recording of suptree").waitFor();
});
