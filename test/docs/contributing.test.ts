/** Follows docs/CONTRIBUTING.md to the letter, in a copy of the repository, and runs what the steps add. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const LEFT_OUT = new Set(["node_modules", "dist", ".git", ".cache"]);
let copy = "";

interface Block {
  language: string;
  options: Map<string, string>;
  text: string;
}

/** The fenced blocks, in order. `key=value` pairs behind the language; a value goes on to the next ` key=`. */
function blocks(page: string): Block[] {
  return [...page.matchAll(/^(`{3,4})(\w+) ?(.*)\n([\s\S]*?)^\1$/gm)].map(
    ([, , language = "", head = "", text = ""]) => ({
      language,
      options: new Map(
        head
          .split(/ (?=(?:in|new|after|replace|from)=)/)
          .filter((part) => part.includes("="))
          .map((part) => [
            part.slice(0, part.indexOf("=")),
            part.slice(part.indexOf("=") + 1).replaceAll("\\n", "\n"),
          ]),
      ),
      text,
    }),
  );
}

async function run(...command: string[]): Promise<string> {
  const [program = "", ...args] = command;
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd: copy, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command.join(" ")}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`);
  }
}

async function follow({ language, options, text }: Block): Promise<void> {
  if (language === "sh") {
    for (const line of text.trim().split("\n"))
      await run(...line.replace(/^node /, `${process.execPath} `).split(" "));
    return;
  }
  const made = options.get("new");
  if (made !== undefined) {
    const from = options.get("from");
    const given =
      from === undefined
        ? text
        : /```ts dialect\n([\s\S]*?)```/.exec(await readFile(join(copy, from), "utf8"))?.[1];
    await mkdir(dirname(join(copy, made)), { recursive: true });
    await writeFile(join(copy, made), given ?? "");
    return;
  }
  const path = join(copy, options.get("in") ?? "");
  const before = await readFile(path, "utf8");
  const replaced = options.get("replace");
  const anchor = replaced ?? options.get("after") ?? "";
  const at = before.indexOf(anchor);
  expect(at, `${relative(copy, path)} has: ${anchor}`).toBeGreaterThanOrEqual(0);
  if (replaced !== undefined) {
    await writeFile(path, before.replace(replaced, text.trimEnd()));
    return;
  }
  const end = before.indexOf("\n", at + anchor.length) + 1;
  await writeFile(path, before.slice(0, end) + text + before.slice(end));
}

beforeAll(async () => {
  copy = await realpath(await mkdtemp(join(tmpdir(), "suptree-contributing-")));
  await cp(root, copy, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(relative(root, path).split(/[/\\]/)[0] ?? ""),
  });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  const page = await readFile(join(root, "docs/CONTRIBUTING.md"), "utf8");
  for (const block of blocks(page)) await follow(block);
}, 120_000);
afterAll(() => rm(copy, { recursive: true, force: true }));

test("what the steps make compiles", async () => {
  await run(process.execPath, "node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--noEmit");
}, 180_000);

test("what the steps make passes its tests, and those that hold each set together", async () => {
  const files = [
    "test/lint/lonely-child.test.ts",
    "test/lint/rules.test.ts",
    "test/analysis/tiny.test.ts",
    "test/analysis/tutorial.test.ts",
    "test/analysis/spec-object.test.ts",
    "test/runtime/suspended.test.ts",
    "test/extension/manifest.test.ts",
    "test/docs/api.test.ts",
    "test/protocol/protocol.test.ts",
  ];
  const runner = "node_modules/vitest/vitest.mjs";
  await writeFile(
    join(copy, "vitest.steps.config.ts"),
    'import { alias } from "./scripts/test/suites.ts";\nexport default { resolve: { alias }, test: { testTimeout: 60_000 } };\n',
  );
  await run(process.execPath, runner, "run", "-c", "vitest.steps.config.ts", ...files);
}, 300_000);
