/** What the command line writes: whole, byte for byte but for the edit, and nowhere else. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { project, SHOP, suptree } from "./cli.ts";

const FILE = "src/shop-sup.ts";
const SOURCE = SHOP[FILE];
const [API, DB] = ['{ id: "api", start: [Api] }', '{ id: "db", start: [Db], name: "db", shutdown: 4_000 }'];
const swap = (text: string): string => text.replace(API, "#").replace(DB, API).replace("#", DB);

function shop(bytes: Buffer): { folder: string; file: string } {
  const folder = project(SHOP);
  const file = path.join(folder, FILE);
  writeFileSync(file, bytes);
  return { folder, file };
}

describe("--fix", () => {
  test.each<[string, Buffer, Buffer]>([
    [
      "UTF-16, little end first",
      Buffer.from(`\uFEFF${SOURCE}`, "utf16le"),
      Buffer.from(`\uFEFF${swap(SOURCE)}`, "utf16le"),
    ],
    [
      "UTF-16, big end first",
      Buffer.from(`\uFEFF// ünï\n${SOURCE}`, "utf16le").swap16(),
      Buffer.from(`\uFEFF// ünï\n${swap(SOURCE)}`, "utf16le").swap16(),
    ],
    ["a mark in UTF-8", Buffer.from(`\uFEFF${SOURCE}`), Buffer.from(`\uFEFF${swap(SOURCE)}`)],
    ["two marks", Buffer.from(`\uFEFF\uFEFF${SOURCE}`), Buffer.from(`\uFEFF\uFEFF${swap(SOURCE)}`)],
    [
      "carriage returns alone",
      Buffer.from(SOURCE.replaceAll("\n", "\r")),
      Buffer.from(swap(SOURCE).replaceAll("\n", "\r")),
    ],
    [
      "line ends of every kind",
      Buffer.from(`// a\r\n// b\r// c\u2028// d\u2029\n${SOURCE}\r\n\r`),
      Buffer.from(`// a\r\n// b\r// c\u2028// d\u2029\n${swap(SOURCE)}\r\n\r`),
    ],
    [
      "no end of the last line, and an escape character",
      Buffer.from(`${SOURCE}// \x1b x`),
      Buffer.from(`${swap(SOURCE)}// \x1b x`),
    ],
    [
      "characters beyond 16 bits",
      Buffer.from(`// 🌳 ${"é".repeat(9)}\n${SOURCE}`),
      Buffer.from(`// 🌳 ${"é".repeat(9)}\n${swap(SOURCE)}`),
    ],
  ])("%s: only the edit differs", async (_, before, after) => {
    const { folder, file } = shop(before);
    chmodSync(file, 0o640);
    const { err } = await suptree(folder, ["lint", ".", "--fix"]);
    expect(err).toContain("Fixed src/shop-sup.ts");
    // Elements change places within their list, whatever is around them.
    expect(readFileSync(file).equals(after)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(path.dirname(file)).sort()).toEqual(["api.ts", "db.ts", "shop-sup.ts"]);
  });

  test.each<[string, Buffer]>([
    ["Latin-1 far away", Buffer.from(`${SOURCE}\n\n\n// caf\xe9\n`, "latin1")],
    ["half a character at the end", Buffer.concat([Buffer.from(`${SOURCE}// `), Buffer.from([0xf0, 0x9f])])],
    [
      "UTF-16 with half a pair",
      Buffer.concat([Buffer.from(`\uFEFF${SOURCE}// `, "utf16le"), Buffer.from([0, 0xd8])]),
    ],
    [
      "UTF-16 with half a unit",
      Buffer.concat([Buffer.from(`\uFEFF${SOURCE}`, "utf16le"), Buffer.from([0x20])]),
    ],
  ])("%s: refused, said once, and the file is as it was", async (_, bytes) => {
    const { folder, file } = shop(bytes);
    const { code, err, out } = await suptree(folder, ["lint", ".", "--fix"]);
    expect(err.split("\n").filter((line) => line.includes("not fixed"))).toEqual([
      "suptree: src/shop-sup.ts: not fixed: it is not all UTF-8 or UTF-16: some of its bytes would be lost",
    ]);
    expect(code).toBeGreaterThan(0);
    expect(out).toContain("child-order");
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test("writes nothing outside the named folder, through links or imports", async () => {
    const folder = project({
      ...Object.fromEntries(Object.entries(SHOP).map(([name, text]) => [`out/${name}`, text])),
      "in/main.ts": 'import { ShopSup } from "./folder/shop-sup.ts";\nexport const top = ShopSup;\n',
    });
    symlinkSync(path.join(folder, "out/src"), path.join(folder, "in/folder"));
    symlinkSync(path.join(folder, "out/src/shop-sup.ts"), path.join(folder, "in/file.ts"));
    const file = path.join(folder, "out", FILE);
    for (const cwd of [folder, path.join(folder, "in")]) {
      const { err } = await suptree(cwd, ["lint", path.join(folder, "in"), "--fix"]);
      expect(readFileSync(file, "utf8")).toBe(SOURCE);
      expect(err).toContain("not fixed: it lies outside the folders and files that were named");
    }
    // Who names the link means its target.
    const { err } = await suptree(folder, ["lint", "in/folder", "--fix"]);
    expect(err).toContain("Fixed");
    expect(readFileSync(file, "utf8")).toBe(swap(SOURCE));
  });

  test("a read-only file stays", async () => {
    const { folder, file } = shop(Buffer.from(SOURCE));
    chmodSync(file, 0o444);
    const { code, err } = await suptree(folder, ["lint", ".", "--fix"]);
    expect([code, err]).toEqual([1, "suptree: src/shop-sup.ts: not fixed: it is read-only\n"]);
    expect(readFileSync(file, "utf8")).toBe(SOURCE);
  });
});

describe("--update-baseline and --save", () => {
  const baseline = ["lint", ".", "--update-baseline", "-b"];
  const save = ["run", `${FILE}#ShopSup`, "--save"];

  test.each([
    ["a baseline", baseline, "baseline"],
    ["a saved run", save, "saved run"],
  ])("%s overwrites its own kind only, else with --force", async (_, command, kind) => {
    const folder = project({ ...SHOP, "package.json": '{"name":"shop"}', empty: "" });
    const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
    for (const name of ["package.json", FILE, kind === "baseline" ? "run.json" : "known.json"]) {
      if (name.endsWith("run.json")) await suptree(folder, [...save, name]);
      if (name.endsWith("known.json")) await suptree(folder, [...baseline, name]);
      const before = read(name);
      const { code, err } = await suptree(folder, [...command, name]);
      expect([code, err]).toEqual([
        2,
        `suptree: ${name}: the ${kind} was not written: it holds something else than a ${kind}; --force overwrites it\n`,
      ]);
      expect(read(name)).toBe(before);
    }
    expect((await suptree(folder, [...command, "empty"])).code).not.toBe(2);
    const own = read("empty");
    expect(Object.keys(JSON.parse(own))).not.toEqual([]);
    expect((await suptree(folder, [...command, "empty"])).code).not.toBe(2);
    expect(read("empty")).toBe(own);
    expect((await suptree(folder, [...command, "package.json", "--force"])).code).not.toBe(2);
    expect(read("package.json")).toBe(own);
  });

  test("devices, folders and FIFOs are refused, to be written as to be read", async () => {
    const folder = project(SHOP);
    execFileSync("mkfifo", [path.join(folder, "fifo")]);
    mkdirSync(path.join(folder, "folder"));
    for (const [name, why] of [
      ["fifo", "it is not a regular file"],
      ["/dev/zero", "it is not a regular file"],
      ["folder", "it is a folder"],
      ["no/where", "its folder does not exist"],
    ] as const) {
      for (const command of [baseline, save]) {
        const { code, err } = await suptree(folder, [...command, name]);
        expect(code).toBe(2);
        expect(err).toContain(why);
      }
      if (name === "no/where") continue;
      for (const command of [
        ["lint", ".", "-b", name],
        ["run", `${FILE}#ShopSup`, "--replay", name],
        ["--config", name, "tree", "."],
      ]) {
        const { code, err } = await suptree(folder, command);
        expect([code, err]).toEqual([2, `suptree: ${name}: cannot be read: ${why}\n`]);
      }
    }
  });

  test("what the run showed is told, also when it cannot be saved", async () => {
    const { out, code } = await suptree(project(SHOP), [...save, "no/where"]);
    expect([code, out.includes("In the end")]).toEqual([2, true]);
  });
});

describe("the file system while it is read", () => {
  test("FIFOs in the way hold nothing up", async () => {
    const folder = project(SHOP);
    for (const name of ["tsconfig.json", "package.json", ".gitignore", "src/fifo.ts", "src/dep.ts"])
      execFileSync("mkfifo", [path.join(folder, name)]);
    symlinkSync("fifo.ts", path.join(folder, "src/link.ts"));
    const { out } = await suptree(folder, ["tree", "."]);
    expect(out).toContain("ShopSup");
    const named = await suptree(folder, ["tree", "src/fifo.ts"]);
    expect([named.code, named.err]).toEqual([2, expect.stringContaining("is neither a file nor a folder")]);
  });

  test("names that are not UTF-8 are said, and the rest goes on", async () => {
    const folder = project(SHOP);
    const odd = Buffer.concat([Buffer.from(`${folder}/src/caf`), Buffer.from([0xe9])]);
    writeFileSync(Buffer.concat([odd, Buffer.from(".ts")]), SHOP["src/db.ts"]);
    writeFileSync(Buffer.concat([odd, Buffer.from(".png")]), "nobody's business");
    mkdirSync(odd);
    symlinkSync("db.ts", Buffer.concat([odd, Buffer.from("-link.ts")]));
    // U+FFFD itself is a character like others.
    writeFileSync(path.join(folder, "src/\ufffd.ts"), SHOP["src/db.ts"]);
    const { code, out, err } = await suptree(folder, ["tree", "."]);
    expect(out).toContain("ShopSup");
    expect(code).toBe(2);
    expect(err.trimEnd().split("\n").sort()).toEqual([
      "suptree: src/caf\ufffd-link.ts: cannot be read: its name is not UTF-8",
      "suptree: src/caf\ufffd.ts: cannot be read: its name is not UTF-8",
      "suptree: src/caf\ufffd: cannot be read: its name is not UTF-8",
    ]);
  });
});

test("a folder that vanishes during a scan is said", async () => {
  const { nodeHost, createSession } = await import("../../src/analysis/session/index.ts");
  const folder = project({ ...SHOP, "gone/a.ts": "", "kept/a.ts": "" });
  const real = nodeHost();
  const host = {
    ...real,
    readDirectory(at: string) {
      if (at.endsWith("/gone")) renameSync(at, `${at}-not`);
      return real.readDirectory(at);
    },
  };
  const { model } = await createSession({ host, roots: [folder] }).scan();
  expect(model.problems).toEqual([
    { file: "gone", kind: "not_found", message: "it vanished while it was searched" },
  ]);
  expect(model.supervisors).toHaveLength(1);
});
