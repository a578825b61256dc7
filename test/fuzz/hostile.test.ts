/** Workspaces that are out to break the analysis. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { analyzePaths, createSession } from "../../src/analysis/session/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { memoryHost } from "../analysis-session/memory-host.ts";
import { expectValid } from "./check-model.ts";
import { random } from "./mutate.ts";

const GOOD = `import { Supervisor } from "suptree";
export class Good extends Supervisor { init() { return { children: [{ id: "a", start: [A] }] }; } }
`;

async function analyze(files: Record<string, string | Uint8Array>): Promise<TreeModel> {
  const host = memoryHost();
  for (const [path, content] of Object.entries(files)) host.write(`/w/${path}`, content);
  const { model } = await createSession({ host, roots: ["/w"] }).scan();
  const texts = Object.entries(files).map(([path, content]) => {
    const text = typeof content === "string" ? content : new TextDecoder().decode(content);
    return [path, text] as const;
  });
  expectValid(model, new Map(texts));
  return model;
}

const names = (model: TreeModel): string[] => model.supervisors.map(({ name }) => name).sort();

describe("deep nesting", () => {
  const DEPTH = 20_000;
  const shapes: Record<string, string> = {
    arrays: `const x = ${"[".repeat(DEPTH)}${"]".repeat(DEPTH)};`,
    "open arrays": `const x = ${"[".repeat(DEPTH)}`,
    objects: `const x = ${"{a:".repeat(DEPTH)}1${"}".repeat(DEPTH)};`,
    calls: `${"f(".repeat(DEPTH)}${")".repeat(DEPTH)}`,
    members: `x${".a".repeat(DEPTH)}`,
    sums: `const x = ${"1 + ".repeat(DEPTH)}1;`,
    strings: `const x = ${'"a" + '.repeat(DEPTH)}"b";`,
    conditions: `const x = ${"a ? b : ".repeat(DEPTH)}c;`,
    functions: `${"() => ".repeat(DEPTH)}1`,
    blocks: `${"{".repeat(DEPTH)}${"}".repeat(DEPTH)}`,
    ifs: `${"if (a) ".repeat(DEPTH)};`,
    elses: `${"if (a) {} else ".repeat(DEPTH)}{}`,
    templates: `const x = ${"`${".repeat(DEPTH)}1${"}`".repeat(DEPTH)};`,
    parentheses: `const x = ${"(".repeat(DEPTH)}1${")".repeat(DEPTH)};`,
    spreads: `const x = ${"[...".repeat(DEPTH)}y${"]".repeat(DEPTH)};`,
    awaits: `${"await ".repeat(DEPTH)}x;`,
    "calls of calls": `f${"()".repeat(DEPTH)};`,
    elements: `x${"[0]".repeat(DEPTH)};`,
    generics: `${"f<".repeat(DEPTH)}`,
    switches: `${"switch (a) { default: ".repeat(DEPTH)}`,
    tries: `${"try { ".repeat(DEPTH)}`,
    commas: `const x = (${"a, ".repeat(DEPTH)}b);`,
    namespaces: `namespace a${".b".repeat(DEPTH)} {}`,
    types: `type X = ${"Array<".repeat(DEPTH)}1${">".repeat(DEPTH)};`,
    negations: `const x = ${"!".repeat(DEPTH)}1;`,
    classes: `${"class A { m() { ".repeat(2000)}${"} }".repeat(2000)}`,
    patterns: `const ${"[".repeat(DEPTH)}a${"]".repeat(DEPTH)} = x;`,
  };
  it.each(Object.entries(shapes))("%s", async (_, text) => {
    const model = await analyze({
      "deep.ts": `import { Supervisor } from "suptree";\n${text}`,
      "good.ts": GOOD,
    });
    expect(names(model)).toEqual(["Good"]);
  });

  it.each(Object.entries(shapes))("%s in a child spec", async (_, text) => {
    const expression = /= (.*);$/.exec(text)?.[1] ?? "x";
    const spec = `import { Supervisor } from "suptree";
class Deep extends Supervisor { init() { return { children: [{ id: ${expression}, start: [A] }] }; } }`;
    const model = await analyze({ "deep.ts": spec, "good.ts": GOOD });
    expect(names(model)).toContain("Good");
  });
});

describe("circles", () => {
  it("of imports, re-exports, base classes and values", async () => {
    const model = await analyze({
      "a.ts":
        'import { Supervisor } from "suptree"; export * from "./b"; import { x as y } from "./b"; export const x = y; import { B } from "./b"; export class A extends B { init() { return { children: [{ id: x, start: [B] }] }; } }',
      "b.ts":
        'import { Supervisor } from "suptree"; export * from "./a"; import { x as y } from "./a"; export { y as x }; import { A } from "./a"; export class B extends A { init() { return { children: [{ id: y, start: [A] }] }; } }',
      "self.ts":
        'import { Supervisor, s } from "suptree"; import * as me from "./self"; export * from "./self"; export const z = me.z; export class S extends me.S {}; function f(): any { return f(); } export class T extends Supervisor { init() { return f(); } }',
      "sups.ts":
        'import { Supervisor } from "suptree"; export class P extends Supervisor { init() { return { children: [{ id: "q", start: [Q] }] }; } } export class Q extends Supervisor { init() { return { children: [{ id: "p", start: [P] }] }; } }',
      "good.ts": GOOD,
    });
    expect(names(model)).toEqual(expect.arrayContaining(["Good", "P", "Q"]));
  });

  it("of helper functions that grow what they return", async () => {
    const model = await analyze({
      "grow.ts": `import { Supervisor } from "suptree";
const grow = (list: unknown[], n: number): unknown[] => (n > 0 ? grow([...list, ...list, { id: "x" + n, start: [A] }], n - 1) : list);
const pow = (n: number): string => (n > 0 ? pow(n - 1) + pow(n - 1) : "a");
export class Grow extends Supervisor { init() { return { children: grow([{ id: pow(40), start: [A] }], 40) }; } }
export class Loop extends Supervisor { init() { const children = []; for (let i = 0; i < 1e9; i++) children.push({ id: "c" + i, start: [A] }); while (true) children.push(children[0]); return { children }; } }
export class Long extends Supervisor { init() { return { children: Array.from({ length: 1e9 }, (_, i) => ({ id: "x".repeat(1e9) + i, start: [A] })) }; } }`,
      "good.ts": GOOD,
    });
    expect(names(model)).toEqual(expect.arrayContaining(["Good", "Grow", "Loop", "Long"]));
  });
});

describe("size", () => {
  const rows = (bytes: number): string => {
    let text = "export const TABLE = [\n";
    for (let n = 0; text.length < bytes; n++)
      text += `  { id: "row-${n}", value: ${n}, tags: ["a", "b"] },\n`;
    return `${text}];\n`;
  };

  it("of 5 MB without supervision is nobody's business, with it a problem that says so", async () => {
    const big = rows(5_000_000);
    expect((await analyze({ "table.ts": big, "good.ts": GOOD })).problems).toEqual([]);
    const model = await analyze({
      "table.ts": `import { Supervisor } from "suptree";\n${big}`,
      "good.ts": GOOD,
    });
    expect(names(model)).toEqual(["Good"]);
    expect(model.problems).toMatchObject([{ file: "table.ts", kind: "too_large" }]);
  });

  it("of 1.9 MB is analysed", async () => {
    const model = await analyze({ "table.ts": `${GOOD}${rows(1_900_000)}` });
    expect(names(model)).toEqual(["Good"]);
    expect(model.problems).toEqual([]);
  });

  it("of one line of 1 MB is analysed", async () => {
    expect(
      names(await analyze({ "line.js": `${GOOD.replaceAll("\n", " ")};x=[${"1,".repeat(500_000)}]` })),
    ).toEqual(["Good"]);
  });
});

describe("bytes that are no text", () => {
  it("never throw", async () => {
    const next = random(7);
    const encoder = new TextEncoder();
    for (let n = 0; n < 300; n++) {
      const bytes = encoder.encode(GOOD);
      for (let k = 0; k < 1 + n / 20; k++)
        bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
      await analyze({ "bytes.ts": bytes });
    }
  });

  it("after a byte order mark are read as what it says", async () => {
    const utf16 = new Uint8Array(2 + GOOD.length * 2);
    utf16.set([0xfe, 0xff]);
    for (let i = 0; i < GOOD.length; i++) utf16[3 + 2 * i] = GOOD.charCodeAt(i);
    const host = memoryHost();
    host.write("/w/be.ts", utf16);
    host.write("/w/utf8.ts", `\ufeff${GOOD.replace("Good", "Better")}`);
    const { model } = await createSession({ host, roots: ["/w"] }).scan();
    expect(names(model)).toEqual(["Better", "Good"]);
    expect(model.problems).toEqual([]);
  });
});

describe("a moving file system", () => {
  it("loses folders and files while it is walked and read", async () => {
    for (let victim = 0; victim < 30; victim++) {
      const files = Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [`/w/d${i}/s.ts`, GOOD.replace("Good", `S${i}`)]),
      );
      const host = memoryHost({ "/w/tsconfig.json": "{}", ...files });
      let answers = 0;
      host.before = () => {
        if (++answers === victim * 2) {
          host.remove(`/w/d${victim % 10}`);
          host.remove(`/w/d${(victim + 3) % 10}/s.ts`);
        }
      };
      const session = createSession({ host, roots: ["/w"] });
      const { model } = await session.scan();
      expect(model.supervisors.length).toBeGreaterThanOrEqual(8);
      // What vanishes meanwhile is said, and nothing else.
      const gone = [`d${victim % 10}`, `d${(victim + 3) % 10}/s.ts`];
      for (const { file, kind } of model.problems) {
        expect(kind).toBe("not_found");
        expect(gone).toContain(file);
      }
      host.before = undefined;
      host.remove("/w");
      expect((await session.scan()).model).toMatchObject({
        supervisors: [],
        problems: [{ kind: "not_found" }],
      });
    }
  });
});

describe("a real folder", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "suptree-hostile-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  it("with links in circles, a folder that is called .ts, and definitions in node_modules", async () => {
    write("src/good.ts", GOOD);
    write("node_modules/lib/index.ts", GOOD.replace("Good", "Hidden"));
    write("packages/p/node_modules/lib/index.js", GOOD.replace("Good", "Hidden"));
    mkdirSync(join(root, "src/folder.ts"));
    write("src/folder.ts/inner.ts", GOOD.replace("Good", "Inner"));
    symlinkSync(root, join(root, "src/up"));
    symlinkSync(join(root, "src"), join(root, "again"));
    symlinkSync("loop-b", join(root, "loop-a"));
    symlinkSync("loop-a", join(root, "loop-b"));
    symlinkSync("self.ts", join(root, "self.ts"));
    symlinkSync(join(root, "gone.ts"), join(root, "dangling.ts"));
    symlinkSync(join(root, "src/good.ts"), join(root, "twice.ts"));
    const { model, stats } = await analyzePaths([root]);
    expect(names(model)).toEqual(["Good", "Inner"]);
    expect(model.problems).toEqual([]);
    expect(stats.files).toBe(2);
    const named = await analyzePaths([join(root, "self.ts"), join(root, "src/good.ts")]);
    expect(named.model.problems).toMatchObject([
      { kind: "unreadable", message: "symbolic links that lead in a circle" },
    ]);
    expect(names(named.model)).toEqual(["Good"]);
  });
});

describe("odd names and odd files", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "suptree-odd-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const write = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const posix = process.platform !== "win32";

  it.runIf(posix)(
    "are analysed, or left alone, and nothing waits for a pipe",
    { timeout: 20_000 },
    async () => {
      const odd = [
        "with space",
        "ünï-日本語",
        "a#b",
        "100%",
        "[br](x)",
        'q"uote',
        "new\nline",
        "-dash",
        "$(x)",
        "con",
      ];
      for (const [n, name] of odd.entries()) write(`${name}/${name}.ts`, GOOD.replace("Good", `Odd${n}`));
      write("crlf.ts", GOOD.replaceAll("\n", "\r\n").replace("Good", "Crlf"));
      write("cr.ts", GOOD.replaceAll("\n", "\r").replace("Good", "Cr"));
      write("long.ts", `/* ${"x".repeat(100_000)} */ ${GOOD.replaceAll("\n", " ").replace("Good", "Long")}`);
      write("folder.ts/inside.ts", GOOD.replace("Good", "Inside"));
      write(
        "video.ts",
        new Uint8Array(188 * 20).fill(0).map((_, i) => (i % 188 === 0 ? 0x47 : i % 7)),
      );
      write("empty.ts", "");
      execFileSync("mkfifo", [join(root, "pipe.ts")]);
      symlinkSync("pipe.ts", join(root, "to-pipe.ts"));
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(join(root, "socket.ts"), resolve));
      write(
        "imports.ts",
        `import { P } from "./pipe"; import { S } from "./socket"; import { F } from "./folder"; import { Supervisor } from "suptree";
export class Imports extends Supervisor { init() { return { children: [{ id: "p", start: [P] }, { id: "s", start: [S] }, { id: "f", start: [F] }] }; } }`,
      );
      const { model } = await analyzePaths([root]);
      server.close();
      expect(names(model)).toEqual(
        [...odd.map((_, n) => `Odd${n}`), "Crlf", "Cr", "Long", "Inside", "Imports"].sort(),
      );
      expect(model.problems).toEqual([]);
      expect(model.supervisors.map(({ location }) => location.file)).toEqual(
        expect.arrayContaining(odd.map((name) => `${name}/${name}.ts`)),
      );
      const named = await analyzePaths([join(root, "pipe.ts"), join(root, "new\nline")]);
      expect(names(named.model)).toEqual(["Odd6"]);
      expect(named.model.problems).toMatchObject([{ message: "is neither a file nor a folder" }]);
    },
  );

  it("honours .git/info/exclude and nested .gitignore files with exceptions", async () => {
    execFileSync("git", ["init", "-q", root]);
    write(".git/info/exclude", "secret/\n");
    write(".gitignore", "build/\n*.gen.ts\n");
    write("packages/a/.gitignore", "!kept.gen.ts\nlocal/*\n!local/kept.ts\n");
    const files = [
      "src/a.ts",
      "secret/b.ts",
      "build/c.ts",
      "src/x.gen.ts",
      "packages/a/kept.gen.ts",
      "packages/a/local/d.ts",
      "packages/a/local/kept.ts",
      "packages/a/build/e.ts",
    ];
    for (const [n, file] of files.entries()) write(file, GOOD.replace("Good", `S${n}`));
    const git = execFileSync("git", ["-C", root, "ls-files", "--others", "--exclude-standard", "*.ts"], {
      encoding: "utf8",
    });
    const { model } = await analyzePaths([root]);
    expect(model.supervisors.map(({ location }) => location.file).sort()).toEqual(
      git.trim().split("\n").sort(),
    );
    // The same from a folder inside.
    const inner = await analyzePaths([join(root, "packages/a")]);
    expect(inner.model.supervisors.map(({ location }) => location.file).sort()).toEqual([
      "kept.gen.ts",
      "local/kept.ts",
    ]);
  });
});

describe("a large repository without supervision", () => {
  const project = fileURLToPath(new URL("../../", import.meta.url));

  it.each(["typescript", "fast-check", "vitest", "@types/node", "valibot", "preact"])(
    "reports nothing: %s",
    { timeout: 120_000 },
    async (name) => {
      const { model, stats } = await analyzePaths([join(project, "node_modules", name)]);
      expect(model).toMatchObject({
        supervisors: [],
        applications: [],
        orphans: [],
        edges: [],
        problems: [],
      });
      expect(stats.candidates).toBe(0);
    },
  );

  it("but with the words all over it reports nothing either", async () => {
    const words = `import { Supervisor, GenServer } from "./homemade";
// import { Supervisor } from "suptree";
const text = \`import { Supervisor } from "suptree"; class X extends Supervisor {}\`;
class NightShiftSupervisor extends Supervisor { init() { return { strategy: "one_for_one", children: [{ id: "a", start: [B] }] }; } }
const supervisor = Supervisor.start({ strategy: "one_for_all", children: [{ id: "x", start: () => GenServer.start({}) }] });
`;
    const model = await analyze({
      "src/words.ts": words,
      "src/homemade.ts":
        "export class Supervisor { static start(x) {} } export class GenServer { static start(x) {} }",
    });
    expect(model).toMatchObject({ supervisors: [], applications: [], orphans: [], edges: [], problems: [] });
  });
});
