import path from "node:path";
import { expect, test } from "vitest";
import { project, suptree } from "./cli.ts";

const FILES = {
  "app.ts": `import { supervise } from "our-supervisor";
export const app = supervise({ strategy: "rest_for_one", children: [{ id: "db", start: startDb }] });
`,
  "lib/other.ts": `import { supervise } from "our-supervisor";
export const other = supervise({ children: [] });
`,
  "suptree.json": JSON.stringify({
    "suptree.specObjects": [{ name: "ours", module: "our-supervisor", callee: "supervise" }],
    exclude: ["lib/**"],
  }),
};

test("a home-made library is described in a file; globs leave files out", async () => {
  const folder = project(FILES);
  expect((await suptree(folder, ["tree", "."])).err).toBe("No supervisors found in .\n");
  const { code, out } = await suptree(folder, ["tree", ".", "--config", "suptree.json"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^app {2}rest_for_one/m);
  expect(out).toContain("db");
  expect(out).not.toContain("other");
});

test("a list of children beside the object, made by helpers of the module", async () => {
  const folder = project({
    "app.ts": `import { start_link, child } from "actors-of-ours";
export const app = start_link([child({ id: "db", start: connect }), child({ id: "api", start: listen })], { strategy: "rest_for_one" });
`,
    "suptree.json": JSON.stringify({
      specObjects: [
        {
          name: "ours",
          module: "actors-of-ours",
          callee: "start_link",
          argument: 1,
          childrenArgument: 0,
          helpers: ["child"],
        },
      ],
    }),
  });
  const { err, out } = await suptree(folder, ["tree", ".", "--config", "suptree.json"]);
  expect(err).toBe("");
  expect(out).toMatch(/^app {2}rest_for_one/m);
  expect(out).toMatch(/1 db[\s\S]*2 api/);
});

test.each([
  ["none.json", "none.json: no such file"],
  ["app.ts", "app.ts: cannot be read"],
  ["a.json", "a.json: is not a JSON object"],
  ["b.json", "b.json: suptree.specObjects[0].name: is missing (and 2 more)"],
  ["c.json", 'c.json: "colour" is no setting'],
])("%s", async (file, message) => {
  const folder = project({
    ...FILES,
    "a.json": "[]",
    "b.json": '{"specObjects":[{}]}',
    "c.json": '{"colour":1}',
  });
  const { code, err } = await suptree(folder, ["tree", ".", "--config", file]);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("what is left out is said in one line, and trees of tests are shown but not judged", async () => {
  const orphan = `import { GenServer, System } from "suptree";
class W extends GenServer {}
export const started = new System().start(W);
`;
  const folder = project({
    "tsconfig.json": '{ "include": ["src"], "exclude": ["src/old"] }',
    ".gitignore": "made/\n",
    "src/old/a.ts": orphan,
    "made/b.ts": orphan,
    "tests/c.ts": orphan,
    "examples/d.ts": orphan,
    "suptree.json": '{ "testFiles": [] }',
    "docs/tsconfig.json": '{ "extends": "nowhere/x" }',
    "site/tsconfig.json": '{ "extends": "nowhere/y" }',
  });
  const tree = await suptree(folder, ["tree", "."]);
  expect(tree.out).toContain("tests/c.ts");
  expect(tree.out).toContain("examples/d.ts");
  expect(tree.out).not.toMatch(/old|made/);
  const lines = tree.err.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('docs/tsconfig.json: configuration: extends "nowhere/x"');
  expect(lines[0]).toContain("and 1 more");
  expect(lines[1]).toMatch(/^Left out: 1 file by tsconfig's exclude, .*by \.gitignore/);
  const lint = await suptree(folder, ["lint", "."]);
  expect(lint.out.match(/^\S+\.ts/gm)).toEqual(["examples/d.ts"]);
  const all = await suptree(folder, ["lint", ".", "--config", "suptree.json"]);
  expect(all.out.match(/^\S+\.ts/gm)).toEqual(["examples/d.ts", "tests/c.ts"]);
});

test("components are not read, and those that import a library are counted", async () => {
  const script = (specifier: string) => `import { Supervisor } from "${specifier}";`;
  const files = {
    "src/a.ts": "export const a = 1;",
    "src/App.vue": `<template><p /></template>\n<script setup lang="ts">\n${script("suptree")}\n</script>\n`,
    "src/Other.vue": `<script>\n${script("suptree-extras")}\n</script>\n`,
    "made/Made.vue": script("suptree"),
    ".gitignore": "made/\n",
    "node_modules/x/X.vue": script("suptree"),
  };
  const one = await suptree(project(files), ["tree", "src"]);
  expect(one.err).toBe(
    "Left out: 1 component (.vue, .svelte, .astro) that imports a supervision library\nNo supervisors found in src\n",
  );
  const more = project({
    ...files,
    "src/page.astro": "---\nconst { start } = await import('npm:nact@7');\n---\n<p />",
    "src/Side.svelte": `<script>${script("./a.ts")}</script>`,
  });
  const two = await suptree(more, ["lint", "."]);
  expect(two.err).toMatch(/^Left out: .*\.gitignore, 2 components .* that import a supervision library$/m);
});

test.each([
  [".", "plant", "plant/suptree.json", "src/lib/keeper"],
  [".", "plant", "elsewhere.json", "plant/src/lib/keeper"],
  ["plant", "src", "suptree.json", "./src/lib/keeper.ts"],
  ["plant", "src/app.ts", "suptree.json", "src/lib/keeper"],
  ["plant/src", ".", "../suptree.json", "src/lib/keeper"],
  ["other", "../plant", "../elsewhere.json", "src/lib/keeper"],
])("a library of the workspace is found from %s for %s with %s", async (from, named, config, module) => {
  const settings = JSON.stringify({
    specObjects: [{ name: "keeper", module, callee: "keep", preset: "elixir" }],
  });
  const folder = project({
    "plant/src/lib/keeper.ts": "export function keep(plan: { children: unknown[] }) { return plan; }",
    "plant/src/lib/index.ts": 'export * from "./keeper.ts";',
    "plant/src/app.ts":
      'import { keep } from "./lib/index.ts";\nexport const app = keep({ children: [{ id: "db", start: startDb }] });\nfunction startDb() {}',
    "plant/suptree.json": settings,
    "elsewhere.json": settings,
    "other/empty.ts": "export {};",
  });
  const at = path.join(folder, from);
  for (const command of ["tree", "lint"]) {
    const { err, out } = await suptree(at, [command, named, "--config", config]);
    expect([command, err, out.includes("No supervisors found")]).toEqual([command, "", false]);
    if (command === "tree") expect(out).toMatch(/^app {2}one_for_one/m);
  }
});

test.each([
  ['import { keep } from "./lib/keeper.ts";', 'keep({ children: [{ id: "db", start: startDb }] });'],
  ['import * as lib from "./lib/keeper.ts";', 'lib.keep({ children: [{ id: "db", start: startDb }] });'],
  ['import { keep } from "./lib/all.ts";', 'keep({ children: [{ id: "db", start: startDb }] });'],
  ['import { staff } from "./lib/all.ts";', 'staff.keep({ children: [{ id: "db", start: startDb }] });'],
  ['import * as all from "./lib/index.ts";', 'all.keep({ children: [{ id: "db", start: startDb }] });'],
  ['import { hold } from "./lib/index.ts";', 'hold({ children: [{ id: "db", start: startDb }] });'],
  ['import { keep as hold } from "./lib/index.ts";', 'hold({ children: [{ id: "db", start: startDb }] });'],
])("a library of the workspace may be imported by %s", async (imported, call) => {
  const folder = project({
    "src/lib/keeper.ts": "export function keep(plan: { children: unknown[] }) { return plan; }",
    "src/lib/all.ts": 'export * from "./keeper.ts";\nexport * as staff from "./keeper.ts";',
    "src/lib/index.ts": 'export * from "./all.ts";\nexport { keep as hold } from "./keeper.ts";',
    "src/app.ts": `${imported}\nexport const app = ${call}\nfunction startDb() {}`,
    "suptree.json":
      '{ "specObjects": [{ "name": "keeper", "module": "src/lib/keeper", "callee": "keep", "preset": "elixir" }] }',
  });
  const { out } = await suptree(folder, ["tree", ".", "--config", "suptree.json"]);
  expect(out).toMatch(/^app {2}one_for_one/m);
});
