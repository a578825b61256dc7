import { describe, expect, it } from "vitest";
import { HostError } from "../../src/analysis/discover/host.ts";
import { Workspace, type WorkspaceOptions } from "../../src/analysis/discover/index.ts";
import { specifiersIn } from "../../src/analysis/discover/scan.ts";
import { leftOutInWords } from "../../src/analysis/session/options.ts";
import { type MemoryHost, memoryHost } from "./memory-host.ts";

async function scanned(host: MemoryHost, options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const workspace = new Workspace({
    host,
    roots: ["/w"],
    files: [],
    exclude: [],
    respectGitignore: true,
    respectTsconfig: true,
    maxFileSize: 1_000_000,
    ...options,
  });
  await workspace.scan();
  return workspace;
}

const found = (workspace: Workspace): string[] => [...workspace.files.keys()].sort();

describe("the walk", () => {
  it("finds sources and leaves out what is none of the project's", async () => {
    const host = memoryHost({
      "/w/src/a.ts": "",
      "/w/src/b.tsx": "",
      "/w/src/c.mjs": "",
      "/w/src/types.d.ts": "",
      "/w/src/readme.md": "",
      "/w/node_modules/p/index.ts": "",
      "/w/dist/a.js": "",
      "/w/.cache/a.ts": "",
      "/w/packages/p/node_modules/q/index.js": "",
      "/w/src/out.js": "",
      "/w/src/out.ts": "",
    });
    expect(found(await scanned(host))).toEqual([
      "/w/src/a.ts",
      "/w/src/b.tsx",
      "/w/src/c.mjs",
      "/w/src/out.ts",
    ]);
  });

  it("honours nested .gitignore files, in a repository those above the root too", async () => {
    const host = memoryHost({
      "/r/.git/HEAD": "",
      "/r/.gitignore": "*.gen.ts\n/w/tmp/\n",
      "/r/w/a.ts": "",
      "/r/w/a.gen.ts": "",
      "/r/w/tmp/a.ts": "",
      "/r/w/sub/.gitignore": "!keep.gen.ts\nlocal.ts\n",
      "/r/w/sub/keep.gen.ts": "",
      "/r/w/sub/local.ts": "",
      "/r/w/local.ts": "",
    });
    const workspace = await scanned(host, { roots: ["/r/w"] });
    expect(found(workspace)).toEqual(["/r/w/a.ts", "/r/w/local.ts", "/r/w/sub/keep.gen.ts"]);
    expect(await workspace.accepts("/r/w/sub/new.gen.ts")).toBe(false);
    expect(await workspace.accepts("/r/w/sub/deep/new.ts")).toBe(true);
    expect(await workspace.accepts("/r/w/tmp/x/new.ts")).toBe(false);
    expect(await workspace.accepts("/r/w/node_modules/x/new.ts")).toBe(false);
    expect(await workspace.accepts("/elsewhere/new.ts")).toBe(false);
  });

  it("honours the settings' globs", async () => {
    const host = memoryHost({ "/w/a.ts": "", "/w/old/b.ts": "", "/w/x/c.test.ts": "" });
    expect(found(await scanned(host, { exclude: ["old/**", "*.test.ts"] }))).toEqual(["/w/a.ts"]);
  });

  it("survives links in circles, dangling links and links to folders above", async () => {
    const host = memoryHost({ "/w/a/x.ts": "", "/other/y.ts": "", "/other/deep/z.ts": "" });
    host.link("/w/a/self", "/w/a");
    host.link("/w/a/up", "/");
    host.link("/w/loop1", "/w/loop2");
    host.link("/w/loop2", "/w/loop1");
    host.link("/w/gone", "/nowhere");
    host.link("/w/out", "/other");
    host.link("/w/out2", "/other/deep");
    host.link("/other/deep/back", "/other");
    expect(found(await scanned(host))).toEqual(["/other/deep/z.ts", "/other/y.ts", "/w/a/x.ts"]);
  });

  it("says which files and folders it could not read, and goes on", async () => {
    const host = memoryHost({ "/w/a.ts": "", "/w/b.ts": "", "/w/locked/c.ts": "", "/w/gone/d.ts": "" });
    host.fail("/w/b.ts", new HostError("unreadable", "permission denied"));
    host.fail("/w/locked", new HostError("unreadable", "permission denied"));
    host.fail("/w/gone", new HostError("not_found", "no such file or folder"));
    const workspace = await scanned(host);
    expect(found(workspace)).toEqual(["/w/a.ts"]);
    expect([...workspace.problems.values()].map(({ file, kind }) => [file, kind])).toEqual([
      ["/w/gone", "not_found"],
      ["/w/locked", "unreadable"],
      ["/w/b.ts", "unreadable"],
    ]);
  });

  it("reports a root that does not exist", async () => {
    const workspace = await scanned(memoryHost(), { roots: ["/nope"] });
    expect([...workspace.problems.values()]).toEqual([
      { file: "/nope", message: "no such file or folder", kind: "not_found" },
    ]);
  });

  it("stops when it is cancelled", async () => {
    const host = memoryHost(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`/w/d${i}/a.ts`, ""])));
    const controller = new AbortController();
    const workspace = new Workspace({
      host,
      roots: ["/w"],
      files: [],
      exclude: [],
      respectGitignore: true,
      respectTsconfig: true,
      maxFileSize: 1000,
    });
    controller.abort(new Error("enough"));
    await expect(workspace.scan({ signal: controller.signal })).rejects.toThrow("enough");
    expect(host.reads).toEqual([]);
  });

  it("gives the same on a host that answers with promises", async () => {
    const files = {
      "/w/tsconfig.json": '{ "extends": "./base.json", "include": ["src"] }',
      "/w/base.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
      "/w/src/a.ts": 'import "x"; import { b } from "@/b";',
      "/w/src/b.ts": "",
      "/w/test/c.ts": "",
    };
    const [now, later] = [
      await scanned(memoryHost(files)),
      await scanned(memoryHost(files, { async: true })),
    ];
    expect(found(later)).toEqual(found(now));
    expect(await later.resolve("/w/src/a.ts", "@/b")).toEqual(await now.resolve("/w/src/a.ts", "@/b"));
    expect(await now.resolve("/w/src/a.ts", "@/b")).toEqual({ file: "/w/src/b.ts", package: undefined });
  });
});

describe("tsconfig", () => {
  const sources = {
    "/w/src/a.ts": "",
    "/w/src/a.test.ts": "",
    "/w/test/b.ts": "",
    "/w/src/old/c.ts": "",
    "/w/s.js": "",
  };

  /** Each file with the configuration whose options it is read with. */
  const read = (workspace: Workspace): string[] =>
    found(workspace).map((file) => {
      const path = workspace.projects.governing(file)?.config.path.slice(3);
      return `${file.slice(3)}${path === "tsconfig.json" ? "" : ` ${path}`}`;
    });
  const ALL = ["s.js", "src/a.test.ts", "src/a.ts", "src/old/c.ts", "test/b.ts"];

  it.each<[string, Record<string, string>, string[]]>([
    ["everything by default", { "/w/tsconfig.json": "{}" }, ALL],
    [
      "what include does not mention is read with its options",
      { "/w/tsconfig.json": '{"include":["src"]}' },
      ALL,
    ],
    ["files", { "/w/tsconfig.json": '{"files":["src/a.ts"]}' }, ALL],
    ["nothing at all", { "/w/tsconfig.json": '{"files":[]}' }, ALL],
    [
      "exclude",
      { "/w/tsconfig.json": '{"exclude":["**/*.test.ts","src/old","*.js"]}' },
      ["src/a.ts", "test/b.ts"],
    ],
    [
      "exclude takes out of include, with wildcards, comments and trailing commas",
      {
        "/w/tsconfig.json":
          '{ /* c */ "include": ["src/**/*", "t*/**/*"], "exclude": ["**/*.test.ts", "src/o*",], }',
      },
      ["s.js", "src/a.ts", "test/b.ts"],
    ],
    [
      "exclude of what include does not hold says nothing of TypeScript",
      { "/w/tsconfig.json": '{"include":["src/**/*"],"exclude":["test","*.js"]}' },
      ["src/a.test.ts", "src/a.ts", "src/old/c.ts", "test/b.ts"],
    ],
    [
      "allowJs: false",
      { "/w/tsconfig.json": '{"compilerOptions":{"allowJs":false},"exclude":["src","test"]}' },
      ["s.js"],
    ],
    [
      "output, also where exclude says something else",
      {
        "/w/tsconfig.json":
          '{"compilerOptions":{"outDir":"out","declarationDir":"types"},"include":["src"],"exclude":["tmp"]}',
        "/w/out/a.js": "",
        "/w/types/b.js": "",
      },
      ALL,
    ],
    [
      "output beside the sources is not the sources",
      { "/w/tsconfig.json": '{"compilerOptions":{"outDir":"."},"include":["src"]}' },
      ALL,
    ],
    [
      "extends takes exclude relative to the file that says it",
      { "/w/tsconfig.json": '{"extends":"./config/base"}', "/w/config/base.json": '{"exclude":["../test"]}' },
      ["s.js", "src/a.test.ts", "src/a.ts", "src/old/c.ts"],
    ],
    [
      "extends a package, configDir",
      {
        "/w/tsconfig.json": '{"extends":["@base/node"]}',
        "/w/node_modules/@base/node/tsconfig.json": `{"exclude":["\${configDir}/test"]}`,
      },
      ["s.js", "src/a.test.ts", "src/a.ts", "src/old/c.ts"],
    ],
    [
      "references",
      {
        "/w/tsconfig.json": '{"files":[],"references":[{"path":"./tsconfig.app.json"}]}',
        "/w/tsconfig.app.json": '{"include":["src/old"]}',
      },
      ["s.js", "src/a.test.ts", "src/a.ts", "src/old/c.ts tsconfig.app.json", "test/b.ts"],
    ],
    [
      "a project of its own for tests",
      {
        "/w/tsconfig.json": '{"include":["src"],"exclude":["**/old"]}',
        "/w/tsconfig.test.json": '{"include":["test","src"]}',
      },
      ["s.js", "src/a.test.ts", "src/a.ts", "test/b.ts tsconfig.test.json"],
    ],
    [
      "a project for tests, which the build's excludes",
      {
        "/w/tsconfig.json": '{"include":["src"],"exclude":["test"]}',
        "/w/tsconfig.test.json": '{"extends":"./tsconfig.json","include":["test"],"exclude":[]}',
      },
      ["s.js", "src/a.test.ts", "src/a.ts", "src/old/c.ts", "test/b.ts tsconfig.test.json"],
    ],
    [
      "the nearest one decides",
      { "/w/tsconfig.json": '{"include":["src"]}', "/w/test/tsconfig.json": "{}" },
      ["s.js", "src/a.test.ts", "src/a.ts", "src/old/c.ts", "test/b.ts test/tsconfig.json"],
    ],
    [
      "a jsconfig",
      { "/w/jsconfig.json": '{"exclude":["src/old"]}' },
      ALL.filter((f) => !f.includes("old")).map((f) => `${f} jsconfig.json`),
    ],
    ["none", {}, ALL.map((f) => `${f} undefined`)],
  ])("%s", async (_, configs, expected) => {
    const workspace = await scanned(memoryHost({ ...sources, ...configs }));
    expect(read(workspace)).toEqual(expected);
    expect([...workspace.problems.values()]).toEqual([]);
  });

  it("what is left out is known, with what said so", async () => {
    const workspace = await scanned(
      memoryHost({
        ...sources,
        "/w/tsconfig.json": '{"exclude":["src/old"]}',
        "/w/.gitignore": "made/\n*.gen.ts\n",
        "/w/made/x.ts": "",
        "/w/src/y.gen.ts": "",
        "/w/node_modules/p/z.ts": "",
      }),
      { exclude: ["test/**"] },
    );
    expect(workspace.leftOut.map(({ by, what, path }) => `${by} ${what} ${path}`).sort()).toEqual([
      ".gitignore file /w/src/y.gen.ts",
      ".gitignore folder /w/made",
      "settings file /w/test/b.ts",
      "tsconfig file /w/src/old/c.ts",
    ]);
    expect(leftOutInWords(workspace.leftOut, 0)).toBe(
      "1 file by tsconfig's exclude, 1 file and 1 folder by .gitignore, 1 file by the settings",
    );
  });

  it("above the folder that was named says nothing", async () => {
    const host = memoryHost({ "/p/tsconfig.json": '{"include":["src"]}', "/p/w/a.ts": "" });
    expect(found(await scanned(host, { roots: ["/p/w"] }))).toEqual(["/p/w/a.ts"]);
  });

  it("that is broken is a problem with its place, not a failure", async () => {
    const host = memoryHost({
      "/w/tsconfig.json": '{\n  "include": ["src"\n}',
      "/w/sub/tsconfig.json": '{"extends":"./gone.json"}',
      "/w/loop/tsconfig.json": '{"extends":"./tsconfig.json"}',
      "/w/package.json": "{",
      "/w/src/a.ts": "",
    });
    const workspace = await scanned(host);
    const problems = [...workspace.problems.values()];
    expect(problems.map(({ file, kind }) => `${kind} ${file}`).sort()).toEqual([
      "config /w/loop/tsconfig.json",
      "config /w/package.json",
      "config /w/sub/tsconfig.json",
      "config /w/tsconfig.json",
    ]);
    expect(problems.find(({ file }) => file === "/w/tsconfig.json")?.line).toBe(3);
    expect(found(workspace)).toContain("/w/src/a.ts");
  });

  it("a package's own build output that is not there means its source", async () => {
    const workspace = await scanned(
      memoryHost({
        "/w/package.json": `{ "name": "lib", "main": "./dist/index.js" }`,
        "/w/tsconfig.json": `{ "compilerOptions": { "rootDir": "./src", "outDir": "./dist" } }`,
        "/w/src/index.ts": "",
        "/w/examples/a.ts": "",
      }),
      { respectTsconfig: false },
    );
    expect(workspace.resolve("/w/examples/a.ts", "../dist/index.js")).toEqual({
      file: "/w/src/index.ts",
      package: "lib",
    });
  });

  it("a file that is there and that no build has made means itself", async () => {
    const host = memoryHost({
      "/w/package.json": JSON.stringify({ name: "@w/whole", exports: { "./*": "./*" } }),
      "/w/src/index.ts": "",
      "/w/src/built.ts": "",
      "/w/src/inner/deep.ts": "",
      "/w/src/other/index.jsx": "",
      "/w/lib/level/index.mjs": "",
      "/w/dist/built.js": "",
      "/w/dist/esm/inner/deep.js": "",
    });
    const workspace = await scanned(host);
    const leadsTo = async (path: string) =>
      (await workspace.resolve("/w/a.ts", `@w/whole/${path}`))?.file?.slice(3);
    expect(await leadsTo("src/other/index.jsx")).toBe("src/other/index.jsx");
    expect(await leadsTo("lib/level/index.mjs")).toBe("lib/level/index.mjs");
    expect(await leadsTo("dist/built.js")).toBe("src/built.ts");
    expect(await leadsTo("dist/esm/inner/deep.js")).toBe("src/inner/deep.ts");
    expect(await leadsTo("dist/esm/index.js")).toBe("src/index.ts");
  });

  it("`.js` means a JSX file last of all", async () => {
    const workspace = await scanned(
      memoryHost({
        "/w/a.ts": "",
        "/w/both.js": "",
        "/w/both.jsx": "",
        "/w/only.jsx": "",
        "/w/typed.tsx": "",
        "/w/typed.jsx": "",
      }),
    );
    const leadsTo = async (name: string) => (await workspace.resolve("/w/a.ts", `./${name}.js`))?.file;
    expect(await leadsTo("both")).toBe("/w/both.js");
    expect(await leadsTo("only")).toBe("/w/only.jsx");
    expect(await leadsTo("typed")).toBe("/w/typed.tsx");
  });

  it("says the same as TypeScript about this project", async () => {
    const { ts } = await import("ts-morph");
    const { nodeHost } = await import("../../src/analysis/discover/host-node.ts");
    const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
    const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
    const theirs = ts
      .parseJsonConfigFileContent(config, ts.sys, root)
      .fileNames.filter((file) => !/\.d\.[cm]?ts$/.test(file));
    const workspace = new Workspace({
      host: nodeHost(),
      roots: [root],
      files: [],
      exclude: ["examples"],
      respectGitignore: false,
      respectTsconfig: true,
      maxFileSize: 1_000_000,
    });
    await workspace.scan();
    const ours = found(workspace).filter(
      (file) =>
        /\.[cm]?tsx?$/.test(file) && workspace.projects.governing(file)?.config.includes(file) === true,
    );
    // Folders with a project of their own are governed by it.
    const own = (file: string): boolean => file.includes("/fixtures/");
    expect(ours.filter((file) => !own(file))).toEqual(theirs.filter((file) => !own(file)).sort());
  });
});

describe("imports", () => {
  it.each<[string, string, string, string | undefined]>([
    ["an extension is added", "/w/src/a.ts", "./b", "/w/src/b.ts"],
    [".js means .ts", "/w/src/a.ts", "./b.js", "/w/src/b.ts"],
    [".js that exists", "/w/src/a.ts", "./plain.js", "/w/src/plain.js"],
    [".ts itself", "/w/src/a.ts", "./b.ts", "/w/src/b.ts"],
    ["a folder's index", "/w/src/a.ts", "./lib", "/w/src/lib/index.ts"],
    ["the own folder", "/w/src/lib/x.ts", ".", "/w/src/lib/index.ts"],
    ["the folder above", "/w/src/lib/x.ts", "..", "/w/src/index.ts"],
    ["a folder's main", "/w/src/a.ts", "./withmain", "/w/src/withmain/entry.ts"],
    ["an alias", "/w/src/a.ts", "@app/b", "/w/src/b.ts"],
    ["the longest alias", "/w/src/a.ts", "@app/lib/x", "/w/special/x.ts"],
    ["an exact alias", "/w/src/a.ts", "conf", "/w/special/conf.ts"],
    ["an alias with two targets", "/w/src/a.ts", "two/y", "/w/special/y.ts"],
    ["baseUrl", "/w/src/a.ts", "special/conf", "/w/special/conf.ts"],
    ["package imports", "/w/src/a.ts", "#b", "/w/src/b.ts"],
    ["package imports with a pattern", "/w/src/a.ts", "#lib/x.js", "/w/src/lib/x.ts"],
    ["the package itself", "/w/src/a.ts", "root", "/w/src/index.ts"],
    ["a workspace package from its source", "/w/src/a.ts", "@w/p", "/w/packages/p/src/index.ts"],
    ["a subpath export", "/w/src/a.ts", "@w/p/deep", "/w/packages/p/src/inner/deep.ts"],
    ["main of a package without exports", "/w/src/a.ts", "@w/q", "/w/packages/q/lib/q.ts"],
    ["what is not exported", "/w/src/a.ts", "@w/p/secret", undefined],
    ["json", "/w/src/a.ts", "./data.json", undefined],
    ["nothing there", "/w/src/a.ts", "./nothing", undefined],
    ["a package", "/w/src/a.ts", "suptree", undefined],
    ["an ignored file that exists", "/w/src/a.ts", "./gen/client", "/w/src/gen/client.ts"],
    ["a file outside", "/w/src/a.ts", "../../out/o.js", "/out/o.ts"],
  ])("%s", async (_, from, specifier, expected) => {
    const empty = Object.fromEntries(
      [
        "/w/src/a.ts /w/src/b.ts /w/src/plain.js /w/src/index.ts /w/src/lib/index.ts /w/src/lib/x.ts",
        "/w/src/withmain/entry.ts /w/special/x.ts /w/special/conf.ts /w/special/y.ts /w/src/data.json",
        "/w/packages/p/src/index.ts /w/packages/p/src/inner/deep.ts /w/packages/p/src/secret.ts",
        "/w/packages/q/lib/q.ts /w/src/gen/client.ts /out/o.ts",
      ]
        .join(" ")
        .split(" ")
        .map((path) => [path, ""]),
    );
    const host = memoryHost({
      ...empty,
      "/w/.git/HEAD": "",
      "/w/.gitignore": "gen",
      "/w/tsconfig.json": JSON.stringify({
        compilerOptions: {
          baseUrl: ".",
          paths: {
            "@app/*": ["src/*"],
            "@app/lib/*": ["special/*"],
            conf: ["special/conf.ts"],
            "two/*": ["src/none/*", "special/*"],
          },
        },
      }),
      "/w/package.json": JSON.stringify({
        name: "root",
        exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
        imports: { "#b": "./src/b.js", "#lib/*": { default: "./src/lib/*" } },
      }),
      "/w/packages/p/package.json": JSON.stringify({
        name: "@w/p",
        exports: {
          ".": "./dist/index.js",
          "./deep": { import: "./dist/inner/deep.mjs", require: "./dist/inner/deep.cjs" },
        },
      }),
      "/w/packages/q/package.json": JSON.stringify({ name: "@w/q", main: "lib/q" }),
      "/w/src/withmain/package.json": JSON.stringify({ main: "./entry.js" }),
    });
    const workspace = await scanned(host);
    const resolved = await workspace.resolve(from, specifier);
    expect(resolved?.file).toBe(expected);
  });

  it("tells the package that a file belongs to, and the one that a specifier names", async () => {
    const host = memoryHost({
      "/w/package.json": '{"name":"@hamicek/noex"}',
      "/w/src/index.ts": "",
      "/w/examples/a.ts": "",
    });
    const workspace = await scanned(host);
    expect(await workspace.resolve("/w/examples/a.ts", "../src/index.js")).toEqual({
      file: "/w/src/index.ts",
      package: "@hamicek/noex",
    });
    expect(await workspace.resolve("/w/examples/a.ts", "@scope/name/sub")).toEqual({
      file: undefined,
      package: "@scope/name",
    });
    expect(await workspace.resolve("/w/examples/a.ts", "./missing")).toBeNull();
  });

  it("follows a folder link to the one path of the file", async () => {
    const host = memoryHost({ "/w/packages/p/x.ts": "", "/w/src/a.ts": "" });
    host.link("/w/src/linked", "/w/packages/p");
    const workspace = await scanned(host);
    expect((await workspace.resolve("/w/src/a.ts", "./linked/x"))?.file).toBe("/w/packages/p/x.ts");
  });
});

describe("the cheap scan", () => {
  it.each<[string, string[]]>([
    ['import { a } from "x"', ["x"]],
    ["import a from 'x'; export * from\n  'y'", ["x", "y"]],
    ['import{a}from"x"', ["x"]],
    ["const x = require(\"a\"); const y = require ( 'b' )", ["a", "b"]],
    ['await import("a"); import(/* chunk */ "b")', ["a", "b"]],
    ['import x = require("a")', ["a"]],
    ['import "side-effect"', []],
    ['from "unterminated', []],
    [`from "${"x".repeat(300)}"`, []],
    ["fromage important require required", []],
    ["", []],
  ])("%j", (text, expected) => {
    expect(specifiersIn(text)).toEqual(expected);
  });

  it("looks into UTF-16 and skips films and pictures that are called .ts", async () => {
    const text = 'import { Supervisor } from "suptree";';
    const utf16 = new Uint8Array(2 + text.length * 2);
    utf16.set([0xff, 0xfe]);
    for (let i = 0; i < text.length; i++) utf16[2 + 2 * i] = text.charCodeAt(i);
    const film = new Uint8Array(188 * 3);
    for (const at of [0, 188, 376]) film[at] = 0x47;
    const host = memoryHost({ "/w/é.ts": 'import x from "./ü"' });
    host.write("/w/utf16.ts", utf16);
    host.write("/w/film.ts", film);
    host.write("/w/broken.ts", new Uint8Array([0xc3, 0x28, ...new TextEncoder().encode(' from "x"'), 0xff]));
    const workspace = await scanned(host);
    expect([...workspace.files.values()].map(({ path, specifiers }) => [path, specifiers])).toEqual([
      ["/w/broken.ts", ["x"]],
      ["/w/utf16.ts", ["suptree"]],
      ["/w/é.ts", ["./ü"]],
    ]);
  });
});
