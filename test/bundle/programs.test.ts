/** What programs of the real world import, bundled and evaluated. */
import { describe, expect, it } from "vitest";
import { evaluated, folderOf } from "./evaluate.ts";

interface Case {
  files: Record<string, string>;
  links?: Record<string, string>;
  /** The module; default `app.ts`. */
  file?: string;
  /** What it exports as `out`. */
  out: unknown;
}

const json = (value: unknown): string => JSON.stringify(value);
const packed = (name: string, more: object): string => json({ name, version: "1.0.0", ...more });

/** Packages that are installed here, as they were published. */
const PACKAGES: Record<string, Case> = {
  "CommonJS (ms)": {
    files: { "app.ts": 'import ms from "ms"; export const out = ms("2 days");' },
    links: { "node_modules/ms": "package:ms" },
    out: 172_800_000,
  },
  "CommonJS with files of its own and JSON (semver)": {
    files: {
      "app.ts":
        'import { satisfies } from "semver"; import gt from "semver/functions/gt"; export const out = [satisfies("1.2.3", "^1.0.0"), gt("2.0.0", "1.0.0")];',
    },
    links: { "node_modules/semver": "package:semver" },
    out: [true, true],
  },
  "CommonJS that uses what others froze (qs)": {
    files: { "app.ts": 'import qs from "qs"; export const out = qs.parse("a[b]=c&d=1");' },
    links: { "node_modules/qs": "package:qs" },
    out: { a: { b: "c" }, d: "1" },
  },
  "a `browser` field (debug)": {
    files: {
      "app.ts":
        'import debug from "debug"; export const out = [typeof debug("x"), typeof debug.useColors, "inspectOpts" in debug];',
    },
    links: { "node_modules/debug": "package:debug" },
    out: ["function", "function", false],
  },
  "conditions of `exports` (nanoid)": {
    files: {
      "app.ts":
        'import { customAlphabet } from "nanoid/non-secure"; import { nanoid } from "nanoid"; export const out = [customAlphabet("a", 3)(), nanoid(8).length];',
    },
    links: { "node_modules/nanoid": "package:nanoid" },
    out: ["aaa", 8],
  },
  "both kinds of modules (valibot, fast-check)": {
    files: {
      "app.ts":
        'import * as v from "valibot"; import { sample, constant } from "fast-check"; import { again } from "./again.cjs"; export const out = [v.is(v.string(), "x"), sample(constant(4), 2), again];',
      "again.cjs": 'exports.again = require("valibot").is(require("valibot").number(), "x");',
    },
    links: { "node_modules/valibot": "package:valibot", "node_modules/fast-check": "package:fast-check" },
    out: [true, [4, 4], false],
  },
  "Node's modules in the midst of packages (readable-stream, safe-buffer)": {
    files: {
      "app.ts":
        'import { Readable } from "readable-stream"; import { Buffer as Safe } from "safe-buffer"; export const out = [typeof Readable.from, Safe.from("hi").toString("base64")];',
    },
    links: {
      "node_modules/readable-stream": "package:readable-stream",
      "node_modules/safe-buffer": "package:safe-buffer",
    },
    out: ["undefined", "aGk="],
  },
  "ES modules with many files (d3-hierarchy)": {
    files: {
      "app.ts":
        'import { hierarchy } from "d3-hierarchy"; export const out = hierarchy({ children: [{}, {}] }).count().value;',
    },
    links: { "node_modules/d3-hierarchy": "package:d3-hierarchy" },
    out: 2,
  },
  "a package that is compiled for helpers (tslib) and one with `exports` and `browser` (@jridgewell/trace-mapping)":
    {
      files: {
        "app.ts":
          'import { __assign } from "tslib"; import { TraceMap } from "@jridgewell/trace-mapping"; export const out = [__assign({}, { a: 1 }).a, typeof TraceMap];',
      },
      links: { "node_modules/tslib": "package:tslib", "node_modules/@jridgewell": "package:@jridgewell" },
      out: [1, "function"],
    },
  "preact's tsx": {
    files: {
      "tsconfig.json": json({ compilerOptions: { jsx: "react-jsx", jsxImportSource: "preact" } }),
      "app.tsx": 'const b = <b class="x">hi</b>; export const out = [b.type, b.props.class];',
    },
    file: "app.tsx",
    links: { "node_modules/preact": "package:preact" },
    out: ["b", "x"],
  },
};

const SHAPES: Record<string, Case> = {
  "workspaces: packages that are linked, and their own packages": {
    files: {
      "package.json": json({ workspaces: ["packages/*"] }),
      "packages/app/app.ts": 'import { core } from "@x/core"; export const out = core();',
      "packages/app/package.json": packed("app", {}),
      "packages/core/package.json": packed("@x/core", { main: "./src/index.ts" }),
      "packages/core/src/index.ts": 'import { leaf } from "leaf"; export const core = () => leaf;',
      "packages/core/node_modules/leaf/package.json": packed("leaf", { main: "i.js" }),
      "packages/core/node_modules/leaf/i.js": 'exports.leaf = "leaf";',
    },
    links: { "node_modules/@x/core": "packages/core" },
    file: "packages/app/app.ts",
    out: "leaf",
  },
  "pnpm's store: links in links": {
    files: {
      "app.ts": 'import { a } from "a"; export const out = a;',
      "node_modules/.pnpm/a@1.0.0/node_modules/a/package.json": packed("a", {
        type: "module",
        exports: "./a.js",
      }),
      "node_modules/.pnpm/a@1.0.0/node_modules/a/a.js": 'import { b } from "b"; export const a = "a" + b;',
      "node_modules/.pnpm/b@1.0.0/node_modules/b/package.json": packed("b", { main: "b.js" }),
      "node_modules/.pnpm/b@1.0.0/node_modules/b/b.js": 'exports.b = "b";',
    },
    links: {
      "node_modules/a": "node_modules/.pnpm/a@1.0.0/node_modules/a",
      "node_modules/.pnpm/a@1.0.0/node_modules/b": "node_modules/.pnpm/b@1.0.0/node_modules/b",
    },
    out: "ab",
  },
  "a package of the workspace that was not built": {
    files: {
      "app/app.ts":
        'import { core } from "core"; import { deep } from "core/deep"; export const out = core + deep;',
      "core/package.json": packed("core", {
        exports: { ".": "./dist/index.js", "./deep": "./dist/deep.js" },
      }),
      "core/tsconfig.json": json({ compilerOptions: { outDir: "dist", rootDir: "src", composite: true } }),
      "core/src/index.ts": 'export const core: string = "core";',
      "core/src/deep.ts": 'export const deep = "deep";',
    },
    links: { "node_modules/core": "core" },
    file: "app/app.ts",
    out: "coredeep",
  },
  "project references: an output that was not built": {
    files: {
      "app/tsconfig.json": json({ references: [{ path: "../core" }] }),
      "app/app.ts": 'import { core } from "../core/dist/index.js"; export const out = core;',
      "core/package.json": packed("core", {}),
      "core/tsconfig.json": json({ compilerOptions: { outDir: "dist", rootDir: "src", composite: true } }),
      "core/src/index.ts": 'export const core: string = "source";',
    },
    file: "app/app.ts",
    out: "source",
  },
  "a tsconfig.json that only refers to others: their aliases and decorators": {
    files: {
      "tsconfig.json": json({
        files: [],
        references: [{ path: "./tsconfig.app.json" }, { path: "./tsconfig.node.json" }],
      }),
      "tsconfig.app.json": json({
        include: ["src"],
        compilerOptions: { composite: true, experimentalDecorators: true, paths: { "~/*": ["./src/*"] } },
      }),
      "tsconfig.node.json": json({ include: ["*.config.ts"] }),
      "src/app.ts":
        'import { name } from "~/deep/name"; function up(_: object, key: string) { seen.push(key); } const seen: string[] = []; class A { @up x() {} } export const out = [name, new A() instanceof A, seen];',
      "src/deep/name.ts": 'export const name = "alias";',
    },
    file: "src/app.ts",
    out: ["alias", true, ["x"]],
  },
  "aliases from an `extends`, with a base": {
    files: {
      "base/tsconfig.json": json({
        compilerOptions: { baseUrl: "..", paths: { "@lib": ["lib/index.ts"], "@lib/*": ["lib/*"] } },
      }),
      "tsconfig.json": '{ // with comments\n "extends": "./base/tsconfig.json", }',
      "lib/index.ts": 'export * from "@lib/one";',
      "lib/one.ts": "export const one = 1;",
      "app.ts": 'import { one } from "@lib"; export const out = one;',
    },
    out: 1,
  },
  "`#imports` and a package's own name": {
    files: {
      "package.json": packed("self", {
        exports: { "./*": "./src/*.ts" },
        imports: { "#inner": { browser: "./src/b.ts", default: "./src/d.ts" }, "#deep/*": "./src/*.ts" },
      }),
      "src/b.ts": 'export const inner = "browser";',
      "src/d.ts": 'export const inner = "default";',
      "src/more.ts": 'export const more = "more";',
      "app.ts":
        'import { inner } from "#inner"; import { more } from "#deep/more"; import { more as own } from "self/more"; export const out = [inner, more, own];',
    },
    out: ["browser", "more", "more"],
  },
  "JSON, by import with and without attributes, and by require": {
    files: {
      "data.json": '{ "a": 1, "b": [2] }',
      "use.cjs": 'module.exports = require("./data.json").b;',
      "app.ts":
        'import data, { a } from "./data.json"; import typed from "./data.json" with { type: "json" }; import b from "./use.cjs"; export const out = [data.a, a, typed.b, b];',
    },
    out: [1, 1, [2], [2]],
  },
  "text files": {
    files: {
      "query.sql": "select 1",
      "app.ts": 'import query from "./query.sql"; export const out = query;',
    },
    out: "select 1",
  },
  "decorators of the language": {
    files: {
      "app.ts":
        "const seen: string[] = []; function log(_: unknown, { name, kind }: { name: string | symbol; kind: string }) { seen.push(kind + ' ' + String(name)); } class A { @log m() {} @log accessor f = 1; @log static s = 2; } export const out = [seen, new A().f, A.s];",
    },
    out: [["method m", "accessor f", "field s"], 1, 2],
  },
  "what TypeScript has beyond the language: enums, namespaces, parameter properties": {
    files: {
      "app.ts":
        "enum Colour { Red = 1, Green } namespace N { export const x = 2; } class P { constructor(readonly a: number, private b = 3) {} sum() { return this.a + this.b; } } export const out = [Colour.Green, Colour[1], N.x, new P(1).sum()];",
    },
    out: [2, "Red", 2, 4],
  },
  ".mts, .cts, and .js that means .ts": {
    files: {
      "a.mts": 'export const a = "a";',
      "b.cts": 'const b = "b"; export = { b };',
      "c.ts": 'export const c = "c";',
      "d.tsx": 'export const d = "d";',
      "app.mts":
        'import { a } from "./a.mjs"; import cts from "./b.cjs"; import { c } from "./c.js"; import { d } from "./d.jsx"; export const out = [a, cts.b, c, d];',
    },
    file: "app.mts",
    out: ["a", "b", "c", "d"],
  },
  "a module of CommonJS as the program": {
    files: { "app.cjs": 'const { join } = require("node:path"); exports.out = join("a", "b");' },
    file: "app.cjs",
    out: "a/b",
  },
  "top-level await, a dynamic import, and imports in a circle": {
    files: {
      "a.ts": 'import { b } from "./b.ts"; export const a = () => "a" + b();',
      "b.ts": 'import { a } from "./a.ts"; export const b = () => typeof a;',
      "late.ts": 'export default await Promise.resolve("late");',
      "app.ts":
        'import { a } from "./a.ts"; const late = await import("./late.ts"); export const out = [a(), late.default];',
    },
    out: ["afunction", "late"],
  },
  "where it is: import.meta, __dirname, require.resolve is not needed": {
    files: {
      "app.ts":
        'export const out = [import.meta.url.endsWith("/app.ts"), import.meta.main ?? false, typeof __dirname, new URL("./x.txt", import.meta.url).pathname.endsWith("/x.txt")];',
    },
    out: [true, false, "string", true],
  },
  "what only its types import": {
    files: {
      "app.ts":
        'import type { Pool } from "pg"; import { type Client } from "redis"; export const out = (_: Pool, __: Client) => 0;',
    },
    out: expect.any(Function) as unknown,
  },
  "an optional package that is not there": {
    files: {
      "app.ts":
        'declare const require: (name: string) => unknown; let found = "none"; try { require("bufferutil"); found = "some"; } catch {} export const out = found;',
    },
    out: "none",
  },
  "a package with Node's conditions only": {
    files: {
      "app.ts": 'import { a } from "a"; export const out = a;',
      "node_modules/a/package.json": packed("a", {
        exports: { ".": { node: { import: "./n.mjs", require: "./n.cjs" } } },
      }),
      "node_modules/a/n.mjs": 'export const a = "node";',
      "node_modules/a/n.cjs": 'exports.a = "node cjs";',
    },
    out: "node cjs",
  },
  "a file that begins with a line for the shell, and one with a byte order mark": {
    files: {
      "bom.ts": "\uFEFFexport const bom = 1;",
      "app.ts": '#!/usr/bin/env node\nimport { bom } from "./bom.ts"; export const out = bom;',
    },
    out: 1,
  },
};

const check = async ({ files, links = {}, file = "app.ts", out }: Case): Promise<void> => {
  const all = await evaluated(folderOf(files, links), file);
  // What CommonJS exports comes as the default.
  expect("out" in all ? all.out : (all.default as { out: unknown }).out).toEqual(out);
};

describe("packages as they were published", () => {
  it.each(Object.entries(PACKAGES))("%s", (_, given) => check(given));
});

describe("programs", () => {
  it.each(Object.entries(SHAPES))("%s", (_, given) => check(given));
});
