/** One hostile project through every output of the command line. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { TreeModel } from "../../src/model/index.ts";
import { project, SHOP, suptree } from "../cli/cli.ts";
import { HOSTILE, HOSTILE_FILES, hostileProject } from "./names.ts";

const ACTS = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff\u{e0000}-\u{e007f}]/u;
const OBEYED = /^\s*::|##\[|##vso\[/im;

/** Nothing in it acts in a terminal or a log; `own` are the lines that are meant to. */
function expectHarmless(text: string, own = /^$/): void {
  expect(around(text)).toBeNull();
  for (const line of text.split("\n")) if (!own.test(line)) expect(line.slice(0, 300)).not.toMatch(OBEYED);
}

/** Where something acts; null where nothing does. */
function around(text: string): string | null {
  const at = ACTS.exec(text)?.index;
  return at === undefined ? null : JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
}

/** What people read stays readable, whatever the names. */
function expectShort(text: string): void {
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(20_000);
}

const files = HOSTILE_FILES.map((name) => `odd/${name}`);

function make(): string {
  const shop = Object.entries(SHOP).map(([name, text]) => [name.replace("src/", "odd/"), text] as const);
  const odd = files.map((name) => [name, SHOP["src/shop-sup.ts"]] as const);
  return project({ ...hostileProject(), ...Object.fromEntries([...shop, ...odd]) });
}

describe("tree", () => {
  test.each([
    [["tree", "."]],
    [["tree", ".", "--all"]],
    [["tree", ".", "--mermaid"]],
    [["tree", ".", "--dot"]],
  ])("%j", async (argv) => {
    const { out, err } = await suptree(make(), argv);
    for (const text of [out, err]) {
      expectHarmless(text);
      expectShort(text);
    }
    expect(out.length).toBeGreaterThan(1000);
  });

  test("--json holds every name as it is", async () => {
    const { out } = await suptree(make(), ["tree", ".", "--json"]);
    expectHarmless(out);
    const model = JSON.parse(out) as TreeModel;
    const top = model.supervisors.find(({ name }) => name === "Top")!;
    expect(top.children.slice(1).map(({ id }) => id)).toEqual(HOSTILE);
    expect(model.applications.map(({ name }) => name).sort()).toEqual([...HOSTILE].sort());
  });
});

test("colours are the only escape sequences", async () => {
  const { out } = await suptree(make(), ["tree", "."], { colours: { out: true, err: true } });
  expect(out).toContain("\u001b[1m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own
  expectHarmless(out.replaceAll(/\u001b\[(?:1|2|22|3[1-6]|39)m/g, ""));
});

describe("lint", () => {
  test("text", async () => {
    const { out, err } = await suptree(make(), ["lint", ".", "-s", "hint"]);
    for (const text of [out, err]) {
      expectHarmless(text);
      expectShort(text);
    }
    expect(out).toContain("\\u{1b}[31mred");
  });

  test("json", async () => {
    const { out } = await suptree(make(), ["lint", ".", "-f", "json"]);
    expectHarmless(out);
    expect(JSON.parse(out).findings.length).toBeGreaterThan(10);
  });

  test("github: one command for each finding, and its file is the file", async () => {
    const folder = make();
    const { out } = await suptree(folder, ["lint", ".", "-f", "github"]);
    const own =
      /^::(?:error|warning|notice) file=[^:,]+,line=\d+,endLine=\d+,(?:col=\d+,endColumn=\d+,)?title=suptree [a-z-]+::\S/;
    expectHarmless(out, own);
    const { findings } = JSON.parse((await suptree(folder, ["lint", ".", "-f", "json"])).out);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(findings.length);
    for (const line of lines) expect(line).toMatch(own);
    expectShort(out);
  });

  test("sarif: every address leads to its file", async () => {
    const { out } = await suptree(make(), ["lint", ".", "-f", "sarif"]);
    expectHarmless(out);
    const uris = new Set<string>();
    const [run] = JSON.parse(out).runs;
    for (const result of run.results) {
      expect(result.message.text).not.toMatch(/(?<!\\)\]\(|(?<!\{)\{\d+\}(?!\})/);
      uris.add(result.locations[0].physicalLocation.artifactLocation.uri);
    }
    const read = [...uris].map((uri) => {
      const { pathname, search, hash } = new URL(uri, "file:///");
      expect([search, hash]).toEqual(["", ""]);
      return decodeURIComponent(pathname.slice(1));
    });
    for (const name of files) expect(read).toContain(name);
  });

  test("--fix says what it fixed, in one line each", async () => {
    const { err } = await suptree(make(), ["lint", ".", "--fix"]);
    expectHarmless(err);
    expectShort(err);
    expect(err.match(/^Fixed odd\//gm)).toHaveLength(files.length + 1);
  });
});

describe("run", () => {
  const target = "tree.ts#Quiet";

  test("text, with every child crashed by its name", async () => {
    const faults = HOSTILE.filter((name) => !/[@=]|^a\/b|^\s/.test(name)).flatMap((name) => [
      "--crash",
      `${name}=${name.slice(0, 1000)}`,
    ]);
    const { out, err } = await suptree(make(), ["run", target, ...faults, "--for", "1000"]);
    for (const text of [out, err]) expectHarmless(text);
    expectShort(out);
    expect(out).toContain("\\u{1b}[31mred");
  });

  test("json", async () => {
    const { out } = await suptree(make(), ["run", target, "--json", "--crash", "__proto__"]);
    expectHarmless(out);
    const { run, sentences } = JSON.parse(out);
    expect(run.inputs).toHaveLength(1);
    for (const { text } of sentences) {
      expectHarmless(text);
      expectShort(text);
    }
  });

  test("a tree that fails to start", async () => {
    const { out, err, code } = await suptree(make(), ["run", "tree.ts#Top"]);
    for (const text of [out, err]) expectHarmless(text);
    expect(code).toBe(1);
  });
});

test("mistakes that quote names", { timeout: 60_000 }, async () => {
  const short = HOSTILE.filter((name) => name.length < 1000);
  const folder = project({ ...hostileProject(short), "odd/db.ts": SHOP["src/db.ts"] });
  // All at once, with each of those in front that act at a line's start.
  const evil = ["::error::", "\n::error::", "\u001b[2J", "##[error]"].map((head) => head + short.join(" "));
  const lines: string[] = [];
  const tried: string[][] = [];
  for (const name of evil) {
    tried.push(
      ["run", `tree.ts#${name}`],
      ["run", `${name}#x`],
      ["run", "tree.ts#Quiet", "--crash", `no${name}`],
      ["run", "tree.ts#Quiet", "--exit", name],
      ["run", "tree.ts#Quiet", "--seed", name],
      ["run", "tree.ts#Quiet", "--replay", name],
      ["run", "tree.ts#Quiet", "--save", `${name}/x`],
      ["lint", `odd/db.ts`, "--rule", name],
      ["lint", `odd/db.ts`, "--format", name],
      ["lint", `odd/db.ts`, "--baseline", name],
      ["lint", `odd/db.ts`, "--baseline", `${name}/x`, "--update-baseline"],
      ["tree", name],
      ["tree", `--${name}`],
      [name],
      ["explain", `${name}:1`],
      ["explain", name],
      ["serve", name],
      ["--config", name, "tree", "."],
    );
  }
  for (const argv of tried) {
    const { out, err } = await suptree(folder, argv);
    expectHarmless(err);
    if (!argv.includes("tree") || argv[1] !== ".") lines.push(err);
    expectHarmless(out);
  }
  for (const line of lines) expectShort(line);
});

test("explain: every line of both files", { timeout: 60_000 }, async () => {
  const folder = make();
  for (const file of ["tree.ts", "noex.ts"]) {
    const count = readFileSync(path.join(folder, file), "utf8").split("\n").length;
    for (let line = 1; line <= count; line += 5) {
      const { out, err } = await suptree(folder, ["explain", `${file}:${line}`]);
      for (const text of [out, err]) {
        expectHarmless(text);
        expectShort(text);
      }
    }
  }
});
