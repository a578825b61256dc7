/** The process itself: help, version, colours, progress, pipes. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
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

/** 3,000 children: a model of more than a megabyte. */
const LARGE = {
  "app.ts": `import { GenServer, Supervisor } from "suptree";\nclass Worker extends GenServer {}\nexport class App extends Supervisor { init() { return { children: [${Array.from({ length: 3000 }, (_, n) => `{ id: "w${n}", start: [Worker] },`).join("\n")}] }; } }\n`,
};

test("all of a large output arrives, in a file as in a pipe, and is what the schema says", () => {
  const cwd = project(LARGE);
  const direct = spawnSync(process.execPath, [main, "tree", ".", "--json"], {
    cwd,
    maxBuffer: 1e8,
    encoding: "utf8",
  });
  expect([direct.status, direct.stderr]).toEqual([0, ""]);
  expect(direct.stdout.length).toBeGreaterThan(1_000_000);
  const shell = spawnSync(
    "sh",
    ["-c", `"$0" "$1" tree . --json > out.json; cat out.json | wc -c`, process.execPath, main],
    {
      cwd,
      encoding: "utf8",
    },
  );
  expect(Number(shell.stdout)).toBe(Buffer.byteLength(direct.stdout));
  const schema = JSON.parse(readFileSync(`${root}schema/tree-model.schema.json`, "utf8"));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  validate(JSON.parse(direct.stdout));
  expect(validate.errors).toBeNull();
});

test("works with its standard input closed, and with nobody to tell", () => {
  const cwd = project(SHOP);
  const closed = spawnSync("sh", ["-c", '"$0" "$1" tree . <&-', process.execPath, main], {
    cwd,
    encoding: "utf8",
  });
  expect([closed.status, closed.stderr]).toEqual([0, ""]);
  expect(closed.stdout).toContain("ShopSup");
  const silent = spawnSync("sh", ["-c", '"$0" "$1" lint . >&- 2>&-; echo $?', process.execPath, main], {
    cwd,
    encoding: "utf8",
  });
  expect(silent.stdout).toBe("1\n");
});

test.each([
  [["tree", ".", "--jsno"], "(Did you mean --json?)"],
  [["tre", "."], "(Did you mean tree?)"],
  [["tree"], "missing required argument 'paths'"],
  [["tree", ".", "--json", "--dot"], "cannot be used with"],
  [["lint", ".", "--format", "xml"], "Allowed choices are"],
  [["lint", ".", "--severity", "fatal"], "Allowed choices are"],
  [["explain"], "missing required argument 'place'"],
  [["explain", "a.ts:1", "b.ts:1"], "too many arguments"],
  [["serve", ".", "--port", "seventy"], "Give a whole number"],
  [["--config", "none.json", "tree", "."], "none.json: no such file"],
])("bad usage %j is told in a line, with exit code 2", async (argv, message) => {
  const { code, out, err } = await suptree(project(SHOP), argv);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(message);
  expect(err).not.toMatch(/ {4}at /);
});

// util-linux's `script` lends the process a terminal; other systems' takes other arguments.
const terminal = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

test.runIf(terminal)(
  "a real terminal gets colours, unless NO_COLOR or a file behind it",
  { timeout: 60_000 },
  () => {
    const cwd = project(SHOP);
    const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...env } = process.env;
    const run = (line: string, more: NodeJS.ProcessEnv = {}): string =>
      spawnSync("script", ["-qec", line, "/dev/null"], {
        cwd,
        env: { ...env, TERM: "xterm", ...more },
        encoding: "utf8",
      }).stdout;
    const tree = `"${process.execPath}" "${main}" tree .`;
    expect(run(tree)).toContain("\u001b[1mShopSup\u001b[22m");
    expect(run(tree, { NO_COLOR: "1" })).toMatch(/^ShopSup/);
    expect(run(`${tree} | cat`)).toMatch(/^ShopSup/);
    expect(run(`${tree} | cat`, { FORCE_COLOR: "1" })).toContain("\u001b[1mShopSup");
  },
);

test.runIf(terminal)(
  "a long scan draws a bar on a real terminal and removes it, and none into a pipe",
  { timeout: 120_000 },
  () => {
    // Enough files that the scan cannot be over before a bar is drawn.
    const files: Record<string, string> = { ...SHOP };
    const supervisor =
      'import { Supervisor } from "suptree";\nexport class S extends Supervisor { init() { return { children: [{ id: "a", start: [A] }] }; } }\n';
    for (let n = 0; n < 3000; n++) files[`src/many/d${n % 50}/s${n}.ts`] = supervisor;
    const cwd = project(files);
    const { CI: _, ...env } = process.env;
    const line = `"${process.execPath}" "${main}" tree . --json > out.json`;
    const drawn = spawnSync("script", ["-qec", line, "/dev/null"], {
      cwd,
      env: { ...env, TERM: "xterm" },
      encoding: "utf8",
    }).stdout;
    expect(drawn.replaceAll("\r\u001b[2K", "\n")).toMatch(
      /^(?:looking for supervisors|reading definitions) [█░]* ?\d+ %/m,
    );
    expect(drawn.endsWith("\r\u001b[2K")).toBe(true);
    const piped = spawnSync(process.execPath, [main, "tree", ".", "--json"], {
      cwd,
      maxBuffer: 1e8,
      encoding: "utf8",
    });
    expect([piped.status, piped.stderr]).toEqual([0, ""]);
    expect(readFileSync(`${cwd}/out.json`, "utf8")).toBe(piped.stdout);
  },
);
