/**
 * Every command that the README, the command line's page and the examples' READMEs name is run as it stands there. The package
 * `suptree-cli` is what was built here; that `npx` finds it after an installation is tried with its tarball.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
/** These two run this test: CI is their proof. */
const RUN_BY_CI = new Set(["npm start", "npm test"]);

/** What commands record; others of the same page read it. */
const SCRATCH = mkdtempSync(join(tmpdir(), "suptree-docs-"));
afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

const pages = [
  "README.md",
  "docs/cli.md",
  ...readdirSync(join(ROOT, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `examples/${entry.name}/README.md`),
];

/** Indented or fenced lines and code spans that begin with a program's name. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const lines = [...text.matchAll(/^ {4}(?:\$ )?((?:suptree|npx suptree-cli|node|npm) .+)$/gm)];
  const spans = [...text.matchAll(/`((?:suptree) [^`]*(?:examples\/)[^`]*)`/g)];
  return [...lines, ...spans].map(([, command = ""]) => command.replace(/\s+#.*$/, "").trim());
}

const commands = pages.flatMap((page) => commandsOf(page).map((command) => ({ page, command })));

test("the pages name commands", () => {
  expect(commands.length).toBeGreaterThan(12);
  for (const command of RUN_BY_CI) expect(commands.map((each) => each.command)).toContain(command);
});

for (const { page, command } of commands.filter((each) => !RUN_BY_CI.has(each.command))) {
  test(`${page}: ${command}`, { timeout: 120_000 }, async () => {
    const words = command
      .replace(/^npx suptree-cli /, "suptree ")
      .split(/\s+/)
      .map((word) => (word.endsWith(".suprec") ? join(SCRATCH, word) : word));
    const [program = "", ...rest] =
      words[0] === "suptree" ? [process.execPath, join(ROOT, "dist/cli.js"), ...words.slice(1)] : words;
    if (words[1] === "serve") {
      expect(await firstAddress(program, rest)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
      return;
    }
    if (words.includes("--serve")) {
      await goesOn(program, rest, /is up$/m);
      return;
    }
    const { status, stdout, stderr } = spawnSync(program, rest, { cwd: ROOT, encoding: "utf8" });
    // lint has findings to show in the gateway; 2 would be bad usage or input.
    expect(status, stderr).toBe(words[1] === "lint" ? 1 : 0);
    expect(stdout.trim()).not.toBe("");
  });
}

/** Starts a server, waits for the address that it prints, sees that it answers, and stops it. */
async function firstAddress(program: string, rest: string[]): Promise<string> {
  const server = spawn(program, rest, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  try {
    let printed = "";
    for await (const chunk of server.stdout) {
      printed += String(chunk);
      const address = /http:\/\/\S+/.exec(printed)?.[0];
      if (address === undefined) continue;
      expect((await fetch(address)).status).toBe(200);
      return address;
    }
    throw new Error(`no address in: ${printed}`);
  } finally {
    server.kill();
  }
}

/** Starts a program that goes on by itself, waits for what it says when it is there, and interrupts it as Ctrl+C does. */
async function goesOn(program: string, rest: string[], there: RegExp): Promise<void> {
  const started = spawn(program, rest, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const { pid } = started;
  if (pid === undefined) throw new Error(`${program} cannot be started`);
  const ended = new Promise((resolve) => started.once("close", resolve));
  let printed = "";
  try {
    for await (const chunk of started.stdout) {
      printed += String(chunk);
      if (there.test(printed)) return;
    }
    throw new Error(`it has ended, and only said: ${printed}`);
  } finally {
    // All that it has started: npm, and the program below it.
    if (started.exitCode === null) process.kill(-pid, "SIGINT");
    await ended;
  }
}
