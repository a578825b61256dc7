/** The process itself: help, version, colours, progress, pipes. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { wantsColours } from "../../src/cli/io.ts";
import { bar, createProgress } from "../../src/cli/progress.ts";
import { project, SHOP, suptree } from "./cli.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const main = `${root}src/cli/main.ts`;

test.each([[], ["tree"], ["lint"], ["run"], ["serve"], ["explain"]])(
  "help of %s has examples",
  async (...command) => {
    const { code, out, err } = await suptree(root, [...command, "--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("Examples:\n  $ suptree ");
  },
);

test("--version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  expect(await suptree(root, ["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

test("colours follow the terminal, NO_COLOR and FORCE_COLOR", () => {
  expect(wantsColours({ isTTY: true }, {})).toBe(true);
  expect(wantsColours({}, {})).toBe(false);
  expect(wantsColours({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColours({ isTTY: true }, { NO_COLOR: "" })).toBe(true);
  expect(wantsColours({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(wantsColours({}, { FORCE_COLOR: "1" })).toBe(true);
  expect(wantsColours({ isTTY: true }, { FORCE_COLOR: "0" })).toBe(false);
});

test("progress: nothing at first, a bar that fits the line, and no trace of it at the end", () => {
  let time = 0;
  let written = "";
  const write = (text: string) => {
    written += text;
  };
  const io = { err: write, interactive: true, columns: 60 };
  const whole = {
    ...io,
    out: () => {},
    cwd: "/",
    colours: { out: false, err: false },
    signal: AbortSignal.timeout(1e6),
  };
  const progress = createProgress(whole, () => time);
  progress.update({ phase: "scan", done: 1, total: 10 });
  expect(written).toBe("");
  time = 1000;
  progress.update({ phase: "scan", done: 5, total: 10 });
  expect(written).toContain("50 %  5/10");
  progress.done();
  expect(written.endsWith("\r\u001b[2K")).toBe(true);
  for (const columns of [10, 40, 200]) {
    for (const total of [0, 7, 11_252])
      expect(bar({ phase: "parse", done: total, total }, columns).length).toBeLessThan(columns);
  }
});

test("the real process: exit code, and output that arrives", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "lint", "."], {
    cwd: project(SHOP),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(1);
  expect(stdout).toContain("child-order");
});

test("a reader that goes away early is no error", async () => {
  const children = Array.from({ length: 3000 }, (_, n) => `{ id: "w${n}", start: [Worker] },`).join("\n");
  const files = {
    "app.ts": `import { GenServer, Supervisor } from "suptree";\nclass Worker extends GenServer {}\nexport class App extends Supervisor { init() { return { children: [${children}] }; } }\n`,
  };
  const child = spawn(process.execPath, [main, "tree", ".", "--json"], { cwd: project(files) });
  let stderr = "";
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(stderr).toBe("");
  expect(code).toBe(0);
});
