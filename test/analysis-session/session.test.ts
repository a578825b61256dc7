import { describe, expect, it } from "vitest";
import { HostError } from "../../src/analysis/discover/host.ts";
import {
  type AnalysisSession,
  analyzeOn,
  createSession,
  type SessionSettings,
} from "../../src/analysis/session/index.ts";
import type { TreeModel } from "../../src/model/index.ts";
import { type MemoryHost, memoryHost } from "./memory-host.ts";

const SUP = (children: string, head = 'import { Supervisor } from "suptree";'): string => `${head}
export class Sup extends Supervisor {
  override init() {
    return { strategy: "one_for_one", children: [
      ${children}
    ] };
  }
}
`;
const WORKER = (name: string): string =>
  `import { GenServer } from "suptree";\nexport class ${name} extends GenServer {}\n`;

const FILES = {
  "/w/tsconfig.json": "{}",
  "/w/src/sup.ts": SUP(
    '{ id: "a", start: [A] }, { id: "b", start: [B] },',
    'import { Supervisor } from "suptree";\nimport { A } from "./a.js";\nimport { B } from "./b.js";',
  ),
  "/w/src/a.ts": WORKER("A"),
  "/w/src/b.ts": WORKER("B"),
  "/w/src/plain.ts": "export const answer = 42;\n",
};

function open(host: MemoryHost, settings: SessionSettings = {}): AnalysisSession {
  return createSession({ host, roots: ["/w"], settings });
}

function outline(model: TreeModel): Record<string, (string | null)[]> {
  return Object.fromEntries(
    model.supervisors.map(({ key, children }) => [key, children.map(({ id }) => id)]),
  );
}

/** The model of a session that sees everything for the first time. */
async function fresh(host: MemoryHost, documents: Record<string, string> = {}): Promise<TreeModel> {
  const session = open(host);
  for (const [path, text] of Object.entries(documents)) void session.update(path, text);
  return (await session.scan()).model;
}

describe("a session", () => {
  it("scans, parsing only what matters", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    const { model } = await session.scan();
    expect(outline(model)).toEqual({ "src/sup.ts#Sup": ["a", "b"] });
    expect(session.stats()).toEqual({ files: 4, candidates: 3, summarised: 3 });
  });

  it("prefers what editors hold to what is on disk, until they close", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    await session.scan();
    const edited = FILES["/w/src/sup.ts"].replace('"b"', '"edited"');
    expect(outline((await session.update("/w/src/sup.ts", edited)).model)).toEqual({
      "src/sup.ts#Sup": ["a", "edited"],
    });
    host.write("/w/src/sup.ts", FILES["/w/src/sup.ts"].replace('"b"', '"on disk"'));
    const ignored = await session.changed("/w/src/sup.ts");
    expect(ignored.changed).toBe(false);
    expect(outline(ignored.model)).toEqual({ "src/sup.ts#Sup": ["a", "edited"] });
    expect(outline((await session.close("/w/src/sup.ts")).model)).toEqual({
      "src/sup.ts#Sup": ["a", "on disk"],
    });
  });

  it("takes documents that were opened before the scan", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    void session.update("/w/src/sup.ts", FILES["/w/src/sup.ts"].replace('"a"', '"early"'));
    void session.update("/w/src/unsaved.ts", SUP('{ id: "x", start: [X] }'));
    const { model } = await session.scan();
    expect(outline(model)).toEqual({ "src/sup.ts#Sup": ["early", "b"], "src/unsaved.ts#Sup": ["x"] });
  });

  it("does nothing for a file without supervision, and keeps the same model", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    const { model } = await session.scan();
    const before = host.reads.length;
    const result = await session.update("/w/src/plain.ts", "export const answer = 43;\nimport x from './y';");
    expect(result).toEqual({ model, changed: false });
    expect(result.model).toBe(model);
    expect(host.reads.length).toBe(before);
  });

  it("does not look twice at what did not change", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    const { model } = await session.scan();
    expect((await session.changed("/w/src/sup.ts")).model).toBe(model);
    expect((await session.update("/w/src/plain.ts", FILES["/w/src/plain.ts"])).model).toBe(model);
  });

  it("notices files that begin or cease to matter", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    await session.scan();
    const on = await session.update("/w/src/plain.ts", SUP('{ id: "p", start: [P] }'));
    expect(outline(on.model)).toEqual({ "src/plain.ts#Sup": ["p"], "src/sup.ts#Sup": ["a", "b"] });
    const off = await session.update("/w/src/plain.ts", "export {};");
    expect(outline(off.model)).toEqual({ "src/sup.ts#Sup": ["a", "b"] });
  });

  it("notices files and folders that appear and vanish", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    await session.scan();
    host.write("/w/new/folder/sup2.ts", SUP('{ id: "n", start: [N] }'));
    expect(outline((await session.changed("/w/new/folder/sup2.ts")).model)).toHaveProperty([
      "new/folder/sup2.ts#Sup",
    ]);
    host.remove("/w/new");
    expect(outline((await session.removed("/w/new")).model)).toEqual({ "src/sup.ts#Sup": ["a", "b"] });
    host.remove("/w/src/b.ts");
    const gone = await session.removed("/w/src/b.ts");
    expect(gone.model).toEqual(await fresh(host));
    host.write("/w/src/b.ts", WORKER("B"));
    const back = await session.changed("/w/src/b.ts");
    expect(back.model).toEqual(await fresh(host));
  });

  it("ignores new files that are ignored or excluded", async () => {
    const host = memoryHost({
      ...FILES,
      "/w/.git/HEAD": "",
      "/w/.gitignore": "gen/",
      "/w/tsconfig.json": '{"exclude":["old"]}',
    });
    const session = open(host, { exclude: ["**/*.skip.ts"] });
    const { model } = await session.scan();
    for (const path of [
      "/w/gen/s.ts",
      "/w/old/s.ts",
      "/w/src/s.skip.ts",
      "/w/node_modules/p/s.ts",
      "/elsewhere/s.ts",
    ]) {
      host.write(path, SUP('{ id: "x", start: [X] }'));
      expect((await session.changed(path)).model, path).toEqual(model);
      const typed = await session.update(path, `${SUP('{ id: "y", start: [X] }')} `);
      expect(typed.changed, path).toBe(false);
      expect(typed.model, path).toEqual(model);
    }
  });

  it("scans again when a configuration changes", async () => {
    const host = memoryHost(FILES);
    const session = open(host);
    await session.scan();
    host.write("/w/tsconfig.json", '{"exclude":["src/sup.ts"]}');
    expect(outline((await session.changed("/w/tsconfig.json")).model)).toEqual({});
    host.write("/w/tsconfig.json", "{}");
    expect(outline((await session.changed("/w/tsconfig.json")).model)).toEqual({
      "src/sup.ts#Sup": ["a", "b"],
    });
  });

  it("reads what a definition imports from files that do not matter by themselves", async () => {
    const host = memoryHost({
      "/w/tsconfig.json": '{"exclude":["lib"],"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}',
      "/w/src/sup.ts": SUP(
        "...specs",
        'import { Supervisor } from "suptree";\nimport { specs } from "@lib/barrel";',
      ),
      "/w/lib/barrel.ts": 'export * from "./deep/specs.js";',
      "/w/lib/deep/specs.ts":
        'import { name } from "./name.js";\nexport const specs = [{ id: name, start: [A] }];',
      "/w/lib/deep/name.ts": 'export const name = "from afar";',
      "/w/lib/unrelated.ts": "export {}",
    });
    const session = open(host);
    expect(outline((await session.scan()).model)).toEqual({ "src/sup.ts#Sup": ["from afar"] });
    expect(host.reads).not.toContain("/w/lib/unrelated.ts");
    host.write("/w/lib/deep/name.ts", 'export const name = "renamed";');
    expect(outline((await session.changed("/w/lib/deep/name.ts")).model)).toEqual({
      "src/sup.ts#Sup": ["renamed"],
    });
  });

  it("follows a base class and a re-exported library into files that never name the library", async () => {
    const host = memoryHost({
      "/w/otp.ts": 'export * from "suptree";',
      "/w/base.ts": 'import { Supervisor } from "suptree";\nexport abstract class Base extends Supervisor {}',
      "/w/one.ts": SUP('{ id: "one", start: [A] }', 'import { Supervisor } from "./otp";'),
      "/w/two.ts":
        'import { Base } from "./base";\nexport class Two extends Base { init() { return { children: [{ id: "two", start: [A] }] }; } }',
      "/w/three.ts": 'import { Base } from "./base";\nconsole.log(Base.name);',
    });
    const session = open(host);
    const { model } = await session.scan();
    expect(outline(model)).toMatchObject({ "one.ts#Sup": ["one"], "two.ts#Two": ["two"] });
    const three =
      'import { Base } from "./base";\nexport class Three extends Base { init() { return { children: [{ id: "three", start: [A] }] }; } }';
    expect(outline((await session.update("/w/three.ts", three)).model)).toMatchObject({
      "three.ts#Three": ["three"],
    });
  });

  it("keeps one path for a file that is reached through a link", async () => {
    const host = memoryHost(FILES);
    host.link("/w/linked", "/w/src");
    expect(outline((await open(host).scan()).model)).toEqual({ "src/sup.ts#Sup": ["a", "b"] });
  });

  it("works the same on a host that answers with promises", async () => {
    const now = await fresh(memoryHost(FILES));
    const later = await fresh(memoryHost(FILES, { async: true }));
    expect(later).toEqual(now);
  });

  it("can be cancelled, says how far it is, and scans again", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`/w/s${i}.ts`, SUP(`{ id: "c${i}", start: [C] }`)]),
    );
    const host = memoryHost(many);
    const session = open(host);
    const controller = new AbortController();
    host.before = (op, path) => {
      if (op === "readFile" && path === "/w/s200.ts") controller.abort(new Error("stop"));
      // Slow enough for the session to give way.
      if (op === "readFile") for (const end = performance.now() + 0.2; performance.now() < end; );
    };
    await expect(session.scan({ signal: controller.signal })).rejects.toThrow("stop");
    expect(session.model().supervisors).toEqual([]);
    host.before = undefined;
    const phases: { phase: string; done: number; total: number }[] = [];
    const { model } = await session.scan({ onProgress: (progress) => phases.push(progress) });
    expect(model.supervisors).toHaveLength(400);
    expect(phases.at(-1)).toEqual({ phase: "parse", done: 400, total: 400 });
    expect(phases.filter(({ phase }) => phase === "scan").at(-1)).toEqual({
      phase: "scan",
      done: 400,
      total: 400,
    });
  });
});

describe("a file that does not parse", () => {
  const good = FILES["/w/src/sup.ts"];
  const states: [string, string, (string | null)[], boolean][] = [
    [
      "half a child spec keeps what is whole",
      good.replace("start: [B] },", "start: [B] }, { id: "),
      ["a", "b", null],
      false,
    ],
    [
      "a lost bracket does not wipe out the tree",
      good.replace("children: [", "children: "),
      ["a", "b"],
      true,
    ],
    ["nothing but noise", "import { Supervisor } from 'suptree'; class {{{", ["a", "b"], true],
  ];
  it.each(states)("%s", async (_, text, ids, stale) => {
    const session = open(memoryHost(FILES));
    await session.scan();
    const { model } = await session.update("/w/src/sup.ts", text);
    const children = model.supervisors.find(({ key }) => key === "src/sup.ts#Sup")?.children ?? [];
    expect(children.map(({ id }) => id).slice(0, 2)).toEqual(ids.slice(0, 2));
    const problem = model.problems.find(({ file }) => file === "src/sup.ts");
    expect(problem).toMatchObject({ kind: "syntax" });
    expect(problem!.line).toBeGreaterThan(0);
    if (stale) expect(problem!.message).toContain("showing what was known before");
    const whole = await session.update("/w/src/sup.ts", good);
    expect(whole.model.problems).toEqual([]);
    expect(whole.model).toEqual(await fresh(memoryHost(FILES)));
  });

  it("at first sight shows what its tree gives, with the place of the error", async () => {
    const host = memoryHost({ "/w/s.ts": `${SUP('{ id: "a", start: [A] },')}\nfunction (` });
    const { model } = await open(host).scan();
    expect(outline(model)).toEqual({ "s.ts#Sup": ["a"] });
    expect(model.problems).toMatchObject([{ file: "s.ts", kind: "syntax", line: 10 }]);
  });

  it("that is too large or nested too deeply is a problem, not a failure", async () => {
    const host = memoryHost({
      "/w/large.ts": `import "suptree"; import { x } from "suptree";\n${"// filler\n".repeat(2000)}`,
      "/w/deep.ts": `import { x } from "suptree";\nexport const y = ${"[".repeat(200_000)}`,
      "/w/sup.ts": SUP('{ id: "a", start: [A] }'),
      "/w/unrelated.ts": `${"// filler\n".repeat(2000)}`,
    });
    const { model } = await open(host, { maxFileSize: 210_000 }).scan();
    expect(outline(model)).toEqual({ "sup.ts#Sup": ["a"] });
    expect(model.problems.map(({ file, kind }) => [file, kind])).toEqual([["deep.ts", "syntax"]]);
    const small = (await open(host, { maxFileSize: 10_000 }).scan()).model;
    expect(small.problems.map(({ file, kind }) => [file, kind])).toEqual([
      ["deep.ts", "too_large"],
      ["large.ts", "too_large"],
    ]);
  });

  it("that cannot be read is a problem, and the rest is analysed", async () => {
    const host = memoryHost(FILES);
    host.fail("/w/src/a.ts", new HostError("unreadable", "permission denied"));
    const { model } = await open(host).scan();
    expect(model.problems).toEqual([{ file: "src/a.ts", message: "permission denied", kind: "unreadable" }]);
    expect(outline(model)).toEqual({ "src/sup.ts#Sup": ["a", "b"] });
  });
});

describe("paths by name", () => {
  const host = memoryHost({
    ...FILES,
    "/w/node_modules/lib/index.ts": SUP('{ id: "n", start: [N] }'),
    "/w/readme.md": "",
    "/w/typo.ts": "export const = ;",
  });
  const analyze = (paths: string[]) => analyzeOn(paths, { host, cwd: "/w" });

  it("takes folders, files and what is excluded elsewhere", async () => {
    expect(outline((await analyze(["."])).model)).toEqual({ "src/sup.ts#Sup": ["a", "b"] });
    const file = await analyze(["src/sup.ts"]);
    expect(file.base).toBe("/w/src");
    expect(outline(file.model)).toEqual({ "sup.ts#Sup": ["a", "b"] });
    expect(outline((await analyze(["node_modules/lib"])).model)).toEqual({ "index.ts#Sup": ["n"] });
    const both = await analyze(["src", "node_modules/lib/index.ts"]);
    expect(Object.keys(outline(both.model))).toEqual(["node_modules/lib/index.ts#Sup", "src/sup.ts#Sup"]);
    expect(both.sources.get("src/a.ts")).toBe(FILES["/w/src/a.ts"]);
  });

  it("gives one clear problem for each that cannot be analysed, and goes on", async () => {
    const { model } = await analyze(["nope", "readme.md", "src/sup.ts", "typo.ts"]);
    expect(outline(model)).toEqual({ "src/sup.ts#Sup": ["a", "b"] });
    expect(model.problems).toMatchObject([
      { file: "nope", kind: "not_found", message: "no such file or folder" },
      { file: "readme.md", kind: "unreadable", message: "is not a TypeScript or JavaScript source file" },
      { file: "typo.ts", kind: "syntax", line: 1 },
    ]);
  });

  it("is content with nothing", async () => {
    const empty = await analyzeOn(["."], { host: memoryHost({ "/w/readme.md": "" }), cwd: "/w" });
    expect(empty.model.problems).toEqual([]);
    expect(empty.stats).toEqual({ files: 0, candidates: 0, summarised: 0 });
  });
});

describe("a module of the workspace that the settings describe", () => {
  const settings: SessionSettings = {
    specObjects: [{ name: "home", module: "src/lib/supervise", callee: "supervise", preset: "elixir" }],
  };
  const LIB = "export function supervise(options) { return options; }\n";
  const uses = (from: string, id = "a"): string =>
    `import { supervise } from "${from}";\nfunction run() {}\nexport const tree = supervise({ children: [{ id: "${id}", start: run }] });\n`;

  it("finds its definitions in a folder, whatever else the files import", async () => {
    const host = memoryHost({
      "/w/src/lib/supervise.ts": LIB,
      "/w/src/direct.ts": uses("./lib/supervise.js"),
      "/w/src/index.ts": 'export { supervise } from "./lib/supervise";\n',
      "/w/app/through.ts": uses("../src"),
      "/w/app/plain.ts": "export const x = 1;\n",
    });
    const session = open(host, settings);
    expect(outline((await session.scan()).model)).toEqual({
      "app/through.ts#tree": ["a"],
      "src/direct.ts#tree": ["a"],
    });
    expect(session.stats().summarised).toBe(4);
    host.write("/w/app/new.ts", uses("../src/index", "b"));
    const { model } = await session.changed("/w/app/new.ts");
    expect(outline(model)["app/new.ts#tree"]).toEqual(["b"]);
    host.write("/w/app/plain.ts", uses("../src/lib/supervise", "c"));
    expect(outline((await session.changed("/w/app/plain.ts")).model)["app/plain.ts#tree"]).toEqual(["c"]);
  });
});

describe("tests, benchmarks and fixtures", () => {
  const FILES_OF_ALL_KINDS = {
    "/w/src/sup.ts": SUP(
      '{ id: "a", start: [A] }',
      'import { Supervisor } from "suptree";\nimport { A } from "./a.js";',
    ),
    "/w/src/a.ts": WORKER("A"),
    "/w/src/sup.test.ts": SUP(
      '{ id: "t", start: [A] }',
      'import { Supervisor } from "suptree";\nimport { A } from "./a.js";',
    ),
    "/w/src/deploy_test.mts": SUP(""),
    "/w/src/child-spec.ts": SUP(""),
    "/w/spec/more.ts": SUP(""),
    "/w/tests/x.ts": SUP(""),
    "/w/packages/p/__tests__/y.js": SUP(""),
    "/w/bench/z.ts": SUP(""),
    "/w/src/latest.ts": SUP(""),
    "/w/examples/e.ts": SUP(""),
  };

  it("are known by the usual names", async () => {
    const { model } = await open(memoryHost(FILES_OF_ALL_KINDS)).scan();
    expect(model.testFiles).toEqual([
      "bench/z.ts",
      "packages/p/__tests__/y.js",
      "src/deploy_test.mts",
      "src/sup.test.ts",
      "tests/x.ts",
    ]);
    expect(model.supervisors).toHaveLength(10);
  });

  it("or by the settings", async () => {
    const settings = { testFiles: ["examples/**", "**/lat*.ts"] };
    const { model } = await open(memoryHost(FILES_OF_ALL_KINDS), settings).scan();
    expect(model.testFiles).toEqual(["examples/e.ts", "src/latest.ts"]);
    expect((await open(memoryHost(FILES_OF_ALL_KINDS), { testFiles: [] }).scan()).model.testFiles).toEqual(
      [],
    );
  });
});
